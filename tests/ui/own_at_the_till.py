"""A till with members, cards and rules of our own money, and a HQ that answers when it is asked to."""

from pathlib import Path

import msgspec

from appliance.store.engine import read_key
from appliance.ui.acts import people
from retail.secrets import card_hash, gift_card_hash, phone_hash
from tests.support import desk as support
from tests.support.own import CARD, MEMBER, documents
from tests.support.own_hq import OwnHq
from tests.ui.brain import CARD as MEMBER_CARD
from tests.ui.brain import PHONE, Brain

ON_CARD = 5_000


def new_shop(tmp_path: Path) -> tuple[Brain, OwnHq]:
    home = support.new_home(tmp_path, documents())
    key = bytes.fromhex(read_key(home.lookup_key))
    for document in documents():
        if isinstance(document, support.Member):
            known = msgspec.structs.replace(
                document, card_hashes=(card_hash(key, MEMBER_CARD),), phone_hash=phone_hash(key, PHONE)
            )
            support.push(home, "members", 1, 2, (known,))
    held = {
        f"stored_value/{MEMBER}": 26_850,
        f"points/{MEMBER}": 2_360,
        f"gift_card/{gift_card_hash(key, CARD)}": ON_CARD,
    }
    till = Brain(home)
    till.sign_in()
    return till, OwnHq(home, held=held)


def by_card(till: Brain) -> None:
    people.card(till.till, MEMBER_CARD)


def hq_answers(till: Brain, hq: OwnHq) -> None:
    hq.answer_all(till.trade)
    till.follow()


def trouble(till: Brain) -> str:
    return till.state.trouble.code if till.state.trouble else ""
