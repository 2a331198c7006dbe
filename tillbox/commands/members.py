"""`tillbox members`: look members up, enrol, change, merge and erase them, in this home's HQ."""

import json
from collections.abc import Callable
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from hq.members import enrolling, erasing, finding, giving, merging, notes, virtual_card
from hq.members.finding import By
from hq.members.handing_out import Handout, hand_out, plan
from hq.members.profile import as_json, profile, record_as_json
from retail.errors import Refused
from tillbox.members.house import House, with_hq
from tillbox.members.words import line_of, page_of, say

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)

InJson = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]
Who = Annotated[str, typer.Argument(metavar="MEMBER", help="Phone, its end, number, card, id or name.")]
Sure = Annotated[bool, typer.Option("--yes", help="Do it: it cannot be undone.")]


@app.callback()
def _group() -> None:
    """Look after members. HQ may run meanwhile; the tills hear of it by themselves."""


@app.command()
def find(
    words: Annotated[str, typer.Argument(help="Phone, its last digits, number, card or name.")],
    by: Annotated[By | None, typer.Option(help="What it is, if it could be several things.")] = None,
    in_json: InJson = False,
) -> None:
    """Look members up. Ends with 1 when there is none."""

    def work(house: House) -> None:
        with house.engine.connect() as connection:
            found = finding.find(connection, house.keys, words, by)
        if in_json:
            _print([record_as_json(one) for one in found])
        else:
            typer.echo("\n".join(map(line_of, found)) or house.t("members.none"))
        if not found:
            raise typer.Exit(1)

    with_hq(work, in_json)


@app.command()
def show(who: Who, in_json: InJson = False) -> None:
    """Print everything about a member."""

    def work(house: House) -> None:
        with house.engine.connect() as connection:
            record = finding.one(connection, house.keys, who)
            found = profile(connection, house.keys, record.id, house.now_ms)
            card = virtual_card.link(connection, house.keys, record.id)
        if in_json:
            _print({**as_json(found), "card_link": card})
        else:
            typer.echo(page_of(found, card, house.texts))

    with_hq(work, in_json)


@app.command()
def enrol(
    phone: Annotated[str, typer.Argument(help="The phone number.")],
    name: Annotated[str, typer.Option(help="How they are called.")] = "",
    birthday: Annotated[str, typer.Option(help="As 1990-03-07.")] = "",
    address: Annotated[str, typer.Option(help="Where they live.")] = "",
    contact: Annotated[bool, typer.Option("--contact", help="They agree to be written to.")] = False,
    card: Annotated[str, typer.Option(help="The number (UID) of an NFC card.")] = "",
    in_json: InJson = False,
) -> None:
    """A new member; of a phone that is known already, the member who has it."""

    def work(house: House) -> None:
        hash_ = enrolling.card_of(house.keys, card) if card else ""
        form = enrolling.Form(phone, name, birthday, address, contact, hash_)
        with house.engine.begin() as connection:
            record, is_new = enrolling.join(connection, house.keys, house.new_id(), form, house.now_ms)
        if in_json:
            _print({**record_as_json(record), "is_new": is_new})
        else:
            typer.echo(f"{line_of(record)}  {house.t('members.new' if is_new else 'members.known')}")

    with_hq(work, in_json)


@app.command()
def edit(
    who: Who,
    phone: Annotated[str | None, typer.Option(help="Another phone number.")] = None,
    name: Annotated[str | None, typer.Option(help="Another name.")] = None,
    birthday: Annotated[str | None, typer.Option(help="As 1990-03-07; empty for none.")] = None,
    address: Annotated[str | None, typer.Option(help="Another address.")] = None,
    contact: Annotated[bool | None, typer.Option(help="Whether they may be written to.")] = None,
    in_json: InJson = False,
) -> None:
    """Change a record."""
    given = {"phone": phone, "name": name, "birthday": birthday, "address": address, "contact": contact}
    changes = {key: value for key, value in given.items() if value is not None}
    _change(who, in_json, lambda c, h, id_: enrolling.edit(c, h.keys, id_, h.now_ms, **changes))


@app.command()
def freeze(
    who: Who,
    off: Annotated[bool, typer.Option("--off", help="Let them go on.")] = False,
    in_json: InJson = False,
) -> None:
    """Stop a member from spending, earning and topping up."""
    _change(who, in_json, lambda c, h, id_: enrolling.freeze(c, h.keys, id_, not off))


@app.command()
def tier(
    who: Who,
    tier_id: Annotated[str, typer.Argument(metavar="TIER", help="The tier's id or name.")],
    in_json: InJson = False,
) -> None:
    """Give a tier by hand, for one window at least."""
    _change(who, in_json, lambda c, h, id_: enrolling.set_tier(c, h.keys, id_, tier_id, h.now_ms))


@app.command()
def card(
    who: Who,
    uid: Annotated[str, typer.Argument(help="The card's number (UID) in hex.")] = "",
    unbind: Annotated[bool, typer.Option("--unbind", help="Take it away; all if none is named.")] = False,
    in_json: InJson = False,
) -> None:
    """Give a member an NFC card, or take it away."""
    if unbind:
        _change(who, in_json, lambda c, h, id_: enrolling.unbind_card(c, h.keys, id_, uid))
    else:
        _change(who, in_json, lambda c, h, id_: enrolling.bind_card(c, h.keys, id_, uid))


