"""A member's virtual card: a link nobody can guess, behind it a token that lives for a minute.

The link's key follows from the member's own key, so nothing more is kept, and who is erased has no card.
"""

import base64
import hashlib
import hmac
import os

from sqlalchemy import Connection, select, update

from hq.members import records, vault
from hq.members.keys import Keys
from hq.tables import member
from retail.errors import Refused
from retail.members.card_token import LIFE_S, sign_card
from retail.members.record import MemberRecord

LINK_KEY_BYTES = 16
JTI_BYTES = 16


def link(connection: Connection, keys: Keys, member_id: str) -> str:
    """The card's address below HQ's: ``/card/<member>/<key>``."""
    record = records.living(connection, keys, member_id)
    return f"/card/{record.id}/{_key(connection, keys, record.id)}"


def new_link(connection: Connection, keys: Keys, member_id: str) -> str:
    """Another address; the old one, on a phone that was lost, opens nothing any more."""
    record = records.living(connection, keys, member_id)
    connection.execute(
        update(member).where(member.c.member_id == record.id).values(card_link=member.c.card_link + 1)
    )
    return link(connection, keys, record.id)


def opened(connection: Connection, keys: Keys, member_id: str, key: str) -> MemberRecord:
    """Whose card an address shows; `Refused` ``card.unknown_link``, which does not say what is wrong."""
    record = records.load(connection, keys, [member_id]).get(member_id)
    if record is None or record.state not in records.LIVING:
        raise Refused("card.unknown_link")
    if not hmac.compare_digest(_key(connection, keys, member_id).encode(), key.encode()):
        raise Refused("card.unknown_link")
    return record


def token(keys: Keys, record: MemberRecord, now_ms: int) -> str:
    """What the QR code says from now on, for a minute."""
    jti = os.urandom(JTI_BYTES).hex()
    return sign_card(keys.card, keys.card_kid, record.chain, record.id, jti, now_ms // 1000, LIFE_S)


def _key(connection: Connection, keys: Keys, member_id: str) -> str:
    own = vault.keys_of(connection, keys, [member_id])[member_id]
    count = connection.execute(select(member.c.card_link).where(member.c.member_id == member_id)).scalar_one()
    made = hmac.new(own, f"card link {count}".encode(), hashlib.sha256).digest()[:LINK_KEY_BYTES]
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()
