"""Views of paying, signing in and the customer's screen with the contents of the design's pictures."""

from appliance.ui.qr import qr_view
from appliance.ui.views import (
    ApprovalSheetView,
    CardPaneView,
    CashPaneView,
    CheckView,
    ChipView,
    CustomerLineView,
    CustomerView,
    DoneView,
    FieldView,
    Intent,
    KeypadView,
    MemberFootView,
    MenuSheetView,
    NoticeView,
    OptionGroupView,
    OptionsSheetView,
    PaidView,
    PaymentUnknownView,
    PersonView,
    QrPaneView,
    SaleView,
    SideCardView,
    SignInView,
    SumRowView,
    TenderView,
    ToastView,
    TypingSheetView,
)
from appliance.ui.views.parts import ControlView
from samples import Say, control, sale, say_in, status

QR_PAYLOAD = (
    "00020101021226450011cn.tillbox.0124shanyu-jingan-0000000087520458145303156540558.405802CN5913SHANYU COFFEE"
    "6008SHANGHAI62190515A087-2026112201630489AF"
)


def _tabs(say: Say, selected: str) -> tuple[ControlView, ...]:
    rows = (
        ("tender.cash", "banknote", ("现金", "現金", "Cash"), ("", "", "")),
        ("tender.qr", "qr-code", ("收款码", "收款碼", "Show QR"), ("顾客扫我们", "顧客掃我們", "They scan us")),
        ("tender.code", "scan-qr-code", ("付款码", "付款碼", "Scan code"), ("我们扫顾客", "我們掃顧客", "We scan them")),
        ("tender.card", "credit-card", ("银行卡", "銀行卡", "Card"), ("终端已就绪", "終端已就緒", "Terminal ready")),
        ("tender.balance", "wallet", ("储值", "儲值", "Balance"), ("余 ¥268.50", "餘 ¥268.50", "¥268.50 left")),
        ("tender.points", "coins", ("积分", "積分", "Points"), ("2,360 分抵 ¥23.60", "2,360 點抵 ¥23.60", "2,360 worth ¥23.60")),
        ("tender.gift", "gift", ("礼品卡", "禮品卡", "Gift card"), ("", "", "")),
        ("tender.more", "ellipsis", ("更多", "更多", "More"), ("优惠券、外币、挂账", "優惠券、外幣、掛帳", "Coupons, credit")),
    )
    return tuple(
        control(name, say(*text), icon=icon, detail=say(*detail), selected=name == selected)
        for name, icon, text, detail in rows
    )


def _tender(language: str, selected: str, pane: CashPaneView | QrPaneView | CardPaneView, small: bool) -> TenderView:
    say = say_in(language)
    bar = status(say)
    tabs = _tabs(say, selected)
    if small:
        bar = type(bar)(bar.shop, bar.place, bar.items, bar.clock, bar.operator, bar.shift,
                        say("付款", "付款", "Payment"), say("A087 · 10 件", "A087 · 10 件", "A087, 10 items"))
        tabs = tuple(tab for tab in tabs if tab.name not in ("tender.points", "tender.gift"))
    return TenderView(
        status=bar,
        back=control("tender.back", say("回到购物篮", "回到購物籃", "Back to basket"), icon="chevron-left"),
        rows=(
            SumRowView(say("10 件商品", "10 件商品", "10 items"), "132.00"),
            SumRowView(say("优惠 3 项", "優惠 3 項", "3 discounts"), "−23.60", "ok"),
            SumRowView(say("应付", "應付", "To pay"), "108.40", strong=True),
        ),
        rows_small=(
            SumRowView(say("应付", "應付", "To pay"), "108.40"),
            SumRowView(say("礼品卡 4821", "禮品卡 4821", "Gift card 4821"), "−50.00"),
        ),
        paid=(PaidView(say("礼品卡 · 已付", "禮品卡 · 已付", "Gift card, paid"), say("尾号 4821", "尾號 4821", "Ends in 4821"), "−50.00",
                       undo=control("tender.undo.1", "", icon="undo-2")),),
        due_label=say("还要付", "還要付", "Still due"), due="¥58.40",
        tabs=tabs, pane=pane,
        part=control("tender.part", say("只付其中一部分", "只付其中一部分", "Pay only part"), icon="split"),
        member=MemberFootView(say("陈", "陳", "C"), say("**陈*怡** · 金卡", "**陳*怡** · 金卡", "**Chen *yi**, Gold"),
                              say("付清后得 162 积分", "付清後得 162 點", "Earns 162 points")),
    )


