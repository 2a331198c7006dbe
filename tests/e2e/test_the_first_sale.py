"""The whole sale through every room: scanner, screen, member, QR and cash, paper, drawer, HQ, and back.

One house is started once; the steps follow each other as a morning in a shop does.
"""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from retail import emvco
from tests.support.house import House, hears_its_devices, house
from tests.support.waiting import LONG_S, wait_for

WATER = "6991870001010"
PRICE_WATER = 300


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("home")) as started:
        started.sign_in()
        yield started


def picture(running: House, path: str) -> Image.Image:
    return Image.open(io.BytesIO(running.bench.get(path).content))


def codes(image: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(image)]


@pytest.mark.timeout(240)
def test_a_scan_becomes_a_line_a_receipt_an_open_drawer_and_a_sale_at_hq(running: House) -> None:
    running.post("/scan", code=WATER)
    running.until_state("the scanned line", lambda state: state["total_minor"] == PRICE_WATER)
    running.touch("goods.tile.latte")
    running.until_state("the touched line", lambda state: state["total_minor"] == PRICE_WATER + 2200)
    wait_for(
        lambda: "25.00" in " ".join(running.bench.get("/display").json()["lines"]), "the display follows"
    )
    running.touch("pay.cash")
    running.touch("tender.note.3000")
    running.until_state("the end of the sale", lambda state: state["place"] == "done")
    wait_for(lambda: "谢谢光临，欢迎再来" in "".join(running.slips()), "a receipt to its last line")
    wait_for(lambda: running.bench.get("/drawer").json()["open"], "the drawer opens")
    (slip,) = running.slips()
    for text in ("山泉水 550 ml", "拿铁", "￥25.00"):
        assert text in slip
    wait_for(lambda: codes(picture(running, "/paper.png")) == ["TBR1:1-000001"], "its code can be read")
    wait_for(lambda: running.hq_total() == 2500, "HQ has the sale")
    running.post("/drawer/push")


@pytest.mark.timeout(240)
def test_a_member_pays_by_qr_and_hq_s_word_completes_the_sale(running: House) -> None:
    cards = running.bench.get("/cards").json()["cards"]
    member = next(card for card in cards if card["kind"] == "member")
    running.post("/scan", code=WATER)
    running.touch("goods.tile.latte")
    running.post("/tap", uid=member["uid"])
    state = running.until_state("the member's prices", lambda state: state["total_minor"] == 300 + 2090)
    assert state["member"]
    running.touch("pay.qr")
    running.until_state("the code", lambda state: bool(state["qr"]))
    (shown,) = wait_for(lambda: codes(picture(running, "/screen.png")), "a readable code on the screen")
    wait_for(
        lambda: codes(picture(running, "/customer-screen.png")) == [shown], "the customer's screen shows it"
    )
    assert emvco.parse(shown)["54"] == "23.90"
    (intent,) = [p for p in running.hq.get("/api/payments").json()["payments"] if p["state"] == "pending"]
    running.kill("ui")
    assert running.hq.post(f"/api/payments/{intent['attempt_id']}/paid").status_code == 200
    running.until_state("the completed sale", lambda state: state.get("place") == "done")
    wait_for(lambda: len(running.slips()) == 2, "its receipt")
    wait_for(lambda: running.hq_total() == 2500 + 2390, "HQ has both sales")


@pytest.mark.timeout(240)
def test_a_price_changed_at_hq_holds_for_the_next_basket_not_for_the_open_one(running: House) -> None:
    running.post("/scan", code=WATER)
    running.until_state("the open basket", lambda state: state["total_minor"] == PRICE_WATER)
    products = running.hq.get("/api/products", params={"q": WATER}).json()["products"]
    (water,) = [product for product in products if WATER in product["gtins"]]
    answer = running.hq.put(
        f"/api/products/{water['id']}/price", json={"price_minor": 350, "member_price_minor": None}
    )
    assert answer.status_code == 200, answer.text
    version = int(answer.json()["version"])
    wait_for(
        lambda: running.hq.get("/api/tills").json()["tills"][0]["versions"].get("catalogue") == version,
        "the till has the new price",
    )
    running.post("/scan", code=WATER)
    running.until_state("the old price", lambda state: state["total_minor"] == 2 * PRICE_WATER)
    running.touch("pay.cash")
    running.touch("tender.note.exact")
    running.until_state("the end of the sale", lambda state: state["place"] == "done")
    running.post("/scan", code=WATER)
    running.until_state("the new price", lambda state: state["total_minor"] == 350)


@pytest.mark.timeout(360)
def test_killed_cut_off_and_out_of_paper_the_till_sells_for_cash_and_catches_up(running: House) -> None:
    before = running.hq_total()
    for name in ("hq", "broker", "sync", "daemon", "ui"):
        running.kill(name)
    running.until_state(
        "the basket is there again", lambda state: state.get("total_minor") == 350, within_s=2 * LONG_S
    )
    running.post("/faults", device="network", fault="down", on=True)
    running.post("/faults", device="printer", fault="paper_out", on=True)
    slips = len(running.slips())
    running.touch("pay.cash")
    running.touch("tender.note.exact")
    running.until_state("sold without anything", lambda state: state["place"] == "done")
    assert len(running.slips()) == slips
    running.post("/faults", device="printer", fault="paper_out", on=False)
    running.post("/faults", device="network", fault="down", on=False)
    wait_for(lambda: running.hq_total() == before + 350, "HQ catches up")
    running.touch("done.next")
    running.until_state("all devices are back", hears_its_devices)
    running.post("/scan", code="6901234567890")
    running.until_state("a wrong check digit is refused", lambda state: bool(state["trouble"]))


@pytest.mark.timeout(240)
def test_till_paper_and_hq_agree_to_the_cent_and_the_chain_holds(running: House) -> None:
    report = running.tillbox("report", "day", "--all")
    assert sum(day["total_minor"] for day in report) == running.hq_total()
    assert running.tillbox("verify")["ok"] is True
    logs = "".join(path.read_text(errors="replace") for path in Path(running.home, "log").iterdir())
    for secret in ("陈*怡", "04C7E2A19D5A80", "246810"):
        assert secret not in logs
