"""Nobody knows yet whether it was paid: what happened, when we ask again, what may be done."""

from datetime import timedelta

from appliance.checkout.attempt import QUERY_EVERY_MS, AttemptNote, PaymentAttempt
from appliance.ui.presenters.notices import trouble_notice
from appliance.ui.presenters.say import Say
from appliance.ui.presenters.status import status_bar
from appliance.ui.state import TillState
from appliance.ui.views.parts import CheckView, NoticeView
from appliance.ui.views.paying import PaymentUnknownView

NOTES_SHOWN = 6


def view(state: TillState, say: Say) -> PaymentUnknownView:
    """The whole screen. The state holds a basket whose payment is unknown or being reversed."""
    basket = state.desk.basket
    assert basket is not None and basket.attempt is not None  # the composer looks before it asks
    attempt = basket.attempt
    left_ms = max(0, attempt.next_query_ms - state.now_ms)
    reversing = attempt.state == "cancelling"
    notice = NoticeView("warn", "banknote-x", say.tr("unknown.no_cash"), (say.tr("unknown.no_cash.why"),))
    return PaymentUnknownView(
        status=status_bar(state, say),
        title=say.tr("unknown.title"),
        detail=say.tr("unknown.detail"),
        tender=say.join(say.tr("tender.qr"), basket.order_number),
        amount=say.price(attempt.amount_minor),
        next_label=say.tr("unknown.next"),
        next_in=say.tr("unknown.seconds", count=-(-left_ms // 1000)),
        progress=1.0 - min(1.0, left_ms / _wait_ms(attempt)),
        events=tuple(_event(state, say, note) for note in attempt.notes[-NOTES_SHOWN:]),
        promise=say.tr("unknown.promise"),
        steps_title=say.tr("unknown.steps"),
        steps=(
            say.control(
                "unknown.suspend",
                say.tr("unknown.suspend"),
                "basket.hold",
                detail=say.tr("unknown.suspend.hint"),
                icon="user-plus",
            ),
            say.control(
                "unknown.query",
                say.tr("unknown.query"),
                "qr.query",
                detail=say.tr("unknown.query.hint"),
                icon="refresh-cw",
            ),
            say.control(
                "unknown.reverse",
                say.tr("unknown.reversing") if reversing else say.tr("unknown.reverse"),
                "qr.close",
                detail=say.tr("unknown.reverse.hint"),
                icon="undo-2",
                busy=reversing,
            ),
            say.control(
                "unknown.confirm",
                say.tr("unknown.confirm"),
                "unknown.confirm",
                detail=say.tr("unknown.confirm.hint"),
                icon="user-check",
            ),
        ),
        notice=trouble_notice(state.trouble, say) if state.trouble is not None else notice,
    )


def _wait_ms(attempt: PaymentAttempt) -> int:
    return QUERY_EVERY_MS[min(max(attempt.queries - 1, 0), len(QUERY_EVERY_MS) - 1)]


def _event(state: TillState, say: Say, note: AttemptNote) -> CheckView:
    at = state.now - timedelta(milliseconds=state.now_ms - note.unix_ms)
    clock = at.strftime("%H:%M:%S")
    if note.what == "asked":
        return CheckView("ok", say.tr("unknown.event.asked"), clock)
    if note.what == "silent":
        return CheckView("warn", say.tr("unknown.event.silent"), clock)
    if note.what == "answered":
        return CheckView("ok", say.tr("unknown.event.answered"), clock)
    return CheckView("busy", say.tr("unknown.event.queried", number=note.count), clock)
