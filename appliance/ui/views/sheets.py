"""What slides over a screen: options, a price to type, an approval, a menu. One primary each, × closes."""

from dataclasses import dataclass

from appliance.ui.views.parts import ChipView, ControlView, KeyboardView, KeypadView
from appliance.ui.views.sale import BenefitView, FactView


@dataclass(frozen=True, slots=True)
class OptionGroupView:
    """A question with its answers; the taken one is `selected`, `detail` is what it adds."""

    title: str
    choices: tuple[ControlView, ...]


@dataclass(frozen=True, slots=True)
class OptionsSheetView:
    """Options of a product or line. `confirm.text` is the verb, `amount` what it comes to."""

    title: str
    groups: tuple[OptionGroupView, ...]
    confirm: ControlView
    amount: str
    close: ControlView
    back: ControlView | None = None
    detail: str = ""
    art: str = ""
    quantity_label: str = ""
    quantity: str = ""
    minus: ControlView | None = None
    plus: ControlView | None = None


@dataclass(frozen=True, slots=True)
class FieldView:
    """A typed value with its label; `control` focuses it, `focused` has the caret, `bad` is what is wrong."""

    label: str
    text: str
    hint: str = ""
    focused: bool = False
    bad: str = ""
    control: ControlView | None = None


@dataclass(frozen=True, slots=True)
class TypingSheetView:
    """Fields and a keypad: sell by name at a price, a quantity, a phone number, a reason.

    `detail` says what will happen, or which rule asks; `other` is another way on.
    """

    title: str
    fields: tuple[FieldView, ...]
    keypad: KeypadView
    close: ControlView
    confirm: ControlView | None = None
    detail: str = ""
    other: ControlView | None = None


@dataclass(frozen=True, slots=True)
class ApprovalSheetView:
    """A rule said no: why, and who may allow it with a card or PIN taken right here."""

    title: str
    reason: str
    who: str
    keypad: KeypadView
    close: ControlView
    pin_length: int = 6
    pin_typed: int = 0
    bad: str = ""
    approvers: tuple[ControlView, ...] = ()


@dataclass(frozen=True, slots=True)
class MenuSheetView:
    """A list of actions; `detail` of a control is its second line. Also asks yes or no."""

    title: str
    controls: tuple[ControlView, ...]
    close: ControlView
    detail: str = ""
    confirm: ControlView | None = None


@dataclass(frozen=True, slots=True)
class FormSheetView:
    """Several fields, one with the focus: `keys` are digits or letters, as it needs. `chips` are choices
    beside the fields, `reader` says that a card may be tapped."""

    title: str
    fields: tuple[FieldView, ...]
    keys: KeypadView | KeyboardView
    close: ControlView
    confirm: ControlView
    detail: str = ""
    chips: tuple[ControlView, ...] = ()
    reader: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class PersonSheetView:
    """A member in full, or a list about them: `facts` in a row, then `rows`; `controls` stand at the bottom.

    `waiting` is said in place of rows that HQ has not sent yet.
    """

    title: str
    close: ControlView
    detail: str = ""
    chip: ChipView | None = None
    facts: tuple[FactView, ...] = ()
    rows: tuple[BenefitView, ...] = ()
    controls: tuple[ControlView, ...] = ()
    waiting: str = ""


SheetView = (
    OptionsSheetView | TypingSheetView | ApprovalSheetView | MenuSheetView | FormSheetView | PersonSheetView
)
