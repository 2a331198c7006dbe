"""Views with the contents of the design's pictures, in three languages: what the tests draw."""

from samples_parts import Say, control, say_in, status

from appliance.ui.views import (
    BasketView,
    BenefitView,
    ChipView,
    ControlView,
    FactView,
    GoodsView,
    HintView,
    Intent,
    LineView,
    MemberView,
    PayView,
    PromotionRowView,
    SaleView,
    SearchView,
    SumRowView,
    TileView,
    TotalsView,
)

_CATEGORIES = (
    ("star", "star", "常用", "常用", "Favourites"),
    ("coffee", "coffee", "咖啡", "咖啡", "Coffee"),
    ("tea", "cup-soda", "茶饮", "茶飲", "Tea"),
    ("bakery", "croissant", "烘焙", "烘焙", "Bakery"),
    ("cakes", "cake-slice", "蛋糕", "蛋糕", "Cakes"),
    ("snacks", "cookie", "零食", "零食", "Snacks"),
    ("goods", "package", "周边", "周邊", "Goods"),
    ("topup", "wallet", "充值办卡", "儲值辦卡", "Top-up"),
)
_TILES = (
    ("latte", "¥22", "拿铁", "拿鐵", "Latte"),
    ("americano", "¥16", "美式", "美式", "Americano"),
    ("milktea", "¥18", "珍珠奶茶", "珍珠奶茶", "Pearl milk tea"),
    ("matcha", "¥24", "抹茶拿铁", "抹茶拿鐵", "Matcha latte"),
    ("coconut", "¥23", "生椰拿铁", "生椰拿鐵", "Coconut latte"),
    ("lemon", "¥17", "手打柠檬茶", "手打檸檬茶", "Lemon tea"),
    ("croissant", "¥12", "黄油可颂", "奶油可頌", "Croissant"),
    ("cheesecake", "¥26", "巴斯克", "巴斯克", "Cheesecake"),
    ("cookie", "¥12", "巧克力曲奇", "巧克力曲奇", "Choc cookie"),
    ("tiramisu", "¥28", "提拉米苏", "提拉米蘇", "Tiramisu"),
    ("beans", "¥78", "耶加雪菲 250g", "耶加雪菲 250g", "Beans 250 g"),
    ("drip", "¥59", "挂耳 8 包", "掛耳 8 包", "Drip bags x8"),
)


def goods(say: Say, search: str = "") -> GoodsView:
    """The favourites, or what a search for `nt` finds."""
    chips = {
        "milktea": ChipView(say("第二杯半价", "第二杯半價", "2nd half")),
        "cheesecake": ChipView(say("售罄", "售罄", "Sold out"), "plain"),
        "tiramisu": ChipView(say("剩 3", "剩 3", "3 left"), "warn"),
    }
    tiles = tuple(
        TileView(
            id=art,
            name=say(*names),
            price=price,
            intent=Intent("goods.pick", {"id": art}),
            art=art,
            chip=None if search else chips.get(art),
            sold_out=art == "cheesecake",
            code=f"{'sy' if art == 'coconut' else ''}**{search}**" if search else "",
        )
        for art, price, *names in _TILES
        if not search or art in ("latte", "coconut", "matcha", "americano")
    )
    return GoodsView(
        search=SearchView(
            hint=say(
                "名称、拼音首字母（如 nt）、条码",
                "名稱、拼音首字母（如 nt）、條碼",
                "Name, pinyin initials (nt) or barcode",
            ),
            focus=Intent("goods.search"),
            text=search,
            focused=bool(search),
            count=say("6 件商品", "6 件商品", "6 products") if search else "",
            clear=control("goods.search.clear", "", icon="x") if search else None,
        ),
        categories=tuple(
            control(f"goods.category.{key}", say(*names), icon=icon, selected=key == "star" and not search)
            for key, icon, *names in _CATEGORIES
        ),
        tiles=tiles,
        list_id=search or "star",
    )


def _line(number: int, quantity: str, name: str, amount: str, detail: str = "", **more: object) -> LineView:
    intent = Intent("basket.select", {"line": number})
    return LineView(
        f"l{number}", number, quantity, name, amount, intent, detail, many=quantity == "2", **more
    )  # type: ignore[arg-type]


