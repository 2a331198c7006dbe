"""`tillbox import products` as a technician types it, on a home of its own."""

import contextlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from appliance.runtime.paths import Home
from appliance.store.reference import ReferenceReader, open_reference
from hq import catalogue
from hq.database import open_hq
from retail.catalogue import Member
from tests.support.waiting import PROCESS_S
from tillbox.cli import app
from tillbox.home import ensure_home, hq_database
from tillbox.importer import import_products
from tillbox.importer.sentences import _sentences

TEXT = "货号,自编码,品名,类别,零售价\n6901234567892,9001,冰红茶,饮料,3.50\n6901234567908,,水,饮料,0\n"


@pytest.fixture(scope="module")
def ready(tmp_path_factory) -> Path:
    """A home that has been made once; tests here only add to it."""
    root = Path(tmp_path_factory.mktemp("home"))
    ensure_home(Home(root))
    return root


def tillbox(home: Path, *words: str, lang: str = "en_GB.UTF-8") -> Any:
    settings = {"TILLBOX_HOME": str(home), "LANG": lang, "LC_ALL": None, "LC_MESSAGES": None}
    return CliRunner().invoke(app, words, prog_name="tillbox", env=settings)


def versions(home: Path) -> dict[str, int]:
    engine = open_reference(Home(home), writable=False)
    try:
        return ReferenceReader(engine).versions()
    finally:
        engine.dispose()


def test_imported_goods_are_at_hq_and_on_the_till_at_once(ready, tmp_path):
    (tmp_path / "list.csv").write_text(TEXT)
    before = versions(ready)
    trial = tillbox(ready, "import", "products", str(tmp_path / "list.csv"), "--dry-run", "--json")
    assert json.loads(trial.stdout)["dry_run"] and versions(ready) == before
    ran = tillbox(ready, "import", "products", str(tmp_path / "list.csv"), "--json")
    report = json.loads(ran.stdout)
    assert ran.exit_code == 0
    assert (report["taken"], report["refused"], report["new"]) == (1, 1, 1)
    assert report["rows"][0]["row"] == 3 and report["rows"][0]["code"] == "price.zero"
    assert versions(ready)["catalogue"] == before["catalogue"] + 1 == report["versions"]["catalogue"]
    engine = open_reference(Home(ready), writable=False)
    reader = ReferenceReader(engine)
    assert reader.product_by_code("6901234567892", report["versions"]["catalogue"]).price_minor == 350
    assert [hit.marked for hit in reader.search("bhc", 10**9)] == ["**bhc**"]
    engine.dispose()
    again = json.loads(tillbox(ready, "import", "products", str(tmp_path / "list.csv"), "--json").stdout)
    assert (again["new"], again["changed"], again["same"]) == (0, 0, 1)
    assert versions(ready)["catalogue"] == report["versions"]["catalogue"]


@pytest.mark.parametrize(
    ("lang", "word"), [("zh_CN.UTF-8", "第 3 行"), ("en_GB.UTF-8", "row 3"), ("C", "row 3")]
)
def test_people_are_told_in_their_language(ready, tmp_path, lang, word):
    (tmp_path / "list.csv").write_text(TEXT)
    ran = tillbox(ready, "import", "products", str(tmp_path / "list.csv"), "--dry-run", lang=lang)
    assert ran.exit_code == 0 and word in ran.stdout and "{" not in ran.stdout


def test_a_file_that_cannot_be_used_ends_with_2_and_one_that_gives_nothing_with_1(ready, tmp_path):
    (tmp_path / "bad.csv").write_text("hello\nworld\n")
    (tmp_path / "none.csv").write_text("品名,零售价\n茶,0\n")
    bad = tillbox(ready, "import", "products", str(tmp_path / "bad.csv"), lang="zh_CN.UTF-8")
    assert bad.exit_code == 2 and "标题" in bad.stderr and "Traceback" not in bad.stderr
    told = tillbox(ready, "import", "products", str(tmp_path / "bad.csv"), "--json")
    assert told.exit_code == 2 and json.loads(told.stdout)["error"] == "file.no_headings"
    assert tillbox(ready, "import", "products", str(tmp_path / "none.csv")).exit_code == 1


def test_the_console_script_works_as_a_program(ready, tmp_path):
    (tmp_path / "list.csv").write_text(TEXT)
    command = [sys.executable, "-c", "from tillbox.cli import main; main()", "--home", str(ready)]
    command += ["import", "products", str(tmp_path / "list.csv"), "--dry-run"]
    ran = subprocess.run(command, capture_output=True, timeout=PROCESS_S, check=False)
    assert ran.returncode == 0 and b"Traceback" not in ran.stderr


