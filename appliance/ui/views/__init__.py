"""Views: what each screen shows, as frozen data. Presenters make them, screens draw them.

Imports neither Kivy nor anything of the trade.
"""

from appliance.ui.views.parts import (
    CheckView,
    ChipView,
    ControlView,
    Intent,
    KeyboardView,
    KeypadView,
    NoticeView,
    QrView,
    StatusBarView,
    StatusItemView,
    SumRowView,
    ToastView,
    Tone,
)
from appliance.ui.views.paying import (
    CardPaneView,
    CashPaneView,
    DoneView,
    MemberFootView,
    PaidView,
    PaymentUnknownView,
    QrPaneView,
    SideCardView,
    TenderView,
)
from appliance.ui.views.people import CustomerLineView, CustomerView, PersonView, SignInView
from appliance.ui.views.sale import (
    BasketView,
    BenefitView,
    EmptyView,
    FactView,
    GoodsView,
    HintView,
    LastSaleView,
    LineView,
    MemberView,
    NoMemberView,
    PayView,
    PromotionRowView,
    SaleView,
    SearchView,
    TileView,
    TotalsView,
)
from appliance.ui.views.sheets import (
    ApprovalSheetView,
    FieldView,
    MenuSheetView,
    OptionGroupView,
    OptionsSheetView,
    SheetView,
    TypingSheetView,
)

ScreenView = SignInView | SaleView | TenderView | DoneView | PaymentUnknownView | CustomerView

__all__ = [
    "ApprovalSheetView", "BasketView", "BenefitView", "CardPaneView", "CashPaneView", "CheckView", "ChipView",
    "ControlView", "CustomerLineView", "CustomerView", "DoneView", "EmptyView", "FactView", "FieldView",
    "GoodsView", "HintView", "Intent", "KeyboardView", "KeypadView", "LastSaleView", "LineView",
    "MemberFootView", "MemberView", "MenuSheetView", "NoMemberView", "NoticeView", "OptionGroupView",
    "OptionsSheetView", "PaidView", "PayView", "PaymentUnknownView", "PersonView", "PromotionRowView",
    "QrPaneView", "QrView", "SaleView", "ScreenView", "SearchView", "SheetView", "SideCardView", "SignInView",
    "StatusBarView", "StatusItemView", "SumRowView", "TenderView", "TileView", "ToastView", "Tone",
    "TotalsView", "TypingSheetView",
]
