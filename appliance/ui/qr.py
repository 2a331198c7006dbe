"""Modules of a QR code, from the library that knows how; imported only when a code is shown.

The library's picture makers (and with them Pillow) are kept out: only its matrix is wanted.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from appliance.ui.views.parts import QrView

_PILLOW = "PIL"


@contextmanager
def _without_pillow() -> Iterator[None]:
    """Let an import of Pillow fail, as on a machine without it; the library then does without.

    Pillow costs this process 0.2 s and 10 MB just when a customer waits for a code.
    """
    if _PILLOW in sys.modules:
        yield
        return
    sys.modules[_PILLOW] = None  # type: ignore[assignment]  # Python's own sign for "may not be imported"
    try:
        yield
    finally:
        del sys.modules[_PILLOW]


def qr_view(payload: str) -> QrView:
    """The smallest code that holds a text, with error correction M and no quiet zone."""
    with _without_pillow():
        from qrcode.constants import ERROR_CORRECT_M
        from qrcode.main import QRCode

    code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(payload)
    code.make(fit=True)
    return QrView(tuple(tuple(bool(module) for module in row) for row in code.get_matrix()))
