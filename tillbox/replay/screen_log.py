"""What was replayed through the screen: one line before a ticket, one after, each durable.

A sale made by hand does not say which ticket it was, so this file does. A run that was killed between
the two lines is settled by asking the till whether another sale has come since.
"""

import json
import os
from pathlib import Path
from typing import Any


class ScreenLog:
    """The log of one home."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._receipts: dict[str, str] = {}
        self._begun: dict[str, str] = {}
        for entry in self._read():
            if "before" in entry:
                self._begun[entry["key"]] = entry["before"]
                continue
            self._begun.pop(entry["key"], None)
            if "receipt" in entry:
                self._receipts[entry["key"]] = entry["receipt"]

    def forget(self) -> None:
        """Sell everything anew; the old log is kept beside."""
        if self._path.exists():
            self._path.replace(self._path.with_suffix(".old"))
        self._receipts.clear()
        self._begun.clear()

    def settle(self, last_sale: str) -> bool:
        """What was begun and not ended: sold if the till has made another sale since.

        True when a ticket was left half done, so that what stands on the counter is its.
        """
        half_done = any(last_sale == before for before in self._begun.values())
        for key, before in list(self._begun.items()):
            if last_sale != before:
                self.ended(key, last_sale)
        self._begun.clear()
        return half_done

    def receipt(self, key: str) -> str:
        """The receipt that a ticket became; empty if it is not sold."""
        return self._receipts.get(key, "")

    def begun(self, key: str, last_sale: str) -> None:
        """The ticket is put in now; `last_sale` is the receipt before it."""
        self._append({"key": key, "before": last_sale})

    def ended(self, key: str, receipt: str) -> None:
        """The ticket is this receipt."""
        self._receipts[key] = receipt
        self._append({"key": key, "receipt": receipt})

    def dropped(self, key: str) -> None:
        """The ticket was refused after all; nothing of it was sold."""
        self._append({"key": key})

    def _append(self, entry: dict[str, str]) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def _read(self) -> list[dict[str, Any]]:
        try:
            lines = self._path.read_text("utf-8").splitlines()
        except FileNotFoundError:
            return []
        entries = []
        for line in lines:
            try:
                entries.append(json.loads(line))
            except ValueError:
                continue  # torn by a kill: its ticket was not paid yet
        return entries
