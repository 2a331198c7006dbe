"""The pen: what a pane draws with, call by call, while only what changed touches the screen.

A pane describes its whole picture each time; the n-th call updates the n-th mark in place. Marks are
kept from one drawing to the next, so a drawing like the one before costs a few comparisons. All
lengths are dp from the pane's top left corner; type sizes are sp. Must not know about touches.
"""

from typing import Any, Literal

from kivy.graphics import BorderImage, Color, InstructionGroup, Rectangle

from appliance.ui.theme import CLEAR, WHITE, Look, Rgba
from appliance.ui.widgets import pictures, text
from appliance.ui.widgets.boxes import box_texture

Align = Literal["left", "centre", "right"]


class _Mark:
    """One drawn thing: a tint and a rectangle or a nine-part box, with what it was last told."""

    __slots__ = ("colour", "group", "is_box", "shape", "told")

    def __init__(self, is_box: bool) -> None:
        self.is_box = is_box
        self.told: tuple[Any, ...] = ()
        self.colour = Color(0, 0, 0, 0)
        self.shape = BorderImage(auto_scale="off") if is_box else Rectangle()
        self.group = InstructionGroup()
        self.group.add(self.colour)
        self.group.add(self.shape)

    def tell(self, texture: Any, tint: Rgba, x: int, y: int, width: int, height: int, border: int) -> None:
        """Draw this now, unless it is what is drawn already. y grows upwards from the pane's top."""
        telling = (id(texture), tint, x, y, width, height, border)
        if telling == self.told:
            return
        self.told = telling
        self.colour.rgba = tint
        self.shape.texture = texture
        if self.is_box:
            self.shape.border = (border, border, border, border)
        self.shape.pos = (x, y)
        self.shape.size = (width, height)

    def hide(self) -> None:
        """Draw nothing, keeping the place."""
        if self.told:
            self.told = ()
            # A box of no size still draws its corners.
            self.colour.rgba = (0, 0, 0, 0)
            self.shape.size = (0, 0)


ICON = "icon:"


