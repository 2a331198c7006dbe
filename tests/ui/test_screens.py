"""The screens as they are drawn: nothing cut or out of place, like the reference pictures, codes readable.

References are renewed with ``TILLBOX_RENEW_REFERENCES=1 pytest tests/ui/test_screens.py``; look at every
changed picture beside the design's before you commit it.
"""

import json
import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageStat

# One process draws all the pictures of a size, and the first test that wants one waits for it.
pytestmark = pytest.mark.timeout(600)
HERE = Path(__file__).parent
REFERENCES = HERE / "references"
THEMES = {"zh-Hans": "light", "zh-Hant": "dark", "en": "contrast"}
SCREENS = (
    "sale",
    "sale_offline",
    "sale_search",
    "sale_typing",
    "tender",
    "tender_qr",
    "tender_card",
    "done",
    "unknown",
    "customer",
    "customer_welcome",
    "customer_done",
    "sign_in",
    "options",
    "open_price",
    "approval",
    "menu",
    "refund",
    "refund_giving",
    "refund_asking",
    "refund_receipt",
    "refund_reasons",
    "refund_approval",
    "training",
    "own_sale",
    "own_promises",
    "own_value",
    "own_points",
    "own_gift_less",
    "own_card_sale",
    "own_payout",
    "own_upgrades",
    "own_upgrade",
    "own_done",
    "member_enrol",
    "member_enrol_name",
    "member_panel",
    "member_sheet",
    "member_history",
)
PROMOTIONS = (
    "promoted",
    "promoted_by_hand",
    "promoted_customer",
    "discount_menu",
    "discount_amount",
    "discount_reason",
    "discount_approval",
    "coupon_code",
)
STOCK = ("stock_begin", "stock_count", "stock_waste", "stock_menu", "stock_reasons", "stock_details")
SMALL = {
    "own_sale": "own_sale_small",
    "own_promises": "own_shelf_small",
    "sale_search": "sale_over",
    "tender": "tender_small",
    "tender_qr": "tender_qr_small",
    "tender_card": "tender_card_small",
}
SMALL_SCREENS = tuple(SMALL.get(name, name) for name in SCREENS)
REFERENCE_PICTURES = (
    "sale-zh-Hans-light-1280x800",
    "sale-en-contrast-1280x800",
    "sale_search-zh-Hant-dark-1280x800",
    "sale_offline-zh-Hans-light-1280x800",
    "tender-zh-Hans-light-1280x800",
    "tender_qr-zh-Hans-light-1280x800",
    "done-zh-Hans-light-1280x800",
    "unknown-zh-Hans-light-1280x800",
    "customer-zh-Hans-light-1280x800",
    "sign_in-zh-Hans-light-1280x800",
    "options-en-contrast-1280x800",
    "sale-zh-Hans-light-800x480",
    "tender_small-en-contrast-800x480",
)
# A pixel differs when a channel differs by more than this; so many may, for another renderer's edges.
PIXEL_TOLERANCE = 48
DIFFERENT_SHARE_MAX = 0.004


