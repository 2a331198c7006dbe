"""A till and a HQ that holds coupons and passes for it, by the contract."""

from pathlib import Path
from typing import Any

from appliance.checkout.basket import Basket
from appliance.store.reference import open_reference
from appliance.store.reference.mailbox import answer
from appliance.store.trade import TradeStore
from retail.catalogue import HeldCoupon, HeldPass, Member
from retail.errors import Refused
from retail.messages import Answer
from retail.messages.asking import BenefitHeld
from retail.messages.events import SaleCompleted
from retail.pricing.promotion import Conditions, ThresholdOff
from retail.pricing.pushed import PushedPromotion
from tests.support.desk import DOCUMENTS, Till, named, new_home, open_till
from tests.support.fake_hq import FakeHq, cancelled

WATER = "6901234567892"
COUPON = HeldCoupon(id="c1", kind="k1", promotion="p1", names=named("2 off"))
PASS = HeldPass(id="a1", kind="k2", names=named("Water pass"), left=3, covers=("water",))
MEMBER = next(one for one in DOCUMENTS if isinstance(one, Member))
OFF = PushedPromotion(
    id="p1",
    promotion=ThresholdOff(
        id="p1",
        names=named("2 off"),
        threshold_minor=500,
        off_minor=200,
        conditions=Conditions(coupon=True),
    ),
)


class Shop:
    """A till and its HQ. `held` is what HQ holds, by authorisation."""

    def __init__(self, folder: Path) -> None:
        self.home = new_home(folder, (*DOCUMENTS, OFF))
        self.engine = open_reference(self.home, writable=True)
        self.held: dict[str, dict[str, Any]] = {}
        self.given_up: set[str] = set()
        self.refusal: Refused | None = None
        self.open()

    def open(self, clock: Any = None) -> None:
        self.till: Till = open_till(self.home, clock)
        self.hq = FakeHq(
            self.till.trade, self.engine, {"benefit.hold": self._hold, "spend.cancel": self._cancel}
        )

    def die(self) -> None:
        """kill -9 and start again: only what was committed is left."""
        self.till.close()
        self.open(self.till.clock)

    def _hold(self, body: dict[str, Any]) -> BenefitHeld:
        auth = body["auth_id"]
        if self.refusal is not None:
            raise self.refusal
        if auth in self.given_up:
            raise Refused("authorisation.cancelled", auth_id=auth)
        self.held[auth] = body
        kind, covers = body["kind"], ("water",) if body["kind"] == "pass" else ()
        return BenefitHeld(
            auth_id=auth,
            kind=kind,
            id=body["id"] or f"claimed-{body['code']}",
            names=named("held"),
            promotion="p1" if kind == "coupon" else "",
            covers=covers,
            uses=body["uses"],
        )

    def _cancel(self, body: dict[str, Any]) -> Any:
        self.given_up.add(body["auth_id"])
        self.held.pop(body["auth_id"], None)
        return cancelled(body)

    def turn(self) -> list[Any]:
        """HQ answers and the till hears."""
        self.hq.turn()

        def answer_of(request_id: str) -> Answer | None:
            with self.engine.connect() as connection:
                return answer(connection, request_id)

        return list(self.till.checkout.asking.follow(answer_of, self.till.clock.now()))

    def scan(self, times: int = 1) -> None:
        for _ in range(times):
            self.till.checkout.selling.scan(WATER, "", self.till.clock.now())

    def member(self) -> None:
        self.till.checkout.selling.attach_member(MEMBER, self.till.clock.now())

    def coupon(self) -> None:
        self.till.checkout.holding.coupon(COUPON, self.till.clock.now())

    def use_of_pass(self, held: HeldPass = PASS) -> None:
        self.till.checkout.holding.use_of_pass(held, self.till.clock.now())

    def pay(self) -> SaleCompleted:
        paid = self.till.checkout.paying.exact("card", self.till.clock.now())
        assert paid.sale is not None
        return paid.sale

    @property
    def due(self) -> int:
        desk = self.till.checkout.desk
        return desk.due_minor(desk.require_basket())

    @property
    def basket(self) -> Basket:
        return self.till.checkout.desk.require_basket()

    @property
    def trade(self) -> TradeStore:
        return self.till.trade
