"""What the calendar does: things end, days run, tiers' terms are over, birthdays come. No clock of its own.

Nothing of a purse ends while a till holds a part of it. One sweep looks at a bounded number of each kind and
says whether there is more; what it books has ids that follow from the moment, so a kill costs nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import msgspec
from sqlalchemy import Connection, select

from hq.alarms import raise_alarm
from hq.ledger import benefits, issuing, members, paying_out, reserving, tiering
from hq.ledger.book import SqlBook
from hq.ledger.moments import derived_id, end_ms, moment, to_ms
from hq.tables import benefit, ledger_balance, ledger_lot
from retail.errors import Refused
from retail.ledger import accounts, memberships
from retail.ledger.gift_cards import GiftCard, expire_card
from retail.ledger.memberships import Membership
from retail.ledger.passes import CountPass, expire_pass
from retail.ledger.points import expire_points
from retail.ledger.units import DAY, POINTS
from retail.ledger.value import expire_bonus
from retail.members import coupons
from retail.members.birthdays import BirthdayRule, birthday_due
from retail.members.coupons import Coupon

EACH_MS = 3_600_000
BATCH_MAX = 500
STALE = timedelta(days=1)


@dataclass
class Swept:
    """How many of each were done; `more` when a limit was reached."""

    lots: int = 0
    ended: int = 0
    run: int = 0
    tiers: int = 0
    stale: int = 0
    more: bool = False


def sweep(connection: Connection, now_ms: int, limit: int = BATCH_MAX) -> Swept:
    """Do what is due at a moment, within the caller's transaction."""
    at, done = moment(now_ms), Swept()
    book = SqlBook(connection)
    done.lots = _end_lots(book, at, limit)
    done.ended = _end_benefits(book, at, limit)
    done.run = _run_days(book, at, limit)
    for member_id in tiering.due(connection, at, limit):
        tiering.settle(connection, member_id, at)
        done.tiers += 1
    tiering.remind(connection, at, timedelta(milliseconds=2 * EACH_MS))
    done.stale = _alarm_stale(connection, at, now_ms)
    done.more = max(done.lots, done.ended, done.run, done.tiers) >= limit
    return done


def _entry_id(what: str, thing: str, at: datetime) -> str:
    return derived_id(what, thing, str(to_ms(at)))


def _end_lots(book: SqlBook, at: datetime, limit: int) -> int:
    rows = book.connection.execute(
        select(ledger_lot.c.account, ledger_lot.c.unit)
        .join_from(
            ledger_lot,
            ledger_balance,
            (ledger_balance.c.account == ledger_lot.c.account) & (ledger_balance.c.unit == ledger_lot.c.unit),
        )
        .where(ledger_lot.c.expires_at_ms <= end_ms(at), ledger_balance.c.amount < 0)
        .order_by(ledger_lot.c.expires_at_ms)
        .limit(limit)
    )
    due = sorted({(account.split("/")[1], unit) for account, unit in rows})
    count = 0
    for member_id, unit in due:
        is_points = unit == POINTS
        held = accounts.points(member_id) if is_points else accounts.stored_value(member_id)
        if reserving.open_ones(book.connection, held):
            continue
        entry_id = derived_id("ended", member_id, unit, str(to_ms(at)))
        made = (
            expire_points(entry_id, book.points(member_id), at)
            if is_points
            else expire_bonus(entry_id, book.value(member_id, unit), at)
        )
        if made is not None:
            count += book.post(made, at)
    return count


def _end_benefits(book: SqlBook, at: datetime, limit: int) -> int:
    connection, count = book.connection, 0
    for coupon in benefits.due(connection, Coupon, at, limit):
        benefits.keep(connection, coupons.expire(coupon, at))
        count += 1
    for card in _holding_past_end(connection, GiftCard, at, limit):
        count += _end_card(book, card, at)
    for pass_ in _holding_past_end(connection, CountPass, at, limit):
        count += _end_pass(book, pass_, at)
    return count


