"""The sale in other states: offline, searching, typing, long."""

from dataclasses import replace

from samples import goods, sale, tenders
from samples_parts import control, say_in, status

from appliance.ui.views import (
    BasketView,
    EmptyView,
    KeyboardView,
    LastSaleView,
    NoMemberView,
    NoticeView,
    PayView,
    SaleView,
)


def sale_offline(language: str) -> SaleView:
    """`till-sale-offline`: nothing in the basket, no network."""
    say = say_in(language)
    return SaleView(
        status=status(say, offline=True, clock="11:26"),
        goods=goods(say),
        basket=BasketView(
            title=say("购物篮", "購物籃", "Basket"),
            count="",
            number="A113",
            lines=(),
            empty=EmptyView(
                "scan-barcode",
                say("扫商品，或点左边", "掃商品，或點左邊", "Scan, or pick on the left"),
                say("也可以先扫会员", "也可以先掃會員", "A member card first is fine"),
            ),
            notice=NoticeView(
                "warn",
                "wifi-off",
                say("断网了，照常收银", "斷網了，照常收銀", "Offline, selling goes on"),
                (
                    say(
                        "现金、银行卡、储值（每人 ¥200 内）可用",
                        "現金、銀行卡、儲值（每人 ¥200 內）可用",
                        "Cash, cards and balance (to ¥200) work",
                    ),
                    say(
                        "收款码、付款码要等网络恢复",
                        "收款碼、付款碼要等網路恢復",
                        "QR payments wait for the network",
                    ),
                ),
            ),
            actions=(
                control("basket.recall", say("取单 2", "取單 2", "Recall 2")),
                control("sale.refund", say("退货", "退貨", "Refund")),
                control("drawer.open", say("钱箱", "錢箱", "Drawer")),
                control("sale.more", say("更多", "更多", "More")),
            ),
            pick=control("goods.open", say("选商品", "選商品", "Goods"), icon="layout-grid"),
            find=control("goods.find", "", icon="search"),
            menu=control("basket.menu", "", icon="ellipsis"),
        ),
        member=NoMemberView(
            say("会员", "會員", "Member"),
            say(
                "扫会员码、刷卡，或输手机号", "掃會員碼、刷卡，或輸手機號", "Scan, tap a card or type a phone"
            ),
            (
                control("member.phone", say("输手机号", "輸手機號", "Phone")),
                control("member.new", say("新会员", "新會員", "New")),
            ),
        ),
        totals=None,
        tenders=tenders(say, enabled=False),
        pay=PayView(control("pay.default", say("收款", "收款", "Take payment"), enabled=False), "¥0.00"),
        last_sale=LastSaleView(
            say("上一单 A112", "上一單 A112", "Last sale A112"),
            "11:25",
            say("现金 50.00", "現金 50.00", "Cash 50.00"),
            say("找零 **¥12.00**", "找零 **¥12.00**", "Change **¥12.00**"),
            controls=(
                control("last.reprint", say("补打小票", "補印小票", "Reprint")),
                control("last.view", say("看这一单", "看這一單", "View sale")),
            ),
        ),
    )


def sale_search(language: str) -> SaleView:
    """`till-sale-dark`: searching for `nt`."""
    return sale(language, search="nt")


def sale_over(language: str) -> SaleView:
    """A small screen with the goods over the basket."""
    return sale(language, over=True)


def sale_long(language: str) -> SaleView:
    """More lines than fit; the last one is selected."""
    view = sale(language)
    plain = [replace(line, selected=False) for line in view.basket.lines]
    many = [
        replace(plain[number % 8], id=f"m{number}", number=number + 1, selected=number == 39)
        for number in range(40)
    ]
    return replace(view, basket=replace(view.basket, lines=tuple(many)))


def sale_typing(language: str) -> SaleView:
    """The on-screen keyboard, a removed line, and a payment that is being asked for."""
    say = say_in(language)
    view = sale(language, search="nt", over=True)
    undo = control("basket.undo", say("撤销", "復原", "Undo"))
    lines = list(view.basket.lines)
    lines[2] = replace(lines[2], removed=True, detail=say("已删除", "已刪除", "Removed"), undo=undo)
    keyboard = KeyboardView(control("search.done", say("完成", "完成", "Done")))
    cash = replace(view.tenders[0], busy=True, text=say("收款中", "收款中", "Taking"))
    return replace(
        view,
        goods=replace(view.goods, search=replace(view.goods.search, keyboard=keyboard)),
        basket=replace(view.basket, lines=tuple(lines)),
        tenders=(cash, *view.tenders[1:]),
    )


def sale_swapped(language: str) -> SaleView:
    """The goods in reverse order, as if a search had just answered."""
    view = sale(language)
    return replace(view, goods=replace(view.goods, tiles=view.goods.tiles[::-1]))
