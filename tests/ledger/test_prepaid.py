"""Passes, memberships and gift cards: every cent earned, returned or owed, and clear answers why not."""

from datetime import datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.errors import InvariantBroken, Refused
from retail.ledger import Book, Entry, accounts, gift_cards, memberships, passes, reversal
from retail.ledger.gift_cards import GiftCard, card_problem
from retail.ledger.memberships import DayBalance, Membership, MembershipKind, days_left, membership_problem
from retail.ledger.passes import CountPass, PassBalance, PassKind, pass_problem
from retail.ledger.units import DAY, days_of, uses_of
from tests.ledger.shop import START

TEN = PassKind(id="ten", names={"en": "Ten"}, uses=10, price_minor=29_999, days=30, covers=("yoga",))
YEAR = PassKind(id="year", names={"en": "Year"}, uses=100, price_minor=200_000)
MONTH = MembershipKind(id="month", names={"en": "Month"}, days=30, price_minor=10_000)
GOLD = MembershipKind(id="gold", names={"en": "Gold"}, days=365, price_minor=90_000)
CASH = [("cash", 29_999)]


def at(days: float) -> datetime:
    return START + timedelta(days=days)


def pass_balance(book: Book, pass_: CountPass) -> PassBalance:
    return PassBalance(
        book.held(accounts.pass_uses(pass_.id), uses_of(pass_.kind)),
        book.held(accounts.pass_owed(pass_.id), "CNY"),
    )


def day_balance(book: Book, held: Membership) -> DayBalance:
    return DayBalance(
        book.held(accounts.membership_days(held.id), days_of(held.kind)),
        book.held(accounts.membership_owed(held.id), "CNY"),
    )


def bought_pass(book: Book) -> CountPass:
    booking = passes.buy_pass("b", "sale", "p1", TEN, "m1", CASH, START)
    book.post(booking.entry)
    return booking.pass_


def used(book: Book, pass_: CountPass, uses: int, entry_id: str) -> Entry:
    balance = pass_balance(book, pass_)
    booking = passes.use_pass(entry_id, "visit", pass_, balance, uses, START, "yoga")
    book.post(booking.entry)
    return booking.entry


@given(st.lists(st.integers(1, 4), min_size=1, max_size=5))
def test_each_use_earns_its_share_and_the_last_one_the_rest(uses: list[int]) -> None:
    book = Book()
    pass_ = bought_pass(book)
    for index, count in enumerate(uses):
        left = pass_balance(book, pass_).left
        if count > left:
            problem = pass_problem(pass_, left, START, count)
            assert problem and problem.code == ("pass.not_enough" if left else "pass.used_up")
            break
        before = book.sums()
        entry = used(book, pass_, count, f"u{index}")
        book.post(reversal(entry, f"back{index}"))
        assert book.sums() == before
        used(book, pass_, count, f"again{index}")
    balance = pass_balance(book, pass_)
    assert (balance.left == 0) == (balance.owed_minor == 0)
    assert balance.owed_minor - book.balance(accounts.PASS_INCOME, "CNY") == 29_999


def test_a_pass_says_why_it_does_not_count() -> None:
    pass_ = bought_pass(Book())
    frozen = msgspec.structs.replace(pass_, state="frozen")
    asked = [
        (pass_problem(frozen, 5, START), "pass.frozen"),
        (pass_problem(msgspec.structs.replace(pass_, state="closed"), 5, START), "pass.closed"),
        (pass_problem(pass_, 5, at(-1)), "pass.not_started"),
        (pass_problem(pass_, 5, at(30)), "pass.expired"),
        (pass_problem(pass_, 5, START, 1, "sauna"), "pass.not_covered"),
        (pass_problem(pass_, 0, START), "pass.used_up"),
        (pass_problem(pass_, 1, START, 2), "pass.not_enough"),
    ]
    for problem, code in asked:
        assert problem is not None and problem.code == code
    assert pass_problem(pass_, 1, at(29.9), 1, "yoga") is None
    with pytest.raises(Refused):
        passes.use_pass("u", "visit", frozen, PassBalance(5, 5), 1, START)


