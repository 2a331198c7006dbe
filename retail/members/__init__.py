"""Who the members are: records, phones, masks, tiers, coupons, virtual cards, merging. No I/O, no clock.

What members hold is in `retail.ledger`; this package knows them by id only where it must.
"""
