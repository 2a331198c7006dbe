"""A till that sells, takes goods back and voids until it is killed; says what it does on stdout."""

import random
import sys
import time
from pathlib import Path

from appliance.runtime.paths import Home
from retail.errors import Refused
from tests.support.desk import Counter, Till, open_till

WATER, BEANS = "6901234567892", "6901234567885"


def main(folder: str, seed: int) -> None:
    chance = random.Random(seed)
    till = open_till(Home(Path(folder)), Counter(at_ms=int(time.time() * 1000)))
    finish(till)
    while True:
        print("step", flush=True)
        last = till.trade.last_sale()
        if last is None or last.kind != "sale" or chance.random() < 0.4:
            for _ in range(chance.randrange(1, 5)):
                till.checkout.selling.scan(chance.choice((WATER, BEANS)), "", till.clock.now())
            till.checkout.paying.cash(100, till.clock.now())
            till.checkout.paying.exact("card", till.clock.now())
            continue
        try:
            if chance.random() < 0.2:
                till.checkout.refunding.start_void(last.number, "other", "li", till.clock.now())
            else:
                line = chance.choice(last.lines)
                till.checkout.refunding.take_back(
                    last.number, {line.line_id: 1000}, "damaged", till.clock.now()
                )
        except Refused:
            till.checkout.selling.scan(WATER, "", till.clock.now())
            till.checkout.paying.exact("card", till.clock.now())
        finish(till)


def finish(till: Till) -> None:
    """Whatever lies on the counter, also after a restart, is paid or given back to the last cent."""
    while till.checkout.desk.basket is not None:
        plan = till.checkout.refunding.plan()
        if plan:
            till.checkout.refunding.give(plan[0].tender_id, till.clock.now())
        elif till.checkout.desk.basket.lines:
            till.checkout.paying.exact("card", till.clock.now())
        else:
            return


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
