"""The shelf: search box, categories, tiles."""

from appliance.ui.presenters import promises
from appliance.ui.presenters.offers import chip
from appliance.ui.presenters.say import Say
from appliance.ui.state import TillState
from appliance.ui.views.parts import ChipView, ControlView, Intent, KeyboardView
from appliance.ui.views.sale import GoodsView, SearchView, TileView
from retail.catalogue import Product
from retail.pricing.promotion import AnyPromotion

FAVOURITES = ""


def view(state: TillState, say: Say) -> GoodsView:
    """The goods column, or what lies over the basket on a small screen."""
    search = state.search
    found = search.hits if search.text else None
    tiles: tuple[TileView, ...]
    if search.text:
        tiles = tuple(_tile(state, say, hit.product, hit.offers, hit.marked) for hit in found or ())
    elif state.goods.category == promises.SHELF and state.place != "stock":
        tiles = promises.tiles(state, say)
    else:
        offers = state.goods.offers
        tiles = tuple(
            _tile(state, say, product, offers.get(product.id, ())) for product in state.goods.products
        )
    return GoodsView(
        search=_search(state, say),
        categories=_categories(state, say),
        tiles=tiles,
        list_id=f"search:{search.text}" if search.text else f"category:{state.goods.category}",
        empty=_empty(state, say),
        empty_action=_sell_by_name(state, say) if found == () and state.place != "stock" else None,
        shown_over=state.goods_over and state.small,
        close=say.control("goods.close", "", icon="x") if state.small else None,
    )


def _search(state: TillState, say: Say) -> SearchView:
    search = state.search
    open_ = search.focused or bool(search.text)
    return SearchView(
        hint=say.tr("search.hint"),
        focus=Intent("search.focus"),
        text=search.text,
        count=say.tr("search.count", count=len(search.hits)) if search.text and search.hits else "",
        focused=search.focused,
        clear=say.control("goods.search.clear", "", "search.clear", icon="x") if open_ else None,
        keyboard=KeyboardView(say.control("keyboard.done", say.tr("action.done"), "search.done"))
        if search.focused
        else None,
    )


def _categories(state: TillState, say: Say) -> tuple[ControlView, ...]:
    searching = bool(state.search.text)
    favourites = say.control(
        "goods.category.star",
        say.tr("goods.favourites"),
        "goods.category",
        args={"id": FAVOURITES},
        icon="star",
        selected=not searching and state.goods.category == FAVOURITES,
    )
    rest = tuple(
        say.control(
            f"goods.category.{category.id}",
            say.name(category.names),
            "goods.category",
            args={"id": category.id},
            icon=category.icon,
            selected=not searching and state.goods.category == category.id,
        )
        for category in state.shop.categories
    )
    if not state.shop.benefits.sells or state.place == "stock":
        return (favourites, *rest)
    besides = say.control(
        "goods.category.promises",
        say.tr("goods.promises"),
        "goods.category",
        args={"id": promises.SHELF},
        icon="wallet",
        selected=not searching and state.goods.category == promises.SHELF,
    )
    return (favourites, *rest, besides)


def _tile(
    state: TillState, say: Say, product: Product, offers: tuple[AnyPromotion, ...], marked: str = ""
) -> TileView:
    price = say.short_price(product.price_minor)
    if product.by_weight:
        price = say.tr("goods.per_unit", price=price, unit=product.unit)
    left_milli = state.desk.low_stock.get(product.id)
    return TileView(
        id=product.id,
        name=say.name(product.names),
        price=price,
        intent=Intent("goods.pick", {"id": product.id}),
        art=product.art,
        chip=_stock_chip(say, product, left_milli) or chip(state, say, product, offers),
        code=marked,
        sold_out=product.sold_out or (left_milli is not None and left_milli <= 0),
    )


def _stock_chip(say: Say, product: Product, left_milli: int | None) -> ChipView | None:
    """Sold out by the shop's word or the book; what is left where it is little."""
    if product.sold_out or (left_milli is not None and left_milli <= 0):
        return ChipView(say.tr("goods.sold_out"), "plain")
    if left_milli is None:
        return None
    left = say.quantity(left_milli) + ("" if product.unit == "each" else f" {product.unit}")
    return ChipView(say.tr("goods.left", left=left), "warn")


def _empty(state: TillState, say: Say) -> str:
    if not state.search.text:
        return say.tr("goods.none")
    return (
        say.tr("search.looking")
        if state.search.hits is None
        else say.tr("search.none", text=state.search.text)
    )


def _sell_by_name(state: TillState, say: Say) -> ControlView:
    return say.control(
        "goods.sell_by_name", say.tr("open_item.sell"), "open_item.open", args={"name": state.search.text}
    )
