"""kill -9 at any instruction: what was said to be committed is there, once, and the chain holds."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

from retail.messages import GENESIS
from tests.store.seller import described
from tests.support.desk import new_home, open_till

ROOT = Path(__file__).parents[2]
ROUNDS = 8
PRODUCTS = {"6901234567892": "water", "6901234567885": "beans"}


def test_a_till_killed_again_and_again_loses_and_doubles_nothing(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    chance = random.Random(20261122)
    sold: dict[int, int] = {}
    before = ["basket -"]
    for round_number in range(ROUNDS):
        said = sell_until_killed(tmp_path, round_number, chance.randrange(5, 120))
        for line in said:
            if line.startswith("sale "):
                _, number, total = line.split()
                sold[int(number)] = int(total)
        till = open_till(home)
        assert described(till.checkout.desk.basket) in allowed_states(before + said), said[-3:]
        before = [f"basket {described(till.checkout.desk.basket)}"]
        rows = dict(till.trade._rows("SELECT number, total_minor FROM sale"))
        assert rows.items() >= sold.items()
        assert len(rows) - len(sold) <= 1
        sold = {int(str(number)): int(str(total)) for number, total in rows.items()}
        assert sorted(sold) == list(range(1, len(sold) + 1))
        check_chain(till.trade._rows("SELECT seq, prev, hash FROM journal ORDER BY seq"))
        till.close()
    assert len(sold) > ROUNDS


def sell_until_killed(folder: Path, seed: int, lines: int) -> list[str]:
    """What the till said before it was killed, in the middle of whatever it was doing."""
    seller = subprocess.Popen(
        [sys.executable, "-m", "tests.store.seller", str(folder), str(seed)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert seller.stdout is not None
    said = [seller.stdout.readline() for _ in range(lines)]
    os.kill(seller.pid, signal.SIGKILL)
    said += seller.stdout.read().splitlines(keepends=True)
    seller.wait(timeout=30)
    return [line.strip() for line in said if line.endswith("\n")]


def allowed_states(said: list[str]) -> set[str]:
    """The basket as last said, and as it would be after the step that was begun since."""
    told = next((line.split()[1] for line in reversed(said) if line.startswith("basket ")), "-")
    begun = said[-1].split() if said[-1].startswith("about ") else []
    if said[-1].startswith("sale "):
        return {"-"}
    if not begun:
        return {told}
    goods = [part.split("=") for part in told.split(";")] if told != "-" else []
    if begun[1] == "scan":
        product = PRODUCTS[begun[2]]
        if product in [name for name, _ in goods]:
            goods = [[n, str(int(q) + 1000) if n == product else q] for n, q in goods]
        else:
            goods.append([product, "1000"])
    elif begun[1] == "remove":
        goods = goods[1:]
    else:
        goods = []
    return {told, ";".join("=".join(pair) for pair in goods) or "-"}


def check_chain(rows: list[tuple[int, str, str]]) -> None:
    prev = GENESIS
    for place, (seq, linked, digest) in enumerate(rows, start=1):
        assert seq == place
        assert linked == prev
        prev = digest
