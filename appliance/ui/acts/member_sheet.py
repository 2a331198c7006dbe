"""The sheet about the member at the till: its pages, and what HQ is asked there."""

import os
from dataclasses import replace

from appliance.ui.acts.holdings import member_of
from appliance.ui.acts.members import sheet_job
from appliance.ui.counter import Counter
from appliance.ui.sheets import MemberSheet, NoteSheet
from appliance.ui.till import Args, Till
from retail.members.record import NOTE_MAX
from retail.members.sealing import KEY_BYTES


def open_sheet(till: Till, args: Args) -> None:
    """All there is about the member."""
    till.change(sheet=MemberSheet(), trouble=None)


def page(till: Till, args: Args) -> None:
    """Another page of it."""
    if isinstance(till.state.sheet, MemberSheet) and args["page"] in ("card", "rewards", "rest"):
        till.change(sheet=MemberSheet(page=args["page"]))


def history(till: Till, args: Args) -> None:
    """Their purchases, which only HQ knows."""

    def ask(counter: Counter) -> str:
        counter.stale()
        return counter.checkout.records.history(member_of(counter).id, counter.moment())

    till.change(sheet=MemberSheet(page="history"))
    till.job(ask, lambda request_id: _wait(till, request_id))


def take_reward(till: Till, args: Args) -> None:
    """Points become a coupon."""
    reward = next((one.reward for one in till.state.shop.rewards if one.reward.id == args["id"]), None)
    if reward is None:
        return

    def ask(counter: Counter) -> str:
        counter.stale()
        return counter.checkout.records.redeem(member_of(counter).id, reward, counter.moment())

    till.job(ask, lambda request_id: _wait(till, request_id))


def rest(till: Till, args: Args) -> None:
    """A pass or membership rests, or goes on."""
    what = args["what"]
    thing_id, frozen = str(args["id"]), bool(args["frozen"])

    def ask(counter: Counter) -> str:
        counter.stale()
        member_id = member_of(counter).id
        return counter.checkout.records.freeze(what, thing_id, member_id, frozen, counter.moment())

    till.job(ask, lambda request_id: _wait(till, request_id))


def _wait(till: Till, request_id: str) -> None:
    sheet = till.state.sheet
    if isinstance(sheet, MemberSheet):
        till.change(sheet=replace(sheet, waiting=request_id, trouble=""), trouble=None)


# Notes


def open_note(till: Till, args: Args) -> None:
    """Write something down about the member."""
    basket = till.state.desk.basket
    if basket is not None and basket.member is not None:
        till.change(sheet=NoteSheet(basket.member.member_id), trouble=None)


def note_kind(till: Till, args: Args) -> None:
    """Our own words, or theirs."""
    sheet = till.state.sheet
    if isinstance(sheet, NoteSheet) and args["kind"] in ("note", "feedback"):
        till.change(sheet=replace(sheet, kind=args["kind"]))


def edit_note(till: Till, sheet: NoteSheet, key: str) -> None:
    """One key for the note."""
    if key == "backspace":
        text = sheet.text[:-1]
    elif key == "clear":
        text = ""
    else:
        text = (sheet.text + key)[:NOTE_MAX]
    till.change(sheet=replace(sheet, text=text, trouble=""))


def confirm_note(till: Till, args: Args) -> None:
    """It goes sealed to HQ, now or when it is there again."""
    sheet = till.state.sheet
    if not isinstance(sheet, NoteSheet) or till.state.busy:
        return
    secret = os.urandom(KEY_BYTES)

    def write(counter: Counter) -> None:
        counter.stale()
        counter.checkout.records.note(sheet.member_id, sheet.text, sheet.kind, secret, counter.moment())

    def written(_: object) -> None:
        till.change(sheet=MemberSheet())
        till.toast("ok", "toast.noted")

    till.change(busy=True)
    sheet_job(till, write, written)
