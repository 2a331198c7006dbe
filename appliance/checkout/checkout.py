"""The checkout service: one desk and what can be done on it.

The till's screen and the replay sell through this and nothing else.
"""

from contextlib import suppress

from appliance.checkout.asking import Asking
from appliance.checkout.desk import Desk
from appliance.checkout.discounting import Discounting
from appliance.checkout.effects import Aftermath
from appliance.checkout.holding import Holding
from appliance.checkout.joining import Joining
from appliance.checkout.own_money import OwnMoney
from appliance.checkout.paying import Paying
from appliance.checkout.paying_out import PayingOut
from appliance.checkout.people import People
from appliance.checkout.ports import HqRequest, Moment, Reference, Trade
from appliance.checkout.promising import Promising
from appliance.checkout.recording import Recording
from appliance.checkout.records import KINDS, Records
from appliance.checkout.returns import Refunding
from appliance.checkout.selling import Selling
from appliance.checkout.staff import PinCheck, Staff
from appliance.checkout.stocking import Stocking
from appliance.checkout.upgrading import Upgrading
from appliance.checkout.visiting import Visiting
from appliance.checkout.voiding import Voiding
from retail.catalogue import Names
from retail.errors import Refused
from retail.ids import IdSource
from retail.messages import Answer
from retail.messages.asking import BenefitHeld


class Checkout:
    """`selling` for goods, `paying` for money, `staff` for people, `aftermath` for effects, all on
    one `desk`. `discounting` is for coupons and prices by hand, `refunding` takes goods back, `voiding` asks
    HQ before promises are undone. `own_money` takes what customers hold with us, `promising` sells it,
    `upgrading` exchanges it for something dearer, `paying_out` gives it back.

    `recording` sells what a record says was sold, `stocking` moves and counts goods. `people` finds
    members, `joining` enrols them, `holding` and `visiting` use what they hold, `records` asks about them;
    `asking` works in what HQ answers.
    """

    def __init__(
        self, trade: Trade, reference: Reference, new_id: IdSource, pin_matches: PinCheck, workstation: str
    ) -> None:
        self.desk = Desk(trade, reference, new_id, workstation)
        self.selling = Selling(self.desk)
        self.discounting = Discounting(self.desk)
        self.paying = Paying(self.desk)
        self.own_money = OwnMoney(self.desk, self.paying)
        self.promising = Promising(self.desk)
        self.paying_out = PayingOut(self.desk, self.paying)
        self.upgrading = Upgrading(self.desk, self.paying)
        self.voiding = Voiding(self.desk, self.paying)
        self.refunding = Refunding(self.desk, self.paying, self.voiding)
        self.recording = Recording(self.desk)
        self.staff = Staff(self.desk, pin_matches)
        self.aftermath = Aftermath(self.desk)
        self.stocking = Stocking(self.desk)
        self.people = People(self.desk)
        self.joining = Joining(self.desk, self.people, self.selling)
        self.asking = Asking(self.desk)
        self.holding = Holding(self.desk)
        self.visiting = Visiting(self.desk)
        self.records = Records(self.desk, self.asking)
        self._listen()

    def _listen(self) -> None:
        """Who works in which answers of HQ."""
        self.asking.listen("member.enrol", self.joining.heard)
        self.asking.listen("benefit.hold", self._held)
        self.asking.listen("spend.cancel", self.records.heard)
        for kind in KINDS:
            self.asking.listen(kind, self.records.heard)
        self.asking.listen("reward.redeem", self._redeemed)

    def _held(self, request: HqRequest, answer: Answer, moment: Moment) -> Names | None:
        """HQ's word on a coupon or pass, for a basket or for a visit."""
        of = self.visiting if self.visiting.is_visit(request) else self.holding
        return of.heard(request, answer, moment)

    def _redeemed(self, request: HqRequest, answer: Answer, moment: Moment) -> BenefitHeld | None:
        """What points became; goods go into the basket at hand. Where they cannot, they are the member's."""
        held = self.records.heard(request, answer, moment)
        if isinstance(held, BenefitHeld) and held.covers:
            with suppress(Refused):
                self.holding.redeemed(held, str(request.body["member_id"]), moment)
        return held if isinstance(held, BenefitHeld) else None
