"""The basket: lines, what stands under them, and the buttons below the list."""

from typing import Any

from appliance.ui.theme import Look
from appliance.ui.views.parts import ControlView
from appliance.ui.views.sale import BasketView, HintView, LineView, PromotionRowView
from appliance.ui.widgets import text
from appliance.ui.widgets.control import Control, IconButton, TillButton
from appliance.ui.widgets.marks import Notice, draw_bar
from appliance.ui.widgets.pane import Pane
from appliance.ui.widgets.pen import Pen
from appliance.ui.widgets.scroll import Scroller

DETAIL_ROWS_MAX = 3


class Sizes:
    """Where things stand in a line, in dp: (large, small screen)."""

    def __init__(self, form: str) -> None:
        small = form == "small"
        self.row = 48.0 if small else 52.0
        self.quantity_x, self.name_x = (28.0, 48.0) if small else (34.0, 60.0)
        self.right = 16.0
        self.edge = 16.0
        self.opens = 5.0 if small else 8.0
        self.name, self.detail = (26.0, 18.0) if not small else (26.0, 17.0)
        self.promotion = 24.0 if not small else 20.0
        self.gap, self.closes = (4.0, 7.0) if small else (8.0, 9.0)


class LineRow(Control):
    """One line: quantity, name with detail and promotions, amount; selected it has its controls."""

    @property
    def control(self) -> ControlView:
        """Touching it selects it."""
        return ControlView(self.view.control, self.view.name, self.view.intent)

    @staticmethod
    def details(view: LineView, look: Look, width: float) -> tuple[str, ...]:
        """The rows of its detail at a width in dp: options are wrapped, never cut."""
        if not view.detail:
            return ()
        s = Sizes(look.form)
        amount = text.measure(view.amount, (look.font(True), look.text_px(18))) / look.density
        room = width - s.name_x - s.right - amount - 8
        return text.wrap(view.detail, (look.font(False), look.text_px(14)), look.px(room), DETAIL_ROWS_MAX)

    @classmethod
    def height_for(cls, view: LineView, look: Look, width: float) -> float:
        """Its height in dp at a width, with the dividing line under it."""
        form, scale = look.form, look.font_scale
        s = Sizes(form)
        body = s.name + s.detail * len(cls.details(view, look, width))
        offers = s.promotion * len(view.promotions)
        if view.selected and not view.removed:
            return (s.opens + body + offers) * scale + s.gap + 48 + s.closes
        return max(s.row * scale, (body + offers + (8 if form != "small" else 5)) * scale)

    def draw(self, pen: Pen) -> None:
        """From left to right, then what belongs under it."""
        c = self.look.colours
        view: LineView = self.view
        s, scale = Sizes(self.look.form), self.look.font_scale
        selected = view.selected and not view.removed
        fill = c.accent_soft if selected else (c.sunken if self.pressed else c.surface)
        pen.fill(0, 0, self.w, self.h, fill)
        if selected:
            pen.fill(0, 0, 4, self.h, c.accent)
        pen.line(0, self.h - c.line_dp, self.w)
        details = self.details(view, self.look, self.w)
        body = (s.name + s.detail * len(details)) * scale
        offers = s.promotion * len(view.promotions) * scale
        top = s.opens * scale if selected else (self.h - body - offers) / 2
        middle = top + body / 2
        ink = c.ink2 if view.removed else c.ink
        if view.weighed:
            pen.icon("scale", s.quantity_x, middle, 20, ink)
        else:
            quantity_ink = ink if view.many else c.ink2
            pen.text(view.quantity, s.quantity_x, middle, 20, quantity_ink, bold=view.many, align="centre")
        right = self.w - s.right
        if view.undo:
            width = pen.measure(view.undo.text, 16, True) + 26
            self.put(TillButton, view.undo.name, view.undo, right - width, (self.h - 48) / 2 - 0.5, width, 48)
            right -= width + 8
        elif not view.removed:
            right -= pen.text(view.amount, right, middle, 18, ink, bold=True, align="right")
        room = right - s.name_x - 8
        name_y = top + s.name * scale / 2
        width = pen.text(view.name, s.name_x, name_y, 18, ink, bold=view.selected, width=room)
        if view.removed:
            pen.fill(s.name_x, name_y, width, 1, c.ink2)
        for number, words in enumerate(details):
            pen.text(words, s.name_x, top + (s.name + s.detail * (number + 0.5)) * scale, 14, c.ink2)
        for number, row in enumerate(view.promotions):
            y = top + body + (number + 0.6) * s.promotion * scale
            self._promotion(pen, row, y, selected)
        if selected:
            self._controls(s, top + body + offers + s.gap)

    def _promotion(self, pen: Pen, row: PromotionRowView, y: float, whole: bool) -> None:
        c = self.look.colours
        s = Sizes(self.look.form)
        pen.icon("tag", s.name_x + 8, y, 16, c.ok)
        right = self.w - s.right
        right -= pen.text(row.amount, right, y, 14, c.ok, bold=True, align="right") + 8
        x = s.name_x + 24
        x += pen.text(row.name, x, y, 14, c.ok, bold=True, width=right - x) + 8
        if right - x > 40 and self.look.form != "small":
            pen.text(row.text, x, y, 14, c.ink2, width=right - x)

    def _controls(self, s: Sizes, top: float) -> None:
        view: LineView = self.view
        x = s.edge
        narrow = self.w < 400
        wide, between, pad = (48.0, 40.0, 20.0) if narrow else (56.0, 56.0 if s.row >= 52 else 52.0, 26.0)
        if view.minus and view.plus:
            self.put(TillButton, "minus", view.minus, x, top, wide, 48, size_sp=18.0)
            size = self.pen.fit(view.quantity, 24, between - 4, 14, True)
            ink = self.look.colours.ink
            self.pen.text(
                view.quantity, x + wide + between / 2, top + 24, size, ink, bold=True, align="centre"
            )
            self.put(TillButton, "plus", view.plus, x + wide + between, top, wide, 48, size_sp=18.0)
        right = self.w - s.right
        for control in reversed(view.controls):
            width = max(self.pen.measure(control.text, 16, True) + pad, 48)
            style = "danger" if control.name.endswith(".remove") else "secondary"
            self.put(TillButton, control.name, control, right - width, top, width, 48, style=style)
            right -= width + 8


