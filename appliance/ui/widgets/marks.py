"""Small things that panes draw with their pen: chips, state signs, avatars, bars, notices."""

from typing import Any

from appliance.ui.theme import Rgba
from appliance.ui.views.parts import ChipView, NoticeView, SumRowView
from appliance.ui.widgets.control import TillButton
from appliance.ui.widgets.pane import Pane
from appliance.ui.widgets.pen import Pen

TONE_ICONS = {
    "ok": "circle-check",
    "warn": "triangle-alert",
    "bad": "octagon-x",
    "busy": "refresh-cw",
    "absent": "circle-minus",
    "accent": "info",
    "plain": "circle",
    "quiet": "circle",
}
CHIP_HEIGHT = 24.0


def _chip_pad(size: float) -> float:
    return 8 if size < 20 else 15


def chip_width(pen: Pen, chip: ChipView, size: float = 14, bold: bool = False) -> float:
    """How wide a chip will be, in dp."""
    return pen.measure(chip.text, size, bold) + 2 * _chip_pad(size) + (size + 4 if chip.icon else 0)


def draw_chip(
    pen: Pen,
    pane: Pane,
    chip: ChipView,
    x: float,
    centre_y: float,
    *,
    size: float = 14,
    bold: bool = False,
    inverted: bool = False,
    room: float = 0,
) -> float:
    """A pill with a word and perhaps an icon; returns its width. `inverted` is the ink one (sold out).
    A long word is shortened to `room`, if that is given."""
    c = pane.look.colours
    width = chip_width(pen, chip, size, bold)
    width = min(width, room) if room else width
    pad = _chip_pad(size)
    height = CHIP_HEIGHT * pane.look.font_scale * (size + 1 if size >= 20 else size) / 14
    ink = c.surface if inverted else c.tone(chip.tone)
    fill = c.ink if inverted else c.soft(chip.tone)
    edge = ink if c.soft_edge and not inverted else None
    pen.box(x, centre_y - height / 2, width, height, fill, edge, height / 2, 1)
    left = x + pad
    if chip.icon:
        pen.icon(chip.icon, left + size / 2, centre_y, size, ink)
        left += size + 4
    pen.text(chip.text, left, centre_y, size, ink, bold=bold, width=x + width - pad - left + 1)
    return width


def draw_sign(pen: Pen, pane: Pane, tone: str, centre_x: float, centre_y: float, size: float) -> None:
    """The shape and colour of a state."""
    pen.icon(TONE_ICONS[tone], centre_x, centre_y, size, pane.look.colours.tone(tone))


def draw_avatar(
    pen: Pen, pane: Pane, initial: str, centre_x: float, centre_y: float, size: float, strong: bool
) -> None:
    """A round avatar with an initial; `strong` is the chosen person."""
    c = pane.look.colours
    fill, ink = (c.accent, c.on_accent) if strong else (c.accent_soft, c.accent_ink)
    edge = c.edge if c.soft_edge and not strong else None
    pen.box(centre_x - size / 2, centre_y - size / 2, size, size, fill, edge, size / 2)
    sp = 24 if size >= 56 else (20 if size >= 44 else 16)
    pen.text(initial, centre_x, centre_y, sp, ink, bold=True, align="centre")


def draw_bar(
    pen: Pen, pane: Pane, x: float, centre_y: float, width: float, share: float, track: Rgba
) -> None:
    """A bar of progress, 6 dp high."""
    c = pane.look.colours
    pen.box(x, centre_y - 3, width, 6, track, c.edge if c.soft_edge else None, 3, 1)
    done = max(6.0, width * min(max(share, 0.0), 1.0))
    pen.box(x, centre_y - 3, done, 6, c.accent, None, 3)


def draw_sum(
    pen: Pen, pane: Pane, row: SumRowView, x: float, centre_y: float, width: float, size: float = 16
) -> None:
    """A label on the left and its amount on the right."""
    c = pane.look.colours
    taken = pen.measure(row.amount, size, row.strong)
    pen.text(
        row.label,
        x,
        centre_y,
        size,
        c.ink if row.strong else c.ink2,
        bold=row.strong,
        width=width - taken - 12,
    )
    pen.text(row.amount, x + width, centre_y, size, c.tone(row.tone), bold=row.strong, align="right")


class Notice(Pane):
    """A notice that stays where it is put; ask `height_for` how much room it needs."""

    PADDING = 12.0
    LEADING = 23.6

    @classmethod
    def height_for(cls, pen: Pen, view: NoticeView, width: float, scale: float) -> float:
        """Its height in dp at a width."""
        room = cls._room(pen, view, width)
        rows = len(pen.wrap(view.title, 16, room, 3, bool(view.lines)))
        rows += sum(len(pen.wrap(line, 16, room, 3)) for line in view.lines)
        return max(48.0, rows * cls.LEADING * scale + 2 * cls.PADDING - 1)

    @staticmethod
    def _room(pen: Pen, view: NoticeView, width: float) -> float:
        action = pen.measure(view.action.text, 16, True) + 40 if view.action else 12
        return width - 50 - action

    def draw(self, pen: Pen) -> None:
        """Icon, title, lines and the one action."""
        c = self.look.colours
        view: NoticeView = self.view
        edge = c.tone(view.tone) if c.soft_edge else None
        pen.box(0, 0, self.w, self.h, c.soft(view.tone), edge, 8)
        room = self._room(pen, view, self.w)
        step = self.LEADING * self.look.font_scale
        y = self.PADDING + step / 2 if view.lines else self.h / 2
        pen.icon(view.icon, 27, y, 24, c.tone(view.tone))
        used = pen.lines(
            view.title,
            50,
            y,
            16,
            c.ink,
            width=room,
            leading=self.LEADING,
            lines_max=3,
            bold=bool(view.lines),
            middle=not view.lines,
        )
        y += used
        for number, line in enumerate(view.lines):
            y += pen.lines(
                line, 50, y, 16, c.ink2 if number else c.ink, width=room, leading=self.LEADING, lines_max=3
            )
        if view.action:
            width = pen.measure(view.action.text, 16, True) + 24
            self.put(
                TillButton,
                "action",
                view.action,
                self.w - width - 4,
                self.h / 2 - 24,
                width,
                48,
                style="text",
            )


class Scrim(Pane):
    """A flat colour over what lies behind. View: the colour."""

    def draw(self, pen: Pen) -> None:
        """Fill it all."""
        pen.fill(0, 0, self.w, self.h, self.view)

    def on_touch_down(self, touch: Any) -> bool:
        """Nothing behind is touched."""
        return bool(self.collide_point(*touch.pos))
