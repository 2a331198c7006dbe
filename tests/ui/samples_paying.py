"""Views of paying, signing in and the customer's screen with the contents of the design's pictures."""

from samples_parts import Say, control, say_in, status

from appliance.ui.qr import qr_view
from appliance.ui.views import (
    CardPaneView,
    CashPaneView,
    CheckView,
    DoneView,
    KeypadView,
    MemberFootView,
    NoticeView,
    PaidView,
    PaymentUnknownView,
    QrPaneView,
    SideCardView,
    SumRowView,
    TenderView,
)
from appliance.ui.views.parts import ControlView

QR_PAYLOAD = (
    "00020101021226450011cn.tillbox.0124shanyu-jingan-0000000087520458145303156540558.405802CN"
    "5913SHANYU COFFEE"
    "6008SHANGHAI62190515A087-2026112201630489AF"
)


def _tabs(say: Say, selected: str) -> tuple[ControlView, ...]:
    rows = (
        ("tender.cash", "banknote", ("现金", "現金", "Cash"), ("", "", "")),
        (
            "tender.qr",
            "qr-code",
            ("收款码", "收款碼", "Show QR"),
            ("顾客扫我们", "顧客掃我們", "They scan us"),
        ),
        (
            "tender.code",
            "scan-qr-code",
            ("付款码", "付款碼", "Scan code"),
            ("我们扫顾客", "我們掃顧客", "We scan them"),
        ),
        (
            "tender.card",
            "credit-card",
            ("银行卡", "銀行卡", "Card"),
            ("终端已就绪", "終端已就緒", "Terminal ready"),
        ),
        (
            "tender.balance",
            "wallet",
            ("储值", "儲值", "Balance"),
            ("余 ¥268.50", "餘 ¥268.50", "¥268.50 left"),
        ),
        (
            "tender.points",
            "coins",
            ("积分", "積分", "Points"),
            ("2,360 分抵 ¥23.60", "2,360 點抵 ¥23.60", "2,360 worth ¥23.60"),
        ),
        ("tender.gift", "gift", ("礼品卡", "禮品卡", "Gift card"), ("", "", "")),
        (
            "tender.more",
            "ellipsis",
            ("更多", "更多", "More"),
            ("优惠券、外币、挂账", "優惠券、外幣、掛帳", "Coupons, credit"),
        ),
    )
    return tuple(
        control(name, say(*text), icon=icon, detail=say(*detail), selected=name == selected)
        for name, icon, text, detail in rows
    )


def _tender(
    language: str, selected: str, pane: CashPaneView | QrPaneView | CardPaneView, small: bool
) -> TenderView:
    say = say_in(language)
    bar = status(say)
    tabs = _tabs(say, selected)
    if small:
        bar = type(bar)(
            bar.shop,
            bar.place,
            bar.items,
            bar.clock,
            bar.operator,
            bar.shift,
            say("付款", "付款", "Payment"),
            say("A087 · 10 件", "A087 · 10 件", "A087, 10 items"),
        )
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
        paid=(
            PaidView(
                say("礼品卡 · 已付", "禮品卡 · 已付", "Gift card, paid"),
                say("尾号 4821", "尾號 4821", "Ends in 4821"),
                "−50.00",
                undo=control("tender.undo.1", "", icon="undo-2"),
            ),
        ),
        due_label=say("还要付", "還要付", "Still due"),
        due="¥58.40",
        tabs=tabs,
        pane=pane,
        part=control("tender.part", say("只付其中一部分", "只付其中一部分", "Pay only part"), icon="split"),
        member=MemberFootView(
            say("陈", "陳", "C"),
            say("**陈*怡** · 金卡", "**陳*怡** · 金卡", "**Chen *yi**, Gold"),
            say("付清后得 162 积分", "付清後得 162 點", "Earns 162 points"),
        ),
    )


def tender(language: str, small: bool = False) -> TenderView:
    """`till-tender`: cash."""
    say = say_in(language)

    def note(value: str, text: str, change: str) -> ControlView:
        return control(f"tender.note.{value}", text, detail=change)

    exact = say("正好 58.40", "剛好 58.40", "Exact 58.40")
    notes = (
        control("tender.exact", say("正好", "剛好", "Exact"), detail="58.40")
        if small
        else control("tender.exact", exact),
        note("60", "¥60", say("找 1.60", "找 1.60", "Change 1.60")),
        note("70", "¥70", say("找 11.60", "找 11.60", "Change 11.60")),
        note("100", "¥100", say("找 41.60", "找 41.60", "Change 41.60")),
    )
    return _tender(
        language,
        "tender.cash",
        CashPaneView(
            say("实收", "實收", "Received"),
            "¥108.40" if not small else "108.40",
            say("找零 · 给 50 元 1 张", "找零 · 給 50 元 1 張", "Change: one 50 note"),
            "¥50.00",
            say("点一下即收款", "點一下即收款", "Tap to complete"),
            notes,
            say("或输入实收金额", "或輸入實收金額", "Or type what was given"),
            KeypadView(),
            control(
                "tender.confirm", say("收 ¥108.40，开钱箱", "收 ¥108.40，開錢箱", "Take ¥108.40, open drawer")
            ),
        ),
        small,
    )