def _holding_past_end(
    connection: Connection, kind: type[benefits.B], at: datetime, limit: int
) -> list[benefits.B]:
    """Those whose end has passed and on whose account something stands."""
    what = benefits.WHAT[kind]
    prefix, suffix = ("card/", "/value") if kind is GiftCard else ("pass/", "/uses")
    account = ledger_balance.c.account == prefix + benefit.c.id + suffix
    rows = connection.execute(
        select(benefit.c.id)
        .join_from(benefit, ledger_balance, account)
        .where(benefit.c.what == what, benefit.c.due_at_ms <= end_ms(at), ledger_balance.c.amount < 0)
        .order_by(benefit.c.due_at_ms)
        .limit(limit)
    )
    found = [benefits.find(connection, kind, benefit_id) for benefit_id in rows.scalars().all()]
    return [item for item in found if item is not None]


def _end_card(book: SqlBook, card: GiftCard, at: datetime) -> int:
    place = accounts.card_value(card.id)
    if reserving.open_ones(book.connection, place):
        return 0
    made = expire_card(_entry_id("ended", card.id, at), card, book.held(place, card.currency), at)
    return 0 if made is None else int(book.post(made.entry, at))


def _end_pass(book: SqlBook, pass_: CountPass, at: datetime) -> int:
    if reserving.open_ones(book.connection, accounts.pass_uses(pass_.id)):
        return 0
    made = expire_pass(_entry_id("ended", pass_.id, at), pass_, members.pass_balance(book, pass_), at)
    if made is None:
        return 0
    benefits.tell_owner(book.connection, "pass", pass_.id)
    return int(book.post(made.entry, at))


def _run_days(book: SqlBook, at: datetime, limit: int) -> int:
    """Days begun since the last time; each membership is looked at again when its next day begins."""
    found = benefits.due(book.connection, Membership, at, limit)
    for item in found:
        if reserving.open_ones(book.connection, accounts.membership_days(item.id)):
            continue
        entry_id = _entry_id("run", item.id, at)
        made = memberships.settle(entry_id, item, paying_out.day_balance(book, item), at)
        if made is not None:
            book.post(made, at)
        next_day = item.starts_at + item.rested + memberships.days_run(item, at) * DAY
        is_over = item.state == "frozen" or at >= item.ends_at
        benefits.look_again(book.connection, item, None if is_over else next_day)
    return len(found)


def _alarm_stale(connection: Connection, at: datetime, now_ms: int) -> int:
    """A till that never said what became of a promise: somebody must ask, and write it off."""
    stale = [kept for kept in reserving.open_ones(connection) if kept.at <= at - STALE]
    for kept in stale:
        appliance = kept.reservation.request.appliance
        raise_alarm(connection, "", appliance, "authorisation.stale", now_ms, auth_id=kept.auth_id)
    return len(stale)


def give_birthday_coupons(
    connection: Connection,
    rule: BirthdayRule,
    birthdays: Iterable[tuple[str, date | None]],
    now_ms: int,
) -> int:
    """The coupons due to members (id, birthday) today, in the shop's time zone; how many were given."""
    zone = members.zone_of(connection)
    today = moment(now_ms).astimezone(zone).date()
    count = 0
    for member_id, birthday in birthdays:
        issued = _birthdays_given(connection, member_id, rule.coupon)
        due = birthday_due(rule, birthday, issued, today)
        if due is None:
            continue
        coupon_id = derived_id(due.cause, member_id)
        try:
            made = issuing.issue(connection, due.coupon, coupon_id, member_id, moment(now_ms), due.cause)
        except Refused as refusal:
            raise_alarm(connection, "", "", refusal.code, now_ms, kind=rule.coupon)
            continue
        last = datetime.combine(due.last_day + timedelta(days=1), time.min, zone)
        ends = last if made.until is None else min(last, made.until)
        benefits.keep(connection, msgspec.structs.replace(made, until=ends))
        count += 1
    return count


def _birthdays_given(connection: Connection, member_id: str, kind: str) -> dict[int, date]:
    return {
        int(coupon.cause.partition(":")[2]): coupon.issued_at.date()
        for coupon in benefits.of_member(connection, Coupon, member_id)
        if coupon.kind == kind and coupon.cause.startswith("birthday:")
    }
