"""The counter: what the worker thread owns, the checkout service over both databases.

Owns reading and what a scan or card means at this till. Knows nothing of screens; everything it
returns is a value that another thread may read.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from appliance.checkout.asking import AnswerOf, Heard
from appliance.checkout.attempt import News, PaymentAttempt
from appliance.checkout.basket import Basket
from appliance.checkout.checkout import Checkout
from appliance.checkout.own_money import GiftCardShown, one_tap, points_room, room_minor
from appliance.checkout.panel import benefits_of, spends_minor
from appliance.checkout.paying import Paid
from appliance.checkout.ports import Moment
from appliance.checkout.promotions import shelf_goods
from appliance.checkout.slip_note import SlipNote
from appliance.checkout.training import WORKSTATION, TrainingTrade
from appliance.runtime.clock import Clock
from appliance.store.reference import ReferenceReader
from appliance.ui.state import (
    FILL_UP,
    PROMISES,
    Customer,
    DeskSnapshot,
    Goods,
    Hit,
    RewardOffer,
    ShopSnapshot,
)
from retail.catalogue import Operator, Product, Shop
from retail.errors import Refused
from retail.ledger.earning import Reward
from retail.members.coupons import CouponKind
from retail.messages import PaymentNews
from retail.secrets import card_hash, gift_card_hash, normal_card_number

SEARCH_HITS_MAX = 60
SHELF_MAX = 200
FILL_UP_MAX = 12
SHOWN_STREAMS = ("stock", "promotions", "members", "benefits")
"""What the snapshot shows of, besides what this till does itself."""
TAIL = 4
"""How many figures of a card's number people see."""
PaymentNewsOf = Callable[[str], PaymentNews | None]


@dataclass(frozen=True, slots=True)
class Followed:
    """What following up on payments came to, for one basket."""

    order_number: str
    amount_minor: int
    was_open: bool
    paid: Paid
    attempt: PaymentAttempt


