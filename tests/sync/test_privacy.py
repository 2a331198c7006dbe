"""What goes up and what is logged names no member: ids only."""

import json
from pathlib import Path

from sqlalchemy import Connection

from hq import catalogue
from hq.tables import event
from mqttbase import Connected, Delivery, Incoming, Link, LinkOptions
from retail.catalogue import Member
from tests.support.broker import Broker
from tests.support.hq import Headquarters
from tests.support.journal import sale_body
from tests.support.till import TillHome
from tests.support.waiting import wait_for

MEMBER = Member(
    id="m-7",
    names={"zh-Hans": "陈嘉怡"},
    phone_masked="138****6207",
    card_hashes=("c0ffee" * 8,),
    phone_hash="beef" * 16,
)


def test_nothing_personal_goes_up_or_into_a_log(
    hq: Headquarters, broker: Broker, till: TillHome, tmp_path: Path
) -> None:
    heard: list[Delivery] = []
    ready: list[Connected] = []

    def listen(incoming: Incoming) -> None:
        if isinstance(incoming, Delivery):
            heard.append(incoming)
        elif isinstance(incoming, Connected):
            ready.append(incoming)

    # The name "hq" may read everything; another client id keeps the real one connected.
    tap = Link(broker.certificate_for("hq"), LinkOptions("tap", ("tb/1/+/+/+/up/#",)), listen)
    tap.start()
    wait_for(lambda: ready, what="the tap")
    with hq.writer.begin() as connection:
        catalogue.put(connection, [MEMBER])
    till.start()
    wait_for(lambda: has_members(till), what="the members")
    till.write(till.chain.add(body=sale_body(1, member_id="m-7")))
    wait_for(lambda: till.cursor()[0] == 1, what="the sale")
    tap.stop()
    till.terminate()
    sent = b"\n".join(delivery.payload for delivery in heard)
    logs = b"\n".join(path.read_bytes() for path in till.home.log_dir.iterdir())
    assert b"m-7" in sent and hq.count(event) == 1
    for secret in ("陈嘉怡", "138****6207", MEMBER.card_hashes[0], MEMBER.phone_hash):
        for form in (secret.encode(), json.dumps(secret).strip('"').encode()):
            assert form not in sent and form not in logs


def has_members(till: TillHome) -> bool:
    def read(connection: Connection) -> bool:
        rows = connection.exec_driver_sql("SELECT 1 FROM stream WHERE name = 'members'")
        return rows.first() is not None

    return till.reference(read, False)
