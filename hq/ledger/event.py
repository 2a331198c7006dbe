"""One event on its way into the books: whose, when, and what turned out odd about it."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from hq.ledger import members
from hq.ledger.book import SqlBook
from hq.ledger.moments import derived_id, moment
from retail.errors import ContractError, TillboxError
from retail.ledger.entry import Entry
from retail.ledger.lots import Booking
from retail.messages import Envelope
from retail.messages.events import SaleCompleted, SaleVoided

CLOCK_BITS = 16


class Happening:
    """What the steps of booking share. `odd` collects the codes of alarms."""

    def __init__(self, connection: Connection, envelope: Envelope, at: datetime, member_id: str) -> None:
        self.connection = connection
        self.book = SqlBook(connection)
        self.incarnation = envelope.incarnation
        self.at = at
        self.odd: list[str] = []
        self.member = self.meet(member_id)

    def meet(self, member_id: str) -> str:
        """Who answers to a member's id; nobody, with an alarm, where it is no id at all."""
        try:
            return members.meet(self.connection, member_id, self.at)
        except ContractError as error:
            self.odd.append(error.code)
            return ""

    def once(self, entry_id: str, job: Callable[[], None]) -> None:
        """Do what appends an entry, unless it stands. A job that cannot be done leaves nothing but an alarm:
        one odd part of an event must not cost the others."""
        if not self.book.has(entry_id):
            self.attempt(job)

    def attempt(self, job: Callable[[], None]) -> None:
        """Do all of it or nothing; why not is an alarm."""
        try:
            with self.connection.begin_nested():
                job()
        except TillboxError as error:
            self.odd.append(error.code)

    def post(self, booking: Booking | Entry, at: datetime | None = None) -> None:
        """Append what was booked."""
        self.book.post(booking, at or self.at)


class Sold(Happening):
    """A sale, refund, exchange or void. `origins`: the sales of which something comes back."""

    def __init__(self, connection: Connection, envelope: Envelope, body: SaleCompleted) -> None:
        super().__init__(connection, envelope, moment_of(body, envelope), body.member_id)
        self.body = body
        self.sale_id = body.sale_id
        self.origins = origins_of(body)

    def entry_id(self, part: str) -> str:
        """The id of the entry of one part of this sale."""
        return derived_id(self.sale_id, part)

    def entry_of_origin(self, part: str) -> Entry | None:
        """The entry of a part of the sale that comes back."""
        found = (self.book.entry(derived_id(origin, part)) for origin in self.origins)
        return next((entry for entry in found if entry is not None), None)


def origins_of(body: SaleCompleted) -> tuple[str, ...]:
    """The sales of which goods or money come back, without doubles."""
    named = [line.refers_to.sale_id for line in body.lines if line.refers_to]
    voided = [body.voids] if isinstance(body, SaleVoided) else []
    return tuple(dict.fromkeys([*voided, *named]))


def moment_of(body: SaleCompleted, envelope: Envelope) -> datetime:
    """When a sale was completed, in the shop's time zone; the till's clock where that cannot be read."""
    try:
        at = datetime.fromisoformat(body.completed_at)
    except ValueError:
        at = datetime.min
    return at if at.tzinfo is not None else moment(envelope.hlc >> CLOCK_BITS)
