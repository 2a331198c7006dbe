"""Builds what the screens load from what people edit; `make setup` runs it, and again costs nothing.

    python tools/build_assets.py [--target FOLDER] [--force]

In  appliance/ui/assets: icons.txt, icons/, art/, logo*.svg; appliance/ui/locales: *.po
Out appliance/ui/assets/generated: icons.atlas, icons-0.png, art/, logo-*.png, app-icon.png; *.mo
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

try:
    from asset_build import art, icons, logo, translations
    from asset_build.errors import BuildError
    from asset_build.stamp import Stamps, digest
except ModuleNotFoundError as error:
    sys.exit(f"build_assets: the package {error.name} is missing; run make setup")

ROOT = Path(__file__).resolve().parents[1]
ASSETS = ROOT / "appliance" / "ui" / "assets"
LOCALES = ROOT / "appliance" / "ui" / "locales"
BUILDERS = Path(__file__).with_name("asset_build")

Step = tuple[str, list[bytes | str | Path], Callable[[], list[Path]]]
"""An asset's name, everything its result depends on, and how to make it."""


def steps(target: Path) -> Iterable[Step]:
    """All assets there are to build, in no particular order."""
    drawing = BUILDERS / "drawing.py"
    drawings = icons.sources(ASSETS / "icons.txt", ASSETS / "icons")
    icon_texts = [f"{name}={svg}" for name, svg in sorted(drawings.items())]
    yield "icons", [drawing, BUILDERS / "icons.py", *icon_texts], partial(icons.build, drawings, target)

    logos = (ASSETS / "logo.svg", ASSETS / "logo-receipt.svg", ASSETS / "fonts" / "NotoSansSC-Bold.otf")
    for path in logos:
        if not path.is_file():
            raise BuildError(f"{path.relative_to(ROOT)} is missing; it is part of the repository")
    yield "logo", [drawing, BUILDERS / "logo.py", *logos], partial(logo.build, *logos, target)

    for source in sorted((ASSETS / "art").glob("*.svg")):
        yield (
            f"art/{source.stem}",
            [drawing, BUILDERS / "art.py", source],
            partial(art.build, source, target / "art"),
        )
    for source in sorted(LOCALES.glob("*/LC_MESSAGES/*.po")):
        yield (
            str(source.relative_to(LOCALES)),
            [BUILDERS / "translations.py", source],
            partial(translations.build, source),
        )


def remove_strays(target: Path) -> None:
    """Delete rendered drawings whose source is gone, so that nothing lives on by accident."""
    names = {source.stem for source in (ASSETS / "art").glob("*.svg")}
    for picture in (target / "art").glob("*.png"):
        if picture.stem.rpartition("-")[0] not in names:
            picture.unlink()


def build(target: Path, force: bool) -> tuple[int, int]:
    """Build what is out of date; how many assets were made, and how many there are."""
    target.mkdir(parents=True, exist_ok=True)
    stamps = Stamps(target / "stamps.json")
    made = total = 0
    for name, sources, make in steps(target):
        total += 1
        sources_digest = digest(sources)
        if force or not stamps.is_current(name, sources_digest):
            stamps.made(name, sources_digest, make())
            made += 1
    remove_strays(target)
    return made, total


def main(arguments: list[str]) -> None:
    """Command line; see the module's words above."""
    parser = argparse.ArgumentParser(description="Build icons, drawings, logo and translations.")
    parser.add_argument("--target", type=Path, default=ASSETS / "generated", help="where the results go")
    parser.add_argument("--force", action="store_true", help="build everything, up to date or not")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    try:
        made, total = build(options.target.resolve(), options.force)
    except BuildError as error:
        sys.exit(f"build_assets: {error}")
    print(f"assets: {made} built, {total - made} up to date, {time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
