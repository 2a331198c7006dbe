"""The checkout service: one desk and what can be done on it.

The till's screen and the replay sell through this and nothing else.
"""

from appliance.checkout.desk import Desk
from appliance.checkout.discounting import Discounting
from appliance.checkout.effects import Aftermath
from appliance.checkout.own_money import OwnMoney
from appliance.checkout.paying import Paying
from appliance.checkout.paying_out import PayingOut
from appliance.checkout.ports import Reference, Trade
from appliance.checkout.promising import Promising
from appliance.checkout.recording import Recording
from appliance.checkout.returns import Refunding
from appliance.checkout.selling import Selling
from appliance.checkout.staff import PinCheck, Staff
from appliance.checkout.stocking import Stocking
from retail.ids import IdSource


class Checkout:
    """`selling` for goods, `paying` for money, `staff` for people, `aftermath` for effects, all on
    one `desk`. `discounting` is for coupons and prices by hand, `refunding` takes goods back; `own_money`
    takes what customers hold with us, `promising` sells it, `paying_out` gives it back.

    `recording` sells what a record says was sold, `stocking` moves and counts goods.
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
        self.refunding = Refunding(self.desk, self.paying)
        self.recording = Recording(self.desk)
        self.staff = Staff(self.desk, pin_matches)
        self.aftermath = Aftermath(self.desk)
        self.stocking = Stocking(self.desk)
