"""Writes the JSON Schema of price documents to docs/price-document.schema.json.

python tools/price_schema.py
"""

from pathlib import Path

import msgspec

from retail.pricing.document import document_schema

TARGET = Path(__file__).resolve().parents[1] / "docs" / "price-document.schema.json"


def schema_text() -> str:
    """The file's text, as it must stand in docs/."""
    return msgspec.json.format(msgspec.json.encode(document_schema()), indent=2).decode() + "\n"


if __name__ == "__main__":
    TARGET.write_text(schema_text(), encoding="utf-8")
