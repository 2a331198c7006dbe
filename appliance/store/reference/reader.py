"""Reads reference.db for the till: exact lookups, shelves, people and the shop. Writes nothing.

`as_of` is a version of the document's stream (catalogue, promotions, promotion_use): an open basket keeps
those it was opened with.
Members, staff and the shop are read as they are now.
"""

from typing import Any, TypeVar

import msgspec
from sqlalchemy import Engine

from appliance.checkout.benefits import Benefits
from appliance.store.reference.codes import CODE_LENGTH_MAX, canonical
from appliance.store.reference.search import SearchHit, decode_product, search
from retail.catalogue import (
    Category,
    Document,
    Member,
    Operator,
    OptionGroup,
    Product,
    Shop,
    SoldSerial,
    StockLevel,
    StockMark,
    TaxClass,
    Tier,
)
from retail.errors import ContractError
from retail.ledger.earning import PointsRules
from retail.ledger.memberships import MembershipKind
from retail.ledger.passes import PassKind
from retail.ledger.value_rules import ValueRules
from retail.members.pushed import GiftCardKind
from retail.pricing.promotion import AnyPromotion
from retail.pricing.pushed import HolidayList, ProductList, PromotionMark, PromotionUse, PushedPromotion

NEWEST = (1 << 62) - 1
"""An `as_of` that no push reaches: the catalogue as it is now."""

LIST_LENGTH_MAX = 1_000

Kind = TypeVar("Kind", bound=Document)

_IN_VERSION = "d.from_version <= :as_of AND (d.until_version IS NULL OR d.until_version > :as_of)"
_BY_CODE = f"""
    SELECT d.body FROM lookup l CROSS JOIN document d ON d.seq = l.seq LEFT JOIN product p ON p.seq = l.seq
    WHERE l.code = :code AND l.kind IN ('gtin', 'plu', 'own') AND {_IN_VERSION}
    ORDER BY CASE l.kind WHEN 'gtin' THEN 0 WHEN 'plu' THEN 1 ELSE 2 END, p.rank LIMIT 1"""


