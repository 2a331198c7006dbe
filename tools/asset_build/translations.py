"""Compiles one catalogue of translations (.po) into the form gettext reads (.mo), beside it."""

import io
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from asset_build.errors import BuildError
from asset_build.stamp import write_whole


def build(source: Path) -> list[Path]:
    """Write the .mo of one .po; fuzzy entries are left out, for nobody has confirmed them."""
    with source.open("rb") as file:
        try:
            catalogue = read_po(file, abort_invalid=True)
        except (PoFileError, UnicodeDecodeError) as error:
            raise BuildError(f"{source}: not a catalogue of translations: {error}") from error
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    result = source.with_suffix(".mo")
    write_whole(result, buffer.getvalue())
    return [result]
