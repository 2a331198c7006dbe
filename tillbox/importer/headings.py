"""The headings of product lists; the words stand in ``headings.toml``."""

from importlib.resources import files

from sheetbase import Vocabulary

PRODUCTS = Vocabulary.read(
    files("tillbox.importer").joinpath("headings.toml").read_text("utf-8"), required=("name", "price")
)
