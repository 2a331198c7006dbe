"""Members at HQ: records encrypted under keys of their own, looked up by keyed hashes; enrolment, notes,
merging, erasing, import and export. What they hold is `hq.ledger`'s; the rules are `retail.members`'.
"""
