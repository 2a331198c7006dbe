"""Every code that can reach a cashier is told, in every language, with what to do next."""

import ast
from pathlib import Path

import pytest

from appliance.ipc.daemon_contract import FAULT_CODES
from appliance.ui.i18n import Translator
from appliance.ui.refusals import DEVICE_WORDS, FAULT_WORDS, TOLD_AS, device_word, told, with_money
from retail.money import CURRENCIES

ROOT = Path(__file__).resolve().parents[2]
RULES = (
    "appliance/checkout",
    "retail",
    "appliance/ui/acts",
    "appliance/ui/counter.py",
    "appliance/ui/worker.py",
)
WIRE = ("appliance/ipc/client.py", "appliance/daemon/jobs.py", "appliance/daemon/supervisor.py")
FAMILIES = ("Refused", "DeviceFault", "Busy", "ContractError")
LANGUAGES = ("zh-Hans", "zh-Hant", "en")
ELSEWHERE = {
    "ipc.line_too_long",  # we send nothing that long: a bug, and seen in the log
    "tender.unknown_type",
}
FOR_RECORDS = {"appliance/checkout/recording.py"}
"""Told by the replay, whose sentences stand in `tillbox`."""
BY_HQ = {
    "stored_value.not_enough": {"available_minor"},
    "gift_card.not_enough": {"available_minor"},
    "points.not_enough": {"needed", "available"},
    "points.not_in_steps": {"points", "step", "points_min"},
    "top_up.outside_limits": {"paid_min_minor", "paid_max_minor"},
    "top_up.balance_too_large": {"balance_max_minor"},
    "grant.already_used": {"given_minor", "left_minor"},
    "pass.not_an_upgrade": {"price_minor", "credit_minor"},
    "membership.not_an_upgrade": {"price_minor", "credit_minor"},
}
"""What the ledger's refusals carry as the till tells them, whoever asked the ledger."""
NO_SCREEN_YET = ("retail/ledger", "retail/members", "retail/pricing", "retail/barcodes/instore.py")
"""Rules that the command line and HQ tell; the till's screens do not reach them yet."""


def raised() -> dict[str, set[str]]:
    """Code -> the params it is raised with, over all rules, acts and wires; f-strings by their start."""
    found: dict[str, set[str]] = {}
    for place in (*RULES, *WIRE):
        path = ROOT / place
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            name = file.relative_to(ROOT).as_posix()
            if name in FOR_RECORDS or name.startswith(NO_SCREEN_YET):
                continue
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in FAMILIES:
                    continue
                if node.args and isinstance(node.args[0], ast.Constant):
                    code = str(node.args[0].value)
                    params = {keyword.arg for keyword in node.keywords if keyword.arg}
                    found[code] = found.get(code, params) & params
    return found


CODES = raised()


def test_the_walk_finds_the_codes() -> None:
    assert {"scan.unknown_code", "staff.locked", "tender.offline", "worker.full"} <= set(CODES)
    assert len(CODES) > 60


@pytest.mark.parametrize("code", sorted({*CODES, *FAULT_CODES}))
def test_every_code_is_told(code: str) -> None:
    if code in ELSEWHERE:
        return
    assert code in TOLD_AS, f"{code} can reach a cashier: say in appliance/ui/refusals.py how it is told"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_there_and_needs_only_what_its_code_carries(language: str) -> None:
    tr = Translator(language, strict=True)
    for code in {*TOLD_AS, "something.unheard_of"}:
        carried = CODES.get(code, set()) | BY_HQ.get(code, set())
        params = {name: {"en": "x"} if name == "names" else 3 for name in carried}
        params = with_money(params, CURRENCIES["CNY"])
        title, todo = told(tr, language, code, params)
        assert title and todo and title != todo


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_device_and_fault_has_its_words(language: str) -> None:
    tr = Translator(language, strict=True)
    assert set(FAULT_WORDS) >= FAULT_CODES
    for capability in (*DEVICE_WORDS, "toaster"):
        for fault in (*FAULT_WORDS, "toaster.burnt"):
            assert device_word(tr, capability, fault)


def test_an_unknown_code_is_shown_in_small_print() -> None:
    assert "toaster.burnt" in told(Translator("en"), "en", "toaster.burnt", {})[0]
