"""What follows a sale and what devices do without one."""

from typing import Any

from appliance.checkout.ports import Effect
from appliance.ui.counter import Counter
from appliance.ui.till import Args, Till
from retail.messages.events import SaleCompleted


def reprint(till: Till, args: Args) -> None:
    """One more receipt of a sale, marked as a copy."""
    number = int(args["sale"])

    def job(counter: Counter) -> tuple[SaleCompleted, Effect]:
        made = counter.checkout.aftermath.reprint(number)
        counter.stale()
        return made

    till.change(sheet=None)
    till.job(job, lambda made: _begun(till, made))


def again(till: Till, args: Args) -> None:
    """Do once more what failed or what nobody saw."""
    effect_id = str(args["effect"])

    def job(counter: Counter) -> tuple[SaleCompleted, Effect]:
        made = counter.checkout.aftermath.again(effect_id)
        counter.stale()
        return made

    till.change(sheet=None)
    till.job(job, lambda made: _begun(till, made))


def _begun(till: Till, made: tuple[SaleCompleted, Effect]) -> None:
    sale, effect = made
    till.follow_effects(sale, (effect,))
    till.change(trouble=None)
    if till.state.place != "done":
        till.toast("accent", "toast.printing" if effect.kind == "receipt" else "toast.drawer_opening")


def dismiss(till: Till, args: Args) -> None:
    """Nobody needs it any more."""
    effect_id = str(args["effect"])

    def job(counter: Counter) -> None:
        counter.checkout.aftermath.dismiss(effect_id)
        counter.stale()

    till.change(sheet=None)
    till.job(job)


def settled(till: Till, effect_id: str, progress: str, fault: str) -> None:
    """The daemon has said what became of an effect: on record first, then on the screen."""
    fault = fault if progress == "done" or fault else "device.lost"

    def job(counter: Counter) -> None:
        counter.checkout.aftermath.settle(effect_id, fault)
        counter.stale()

    def told(_: Any) -> None:
        till.effect_told(effect_id, "failed" if fault else "done", fault)

    till.job(job, told)


def open_drawer(till: Till, args: Args) -> None:
    """Open the drawer without a sale: on record, then the pulse."""

    def job(counter: Counter) -> None:
        counter.checkout.staff.open_drawer("no_sale", counter.moment())

    def recorded(_: Any) -> None:
        if till.state.desk.training:
            till.toast("warn", "toast.training_drawer")
            return
        till.outside.open_drawer()
        till.outside.something_for_hq()
        till.toast("accent", "toast.drawer_opening")

    till.change(sheet=None)
    till.job(job, recorded)


def test(till: Till, args: Args) -> None:
    """Try a device."""
    till.change(sheet=None)
    till.outside.test_device(str(args["device"]))
    till.toast("accent", "toast.testing")
