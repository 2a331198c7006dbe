"""Members at the till: found by card, code, phone or number, chosen among several, sent away again."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from appliance.ui import finding
from appliance.ui.counter import Counter
from appliance.ui.finding import Found
from appliance.ui.sheets import EnrolSheet, FoundSheet, NoteSheet, TypingSheet
from appliance.ui.state import Search
from appliance.ui.till import Args, Till
from appliance.ui.worker import Job, Reply
from retail.errors import Refused


def open_find(till: Till, args: Args) -> None:
    """Ask for a phone, its last four digits or a member's number."""
    till.change(sheet=TypingSheet("phone", digits=str(args.get("digits", ""))), trouble=None)


def find(till: Till, typed: str) -> None:
    """Look up what was typed and put the member at the till; what is wrong stays in the sheet."""
    sheet_job(till, lambda counter: finding.attach(counter, finding.by_typing(counter, typed)), _came(till))


def code(till: Till, scanned: str) -> None:
    """A member's code was scanned."""
    sheet_job(till, lambda counter: finding.attach(counter, finding.by_code(counter, scanned)), _came(till))


def card(till: Till, uid: str) -> None:
    """A card on the reader while somebody sells: the member's; a colleague's does nothing."""

    def attach(counter: Counter) -> Found | None:
        counter.checkout.desk.require_session()
        if counter.operator_by_card(uid) is not None:
            return None
        return finding.attach(counter, finding.by_card(counter, uid))

    sheet_job(till, attach, _came(till))


def choose(till: Till, args: Args) -> None:
    """One of several who were found."""
    sheet = till.state.sheet
    if not isinstance(sheet, FoundSheet):
        return
    chosen = tuple(one for one in sheet.members if one.id == args["id"])
    if not chosen:
        raise Refused("member.unknown_phone")
    found = Found(chosen)
    sheet_job(till, lambda counter: finding.attach(counter, found), _came(till))


def detach(till: Till, args: Args) -> None:
    """The member leaves."""
    till.job(lambda counter: counter.checkout.selling.detach_member(), lambda _: till.change(sheet=None))


def _came(till: Till) -> Any:
    def came(found: Found | None) -> None:
        if found is None:
            till.toast("accent", "toast.staff_card")
        elif len(found.members) > 1:
            till.change(sheet=FoundSheet(found.members), trouble=None)
        else:
            shown(till)

    return came


def sheet_job(till: Till, job: Job, then: Callable[[Any], None]) -> None:
    """A job of the sheet that is open: what refuses it is told there, else where all refusals are."""

    def replied(reply: Reply) -> None:
        sheet = till.state.sheet
        inside = reply.error is not None and isinstance(sheet, TypingSheet | EnrolSheet | NoteSheet)
        till.replied(Reply(reply.answer, None if inside else reply.error, reply.desk))
        till.change(busy=False)
        if reply.error is None:
            then(reply.answer)
        elif isinstance(sheet, TypingSheet | EnrolSheet | NoteSheet):
            till.change(sheet=replace(sheet, trouble=reply.error.code))
        till.settle_place()
        till.render()

    till.outside.submit(job, replied)


def shown(till: Till) -> None:
    """A member is at the till: back to the sale, where everybody sees who."""
    place = "sale" if till.state.place in ("done", "tender") else till.state.place
    till.change(place=place, trouble=None, sheet=None, keypad="", search=Search(), goods_over=False)
