"""A promotion in a shop manager's words: what one gets, on which goods, when, for whom, how often."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection

from hq import catalogue, shelf
from hq.promotions import book, trial
from hq.web.texts import Texts
from retail.catalogue import Names
from retail.money import BASIS_POINTS
from retail.pricing import promotion as doc
from retail.pricing.promotion import AnyPromotion, Calendar, Scope
from retail.pricing.saying import percent

SHOWN_MAX = 4
_AMOUNTS = (("off_minor", "amount"), ("price_minor", "price"), ("threshold_minor", "threshold"))


@dataclass
class Known:
    """The names of what promotions speak of, by id; products are looked up as they are asked for."""

    connection: Connection
    categories: dict[str, Names]
    lists: dict[str, Names]
    holidays: dict[str, Names]
    tiers: dict[str, Names]
    _products: dict[str, Names] = field(default_factory=dict)

    def product(self, product_id: str) -> Names:
        """A product's names; its id where it is not known."""
        if product_id not in self._products:
            found = catalogue.product(self.connection, product_id)
            self._products[product_id] = found.names if found else {}
        return self._products[product_id] or {"en": product_id}


def known(connection: Connection) -> Known:
    """Everything HQ has names for."""
    return Known(
        connection,
        categories={one.id: one.names for one in shelf.categories(connection)},
        lists={one.id: one.names for one in book.product_lists(connection)},
        holidays={one.id: one.names for one in book.holiday_lists(connection)},
        tiers={one.id: one.names for one in trial.tiers(connection)},
    )