def tender_small(language: str) -> TenderView:
    """`till-tender-800x480`."""
    return tender(language, small=True)


def tender_qr(language: str, small: bool = False) -> TenderView:
    """`till-tender-qr`."""
    say = say_in(language)
    return _tender(
        language,
        "tender.qr",
        QrPaneView(
            say(
                "请顾客用 **微信** 或 **支付宝** 扫码",
                "請顧客用 **微信** 或 **支付寶** 掃碼",
                "Ask them to scan with **WeChat** or **Alipay**",
            ),
            "¥58.40",
            CheckView(
                "busy",
                say("等待付款，到账后自动完成", "等待付款，到帳後自動完成", "Waiting, completes by itself"),
            ),
            qr_view(QR_PAYLOAD),
            "1:47",
            0.89,
            say("客显屏正在显示同一个码", "客顯屏正在顯示同一個碼", "The customer's screen shows it too"),
            (
                SideCardView(
                    say("直接扫付款码也行", "直接掃付款碼也行", "Or scan their code"),
                    say(
                        "对准顾客手机上的付款码，这个收款码会先关闭，不会重复收。",
                        "對準顧客手機上的付款碼，這個收款碼會先關閉，不會重複收。",
                        "Scan the payment code on their phone. This code closes first, so nobody pays twice.",
                    ),
                    "scan-qr-code",
                    CheckView("ok", say("扫码枪已就绪", "掃碼槍已就緒", "Scanner ready")),
                ),
                SideCardView(
                    say("顾客说付好了？", "顧客說付好了？", "They say it is paid?"),
                    say(
                        "点“查结果”，不要再收一次。",
                        "點「查結果」，不要再收一次。",
                        "Check first, do not charge again.",
                    ),
                    control=control("tender.qr.query", say("查结果", "查結果", "Check"), icon="search-check"),
                ),
            ),
            control("tender.qr.close", say("关闭收款码", "關閉收款碼", "Close code")),
        ),
        small,
    )


def tender_qr_small(language: str) -> TenderView:
    """The same on a small screen."""
    return tender_qr(language, small=True)


def tender_card(language: str, small: bool = False) -> TenderView:
    """A bank terminal that stands alone."""
    say = say_in(language)
    return _tender(
        language,
        "tender.card",
        CardPaneView(
            say("在银行卡终端上收款", "在銀行卡終端上收款", "Take it on the bank terminal"),
            "¥58.40",
            (
                say("在终端上输入这个金额", "在終端上輸入這個金額", "Type this amount on the terminal"),
                say("顾客插卡、挥卡或刷卡", "顧客插卡、感應或刷卡", "The customer taps, inserts or swipes"),
                say(
                    "终端打出签购单后，点下面",
                    "終端印出簽帳單後，點下面",
                    "When the terminal says approved, press below",
                ),
            ),
            control("tender.card.confirm", say("终端已收 ¥58.40", "終端已收 ¥58.40", "Terminal took ¥58.40")),
            control("tender.card.cancel", say("没收成", "沒收成", "Not taken")),
            say(
                "没成功就选别的方式，不会记账。",
                "沒成功就選別的方式，不會記帳。",
                "If it failed, choose another way; nothing is booked.",
            ),
        ),
        small,
    )


def tender_card_small(language: str) -> TenderView:
    """The same on a small screen."""
    return tender_card(language, small=True)


