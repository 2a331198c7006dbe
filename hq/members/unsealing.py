"""Reading what tills seal to HQ."""

import msgspec

from hq.members.keys import Keys
from retail.errors import ContractError, Refused
from retail.members.sealing import unseal
from retail.messages.asking import Personal


def read_sealed(keys: Keys, kid: str, sealed: str) -> Personal:
    """What a till sealed to HQ."""
    if kid != keys.sealing_kid:
        raise Refused("sealing_key.unknown", kid=kid[:40])
    try:
        return msgspec.json.decode(unseal(keys.sealing, sealed), type=Personal)
    except (ContractError, msgspec.MsgspecError):
        raise Refused("sealed.unreadable") from None