def tender(language: str, small: bool = False) -> TenderView:
    """`till-tender`: cash."""
    say = say_in(language)

    def note(value: str, text: str, change: str) -> ControlView:
        return control(f"tender.note.{value}", text, detail=change)

    exact = say("正好 58.40", "剛好 58.40", "Exact 58.40")
    notes = (
        control("tender.exact", say("正好", "剛好", "Exact"), detail="58.40") if small else control("tender.exact", exact),
        note("60", "¥60", say("找 1.60", "找 1.60", "Change 1.60")),
        note("70", "¥70", say("找 11.60", "找 11.60", "Change 11.60")),
        note("100", "¥100", say("找 41.60", "找 41.60", "Change 41.60")),
    )
    return _tender(language, "tender.cash", CashPaneView(
        say("实收", "實收", "Received"), "¥108.40" if not small else "108.40",
        say("找零 · 给 50 元 1 张", "找零 · 給 50 元 1 張", "Change: one 50 note"), "¥50.00",
        say("点一下即收款", "點一下即收款", "Tap to complete"), notes, say("或输入实收金额", "或輸入實收金額", "Or type what was given"),
        KeypadView(), control("tender.confirm", say("收 ¥108.40，开钱箱", "收 ¥108.40，開錢箱", "Take ¥108.40, open drawer")),
    ), small)


def tender_small(language: str) -> TenderView:
    """`till-tender-800x480`."""
    return tender(language, small=True)


def tender_qr(language: str, small: bool = False) -> TenderView:
    """`till-tender-qr`."""
    say = say_in(language)
    return _tender(language, "tender.qr", QrPaneView(
        say("请顾客用 **微信** 或 **支付宝** 扫码", "請顧客用 **微信** 或 **支付寶** 掃碼", "Ask them to scan with **WeChat** or **Alipay**"),
        "¥58.40", CheckView("busy", say("等待付款，到账后自动完成", "等待付款，到帳後自動完成", "Waiting, completes by itself")),
        qr_view(QR_PAYLOAD), "1:47", 0.89, say("客显屏正在显示同一个码", "客顯屏正在顯示同一個碼", "The customer's screen shows it too"),
        (
            SideCardView(say("直接扫付款码也行", "直接掃付款碼也行", "Or scan their code"),
                         say("对准顾客手机上的付款码，这个收款码会先关闭，不会重复收。", "對準顧客手機上的付款碼，這個收款碼會先關閉，不會重複收。",
                             "Scan the payment code on their phone. This code closes first, so nobody pays twice."),
                         "scan-qr-code", CheckView("ok", say("扫码枪已就绪", "掃碼槍已就緒", "Scanner ready"))),
            SideCardView(say("顾客说付好了？", "顧客說付好了？", "They say it is paid?"),
                         say("点“查结果”，不要再收一次。", "點「查結果」，不要再收一次。", "Check first, do not charge again."),
                         control=control("tender.qr.query", say("查结果", "查結果", "Check"), icon="search-check")),
        ),
        control("tender.qr.close", say("关闭收款码", "關閉收款碼", "Close code")),
    ), small)


def tender_qr_small(language: str) -> TenderView:
    """The same on a small screen."""
    return tender_qr(language, small=True)


