"""Draws the samples offscreen in one process and writes pictures and findings; run by the tests.

    python tests/ui/render.py OUT_FOLDER WIDTH HEIGHT DENSITY NAME:LANGUAGE:THEME ...
"""

import sys
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]


def png(width: int, height: int, data: bytes) -> bytes:
    """RGB rows as a PNG file, so that the process of the screen needs no library for it."""
    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    rows = b"".join(b"\0" + data[at : at + width * 3] for at in range(0, len(data), width * 3))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 6)) + chunk(b"IEND", b"")


def main() -> None:
    """Draw all that was asked for."""
    out, width, height, density = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    from appliance.ui.window import open_window

    out.mkdir(parents=True, exist_ok=True)
    window = open_window(out / ".kivy", width, height)
    from kivy.base import EventLoop

    import samples
    import samples_paying
    from appliance.ui import theme
    from appliance.ui.shell import Shell

    EventLoop.ensure_window()
    EventLoop.start()
    look = theme.Look(density=density, width_px=width, height_px=height)
    shell = Shell(window.kivy, lambda intent: None, look)
    for job in sys.argv[5:]:
        name, language, mode = job.split(":")
        shell.use_look(look.with_(language=language, theme=mode))
        views = (getattr(samples, name, None) or getattr(samples_paying, name))(language)
        shell.present(*(views if isinstance(views, tuple) else (views,)))
        for _ in range(3):
            EventLoop.idle()
        target = out / f"{name}-{language}-{mode}-{width}x{height}.png"
        target.write_bytes(png(*window.capture()))
        print(target)


main()
