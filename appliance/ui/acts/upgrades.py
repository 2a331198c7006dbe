"""A member's pass or membership exchanged for a dearer one: chosen, reckoned by HQ, in the basket or left."""

from typing import Any

from appliance.ui.acts.own_money import require_online
from appliance.ui.counter import Counter
from appliance.ui.presenters.upgrades import line_of
from appliance.ui.sheets import MenuSheet
from appliance.ui.till import Args, Till


def open_choices(till: Till, args: Args) -> None:
    """What they have, and what it may become."""
    till.change(sheet=MenuSheet("upgrades"), trouble=None)


def ask(till: Till, args: Args) -> None:
    """HQ reckons the difference."""
    what, held_id, kind_id = args["what"], str(args["id"]), str(args["kind"])
    require_online(till)

    def job(counter: Counter) -> Any:
        counter.checkout.desk.require_session()
        return counter.checkout.upgrading.ask(what, held_id, kind_id, counter.moment())

    till.job(job, lambda _: till.change(place="sale", sheet=MenuSheet("upgrade"), trouble=None))


def take(till: Till, args: Args) -> None:
    """The difference stays in the basket."""
    till.change(sheet=None, trouble=None)


def drop(till: Till, args: Args) -> None:
    """Nothing is exchanged: HQ frees what it held."""
    basket, line = till.state.desk.basket, line_of(till.state)

    def job(counter: Counter) -> None:
        if basket is not None and basket.attempt is not None:
            counter.checkout.paying.give_up(basket, counter.moment(), "cancelled")
        elif line is not None:
            counter.checkout.selling.remove(line.line_id, counter.moment())

    till.job(job, lambda _: till.change(sheet=None, trouble=None))
