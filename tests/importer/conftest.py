"""Importing small lists without a home."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from retail.money import currency
from retail.streams import AnyDocument
from tillbox.importer import ImportReport, import_products

Import = Callable[..., ImportReport]


@pytest.fixture
def take(tmp_path: Path) -> Import:
    """take(text or bytes or path, existing=[]): the report of importing it."""

    def _take(source: str | bytes | Path, existing: Sequence[AnyDocument] = ()) -> ImportReport:
        path = source if isinstance(source, Path) else tmp_path / "list.csv"
        if not isinstance(source, Path):
            path.write_bytes(source if isinstance(source, bytes) else source.encode())
        return import_products(path, existing, currency("CNY"))

    return _take