def lines(say: Say) -> tuple[LineView, ...]:
    """The eight lines of the picture; the second is selected."""
    dot = " · " if say("a", "a", "b") == "a" else ", "
    no_discount = say("不参与会员折扣", "不參與會員折扣", "No member discount")
    return (
        _line(
            1,
            "1",
            say("拿铁", "拿鐵", "Latte"),
            "29.00",
            dot.join(
                [
                    say("大杯 +3", "大杯 +3", "Large +3"),
                    say("热", "熱", "hot"),
                    say("少糖", "少糖", "less sugar"),
                    say("燕麦奶 +4", "燕麥奶 +4", "oat milk +4"),
                ]
            ),
        ),
        _line(
            2,
            "2",
            say("珍珠奶茶", "珍珠奶茶", "Pearl milk tea"),
            "36.00",
            dot.join(
                [
                    say("中杯", "中杯", "Medium"),
                    say("少冰", "少冰", "less ice"),
                    say("五分糖", "五分糖", "half sugar"),
                ]
            ),
            selected=True,
            promotions=(
                PromotionRowView(
                    say("第二杯半价", "第二杯半價", "Second at half"),
                    say("第 2 杯 18.00 减半", "第 2 杯 18.00 減半", "2nd cup: half of 18.00"),
                    "−9.00",
                ),
            ),
            minus=control("basket.minus", "", icon="minus"),
            plus=control("basket.plus", "", icon="plus"),
            controls=(
                control("basket.options", say("改规格", "改規格", "Options")),
                control("basket.remove", say("删除", "刪除", "Remove")),
            ),
        ),
        _line(
            3,
            "1",
            say("美式", "美式", "Americano"),
            "16.00",
            dot.join(
                [say("中杯", "中杯", "Medium"), say("冰", "冰", "iced"), say("不加糖", "不加糖", "no sugar")]
            ),
        ),
        _line(
            4, "2", say("黄油可颂", "奶油可頌", "Butter croissant"), "24.00", say("加热", "加熱", "Warmed")
        ),
        _line(5, "1", say("巧克力曲奇", "巧克力曲奇", "Chocolate cookie"), "12.00"),
        _line(
            6,
            "1",
            say("蔓越莓饼干 散称", "蔓越莓餅乾 散稱", "Cranberry biscuits, loose"),
            "11.00",
            say("0.125 kg × ¥88.00/kg", "0.125 kg × ¥88.00/kg", "0.125 kg x ¥88.00/kg"),
            weighed=True,
        ),
        _line(7, "1", say("山泉水 550 ml", "山泉水 550 ml", "Spring water 550 ml"), "3.00", no_discount),
        _line(8, "1", say("环保纸袋", "環保紙袋", "Paper bag"), "1.00", no_discount),
    )


def member(say: Say) -> MemberView:
    """A gold member with a pass and two coupons that are not used."""
    return MemberView(
        initial=say("陈", "陳", "C"),
        name=say("陈*怡", "陳*怡", "Chen *yi"),
        chip=ChipView(say("金卡 9.5 折", "金卡 9.5 折", "Gold"), "accent", "star"),
        phone="138****6207",
        facts=(
            FactView(say("积分", "積分", "Points"), "2,360", "+162"),
            FactView(say("储值", "儲值", "Stored value"), "¥268.50"),
            FactView(say("优惠券", "優惠券", "Coupons"), say("2 张", "2 張", "2")),
        ),
        benefits=(
            BenefitView(
                "ticket-check",
                say("美式次卡 · 剩 4 次", "美式次卡 · 剩 4 次", "Americano pass, 4 left"),
                say("可抵本单美式 1 杯", "可抵本單美式 1 杯", "Covers 1 americano here"),
                True,
                control("member.pass.use", say("用 1 次", "用 1 次", "Use 1")),
            ),
            BenefitView(
                "ticket",
                say("满 100 减 6", "滿 100 減 6", "¥6 off over ¥100"),
                say("没用：现在的满减多省 ¥4", "沒用：現在的滿減多省 ¥4", "Not used: this way saves ¥4 more"),
            ),
            BenefitView(
                "ticket",
                say("蛋糕立减 ¥8", "蛋糕立減 ¥8", "¥8 off cake"),
                say("生日月 · 篮中无蛋糕", "生日月 · 籃中無蛋糕", "Birthday month, no cake here"),
            ),
        ),
        brief=say(
            "储值 ¥268.50 · 券 2 · 次卡 1", "儲值 ¥268.50 · 券 2 · 次卡 1", "¥268.50, 2 coupons, 1 pass"
        ),
        remove=control("member.remove", "", icon="x"),
        open=control("member.open", ""),
    )


