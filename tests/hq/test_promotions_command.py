"""`tillbox promotions`: all of a file or nothing, findings as sentences, JSON for machines."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tillbox.cli import app


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


def tillbox(home: Path, *arguments: str, lang: str = "en_GB.UTF-8") -> Result:
    return CliRunner().invoke(
        app, ["--home", str(home), "promotions", *arguments], env={"LANG": lang, "LC_ALL": lang}
    )


def ids(home: Path, state: str) -> set[str]:
    listed = json.loads(tillbox(home, "list", "--state", state, "--json").stdout)
    return {one["promotion"]["id"] for one in listed}


def written(folder: Path, value: Any) -> str:
    file = folder / "promotions.json"
    file.write_text(json.dumps(value), "utf-8")
    return str(file)


def second(promotion_id: str, **more: Any) -> dict[str, Any]:
    return {"kind": "nth_at_rate", "id": promotion_id, "names": {"en": "Second at half"}, **more}


def test_a_promotion_is_put_listed_and_stopped(home: Path, tmp_path: Path) -> None:
    assert tillbox(home, "put", written(tmp_path, second("cli-a"))).exit_code == 0
    assert "cli-a" in ids(home, "on")
    listed = tillbox(home, "list", lang="zh_CN.UTF-8").stdout
    assert "第 2 件半价" in listed
    assert tillbox(home, "stop", "cli-a").exit_code == 0
    assert "cli-a" in ids(home, "stopped")
    again = tillbox(home, "stop", "cli-none")
    assert again.exit_code == 2 and "There is no promotion cli-none" in again.output


def test_a_file_is_put_whole_or_not_at_all(home: Path, tmp_path: Path) -> None:
    slip = {"kind": "percentage", "id": "cli-slip", "names": {"en": "x"}, "off_bp": 9500}
    file = written(tmp_path, {"promotions": [second("cli-b"), slip]})
    assert tillbox(home, "check", file).exit_code == 1
    ran = tillbox(home, "put", file)
    assert ran.exit_code == 2 and "takes 95% off" in ran.output
    assert not ids(home, "on") & {"cli-b", "cli-slip"}
    assert tillbox(home, "put", file, "--confirm-warnings").exit_code == 0
    assert ids(home, "on") >= {"cli-b", "cli-slip"}
    wrong = written(tmp_path, [second("cli-c"), second("cli-d", scope={"categories": ["none"]})])
    checked = tillbox(home, "check", wrong, "--json")
    assert checked.exit_code == 2
    assert json.loads(checked.stdout)[1]["findings"][0]["code"] == "promotion.no_goods"
    assert tillbox(home, "put", wrong, "--confirm-warnings").exit_code == 2
    assert "cli-c" not in ids(home, "on")


@pytest.mark.parametrize(
    ("text", "says"),
    [("{", "not JSON"), ('{"kind": "gift"}', "$[0]"), ("[1]", "$[0]"), ('{"promotions": 1}', "docs/")],
)
def test_a_file_that_is_none_is_said_in_a_sentence(home: Path, tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "wrong.json"
    file.write_text(text, "utf-8")
    ran = tillbox(home, "put", str(file))
    assert ran.exit_code == 2 and says in ran.output
    assert tillbox(home, "check", str(tmp_path / "none.json")).exit_code == 2