def tender_card(language: str, small: bool = False) -> TenderView:
    """A bank terminal that stands alone."""
    say = say_in(language)
    return _tender(language, "tender.card", CardPaneView(
        say("在银行卡终端上收款", "在銀行卡終端上收款", "Take it on the bank terminal"), "¥58.40",
        (say("在终端上输入这个金额", "在終端上輸入這個金額", "Type this amount on the terminal"),
         say("顾客插卡、挥卡或刷卡", "顧客插卡、感應或刷卡", "The customer taps, inserts or swipes"),
         say("终端打出签购单后，点下面", "終端印出簽帳單後，點下面", "When the terminal says approved, press below")),
        control("tender.card.confirm", say("终端已收 ¥58.40", "終端已收 ¥58.40", "Terminal took ¥58.40")),
        control("tender.card.cancel", say("没收成", "沒收成", "Not taken")),
        say("没成功就选别的方式，不会记账。", "沒成功就選別的方式，不會記帳。", "If it failed, choose another way; nothing is booked."),
    ), small)


def done(language: str) -> DoneView:
    """`till-done`."""
    say = say_in(language)
    return DoneView(
        status=status(say), title=say("收款完成", "收款完成", "Paid"),
        amount_label=say("找零 · 给 50 元 1 张", "找零 · 給 50 元 1 張", "Change: one 50 note"), amount="¥50.00",
        summary=say("实收 108.40 · 现金应收 58.40 · 礼品卡 50.00", "實收 108.40 · 現金應收 58.40 · 禮品卡 50.00",
                    "Received 108.40, cash due 58.40, gift card 50.00"),
        effects=(
            CheckView("ok", say("钱箱已打开，请关好", "錢箱已打開，請關好", "Drawer is open, please close it")),
            CheckView("ok", say("小票已打印", "小票已列印", "Receipt printed")),
            CheckView("bad", say("吧台单没打出来：缺纸", "吧台單沒印出來：缺紙", "Bar slip failed: out of paper"),
                      action=control("done.effect.2.retry", say("补打", "補印", "Retry"))),
            CheckView("ok", say("陈*怡 得 162 积分，余 2,522", "陳*怡 得 162 點，餘 2,522", "Chen *yi earned 162 points, has 2,522")),
        ),
        next=control("done.next", say("下一单", "下一單", "Next sale")), number_label=say("取餐号", "取餐號", "Order number"), number="A087",
        controls=(control("done.reprint", say("补打小票", "補印小票", "Reprint")), control("done.ereceipt", say("电子小票", "電子小票", "E-receipt"))),
        foot=say("直接扫下一件商品也可以", "直接掃下一件商品也可以", "Or just scan the next item"),
    )


