"""The committed fonts: they hold what a shop writes, and money aligns without a font feature."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parents[2] / "appliance" / "ui" / "assets" / "fonts"
SIZE_BYTES_MAX = 9_000_000
DIGIT_WIDTH = {"Regular": 555, "Bold": 590}
SAMPLE = "￥¥€$£−×·，。、；：“”‘’（）【】…—℃№①→←↑↓✓●■□★ａ０ぁアㄅ㎏éüāńǎ櫊囍喆犇堃鑫龘靁冇嘢咗啲嗰唔係"


@pytest.fixture(scope="module", params=["SC-Regular", "SC-Bold", "TC-Regular", "TC-Bold"])
def face(request: pytest.FixtureRequest) -> tuple[str, TTFont]:
    return request.param, TTFont(FONTS / f"NotoSans{request.param}.otf", lazy=True)


def test_every_character_of_gb2312_and_big5_and_signs_of_trade_are_there(face: tuple[str, TTFont]) -> None:
    held = set(face[1].getBestCmap())
    encodings = {"gb2312": (0xA1, 0xF7), "gbk": (0x81, 0xFE), "big5": (0xA4, 0xF9)}
    for codec, (first, last) in encodings.items():
        for lead in range(first, last + 1):
            for trail in range(0x40, 0xFF):
                try:
                    character = bytes((lead, trail)).decode(codec)
                except UnicodeDecodeError:
                    continue
                if 0x4E00 <= ord(character) <= 0x9FFF:
                    assert ord(character) in held, f"{character} of {codec}"
    assert [c for c in SAMPLE if ord(c) not in held] == []


def test_digits_the_yen_sign_and_the_minus_are_equally_wide(face: tuple[str, TTFont]) -> None:
    name, font = face
    widths = {c: font["hmtx"][font.getBestCmap()[ord(c)]][0] for c in "0123456789¥−"}
    assert set(widths.values()) == {DIGIT_WIDTH[name.split("-")[1]]}, widths
    assert font["head"].unitsPerEm == 1000


def test_a_font_is_one_small_face_without_layout_features(face: tuple[str, TTFont]) -> None:
    name, font = face
    assert (FONTS / f"NotoSans{name}.otf").stat().st_size < SIZE_BYTES_MAX
    assert not {"GSUB", "GPOS", "vhea"} & set(font.keys())
    assert "Open Font License" in font["name"].getDebugName(13)


def test_the_licence_lies_beside_the_fonts() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text(encoding="utf-8")