class Lines(Scroller):
    """The list of lines; the selected one is always brought into sight. View: the basket's view."""

    def __init__(self, **kwargs: Any) -> None:
        self._brought = ""
        self.hidden_below = 0
        super().__init__(**kwargs)

    def draw(self, pen: Pen) -> None:
        """Rows from top to bottom; when the selection changes, scroll to it first."""
        view: BasketView = self.view
        heights = [LineRow.height_for(line, self.look, self.w) for line in view.lines]
        self.extent = sum(heights)
        self._bring(view, heights)
        top = 0.0
        self.hidden_below = 0
        for line, height in zip(view.lines, heights, strict=True):
            if self.is_seen(top, height):
                self.put(LineRow, line.id, line, 0, top - self.offset, self.w, height)
            if top + height / 2 > self.offset + self.h:
                self.hidden_below += 1
            top += height

    def _bring(self, view: BasketView, heights: list[float]) -> None:
        selected = next((n for n, line in enumerate(view.lines) if line.selected), None)
        wanted = (
            f"{view.lines[selected].id}/{heights[selected]}/{len(heights)}" if selected is not None else ""
        )
        if wanted != self._brought:
            self._brought = wanted
            if selected is not None:
                top = sum(heights[:selected])
                self.offset = max(min(self.offset, top), top + heights[selected] - self.h)
        self.offset = min(max(self.offset, 0.0), max(self.extent - self.h, 0.0))


class Hint(Pane):
    """The nearly-there hint."""

    def draw(self, pen: Pen) -> None:
        """Title over bar and text, with the one action; a single line where room is short."""
        c = self.look.colours
        view: HintView = self.view
        edge = c.ink if c.soft_edge else None
        pen.box(0, 0, self.w, self.h, c.accent_soft, edge, 8)
        right = self.w - 8
        if view.action:
            width = max(pen.measure(view.action.text, 16, True) + 26, 48)
            right -= width
            self.put(TillButton, "action", view.action, right, 8, width, 48)
            right -= 8
        pen.text(view.title, 12, 18, 14, c.ink, width=right - 12)
        words = view.text.replace("**", "")
        bar = min(88.0, right - 36 - pen.measure(words, 16))
        x = 12.0
        if bar > 30:
            draw_bar(pen, self, 12, 45, bar, view.progress, c.surface)
            x = 108 if bar == 88 else 24 + bar
        pen.rich(view.text, x, 45, 14, c.ink, bold_colour=c.accent_ink, bold_size=16)


