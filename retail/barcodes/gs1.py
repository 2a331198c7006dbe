"""GS1 element strings: what a GS1-128, DataBar, GS1 DataMatrix or GS1 QR code says about goods.

Source: GS1 General Specifications, sections 3 (application identifiers) and 7.8 (which of them have a
predefined length and need no FNC1 behind them). Reads only; what a date or a weight means for a sale is
not decided here.
"""

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass

from msgspec import Struct

from retail.errors import ContractError

FNC1 = "\x1d"
SYMBOLOGIES = ("]C1", "]d2", "]Q3", "]e0")
"""AIM identifiers of symbols that carry element strings: GS1-128, DataMatrix, QR and DataBar."""
KNOWN_YEAR = 2026
"""The year that two digits are read from where the caller has no clock: right until 2075."""

_NUMERIC = re.compile(r"[0-9]*")
_TEXT = re.compile(r"""[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]*""")
"""GS1's character set 82."""


@dataclass(frozen=True, slots=True)
class _Form:
    """How an AI's data looks. `alone`: its length is predefined, so nothing must follow it."""

    shortest: int
    longest: int
    numeric: bool
    alone: bool = False


class Gs1(Struct, frozen=True, kw_only=True):
    """One element string. Dates are ISO, empty where the code has none; `elements` holds all as read.

    `weight_milli` is net grams, `count` pieces. `price` is (digits, decimals) in the shop's currency.
    """

    elements: Mapping[str, str]
    gtin: str = ""
    batch: str = ""
    serial: str = ""
    made: str = ""
    best_before: str = ""
    expires: str = ""
    weight_milli: int = 0
    count: int = 0
    price: tuple[int, int] | None = None


def parse(data: str, year: int = KNOWN_YEAR) -> Gs1:
    """Read an element string; `year` places two-digit years: at most 49 back, at most 50 ahead.

    `ContractError` says what is wrong and at which character: ``gs1.unknown_ai``, ``gs1.torn`` (too
    short), ``gs1.too_long``, ``gs1.characters``, ``gs1.date``, ``gs1.contradicts`` (one AI, two values).
    """
    elements: dict[str, str] = {}
    at = 1 if data.startswith(FNC1) else 0
    while at < len(data):
        ai, form = _identifier(data, at)
        value, at = _value(data, at + len(ai), ai, form)
        if elements.setdefault(ai, value) != value:
            raise ContractError("gs1.contradicts", path=str(at), ai=ai)
    return _record(elements, year)


def _identifier(data: str, at: int) -> tuple[str, _Form]:
    for length in (2, 3, 4):
        ai = data[at : at + length]
        form = _FORMS.get(ai)
        if form is not None and len(ai) == length:
            return ai, form
    raise ContractError("gs1.unknown_ai", path=str(at), ai=data[at : at + 4])


def _value(data: str, at: int, ai: str, form: _Form) -> tuple[str, int]:
    end = data.find(FNC1, at)
    end = len(data) if end < 0 else end
    if form.alone:
        end = min(end, at + form.longest)
    value = data[at:end]
    if len(value) < form.shortest:
        raise ContractError("gs1.torn", path=str(at), ai=ai, length=len(value), needs=form.shortest)
    if len(value) > form.longest:
        raise ContractError("gs1.too_long", path=str(at), ai=ai, length=len(value), length_max=form.longest)
    if not (_NUMERIC if form.numeric else _TEXT).fullmatch(value):
        raise ContractError("gs1.characters", path=str(at), ai=ai)
    # A separator is needless behind a predefined length, but printed often enough.
    return value, end + 1 if data[end : end + 1] == FNC1 else end


def _record(elements: dict[str, str], year: int) -> Gs1:
    weights = [ai for ai in elements if ai.startswith("310")]
    prices = [ai for ai in elements if ai.startswith("392")]
    expires = _date(elements, "17", year) or _date(elements, "7003", year)
    return Gs1(
        elements=elements,
        gtin=elements.get("01", "") or elements.get("02", ""),
        batch=elements.get("10", ""),
        serial=elements.get("21", ""),
        made=_date(elements, "11", year),
        best_before=_date(elements, "15", year),
        expires=expires,
        weight_milli=_thousandths(elements[weights[0]], int(weights[0][3])) if weights else 0,
        count=int(elements.get("30") or elements.get("37") or 0),
        price=(int(elements[prices[0]]), int(prices[0][3])) if prices else None,
    )


