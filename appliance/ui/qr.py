"""Modules of a QR code, from the library that knows how; imported only when a code is shown.

The library's picture makers (and Pillow) are not imported: only its matrix is wanted.
"""

from appliance.ui.views.parts import QrView


def qr_view(payload: str) -> QrView:
    """The smallest code that holds a text, with error correction M and no quiet zone."""
    from qrcode.constants import ERROR_CORRECT_M  # type: ignore[import-untyped]  # it comes without types
    from qrcode.main import QRCode  # type: ignore[import-untyped]  # it comes without types

    code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(payload)
    code.make(fit=True)
    return QrView(tuple(tuple(bool(module) for module in row) for row in code.get_matrix()))
