"""Refunds at HQ: asked twice done once, never more than was paid; a till's refunds are off HQ's sums."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from hq import payments, refunds, reports, requests, sales
from retail.errors import Refused
from retail.messages import Answer, Envelope, Request
from tests.hq.test_payments import ATTEMPT, TILL, ask, connection
from tests.support.desk import new_home, open_till

__all__ = ["connection"]
WATER, BEANS = "6901234567892", "6901234567885"


def refund(connection: Connection, refund_id: str, amount_minor: int, **changes: Any) -> Answer | None:
    body = {"attempt_id": refund_id, "refunds": ATTEMPT, "amount_minor": amount_minor, "currency": "CNY"}
    request = Request(id=f"{refund_id}-{amount_minor}", kind="payment.refund", body=body | changes)
    return requests.answer(connection, TILL, request, 10)


def state_of(answer: Answer | None) -> str:
    return "" if answer is None else str(answer.body.get("state", answer.error))


@pytest.fixture
def paid(connection: Connection) -> Connection:
    ask(connection, "create")
    payments.decide(connection, ATTEMPT, "paid", 5)
    return connection


def test_a_refund_asked_for_again_is_the_same_refund(paid: Connection) -> None:
    assert [state_of(refund(paid, "r1", 3000)) for _ in range(3)] == ["pending"] * 3
    refunds.decide(paid, "r1", "paid", 11)
    assert state_of(refund(paid, "r1", 3000)) == "paid"
    assert refunds.sum_of(paid, ATTEMPT) == 3000
    assert state_of(refund(paid, "r1", 2000)) == "payment.attempt_differs"


def test_refunds_never_exceed_the_payment(paid: Connection) -> None:
    assert state_of(refund(paid, "r1", 10_000)) == "pending"
    assert state_of(refund(paid, "r2", 841)) == "declined"
    assert state_of(refund(paid, "r3", 840)) == "pending"
    refunds.decide(paid, "r1", "declined", 12)
    assert state_of(refund(paid, "r4", 10_000)) == "pending"


def test_what_was_never_paid_is_declined(connection: Connection) -> None:
    assert state_of(refund(connection, "r1", 100)) == "declined"
    ask(connection, "create")
    assert state_of(refund(connection, "r2", 100)) == "declined"


def test_a_silent_refund_is_heard_of_when_the_silence_ends(paid: Connection) -> None:
    refund(paid, "r1", 3000)
    refunds.silence(paid, "r1", 11)
    assert refund(paid, "r1", 3000) is None
    assert refunds.unannounced(paid) == []
    refunds.decide(paid, "r1", "paid", 12)
    ((to, news),) = refunds.unannounced(paid)
    assert (to, news.attempt_id, news.state) == (TILL, "r1", "paid")
    with pytest.raises(Refused, match=r"payment\.has_ended"):
        refunds.decide(paid, "r1", "declined", 13)


def test_hq_agrees_with_the_till_to_the_cent(connection: Connection, tmp_path: Path) -> None:
    till = open_till(new_home(tmp_path / "home"))
    checkout, now = till.checkout, till.clock.now
    for _ in range(2):
        checkout.selling.scan(WATER, "", now())
        checkout.selling.scan(BEANS, "", now())
        checkout.paying.cash(8100, now())
    first = till.trade.sale(1)
    assert first is not None
    checkout.refunding.take_back(1, {first.lines[1].line_id: 1000}, "damaged", now())
    checkout.refunding.give(checkout.refunding.plan()[0].tender_id, now())
    checkout.refunding.start_void(2, "other", "li", now())
    checkout.refunding.give(checkout.refunding.plan()[0].tender_id, now())
    take_in(connection, till)
    (day,) = reports.days(connection)
    (total,) = reports.totals(connection, day)
    rows = till.trade._rows("SELECT sum(amount_minor) FROM posting WHERE account = 'till/cash'")
    assert total.total_minor == rows[0][0] == 300
    assert (total.count, total.refunds, total.voids, total.returned_minor) == (3, 1, 1, -7800 - 8100)
    assert total.tenders == {"cash": 300}
    whole = reports.whole_sale(connection, first.sale_id)
    assert whole is not None
    assert [(one["kind"], one["total_minor"]) for one in whole["refunds"]] == [("refund", -7800)]
    till.close()


def take_in(connection: Connection, till: Any) -> None:
    """The till's journal, as HQ's ingest derives sales from it."""
    import json

    import msgspec

    from retail.messages.events import EVENT_TYPES

    columns = "seq, id, type, body, prev, hash, hlc, wall, time_trust, business_day"
    for row in till.trade._rows(f"SELECT {columns} FROM journal ORDER BY seq"):
        told = dict(zip(columns.split(", "), row, strict=True))
        body = json.loads(told.pop("body"))
        envelope = Envelope(tenant="demo", appliance="till-1", incarnation="incarnation-1", body=body, **told)
        assert envelope.computed_hash() == envelope.hash
        assert sales.apply(connection, envelope, msgspec.convert(body, EVENT_TYPES[envelope.type])) == []