def unknown(language: str) -> PaymentUnknownView:
    """`till-payment-unknown`."""
    say = say_in(language)

    def step(name: str, icon: str, text: tuple[str, str, str], detail: tuple[str, str, str]) -> ControlView:
        return control(name, say(*text), icon=icon, detail=say(*detail))

    return PaymentUnknownView(
        status=status(say, clock="10:43"), title=say("付款结果还没查到", "付款結果還沒查到", "Payment outcome unknown"),
        detail=say("顾客可能已经付了，先别再收一次", "顧客可能已經付了，先別再收一次", "They may have paid: do not charge again yet"),
        tender=say("微信付款码 · A087", "微信付款碼 · A087", "WeChat code, A087"), amount="¥58.40",
        next_label=say("下次查询", "下次查詢", "Next query"), next_in=say("4 秒", "4 秒", "4 s"), progress=0.87,
        events=(
            CheckView("ok", say("已向微信发起收款", "已向微信發起收款", "Asked WeChat to charge"), "10:42:07"),
            CheckView("warn", say("10 秒没有回音", "10 秒沒有回音", "No answer in 10 s"), "10:42:17"),
            CheckView("busy", say("第 1 次查询：微信处理中", "第 1 次查詢：微信處理中", "Query 1: WeChat is working"), "10:42:22"),
            CheckView("warn", say("第 2 次查询：网络超时", "第 2 次查詢：網路逾時", "Query 2: network timed out"), "10:42:37"),
            CheckView("busy", say("第 3 次查询：微信处理中", "第 3 次查詢：微信處理中", "Query 3: WeChat is working"), "10:43:02"),
        ),
        promise=say("会一直查到有结果，断电、重启后也接着查。", "會一直查到有結果，斷電、重啟後也接著查。", "We ask until we know, even after a restart."),
        steps_title=say("现在可以", "現在可以", "What you can do"),
        steps=(
            step("unknown.next", "user-round-plus", ("先接待下一位", "先接待下一位", "Serve the next one"),
                 ("这单挂着继续查，有结果会提示", "這單掛著繼續查，有結果會提示", "This one is held; you will be told")),
            step("unknown.query", "refresh-cw", ("现在就查", "現在就查", "Ask now"),
                 ("也可请顾客看手机账单", "也可請顧客看手機帳單", "Or look at the customer's phone")),
            step("unknown.reverse", "undo-2", ("撤销这笔，换方式付", "撤銷這筆，換方式付", "Reverse, pay another way"),
                 ("撤销成功后才能换，已扣的钱原路退回", "撤銷成功後才能換，已扣的錢原路退回", "Only once reversed; money goes back")),
            step("unknown.confirm", "user-round-check", ("店长确认已收到", "店長確認已收到", "Manager confirms"),
                 ("需店长 PIN，填微信单号，之后照样核对", "需店長 PIN，填微信單號，之後照樣核對", "Needs a PIN and WeChat's number")),
        ),
        notice=NoticeView("warn", "banknote-x", say("改收现金要先撤销。这样顾客不会付两次。", "改收現金要先撤銷。這樣顧客不會付兩次。",
                                                 "Reverse before taking cash, so nobody pays twice.")),
    )


def sign_in(language: str) -> SignInView:
    """`sign-in`."""
    say = say_in(language)

    def person(name: str, names: tuple[str, str, str], *rest: tuple[str, str, str], selected: bool = False) -> PersonView:
        text = say(*names)
        return PersonView(text[0], control(f"signin.{name}", text, selected=selected), tuple(say(*line) for line in rest))

    cashier, barista = ("收银员", "收銀員", "Cashier"), ("咖啡师", "咖啡師", "Barista")
    early, late = ("早班 08:00", "早班 08:00", "Morning 08:00"), ("晚班 15:30", "晚班 15:30", "Evening 15:30")
    return SignInView(
        status=status(say, signed_in=False, clock="07:56"), title=say("早上好", "早安", "Good morning"),
        detail=say("选你的名字，或刷员工卡", "選你的名字，或刷員工卡", "Pick your name, or tap your card"),
        people=(
            person("wang", ("王芳", "王芳", "Wang Fang"), cashier, early, selected=True),
            person("zhao", ("赵磊", "趙磊", "Zhao Lei"), cashier, early),
            person("li", ("李静", "李靜", "Li Jing"), ("店长", "店長", "Manager")),
            person("zhou", ("周敏", "周敏", "Zhou Min"), barista, late),
            person("wu", ("吴桐", "吳桐", "Wu Tong"), barista, late),
            PersonView("", control("signin.others", say("其他人", "其他人", "Someone else"))),
        ),
        languages=tuple(
            control(f"language.{code}", name, selected=code == language)
            for code, name in (("zh-Hans", "简体中文"), ("zh-Hant", "繁體中文"), ("en", "English"))
        ),
        pin_title=say("王芳", "王芳", "Wang Fang"), pin_detail=say("输入 6 位 PIN", "輸入 6 位 PIN", "Enter your 6 digits"),
        pin_length=6, pin_typed=3, keypad=KeypadView(clear=say("清空", "清空", "Clear")),
        foot=say("第 6 位输完自动进入 · 忘记 PIN 找店长", "第 6 位輸完自動進入 · 忘記 PIN 找店長", "Enters at the last digit. Forgot it? Ask the manager"),
        reader=say("读卡器已就绪，刷员工卡直接进", "讀卡機已就緒，刷員工卡直接進", "Card reader ready, a staff card is enough"),
    )


