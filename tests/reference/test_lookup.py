"""Numbers: what a scanner reads or a cashier types finds the one product it names."""

from typing import Any

import pytest

from retail.catalogue import Product


def product(id_: str, **rest: Any) -> Product:
    return Product(id=id_, names={"en": id_}, category="c", price_minor=1, **rest)


@pytest.mark.parametrize("scanned", ["012345678905", "0012345678905", "00012345678905", " 012345678905 "])
@pytest.mark.parametrize("written", ["012345678905", "0012345678905"])
def test_upc_a_and_ean_13_of_the_same_digits_are_one(send, reader, scanned, written):
    send(0, 1, product("a", gtins=(written,)))
    assert reader.product_by_code(scanned, 1).id == "a"


def test_zeros_that_mean_something_are_kept(send, reader):
    send(0, 1, product("a", plu="00242"), product("b", plu="242"), product("c", gtins=("01000002",)))
    assert reader.product_by_code("00242", 1).id == "a"
    assert reader.product_by_code("242", 1).id == "b"
    assert reader.product_by_code("01000002", 1).id == "c"
    assert reader.product_by_code("1000002", 1) is None


def test_a_barcode_wins_over_a_plu_and_a_plu_over_an_own_number(send, reader):
    send(0, 1, product("own", gtins=("12345",)), product("plu", plu="12345"))
    assert reader.product_by_code("12345", 1).id == "plu"
    send(1, 2, product("plu8", plu="40123455"), product("ean8", gtins=("40123455",)))
    assert reader.product_by_code("40123455", 2).id == "ean8"


def test_of_two_products_with_one_number_the_first_on_the_shelf_is_it(send, reader):
    send(0, 1, product("b", plu="7", order=2), product("a", plu="7", order=1))
    assert reader.product_by_code("7", 1).id == "a"


@pytest.mark.parametrize("code", ["", "nothing", "9" * 10_000, "' OR 1=1 --", "\0"])
def test_an_unknown_code_is_none(send, reader, code):
    send(0, 1, product("a", gtins=("6901234567892",), plu="12"))
    assert reader.product_by_code(code, 1) is None
