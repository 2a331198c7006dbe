"""Coupons and passes of the member at the till: used, left, and visits without a sale."""

from appliance.ui.acts.members import sheet_job
from appliance.ui.counter import Counter
from appliance.ui.till import Args, Till
from retail.catalogue import Member
from retail.errors import Refused


def member_of(counter: Counter) -> Member:
    """The member at the till as HQ knows them; refused when nobody is there or HQ does not know them yet."""
    basket = counter.checkout.desk.require_basket()
    member = counter.checkout.people.by_id(basket.member.member_id) if basket.member else None
    if member is None:
        raise Refused("member.not_there")
    return member


def use(till: Till, args: Args) -> None:
    """A coupon, or one use more of a pass: HQ is asked to hold it."""
    kind, thing_id = str(args["kind"]), str(args["id"])

    def ask(counter: Counter) -> None:
        member, holding, moment = member_of(counter), counter.checkout.holding, counter.moment()
        counter.stale()
        if kind == "pass":
            held = next((one for one in member.passes if one.id == thing_id), None)
            if held is not None:
                holding.use_of_pass(held, moment)
                return
        coupon = next((one for one in member.coupons if one.id == thing_id), None)
        if coupon is None:
            raise Refused("coupon.not_there", code=thing_id)
        holding.coupon(coupon, moment)

    till.job(ask, lambda _: till.change(trouble=None))


def leave(till: Till, args: Args) -> None:
    """Not this one after all; HQ is told."""
    thing_id = str(args["id"])
    till.job(lambda counter: counter.checkout.holding.take_out(thing_id), lambda _: till.change(trouble=None))


def visit(till: Till, args: Args) -> None:
    """One use of a pass without a sale."""
    pass_id = str(args["id"])

    def begin(counter: Counter) -> None:
        member = member_of(counter)
        held = next((one for one in member.passes if one.id == pass_id), None)
        if held is None:
            raise Refused("pass.not_there")
        counter.stale()
        counter.checkout.visiting.visit(member.id, held, counter.moment())

    sheet_job(till, begin, lambda _: till.change(trouble=None))


def undo_visit(till: Till, args: Args) -> None:
    """The use is given back."""
    visit_id = str(args["id"])

    def undo(counter: Counter) -> None:
        counter.stale()
        counter.checkout.visiting.undo(visit_id, counter.moment())

    till.job(undo, lambda _: till.toast("ok", "toast.visit_undone"))
