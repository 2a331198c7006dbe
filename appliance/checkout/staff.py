"""Who works at the till: PIN or staff card, a lock after wrong PINs, sessions that survive a restart."""

from collections.abc import Callable

from appliance.checkout.desk import Desk
from appliance.checkout.ports import Moment, PinFailures, Session
from retail.catalogue import Operator
from retail.errors import Refused
from retail.messages.events import DrawerOpened, OperatorLockedOut, OperatorSignedIn

PIN_FAILURES_MAX = 5
PIN_LOCK_MS = 60_000
SESSION_LIFE_MS = 10 * 60_000
"""A session found after a restart is trusted for as long as an idle till stays unlocked."""

PinCheck = Callable[[str, str], bool]
"""Whether a PIN fits a stored hash; slow on purpose, so it is given in."""


class Staff:
    """Signing in and out on one desk."""

    def __init__(self, desk: Desk, pin_matches: PinCheck) -> None:
        self._desk = desk
        self.pin_matches = pin_matches

    def resume(self, moment: Moment) -> Operator | None:
        """Who worked here when the till stopped, if that is a short while ago."""
        session = self._desk.session
        if session is None:
            return None
        operator = self._operators().get(session.operator_id)
        if operator is None or not 0 <= moment.unix_ms - session.seen_ms <= SESSION_LIFE_MS:
            self._desk.session = None
            return None
        return operator

    def sign_in(self, operator_id: str, pin: str, moment: Moment) -> Operator:
        """By PIN. Five wrong ones in a row lock this operator out for a minute, on record."""
        operator = self.check_pin(operator_id, pin, moment)
        self._begin(operator, moment)
        return operator

    def sign_in_by_card(self, card_hash: str, moment: Moment) -> Operator:
        """By staff card; refused for a card nobody here has."""
        operator = self.operator_by_card(card_hash)
        if operator is None:
            raise Refused("staff.unknown_card")
        self._begin(operator, moment)
        return operator

    def sign_in_for_record(self, operator: Operator, shift: str, moment: Moment) -> None:
        """Work in somebody's name for a replay, in the shift that the record names."""
        self._begin(operator, moment, shift)

    def end_record(self, session: Session | None) -> None:
        """Whoever worked here before the record works here again."""
        self._put(session)

    def operator_by_card(self, card_hash: str) -> Operator | None:
        """Whose staff card this is."""
        for operator in self._desk.reference.operators():
            if operator.card_hash and operator.card_hash == card_hash:
                return operator
        return None

    def check_pin(self, operator_id: str, pin: str, moment: Moment) -> Operator:
        """The operator, if the PIN is theirs; a wrong one counts, and the count survives a restart."""
        operator = self._operators().get(operator_id)
        if operator is None:
            raise Refused("staff.unknown_operator", operator_id=operator_id)
        failures = self._desk.trade.pin_failures(operator_id)
        if moment.unix_ms < failures.locked_until_ms:
            raise Refused("staff.locked", seconds=-(-(failures.locked_until_ms - moment.unix_ms) // 1000))
        if self.pin_matches(pin, operator.pin_hash):
            if failures.count:
                self._write_failures(operator_id, PinFailures(), moment)
            return operator
        count = failures.count + 1
        if count >= PIN_FAILURES_MAX:
            self._write_failures(operator_id, PinFailures(0, moment.unix_ms + PIN_LOCK_MS), moment, count)
            raise Refused("staff.locked", seconds=PIN_LOCK_MS // 1000)
        self._write_failures(operator_id, PinFailures(count), moment)
        raise Refused("staff.wrong_pin", tries_left=PIN_FAILURES_MAX - count)

    def approve(self, operator_id: str, pin: str, moment: Moment) -> Operator:
        """A manager's PIN for something a cashier may not do alone."""
        operator = self.check_pin(operator_id, pin, moment)
        if operator.role != "manager":
            raise Refused("staff.manager_needed", may_override="manager")
        return operator

    def open_drawer(self, reason: str, moment: Moment) -> None:
        """A drawer opened without a sale is on record before it opens."""
        session = self._desk.require_session()
        with self._desk.trade.unit() as unit:
            body = DrawerOpened(operator_id=session.operator_id, reason=reason)
            self._desk.record(unit, "drawer.opened", body, moment)

    def seen(self, moment: Moment) -> None:
        """Somebody touched the till: a restart within the next minutes needs no PIN."""
        session = self._desk.session
        if session is not None and moment.unix_ms - session.seen_ms > SESSION_LIFE_MS // 10:
            self._put(Session(session.operator_id, session.shift, session.signed_in_ms, moment.unix_ms))

    def sign_out(self) -> None:
        """Nobody works here; an open basket stays."""
        self._put(None)

    def _operators(self) -> dict[str, Operator]:
        return {operator.id: operator for operator in self._desk.reference.operators()}

    def _begin(self, operator: Operator, moment: Moment, shift: str = "") -> None:
        session = Session(operator.id, shift or operator.shift, moment.unix_ms, moment.unix_ms)
        with self._desk.trade.unit() as unit:
            unit.put_session(session)
            body = OperatorSignedIn(operator_id=operator.id, shift=session.shift)
            self._desk.record(unit, "operator.signed_in", body, moment)
        self._desk.session = session

    def _put(self, session: Session | None) -> None:
        with self._desk.trade.unit() as unit:
            unit.put_session(session)
        self._desk.session = session

    def _write_failures(
        self, operator_id: str, failures: PinFailures, moment: Moment, locked_after: int = 0
    ) -> None:
        with self._desk.trade.unit() as unit:
            unit.put_pin_failures(operator_id, failures)
            if locked_after:
                body = OperatorLockedOut(operator_id=operator_id, attempts=locked_after)
                self._desk.record(unit, "operator.locked_out", body, moment)
