"""`tillbox stock`: what a manager types, and what a stocktake's file does."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tillbox.cli import app

MUG, BISCUITS = "mug", "cranberry-loose"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


def tillbox(home: Path, *arguments: str, lang: str = "en_GB.UTF-8") -> Result:
    return CliRunner().invoke(
        app, ["--home", str(home), "stock", *arguments], env={"LANG": lang, "LC_ALL": lang}
    )


def level(home: Path, product: str) -> int:
    (found,) = [one for one in told(home, "levels") if one["product_id"] == product]
    return int(found["level_milli"])


def told(home: Path, *arguments: str) -> list[dict[str, object]]:
    ran = tillbox(home, *arguments, "--json")
    assert ran.exit_code == 0, ran.output
    return json.loads(ran.stdout)  # type: ignore[no-any-return]  # whatever the command printed


def test_goods_in_waste_and_transfer(home: Path) -> None:
    before = json.loads(tillbox(home, "receive", "6991870003069", "1", "--json").stdout)["level_milli"]
    assert tillbox(home, "receive", MUG, "12", "--batch", "L1", "--expires", "2027-01-31").exit_code == 0
    assert tillbox(home, "waste", MUG, "2", "--reason", "damaged").exit_code == 0
    assert tillbox(home, "transfer", MUG, "3", "--to", "second").exit_code == 0
    assert tillbox(home, "transfer", MUG, "1", "--from", "second").exit_code == 0
    assert level(home, MUG) == before + 8_000
    ran = tillbox(home, "levels", lang="zh_CN.UTF-8")
    assert "2027-01-31 到期" in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("receive", "nothing", "1"), "no such product"),
        (("receive", MUG, "many"), "no quantity"),
        (("receive", MUG, "0"), "above 0"),
        (("receive", MUG, "1.5"), "whole pieces"),
        (("receive", MUG, "1", "--expires", "31.1.2027"), "no date"),
        (("waste", MUG, "1", "--reason", "boredom"), "damaged"),
        (("transfer", MUG, "1"), "--to"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(home: Path, arguments: tuple[str, ...], says: str) -> None:
    ran = tillbox(home, *arguments)
    assert ran.exit_code == 2 and says in ran.stderr and "{" not in ran.stderr
    assert json.loads(tillbox(home, *arguments, "--json").stdout)["error"]


def test_a_stocktake_from_a_file_is_taken_once_and_says_what_differed(home: Path, tmp_path: Path) -> None:
    tillbox(home, "receive", MUG, "10")
    tillbox(home, "receive", BISCUITS, "2.5")
    file = tmp_path / "count.csv"
    file.write_text(
        "编码,实数,时间\nmug,7,\ncranberry-loose,2.25,\nnothing,1,\nmug,三,\nmug,3,2099-01-01T10:00\n"
    )
    ran = tillbox(home, "count", str(file))
    assert ran.exit_code == 0 and "2 counted" in ran.stdout and "3 refused" in ran.stdout
    assert level(home, MUG) == 7_000 and level(home, BISCUITS) == 2_250
    tillbox(home, "waste", MUG, "1")
    again = told(home, "count", str(file))
    assert [one["status"] for one in again] == ["known", "known", "refused", "refused", "refused"]
    assert level(home, MUG) == 6_000


def test_a_file_without_counts_is_refused(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("hello,world\n1,2\n")
    ran = tillbox(home, "count", str(file))
    assert ran.exit_code == 2 and "hello, world" in ran.stderr
    file.write_text("code,counted\nnothing,1\n")
    assert tillbox(home, "count", str(file)).exit_code == 1
    assert tillbox(home, "count", str(tmp_path / "absent.csv")).exit_code == 2