def customer(language: str) -> CustomerView:
    """`customer-display` with a code."""
    say = say_in(language)
    dot = ", " if language == "en" else " · "
    return CustomerView(
        kind="qr", shop=say("山隅咖啡", "山隅咖啡", "Shanyu Coffee"), member=say("陈*怡 · 金卡", "陳*怡 · 金卡", "Chen *yi, Gold"),
        lines=(
            CustomerLineView(say("拿铁", "拿鐵", "Latte"), "29.00",
                             dot.join((say("大杯", "大杯", "Large"), say("热", "熱", "hot"), say("少糖", "少糖", "less sugar"), say("燕麦奶", "燕麥奶", "oat milk")))),
            CustomerLineView(say("珍珠奶茶", "珍珠奶茶", "Pearl milk tea"), "27.00", "", say("第二杯半价", "第二杯半價", "2nd half"), "×2"),
            CustomerLineView(say("美式", "美式", "Americano"), "16.00", dot.join((say("中杯", "中杯", "Medium"), say("冰", "冰", "iced")))),
            CustomerLineView(say("黄油可颂", "奶油可頌", "Croissant"), "24.00", quantity="×2"),
            CustomerLineView(say("巧克力曲奇", "巧克力曲奇", "Chocolate cookie"), "12.00"),
            CustomerLineView(say("蔓越莓饼干", "蔓越莓餅乾", "Cranberry biscuits"), "11.00", "0.125 kg"),
            CustomerLineView(say("山泉水、环保纸袋", "山泉水、環保紙袋", "Water, paper bag"), "4.00", quantity="×2"),
        ),
        sums=(SumRowView(say("金卡 9.5 折", "金卡 9.5 折", "Gold −5%"), "−4.60", "ok"),
              SumRowView(say("每满 40 减 5，减 2 次", "每滿 40 減 5，減 2 次", "¥5 off every ¥40, twice"), "−10.00", "ok")),
        amount_label=say("请付", "請付", "To pay"), amount="¥108.40",
        saved=ChipView(say("已省 ¥23.60", "已省 ¥23.60", "Saved ¥23.60"), "ok", "tag"),
        qr=qr_view(QR_PAYLOAD), qr_title=say("**微信** 或 **支付宝** 扫一扫", "**微信** 或 **支付寶** 掃一掃", "Scan with **WeChat** or **Alipay**"),
        qr_detail=say("付款后得 162 积分", "付款後得 162 點", "Earns 162 points"),
    )


def customer_welcome(language: str) -> CustomerView:
    """Nobody is being served."""
    say = say_in(language)
    return CustomerView("welcome", say("山隅咖啡", "山隅咖啡", "Shanyu Coffee"), say("欢迎光临", "歡迎光臨", "Welcome"),
                        say("会员请出示会员码或刷卡", "會員請出示會員碼或刷卡", "Members, please show your code or card"))


def customer_done(language: str) -> CustomerView:
    """Change and thanks."""
    say = say_in(language)
    return CustomerView("done", say("山隅咖啡", "山隅咖啡", "Shanyu Coffee"), say("谢谢，欢迎再来", "謝謝，歡迎再來", "Thank you, see you again"),
                        say("取餐号 A087", "取餐號 A087", "Order number A087"), amount_label=say("找您", "找您", "Your change"), amount="¥50.00")