class Pen:
    """Draws into one group of instructions whose origin is the pane's top left corner."""

    def __init__(self, group: Any, look: Look) -> None:
        self._group = group
        self._look = look
        self._marks: list[_Mark] = []
        self._next = 0
        self.cut: list[str] = []
        """Texts of this drawing that lost characters to an ellipsis."""

    def begin(self) -> None:
        """Start the picture again from its first mark."""
        self._next = 0
        self.cut = []

    def end(self) -> None:
        """Hide the marks that this picture no longer has."""
        for mark in self._marks[self._next :]:
            mark.hide()

    def frames(self) -> list[tuple[int, int, int, int]]:
        """x, y, width and height in pixels of all that is drawn, from the pane's top left, y upwards."""
        return [mark.told[2:6] for mark in self._marks if mark.told]

    def _mark(self, is_box: bool) -> _Mark:
        if self._next < len(self._marks) and self._marks[self._next].is_box != is_box:
            # The picture has another order from here on: later marks would be above or below the wrong ones.
            for stale in self._marks[self._next :]:
                self._group.remove(stale.group)
            del self._marks[self._next :]
        if self._next == len(self._marks):
            mark = _Mark(is_box)
            self._marks.append(mark)
            self._group.add(mark.group)
        self._next += 1
        return self._marks[self._next - 1]

    def _rectangle(self, texture: Any, tint: Rgba, x: int, top: int, width: int, height: int) -> None:
        self._mark(False).tell(texture, tint, x, -top - height, width, height, 0)

    def fill(self, x: float, top: float, width: float, height: float, colour: Rgba) -> None:
        """A plain rectangle."""
        px = self._look.px
        left, upper = px(x), px(top)
        self._rectangle(None, colour, left, upper, px(x + width) - left, px(top + height) - upper)

    def line(self, x: float, top: float, width: float, colour: Rgba | None = None) -> None:
        """A dividing line of the theme's width, from left to right."""
        colours = self._look.colours
        px = self._look.px
        self._rectangle(None, colour or colours.line, px(x), px(top), px(width), max(1, px(colours.line_dp)))

    def upright(self, x: float, top: float, height: float) -> None:
        """A dividing line of the theme's width, from top to bottom; x is its left side."""
        colours = self._look.colours
        px = self._look.px
        self._rectangle(None, colours.line, px(x), px(top), max(1, px(colours.line_dp)), px(height))

    def box(
        self,
        x: float,
        top: float,
        width: float,
        height: float,
        fill: Rgba,
        edge: Rgba | None = None,
        radius: float = 8,
        line: float | None = None,
    ) -> None:
        """A rounded box; without `edge` it has none, and `line` is the theme's width unless given."""
        px = self._look.px
        left, upper = px(x), px(top)
        width_px, height_px = px(x + width) - left, px(top + height) - upper
        line_px = max(1, px(self._look.colours.line_dp if line is None else line)) if edge else 0
        radius_px = min(px(radius), (width_px - 1) // 2, (height_px - 1) // 2)
        if radius_px <= 0:
            self._rectangle(None, fill, left, upper, width_px, height_px)
            return
        disc = width_px == height_px == 2 * radius_px + 2 and px(radius) * 2 >= width_px
        texture = box_texture(fill, edge or CLEAR, radius_px, line_px, disc)
        self._mark(True).tell(texture, WHITE, left, -upper - height_px, width_px, height_px, radius_px)

    def card(self, x: float, top: float, width: float, height: float, radius: float = 12) -> None:
        """A surface with the theme's decorative line."""
        colours = self._look.colours
        self.box(x, top, width, height, colours.surface, colours.line, radius)

    def icon(self, name: str, centre_x: float, centre_y: float, size: float, colour: Rgba) -> None:
        """An icon round a centre."""
        size_px = self._look.px(size)
        left, upper = (
            round(centre_x * self._look.density - size_px / 2),
            round(centre_y * self._look.density - size_px / 2),
        )
        self._rectangle(pictures.icon(name, size_px), colour, left, upper, size_px, size_px)

    def picture(self, name: str, centre_x: float, centre_y: float, size: float, opacity: float = 1.0) -> None:
        """The drawing of a product round a centre; the icon `image` when there is none. What is not goods has
        an icon (``icon:wallet``)."""
        if name.startswith(ICON):
            self.icon(name.removeprefix(ICON), centre_x, centre_y, size / 2, self._look.colours.accent_ink)
            return
        size_px = self._look.px(size)
        texture = pictures.art(name, size_px)
        if texture is None:
            self.icon("image", centre_x, centre_y, size / 2, self._look.colours.ink2)
            return
        left = round(centre_x * self._look.density - size_px / 2)
        upper = round(centre_y * self._look.density - size_px / 2)
        self._rectangle(texture, (1.0, 1.0, 1.0, opacity), left, upper, size_px, size_px)

    def logo(self, x: float, top: float, size: float) -> None:
        """The shop's logo."""
        texture = pictures.logo(self._look.px(size))
        if texture is not None:
            px = self._look.px
            self._rectangle(texture, WHITE, px(x), px(top), px(size), px(size))

    def texture(self, texture: Any, x: float, top: float, size_px: int) -> None:
        """A square texture of our own, such as a code, in whole pixels."""
        self._rectangle(texture, WHITE, self._look.px(x), self._look.px(top), size_px, size_px)

    def _style(self, size: float, bold: bool) -> text.Style:
        return (self._look.font(bold), self._look.text_px(size))

    def measure(self, words: str, size: float, bold: bool = False) -> float:
        """Width of one line in dp."""
        return text.measure(words, self._style(size, bold)) / self._look.density

    def fit(
        self, words: str, size: float, width: float, smallest: float, bold: bool = False, step: float = 1
    ) -> float:
        """The largest type size from `size` down to `smallest` at which one line fits."""
        while size > smallest and self.measure(words, size, bold) > width:
            size -= step
        return max(size, smallest)

    def wrap(
        self, words: str, size: float, width: float, lines_max: int, bold: bool = False
    ) -> tuple[str, ...]:
        """The text in lines of at most `width` dp."""
        return text.wrap(words, self._style(size, bold), self._look.px(width), lines_max)

    def text(
        self,
        words: str,
        x: float,
        centre_y: float,
        size: float,
        colour: Rgba,
        *,
        bold: bool = False,
        align: Align = "left",
        width: float | None = None,
    ) -> float:
        """One line with its middle at `centre_y`; x is its left, centre or right. Returns its width in dp.

        With `width` it is shortened to fit. Money is given without, and must fit by design.
        """
        if not words:
            return 0.0
        style = self._style(size, bold)
        if width is not None:
            shown = text.shorten(words, style, self._look.px(width))
            if shown != words:
                self.cut.append(words)
            words = shown
        texture = text.texture(words, style)
        width_px, height_px = texture.size
        left = x * self._look.density
        if align != "left":
            left -= width_px / 2 if align == "centre" else width_px
        # SDL's line is taller below than above; this puts the middle of the letters where it belongs.
        upper = round(centre_y * self._look.density - height_px / 2 - 0.07 * style[1])
        self._rectangle(texture, colour, round(left), upper, width_px, height_px)
        return float(width_px / self._look.density)

    def lines(
        self,
        words: str,
        x: float,
        centre_y: float,
        size: float,
        colour: Rgba,
        *,
        width: float,
        leading: float,
        lines_max: int = 2,
        bold: bool = False,
        align: Align = "left",
        middle: bool = False,
    ) -> float:
        """Wrapped text; `centre_y` is the middle of its first line, or of all if `middle`. Gives its height.

        `leading` is the distance of lines in dp at font scale 1.
        """
        step = leading * self._look.font_scale
        rows = self.wrap(words, size, width, lines_max, bold)
        first = centre_y - step * (len(rows) - 1) / 2 if middle else centre_y
        for number, row in enumerate(rows):
            if row.endswith(text.ELLIPSIS) and not words.endswith(text.ELLIPSIS):
                self.cut.append(words)
            self.text(row, x, first + number * step, size, colour, bold=bold, align=align)
        return step * len(rows)

    def rich(
        self,
        words: str,
        x: float,
        centre_y: float,
        size: float,
        colour: Rgba,
        *,
        align: Align = "left",
        bold_colour: Rgba | None = None,
        bold_size: float | None = None,
    ) -> float:
        """One line in which `**this**` is bold, in a colour of its own if given. Returns its width in dp."""
        parts = words.split("**")
        sizes = [(bold_size or size) if number % 2 else size for number in range(len(parts))]
        widths = [self.measure(part, sizes[n], n % 2 == 1) for n, part in enumerate(parts)]
        total = sum(widths)
        left = x if align == "left" else x - total / (2 if align == "centre" else 1)
        for number, part in enumerate(parts):
            strong = number % 2 == 1
            tint = bold_colour if strong and bold_colour else colour
            self.text(part, left, centre_y, sizes[number], tint, bold=strong)
            left += widths[number]
        return total

    def dashed_box(
        self, x: float, top: float, width: float, height: float, fill: Rgba, edge: Rgba, radius: float = 8
    ) -> None:
        """A rounded box with a dashed edge: something not there yet. Gaps are drawn over a whole edge."""
        self.box(x, top, width, height, fill, edge, radius)
        line, dash, gap = self._look.colours.line_dp, 4.0, 3.0
        along = radius
        while along + gap < width - radius:
            self.fill(x + along, top, gap, line, fill)
            self.fill(x + along, top + height - line, gap, line, fill)
            along += dash + gap
        along = radius
        while along + gap < height - radius:
            self.fill(x, top + along, line, gap, fill)
            self.fill(x + width - line, top + along, line, gap, fill)
            along += dash + gap
