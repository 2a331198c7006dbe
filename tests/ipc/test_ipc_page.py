"""docs/ipc.md against the code: every method and event, every example line, every fault code."""

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from appliance.ipc.contract import Contract
from appliance.ipc.daemon_contract import DAEMON, FAULT_CODES
from appliance.ipc.screen_contract import SCREEN
from appliance.ipc.sync_contract import SYNC
from appliance.ipc.wire import failure_of
from appliance.runtime.strict import convert

PAGE = (Path(__file__).parents[2] / "docs" / "ipc.md").read_text("utf-8")
SECTIONS = {"daemon": DAEMON, "sync": SYNC, "screen": SCREEN}


def section(name: str) -> str:
    return next(
        part for part in re.split(r"^## ", PAGE, flags=re.M) if f"`{name}.sock`)" in part.split("\n")[0]
    )


def described(name: str, heading: str) -> list[str]:
    part = section(name).split(f"### {heading}")[1].split("### ")[0]
    return re.findall(r"^`([a-z]+(?:\.[a-z]+)?)` – ", part, flags=re.M)


def examples(name: str) -> list[dict[str, Any]]:
    blocks = re.findall(r"```json\n(.*?)```", section(name), flags=re.S)
    return [json.loads(line) for block in blocks for line in block.splitlines()]


@pytest.mark.parametrize(("name", "contract"), SECTIONS.items())
def test_every_method_and_event_of_the_code_is_on_the_page_and_the_other_way_round(
    name: str, contract: Contract
) -> None:
    assert sorted(described(name, "Methods")) == sorted(contract.names())
    assert sorted(described(name, "Events")) == sorted(contract.events)


@pytest.mark.parametrize(("name", "contract"), SECTIONS.items())
def test_every_method_and_event_has_an_example_and_every_example_is_valid(
    name: str, contract: Contract
) -> None:
    called: dict[int, str] = {}
    seen: set[str] = set()
    for example in examples(name):
        assert example["jsonrpc"] == "2.0"
        if "method" in example and "id" in example:
            method = contract.method(example["method"])
            assert method is not None
            convert(example["params"], method.params)
            called[example["id"]] = method.name
        elif "method" in example:
            exact(example["params"], contract.events[example["method"]])
            seen.add(example["method"])
        else:
            method = contract.method(called[example["id"]])
            assert method is not None
            exact(example["result"], method.result)
            seen.add(method.name)
    assert seen == {*contract.names(), *contract.events}


def exact(data: object, form: Any) -> None:
    """Valid, and nothing missing or invented: what the Struct says back is what the page says."""
    assert json.loads(msgspec.json.encode(convert(data, form))) == data


def test_the_page_names_every_fault_code_and_no_other() -> None:
    paragraph = PAGE.split("Device fault codes:")[1].split("\n\n")[0]
    assert set(re.findall(r"`([a-z]+\.[a-z_]+)`", paragraph)) == FAULT_CODES


def test_the_example_of_an_error_is_one_of_our_families() -> None:
    line = re.search(r"```json\n(.*error.*)\n```", PAGE)
    assert line is not None
    failure = failure_of(json.loads(line[1])["error"])
    assert type(failure).__name__ == "DeviceFault"
    assert failure.code == "printer.paper_out"
