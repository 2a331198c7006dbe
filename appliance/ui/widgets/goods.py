"""Goods to choose from: search box, rail of categories, and tiles."""

from typing import Any

from appliance.ui.views.parts import ControlView
from appliance.ui.views.sale import GoodsView, SearchView, TileView
from appliance.ui.widgets.control import Control, IconButton, TillButton
from appliance.ui.widgets.keyboard import Keyboard
from appliance.ui.widgets.marks import draw_chip
from appliance.ui.widgets.pane import Pane
from appliance.ui.widgets.pen import Pen
from appliance.ui.widgets.scroll import Scroller


class SearchBox(Control):
    """The box for a name, initials, a PLU or a code. It holds no text of its own: the view does."""

    @property
    def control(self) -> ControlView:
        """Touching it asks for the focus."""
        return ControlView("goods.search", self.view.text or self.view.hint, self.view.focus)

    def draw(self, pen: Pen) -> None:
        """Loupe, text with a caret, how many were found, and ×."""
        c = self.look.colours
        view: SearchView = self.view
        middle = self.h / 2
        pen.box(
            0,
            0,
            self.w,
            self.h,
            c.surface,
            c.accent if view.focused else c.edge,
            12,
            2 if view.focused else None,
        )
        pen.icon("search", 29, middle, 24, c.ink)
        right = self.w - 12
        if view.clear:
            right -= 48
            self.put(IconButton, "clear", view.clear, self.w - 54, middle - 24, 48, 48, icon_dp=24.0)
        if view.count:
            pen.text(view.count, right - 6, middle, 14, c.ink2, align="right")
            right -= 14 + pen.measure(view.count, 14)
        if view.text:
            x = 54 + pen.text(view.text, 54, middle, 20, c.ink, bold=True, width=right - 60)
        else:
            x = 53.0
            pen.text(view.hint, 53, middle, 16, c.ink2, width=right - 60)
        if view.focused:
            pen.fill(x + 1 if view.text else 50, middle - 11, 2, 22, c.accent)


class Category(Control):
    """An entry of the rail: icon over word, inverted while it is chosen; a word alone where room is short."""

    def __init__(self, **kwargs: Any) -> None:
        self.size_sp = 16.0
        super().__init__(**kwargs)

    def draw(self, pen: Pen) -> None:
        """Icon and word."""
        c, view = self.look.colours, self.view
        chosen = view.selected or self.pressed
        if chosen:
            pen.box(0, 0, self.w, self.h, c.ink, None, 8)
        ink = c.surface if chosen else c.ink
        if self.h < 64:
            pen.text(
                view.text, self.w / 2, self.h / 2, 14, ink, bold=chosen, align="centre", width=self.w - 4
            )
            return
        pen.icon(view.icon or "package", self.w / 2, self.h / 2 - 12, 24, ink)
        pen.text(
            view.text,
            self.w / 2,
            self.h / 2 + 14,
            self.size_sp,
            ink,
            bold=chosen,
            align="centre",
            width=self.w - 4,
        )


class Tile(Control):
    """A product: drawing, name, price, and what is special about it."""

    @property
    def control(self) -> ControlView:
        """The product as a control; one that is sold out can still be touched and says so."""
        return ControlView(self.view.control, self.view.name, self.view.intent)

    def draw(self, pen: Pen) -> None:
        """Card, picture, chip, name, price, code."""
        c = self.look.colours
        view: TileView = self.view
        scale = self.look.font_scale
        faded = view.sold_out
        pen.box(0, 0, self.w, self.h, c.ink if self.pressed else c.surface, c.line, 12)
        low = self.h < 140
        picture_h = self.h - (68 if not low else 58) * scale
        pen.box(9, 9, self.w - 18, picture_h, c.sunken, None, 8)
        if faded and c.sunken != c.surface:
            pen.box(9, 9, self.w - 18, picture_h, (*c.surface[:3], 0.5), None, 8)
        pen.picture(view.art, self.w / 2, 9 + picture_h / 2, min(76, picture_h - 8), 0.5 if faded else 1.0)
        if view.chip:
            draw_chip(pen, self, view.chip, 9, 21, inverted=faded, room=self.w - 18)
        ink = c.surface if self.pressed else (c.ink2 if faded else c.ink)
        name_y, price_y = self.h - 40.5 * scale, self.h - 19.5 * scale
        if low:
            name_y, price_y = self.h - 35 * scale, self.h - 15 * scale
        pen.text(view.name, 9, name_y, pen.fit(view.name, 16, self.w - 14, 14), ink, width=self.w - 14)
        taken = pen.text(view.price, 9, price_y, 16, ink, bold=True)
        if view.code and self.w - taken > 44:
            quiet = c.surface if self.pressed else c.ink2
            strong = c.surface if self.pressed else c.accent_ink
            pen.rich(view.code, self.w - 9, price_y, 14, quiet, align="right", bold_colour=strong)


