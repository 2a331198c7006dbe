"""A till whose members, keys and rules of points HQ has pushed; and what tests ask of it."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from appliance.store.engine import read_key
from appliance.ui.sheets import EnrolSheet, TypingSheet
from appliance.ui.views import MemberView, SaleView
from retail.catalogue import HeldCoupon, Member
from retail.ledger.earning import PointsRules
from retail.members.pushed import CardKey, SealingKey
from retail.members.record import member_number
from retail.secrets import card_hash, number_hash, phone_hash
from tests.support import desk as support
from tests.ui.brain import CARD, PHONE, Brain, new_brain

NEW_CARD, NEW_PHONE = "04AA00AA", "13712345678"
NUMBER = member_number(42, "M")
SIGNING = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
SEALING = X25519PrivateKey.from_private_bytes(b"x" * 32)


def base64_of(raw: bytes) -> str:
    import base64

    return base64.b64encode(raw).decode()


def key_of(home: support.Home) -> bytes:
    return bytes.fromhex(read_key(home.lookup_key))


def members_of(home: support.Home) -> tuple[Member, ...]:
    key = key_of(home)
    return (
        Member(
            id="m1",
            names=support.named("C*"),
            phone_masked="138****6207",
            phone_hash=phone_hash(key, PHONE),
            number_hash=number_hash(key, NUMBER),
            card_hashes=(card_hash(key, CARD),),
            tier="gold",
            points=2360,
            value_minor=26850,
            birth_month=8,
            coupons=(HeldCoupon(id="c1", kind="k", promotion="p", names=support.named("off")),),
            aliases=("m1-before",),
        ),
        Member(id="m2", names=support.named("L*"), phone_masked="139****6207", tier="gold"),
        Member(id="m3", names=support.named("F*"), phone_masked="136****1111", state="frozen"),
    )


def new_shop(folder: Path) -> Brain:
    """A till that somebody has signed in to, after HQ's pushes."""
    brain = new_brain(folder)
    support.push(
        brain.home,
        "members",
        2,
        3,
        (*members_of(brain.home), support.Tier(id="gold", names={}, discount_bp=500)),
    )
    public = base64_of(SIGNING.public_key().public_bytes_raw())
    sealing = base64_of(SEALING.public_key().public_bytes_raw())
    support.push(
        brain.home,
        "benefits",
        1,
        2,
        (CardKey(id="k1", public=public), SealingKey(id="s1", public=sealing), PointsRules(id="points")),
    )
    brain.sign_in()
    return brain


def at_the_till(brain: Brain) -> str:
    basket = brain.desk_now.basket
    return basket.member.member_id if basket and basket.member else ""


def trouble(brain: Brain) -> str:
    sheet = brain.state.sheet
    inside = sheet.trouble if isinstance(sheet, TypingSheet | EnrolSheet) else ""
    return inside or (brain.state.trouble.code if brain.state.trouble else "")


def find(brain: Brain, typed: str) -> None:
    brain.touch("member.phone")
    for sign in typed:
        brain.do(
            "keypad.key" if sign.isdigit() else "keyboard.text", **{"key" if sign.isdigit() else "text": sign}
        )
    brain.touch("sheet.confirm")


def panel(brain: Brain) -> MemberView:
    screen = brain.presented().screen
    assert isinstance(screen, SaleView) and isinstance(screen.member, MemberView)
    return screen.member
