"""`tillbox verify` understands refunds and voids, and finds what does not fit."""

from pathlib import Path

import pytest

from appliance.runtime.paths import Home
from tests.support.desk import new_home, open_till
from tests.verify.conftest import Tamper
from tillbox.verify import verify

WATER, BEANS = "6901234567892", "6901234567885"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """One sale returned in part, one exchanged, one voided."""
    home = new_home(tmp_path / "home")
    till = open_till(home)
    checkout, now = till.checkout, till.clock.now
    for _ in range(3):
        checkout.selling.scan(WATER, "", now())
        checkout.selling.scan(WATER, "", now())
        checkout.paying.cash(600, now())
    sale = till.trade.sale(1)
    assert sale is not None
    checkout.refunding.take_back(1, {sale.lines[0].line_id: 1000}, "damaged", now())
    checkout.refunding.give(checkout.refunding.plan()[0].tender_id, now())
    sale = till.trade.sale(2)
    assert sale is not None
    checkout.refunding.take_back(2, {sale.lines[0].line_id: 2000}, "wrong_item", now())
    checkout.selling.scan(BEANS, "", now())
    checkout.paying.cash(7200, now())
    checkout.refunding.start_void(3, "other", "li", now())
    checkout.refunding.give(checkout.refunding.plan()[0].tender_id, now())
    till.close()
    return home


def test_refunds_exchanges_and_voids_are_whole(home: Home) -> None:
    verdict = verify(home)
    assert verdict.whole, verdict.findings.kept
    assert verdict.sales == 5
    assert verdict.balances["till/cash", "CNY"] == 600 * 3 - 300 + 7200 - 600


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE sale_return SET quantity_milli = 2000 WHERE number = 1", "return.differs"),
        ("DELETE FROM tender_return WHERE number = 1", "return.differs"),
        ("UPDATE sale_void SET total_minor = -1", "void.differs"),
        ("DELETE FROM sale_void", "void.differs"),
        ("UPDATE journal SET entry = NULL WHERE type = 'sale.voided'", "ledger.missing"),
        (
            "UPDATE journal SET entry = json_set(entry, '$.postings[0].amount_minor', 1)"
            " WHERE type = 'sale.voided'",
            "ledger.unbalanced",
        ),
    ],
)
def test_a_changed_return_is_found(home: Home, tamper: Tamper, statement: str, code: str) -> None:
    tamper(statement)
    assert code in verify(home).findings.counts