def done(language: str) -> DoneView:
    """`till-done`."""
    say = say_in(language)
    return DoneView(
        status=status(say),
        title=say("收款完成", "收款完成", "Paid"),
        amount_label=say("找零 · 给 50 元 1 张", "找零 · 給 50 元 1 張", "Change: one 50 note"),
        amount="¥50.00",
        summary=say(
            "实收 108.40 · 现金应收 58.40 · 礼品卡 50.00",
            "實收 108.40 · 現金應收 58.40 · 禮品卡 50.00",
            "Received 108.40, cash due 58.40, gift card 50.00",
        ),
        effects=(
            CheckView(
                "ok", say("钱箱已打开，请关好", "錢箱已打開，請關好", "Drawer is open, please close it")
            ),
            CheckView("ok", say("小票已打印", "小票已列印", "Receipt printed")),
            CheckView(
                "bad",
                say("吧台单没打出来：缺纸", "吧台單沒印出來：缺紙", "Bar slip failed: out of paper"),
                action=control("done.effect.2.retry", say("补打", "補印", "Retry")),
            ),
            CheckView(
                "ok",
                say(
                    "陈*怡 得 162 积分，余 2,522",
                    "陳*怡 得 162 點，餘 2,522",
                    "Chen *yi earned 162 points, has 2,522",
                ),
            ),
        ),
        next=control("done.next", say("下一单", "下一單", "Next sale")),
        number_label=say("取餐号", "取餐號", "Order number"),
        number="A087",
        controls=(
            control("done.reprint", say("补打小票", "補印小票", "Reprint")),
            control("done.ereceipt", say("电子小票", "電子小票", "E-receipt")),
        ),
        foot=say("直接扫下一件商品也可以", "直接掃下一件商品也可以", "Or just scan the next item"),
    )


def unknown(language: str) -> PaymentUnknownView:
    """`till-payment-unknown`."""
    say = say_in(language)

    def step(name: str, icon: str, text: tuple[str, str, str], detail: tuple[str, str, str]) -> ControlView:
        return control(name, say(*text), icon=icon, detail=say(*detail))

    return PaymentUnknownView(
        status=status(say, clock="10:43"),
        title=say("付款结果还没查到", "付款結果還沒查到", "Payment outcome unknown"),
        detail=say(
            "顾客可能已经付了，先别再收一次",
            "顧客可能已經付了，先別再收一次",
            "They may have paid: do not charge again yet",
        ),
        tender=say("微信付款码 · A087", "微信付款碼 · A087", "WeChat code, A087"),
        amount="¥58.40",
        next_label=say("下次查询", "下次查詢", "Next query"),
        next_in=say("4 秒", "4 秒", "4 s"),
        progress=0.87,
        events=(
            CheckView(
                "ok", say("已向微信发起收款", "已向微信發起收款", "Asked WeChat to charge"), "10:42:07"
            ),
            CheckView("warn", say("10 秒没有回音", "10 秒沒有回音", "No answer in 10 s"), "10:42:17"),
            CheckView(
                "busy",
                say("第 1 次查询：微信处理中", "第 1 次查詢：微信處理中", "Query 1: WeChat is working"),
                "10:42:22",
            ),
            CheckView(
                "warn",
                say("第 2 次查询：网络超时", "第 2 次查詢：網路逾時", "Query 2: network timed out"),
                "10:42:37",
            ),
            CheckView(
                "busy",
                say("第 3 次查询：微信处理中", "第 3 次查詢：微信處理中", "Query 3: WeChat is working"),
                "10:43:02",
            ),
        ),
        promise=say(
            "会一直查到有结果，断电、重启后也接着查。",
            "會一直查到有結果，斷電、重啟後也接著查。",
            "We ask until we know, even after a restart.",
        ),
        steps_title=say("现在可以", "現在可以", "What you can do"),
        steps=(
            step(
                "unknown.next",
                "user-round-plus",
                ("先接待下一位", "先接待下一位", "Serve the next one"),
                (
                    "这单挂着继续查，有结果会提示",
                    "這單掛著繼續查，有結果會提示",
                    "This one is held; you will be told",
                ),
            ),
            step(
                "unknown.query",
                "refresh-cw",
                ("现在就查", "現在就查", "Ask now"),
                ("也可请顾客看手机账单", "也可請顧客看手機帳單", "Or look at the customer's phone"),
            ),
            step(
                "unknown.reverse",
                "undo-2",
                ("撤销这笔，换方式付", "撤銷這筆，換方式付", "Reverse, pay another way"),
                (
                    "撤销成功后才能换，已扣的钱原路退回",
                    "撤銷成功後才能換，已扣的錢原路退回",
                    "Only once reversed; money goes back",
                ),
            ),
            step(
                "unknown.confirm",
                "user-round-check",
                ("店长确认已收到", "店長確認已收到", "Manager confirms"),
                (
                    "需店长 PIN，填微信单号，之后照样核对",
                    "需店長 PIN，填微信單號，之後照樣核對",
                    "Needs a PIN and WeChat's number",
                ),
            ),
        ),
        notice=NoticeView(
            "warn",
            "banknote-x",
            say(
                "改收现金要先撤销。这样顾客不会付两次。",
                "改收現金要先撤銷。這樣顧客不會付兩次。",
                "Reverse before taking cash, so nobody pays twice.",
            ),
        ),
    )
