"""Numbers that name a product exactly: one spelling for each, in the index and when looking up."""

from retail.barcodes.gtin import is_gtin_shaped
from retail.catalogue import Member, Product
from retail.members.phone import TAIL_MIN

CODE_LENGTH_MAX = 128


def canonical(code: str) -> str:
    """A GTIN without the zeros that only make it longer: UPC-A 012345678905 and EAN-13 0012345678905
    are one number (GS1 General Specifications, section 3.3.2). Other codes stay as they are."""
    code = code.strip()
    if is_gtin_shaped(code):
        while len(code) > 12 and code[0] == "0":
            code = code[1:]
    return code


def codes_of(product: Product) -> list[tuple[str, str]]:
    """(kind, code) of everything a product can be called by: ``gtin``, ``plu`` or ``own``."""
    found = [("gtin" if is_gtin_shaped(code) else "own", canonical(code)) for code in product.gtins]
    if product.plu:
        found.append(("plu", canonical(product.plu)))
    return [(kind, code) for kind, code in dict.fromkeys(found) if code]


def member_codes(member: Member) -> list[tuple[str, str]]:
    """(kind, code) of everything a member is found by: ``card``, ``phone`` and ``number`` as keyed hashes,
    the ``tail`` of the phone where the mask shows it, and an ``alias``, an id from before."""
    tail = member.phone_masked[-TAIL_MIN:]
    found = [("card", card) for card in member.card_hashes]
    found += [("phone", member.phone_hash), ("number", member.number_hash)]
    found += [("tail", tail)] if len(tail) == TAIL_MIN and tail.isascii() and tail.isdigit() else []
    found += [("alias", alias) for alias in member.aliases]
    return [(kind, code) for kind, code in dict.fromkeys(found) if code]
