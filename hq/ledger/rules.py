"""The shop's rules and kinds as the stream ``benefits`` has them now."""

from typing import TypeVar

import msgspec
from sqlalchemy import Connection

from hq import catalogue
from retail.catalogue import Document
from retail.ledger.earning import PointsRules
from retail.ledger.value_rules import ValueRules
from retail.members.tiers import TierRules
from retail.money import AMOUNT_MINOR_MAX

D = TypeVar("D", bound=Document)


def document(connection: Connection, kind: type[D], document_id: str) -> D | None:
    """A document that is not gone."""
    found = catalogue.document_of(connection, kind, document_id)
    return found if isinstance(found, kind) else None


def all_of(connection: Connection, kind: type[D]) -> list[D]:
    """All documents of a kind, by id."""
    return [item.document for item in catalogue.held(connection, kind) if isinstance(item.document, kind)]


def value_rules(connection: Connection, currency: str) -> ValueRules | None:
    """How stored value works in a currency; None: the shop has none in it."""
    return next((rules for rules in all_of(connection, ValueRules) if rules.currency == currency), None)


def booking_rules(connection: Connection, currency: str) -> ValueRules:
    """The same for what has happened already: limits say what may be sold, not what may be booked."""
    rules = value_rules(connection, currency) or ValueRules(id="value", currency=currency)
    return msgspec.structs.replace(
        rules, paid_min_minor=1, paid_max_minor=AMOUNT_MINOR_MAX, balance_max_minor=AMOUNT_MINOR_MAX
    )


def points_rules(connection: Connection) -> PointsRules | None:
    """The shop's rules of points; None: it gives none."""
    return next(iter(all_of(connection, PointsRules)), None)


def tier_rules(connection: Connection) -> TierRules | None:
    """The shop's rules of tiers; None: tiers are given by hand only."""
    return next(iter(all_of(connection, TierRules)), None)