def test_a_price_changed_at_hq_while_the_file_is_read_is_not_undone(ready, tmp_path, monkeypatch):
    """The file says nothing of the member price that HQ sets in the meantime."""
    (tmp_path / "list.csv").write_text(TEXT)
    tillbox(ready, "import", "products", str(tmp_path / "list.csv"))
    (tmp_path / "list.csv").write_text(TEXT.replace("3.50", "4.50"))
    real, engine, calls = import_products, open_hq(hq_database(Home(ready))), []

    def slow(*arguments):
        calls.append(1)
        report = real(*arguments)
        if len(calls) == 1:
            with engine.begin() as connection:
                catalogue.set_price(connection, "p-6901234567892", 350, 300)
        return report

    monkeypatch.setattr("tillbox.commands.import_.import_products", slow)
    assert tillbox(ready, "import", "products", str(tmp_path / "list.csv")).exit_code == 0
    with engine.connect() as connection:
        held = catalogue.product(connection, "p-6901234567892")
    engine.dispose()
    assert (len(calls), held.price_minor, held.member_price_minor) == (2, 450, 300)


def test_help_names_the_commands_without_loading_them(ready):
    ran = tillbox(ready, "--help")
    assert ran.exit_code == 0 and "import" in ran.stdout
    code = "import sys, tillbox.cli; raise SystemExit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=PROCESS_S, check=False).returncode == 0
    assert tillbox(ready, "dance").exit_code == 2
    assert tillbox(ready, "--version").stdout.startswith("tillbox ")


def test_every_sentence_is_there_in_both_languages():
    for code, told in _sentences().items():
        assert set(told) == {"zh", "en"} and all(told.values()), code


def test_every_code_that_the_importer_gives_has_a_sentence():
    root = Path(__file__).parents[2]
    files = [*root.glob("tillbox/importer/**/*.py"), *root.glob("sheetbase/*.py")]
    source = "".join(path.read_text() for path in files)
    families = (
        r"name|price|amount|member_price|price_min|code|plu|unit|pricing|flag|days|rate|category|status"
    )
    given = set(re.findall(rf'"((?:{families}|kind|formula|row|file)\.[a-z_]+)"', source))
    assert given <= set(_sentences()), given - set(_sentences())
    assert len(given) > 40


def test_a_home_is_made_once_and_never_overwritten(tmp_path):
    home = Home(tmp_path / "home")
    ensure_home(home)
    keys = (home.database_key.read_text(), home.lookup_key.read_text())
    assert home.keys_dir.stat().st_mode & 0o777 == 0o700
    before = versions(home.root)
    assert set(before) == {"benefits", "catalogue", "members", "promotions", "staff", "shop", "stock"}
    ensure_home(home)
    assert (home.database_key.read_text(), home.lookup_key.read_text()) == keys
    assert versions(home.root) == before


def test_a_home_whose_making_was_cut_short_is_completed(tmp_path):
    home = Home(tmp_path / "home")
    ensure_home(home)
    home.reference_db.unlink()
    for rest in home.reference_db.parent.glob("reference.db-*"):
        rest.unlink()
    home.log_dir.rmdir()
    ensure_home(home)
    assert home.log_dir.is_dir() and versions(home.root)["catalogue"] == 1


def test_an_hq_that_was_set_back_still_reaches_the_till(tmp_path):
    root = tmp_path / "home"
    (tmp_path / "list.csv").write_text(TEXT)
    assert tillbox(root, "import", "products", str(tmp_path / "list.csv")).exit_code == 0
    for path in hq_database(Home(root)).parent.glob("hq.db*"):
        path.unlink()
    assert tillbox(root, "import", "products", str(tmp_path / "list.csv")).exit_code == 0
    engine = open_hq(hq_database(Home(root)))
    with engine.connect() as connection:
        newest = catalogue.versions(connection)
    engine.dispose()
    assert versions(root)["catalogue"] == newest["catalogue"] > 2


def test_a_home_whose_making_is_killed_anywhere_is_completed_by_the_next_start(tmp_path):
    home = Home(tmp_path / "home")
    code = "import sys; from pathlib import Path; from appliance.runtime.paths import Home\n"
    code += "from tillbox.home import ensure_home; print('begins', flush=True)\n"
    code += "ensure_home(Home(Path(sys.argv[1])))"
    for wait_s in (0.0, 0.02, 0.08, 0.2):
        child = subprocess.Popen([sys.executable, "-c", code, str(home.root)], stdout=subprocess.PIPE)
        assert child.stdout is not None and child.stdout.readline() == b"begins\n"
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(wait_s)
        child.kill()
        child.wait(10)
        child.stdout.close()
    ensure_home(home)
    made = versions(home.root)
    assert {made[stream] for stream in ("catalogue", "promotions", "shop", "staff", "stock")} == {1}
    hq = open_hq(hq_database(home))
    with hq.connect() as connection:
        held = {one.document.id: one.document for one in catalogue.held(connection, Member)}
        assert len(held) == 6 and getattr(held["m-100086"], "value_minor", 0) == 26_850
    hq.dispose()
    engine = open_reference(home, writable=False)
    assert ReferenceReader(engine).shop().names["zh-Hans"] == "山隅咖啡"
    engine.dispose()
