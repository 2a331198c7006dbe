"""A refund through every room: the receipt's code, HQ's word on the money, a kill in between, totals."""

from pathlib import Path

import pytest

from appliance.runtime.paths import Home
from tests.support.house import house
from tests.support.waiting import wait_for
from tillbox.verify import verify

WATER = "6991870001010"


@pytest.mark.timeout(360)
def test_a_code_is_refunded_by_its_receipt_though_the_screen_dies(tmp_path: Path) -> None:
    with house(tmp_path / "home") as running:
        running.sign_in()
        running.post("/scan", code=WATER)
        running.touch("pay.qr")
        running.until_state("the code", lambda state: bool(state["qr"]))
        (intent,) = running.hq.get("/api/payments").json()["payments"]
        running.hq.post(f"/api/payments/{intent['attempt_id']}/paid")
        running.until_state("the sale", lambda state: state.get("place") == "done")
        running.touch("done.next")
        running.touch("sale.refund")
        running.until_state("the receipt is asked for", lambda state: bool(state["sheet"]))
        running.post("/scan", code="TBR1:1-000001")
        running.until_state("the receipt's lines", lambda state: state["place"] == "refund")
        running.touch("refund.reason.quality")
        running.touch("refund.confirm")
        running.touch("refund.ask")
        wait_for(lambda: running.hq.get("/api/payments").json()["refunds"], "HQ heard of the refund")
        running.kill("ui")
        (refund,) = running.hq.get("/api/payments").json()["refunds"]
        assert (refund["state"], refund["amount_minor"]) == ("pending", 300)
        page = running.hq.get("/payments")
        assert page.status_code == 200 and refund["attempt_id"] in page.text
        assert running.hq.post(f"/api/payments/{refund['attempt_id']}/paid").status_code == 200
        running.until_state("the refund", lambda state: state.get("place") == "done")
        wait_for(lambda: "退款单" in "".join(running.slips()[1:]), "the refund's slip")
        sales = wait_for(lambda: len(found := running.hq_sales()) == 2 and found, "both at HQ")
        assert running.hq_total() == 0
        first = next(one["sale_id"] for one in sales if one["kind"] == "sale")
        page = running.hq.get(f"/sales/{first}")
        assert page.status_code == 200 and "这单的退货与作废" in page.text
        assert running.hq.get("/api/payments").json()["payments"][0]["refunded_minor"] == 300
        verdict = verify(Home(tmp_path / "home"))
        assert verdict.whole, verdict.findings.kept
