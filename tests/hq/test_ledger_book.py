"""HQ's tables of the ledger: what they refuse, and that they say what the book in memory says."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from hq.ledger import SqlBook, balances_of
from hq.ledger.moments import derived_id
from retail.errors import InvariantBroken
from retail.ledger import Entry, Posting
from retail.ledger import value as stored
from tests.ledger.shop import CNY, GENEROUS, START
from tests.support.ledger import hq_in_memory


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = hq_in_memory()
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def cash(entry_id: str, *amounts: int) -> Entry:
    accounts = ("till/cash", "income/sales", "member/m1/principal/x")
    return Entry(
        entry_id, "sale", "s", tuple(Posting(a, CNY, n) for a, n in zip(accounts, amounts, strict=False))
    )


def test_an_entry_stands_once_and_another_under_its_id_is_refused(connection: Connection) -> None:
    book = SqlBook(connection)
    assert book.post(cash("e1", 500, -500), START)
    assert not book.post(cash("e1", 500, -500), START)
    with pytest.raises(InvariantBroken, match=r"ledger\.other_entry"):
        book.post(cash("e1", 600, -600), START)
    assert book.balance("till/cash", CNY) == 500
    assert [entry for _, entry in book.entries("till/cash")] == [book.entry("e1")]


@pytest.mark.parametrize(
    ("amounts", "code"),
    [((500, -499), "ledger.unbalanced"), ((-500, 0, 500), "ledger.below_zero")],
)
def test_what_may_not_stand_is_refused_by_the_book(
    connection: Connection, amounts: tuple[int, ...], code: str
) -> None:
    with pytest.raises(InvariantBroken, match=code):
        SqlBook(connection).post(cash("e1", *amounts), START)
    assert SqlBook(connection).sums() == {}


def write(connection: Connection, *postings: tuple[str, int]) -> None:
    """Around the book, as a program with an error would."""
    connection.exec_driver_sql("INSERT INTO ledger_entry VALUES (7, 'bad', 'sale', 's', 0, 0)")
    for account, amount in postings:
        connection.exec_driver_sql("INSERT INTO posting VALUES (7, ?, 'CNY', ?)", (account, amount))
    connection.exec_driver_sql("UPDATE ledger_entry SET closed = 1 WHERE entry = 7")


@pytest.mark.parametrize(
    ("postings", "why"),
    [
        ([("till/cash", 500), ("income/sales", -499)], "unbalanced"),
        ([], "unbalanced"),
        ([("till/cash", -500), ("member/m1/points/x", 500)], "below_zero"),
        ([("till/cash", -500), ("card/c1/value", 500)], "below_zero"),
        ([("till/cash", -500), ("owed/pass/p1", 500)], "below_zero"),
        ([("till/cash", 500), ("member/m1/points/debt", -500)], "below_zero"),
    ],
)
def test_the_database_refuses_it_too(
    connection: Connection, postings: list[tuple[str, int]], why: str
) -> None:
    with pytest.raises(IntegrityError, match=why):
        write(connection, *postings)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_entry SET kind = 'other'",
        "UPDATE ledger_entry SET closed = 0",
        "DELETE FROM ledger_entry",
        "UPDATE posting SET amount = 1",
        "DELETE FROM posting",
        "INSERT INTO posting VALUES (1, 'income/late', 'CNY', 5)",
    ],
)
def test_what_stands_is_never_changed(connection: Connection, change: str) -> None:
    SqlBook(connection).post(cash("e1", 500, -500), START)
    with pytest.raises(IntegrityError, match=r"ledger\.immutable"):
        connection.exec_driver_sql(change)


def test_a_purse_has_its_lots_with_what_is_left_and_when_they_end(connection: Connection) -> None:
    book = SqlBook(connection)
    tenders = [("cash", 50_000)]
    book.post(stored.top_up("t1", "s", book.value("m1", CNY), GENEROUS, tenders, START), START)
    value = book.value("m1", CNY)
    assert (value.principal.total, value.bonus.total) == (50_000, 10_000)
    assert value.bonus.holdings[0].lot.expires_at == START + timedelta(days=90)
    spent = stored.spend("t2", "s", value, GENEROUS, 55_000, START)
    book.post(spent, START)
    assert book.value("m1", CNY).available(START) == 5_000
    expired = stored.expire_bonus("t3", book.value("m1", CNY), START + timedelta(days=91))
    assert expired
    book.post(expired, START + timedelta(days=91))
    assert book.value("m1", CNY).bonus.holdings[0].lapsed == 5_000
    assert {purse.path for purse in book.purses("m1")} == {"member/m1/principal", "member/m1/bonus"}
    assert balances_of(connection, "m1", START).value_minor == 0


def test_ids_that_follow_are_always_fit_for_a_path() -> None:
    assert derived_id("sale-1", "tender-2") == "sale-1:tender-2"
    long = derived_id("s" * 70, "t" * 70)
    assert long == derived_id("s" * 70, "t" * 70) != derived_id("s" * 70, "u" * 70)
    assert len(derived_id("a/b", "c")) == 36
