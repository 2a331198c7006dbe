"""Birthday coupons: HQ alone knows birthdays, so HQ gives them, once a year."""

from sqlalchemy import Connection, select

from hq.ledger.sweeping import give_birthday_coupons
from hq.members import records, rules
from hq.members.keys import Keys
from hq.tables import member


def give(connection: Connection, keys: Keys, now_ms: int) -> int:
    """What is due today; how many coupons were given. Only records of the months around are opened."""
    rule = rules.birthday_rule(connection)
    if rule is None:
        return 0
    month = records.moment(now_ms).month
    reach = 1 + max(rule.days_before, rule.days_after) // 28
    months = {(month - 1 + step) % 12 + 1 for step in range(-reach, reach + 1)}
    wanted = select(member.c.member_id).where(
        member.c.birth_month.in_(sorted(months)), member.c.state == "active"
    )
    found = records.load(connection, keys, list(connection.execute(wanted).scalars()))
    born = [(one.id, one.birthday) for one in found.values()]
    return give_birthday_coupons(connection, rule, born, now_ms)
