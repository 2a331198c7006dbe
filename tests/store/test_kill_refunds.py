"""kill -9 in the middle of refunds and voids: nothing comes back twice, and what is left still can."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

from retail.ledger import Posting, balances
from tests.store.refunder import finish
from tests.support.desk import Till, new_home, open_till
from tillbox.verify import verify

ROOT = Path(__file__).parents[2]
ROUNDS = 5


def test_refunds_survive_being_killed_and_add_up(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    chance = random.Random(7)
    for round_number in range(ROUNDS):
        refund_until_killed(tmp_path, round_number, chance.randrange(3, 25))
        verdict = verify(home)
        assert verdict.whole, verdict.findings.kept
    till = open_till(home)
    finish(till)
    statement = "SELECT DISTINCT body ->> 'kind' FROM journal WHERE type LIKE 'sale.%'"
    assert {str(kind) for (kind,) in till.trade._rows(statement)} == {"sale", "refund"}
    take_everything_back(till)
    rows = till.trade._rows("SELECT account, currency, amount_minor FROM posting")
    assert not any(balances(Posting(*row) for row in rows).values())
    till.close()
    assert verify(home).whole


def refund_until_killed(folder: Path, seed: int, steps: int) -> None:
    """Kill it in the middle of whatever it does after so many steps."""
    refunder = subprocess.Popen(
        [sys.executable, "-m", "tests.store.refunder", str(folder), str(seed)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert refunder.stdout is not None
    for _ in range(steps):
        assert refunder.stdout.readline() == "step\n"
    os.kill(refunder.pid, signal.SIGKILL)
    refunder.stdout.close()
    refunder.wait(timeout=30)


def take_everything_back(till: Till) -> None:
    """What is left of every sale; afterwards every account must stand at nothing."""
    for number in range(1, len(till.trade.sale_totals()) + 1):
        of = till.checkout.refunding.of_sale(number)
        if not of.is_spent:
            left = {one.line.line_id: one.left_milli for one in of.lines}
            till.checkout.refunding.take_back(number, left, "other", till.clock.now())
            finish(till)