class Counter:
    """Used in the worker's thread only."""

    def __init__(
        self,
        checkout: Checkout,
        reference: ReferenceReader,
        payment_news: PaymentNewsOf,
        clock: Clock,
        lookup_key: bytes,
        close: Callable[[], None],
        answer_of: AnswerOf,
    ) -> None:
        self.checkout = checkout
        self.reference = reference
        self.close = close
        self._real: Checkout | None = None
        self._pin_matches = checkout.staff.pin_matches
        self._payment_news = payment_news
        self._answer_of = answer_of
        self._clock = clock
        self.lookup_key = lookup_key
        self._shop = self.read_shop()
        self._zone = ZoneInfo(self._shop.shop.time_zone)
        self._last = DeskSnapshot()
        self._stale = True

    # Reading

    def moment(self) -> Moment:
        """Now, in the shop's time zone."""
        unix_ms = self._clock.unix_ms()
        return Moment(unix_ms, datetime.fromtimestamp(unix_ms / 1000, self._zone))

    def stale(self) -> None:
        """Sales, effects or suspended baskets have changed: read them again for the next snapshot."""
        self._stale = True

    def snapshot(self) -> DeskSnapshot:
        """The desk as it is committed; the last value itself when nothing changed."""
        desk, before = self.checkout.desk, self._last
        operator: Operator | None = None
        if desk.session is not None:
            operator = self._shop.operator(desk.session.operator_id)
        basket = desk.basket
        shift = desk.session.shift if desk.session else ""
        same = basket is before.basket and shift == before.shift and operator is before.operator
        if same and not self._stale:
            return before
        rules = desk.benefits().points
        now = replace(
            before,
            operator=operator,
            shift=shift,
            basket=basket,
            priced=desk.price(basket) if basket else None,
            due_minor=desk.due_minor(basket) if basket else 0,
            plan=self.checkout.refunding.plan() if basket else (),
            training=desk.is_training,
            points_expected=desk.points_for(basket) if basket else 0,
            own_room_minor=room_minor(basket, desk.price(basket)) if basket else 0,
            points_room=points_room(basket, desk.price(basket), rules) if basket and rules else 0,
            one_tap=basket is not None and one_tap(basket, desk.price(basket), desk.benefits()),
            customer=self._customer(basket),
            ready=desk.promotions.current(basket),
        )
        if self._stale:
            sale = desk.trade.last_sale()
            now = replace(
                now,
                last_sale=(desk.trade.void_of(sale.number) or sale) if sale else None,
                last_slip=desk.trade.slip(sale.number) if sale else SlipNote(),
                suspended=tuple(desk.trade.suspended_baskets()),
                unsettled=tuple(desk.trade.unsettled_effects()),
                low_stock=desk.stock.low(),
                asking=bool(self.checkout.asking.open()),
            )
            self._stale = False
        self._last = now
        return now

    def read_shop(self) -> ShopSnapshot:
        """The shop's documents as they are now."""
        versions = self.reference.versions()
        as_of = versions.get("catalogue", 0)
        shop: Shop = self.reference.shop()
        self._shop = ShopSnapshot(
            shop=shop,
            operators=tuple(sorted(self.reference.operators(), key=_cashiers_first)),
            categories=tuple(self.reference.categories(as_of)),
            benefits=self.reference.benefits(),
            option_groups=self.reference.option_groups(as_of),
            versions=versions,
            rewards=self._rewards(as_of),
        )
        return self._shop

    def changed_shop(self) -> ShopSnapshot | None:
        """The shop again if HQ has sent something newer than was read last."""
        before, now = self._shop.versions, self.reference.versions()
        self._stale = self._stale or any(now.get(name) != before.get(name) for name in SHOWN_STREAMS)
        if now.get("members") != before.get("members"):
            self.checkout.joining.tidy()
            self.checkout.people.take_balances()
        return self.read_shop() if now != before else None

    def shelf(self, category: str, as_of: int) -> Goods:
        """The products of a category, or the favourites."""
        if category == PROMISES:
            return Goods(category, (), as_of)
        if category.startswith(FILL_UP):
            found = self._fill_up(category.removeprefix(FILL_UP), as_of)
        elif category:
            found = self.reference.products_in(category, as_of, limit=SHELF_MAX)
        else:
            found = self.reference.favourites(as_of)[:SHELF_MAX]
        desk = self.checkout.desk
        named = ((product.id, desk.promotions.naming(product, desk.basket)) for product in found)
        return Goods(category, tuple(found), as_of, {key: offers for key, offers in named if offers})

    def _fill_up(self, wanted: str, as_of: int) -> list[Product]:
        """The cheapest goods that bring the missing amount of a promotion, ``<minor units>:<id>``."""
        missing, _, promotion_id = wanted.partition(":")
        desk = self.checkout.desk
        compiled = desk.promotions.current(desk.basket).indexed.by_id.get(promotion_id)
        if compiled is None:
            return []
        shelves = [self.reference.favourites(as_of)[:SHELF_MAX]]
        shelves += [
            self.reference.products_in(one.id, as_of, limit=SHELF_MAX) for one in self._shop.categories
        ]
        enough = {
            product.id: product
            for shelf in shelves
            for product in shelf
            if product.price_minor >= int(missing)
            and not (product.sold_out or product.by_weight)
            and product.discount
            and compiled.scopes[0].matches(shelf_goods(product))
        }
        return sorted(enough.values(), key=lambda one: one.price_minor)[:FILL_UP_MAX]

    def search(self, text: str, as_of: int) -> tuple[Hit, ...]:
        """Products that a cashier may mean."""
        hits = self.reference.search(text, as_of, SEARCH_HITS_MAX)
        desk = self.checkout.desk
        return tuple(
            Hit(hit.product, hit.marked, desk.promotions.naming(hit.product, desk.basket)) for hit in hits
        )

    # Training

    def train(self) -> None:
        """Sell into a trade that keeps nothing from now on; refused while a basket is open or being paid."""
        desk = self.checkout.desk
        waiting = any(basket.attempt is not None for basket in desk.trade.suspended_baskets())
        if waiting or (desk.basket is not None and desk.basket.lines):
            raise Refused("training.basket_open")
        session = desk.require_session()
        practice = Checkout(
            TrainingTrade(session),
            self.reference,
            self.checkout.desk.new_id,
            self._pin_matches,
            WORKSTATION,
        )
        practice.desk.is_training = True
        practice.desk.store = desk.store
        practice.desk.language = desk.language
        self._real, self.checkout = self.checkout, practice
        self._stale = True

    def end_training(self) -> None:
        """Back to what counts; all that was practised is gone."""
        if self._real is not None:
            self._real.desk.language = self.checkout.desk.language
            self.checkout, self._real = self._real, None
            self._stale = True

    # People

    def use_language(self, language: str) -> None:
        """Receipts of sales from now on are in this language."""
        self.checkout.desk.language = language

    def operator_by_card(self, uid: str) -> Operator | None:
        """Whose staff card this is."""
        return self.checkout.staff.operator_by_card(card_hash(self.lookup_key, uid))

    def sign_in_by_card(self, uid: str) -> Operator:
        """Begin to work by card."""
        return self.checkout.staff.sign_in_by_card(card_hash(self.lookup_key, uid), self.moment())

    def manager_by_card(self, uid: str) -> Operator:
        """The manager with this card; refused for anybody else's."""
        operator = self.operator_by_card(uid)
        if operator is None:
            raise Refused("card.unknown")
        if operator.role != "manager":
            raise Refused("staff.manager_needed", may_override="manager")
        return operator

    def _customer(self, basket: Basket | None) -> Customer | None:
        """The member at the till as HQ knows them now."""
        if basket is None or basket.member is None:
            return None
        desk, member_id = self.checkout.desk, basket.member.member_id
        member = self.checkout.people.by_id(member_id)
        above = member.tier_term.next_tier if member and member.tier_term else ""
        return Customer(
            member=member,
            earns=desk.points_for(basket),
            benefits=benefits_of(desk, basket, member, self.moment()),
            visits=tuple(self.checkout.visiting.of(member_id)),
            spends_minor=spends_minor(basket, desk.price(basket)),
            next_tier=next((one.names for one in self.reference.tiers() if one.id == above), {}),
        )

    def _rewards(self, as_of: int) -> tuple[RewardOffer, ...]:
        """What members' points become, cheapest first."""
        names = {kind.id: kind.names for kind in self.reference.documents(CouponKind)}
        offers = []
        for one in self.reference.documents(Reward):
            product = self.reference.product(one.product, as_of) if one.product else None
            called = product.names if product else names.get(one.coupon)
            if called is not None:
                offers.append(RewardOffer(one, called))
        return tuple(sorted(offers, key=lambda one: (one.reward.points, one.reward.id)))

    def hear(self) -> tuple[Heard, ...]:
        """Work in what HQ has answered since."""
        heard = self.checkout.asking.follow(self._answer_of, self.moment())
        self._stale = self._stale or bool(heard)
        return heard

    def gift_card(self, number: str) -> GiftCardShown:
        """A gift card by the number on it, which is not kept; `ContractError` when it is none."""
        return GiftCardShown(gift_card_hash(self.lookup_key, number), normal_card_number(number)[-TAIL:])

    # Payments

    def follow(self) -> tuple[Followed, ...]:
        """Hear what HQ says of every payment under way, open or suspended, and ask again in time."""
        desk = self.checkout.desk
        opened = desk.basket.basket_id if desk.basket else ""
        waiting: list[Basket] = [desk.basket] if desk.basket else []
        waiting += [basket for basket in self._last.suspended if basket.basket_id != opened]
        moment = self.moment()
        followed = []
        for basket in waiting:
            attempt = basket.attempt
            if attempt is None:
                continue
            heard = self._hear(basket, attempt, moment)
            if heard is None:
                asked = self.checkout.paying.tick(basket, moment)
                self._stale = self._stale or asked is not None
                if asked is None or asked.attempt is not None:
                    continue
                heard = Paid(asked, ended="silent")
            self._stale = True
            was_open = basket.basket_id == opened
            followed.append(Followed(basket.order_number, attempt.amount_minor, was_open, heard, attempt))
        return tuple(followed)

    def _hear(self, basket: Basket, attempt: PaymentAttempt, moment: Moment) -> Paid | None:
        if attempt.is_quote:
            answer = self._answer_of(attempt.request_id)
            if answer is None:
                return None
            if attempt.method == "payout":
                return self.checkout.paying_out.hear(basket, answer, moment)
            of = self.checkout.upgrading if attempt.method == "upgrade" else self.checkout.voiding
            return of.hear(basket, answer, moment)
        news = self._payment_news(attempt.attempt_id)
        return self.checkout.paying.hear(basket, _news(news), moment) if news else None


def _news(told: PaymentNews) -> News:
    return News(told.attempt_id, told.state, told.qr, told.provider_reference, told.reason, told.params)


def _cashiers_first(operator: Operator) -> tuple[bool, str]:
    return operator.role != "cashier", operator.id
