"""Take the README's pictures from a running house: python tools/take_pictures.py [BENCH_ADDRESS]

Start `make run` in a new home first. A sale is made by touching the streamed screen; what is seen on
the way is written to docs/pictures/. Needs the development extras (a browser for the pages).
"""

import json
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
GOODS = ("latte", "pearl-milk-tea", "pearl-milk-tea", "americano", "butter-croissant", "choc-cookie")
WITHIN_S = 20


class Bench:
    """The bench's addresses, with the gestures the pictures need."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")

    def get(self, path: str) -> Any:
        """A JSON answer."""
        with urllib.request.urlopen(f"{self.address}/api{path}") as answer:
            return json.load(answer)

    def post(self, path: str, **body: Any) -> None:
        """Do something on the bench."""
        data = json.dumps(body).encode()
        request = urllib.request.Request(f"{self.address}/api{path}", data)
        request.add_header("Content-Type", "application/json")
        urllib.request.urlopen(request).close()

    def touch(self, name: str) -> None:
        """Touch a control once it is there and enabled."""
        deadline = time.monotonic() + WITHIN_S
        query = urllib.parse.quote(name)
        while not any(found["enabled"] for found in self.get(f"/screen/find?name={query}")["found"]):
            if time.monotonic() > deadline:
                raise SystemExit(f"{name} never came to the screen")
            time.sleep(0.1)
        self.post("/touch", name=name)
        time.sleep(0.5)

    def save(self, path: str, name: str) -> None:
        """Write a picture of the bench's into the folder."""
        with urllib.request.urlopen(f"{self.address}/api{path}") as answer:
            (FOLDER / name).write_bytes(answer.read())
        print(name)


def sign_in_and_fill(bench: Bench) -> None:
    """王芳 signs in, and a member's basket is on the counter."""
    bench.touch("operator.wang-fang")
    bench.save("/screen.png", "sign-in.png")
    for digit in "246810":
        bench.post("/touch", name=f"keypad.{digit}")
    for product in GOODS:
        bench.touch(f"goods.tile.{product}")
    member = next(card for card in bench.get("/cards")["cards"] if card["kind"] == "member")
    bench.post("/tap", uid=member["uid"])
    bench.post("/scan", code=bench.get("/barcodes")["barcodes"][0]["code"])
    time.sleep(1)


def sell(bench: Bench) -> None:
    """The basket is paid, by QR as far as the picture, then in cash."""
    bench.touch("basket.line.2")
    bench.save("/screen.png", "till-sale.png")
    bench.touch("pay.qr")
    time.sleep(1.5)
    bench.save("/screen.png", "till-tender-qr.png")
    bench.save("/customer-screen.png", "customer-display.png")
    bench.touch("qr.close")
    time.sleep(2)
    bench.touch("tender.cash")
    bench.save("/screen.png", "till-tender.png")
    bench.touch("tender.note.10000")
    time.sleep(2)
    bench.save("/screen.png", "till-done.png")
    bench.save("/paper.png", "receipt.png")
    bench.touch("done.next")
    bench.touch("goods.category.promises")
    bench.save("/screen.png", "till-promises.png")


def lighten(name: str) -> None:
    """The paper's grain costs a megabyte: sixteen greys at half the size show it as well."""
    with Image.open(FOLDER / name) as picture:
        half = picture.convert("L").resize((picture.width // 2, picture.height // 2))
        half.quantize(16).save(FOLDER / name, optimize=True)


def page(browser: Browser, address: str, name: str, width: int, height: int) -> None:
    """A picture of a page as it is after it has settled."""
    shown = browser.new_page(viewport={"width": width, "height": height}, locale="en")
    shown.goto(address)
    shown.wait_for_timeout(2500)
    shown.screenshot(path=FOLDER / name)
    shown.close()
    print(name)


def main(address: str) -> None:
    """All pictures, in the order of a sale."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    bench = Bench(address)
    sign_in_and_fill(bench)
    sell(bench)
    links = bench.get("/links")["links"]
    lighten("receipt.png")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page(browser, bench.address, "bench.png", 1640, 1180)
        page(browser, links["hq"], "hq-sales.png", 1280, 640)
        page(browser, f"{links['hq'].rstrip('/')}/promotions", "hq-promotions.png", 1280, 800)
        page(browser, f"{links['hq'].rstrip('/')}/members", "hq-members.png", 1280, 640)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8600")
