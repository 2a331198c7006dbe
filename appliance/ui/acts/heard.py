"""What HQ has answered, told where somebody waits for it."""

from appliance.checkout.asking import Heard
from appliance.ui.till import Till
from retail.catalogue import Member
from retail.errors import Refused


def heard(till: Till, answers: tuple[Heard, ...]) -> None:
    """Tell each answer; most are only seen in what the screen shows now."""
    for one in answers:
        if one.kind == "member.enrol":
            _enrolled(till, one)


def _enrolled(till: Till, one: Heard) -> None:
    if one.error:
        till.refuse(Refused("member.not_enrolled", why=one.error))
    elif isinstance(one.about, Member) and one.about.aliases:
        till.toast("accent", "toast.enrolled_known")