def test_renewing_goes_on_from_the_end_and_a_lapsed_pass_begins_anew() -> None:
    book = Book()
    pass_ = bought_pass(book)
    early = passes.renew_pass("r", "sale", pass_, pass_balance(book, pass_), TEN, CASH, at(10))
    assert early.pass_.ends_at == at(60)
    late = passes.renew_pass("r", "sale", pass_, pass_balance(book, pass_), TEN, CASH, at(40))
    assert late.pass_.ends_at == at(70)
    book.post(late.entry)
    assert pass_balance(book, pass_) == PassBalance(10, 29_999)
    assert book.held(accounts.BREAKAGE, "CNY") == 29_999
    endless = passes.buy_pass("y", "sale", "p2", YEAR, "m1", [("cash", 200_000)], START).pass_
    assert passes.renew_pass("z", "s", endless, PassBalance(1, 1), YEAR, CASH, START).pass_.ends_at is None
    for wrong, kind in ((pass_, YEAR), (msgspec.structs.replace(pass_, state="closed"), TEN)):
        with pytest.raises(Refused):
            passes.renew_pass("x", "sale", wrong, PassBalance(1, 1), kind, CASH, START)


def test_an_upgrade_credits_the_uses_left() -> None:
    book = Book()
    pass_ = bought_pass(book)
    used(book, pass_, 5, "u")
    balance = pass_balance(book, pass_)
    due_minor = YEAR.price_minor - balance.owed_minor
    for paid_minor in (due_minor - 1, due_minor + 1):
        with pytest.raises(Refused) as refused:
            passes.upgrade_pass("x", "s", pass_, balance, YEAR, "p2", [("cash", paid_minor)], START)
        assert refused.value.params["due_minor"] == due_minor
    made, old = passes.upgrade_pass("x", "s", pass_, balance, YEAR, "p2", [("cash", due_minor)], START)
    book.post(made.entry)
    assert old.state == "closed" and pass_balance(book, old) == PassBalance(0, 0)
    assert pass_balance(book, made.pass_) == PassBalance(100, 200_000)
    with pytest.raises(Refused) as refused:
        passes.upgrade_pass("y", "s", made.pass_, PassBalance(100, 200_000), TEN, "p3", CASH, START)
    assert refused.value.code == "pass.not_an_upgrade"
    with pytest.raises(Refused):
        passes.upgrade_pass("y", "s", old, PassBalance(0, 0), YEAR, "p3", CASH, START)


@pytest.mark.parametrize(
    ("rule", "single_minor", "uses", "paid_minor"),
    [
        ("share", 0, 3, 21_000),
        ("single", 4_000, 3, 17_999),
        ("single", 4_000, 8, 0),
        ("single", 1, 3, 21_000),
    ],
)
def test_a_pass_given_back_pays_by_its_kind_s_rule(
    rule: str, single_minor: int, uses: int, paid_minor: int
) -> None:
    book = Book()
    pass_ = bought_pass(book)
    kind = msgspec.structs.replace(TEN, refund=rule, single_price_minor=single_minor)
    used(book, pass_, uses, "u")
    booking = passes.refund_pass("r", "wish", pass_, pass_balance(book, pass_), kind, "cash", START)
    book.post(booking.entry)
    assert book.balance("till/cash", "CNY") == 29_999 - paid_minor
    assert pass_balance(book, pass_) == PassBalance(0, 0)
    with pytest.raises(Refused):
        passes.refund_pass("s", "wish", booking.pass_, PassBalance(0, 0), kind, "cash", START)


def test_an_ended_pass_is_breakage_once() -> None:
    book = Book()
    pass_ = bought_pass(book)
    assert passes.expire_pass("x", pass_, pass_balance(book, pass_), at(29)) is None
    ended = passes.expire_pass("x", pass_, pass_balance(book, pass_), at(30))
    assert ended is not None
    book.post(ended.entry)
    assert book.held(accounts.BREAKAGE, "CNY") == 29_999
    assert passes.expire_pass("y", pass_, pass_balance(book, pass_), at(31)) is None