@app.command()
def merge(who: Who, other: Annotated[str, typer.Argument(help="Who is the same person.")], yes: Sure = False,
          in_json: InJson = False) -> None:  # fmt: skip
    """Two records of one person become one: the first gets everything of the second."""

    def work(house: House) -> None:
        with house.engine.begin() as connection:
            first = finding.one(connection, house.keys, who)
            second = finding.one(connection, house.keys, other)
            _sure(yes)
            record = merging.merge(connection, house.keys, first.id, second.id, house.now_ms)
        erasing.scrub(house.engine)
        _done(house, record_as_json(record), line_of(record), in_json)

    with_hq(work, in_json)


@app.command()
def erase(who: Who, yes: Sure = False, in_json: InJson = False) -> None:
    """Forget a member at their request; what was paid and sold stays on the books under an id."""

    def work(house: House) -> None:
        with house.engine.begin() as connection:
            record = finding.one(connection, house.keys, who)
            _sure(yes)
            gone = erasing.erase(connection, house.keys, record.id, house.now_ms)
        erasing.scrub(house.engine)
        _done(house, record_as_json(gone), f"{gone.number}  {gone.state}", in_json)

    with_hq(work, in_json)


@app.command()
def note(
    who: Who,
    text: Annotated[str, typer.Argument(help="What to remember.")],
    feedback: Annotated[bool, typer.Option("--feedback", help="They said it themselves.")] = False,
    in_json: InJson = False,
) -> None:
    """Write a note down."""

    def write(connection: Connection, house: House, member_id: str) -> None:
        kind: notes.Kind = "feedback" if feedback else "note"
        notes.add(connection, house.keys, house.new_id(), member_id, kind, text, "", house.now_ms)

    _change(who, in_json, write)


@app.command()
def coupon(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="The coupon's kind, by its id.")],
    to: Annotated[str, typer.Option("--member", help="To one member.")] = "",
    to_tier: Annotated[str, typer.Option("--tier", help="Or to all members of a tier.")] = "",
    in_json: InJson = False,
) -> None:
    """Give a coupon to a member, or one each to all of a tier."""

    def work(house: House) -> None:
        if bool(to) == bool(to_tier):
            raise Refused("members.one_of_two")
        if to:
            with house.engine.begin() as connection:
                member_id = finding.one(connection, house.keys, to).id
                made = giving.give(connection, house.keys, kind, member_id, house.new_id(), house.now_ms)
            given, refused, ids = 1, dict[str, int](), [made.id]
        else:
            given, refused = _hand_out(house, kind, to_tier)
            ids = []
        told = house.t("members.coupons_given", count=given)
        why = [f"  {count}  {say(house.texts, code)}" for code, count in refused.items()]
        _done(house, {"given": given, "refused": refused, "coupons": ids}, "\n".join([told, *why]), in_json)

    with_hq(work, in_json)


def _hand_out(house: House, kind: str, tier: str) -> tuple[int, dict[str, int]]:
    """One each to all of a tier: how many members have theirs, and why others do not."""
    with house.engine.connect() as connection:
        handout = Handout(house.new_id(), kind, enrolling.tier_named(connection, tier))
    is_more = True
    while is_more:
        with house.engine.begin() as connection:
            is_more = hand_out(connection, handout, house.now_ms)
    with house.engine.connect() as connection:
        found = plan(connection, handout, house.now_ms)
    return len(found.given), dict(found.refused)


@app.command(name="take-back")
def take_back(
    who: Who,
    coupon_id: Annotated[str, typer.Argument(metavar="COUPON", help="The coupon's id, as `show` says.")],
    in_json: InJson = False,
) -> None:
    """Make a coupon that nobody used void; points that were redeemed for it come back."""
    _change(who, in_json, lambda c, h, id_: giving.take_back(c, h.keys, id_, coupon_id, h.now_ms))


@app.command()
def rest(
    who: Who,
    thing_id: Annotated[str, typer.Argument(metavar="ID", help="The pass or membership, as `show` says.")],
    off: Annotated[bool, typer.Option("--off", help="Let it go on.")] = False,
    in_json: InJson = False,
) -> None:
    """Let a pass or membership rest, or go on."""
    _change(who, in_json, lambda c, h, id_: giving.rest(c, h.keys, id_, thing_id, not off, h.now_ms))


@app.command()
def link(
    who: Who,
    new: Annotated[bool, typer.Option("--new", help="Another one; the old one opens nothing.")] = False,
    in_json: InJson = False,
) -> None:
    """The address of a member's virtual card, below HQ's own."""

    def work(house: House) -> None:
        with house.engine.begin() as connection:
            member_id = finding.one(connection, house.keys, who).id
            make = virtual_card.new_link if new else virtual_card.link
            address = make(connection, house.keys, member_id)
        _done(house, {"link": address}, address, in_json)

    with_hq(work, in_json)


def _change(who: str, in_json: bool, job: Callable[[Connection, House, str], Any]) -> None:
    def work(house: House) -> None:
        with house.engine.begin() as connection:
            member_id = finding.one(connection, house.keys, who).id
            job(connection, house, member_id)
            found = profile(connection, house.keys, member_id, house.now_ms)
        _done(house, as_json(found), line_of(found.record), in_json)

    with_hq(work, in_json)


def _done(house: House, value: object, text: str, in_json: bool) -> None:
    _print(value) if in_json else typer.echo(text)


def _sure(yes: bool) -> None:
    if not yes:
        raise Refused("members.not_sure")


def _print(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))
