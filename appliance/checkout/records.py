"""What only HQ knows or keeps of a member: purchases, notes, rewards, passes that rest."""

from typing import Any, Literal

import msgspec

from appliance.checkout.asking import LOOK_LIFE_MS, Asking
from appliance.checkout.desk import Desk
from appliance.checkout.joining import sealing_key
from appliance.checkout.ports import HqRequest, Moment
from retail.errors import Refused
from retail.ledger.earning import Reward
from retail.members.record import NOTE_MAX
from retail.members.sealing import seal
from retail.messages import Answer
from retail.messages.asking import (
    BenefitHeld,
    FreezeAsked,
    History,
    HistoryAsked,
    NoteAsked,
    Personal,
    RewardAsked,
)

ANSWERS: dict[str, Any] = {"member.history": History, "reward.redeem": BenefitHeld}
"""What the answers are; of the other kinds there is nothing in them."""
KINDS = ("member.history", "member.note", "reward.redeem", "prepaid.freeze")


class Records:
    """Questions about members on one desk; each returns the question's id."""

    def __init__(self, desk: Desk, asking: Asking) -> None:
        self._desk = desk
        self._asking = asking

    def history(self, member_id: str, moment: Moment) -> str:
        """Their latest purchases; nobody waits for them for long."""
        return self._asking.ask("member.history", HistoryAsked(member_id=member_id), moment, LOOK_LIFE_MS)

    def note(
        self, member_id: str, text: str, kind: Literal["note", "feedback"], secret: bytes, moment: Moment
    ) -> str:
        """Something to remember, sealed to HQ; refused when it is empty or longer than a note may be."""
        session = self._desk.require_session()
        cleaned = text.strip()
        if not cleaned or len(cleaned) > NOTE_MAX:
            raise Refused("member.note_length", length_max=NOTE_MAX)
        key = sealing_key(self._desk)
        body = NoteAsked(
            note_id=self._desk.new_id(),
            member_id=member_id,
            kid=key.id,
            sealed=seal(key.public, msgspec.json.encode(Personal(text=cleaned)), secret),
            kind=kind,
            operator_id=session.operator_id,
        )
        return self._asking.ask("member.note", body, moment)

    def redeem(self, member_id: str, reward: Reward, moment: Moment) -> str:
        """Points become a coupon; HQ says whether there are enough of them."""
        body = RewardAsked(
            auth_id=self._desk.new_id(),
            incarnation=self._desk.trade.incarnation,
            member_id=member_id,
            reward=reward.id,
        )
        return self._asking.ask("reward.redeem", body, moment)

    def freeze(
        self, what: Literal["pass", "membership"], thing_id: str, member_id: str, frozen: bool, moment: Moment
    ) -> str:
        """A pass or membership rests, or goes on."""
        body = FreezeAsked(what=what, id=thing_id, member_id=member_id, frozen=frozen)
        return self._asking.ask("prepaid.freeze", body, moment)

    def heard(self, request: HqRequest, answer: Answer, moment: Moment) -> Any:
        """The answer, for whoever asked; nothing else follows from it here."""
        with self._desk.trade.unit() as unit:
            unit.forget_request(request.id)
        kind = ANSWERS.get(request.kind)
        if answer.error or kind is None:
            return None
        return msgspec.convert(answer.body, kind)
