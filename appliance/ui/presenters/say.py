"""The words and figures that presenters share, in the language of the state."""

from dataclasses import dataclass
from typing import Any, Protocol

from appliance.ui.state import TillState
from appliance.ui.views.parts import ControlView, Intent
from retail.catalogue import Names, name_in
from retail.money import Currency, currency, format_amount, format_price
from retail.quantity import format_quantity


class Tr(Protocol):
    """The text of a key in one language; `count` picks the plural form."""

    def __call__(self, key: str, **params: Any) -> str: ...


@dataclass(frozen=True, slots=True)
class Say:
    """A translator with the shop's language and currency at hand."""

    tr: Tr
    language: str
    unit: Currency

    def name(self, names: Names) -> str:
        """A document's name."""
        return name_in(names, self.language)

    def amount(self, amount_minor: int) -> str:
        """``1,234.50``."""
        return format_amount(amount_minor, self.unit)

    def price(self, amount_minor: int) -> str:
        """``¥1,234.50``."""
        return format_price(amount_minor, self.unit)

    def short_price(self, amount_minor: int) -> str:
        """``¥22``, ``¥22.50``: the fraction only where there is one."""
        whole = 10**self.unit.digits
        text = format_price(amount_minor, self.unit)
        return text if amount_minor % whole or not self.unit.digits else text[: -self.unit.digits - 1]

    def quantity(self, quantity_milli: int) -> str:
        """``2``, ``0.125``."""
        return format_quantity(quantity_milli)

    def join(self, *parts: str) -> str:
        """Parts beside each other; the dot is a full em wide, so English takes a comma."""
        separator = ", " if self.language == "en" else " · "
        return separator.join(part for part in parts if part)

    def times(self, left: str, right: str) -> str:
        """``0.125 kg × ¥88.00/kg``."""
        return f"{left} {'x' if self.language == 'en' else '×'} {right}"

    def control(self, name: str, text: str, intent: str = "", /, **more: Any) -> ControlView:
        """A control whose intent has its name unless another is given; `args` go with the intent."""
        args = more.pop("args", {})
        return ControlView(name, text, Intent(intent or name, args), **more)


def say_of(state: TillState, tr: Tr) -> Say:
    """How to speak to whoever stands at this till."""
    return Say(tr, state.language, currency(state.shop.shop.currency))


def discount_words(say: Say, rate_bp: int) -> str:
    """How far a tier's price goes down, as people of the language say it."""
    rate = f"{rate_bp / 100:g}%" if say.language == "en" else f"{(10_000 - rate_bp) / 1_000:g}"
    return say.tr("discount.rate", rate=rate)


def initial(name: str) -> str:
    """What stands in the circle before a name."""
    return name[:1]
