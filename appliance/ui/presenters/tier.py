"""The member's tier: what is missing to the next one, counting the basket, and how long this one holds."""

from appliance.ui.presenters.say import Say
from appliance.ui.state import Customer
from appliance.ui.views.sale import BenefitView
from retail.catalogue import TierTerm


def row(say: Say, customer: Customer, brief: bool = False) -> tuple[BenefitView, ...]:
    """One row, or none where the shop has no rules; `brief` is for the panel, which is narrow."""
    term = customer.member.tier_term if customer.member else None
    if term is None or not (term.next_tier or term.since):
        return ()
    title, other = _missing(say, term, customer)
    since = say.tr("member.tier_since", day=term.since) if term.since and not (brief and other) else ""
    until = say.tr("member.tier_until", day=term.until) if term.until else ""
    return (BenefitView("star", title, say.join(other, since, until), usable=True),)


def _missing(say: Say, term: TierTerm, customer: Customer) -> tuple[str, str]:
    """What to do for the next tier, and what would do instead."""
    if not term.next_tier:
        return say.tr("member.tier_top"), ""
    tier = say.name(customer.next_tier) or term.next_tier
    spend_minor = max(0, term.spend_missing_minor - customer.spends_minor)
    visits = term.visits_missing
    is_enough = term.spend_missing_minor > 0 and spend_minor == 0
    if is_enough and not (term.both and visits):
        return say.tr("member.tier_reached", tier=tier), ""
    amount = say.price(spend_minor)
    if spend_minor and visits and term.both:
        return say.tr("member.tier_both", amount=amount, count=visits, tier=tier), ""
    if spend_minor:
        other = say.tr("member.tier_or_visits", count=visits) if visits else ""
        return say.tr("member.tier_spend", amount=amount, tier=tier), other
    return say.tr("member.tier_visits", count=visits, tier=tier), ""