class Rail(Scroller):
    """The categories from top to bottom. View: the controls."""

    def draw(self, pen: Pen) -> None:
        """Each in its place."""
        high = 72.0 if self.look.form in ("large", "wide") else 48.0
        widest = max((pen.measure(entry.text, 16, True) for entry in self.view), default=0.0)
        size = 16.0 if widest <= self.w - 16 else 14.0
        for number, entry in enumerate(self.view):
            top = number * (high + 4)
            if self.is_seen(top, high):
                self.put(Category, entry.name, entry, 0, top - self.offset, self.w, high, size_sp=size)
        self.extent = len(self.view) * (high + 4)


class Tiles(Scroller):
    """The products in columns. View: the goods' view."""

    def __init__(self, **kwargs: Any) -> None:
        self.columns = 3
        self.tile_height = 152.0
        self._list_id = ""
        super().__init__(**kwargs)

    def tile_top(self, number: int) -> float:
        """Where the n-th tile begins in the list."""
        return (number // self.columns) * (self.tile_height * self.look.font_scale + 8)

    def draw(self, pen: Pen) -> None:
        """What can be seen; a new list starts at its top."""
        view: GoodsView = self.view
        if view.list_id != self._list_id:
            self._list_id, self.offset = view.list_id, 0.0
        high = self.tile_height * self.look.font_scale
        width = (self.w - 8 * (self.columns - 1)) / self.columns
        for number, tile in enumerate(view.tiles):
            top = self.tile_top(number)
            if self.is_seen(top, high):
                x = (number % self.columns) * (width + 8)
                self.put(Tile, f"tile{number}", tile, x, top - self.offset, width, high)
        rows = -(-len(view.tiles) // self.columns)
        self.extent = rows * (high + 8)
        if not view.tiles and view.empty:
            c = self.look.colours
            y = 60 + pen.lines(view.empty, 4, 40, 18, c.ink2, width=self.w - 8, leading=26, lines_max=3)
            if view.empty_action:
                self.put(TillButton, "empty", view.empty_action, 4, y, min(self.w - 8, 280), 56)


class TillGoodsPane(Pane):
    """Search, categories and tiles in the layout of the window's form."""

    def draw(self, pen: Pen) -> None:
        """Large: rail left of three columns. Medium: categories as a strip. Small: over the basket."""
        view: GoodsView = self.view
        c = self.look.colours
        form = self.look.form
        pen.fill(0, 0, self.w, self.h, c.bg)
        edge = 8.0 if form == "small" else 12.0
        high = 48.0 if form == "small" else 56.0
        close = 56.0 if view.close and form == "small" else 0.0
        self.put(SearchBox, "search", view.search, edge, edge, self.w - 2 * edge - close, high)
        if view.close and form == "small":
            self.put(IconButton, "close", view.close, self.w - edge - 48, edge, 48, 48)
        top = edge + high + (8 if form == "small" else 12)
        bottom = self.h
        if view.search.keyboard:
            bottom -= Keyboard.HEIGHT
            self.put(Keyboard, "keyboard", view.search.keyboard, 0, bottom, self.w, Keyboard.HEIGHT)
        if form == "medium":
            top = self._strip(view, edge, top)
            self._tiles(edge, top, self.w - 2 * edge, bottom - top, 2, 132)
            return
        rail = 88.0 if form == "small" else 96.0
        self.put(Rail, "rail", view.categories, edge, top, rail, bottom - top)
        left = edge + rail + 8
        columns, tile = (4, 152.0) if form == "wide" else (3, 152.0 if form == "large" else 124.0)
        self._tiles(left, top, self.w - left - edge, bottom - top, columns, tile)

    def _strip(self, view: GoodsView, edge: float, top: float) -> float:
        columns = 4
        width = (self.w - 2 * edge - 4 * (columns - 1)) / columns
        for number, entry in enumerate(view.categories):
            x = edge + (number % columns) * (width + 4)
            self.put(Category, entry.name, entry, x, top + number // columns * 52, width, 48)
        return top + -(-len(view.categories) // columns) * 52 + 4

    def _tiles(self, x: float, top: float, width: float, height: float, columns: int, tile: float) -> None:
        self.put(Tiles, "tiles", self.view, x, top, width, height, columns=columns, tile_height=tile)