def options(language: str) -> tuple[SaleView, OptionsSheetView]:
    """The sheet of a latte's options over the sale."""
    say = say_in(language)

    def group(title: tuple[str, str, str], name: str, taken: int, *choices: tuple[str, str, str, str]) -> OptionGroupView:
        return OptionGroupView(say(*title), tuple(
            control(f"option.{name}.{n}", say(*choice[:3]), detail=choice[3], selected=n == taken)
            for n, choice in enumerate(choices)
        ))

    return sale(language), OptionsSheetView(
        title=say("拿铁", "拿鐵", "Latte"), detail=say("可换燕麦奶、脱脂奶", "可換燕麥奶、脫脂奶", "Oat or skimmed milk possible"), art="latte",
        groups=(
            group(("杯型", "杯型", "Size"), "size", 1, ("中杯", "中杯", "Medium", "355 ml"), ("大杯", "大杯", "Large", "+¥3")),
            group(("温度", "溫度", "Temperature"), "ice", 2, ("热", "熱", "Hot", ""), ("冰", "冰", "Iced", ""), ("少冰", "少冰", "Less ice", ""), ("去冰", "去冰", "No ice", "")),
            group(("糖度", "糖度", "Sugar"), "sugar", 3, ("标准", "標準", "Full", ""), ("七分", "七分", "70%", ""), ("五分", "五分", "50%", ""), ("三分", "三分", "30%", ""), ("不加", "不加", "None", "")),
            group(("奶", "奶", "Milk"), "milk", 2, ("全脂奶", "全脂奶", "Whole", ""), ("脱脂奶", "脫脂奶", "Skimmed", ""), ("燕麦奶", "燕麥奶", "Oat", "+¥4")),
        ),
        confirm=control("options.confirm", say("加入购物篮", "加入購物籃", "Add to basket")), amount="¥29.00",
        close=control("sheet.close", "", icon="x"), quantity_label=say("数量", "數量", "Quantity"), quantity="1",
        minus=control("options.minus", "", icon="minus"), plus=control("options.plus", "", icon="plus"),
    )


def open_price(language: str) -> tuple[SaleView, TypingSheetView]:
    """Sell by name at a typed price."""
    say = say_in(language)
    return sale(language), TypingSheetView(
        title=say("按名称卖", "按名稱賣", "Sell by name"),
        fields=(
            FieldView(say("名称", "名稱", "Name"), say("手工饼干", "手工餅乾", "Home-made biscuit"), control=control("open.name", "")),
            FieldView(say("单价", "單價", "Unit price"), "8.5", focused=True, control=control("open.price", "")),
        ),
        keypad=KeypadView(), close=control("sheet.close", "", icon="x"),
        confirm=control("open.confirm", say("加入 ¥8.50", "加入 ¥8.50", "Add ¥8.50")),
        detail=say("没有条码的商品，记录在案。", "沒有條碼的商品，記錄在案。", "For goods without a code; it is recorded."),
    )


def approval(language: str) -> tuple[SaleView, ApprovalSheetView]:
    """A refusal that a manager may override."""
    say = say_in(language)
    return sale(language), ApprovalSheetView(
        title=say("请店长确认", "請店長確認", "Manager, please"), reason=say("清空有 8 行商品的购物篮", "清空有 8 行商品的購物籃", "Clearing a basket of 8 lines"),
        who=say("店长刷卡，或输入 PIN", "店長刷卡，或輸入 PIN", "Tap a manager's card, or enter the PIN"),
        keypad=KeypadView(clear=say("清空", "清空", "Clear")), close=control("sheet.close", "", icon="x"), pin_typed=2,
        bad=say("PIN 不对，还能试 3 次", "PIN 不對，還能試 3 次", "Wrong PIN, 3 tries left"),
    )


def menu(language: str) -> tuple[SaleView, MenuSheetView, ToastView]:
    """Actions in a list, and a toast."""
    say = say_in(language)
    return sale(language), MenuSheetView(
        title=say("更多", "更多", "More"),
        controls=(control("sale.refund", say("退货", "退貨", "Refund"), icon="undo-2"), control("drawer.open", say("开钱箱", "開錢箱", "Open drawer"), icon="archive"),
                  control("sale.open_price", say("按名称卖", "按名稱賣", "Sell by name"), icon="pencil")),
        close=control("sheet.close", "", icon="x"),
    ), ToastView("t1", "ok", say("价格已更新 12 项", "價格已更新 12 項", "12 prices updated"))
