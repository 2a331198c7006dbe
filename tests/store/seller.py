"""A till that sells until it is killed; says on stdout what was committed, after the commit."""

import random
import sys
import time
from pathlib import Path

from appliance.checkout.basket import Basket
from appliance.runtime.paths import Home
from tests.support.desk import Counter, open_till

CODES = ("6901234567892", "6901234567885")


def main(folder: str, seed: int) -> None:
    chance = random.Random(seed)
    till = open_till(Home(Path(folder)), Counter(at_ms=int(time.time() * 1000)))
    desk, selling, paying, now = (
        till.checkout.desk,
        till.checkout.selling,
        till.checkout.paying,
        till.clock.now,
    )
    while True:
        lines = desk.basket.lines if desk.basket else ()
        if not lines or chance.random() < 0.7:
            code = chance.choice(CODES)
            print(f"about scan {code}", flush=True)
            selling.scan(code, "", now())
        elif chance.random() < 0.3:
            print("about remove", flush=True)
            selling.remove(lines[0].line_id, now())
        else:
            print("about pay", flush=True)
            sale = paying.cash(desk.due_minor(desk.require_basket()) + 500, now()).sale
            assert sale is not None
            print(f"sale {sale.number} {sale.total_minor}", flush=True)
        print(f"basket {described(desk.basket)}", flush=True)


def described(basket: Basket | None) -> str:
    """Goods in order: ``water=2000;beans=1000``, or a dash for nothing."""
    lines = basket.lines if basket else ()
    return ";".join(f"{line.product_id}={line.quantity_milli}" for line in lines) or "-"


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
