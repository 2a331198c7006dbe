"""`tillbox members`, `import members` and `export members`, as somebody types them, on a demo home."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from appliance.runtime.paths import Home
from hq import catalogue
from hq.database import open_hq
from hq.ledger import SqlBook
from retail.catalogue import Member
from tillbox.cli import app
from tillbox.home import ensure_home, hq_database


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that has been made once; tests here build on each other's members only by their own phones."""
    root = tmp_path_factory.mktemp("home")
    ensure_home(Home(root))
    return root


def tillbox(home: Path, *words: str, lang: str = "en_GB.UTF-8") -> Any:
    settings = {"TILLBOX_HOME": str(home), "LANG": lang, "LC_ALL": None, "LC_MESSAGES": None}
    return CliRunner().invoke(app, words, prog_name="tillbox", env=settings)


def said(home: Path, *words: str) -> Any:
    ran = tillbox(home, *words, "--json")
    assert ran.exit_code == 0, ran.output
    return json.loads(ran.stdout)


def test_the_demo_shops_members_hold_what_the_screens_show(home: Path) -> None:
    found = said(home, "members", "show", "13800006207")
    assert (found["name"], found["tier"], found["points"]) == ("陈静怡", "gold", 2_360)
    assert (found["value_minor"], found["principal_minor"], len(found["coupons"])) == (26_850, 16_850, 2)
    assert [(one["kind"], one["left"]) for one in found["passes"]] == [("americano-10", 4)]
    engine = open_hq(hq_database(Home(home)))
    with engine.connect() as connection:
        (told,) = (
            one.document for one in catalogue.held(connection, Member) if one.document.id == "m-100086"
        )
        assert isinstance(told, Member)
        assert (told.points, told.value_minor, told.tier, len(told.coupons)) == (2_360, 26_850, "gold", 2)
        assert told.names == {"zh-Hans": "陈*怡"} and told.passes[0].left == 4
        sums = SqlBook(connection).sums()
    ensure_home(Home(home))
    with engine.connect() as connection:
        assert SqlBook(connection).sums() == sums
    engine.dispose()


def test_somebody_is_enrolled_found_changed_and_forgotten(home: Path) -> None:
    new = said(home, "members", "enrol", "13711112222", "--name", "吴昊", "--birthday", "1999-12-31")
    assert new["is_new"] and not said(home, "members", "enrol", "137-1111-2222")["is_new"]
    assert [one["id"] for one in said(home, "members", "find", "2222")] == [new["id"]]
    assert said(home, "members", "find", "吴昊", "--by", "name")[0]["number"] == new["number"]
    assert tillbox(home, "members", "find", "nobody").exit_code == 1
    assert (
        said(home, "members", "edit", new["number"], "--address", "示例路 1 号")["address"] == "示例路 1 号"
    )
    assert said(home, "members", "freeze", new["number"])["state"] == "frozen"
    assert said(home, "members", "freeze", new["number"], "--off")["state"] == "active"
    assert said(home, "members", "tier", new["number"], "Gold")["tier"] == "gold"
    assert said(home, "members", "card", new["number"], "04C7E2A19DFFFF")["cards"] == 1
    assert said(home, "members", "card", "04C7E2A19DFFFF", "--unbind")["cards"] == 0
    assert said(home, "members", "note", new["number"], "少糖", "--feedback")["notes"][0]["text"] == "少糖"
    assert said(home, "members", "coupon", "hundred-6", "--member", new["number"])["given"] == 1
    assert said(home, "members", "coupon", "hundred-6", "--tier", "金卡")["given"] == 3
    assert said(home, "members", "link", new["number"])["link"].startswith(f"/card/{new['id']}/")
    shown = tillbox(home, "members", "show", new["number"]).stdout
    assert "吴昊" in shown and "6 off 100" in shown and "13711112222" in shown
    refused = tillbox(home, "members", "erase", new["number"])
    assert refused.exit_code == 2 and "cannot be undone" in refused.output
    assert said(home, "members", "erase", new["number"], "--yes")["state"] == "erased"
    assert tillbox(home, "members", "show", "13711112222").exit_code == 2


