"""The asset build: what it makes, that a second run makes nothing, and what it says when it cannot."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.support.waiting import PROCESS_S

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "appliance" / "ui" / "assets"
ICONS_OF_THE_DRAFTS = """
printer wifi wifi-off cloud user user-plus star coffee cup-soda croissant cake-slice cookie package wallet
search x minus plus check tag scale ticket banknote qr-code ellipsis scan-line scan-barcode arrow-left
chevron-left chevron-right delete circle-check triangle-alert octagon-x refresh-cw circle-minus credit-card
gift coins split undo-2 monitor nfc shield-check circle-question-mark history settings lock globe bell
"""

KIVY_LOADS_IT = """
import sys
from kivy.config import Config
Config.set("graphics", "width", "200")
from kivy.core.window import Window
from kivy.uix.image import Image
for name in ("printer-24", "shop-mark-48"):
    print(*map(int, Image(source=f"atlas://{sys.argv[1]}/icons/{name}").texture_size))
"""


def run_build(target: Path) -> str:
    result = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "build_assets.py"), "--target", str(target)],
        capture_output=True,
        text=True,
        timeout=PROCESS_S,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("generated")
    run_build(target)
    return target


def test_a_second_run_builds_nothing_and_a_lost_file_is_made_again(built: Path) -> None:
    assert " 0 built" in run_build(built)
    (built / "art" / "latte-76.png").unlink()
    assert " 1 built" in run_build(built)
    assert (built / "art" / "latte-76.png").is_file()


def test_a_rendered_drawing_without_a_source_is_removed(built: Path) -> None:
    stray = built / "art" / "no-such-drawing-76.png"
    stray.write_bytes(b"")
    run_build(built)
    assert not stray.exists()


def test_the_atlas_holds_every_icon_at_every_size_where_it_says(built: Path) -> None:
    pages = json.loads((built / "icons.atlas").read_text())
    ((page, entries),) = pages.items()
    picture = Image.open(built / page)
    assert picture.mode == "RGBA"
    alpha = picture.getchannel("A")
    for size in (16, 20, 24, 32, 48, 64):
        for name in ICONS_OF_THE_DRAFTS.split():
            left, bottom, width, height = entries[f"{name}-{size}"]
            assert (width, height) == (size, size)
            top = picture.height - bottom - height
            ink = alpha.crop((left, top, left + width, top + height)).getbbox()
            assert ink is not None, f"{name}-{size} is empty"
    assert {pixel[:3] for _, pixel in picture.getcolors(maxcolors=100_000) or []} == {(255, 255, 255)}


def test_kivy_loads_the_atlas(built: Path) -> None:
    offscreen = {"SDL_VIDEODRIVER": "offscreen", "KIVY_NO_ARGS": "1", "KIVY_NO_CONSOLELOG": "1"}
    result = subprocess.run(
        [sys.executable, "-c", KIVY_LOADS_IT, str(built)],
        capture_output=True,
        text=True,
        timeout=PROCESS_S,
        env=os.environ | offscreen | {"KIVY_HOME": str(built / "kivy")},
    )
    assert result.stdout.split() == ["24", "24", "48", "48"], result.stderr[-2000:]


def test_drawings_come_at_three_sizes_with_clear_corners(built: Path) -> None:
    for source in (ASSETS / "art").glob("*.svg"):
        for size in (76, 152, 304):
            picture = Image.open(built / "art" / f"{source.stem}-{size}.png")
            assert picture.size == (size, size)
            assert picture.getchannel("A").getpixel((0, 0)) == 0, f"{source.stem} has no clear background"
            assert picture.getchannel("A").getbbox() is not None


def test_the_receipt_logo_is_one_bit_and_fits_the_narrow_paper(built: Path) -> None:
    logo = Image.open(built / "logo-receipt.png")
    assert logo.mode == "1"
    assert logo.width == 200
    black = logo.width * logo.height - logo.convert("L").histogram()[255]
    mark_only = 80 * 80
    assert black > mark_only, "the shop's name is missing below the mark"


def test_an_icon_that_lucide_does_not_have_is_named_with_a_near_one(tmp_path: Path) -> None:
    from asset_build import icons
    from asset_build.errors import BuildError

    listed = tmp_path / "icons.txt"
    listed.write_text("printer\nprintre  # misspelt\n")
    with pytest.raises(BuildError, match=r"no icon printre.*printer"):
        icons.sources(listed, tmp_path)
    listed.write_text("printer\nprinter\n")
    with pytest.raises(BuildError, match="line 2: printer stands there twice"):
        icons.sources(listed, tmp_path)


def test_a_broken_drawing_is_named(tmp_path: Path) -> None:
    from asset_build import art
    from asset_build.errors import BuildError

    broken = tmp_path / "broken.svg"
    broken.write_text("<svg")
    with pytest.raises(BuildError, match=r"broken\.svg"):
        art.build(broken, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_translation_is_compiled_and_an_unconfirmed_one_left_out(tmp_path: Path) -> None:
    import gettext

    from asset_build import translations

    source = tmp_path / "tillbox.po"
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "pay"\nmsgstr "收款"\n\n#, fuzzy\nmsgid "hold"\nmsgstr "挂单"\n',
        encoding="utf-8",
    )
    (compiled,) = translations.build(source)
    with compiled.open("rb") as file:
        catalogue = gettext.GNUTranslations(file)
    assert (catalogue.gettext("pay"), catalogue.gettext("hold")) == ("收款", "hold")


def test_a_damaged_memory_of_the_build_only_costs_time(tmp_path: Path) -> None:
    from asset_build.stamp import Stamps

    memory = tmp_path / "stamps.json"
    memory.write_bytes(b"\x00 not json")
    stamps = Stamps(memory)
    assert not stamps.is_current("icons", "abc")
    (tmp_path / "icons.png").write_bytes(b"x")
    stamps.made("icons", "abc", [tmp_path / "icons.png"])
    assert Stamps(memory).is_current("icons", "abc")
    assert not Stamps(memory).is_current("icons", "other")
