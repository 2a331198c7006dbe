"""What a cashier's hands do at the till: scan, touch, type; and wait for what the screen then says.

Everything goes through the bench: bytes on the scanner's line, fingers on the glass.
"""

import contextlib
import time
from collections.abc import Callable
from typing import Any

from retail.money import Currency, format_plain
from retail.quantity import ONE_MILLI
from tillbox.replay.bench_client import Bench, Refusal, find_control

View = dict[str, Any]
LOOK_EVERY_S = 0.01
AGAIN_AFTER_S = 1.5
AT_REST_S = 0.04
"""Sheets slide in: what is at the same place for so long does not move."""
WITHIN_S = 8.0
HQ_WITHIN_S = 30.0
TOUCHES_MAX = 40
"""More of one thing are typed, where the till offers it."""


class Stuck(Exception):
    """The screen did not do what was asked; `what` says what was waited for."""

    def __init__(self, what: str, detail: str = "") -> None:
        super().__init__(what)
        self.what, self.detail = what, detail


class Hand:
    """One pair of hands at one till."""

    def __init__(self, bench: Bench, hq: Bench, unit: Currency) -> None:
        self._bench = bench
        self._hq = hq
        self._unit = unit

    def view(self) -> View:
        """What the screen says now."""
        view: View = self._bench.get("/api/screen/state")["view"]
        return view

    def until(self, what: str, holds: Callable[[View], bool], within_s: float = WITHIN_S) -> View:
        """Wait until the screen says so; `Stuck` after a while."""
        deadline = time.monotonic() + within_s
        while True:
            view = self.view()
            if holds(view) and not view["busy"]:
                return view
            if time.monotonic() > deadline:
                raise Stuck(what, view.get("trouble", ""))
            time.sleep(LOOK_EVERY_S)

    def touch(self, name: str) -> None:
        """Touch a control once it is there, can be touched and has come to rest; else `Stuck`."""
        deadline = time.monotonic() + WITHIN_S
        before: Any = None
        while True:
            found = next(iter(self._bench.get(find_control(name))["found"]), None)
            if found is not None and found["enabled"] and found == before:
                break
            if time.monotonic() > deadline:
                raise Stuck(name, "disabled" if found else "not there")
            before = found
            time.sleep(AT_REST_S)
        try:
            self._bench.post("/api/touch", x=found["x"], y=found["y"])
        except Refusal as refusal:
            raise Stuck(name, refusal.said) from refusal

    def press(self, name: str, what: str, holds: Callable[[View], bool], within_s: float = WITHIN_S) -> View:
        """Touch until the screen says so: a finger that missed a moving sheet touches again.

        Only for controls that do nothing when what they lead to is there already.
        """
        deadline = time.monotonic() + within_s
        while True:
            self.touch(name)
            left_s = deadline - time.monotonic()
            try:
                return self.until(what, holds, min(AGAIN_AFTER_S, max(left_s, LOOK_EVERY_S)))
            except Stuck:
                if left_s < AGAIN_AFTER_S or not self._bench.get(find_control(name))["found"]:
                    return self.until(what, holds, max(left_s, AGAIN_AFTER_S))

    def type_keys(self, text: str) -> None:
        """One key after the other, as a number pad takes them."""
        for key in text:
            self._bench.post("/api/type", text=key)

    # Being there

    def come_to_the_till(self) -> View:
        """Sign in by staff card if nobody is, and go to an empty basket."""
        view = self.view()
        if view["place"] == "sign_in":
            staff = [card for card in self._bench.get("/api/cards")["cards"] if card["kind"] == "staff"]
            if not staff:
                raise Stuck("staff card")
            self._bench.post("/api/tap", uid=staff[0]["uid"])
            view = self.until("signed in", lambda now: now["place"] != "sign_in")
        return self.next_customer(view)

    def next_customer(self, view: View) -> View:
        """From the sale that is done to an empty basket."""
        if view["place"] == "done":
            return self.press("done.next", "sale", lambda now: now["place"] == "sale")
        return self.until("sale", lambda now: now["place"] == "sale")

    def put_aside(self) -> None:
        """Somebody's basket waits until the replay is over."""
        if self.view()["line_count"]:
            self.press("basket.hold", "put aside", lambda now: now["line_count"] == 0)

    def clear(self) -> None:
        """Whatever is half done goes away; nothing was charged."""
        view = self.view()
        if view.get("sheet"):
            self._bench.post("/api/type", key="escape")
            view = self.until("sheet closed", lambda now: not now.get("sheet"))
        if view["place"] == "tender":
            view = self.press("tender.back", "sale", lambda now: now["place"] == "sale")
        if view["line_count"]:
            self.press("basket.clear", "asked", lambda now: bool(now.get("sheet")))
            self.press("clear.confirm", "empty", lambda now: now["line_count"] == 0)

    # Goods

    def take_back(self, wanted: bool) -> None:
        """Goods that come now are taken back, or sold."""
        if self._is_returning(self.view()) == wanted:
            return
        if not wanted:
            self.press("sale.refund", "sale.refund", lambda now: not self._is_returning(now))
            return
        self.press("sale.refund", "receipt", lambda now: bool(now.get("sheet")))
        self.press("refund.no_receipt", "reasons", lambda now: _sheet_is(now, "MenuSheetView"))
        allowed = self.press(
            "reason.other",
            "a manager",
            lambda now: self._is_returning(now) or _sheet_is(now, "ApprovalSheetView"),
        )
        staff = [card for card in self._bench.get("/api/cards")["cards"] if card["kind"] == "staff"]
        for card in staff:
            if self._is_returning(allowed):
                return
            # Only a manager's card does it; anybody else's is refused and changes nothing.
            self._bench.post("/api/tap", uid=card["uid"])
            with contextlib.suppress(Stuck):
                allowed = self.until("taken back", self._is_returning, AGAIN_AFTER_S)
        self.until("taken back", self._is_returning)

    def scan(self, code: str, pieces: int) -> None:
        """So many of one code: each scanned, or scanned once and the number typed."""
        for _ in range(pieces if pieces <= TOUCHES_MAX else 1):
            self._one_more(lambda: self._bench.post("/api/scan", code=code))
        if pieces > TOUCHES_MAX:
            self._type_quantity(pieces)

    def scan_weighed(self, code: str, weight: str) -> None:
        """Weighed goods: scanned, and the weight typed."""
        before = self.view()["line_count"]
        self._bench.post("/api/scan", code=code)
        self.until("weight", lambda now: bool(now.get("sheet")))
        self.type_keys(weight)
        self.press(
            "sheet.confirm", "weighed", lambda now: now["line_count"] > before and not now.get("sheet")
        )

    def sell_by_name(self, name: str, price_minor: int, pieces: int) -> None:
        """Goods in no catalogue: the menu, a name, a price."""

        def sell() -> None:
            self.press("status.operator", "menu", lambda now: bool(now.get("sheet")))
            self.press("menu.open_item", "open item", lambda now: _is_typing(now))
            self._bench.post("/api/type", text=name)
            self.touch("field.digits")
            self.type_keys(format_plain(price_minor, self._unit))
            self.press("sheet.confirm", "sold by name", lambda now: not now.get("sheet"))

        self._one_more(sell)
        for _ in range(pieces - 1 if pieces <= TOUCHES_MAX else 0):
            self._one_more(lambda: self.touch("basket.plus"))
        if pieces > TOUCHES_MAX:
            self._type_quantity(pieces)

    def _one_more(self, do: Callable[[], Any]) -> None:
        before = _pieces(self.view())
        do()
        self.until("goods in the basket", lambda now: _pieces(now) != before and not now.get("sheet"))

    def _type_quantity(self, pieces: int) -> None:
        """The line just touched has one more than before; it gets the others too."""
        view = self.view()
        self.press("basket.quantity", "quantity", lambda now: _is_typing(now))
        # Equal goods that were there before are on the same line.
        lines = {line["quantity_milli"] for line in view["lines"]}
        at_hand = abs(view["lines"][-1]["quantity_milli"]) if len(lines) > 1 else abs(lines.pop())
        self.type_keys(str(at_hand // ONE_MILLI - 1 + pieces))
        self.press("sheet.confirm", "quantity", lambda now: not now.get("sheet"))

    def _is_returning(self, view: View) -> bool:
        control = _control(view.get("screen"), "sale.refund")
        return bool(control and control.get("selected"))

    # Money

    def pay_cash(self) -> None:
        """All that is due, to the cent."""
        self.press("pay.cash", "cash", lambda now: now["place"] == "tender" and now["pane"] == "cash")
        self.press("tender.note.exact", "paid", _is_done)

    def pay_card(self) -> None:
        """On a terminal of its own, which said yes."""
        if self._bench.get(find_control("pay.card"))["found"]:
            self.press("pay.card", "tenders", lambda now: now["place"] == "tender")
        else:  # with many tenders only the first have a button beside the basket
            self.press("pay.more", "tenders", lambda now: now["place"] == "tender")
        self.pay_rest("card")

    def pay_part_in_cash(self, amount_minor: int) -> None:
        """Some of it in cash; the rest stays due."""
        due = self.view()["due_minor"]
        self.press("pay.cash", "cash", lambda now: now["place"] == "tender" and now["pane"] == "cash")
        self.type_keys(format_plain(amount_minor, self._unit))
        self.press("tender.confirm", "part paid", lambda now: now["due_minor"] == due - amount_minor)

    def pay_rest(self, kind: str) -> None:
        """What is still due, while paying."""
        self.press(f"tender.{kind}", kind, lambda now: now["pane"] == kind)
        self.press("tender.card.confirm" if kind == "card" else "tender.note.exact", "paid", _is_done)

    def pay_qr(self, total_minor: int) -> None:
        """A merchant QR; HQ's payment simulator is told that it is paid."""
        self.press("pay.qr", "QR", lambda now: now["attempt"] == "pending", HQ_WITHIN_S)
        for payment in self._hq.get("/api/payments")["payments"]:
            if payment["state"] == "pending" and payment["amount_minor"] == total_minor:
                self._hq.post(f"/api/payments/{payment['attempt_id']}/paid")
                return
        raise Stuck("payment at HQ")

    def sale_done(self, within_s: float = WITHIN_S) -> str:
        """The receipt's number, once the sale is complete."""
        view = self.until("paid", _is_done, within_s)
        return str(view["last_sale"])

    def slip_of(self, receipt: str, within_s: float = WITHIN_S) -> str:
        """The printed slip of a receipt; empty when none came."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            slip = self._bench.text("/api/paper.txt")
            if receipt in slip:
                return slip
            time.sleep(LOOK_EVERY_S)
        return ""


def _pieces(view: View) -> tuple[int, int]:
    return view["line_count"], sum(abs(line["quantity_milli"]) for line in view["lines"])


def _is_done(view: View) -> bool:
    return bool(view["place"] == "done")


def _sheet_is(view: View, kind: str) -> bool:
    return bool(view.get("sheet")) and view["sheet"].get("view") == kind


def _is_typing(view: View) -> bool:
    return bool(view.get("sheet")) and view["sheet"].get("view") == "TypingSheetView"


def _control(part: Any, name: str) -> View | None:
    """The control of that name anywhere in a view."""
    if isinstance(part, dict):
        if part.get("name") == name:
            return part
        part = list(part.values())
    if isinstance(part, list):
        return next((found for one in part if (found := _control(one, name))), None)
    return None