def _date(elements: Mapping[str, str], ai: str, year: int) -> str:
    """YYMMDD as ISO; day 00 is the last of its month."""
    text = elements.get(ai, "")
    if not text:
        return ""
    two, month, day = int(text[:2]), int(text[2:4]), int(text[4:6])
    # Section 7.12: a year that would be 51 or more ahead was, one 50 or more behind will be.
    full = year - year % 100 + two
    full += -100 if full - year >= 51 else 100 if full - year <= -50 else 0
    last = calendar.monthrange(full, month)[1] if 1 <= month <= 12 else 0
    if not last or day > last:
        raise ContractError("gs1.date", path=ai, ai=ai, value=text)
    return f"{full:04d}-{month:02d}-{day or last:02d}"


def _thousandths(digits: str, decimals: int) -> int:
    """Kilograms with so many decimals, in thousandths, half up."""
    if decimals <= 3:
        return int(digits) * int(10 ** (3 - decimals))
    unit = int(10 ** (decimals - 3))
    return (int(digits) * 2 + unit) // (2 * unit)


def _forms() -> dict[str, _Form]:
    """Every application identifier, from the compact table below."""
    found: dict[str, _Form] = {}
    for line in _TABLE.split():
        names, _, shape = line.partition("=")
        numeric, alone = shape[0] == "n", shape.endswith("!")
        shortest, _, longest = shape[1:].rstrip("!").partition("-")
        form = _Form(int(shortest), int(longest or shortest), numeric, alone)
        first, _, last = names.partition("..")
        for number in range(int(first), int(last or first) + 1):
            found[f"{number:0{len(first)}d}"] = form
    return found


_TABLE = """
    00=n18! 01..03=n14! 04=n16! 11..19=n6! 20=n2!
    10=x1-20 21=x1-20 22=x1-20 235=x1-28 240=x1-30 241=x1-30 242=n1-6 243=x1-20 250=x1-30 251=x1-30
    253=x13-30 254=x1-20 255=n13-25 30=n1-8 37=n1-8
    3100..3169=n6! 3200..3299=n6! 3300..3379=n6! 3400..3499=n6! 3500..3579=n6! 3600..3699=n6!
    3900..3909=n1-15 3910..3919=n4-18 3920..3929=n1-15 3930..3939=n4-18 3940..3943=n4 3950..3955=n6
    400=x1-30 401=x1-30 402=n17 403=x1-30 410..417=n13!
    420=x1-20 421=x4-12 422=n3 423=n3-15 424=n3 425=n3-15 426=n3 427=x1-3
    4300..4320=x1-90 4321..4323=n1 4324..4326=n6-10 4330..4333=x6-7
    7001=n13 7002=x1-30 7003=n10 7004=n1-4 7005=x1-12 7006=n6 7007=n6-12 7008=x1-3 7009=x1-10 7010=x1-2
    7011=n6-10 7020..7022=x1-20 7023=x1-30 7030..7039=x4-30 7040=x4 710..717=x1-20 7230..7239=x3-30
    7240=x1-20 7241=n2 7242=x1-25 7250=n8 7251=n12 7252=n1 7253..7254=x1-40 7255=x1-10 7256=x1-90
    7257=x1-70 7258=x3 7259=x1-40
    8001=n14 8002=x1-20 8003=x14-30 8004=x1-30 8005=n6 8006=n18 8007=x1-34 8008=n8-12 8009=x1-50 8010=x1-30
    8011=n1-12 8012=x1-20 8013=x1-25 8014=x1-25 8017..8018=n18 8019=n1-10 8020=x1-25 8026=n18 8030=x1-90
    8110=x1-70 8111=n4 8112=x1-70 8200=x1-70 90=x1-30 91..99=x1-90
"""
_FORMS = _forms()