def month(book: Book) -> Membership:
    made = memberships.buy_membership("b", "sale", "t1", MONTH, "m1", [("cash", 10_000)], START)
    book.post(made.entry)
    return made.membership


@given(st.lists(st.floats(0, 45), max_size=6).map(sorted))
def test_days_run_and_earn_however_often_they_are_settled(moments: list[float]) -> None:
    book = Book()
    held = month(book)
    for index, moment in enumerate([*moments, 45]):
        entry = memberships.settle(f"s{index}", held, day_balance(book, held), at(moment))
        if entry is not None:
            book.post(entry)
        balance = day_balance(book, held)
        assert balance.left == days_left(held, at(moment))
        assert balance.owed_minor - book.balance(accounts.MEMBERSHIP_INCOME, "CNY") == 10_000
    assert day_balance(book, held) == DayBalance(0, 0)


@given(st.floats(0, 29), st.floats(0, 200), st.floats(0, 60))
def test_a_freeze_keeps_the_days(before: float, frozen: float, after: float) -> None:
    held = month(Book())
    resting = memberships.freeze(held, MONTH, at(before))
    left = days_left(resting, at(before))
    assert days_left(resting, at(before + frozen)) == left
    problem = membership_problem(resting, at(before + frozen))
    assert problem and problem.code == "membership.frozen"
    thawed = memberships.thaw(resting, MONTH, at(before + frozen))
    rest = min(at(before + frozen) - at(before), 90 * DAY)
    assert thawed.ends_at == held.ends_at + rest
    assert thawed.ends_at - thawed.starts_at - thawed.rested == 30 * DAY
    ended = membership_problem(thawed, thawed.ends_at)
    assert ended and ended.code == "membership.expired"
    with pytest.raises(Refused):
        memberships.freeze(thawed, MONTH, at(before + frozen + after))


def test_a_renewal_extends_from_the_end_or_from_now() -> None:
    book = Book()
    held = month(book)
    paid = [("cash", 10_000)]
    early = memberships.renew("r", "s", held, day_balance(book, held), MONTH, paid, at(10))
    assert early.membership.ends_at == at(60)
    late = memberships.renew("r", "s", held, day_balance(book, held), MONTH, paid, at(40))
    assert late.membership.ends_at == at(70)
    book.post(late.entry)
    assert day_balance(book, held) == DayBalance(30, 10_000)
    assert days_left(late.membership, at(40)) == 30
    assert days_left(late.membership, at(41.5)) == 28
    for wrong, kind in ((held, GOLD), (memberships.freeze(held, MONTH, START), MONTH)):
        with pytest.raises(Refused):
            memberships.renew("x", "s", wrong, DayBalance(30, 1), kind, paid, START)


def test_an_upgrade_credits_and_giving_back_pays_the_days_not_begun() -> None:
    book = Book()
    held = month(book)
    balance = day_balance(book, held)
    credit_minor = memberships.upgrade_credit_minor(held, balance, at(9.5))
    assert credit_minor == 10_000 - 10_000 * 10 // 30
    due = [("cash", GOLD.price_minor - credit_minor)]
    made, old = memberships.upgrade("u", "s", held, balance, GOLD, "t2", due, at(9.5))
    book.post(made.entry)
    assert day_balance(book, old) == DayBalance(0, 0)
    assert day_balance(book, made.membership) == DayBalance(365, 90_000)
    back = memberships.refund_membership("r", "s", made.membership, DayBalance(365, 90_000), "qr", at(9.5))
    book.post(back.entry)
    assert book.held("clearing/qr", "CNY") == 90_000
    with pytest.raises(Refused):
        memberships.refund_membership("x", "s", back.membership, DayBalance(0, 0), "qr", at(10))
    with pytest.raises(Refused) as refused:
        memberships.refund_membership("x", "s", held, DayBalance(0, 0), "qr", at(31))
    assert refused.value.code == "membership.expired"
    with pytest.raises(Refused):
        memberships.upgrade("u", "s", old, balance, GOLD, "t3", due, at(10))
    with pytest.raises(Refused):
        memberships.thaw(held, MONTH, START)
    later = memberships.buy_membership("l", "s", "t4", MONTH, "m1", [], at(5)).membership
    problem = membership_problem(later, START)
    assert problem and problem.code == "membership.not_started"


