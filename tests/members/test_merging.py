"""Merging, freezing, erasing: everything held moves or is settled, history stays, nothing personal does."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from retail.errors import InvariantBroken, Refused
from retail.ledger import Purse, accounts
from retail.ledger.value_rules import ValueRules
from retail.members.merging import Merge, merge, merge_records
from retail.members.record import (
    MemberRecord,
    Note,
    erase,
    freeze_member,
    member_problem,
    with_note,
)
from tests.ledger.shop import CNY, GENEROUS, Shop

A = MemberRecord(id="a", number="M1", chain="c", joined_at=datetime(2026, 1, 2, tzinfo=UTC))
B = msgspec.structs.replace(
    A,
    id="b",
    number="M2",
    joined_at=datetime(2025, 1, 2, tzinfo=UTC),
    name="陈静怡",
    phone="+8613812346207",
    birthday=date(1990, 1, 2),
    address="1 Road",
    cards=("h1",),
    contact=True,
)


def note(minute: int, text: str = "x") -> Note:
    return Note(at=datetime(2026, 1, 1, 0, minute % 60, tzinfo=UTC), by="o1", text=text)


def pairs(shop: Shop) -> list[tuple[Purse, Purse]]:
    mine, theirs = shop.value("a"), shop.value("b")
    return [
        (mine.principal, theirs.principal),
        (mine.bonus, theirs.bonus),
        (shop.points("a"), shop.points("b")),
    ]


def merged(shop: Shop, open_reservations: int = 0) -> Merge:
    done = merge(shop.new_id(), A, B, pairs(shop), open_reservations, shop.at)
    shop.post(done.booking)
    return done


def test_the_survivor_s_fields_win_and_what_it_lacks_comes_from_the_other() -> None:
    mine = msgspec.structs.replace(A, name="陈怡", phone="+8613900000000", notes=(note(2),), contact=True)
    theirs = msgspec.structs.replace(B, notes=(note(1),), other_phones=("+8613900000000",))
    survivor, absorbed = merge_records(mine, theirs)
    assert (survivor.name, survivor.phone, survivor.birthday) == ("陈怡", "+8613900000000", B.birthday)
    assert survivor.other_phones == ("+8613812346207",)
    assert survivor.joined_at == B.joined_at and survivor.cards == ("h1",)
    assert [n.at.minute for n in survivor.notes] == [1, 2]
    assert survivor.contact and not merge_records(A, B)[0].contact
    assert (absorbed.state, absorbed.merged_into) == ("merged", "a")
    assert not (absorbed.name or absorbed.phone or absorbed.cards or absorbed.birthday)


def test_a_merge_is_no_way_out_of_a_freeze_and_not_everybody_can_be_merged() -> None:
    assert merge_records(A, freeze_member(B, True))[0].state == "frozen"
    wrong = [
        (A, A, "member.same"),
        (A, msgspec.structs.replace(B, chain="d"), "member.other_chain"),
        (A, merge_records(A, B)[1], "member.merged"),
        (msgspec.structs.replace(A, state="erased"), B, "member.erased"),
    ]
    for one, other, code in wrong:
        with pytest.raises(Refused) as refused:
            merge_records(one, other)
        assert refused.value.code == code
    with pytest.raises(Refused) as refused:
        merged(Shop(), open_reservations=1)
    assert refused.value.code == "member.has_open_spends"


def test_everything_moves_and_what_was_spent_before_comes_back_to_the_survivor() -> None:
    shop = Shop()
    shop.top_up("a", 1_000)
    shop.top_up("b", 50_000)
    spent = shop.spend("b", 50_000)
    earned = shop.earn("b", 70)
    redeemed = shop.redeem("b", 70)
    merged(shop)
    assert shop.value("b").total == shop.points("b").total == 0
    assert shop.value("a").total == 11_000
    shop.return_spend("a", spent, 0, 50_000)
    shop.return_redeemed("a", redeemed, 0, 70)
    assert shop.value("a").principal.total == 51_000
    assert len([lot for lot in shop.book.lots.values() if lot.account.startswith("member/a/")]) == 4
    shop.take_back("a", earned, 70)
    assert shop.points("a").total == 0
    assert shop.refund("a").paid_minor == 51_000


@pytest.mark.parametrize(("owing", "having"), [("a", "b"), ("b", "a")])
def test_one_s_debt_is_repaid_from_what_the_other_holds(owing: str, having: str) -> None:
    shop = Shop(msgspec.structs.replace(GENEROUS, overdraft_max_minor=800))
    shop.earn(owing, 10)
    earned = shop.earn(owing, 40)
    shop.redeem(owing, 45)
    shop.take_back(owing, earned, 40)
    shop.spend(owing, 800, stood_in=True)
    shop.earn(having, 20)
    shop.top_up(having, 300)
    merged(shop)
    assert (shop.points("a").total, shop.points("a").debt) == (-15, 15)
    assert (shop.value("a").principal.total, shop.value("a").available(shop.at)) == (-500, 0)
    assert not any(account.startswith("member/b/") for account, _ in shop.book.sums())


def test_merging_who_holds_nothing_books_nothing() -> None:
    shop = Shop()
    assert merged(shop).booking is None
    earned = shop.earn("b", 5)
    shop.redeem("b", 5)
    done = merge(shop.new_id(), A, B, pairs(shop), 0, shop.at)
    assert done.booking is not None and done.booking.entry.postings[0].amount_minor == 0
    shop.post(done.booking)
    assert shop.points("a").find(earned.entry_id) is not None
    with pytest.raises(InvariantBroken):
        merge("x", A, B, [(shop.points("a"), shop.value("b").bonus)], 0, shop.at)


def test_a_member_says_why_they_cannot_spend_here() -> None:
    asked = [
        (A, "d", "member.other_chain"),
        (freeze_member(A, True), "c", "member.frozen"),
        (merge_records(A, B)[1], "c", "member.merged"),
        (msgspec.structs.replace(A, state="erased"), "c", "member.erased"),
    ]
    for member, chain, code in asked:
        problem = member_problem(member, chain)
        assert problem is not None and problem.code == code
    assert member_problem(freeze_member(freeze_member(A, True), False), "c") is None
    with pytest.raises(Refused):
        freeze_member(merge_records(A, B)[1], True)


def test_notes_have_a_length_and_a_number() -> None:
    member = A
    for minute in range(101):
        member = with_note(member, note(minute, str(minute)))
    assert len(member.notes) == 100 and member.notes[0].text == "1"
    with pytest.raises(Refused):
        with_note(member, note(0, "x" * 501))


def test_erasing_leaves_the_ledger_by_id_and_nothing_personal() -> None:
    shop = Shop()
    shop.top_up("b", 50_000)
    shop.spend("b", 50_000)
    shop.earn("b", 30)
    purses = [purse for _, purse in pairs(shop)]
    gone, booking = erase("x", B, purses, open_reservations=0, passes_left=0)
    shop.post(booking)
    assert shop.value("b").total == shop.points("b").total == 0
    assert shop.book.balance(accounts.BONUS_EXPENSE, CNY) == 0
    assert (gone.id, gone.number, gone.state) == ("b", "M2", "erased")
    text = msgspec.json.encode(gone).decode()
    assert all(personal not in text for personal in ("陈静怡", "13812346207", "1990-01-02", "Road", "h1"))
    with pytest.raises(Refused):
        erase("y", gone, [], open_reservations=0, passes_left=0)
    assert erase("y", A, [shop.points("a")], open_reservations=0, passes_left=0)[1] is None


def test_a_debt_of_points_is_forgiven_when_a_member_is_erased() -> None:
    shop = Shop()
    earned = shop.earn("b", 30)
    shop.redeem("b", 30)
    shop.take_back("b", earned, 30)
    shop.post(erase("x", B, [shop.points("b")], open_reservations=0, passes_left=0)[1])
    assert shop.points("b").total == 0
    assert shop.book.balance(accounts.POINTS_VOIDED, "PTS") == 30


def test_what_is_not_settled_stops_an_erasure() -> None:
    shop = Shop(ValueRules(id="v", overdraft_max_minor=10))
    shop.top_up("b", 500)
    shop.spend("c", 10, stood_in=True)
    owing = msgspec.structs.replace(B, id="c")
    for member, reservations, passes_left, code in (
        (B, 0, 0, "member.has_money"),
        (owing, 0, 0, "member.owes"),
        (A, 1, 0, "member.has_open_spends"),
        (A, 0, 2, "member.has_passes"),
    ):
        purses = [shop.value(member.id).principal]
        with pytest.raises(Refused) as refused:
            erase("x", member, purses, open_reservations=reservations, passes_left=passes_left)
        assert refused.value.code == code
