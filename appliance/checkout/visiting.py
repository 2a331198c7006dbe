"""A visit without a sale: a use of a pass is taken at the counter, and can be given back.

HQ holds the use first; its yes makes the visit an event. What was asked for stands in the store meanwhile, so
a till that dies goes on waiting, and a visit is counted once.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from appliance.checkout.desk import Desk
from appliance.checkout.holding import require_usable
from appliance.checkout.ports import HqRequest, Moment, question
from retail.catalogue import HeldPass, Names
from retail.errors import Refused
from retail.messages import Answer
from retail.messages.asking import BenefitAsked
from retail.messages.events import PassUsed

KEPT_MS = 24 * 3_600_000
"""How long a visit can be undone at the till."""


class Visit(Struct, frozen=True, kw_only=True):
    """A use of a pass, asked for or taken. Its id is also the authorisation's and the question's."""

    id: str
    pass_id: str
    member_id: str
    names: Names
    at_ms: int
    operator_id: str
    state: Literal["asked", "used"] = "asked"
    uses: int = 1


class Visiting:
    """Visits on one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def of(self, member_id: str) -> Sequence[Visit]:
        """This member's visits that can still be undone, the latest first."""
        found = self._desk.trade.pending("visit", Visit).values()
        return sorted((one for one in found if one.member_id == member_id), key=lambda one: -one.at_ms)

    def visit(self, member_id: str, held: HeldPass, moment: Moment) -> Visit:
        """Take a use without a sale, if HQ says yes. Refused for a pass that cannot be used."""
        session = self._desk.require_session()
        asked = [one for one in self.of(member_id) if one.pass_id == held.id and one.state == "asked"]
        require_usable(held, len(asked) + 1, moment)
        visit = Visit(
            id=self._desk.new_id(),
            pass_id=held.id,
            member_id=member_id,
            names=held.names,
            at_ms=moment.unix_ms,
            operator_id=session.operator_id,
        )
        body = BenefitAsked(
            auth_id=visit.id,
            incarnation=self._desk.trade.incarnation,
            sale_id=visit.id,
            kind="pass",
            member_id=member_id,
            id=held.id,
        )
        with self._desk.trade.unit() as unit:
            for key, old in self._desk.trade.pending("visit", Visit).items():
                if old.state == "used" and old.at_ms < moment.unix_ms - KEPT_MS:
                    unit.drop_pending("visit", key)
            unit.put_pending("visit", visit.id, visit)
            unit.ask_hq(question(visit.id, "benefit.hold", body, moment.unix_ms))
        return visit

    def undo(self, visit_id: str, moment: Moment) -> None:
        """Give the use back; one that HQ has not answered yet is not wanted any more."""
        visit = self._desk.trade.pending("visit", Visit).get(visit_id)
        if visit is None:
            raise Refused("visit.not_there")
        session = self._desk.require_session()
        with self._desk.trade.unit() as unit:
            unit.drop_pending("visit", visit.id)
            if visit.state == "asked":
                unit.forget_request(visit.id)
                self._desk.give_up(unit, visit.id, moment.unix_ms)
            else:
                event = _event(visit, self._desk.new_id(), session.operator_id, gives_back=visit.id)
                self._desk.record(unit, "pass.used", event, moment)

    def is_visit(self, request: HqRequest) -> bool:
        """Whether a question is about a visit, and not a basket."""
        return request.body.get("sale_id") == request.id

    def heard(self, request: HqRequest, answer: Answer, moment: Moment) -> Names | None:
        """HQ's yes makes it an event; a no ends it. The pass's name, if anybody still wants to know."""
        visit = self._desk.trade.pending("visit", Visit).get(request.id)
        with self._desk.trade.unit() as unit:
            unit.forget_request(request.id)
            if visit is None or visit.state == "used":
                return None
            if answer.error:
                unit.drop_pending("visit", visit.id)
            else:
                unit.put_pending("visit", visit.id, msgspec.structs.replace(visit, state="used"))
                self._desk.record(unit, "pass.used", _event(visit, visit.id, visit.operator_id), moment)
        return visit.names


def _event(visit: Visit, use_id: str, operator_id: str, gives_back: str = "") -> PassUsed:
    return PassUsed(
        use_id=use_id,
        auth_id=visit.id,
        pass_id=visit.pass_id,
        member_id=visit.member_id,
        uses=visit.uses,
        operator_id=operator_id,
        gives_back=gives_back,
    )
