"""Makes the four font files of the screens from Noto Sans CJK: one face each, only what a shop writes.

Run by hand when Noto or the wanted characters change; the result is committed, so neither
`make setup` nor an appliance needs the 20 MB collections (Debian: fonts-noto-cjk) or fonttools.

    .venv/bin/python tools/make_fonts.py [--from FOLDER] [--to FOLDER]

It must not change outlines or widths: the screens align money by digits, ¥ and − being equally wide.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]  # ships no types
from fontTools.ttLib import TTCollection, TTFont  # type: ignore[import-untyped]  # ships no types

FACES = {"SC": "Noto Sans CJK SC", "TC": "Noto Sans CJK TC"}
WEIGHTS = ("Regular", "Bold")

RANGES: tuple[tuple[int, int, str], ...] = (
    (0x0020, 0x007E, "ASCII"),
    (0x00A0, 0x017F, "Latin-1 and Latin Extended-A"),
    (0x01CD, 0x01DC, "pinyin vowels with tone marks"),
    (0x2000, 0x206F, "General Punctuation"),
    (0x20A0, 0x20CF, "currency signs"),
    (0x2100, 0x214F, "letterlike symbols, as ℃ and №"),
    (0x2150, 0x218F, "number forms, as Ⅳ"),
    (0x2190, 0x21FF, "arrows"),
    (0x2200, 0x22FF, "mathematical signs, as the minus U+2212"),
    (0x2460, 0x24FF, "enclosed numbers, as ①"),
    (0x2500, 0x25FF, "box drawing, block and geometric shapes"),
    (0x2600, 0x26FF, "miscellaneous symbols"),
    (0x2700, 0x27BF, "dingbats, as ✓"),
    (0x2E80, 0x2FDF, "CJK radicals"),
    (0x3000, 0x303F, "CJK punctuation"),
    (0x3040, 0x30FF, "kana"),
    (0x3100, 0x312F, "bopomofo"),
    (0x3200, 0x33FF, "enclosed CJK and squared units, as ㎏"),
    (0xFE30, 0xFE6F, "CJK compatibility forms"),
    (0xFF00, 0xFFEF, "fullwidth forms"),
)

DOUBLE_BYTE_CODECS = ("gbk", "big5hkscs")
"""GBK holds every Han character of Unicode 1 (20,902), Big5-HKSCS those of Hong Kong beside them."""


def double_byte_characters(codec: str) -> Iterator[int]:
    """Every character of a double-byte encoding that lies in the Basic Multilingual Plane."""
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            try:
                text = bytes((lead, trail)).decode(codec)
            except UnicodeDecodeError:
                continue
            yield from (ord(character) for character in text if ord(character) <= 0xFFFF)


def is_private(code_point: int) -> bool:
    """The private use area, where the encodings keep what has no agreed meaning."""
    return 0xE000 <= code_point <= 0xF8FF


def wanted_characters() -> set[int]:
    """All code points the fonts should hold, as far as Noto has them."""
    wanted = {point for first, last, _ in RANGES for point in range(first, last + 1)}
    for codec in DOUBLE_BYTE_CODECS:
        wanted.update(point for point in double_byte_characters(codec) if not is_private(point))
    return wanted


def face_of(collection: TTCollection, family: str) -> TTFont:
    """The face of a collection with this family name; `SystemExit` when there is none."""
    for face in collection.fonts:
        if face["name"].getDebugName(1) == family or face["name"].getDebugName(16) == family:
            return face
    raise SystemExit(f"make_fonts: the collection holds no face named {family!r}")


def subset(face: TTFont, characters: Iterable[int]) -> None:
    """Cut a face down in place: no hints, no layout features, no vertical metrics."""
    options = Options()
    options.hinting = False
    options.layout_features = []
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.name_languages = [0x0409]
    options.notdef_outline = True
    options.glyph_names = False
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG", "DSIG"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=list(characters))
    subsetter.subset(face)


def make(source: Path, target: Path) -> None:
    """Write the four files into `target`, saying each one's size."""
    characters = wanted_characters()
    for weight in WEIGHTS:
        path = source / f"NotoSansCJK-{weight}.ttc"
        if not path.is_file():
            raise SystemExit(f"make_fonts: {path} is missing; install Debian's fonts-noto-cjk or name --from")
        for region, family in FACES.items():
            face = face_of(TTCollection(path, lazy=True), family)
            subset(face, characters)
            result = target / f"NotoSans{region}-{weight}.otf"
            face.save(result)
            size_mb = result.stat().st_size / 1e6
            print(f"{result.name}: {len(face.getBestCmap()):,} characters, {size_mb:.1f} MB")


def main(arguments: list[str]) -> None:
    """Command line; see the module's words above."""
    parser = argparse.ArgumentParser(description="Make the screens' fonts from Noto Sans CJK.")
    parser.add_argument("--from", dest="source", type=Path, default=Path("/usr/share/fonts/opentype/noto"))
    default_target = Path(__file__).parents[1] / "appliance" / "ui" / "assets" / "fonts"
    parser.add_argument("--to", dest="target", type=Path, default=default_target)
    options = parser.parse_args(arguments)
    options.target.mkdir(parents=True, exist_ok=True)
    make(options.source, options.target)


if __name__ == "__main__":
    main(sys.argv[1:])
