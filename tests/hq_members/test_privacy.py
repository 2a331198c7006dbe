"""Nothing personal leaves the records: not into the file, the documents, the logs, the answers."""

import json
import logging
from pathlib import Path

import pytest

from hq import catalogue
from hq.ledger import SqlBook
from hq.members import enrolling, erasing, finding, notes, records
from hq.tables import alarm, document, event, member_key
from retail.catalogue import Member
from retail.errors import ContractError, Refused
from retail.ledger import value
from retail.ledger.value_rules import ValueRules
from retail.secrets import card_hash, phone_hash
from tests.hq_members.conftest import NOW_MS, House

PHONE, NAME, ADDRESS, WORDS, CARD = "13912345678", "欧阳静怡", "示例路十八号", "对花生过敏", "04C7E2A19D5A80"
AT = records.moment(NOW_MS)


def bytes_of(home: Path) -> bytes:
    """Everything HQ keeps on the disk but its key files."""
    return b"".join(path.read_bytes() for path in sorted((home / "hq").rglob("*")) if path.is_file())


def join(house: House) -> None:
    answer = house.enrol(
        "m-1", PHONE, NAME, birthday="1990-03-07", card_hash=card_hash(house.keys.lookup, CARD)
    )
    assert NAME not in str(answer) and PHONE not in str(answer)
    with house.begin() as connection:
        enrolling.edit(connection, house.keys, "m-1", NOW_MS, address=ADDRESS)
        notes.add(connection, house.keys, "n1", "m-1", "note", WORDS, "wang-fang", NOW_MS)


def test_the_file_holds_nothing_that_can_be_read(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    join(house)
    house.enrol("m-2", PHONE + "9", NAME)  # refused, and the refusal is no leak either
    secrets = (PHONE, PHONE[2:9], NAME, NAME[1:], ADDRESS, WORDS, CARD, "1990-03-07")
    kept = bytes_of(house.home)
    assert len(kept) > 10_000
    for secret in secrets:
        for encoding in ("utf-8", "utf-16-le"):
            assert secret.encode(encoding) not in kept, secret
        assert json.dumps(secret).strip('"').encode() not in kept, secret
        assert secret not in caplog.text
    with house.begin() as connection:
        for table in (document, alarm, event):
            assert not any(
                secret in str(row) for row in connection.execute(table.select()) for secret in secrets
            )


def test_another_key_file_opens_nothing(house: House, tmp_path: Path) -> None:
    join(house)
    other = enrolling.Keys(house.keys.lookup, bytes(32), house.keys.sealing, house.keys.card)
    with house.begin() as connection, pytest.raises(ContractError, match=r"member\.unreadable"):
        records.get(connection, other, "m-1")


def test_key_files_are_their_owners_only(house: House) -> None:
    found = sorted((house.home / "keys").iterdir())
    assert [path.name for path in found] == ["lookup.key", "members.key", "sealing.key", "virtual-card.key"]
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in found)
    assert "Keys()" in repr(house.keys)


def test_who_is_erased_is_nobody_and_the_books_stand(house: House) -> None:
    join(house)
    with house.begin() as connection:
        wrapped = connection.execute(member_key.select()).one().wrapped
        book, rules = SqlBook(connection), ValueRules(id="v")
        book.post(value.top_up("t1", "t1", book.value("m-1", "CNY"), rules, [("cash", 5_000)], AT), AT)
        with pytest.raises(Refused, match=r"member\.has_money"):
            erasing.erase(connection, house.keys, "m-1", NOW_MS)
        book.post(value.spend("s1", "s1", book.value("m-1", "CNY"), rules, 5_000, AT), AT)
    with house.begin() as connection:
        before = SqlBook(connection).sums()
        erasing.erase(connection, house.keys, "m-1", NOW_MS)
        assert SqlBook(connection).sums() == before
    erasing.scrub(house.engine)
    assert wrapped not in bytes_of(house.home)
    with house.begin() as connection:
        gone = records.get(connection, house.keys, "m-1")
        assert (gone.state, gone.name, gone.phone, gone.cards) == ("erased", "", "", ())
        for words in (PHONE, PHONE[-4:], NAME, CARD, gone.number):
            assert finding.find(connection, house.keys, words) == []
        assert catalogue.document_of(connection, Member, "m-1") is None
        marks = ("欧**怡", "****", phone_hash(house.keys.lookup, PHONE), card_hash(house.keys.lookup, CARD))
        texts = [row.json for row in connection.execute(document.select()) if row.kind == "member"]
        assert texts and not any(mark in text for text in texts for mark in marks)
        with pytest.raises(Refused, match=r"member\.erased"):
            enrolling.edit(connection, house.keys, "m-1", NOW_MS, name=NAME)
    assert house.enrol("m-9", PHONE, NAME).body["is_new"]
