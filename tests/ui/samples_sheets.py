"""Sheets over a sale, and a toast."""

from samples import sale
from samples_parts import control, say_in

from appliance.ui.views import (
    ApprovalSheetView,
    FieldView,
    KeypadView,
    MenuSheetView,
    OptionGroupView,
    OptionsSheetView,
    SaleView,
    ToastView,
    TypingSheetView,
)


def options(language: str) -> tuple[SaleView, OptionsSheetView]:
    """The sheet of a latte's options over the sale."""
    say = say_in(language)

    def group(
        title: tuple[str, str, str], name: str, taken: int, *choices: tuple[str, str, str, str]
    ) -> OptionGroupView:
        return OptionGroupView(
            say(*title),
            tuple(
                control(f"option.{name}.{n}", say(*choice[:3]), detail=choice[3], selected=n == taken)
                for n, choice in enumerate(choices)
            ),
        )

    return sale(language), OptionsSheetView(
        title=say("拿铁", "拿鐵", "Latte"),
        detail=say("可换燕麦奶、脱脂奶", "可換燕麥奶、脫脂奶", "Oat or skimmed milk possible"),
        art="latte",
        groups=(
            group(
                ("杯型", "杯型", "Size"),
                "size",
                1,
                ("中杯", "中杯", "Medium", "355 ml"),
                ("大杯", "大杯", "Large", "+¥3"),
            ),
            group(
                ("温度", "溫度", "Temperature"),
                "ice",
                2,
                ("热", "熱", "Hot", ""),
                ("冰", "冰", "Iced", ""),
                ("少冰", "少冰", "Less ice", ""),
                ("去冰", "去冰", "No ice", ""),
            ),
            group(
                ("糖度", "糖度", "Sugar"),
                "sugar",
                3,
                ("标准", "標準", "Full", ""),
                ("七分", "七分", "70%", ""),
                ("五分", "五分", "50%", ""),
                ("三分", "三分", "30%", ""),
                ("不加", "不加", "None", ""),
            ),
            group(
                ("奶", "奶", "Milk"),
                "milk",
                2,
                ("全脂奶", "全脂奶", "Whole", ""),
                ("脱脂奶", "脫脂奶", "Skimmed", ""),
                ("燕麦奶", "燕麥奶", "Oat", "+¥4"),
            ),
        ),
        confirm=control("options.confirm", say("加入购物篮", "加入購物籃", "Add to basket")),
        amount="¥29.00",
        close=control("sheet.close", "", icon="x"),
        quantity_label=say("数量", "數量", "Quantity"),
        quantity="1",
        minus=control("options.minus", "", icon="minus"),
        plus=control("options.plus", "", icon="plus"),
    )


def open_price(language: str) -> tuple[SaleView, TypingSheetView]:
    """Sell by name at a typed price."""
    say = say_in(language)
    return sale(language), TypingSheetView(
        title=say("按名称卖", "按名稱賣", "Sell by name"),
        fields=(
            FieldView(
                say("名称", "名稱", "Name"),
                say("手工饼干", "手工餅乾", "Home-made biscuit"),
                control=control("open.name", ""),
            ),
            FieldView(
                say("单价", "單價", "Unit price"), "8.5", focused=True, control=control("open.price", "")
            ),
        ),
        keypad=KeypadView(),
        close=control("sheet.close", "", icon="x"),
        confirm=control("open.confirm", say("加入 ¥8.50", "加入 ¥8.50", "Add ¥8.50")),
        detail=say(
            "没有条码的商品，记录在案。",
            "沒有條碼的商品，記錄在案。",
            "For goods without a code; it is recorded.",
        ),
    )


def approval(language: str) -> tuple[SaleView, ApprovalSheetView]:
    """A refusal that a manager may override."""
    say = say_in(language)
    return sale(language), ApprovalSheetView(
        title=say("请店长确认", "請店長確認", "Manager, please"),
        reason=say("清空有 8 行商品的购物篮", "清空有 8 行商品的購物籃", "Clearing a basket of 8 lines"),
        who=say("店长刷卡，或输入 PIN", "店長刷卡，或輸入 PIN", "Tap a manager's card, or enter the PIN"),
        keypad=KeypadView(clear=say("清空", "清空", "Clear")),
        close=control("sheet.close", "", icon="x"),
        pin_typed=2,
        bad=say("PIN 不对，还能试 3 次", "PIN 不對，還能試 3 次", "Wrong PIN, 3 tries left"),
    )


def menu(language: str) -> tuple[SaleView, MenuSheetView, ToastView]:
    """Actions in a list, and a toast."""
    say = say_in(language)
    return (
        sale(language),
        MenuSheetView(
            title=say("更多", "更多", "More"),
            controls=(
                control("sale.refund", say("退货", "退貨", "Refund"), icon="undo-2"),
                control("drawer.open", say("开钱箱", "開錢箱", "Open drawer"), icon="archive"),
                control("sale.open_price", say("按名称卖", "按名稱賣", "Sell by name"), icon="pencil"),
            ),
            close=control("sheet.close", "", icon="x"),
        ),
        ToastView("t1", "ok", say("价格已更新 12 项", "價格已更新 12 項", "12 prices updated")),
    )
