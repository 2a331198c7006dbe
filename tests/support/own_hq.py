"""HQ's side of members' money in a few lines: what it promises of reservations, without its tables.

Reads a till's questions out of trade.db and writes its answers into reference.db, as sync would.
"""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from appliance.store.reference import mailbox, open_reference
from appliance.store.trade import TradeStore
from retail.messages import Answer, PaymentNews
from retail.messages.events import SaleCompleted
from tests.support.desk import Home

WORDS = {"stored_value": "stored_value", "gift_card": "gift_card", "points": "points"}


@dataclass
class Reserved:
    """One authorisation: ``held``, ``declined``, ``cancelled`` or ``posted``."""

    account: str
    units: int
    state: str


@dataclass
class OwnHq:
    """Holds what accounts have (``money/account`` to units) and what is reserved of it."""

    home: Home
    held: dict[str, int] = field(default_factory=dict)
    spends: dict[str, Reserved] = field(default_factory=dict)
    quotes: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    """Of an account: what a payout pays, deducts, voids."""
    used: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Of a sale of promises: what it brought and what is left of it, where a part is used."""
    upgrades: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    """Of something held and a kind: the difference, and what is left of the old one."""
    answered: set[str] = field(default_factory=set)

    def available(self, account: str) -> int:
        """What is neither spent nor reserved."""
        taken = sum(
            one.units for one in self.spends.values() if (one.account, one.state) == (account, "held")
        )
        return self.held.get(account, 0) - taken

    def open_reservations(self) -> list[str]:
        """What is held and waits for its sale."""
        return [auth_id for auth_id, one in self.spends.items() if one.state == "held"]

    def questions(self, trade: TradeStore) -> list[tuple[str, str, dict[str, Any]]]:
        """What the till has asked and HQ has not answered."""
        rows = trade._rows("SELECT id, kind, body FROM hq_request ORDER BY created_ms, id")
        return [(a, b, msgspec.json.decode(c)) for a, b, c in rows if a not in self.answered]

    def answer_all(self, trade: TradeStore, latest_first: bool = False) -> None:
        """Answer every question; the latest first when they overtake each other."""
        questions = self.questions(trade)
        for request_id, kind, body in reversed(questions) if latest_first else questions:
            self._tell(request_id, kind, body)

    def _tell(self, request_id: str, kind: str, body: dict[str, Any]) -> None:
        error, answer, news = "", {}, None
        if kind == "spend.authorise":
            news = self._authorise(body)
        elif kind == "spend.cancel":
            news = self._cancel(body["auth_id"])
        elif kind == "payout.quote":
            error, answer = self._quote(body)
        elif kind == "grant.void":
            error, answer = self._void(body)
        elif kind == "upgrade.quote":
            error, answer = self._upgrade(body)
        else:
            return
        self.answered.add(request_id)
        engine = open_reference(self.home, writable=True)
        with engine.begin() as connection:
            if news is not None:
                answer = msgspec.to_builtins(news)
                mailbox.keep_news(connection, [news])
            mailbox.keep_answer(connection, Answer(id=request_id, body=answer, error=error), 0)
        engine.dispose()

    def _authorise(self, body: dict[str, Any]) -> PaymentNews:
        auth_id, account = body["auth_id"], f"{body['money']}/{body['account']}"
        if auth_id not in self.spends:
            enough = body["units"] <= self.available(account)
            self.spends[auth_id] = Reserved(account, body["units"], "held" if enough else "declined")
        state = self.spends[auth_id].state
        left = self.available(account)
        if state == "declined":
            params = {"needed": body["units"], "available": left, "reserved": 0}
            return self._news(auth_id, "declined", body, reason=f"{body['money']}.not_enough", params=params)
        if state == "cancelled":
            return self._news(auth_id, "cancelled", body)
        left_name = "balance" if body["money"] == "points" else "balance_minor"
        return self._news(auth_id, "paid", body, params={left_name: left})

    def _cancel(self, auth_id: str) -> PaymentNews:
        known = self.spends.setdefault(auth_id, Reserved("", 0, "cancelled"))
        if known.state in ("held", "declined"):
            known.state = "cancelled"
        return self._news(auth_id, "paid" if known.state == "posted" else "cancelled", {})

    def _quote(self, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        if body["id"] not in self.quotes:
            return "payout.nothing", {}
        amount, deducted, voided = self.quotes[body["id"]]
        self.spends.setdefault(body["auth_id"], Reserved(f"payout/{body['id']}", amount, "held"))
        quoted = {"amount_minor": amount, "deducted_minor": deducted, "voided_minor": voided}
        return "", {"auth_id": body["auth_id"], "currency": "CNY", **quoted}

    def _void(self, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        known = self.spends.setdefault(body["auth_id"], Reserved(f"void/{body['sale_id']}", 1, "held"))
        if known.state == "cancelled":
            return "authorisation.cancelled", {"auth_id": body["auth_id"]}
        if body["sale_id"] in self.used:
            known.state = "declined"
            given, left = self.used[body["sale_id"]]
            said = {"given_minor": given, "left_minor": left, "currency": "CNY"}
            return "grant.already_used", {"code": "grant.already_used", **said}
        return "", {"auth_id": body["auth_id"]}

    def _upgrade(self, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        amount, credit = self.upgrades[(body["id"], body["to_kind"])]
        if amount <= 0:
            return f"{body['what']}.not_an_upgrade", {"price_minor": amount + credit, "credit_minor": credit}
        self.spends.setdefault(body["auth_id"], Reserved(f"upgrade/{body['id']}", 1, "held"))
        quoted = {"amount_minor": amount, "credit_minor": credit, "currency": "CNY"}
        return "", {"auth_id": body["auth_id"], **quoted}

    def _news(self, auth_id: str, state: Any, body: dict[str, Any], **more: Any) -> PaymentNews:
        return PaymentNews(
            attempt_id=auth_id,
            state=state,
            revision=1,
            amount_minor=body.get("amount_minor", 0),
            currency=body.get("currency", "CNY"),
            **more,
        )

    def book(self, sale: SaleCompleted) -> None:
        """The sale's event has come: what it names is taken, and only if it is still held."""
        for tender in sale.tenders:
            if tender.type in WORDS and not tender.refers_to:
                reserved = self.spends[tender.reference]
                assert reserved.state == "held", f"{tender.type} was {reserved.state}"
                reserved.state = "posted"
                self.held[reserved.account] -= reserved.units
