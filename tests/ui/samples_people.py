"""Views of signing in and of the customer's screen with the contents of the pictures."""

from samples_parts import control, say_in, status
from samples_paying import QR_PAYLOAD

from appliance.ui.qr import qr_view
from appliance.ui.views import (
    ChipView,
    CustomerLineView,
    CustomerView,
    KeypadView,
    PersonView,
    SignInView,
    SumRowView,
)


def sign_in(language: str) -> SignInView:
    """`sign-in`."""
    say = say_in(language)

    def person(
        name: str, names: tuple[str, str, str], *rest: tuple[str, str, str], selected: bool = False
    ) -> PersonView:
        text = say(*names)
        return PersonView(
            text[0], control(f"signin.{name}", text, selected=selected), tuple(say(*line) for line in rest)
        )

    cashier, barista = ("收银员", "收銀員", "Cashier"), ("咖啡师", "咖啡師", "Barista")
    early, late = ("早班 08:00", "早班 08:00", "Morning 08:00"), ("晚班 15:30", "晚班 15:30", "Evening 15:30")
    return SignInView(
        status=status(say, signed_in=False, clock="07:56"),
        title=say("早上好", "早安", "Good morning"),
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
        pin_title=say("王芳", "王芳", "Wang Fang"),
        pin_detail=say("输入 6 位 PIN", "輸入 6 位 PIN", "Enter your 6 digits"),
        pin_length=6,
        pin_typed=3,
        keypad=KeypadView(clear=say("清空", "清空", "Clear")),
        foot=say(
            "第 6 位输完自动进入 · 忘记 PIN 找店长",
            "第 6 位輸完自動進入 · 忘記 PIN 找店長",
            "Enters at the last digit. Forgot it? Ask the manager",
        ),
        reader=say(
            "读卡器已就绪，刷员工卡直接进",
            "讀卡機已就緒，刷員工卡直接進",
            "Card reader ready, a staff card is enough",
        ),
    )


def customer(language: str) -> CustomerView:
    """`customer-display` with a code."""
    say = say_in(language)
    dot = ", " if language == "en" else " · "
    return CustomerView(
        kind="qr",
        shop=say("山隅咖啡", "山隅咖啡", "Shanyu Coffee"),
        member=say("陈*怡 · 金卡", "陳*怡 · 金卡", "Chen *yi, Gold"),
        lines=(
            CustomerLineView(
                say("拿铁", "拿鐵", "Latte"),
                "29.00",
                dot.join(
                    (
                        say("大杯", "大杯", "Large"),
                        say("热", "熱", "hot"),
                        say("少糖", "少糖", "less sugar"),
                        say("燕麦奶", "燕麥奶", "oat milk"),
                    )
                ),
            ),
            CustomerLineView(
                say("珍珠奶茶", "珍珠奶茶", "Pearl milk tea"),
                "27.00",
                "",
                say("第二杯半价", "第二杯半價", "2nd half"),
                "×2",
            ),
            CustomerLineView(
                say("美式", "美式", "Americano"),
                "16.00",
                dot.join((say("中杯", "中杯", "Medium"), say("冰", "冰", "iced"))),
            ),
            CustomerLineView(say("黄油可颂", "奶油可頌", "Croissant"), "24.00", quantity="×2"),
            CustomerLineView(say("巧克力曲奇", "巧克力曲奇", "Chocolate cookie"), "12.00"),
            CustomerLineView(say("蔓越莓饼干", "蔓越莓餅乾", "Cranberry biscuits"), "11.00", "0.125 kg"),
            CustomerLineView(
                say("山泉水、环保纸袋", "山泉水、環保紙袋", "Water, paper bag"), "4.00", quantity="×2"
            ),
        ),
        sums=(
            SumRowView(say("金卡 9.5 折", "金卡 9.5 折", "Gold −5%"), "−4.60", "ok"),
            SumRowView(
                say("每满 40 减 5，减 2 次", "每滿 40 減 5，減 2 次", "¥5 off every ¥40, twice"),
                "−10.00",
                "ok",
            ),
        ),
        amount_label=say("请付", "請付", "To pay"),
        amount="¥108.40",
        saved=ChipView(say("已省 ¥23.60", "已省 ¥23.60", "Saved ¥23.60"), "ok", "tag"),
        qr=qr_view(QR_PAYLOAD),
        qr_title=say(
            "**微信** 或 **支付宝** 扫一扫",
            "**微信** 或 **支付寶** 掃一掃",
            "Scan with **WeChat** or **Alipay**",
        ),
        qr_detail=say("付款后得 162 积分", "付款後得 162 點", "Earns 162 points"),
    )


def customer_welcome(language: str) -> CustomerView:
    """Nobody is being served."""
    say = say_in(language)
    return CustomerView(
        "welcome",
        say("山隅咖啡", "山隅咖啡", "Shanyu Coffee"),
        say("欢迎光临", "歡迎光臨", "Welcome"),
        say("会员请出示会员码或刷卡", "會員請出示會員碼或刷卡", "Members, please show your code or card"),
    )


def customer_done(language: str) -> CustomerView:
    """Change and thanks."""
    say = say_in(language)
    return CustomerView(
        "done",
        say("山隅咖啡", "山隅咖啡", "Shanyu Coffee"),
        say("谢谢，欢迎再来", "謝謝，歡迎再來", "Thank you, see you again"),
        say("取餐号 A087", "取餐號 A087", "Order number A087"),
        amount_label=say("找您", "找您", "Your change"),
        amount="¥50.00",
    )
