"""The look of the screens: colours, sizes, fonts, and which of them hold now.

Owns the tokens of the design and one process-wide `Look`, read by widgets when they are made. A
switch of theme or language makes a new `Look` and the shell builds its widgets again; nothing
here draws or imports Kivy.
"""

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Literal

from retail.errors import ContractError

Rgba = tuple[float, float, float, float]
ThemeName = Literal["light", "dark", "contrast"]
FormFactor = Literal["small", "medium", "large", "wide"]

ASSETS = Path(__file__).parent / "assets"
_SYSTEM_FONTS = Path("/usr/share/fonts/opentype/noto")


def rgb(code: str) -> Rgba:
    """`#RRGGBB` as four floats, opaque."""
    red, green, blue = (int(code[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return (red, green, blue, 1.0)


CLEAR: Rgba = (0.0, 0.0, 0.0, 0.0)
WHITE: Rgba = (1.0, 1.0, 1.0, 1.0)
BLACK: Rgba = (0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Palette:
    """The colour tokens of one theme; `line_dp` is the width of every line and edge.

    `soft_edge` says that soft fills are told apart by a line of their own colour instead.
    """

    bg: Rgba
    surface: Rgba
    sunken: Rgba
    line: Rgba
    edge: Rgba
    ink: Rgba
    ink2: Rgba
    accent: Rgba
    on_accent: Rgba
    accent_ink: Rgba
    accent_soft: Rgba
    ok: Rgba
    ok_soft: Rgba
    warn: Rgba
    warn_soft: Rgba
    bad: Rgba
    bad_soft: Rgba
    line_dp: int = 1
    soft_edge: bool = False

    def tone(self, name: str) -> Rgba:
        """The text colour of a tone of the views."""
        named = {
            "accent": self.accent_ink,
            "busy": self.accent_ink,
            "ok": self.ok,
            "warn": self.warn,
            "bad": self.bad,
            "absent": self.ink2,
            "quiet": self.ink2,
        }
        return named.get(name, self.ink)

    def soft(self, name: str) -> Rgba:
        """The background of a tone of the views."""
        named = {"accent": self.accent_soft, "ok": self.ok_soft, "warn": self.warn_soft, "bad": self.bad_soft}
        return named.get(name, self.sunken)


_NO_COLOURS = Palette(*(CLEAR,) * 17)


def _palette(codes: str, line_dp: int = 1, soft_edge: bool = False) -> Palette:
    names = [field.name for field in fields(Palette)][:-2]
    colours = {name: rgb(code) for name, code in zip(names, codes.split(), strict=True)}
    return replace(_NO_COLOURS, **colours, line_dp=line_dp, soft_edge=soft_edge)


# In the order of Palette's fields; the values and their contrasts stand in the design's table of tokens.
PALETTES: dict[str, Palette] = {
    "light": _palette(
        "#F4F3EF #FFFFFF #ECEAE4 #DAD7CF #85827A #1A1B1E #55575C #2148C7 #FFFFFF #1C3CA8 #E8EDFB"
        " #0E6B3A #E2F1E8 #854A00 #FBEFD8 #B3261E #FBE7E5"
    ),
    "dark": _palette(
        "#131417 #1E2024 #2A2D32 #383B41 #858991 #F3F2EE #B7B9BE #9BB2FF #0C1642 #B9C8FF #232E52"
        " #74D6A0 #183528 #F4BC66 #3B2D14 #FF9C92 #472320"
    ),
    "contrast": _palette(
        "#FFFFFF #FFFFFF #FFFFFF #000000 #000000 #000000 #2B2B2B #00238F #FFFFFF #00238F #FFFFFF"
        " #00501F #FFFFFF #5C3200 #FFFFFF #8F0000 #FFFFFF",
        line_dp=2,
        soft_edge=True,
    ),
}

FONT_SCALES = (1.0, 1.15, 1.3)


@dataclass(frozen=True, slots=True)
class Look:
    """Everything a widget needs to know to draw itself; sizes go in as dp or sp and come out as pixels."""

    theme: ThemeName = "light"
    language: str = "zh-Hans"
    density: float = 1.0
    font_scale: float = 1.0
    width_px: int = 1280
    height_px: int = 800

    def __post_init__(self) -> None:
        if self.theme not in PALETTES:
            raise ContractError("ui.unknown_theme", path="ui.theme", theme=self.theme, known=sorted(PALETTES))
        if not 0.5 <= self.density <= 4 or not 1 <= self.font_scale <= 1.3:
            raise ContractError(
                "ui.bad_scale", path="ui.density", density=self.density, font_scale=self.font_scale
            )

    @property
    def colours(self) -> Palette:
        """The palette of the theme."""
        return PALETTES[self.theme]

    @property
    def form(self) -> FormFactor:
        """Which of the four layouts fits the window, by its width in dp."""
        width_dp = self.width_px / self.density
        if width_dp < 1000:
            return "small"
        if width_dp < 1200:
            return "medium"
        return "large" if width_dp < 1500 else "wide"

    def px(self, dp: float) -> int:
        """Whole pixels of a length in dp."""
        return round(dp * self.density)

    def text_px(self, sp: float) -> int:
        """Whole pixels of a type size in sp."""
        return round(sp * self.density * self.font_scale)

    def font(self, bold: bool) -> str:
        """The font file of the language's family, else the system's (whose first face is Japanese)."""
        family = "TC" if self.language == "zh-Hant" else "SC"
        weight = "Bold" if bold else "Regular"
        ours = ASSETS / "fonts" / f"NotoSans{family}-{weight}.otf"
        if ours.exists():
            return str(ours)
        system = _SYSTEM_FONTS / f"NotoSansCJK-{weight}.ttc"
        if system.exists():
            return str(system)
        raise ContractError("ui.font_missing", path=str(ours))

    def with_(self, **changes: object) -> "Look":
        """A copy with some fields changed, e.g. after a live switch of theme or language."""
        return replace(self, **changes)  # type: ignore[arg-type]  # field names come from our own callers


class _Current:
    """Holds the one look of this process, which has one window."""

    look = Look()


def use(look: Look) -> None:
    """Make a look the one that widgets made from now on are drawn with."""
    _Current.look = look


def current() -> Look:
    """The look that holds now."""
    return _Current.look