class TillBasketPane(Pane):
    """Header, lines, and below them hint or notice and the quick actions."""

    def draw(self, pen: Pen) -> None:
        """From the edges inwards; the list takes what is left."""
        c = self.look.colours
        view: BasketView = self.view
        small = self.look.form == "small"
        pen.fill(0, 0, self.w, self.h, c.surface)
        left = 0.0
        if not small:
            pen.upright(0, 0, self.h)
            left = c.line_dp
        pen.upright(self.w - c.line_dp, 0, self.h)
        width = self.w - left - c.line_dp
        top = self._header_small(pen, view, width) if small else self._header(pen, view, left, width)
        bottom = self._below(pen, view, small)
        self._list(pen, view, left, top, width, bottom - top)
        if small:
            self._foot_small(pen, view, bottom)

    def _list(self, pen: Pen, view: BasketView, left: float, top: float, width: float, height: float) -> None:
        c = self.look.colours
        if view.lines or not view.empty:
            self.put(Lines, "lines", view, left, top, width, height)
            return
        middle_x, middle = self.w / 2, top + height / 2 + (3 if self.look.form != "small" else 0)
        short = height < 260
        icon_y = middle - (53 if not short else 44)
        pen.icon(view.empty.icon, middle_x, icon_y, 64 if not short else 48, c.ink2)
        pen.lines(
            view.empty.title,
            middle_x,
            middle + 14,
            24 if not short else 20,
            c.ink,
            width=width - 48,
            leading=30,
            bold=True,
            align="centre",
        )
        pen.lines(
            view.empty.detail,
            middle_x,
            middle + 55,
            18 if not short else 16,
            c.ink2,
            width=width - 48,
            leading=24,
            align="centre",
        )

    def _header(self, pen: Pen, view: BasketView, left: float, width: float) -> float:
        c = self.look.colours
        x = left + 16 + pen.text(view.title, left + 16, 28, 20, c.ink, bold=True)
        pen.text(view.count, x + 9, 28, 16, c.ink2)
        ink = c.ink if view.lines else c.ink2
        pen.text(view.number, self.w - 17, 28, 20, ink, bold=True, align="right")
        pen.line(left, 56 - c.line_dp, width)
        return 56.0

    def _header_small(self, pen: Pen, view: BasketView, width: float) -> float:
        c = self.look.colours
        x = 8.0
        if view.pick:
            wide = pen.measure(view.pick.text, 18, True) + 64
            self.put(TillButton, "pick", view.pick, x, 6, wide, 52, size_sp=18.0)
            x += wide + 8
        if view.find:
            self.put(TillButton, "find", view.find, x, 6, 56, 52, size_sp=18.0)
        right = self.w - 12
        if view.menu:
            self.put(IconButton, "menu", view.menu, self.w - 60, 8, 48, 48)
            right -= 56
        ink = c.ink if view.lines else c.ink2
        right -= pen.text(view.number, right - 1, 32, 18, ink, bold=True, align="right") + 8
        pen.text(view.count, right - 1, 32, 16, c.ink2, align="right")
        pen.line(0, 65 - c.line_dp, width)
        return 65.0

    def _below(self, pen: Pen, view: BasketView, small: bool) -> float:
        """Put what stands under the list; where the list ends."""
        if small:
            if view.notice:
                height = Notice.height_for(pen, view.notice, self.w - 16, self.look.font_scale)
                self.put(Notice, "notice", view.notice, 8, self.h - height - 8, self.w - 16, height)
                return self.h - height - 16
            return self.h - (56 if view.hint or view.below else 0)
        bottom = self.h - 12
        actions = view.actions
        if actions:
            bottom -= 48
            wide = (self.w - 25 - 8 * (len(actions) - 1)) / len(actions)
            for number, action in enumerate(actions):
                x = 13 + number * (wide + 8)
                self.put(TillButton, action.name, action, x, bottom, wide, 48, style="quiet")
            bottom -= 8
        if view.notice:
            height = Notice.height_for(pen, view.notice, self.w - 26, self.look.font_scale)
            bottom -= height + (4 if actions else 0)
            self.put(Notice, "notice", view.notice, 13, bottom, self.w - 26, height)
            bottom -= 8
        elif view.hint:
            bottom -= 64 + (4 if self.look.colours.soft_edge else 0)
            self.put(Hint, "hint", view.hint, 13, bottom, self.w - 26, 64)
            bottom -= 8
        return bottom

    def _foot_small(self, pen: Pen, view: BasketView, top: float) -> None:
        if view.notice or not (view.hint or view.below):
            return
        c = self.look.colours
        lines = self._kept.get("lines")
        hidden = lines.hidden_below if isinstance(lines, Lines) else 0
        pen.fill(0, top, self.w - c.line_dp, self.h - top, c.accent_soft if view.hint else c.surface)
        pen.line(0, top, self.w)
        middle = top + (self.h - top) / 2
        right = self.w - 12
        if hidden and view.below:
            words = view.below.replace("{count}", str(hidden))
            pen.icon("chevron-down", right - 8, middle, 20, c.ink)
            right -= 26
            right -= pen.text(words, right, middle, 14, c.ink2, align="right") + 8
        if view.hint:
            pen.icon("tag", 22, middle, 20, c.accent_ink)
            pen.rich(view.hint.short or view.hint.text, 40, middle, 16, c.ink, bold_colour=c.accent_ink)