def tenders(say: Say, enabled: bool = True) -> tuple[ControlView, ...]:
    """The three buttons above pay."""
    return (
        control("pay.cash", say("现金", "現金", "Cash"), icon="banknote", enabled=enabled),
        control("pay.qr", say("收款码", "收款碼", "Show QR"), icon="qr-code", enabled=enabled),
        control("pay.more", say("更多", "更多", "More"), icon="ellipsis", enabled=enabled),
    )


def sale(language: str, *, search: str = "", over: bool = False) -> SaleView:
    """`till-sale`; with a search `till-sale-dark`."""
    say = say_in(language)
    found = goods(say, search)
    if over:
        close = control("goods.close", "", icon="x")
        found = GoodsView(
            found.search, found.categories, found.tiles, found.list_id, shown_over=True, close=close
        )
    return SaleView(
        status=status(say),
        goods=found,
        basket=BasketView(
            title=say("购物篮", "購物籃", "Basket"),
            count=say("10 件", "10 件", "10 items"),
            number="A087",
            lines=lines(say),
            hint=HintView(
                say(
                    "每满 40 减 5 · 已减 2 次", "每滿 40 減 5 · 已減 2 次", "¥5 off every ¥40, applied twice"
                ),
                say(
                    "**还差 ¥1.60** 再减 ¥5.00",
                    "**還差 ¥1.60** 再減 ¥5.00",
                    "**¥1.60 to go** for ¥5.00 more off",
                ),
                0.96,
                control("basket.suggest", say("凑单", "湊單", "Suggest")),
            ),
            actions=(
                control("basket.hold", say("挂单", "掛單", "Hold")),
                control("basket.recall", say("取单 2", "取單 2", "Recall 2")),
                control("basket.discount", say("整单折扣", "整單折扣", "Discount")),
                control("basket.clear", say("清空", "清空", "Clear")),
            ),
            pick=control("goods.open", say("选商品", "選商品", "Goods"), icon="layout-grid"),
            find=control("goods.find", "", icon="search"),
            menu=control("basket.menu", "", icon="ellipsis"),
            below=say("下面还有 {count} 行", "下面還有 {count} 行", "{count} more below"),
        ),
        member=member(say),
        totals=TotalsView(
            rows=(
                SumRowView(say("小计", "小計", "Subtotal"), "132.00"),
                SumRowView(say("第二杯半价", "第二杯半價", "Second at half"), "−9.00", "ok"),
                SumRowView(
                    say("金卡 9.5 折 · 5 项", "金卡 9.5 折 · 5 項", "Gold −5%, 5 lines"), "−4.60", "ok"
                ),
                SumRowView(
                    say("每满 40 减 5 × 2", "每滿 40 減 5 × 2", "¥5 off every ¥40, twice"), "−10.00", "ok"
                ),
            ),
            folded=(
                SumRowView(say("小计", "小計", "Subtotal"), "132.00"),
                SumRowView(say("优惠 3 项", "優惠 3 項", "3 discounts"), "−23.60", "ok"),
            ),
            due_label=say("应付", "應付", "To pay"),
            due="108.40",
            saved=ChipView(say("已省 ¥23.60", "已省 ¥23.60", "Saved ¥23.60"), "ok", "tag"),
        ),
        tenders=tenders(say),
        pay=PayView(
            control("pay.default", say("储值付款", "儲值付款", "Pay from balance")),
            "¥108.40",
            say("付后余额 ¥160.10", "付後餘額 ¥160.10", "Leaves ¥160.10"),
            say("扫顾客付款码，直接收款", "掃顧客付款碼，直接收款", "Or scan the customer's payment code"),
        ),
    )
