"""What tills are told about members' benefits besides the rules themselves: documents only."""

from retail.catalogue import Document, Names


class GiftCardKind(Document, frozen=True, kw_only=True, tag="gift_card_kind"):
    """A gift card on sale: what it costs, what it is worth, how long (`days`; None is for ever).

    A card's id is the keyed hash of the number on it (`retail.secrets`); the number itself is the
    bearer's secret.
    """

    names: Names
    price_minor: int
    value_minor: int
    currency: str = "CNY"
    days: int | None = None


class SealingKey(Document, frozen=True, kw_only=True, tag="sealing_key"):
    """HQ's public key (X25519, base64) to which tills seal what only HQ may read: phones, names, notes."""

    public: str


class CardKey(Document, frozen=True, kw_only=True, tag="card_key"):
    """A public key (Ed25519, base64) with which tills check virtual cards; `id` is the token's `kid`."""

    public: str
