"""The checks that `make check` runs find what they are for."""

import json
from pathlib import Path

import pytest

import check_coverage
import check_sizes
import check_translations

PO = """msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"
"""


def write_po(folder: Path, language: str, **texts: str) -> None:
    path = folder / "locales" / language / "LC_MESSAGES" / "till.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    entries = "".join(f'\nmsgid "{key.replace("_", ".")}"\nmsgstr "{text}"\n' for key, text in texts.items())
    path.write_text(PO + entries, encoding="utf-8")


def test_a_long_file_and_a_long_function_are_named_with_their_line(tmp_path: Path) -> None:
    body = "    x = 1\n" * 61
    (tmp_path / "long.py").write_text("\n" + f"def f():\n{body}" + "\n" * 400)
    found = list(check_sizes.problems(tmp_path / "long.py"))
    assert [problem.split(": ")[0].rpartition(":")[2] for problem in found] == ["1", "2"]


def test_a_docstring_does_not_count_as_a_functions_length(tmp_path: Path) -> None:
    docstring = '    """' + "a\n" * 40 + '    """\n'
    (tmp_path / "fine.py").write_text(f"def f():\n{docstring}" + "    x = 1\n" * 55)
    assert list(check_sizes.problems(tmp_path / "fine.py")) == []


def test_an_empty_folder_is_not_a_success(tmp_path: Path) -> None:
    assert check_sizes.main([str(tmp_path)]) == 2


def test_complete_translations_pass(tmp_path: Path) -> None:
    write_po(tmp_path, "en", pay_now="Pay {amount}")
    write_po(tmp_path, "zh_Hans", pay_now="付 {amount}")
    (tmp_path / "screen.py").write_text('text = tr("pay.now", amount=1)')
    assert check_translations.main([str(tmp_path)]) == 0


@pytest.mark.parametrize(
    ("english", "code", "said"),
    [
        ({"pay_now": "Pay {sum}"}, "", "placeholders"),
        ({"pay_now": ""}, "", "is empty"),
        ({}, "", "is missing"),
        ({"pay_now": "Pay {amount"}, "", "pay.now"),
        ({"pay_now": "Pay {amount}"}, 'self.tr("pay.nwo")', "'pay.nwo' stands in no .po"),
        ({"pay_now": "Pay {amount}"}, 'tr("pay.now" if a else "pay.later")', "'pay.later' stands in no .po"),
    ],
)
def test_what_is_wrong_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], english: dict[str, str], code: str, said: str
) -> None:
    write_po(tmp_path, "zh_Hans", pay_now="付 {amount}")
    write_po(tmp_path, "en", **english)
    (tmp_path / "screen.py").write_text(code)
    assert check_translations.main([str(tmp_path)]) == 1
    assert said in capsys.readouterr().err


def test_keys_of_templates_are_looked_for_too(tmp_path: Path) -> None:
    write_po(tmp_path, "en", pay_now="Pay")
    (tmp_path / "screen.kv").write_text("Button:\n    text: app.tr('pay.gone')\n")
    (tmp_path / "page.html").write_text('<b>{{ tr("pay.lost") }}</b>')
    found = " ".join(check_translations.problems(tmp_path))
    assert "screen.kv:2" in found and "page.html:1" in found


def measured(folder: Path, **taken: int) -> list[str]:
    """A report of coverage: of a hundred branches of each file so many are taken."""
    files = {
        path.replace("__", "/") + ".py": {
            "summary": {"covered_branches": count, "num_branches": 100},
            "missing_branches": [[7, -5]] if count < 100 else [],
        }
        for path, count in taken.items()
    }
    (folder / "report.json").write_text(json.dumps({"files": files}))
    return [str(folder / "report.json")]


def test_each_part_must_have_its_branches_taken_by_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check_coverage.main(measured(tmp_path, retail__a=95, appliance__checkout__b=95)) == 0
    assert "retail/a.py: 7-end" in capsys.readouterr().out
    assert check_coverage.main(measured(tmp_path, retail__a=100, appliance__checkout__b=94)) == 1
    assert "appliance/checkout is below 95%" in capsys.readouterr().err
    assert check_coverage.main(measured(tmp_path, retail__a=94, appliance__ui__b=100)) == 2
    assert check_coverage.main([str(tmp_path / "nothing.json")]) == 2