class ReferenceReader:
    """Answers from one engine, in the one thread that owns it; see `open_reference`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # A scan is a few single reads, each its own snapshot: given to the driver directly they need no
        # transaction around them and cost a twentieth of what they cost through SQLAlchemy.
        self._connection = engine.connect()
        self._driver: Any = self._connection.connection.driver_connection
        self._data_version = self._read_data_version()

    def changed(self) -> bool:
        """Whether another connection has written since this was asked last."""
        before, self._data_version = self._data_version, self._read_data_version()
        return self._data_version != before

    def versions(self) -> dict[str, int]:
        """The version of each stream that HQ has sent; one that never came is absent."""
        return {str(row[0]): int(row[1]) for row in self._rows("SELECT name, version FROM stream", {})}

    def shop(self) -> Shop:
        """The shop's words and numbers; `ContractError` before HQ has sent them."""
        shops = self._all(Shop, "shop", NEWEST)
        if not shops:
            raise ContractError("reference.no_shop", path="shop")
        return shops[0]

    def operators(self) -> list[Operator]:
        """Everyone who may sign in, by id."""
        return self._all(Operator, "operator", NEWEST)

    def tiers(self) -> list[Tier]:
        """Member tiers in their order."""
        return sorted(self._all(Tier, "tier", NEWEST), key=lambda tier: (tier.order, tier.id))

    def categories(self, as_of: int = NEWEST) -> list[Category]:
        """The rail, in its order."""
        found = self._all(Category, "category", as_of)
        return sorted(found, key=lambda category: (category.order, category.id))

    def option_groups(self, as_of: int) -> dict[str, OptionGroup]:
        """Option groups by id, in their order."""
        found = self._all(OptionGroup, "option_group", as_of)
        return {group.id: group for group in sorted(found, key=lambda group: (group.order, group.id))}

    def tax_classes(self, as_of: int) -> dict[str, TaxClass]:
        """Tax classes by id."""
        return {tax.id: tax for tax in self._all(TaxClass, "tax_class", as_of)}

    def product(self, product_id: str, as_of: int) -> Product | None:
        """The product of an id as of a version; None when it was not sold then."""
        return self._one(Product, "product", product_id, as_of)

    def product_by_code(self, code: str, as_of: int) -> Product | None:
        """What a scanned or typed number names: a barcode first, else a PLU, else a shop's own number.

        UPC-A and the EAN-13 of the same digits are one. Where two products share a number, the
        first on the shelf is it.
        """
        if len(code) > CODE_LENGTH_MAX:
            return None
        rows = self._rows(_BY_CODE, {"code": canonical(code), "as_of": as_of})
        return decode_product(rows[0][0]) if rows else None

    def products_in(self, category: str, as_of: int, limit: int = 100, offset: int = 0) -> list[Product]:
        """A page of a category: favourites, then by order."""
        return self._shelf("p.category = :category", as_of, limit, offset, category=category)

    def favourites(self, as_of: int) -> list[Product]:
        """What the shop wants at hand, by its number."""
        return self._shelf("p.favourite > 0", as_of, LIST_LENGTH_MAX, 0)

    def member(self, member_id: str) -> Member | None:
        """The member of an id, also of one that they had before."""
        return self._one(Member, "member", member_id, NEWEST) or self._member_by("alias", member_id)

    def member_by_card(self, card_hash: str) -> Member | None:
        """The member who holds the card of this keyed hash."""
        return self._member_by("card", card_hash)

    def member_by_phone(self, phone_hash: str) -> Member | None:
        """The member with the phone of this keyed hash."""
        return self._member_by("phone", phone_hash)

    def benefits(self) -> Benefits:
        """The rules of members' money in the shop's currency, and what is sold of passes and cards."""
        values = self._all(ValueRules, "value_rules", NEWEST)
        currency = self.shop().currency if values else ""
        points = self._all(PointsRules, "points_rules", NEWEST)
        return Benefits(
            value=next((rules for rules in values if rules.currency == currency), None),
            points=points[0] if points else None,
            passes=tuple(self._all(PassKind, "pass_kind", NEWEST)),
            memberships=tuple(self._all(MembershipKind, "membership_kind", NEWEST)),
            gift_cards=tuple(self._all(GiftCardKind, "gift_card_kind", NEWEST)),
        )

    def member_by_number(self, number_hash: str) -> Member | None:
        """The member with the number of this keyed hash."""
        return self._member_by("number", number_hash)

    def members_by_tail(self, tail: str, limit: int) -> list[Member]:
        """At most so many members whose phone ends with these four digits."""
        return self._members_by("tail", tail, limit)

    def documents(self, kind: type[Kind]) -> list[Kind]:
        """All documents of a kind as they are now, by id."""
        return self._all(kind, str(kind.__struct_config__.tag), NEWEST)

    def promotions(self, as_of: int) -> list[AnyPromotion]:
        """The promotions that are on, as of a version of their stream."""
        return [one.promotion for one in self._all(PushedPromotion, "promotion", as_of)]

    def product_lists(self, as_of: int) -> list[ProductList]:
        """Named lists of products, as of a version of the promotions."""
        return self._all(ProductList, "product_list", as_of)

    def holiday_lists(self, as_of: int) -> list[HolidayList]:
        """Named lists of days, as of a version of the promotions."""
        return self._all(HolidayList, "holiday_list", as_of)

    def promotion_uses(self, as_of: int) -> list[PromotionUse]:
        """HQ's counters, as of a version of their stream."""
        return self._all(PromotionUse, "promotion_use", as_of)

    def promotion_mark(self, incarnation: str, as_of: int) -> int:
        """How much of that journal the counters contain; 0 when HQ has not said."""
        mark = self._one(PromotionMark, "promotion_mark", incarnation, as_of)
        return mark.upto if mark else 0

    def stock_levels(self) -> list[StockLevel]:
        """HQ's levels of the goods it keeps a book of, as they are now."""
        return self._all(StockLevel, "stock_level", NEWEST)

    def stock_mark(self, incarnation: str) -> int:
        """How much of that journal the levels contain; 0 when HQ has not said."""
        mark = self._one(StockMark, "stock_mark", incarnation, NEWEST)
        return mark.upto if mark else 0

    def is_serial_sold(self, product_id: str, serial: str) -> bool:
        """Whether HQ knows this piece as sold."""
        return self._one(SoldSerial, "sold_serial", f"{product_id}/{serial}", NEWEST) is not None

    def search(self, text: str, as_of: int, limit: int = 60) -> list[SearchHit]:
        """Products by name, pinyin, initials, PLU or barcode, best first; see `search.py`."""
        with self._engine.connect() as connection:
            return search(connection, text, as_of, min(limit, LIST_LENGTH_MAX))

    def _shelf(self, where: str, as_of: int, limit: int, offset: int, **params: Any) -> list[Product]:
        rows = self._rows(
            f"SELECT d.body FROM product p CROSS JOIN document d ON d.seq = p.seq"
            f" WHERE {where} AND {_IN_VERSION} ORDER BY p.rank LIMIT :limit OFFSET :offset",
            {**params, "as_of": as_of, "limit": min(limit, LIST_LENGTH_MAX), "offset": offset},
        )
        return [decode_product(row[0]) for row in rows]

    def _member_by(self, kind: str, code: str) -> Member | None:
        return next(iter(self._members_by(kind, code, 1)), None)

    def _members_by(self, kind: str, code: str, limit: int) -> list[Member]:
        rows = self._rows(
            "SELECT d.body FROM lookup l CROSS JOIN document d ON d.seq = l.seq"
            " WHERE l.code = :code AND l.kind = :kind AND d.until_version IS NULL ORDER BY d.id LIMIT :limit",
            {"code": code, "kind": kind, "limit": limit},
        )
        return [msgspec.json.decode(row[0], type=Member) for row in rows]

    def _one(self, type_: type[Kind], kind: str, id_: str, as_of: int) -> Kind | None:
        rows = self._rows(
            f"SELECT d.body FROM document d WHERE d.kind = :kind AND d.id = :id AND {_IN_VERSION}",
            {"kind": kind, "id": id_, "as_of": as_of},
        )
        return msgspec.json.decode(rows[0][0], type=type_) if rows else None

    def _all(self, type_: type[Kind], kind: str, as_of: int) -> list[Kind]:
        rows = self._rows(
            f"SELECT d.body FROM document d WHERE d.kind = :kind AND {_IN_VERSION} ORDER BY d.id",
            {"kind": kind, "as_of": as_of},
        )
        return [msgspec.json.decode(row[0], type=type_) for row in rows]

    def _rows(self, statement: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self._driver.execute(statement, params).fetchall()
        return rows

    def _read_data_version(self) -> int:
        return int(self._rows("PRAGMA data_version", {})[0][0])