def test_two_records_become_one(home: Path) -> None:
    first = said(home, "members", "enrol", "13722220001", "--name", "郑爽")
    second = said(home, "members", "enrol", "13722220002", "--name", "郑小爽")
    assert tillbox(home, "members", "merge", "13722220001", "13722220002").exit_code == 2
    merged = said(home, "members", "merge", "13722220001", "13722220002", "--yes")
    assert merged["id"] == first["id"] and merged["other_phones"] == ["+8613722220002"]
    assert said(home, "members", "show", second["id"])["name"] == "郑爽"


@pytest.mark.parametrize(
    ("words", "lang", "sentence"),
    [
        (("members", "show", "4"), "en_GB.UTF-8", "no such member"),
        (("members", "enrol", "1370000"), "zh_CN.UTF-8", "电话号码的位数不对"),
        (("members", "coupon", "none", "--member", "13800006207"), "en_GB.UTF-8", "no such kind of coupon"),
        (("members", "coupon", "cake-8"), "en_GB.UTF-8", "one of --member and --tier"),
        (("members", "tier", "13800006207", "iron"), "en_GB.UTF-8", "no tier iron"),
        (("members", "card", "13800006207", "04C7E2A19D5B81"), "en_GB.UTF-8", "another member's"),
        (("members", "erase", "13800006207", "--yes"), "en_GB.UTF-8", "own money left"),
        (("import", "members", "/nowhere.csv"), "en_GB.UTF-8", "cannot be read"),
        (("export", "members", "/tmp/members.pdf"), "en_GB.UTF-8", "name end in"),
    ],
)
def test_errors_are_sentences(home: Path, words: tuple[str, ...], lang: str, sentence: str) -> None:
    ran = tillbox(home, *words, lang=lang)
    assert ran.exit_code == 2 and sentence in ran.output
    assert "error" in json.loads(tillbox(home, *words, "--json", lang=lang).stdout)


def test_a_list_goes_in_and_out(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "members.csv"
    path.write_text("手机,姓名,等级,余额,积分\n13733330001,周然,金卡,88.50,30\n1373333,x,,,\n", "gb18030")
    assert said(home, "import", "members", str(path), "--dry-run")["new"] == 1
    told = said(home, "import", "members", str(path))
    assert (told["new"], told["refused"], told["rows"][0]["code"]) == (1, 1, "phone.wrong_length")
    assert said(home, "members", "show", "13733330001")["value_minor"] == 8_850
    ran = tillbox(home, "import", "members", str(path), lang="zh_CN.UTF-8")
    assert ran.exit_code == 0 and "不变 1" in ran.output
    out = tmp_path / "out.xlsx"
    assert said(home, "export", "members", str(out))["members"] >= 7
    again = said(home, "import", "members", str(out))
    assert (again["new"], again["changed"], again["refused"], again["rows"]) == (0, 0, 0, [])


def test_a_pass_rests_and_goes_on_and_its_id_is_shown(home: Path) -> None:
    (held,) = said(home, "members", "show", "13800006207")["passes"]
    assert f"({held['id']})" in tillbox(home, "members", "show", "13800006207").stdout
    rested = said(home, "members", "rest", "13800006207", held["id"])
    assert rested["passes"][0]["state"] == "frozen"
    assert "[Frozen]" in tillbox(home, "members", "show", "13800006207").stdout
    assert said(home, "members", "rest", "13800006207", held["id"], "--off")["passes"] == [held]
    wrong = tillbox(home, "members", "rest", "13800006207", "no-such-pass")
    assert (wrong.exit_code, "no such pass" in wrong.output) == (2, True)


def test_a_coupon_that_nobody_used_is_taken_back_once(home: Path) -> None:
    said(home, "members", "enrol", "13711119999")
    given = said(home, "members", "coupon", "cake-8", "--member", "13711119999")["coupons"][0]
    assert said(home, "members", "take-back", "13711119999", given)["coupons"] == []
    again = tillbox(home, "members", "take-back", "13711119999", given)
    assert (again.exit_code, "taken back before" in again.output) == (2, True)
    other = tillbox(home, "members", "take-back", "13800006207", given)
    assert "another member" in other.output
