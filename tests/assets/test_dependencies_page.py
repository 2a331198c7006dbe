"""The page of dependencies names exactly what pyproject.toml asks for."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECTIONS = {
    "What runs": "dependencies",
    "What setup builds with": "build",
    "What tests and checks with": "dev",
    "What `make bench` compares with": "bench",
}


def page_sections() -> dict[str, set[str]]:
    """Package names in the first column of each section's table."""
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    found = {}
    for title, body in zip(parts[1::2], parts[2::2], strict=True):
        found[title] = set(re.findall(r"^\| `([^`]+)`", body, flags=re.MULTILINE))
    return found


def test_each_dependency_has_its_line_and_each_line_its_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {"dependencies": project["dependencies"], **project["optional-dependencies"]}
    page = page_sections()
    for title, key in SECTIONS.items():
        names = {re.split(r"[<>=!~; \[]", requirement)[0].lower() for requirement in wanted[key]}
        assert page[title] == names, f"docs/dependencies.md, section {title!r}"
