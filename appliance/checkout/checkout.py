"""The checkout service: one desk and what can be done on it.

The till's screen and the replay sell through this and nothing else.
"""

from appliance.checkout.asking import Asking
from appliance.checkout.desk import Desk
from appliance.checkout.discounting import Discounting
from appliance.checkout.effects import Aftermath
from appliance.checkout.joining import Joining
from appliance.checkout.paying import Paying
from appliance.checkout.people import People
from appliance.checkout.ports import Reference, Trade
from appliance.checkout.recording import Recording
from appliance.checkout.returns import Refunding
from appliance.checkout.selling import Selling
from appliance.checkout.staff import PinCheck, Staff
from appliance.checkout.stocking import Stocking
from retail.ids import IdSource


class Checkout:
    """`selling` for goods, `paying` for money, `staff` for people, `aftermath` for effects, all on
    one `desk`. `discounting` is for coupons and prices by hand, `refunding` takes goods back.

    `recording` sells what a record says was sold, `stocking` moves and counts goods. `people` finds
    members, `joining` enrols them, `asking` works in what HQ answers.
    """

    def __init__(
        self, trade: Trade, reference: Reference, new_id: IdSource, pin_matches: PinCheck, workstation: str
    ) -> None:
        self.desk = Desk(trade, reference, new_id, workstation)
        self.selling = Selling(self.desk)
        self.discounting = Discounting(self.desk)
        self.paying = Paying(self.desk)
        self.refunding = Refunding(self.desk, self.paying)
        self.recording = Recording(self.desk)
        self.staff = Staff(self.desk, pin_matches)
        self.aftermath = Aftermath(self.desk)
        self.stocking = Stocking(self.desk)
        self.people = People(self.desk)
        self.joining = Joining(self.desk, self.people, self.selling)
        self.asking = Asking(self.desk)
        self.asking.listen("member.enrol", self.joining.heard)
