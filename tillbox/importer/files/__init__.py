"""Reads tables out of files: what kind of file it is, its encoding, its sheets, its limits.

The only part of the importer that touches the disk. Whatever a file holds, the answer is a `Table`
or a `ContractError` whose code begins with ``file.``.
"""

from tillbox.importer.files.table import Table, read_table

__all__ = ["Table", "read_table"]
