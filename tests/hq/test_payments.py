"""Payment intents: asked twice once, ended once, silent when told so."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from hq import catalogue, payments, requests
from hq.database import open_hq
from hq.journal import Sender
from retail.catalogue import Shop
from retail.emvco import fields_of, parse
from retail.errors import Refused
from retail.messages import Answer, Request

TILL = Sender("demo", "till-1")
SHOP = Shop(
    id="shop",
    names={"en": "Demo"},
    store_names={},
    workstation_names={},
    merchant_name="DEMO CAFE",
    merchant_city="SHANGHAI",
    merchant_id="M-1",
)
ATTEMPT = "01990000-0000-7000-8000-0123456789ab"


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    engine = open_hq(tmp_path / "hq.db")
    with engine.begin() as made:
        catalogue.put(made, [SHOP])
        yield made
    engine.dispose()


def ask(connection: Connection, kind: str, now_ms: int = 0, **changes: Any) -> Answer | None:
    body: dict[str, Any] = {"attempt_id": ATTEMPT}
    if kind == "create":
        body |= {
            "sale_id": "s",
            "amount_minor": 10840,
            "currency": "CNY",
            "expires_at_ms": 1000,
            "method": "qr",
        }
    request = Request(id=f"{kind}-{now_ms}", kind=f"payment.{kind}", body=body | changes)
    return requests.answer(connection, TILL, request, now_ms)


def state(connection: Connection, now_ms: int = 0) -> str:
    told = ask(connection, "query", now_ms)
    return "" if told is None else str(told.body["state"])


def test_the_code_carries_the_exact_amount_and_a_reference(connection: Connection) -> None:
    answer = ask(connection, "create")
    assert answer and not answer.error
    fields = parse(answer.body["qr"])
    assert (fields["54"], fields["59"]) == ("108.40", "DEMO CAFE")
    assert fields_of(fields["62"])["05"] == answer.body["provider_reference"]
    assert answer.body["provider_reference"] in ATTEMPT.replace("-", "")


def test_asking_twice_gives_the_same_intent(connection: Connection) -> None:
    assert ask(connection, "create", 0) == ask(connection, "create", 0)
    assert len(payments.intents(connection)) == 1
    other = ask(connection, "create", 1, amount_minor=1)
    assert other and other.error == "payment.attempt_differs"


def test_a_cancel_after_paid_answers_paid(connection: Connection) -> None:
    ask(connection, "create")
    payments.decide(connection, ATTEMPT, "paid", 1)
    told = ask(connection, "cancel", 2)
    assert told and told.body["state"] == "paid"


def test_a_cancelled_or_expired_payment_cannot_be_paid(connection: Connection) -> None:
    ask(connection, "create")
    assert state(connection, 999) == "pending"
    assert state(connection, 1000) == "expired"
    with pytest.raises(Refused, match="has_ended"):
        payments.decide(connection, ATTEMPT, "paid", 1001)
    assert state(connection, 1002) == "expired"


def test_a_silent_payment_gets_no_answer_and_no_news_until_released(connection: Connection) -> None:
    ask(connection, "create")
    payments.silence(connection, ATTEMPT, 1)
    assert ask(connection, "query", 2) is None
    assert ask(connection, "cancel", 3) is None
    assert ask(connection, "create", 4) is None
    payments.expire(connection, 2000)
    assert payments.unannounced(connection) == []
    payments.release(connection, ATTEMPT, 2001)
    [(to, news)] = payments.unannounced(connection)
    assert (to, news.state) == (TILL, "expired")


def test_paying_ends_a_silence(connection: Connection) -> None:
    ask(connection, "create")
    payments.silence(connection, ATTEMPT, 1)
    payments.decide(connection, ATTEMPT, "paid", 2)
    assert [news.state for _, news in payments.unannounced(connection)] == ["paid"]


def test_revisions_grow_with_every_change(connection: Connection) -> None:
    first = ask(connection, "create")
    payments.decide(connection, ATTEMPT, "declined", 1)
    [(_, news)] = payments.unannounced(connection)
    assert first and news.revision > first.body["revision"]
    payments.announced(connection, news)
    assert payments.unannounced(connection) == []


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"amount_minor": 0}, "payment.amount"),
        ({"amount_minor": "12"}, "request.malformed"),
        ({"currency": "XXX"}, "payment.no_qr"),
        ({"attempt_id": "x" * 65}, "payment.attempt_id"),
    ],
)
def test_a_wrong_request_is_answered_with_what_is_wrong(
    connection: Connection, changes: dict[str, Any], error: str
) -> None:
    answer = ask(connection, "create", **changes)
    assert answer and answer.error == error
    assert payments.intents(connection) == []


def test_another_tills_payment_is_unknown(connection: Connection) -> None:
    ask(connection, "create")
    request = Request(id="r", kind="payment.cancel", body={"attempt_id": ATTEMPT})
    answer = requests.answer(connection, Sender("demo", "till-2"), request, 1)
    assert answer and answer.error == "payment.unknown"
    assert state(connection) == "pending"