@lru_cache(maxsize=8)
def drawn(
    folder: Path, width: int, height: int, density: float, names: tuple[str, ...]
) -> dict[str, dict[str, list[str]]]:
    """Findings by picture, all drawn by one process."""
    jobs = [f"{name}:{language}:{theme}" for name in names for language, theme in THEMES.items()]
    done = subprocess.run(
        [sys.executable, str(HERE / "render.py"), str(folder), str(width), str(height), str(density), *jobs],
        capture_output=True,
        text=True,
        timeout=580,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    found: dict[str, dict[str, list[str]]] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of all pictures."""
    return tmp_path_factory.mktemp("screens")


def large(folder: Path) -> dict[str, dict[str, list[str]]]:
    """Findings of all screens at 1280x800."""
    return drawn(folder, 1280, 800, 1.0, SCREENS)


def small(folder: Path) -> dict[str, dict[str, list[str]]]:
    """Findings of all screens at 800x480."""
    return drawn(folder, 800, 480, 1.0, SMALL_SCREENS)


def large_promotions(folder: Path) -> dict[str, dict[str, list[str]]]:
    """Findings of promotions, codes and prices by hand at 1280x800."""
    return drawn(folder, 1280, 800, 1.0, PROMOTIONS)


def small_promotions(folder: Path) -> dict[str, dict[str, list[str]]]:
    """The same at 800x480."""
    return drawn(folder, 800, 480, 1.0, ("promoted_small", *PROMOTIONS[1:]))


def large_stock(folder: Path) -> dict[str, dict[str, list[str]]]:
    """Findings of goods counted and moved at 1280x800."""
    return drawn(folder, 1280, 800, 1.0, STOCK)


def small_stock(folder: Path) -> dict[str, dict[str, list[str]]]:
    """The same at 800x480, with the shelf over the list."""
    names = (*(f"{name}_small" for name in STOCK[:3]), "stock_shelf_small", *STOCK[3:])
    return drawn(folder, 800, 480, 1.0, names)


@pytest.mark.parametrize("size", [large, small, large_promotions, small_promotions, large_stock, small_stock])
@pytest.mark.parametrize("finding", ["cut", "outside", "small", "overlap"])
def test_nothing_is_cut_or_out_of_place_in_three_languages(
    pictures: Path, size: object, finding: str
) -> None:
    findings = size(pictures)  # type: ignore[operator]  # one of the functions above
    assert {name: found[finding] for name, found in findings.items() if found[finding]} == {}


@pytest.mark.parametrize("size", [(1024, 600, 1.0), (1920, 1080, 1.25)])
def test_other_screens_have_all_controls_in_place(pictures: Path, size: tuple[int, int, float]) -> None:
    findings = drawn(pictures, *size, ("sale", "tender", "tender_qr", "done", "sign_in", "open_price"))
    wrong = {name: found["outside"] + found["small"] + found["overlap"] for name, found in findings.items()}
    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.parametrize(
    ("theme", "page"),
    [("light", (0xF4, 0xF3, 0xEF)), ("dark", (0x13, 0x14, 0x17)), ("contrast", (255, 255, 255))],
)
def test_the_page_has_the_colour_of_its_theme(pictures: Path, theme: str, page: tuple[int, int, int]) -> None:
    large(pictures)
    for path in pictures.glob(f"sale-*-{theme}-1280x800.png"):
        picture = Image.open(path).convert("RGB")
        assert picture.getpixel((6, 790)) == page
        assert picture.getpixel((1274, 390)) == page


@pytest.mark.parametrize(
    "name",
    [
        "tender_qr-zh-Hans-light-1280x800",
        "tender_qr-zh-Hant-dark-1280x800",
        "customer-en-contrast-1280x800",
        "tender_qr_small-zh-Hans-light-800x480",
        "customer-zh-Hant-dark-800x480",
    ],
)
def test_an_independent_reader_reads_the_code_from_the_screen(pictures: Path, name: str) -> None:
    sys.path[:0] = [str(HERE)]
    import samples_paying

    large(pictures), small(pictures)
    found = zxingcpp.read_barcodes(Image.open(pictures / f"{name}.png").convert("L"))
    assert [code.text for code in found] == [samples_paying.QR_PAYLOAD]


@pytest.mark.parametrize("name", REFERENCE_PICTURES)
def test_screens_look_like_their_references(pictures: Path, name: str) -> None:
    large(pictures), small(pictures)
    picture = Image.open(pictures / f"{name}.png").convert("RGB")
    reference = REFERENCES / f"{name}.png"
    if os.environ.get("TILLBOX_RENEW_REFERENCES"):
        REFERENCES.mkdir(exist_ok=True)
        picture.quantize(96, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
            reference, optimize=True
        )
    assert reference.exists(), f"{reference.name} is missing; TILLBOX_RENEW_REFERENCES=1 makes it"
    difference = ImageChops.difference(picture, Image.open(reference).convert("RGB")).convert("L")
    different = difference.point(lambda value: 255 if value > PIXEL_TOLERANCE else 0)
    share = ImageStat.Stat(different).mean[0] / 255
    assert share <= DIFFERENT_SHARE_MAX, f"{share:.2%} of the pixels differ: see {pictures / name}.png"
