"""How a phone number is written for people: as they say it at home."""

from retail.members.phone import COUNTRY


def written_phone(phone: str) -> str:
    """``13812346207``, ``02112345678``; of another country as it is, ``+1 ...``."""
    if not phone.startswith(f"+{COUNTRY}"):
        return phone
    national = phone[len(COUNTRY) + 1 :]
    return national if national.startswith("1") and len(national) == 11 else f"0{national}"