def card(value_minor: int = 10_000, paid_minor: int = 9_000) -> tuple[Book, GiftCard]:
    book = Book()
    made = gift_cards.sell_card("b", "s", "c1", "CNY", value_minor, [("qr", paid_minor)], START, 365)
    book.post(made.entry)
    return book, made.card


def value_of(book: Book) -> int:
    return book.held(accounts.card_value("c1"), "CNY")


def test_a_gift_card_is_spent_given_back_and_paid_out_without_the_shop_s_gift() -> None:
    book, held = card()
    before = book.sums()
    spent = gift_cards.spend_card("s", "sale", held, value_of(book), 4_000, START).entry
    book.post(spent)
    with pytest.raises(Refused) as refused:
        gift_cards.spend_card("t", "sale", held, value_of(book), 6_001, START)
    assert refused.value.code == "gift_card.not_enough"
    for index, (already, part) in enumerate(((0, 1_500), (1_500, 2_500))):
        back = gift_cards.return_to_card(f"r{index}", "ret", held, spent, already, part, START)
        book.post(back.entry)
    assert book.sums() == before and back.card == held
    with pytest.raises(Refused):
        gift_cards.return_to_card("r9", "ret", held, spent, 4_000, 1, START)
    with pytest.raises(InvariantBroken):
        gift_cards.return_to_card("r9", "ret", held, back.entry, 0, 1, START)
    out = gift_cards.refund_card("o", "wish", held, value_of(book), "qr", START)
    book.post(out.entry)
    assert book.sums() == {} and out.card.state == "closed"
    closed = gift_cards.return_to_card("r8", "ret", out.card, spent, 0, 1, START)
    assert closed.card.state == "active"
    with pytest.raises(Refused):
        gift_cards.freeze_card(out.card, True)


def test_a_gift_card_says_why_it_is_not_taken_and_ends_as_breakage() -> None:
    book, held = card()
    frozen = gift_cards.freeze_card(held, True)
    for problem, code in (
        (card_problem(frozen, START), "gift_card.frozen"),
        (card_problem(held, at(365)), "gift_card.expired"),
    ):
        assert problem is not None and problem.code == code
    assert card_problem(gift_cards.freeze_card(frozen, False), START) is None
    with pytest.raises(Refused):
        gift_cards.spend_card("s", "sale", frozen, 10_000, 1, START)
    spent = gift_cards.spend_card("s", "sale", held, 10_000, 400, START).entry
    book.post(spent)
    assert gift_cards.expire_card("x", held, value_of(book), at(364)) is None
    ended = gift_cards.expire_card("x", held, value_of(book), at(365))
    assert ended is not None
    book.post(ended.entry)
    assert book.held(accounts.BREAKAGE, "CNY") == 9_600
    back = gift_cards.return_to_card("r", "ret", held, spent, 0, 400, at(400))
    assert back.card.expires_at == at(430)


def test_a_reload_never_shortens_a_card_s_life() -> None:
    _, held = card()
    for days, ends in ((10, at(365)), (400, at(410)), (None, None)):
        made = gift_cards.reload_card("r", "s", held, 5_000, [("cash", 5_000)], at(10), days)
        assert made.card.expires_at == ends
    endless = msgspec.structs.replace(held, expires_at=None)
    again = gift_cards.reload_card("r", "s", endless, 5_000, [("cash", 5_000)], at(10), 10)
    assert again.card.expires_at is None
    with pytest.raises(Refused) as refused:
        gift_cards.reload_card("r", "s", held, 4_999, [("cash", 5_000)], START, 10)
    assert refused.value.code == "gift_card.paid_more_than_value"