@dataclass(frozen=True)
class Teller:
    """Says it in one language; `currency` is the shop's."""

    texts: Texts
    known: Known
    currency: str

    def benefit(self, promotion: AnyPromotion) -> str:
        """What the customer gets, in a sentence."""
        kind = str(type(promotion).__struct_config__.tag)
        said: dict[str, str] = {}
        for name, word in (
            ("off_minor", "amount"),
            ("price_minor", "price"),
            ("threshold_minor", "threshold"),
        ):
            amount = getattr(promotion, name, None)
            if amount is not None:
                said[word] = self.texts.price(amount, self.currency)
        off_bp = getattr(promotion, "off_bp", None)
        if off_bp is not None:
            said["off"] = self.off(off_bp)
        for name in ("pieces", "paid", "nth", "buy_pieces", "get_pieces", "quota"):
            said[name] = str(getattr(promotion, name, ""))
        if isinstance(promotion, doc.BuyXGetY):
            said["get"] = self.goods(promotion.get) if promotion.get else self.texts.t("promo.same_product")
            kind += "_free" if off_bp == BASIS_POINTS else ""
        if isinstance(promotion, doc.ThresholdGift):
            said["gift"] = self.goods(promotion.gifts)
        if isinstance(promotion, doc.Bundle | doc.GroupBuy):
            said["parts"] = " + ".join(self._part(part) for part in promotion.parts)
        if isinstance(promotion, doc.Bundle) and promotion.price_minor is None:
            kind += "_rate"
        if getattr(promotion, "repeats", False):
            kind += "_each"
        return self.texts.t(f"promo.says.{kind}", **said)

    def off(self, off_bp: int) -> str:
        """A rate as people say it: ``9.5 折``, ``5% off``, free."""
        if off_bp == BASIS_POINTS:
            return self.texts.t("promo.free")
        if off_bp == BASIS_POINTS // 2:
            return self.texts.t("promo.half")
        fold = f"{(BASIS_POINTS - off_bp) / 1000:g}"
        return self.texts.t("promo.off", percent=percent(off_bp), fold=fold)

    def where(self, promotion: AnyPromotion) -> str:
        """On which goods; empty where the benefit already says so."""
        if isinstance(promotion, doc.Bundle | doc.GroupBuy):
            return ""
        return self.goods(promotion.scope)

    def goods(self, scope: Scope) -> str:
        """Goods in words, with what is left out."""
        named = [
            *(self._name(self.known.categories, one) for one in scope.categories),
            *(self._name(self.known.lists, one) for one in scope.lists),
            *(self.texts.t("promo.tagged", tag=one) for one in scope.tags),
            *(self.texts.name(self.known.product(one)) for one in scope.products),
        ]
        left_out = [
            *(self._name(self.known.categories, one) for one in scope.except_categories),
            *(self.texts.t("promo.tagged", tag=one) for one in scope.except_tags),
            *(self.texts.name(self.known.product(one)) for one in scope.except_products),
        ]
        said = self._few(named) if named else self.texts.t("promo.all_goods")
        return said + (self.texts.t("promo.except", goods=self._few(left_out)) if left_out else "")

    def when(self, calendar: Calendar) -> list[str]:
        """Each part of the calendar in words; always, if there is none."""
        t = self.texts.t
        said = list(self._days(calendar))
        if calendar.weekdays:
            said.append(self._comma(t(f"weekday.{day}") for day in sorted(calendar.weekdays)))
        if calendar.hours:
            said.append(self._comma(f"{one.from_}–{one.until}" for one in calendar.hours))
        if calendar.days_of_month:
            days = self._comma(str(day) for day in calendar.days_of_month)
            said.append(t("promo.when.month_days", days=days))
        named = [*calendar.dates, *(self._name(self.known.holidays, one) for one in calendar.holidays)]
        if named:
            said.append(t("promo.when.only", days=self._few(named)))
        excepted = [
            *calendar.except_dates,
            *(self._name(self.known.holidays, one) for one in calendar.except_holidays),
        ]
        if excepted:
            said.append(t("promo.when.not", days=self._few(excepted)))
        return said or [t("promo.when.always")]

    def conditions(self, promotion: AnyPromotion) -> list[str]:
        """For whom and on what terms."""
        t, terms = self.texts.t, promotion.conditions
        said = [t("promo.field.conditions.member")] if terms.member and not terms.tiers else []
        said += [self._name(self.known.tiers, one) for one in terms.tiers]
        said += [t("promo.field.conditions.birthday_month")] if terms.birthday_month else []
        if terms.coupon_codes:
            said.append(t("promo.if.codes", codes=self._few(terms.coupon_codes)))
        elif doc.needs_coupon(promotion):
            said.append(t("promo.if.coupon"))
        if terms.minimum_minor:
            said.append(t("promo.if.minimum", amount=self.texts.price(terms.minimum_minor, self.currency)))
        said += [t("promo.if.pieces", pieces=terms.minimum_pieces)] if terms.minimum_pieces else []
        said += [t("promo.if.stores", names=self._few(terms.stores))] if terms.stores else []
        return said + ([t("promo.if.channels", names=self._few(terms.channels))] if terms.channels else [])

    def limits(self, promotion: AnyPromotion) -> list[str]:
        """How often and for how much at most."""
        said = []
        for name in ("per_basket", "per_member", "per_day", "in_all", "budget_minor"):
            value = getattr(promotion.limits, name)
            if value is not None:
                shown = self.texts.price(value, self.currency) if name == "budget_minor" else str(value)
                said.append(self.texts.t(f"promo.limit.{name}", value=shown))
        return said

    def _part(self, part: doc.Part) -> str:
        times = f" × {part.pieces}" if part.pieces > 1 else ""
        return self.goods(part.scope) + times

    def _days(self, calendar: Calendar) -> Iterator[str]:
        first, last = calendar.starts_at.replace("T", " "), calendar.ends_at.replace("T", " ")
        if first and last:
            yield first if first == last else self.texts.t("promo.when.between", first=first, last=last)
        elif first or last:
            key = "promo.when.from" if first else "promo.when.until"
            yield self.texts.t(key, day=first or last)

    def _name(self, names: dict[str, Names], one: str) -> str:
        return self.texts.name(names.get(one, {})) or one

    def _comma(self, words: Iterable[str]) -> str:
        return self.texts.t("list.comma").join(words)

    def _few(self, words: Iterable[str]) -> str:
        found = list(words)
        said = self._comma(found[:SHOWN_MAX])
        return said + (self.texts.t("promo.and_more", count=len(found)) if len(found) > SHOWN_MAX else "")
