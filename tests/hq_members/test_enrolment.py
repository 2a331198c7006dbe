"""Joining at a till: sealed, once, the same person once."""

import msgspec
import pytest

from hq import ingest
from hq.members import documents, enrolling, finding, notes, records
from hq.pushes import PushPlan
from retail.errors import Refused
from retail.messages import Answer, Request, Topics, encode
from retail.messages.asking import NoteAsked, Personal
from retail.secrets import card_hash, number_hash, phone_hash
from tests.hq_members.conftest import NOW_MS, House

PHONE, NAME = "13800006207", "陈静怡"


def test_who_joins_gets_a_number_and_is_found_in_every_way(house: House) -> None:
    card = card_hash(house.keys.lookup, "04C7E2A19D5A80")
    answer = house.enrol("m-1", PHONE, NAME, card_hash=card, birthday="1990-03-07")
    assert answer.error == "" and answer.body["member_id"] == "m-1" and answer.body["is_new"]
    number = answer.body["number"]
    with house.begin() as connection:
        for words in ("138 0000 6207", "+86" + PHONE, "6207", "06207", number.lower(), "04:C7:E2:A1:9D:5A:80",
                      NAME, "陈", "m-1"):  # fmt: skip
            assert [one.id for one in finding.find(connection, house.keys, words)] == ["m-1"], words
        for words in ("9999", "16207", "13800006208", "静", "04C7E2A19D5A81", "M000000000"):
            assert finding.find(connection, house.keys, words) == [], words
        (told,) = documents.documents(connection, ["m-1"])
    assert told.names == {"zh-Hans": "陈*怡"} and told.phone_masked == "138****6207"
    assert told.phone_hash == phone_hash(house.keys.lookup, PHONE)
    assert told.number_hash == number_hash(house.keys.lookup, number)
    assert told.card_hashes == (card,) and told.birth_month == 3


def test_asking_again_changes_nothing(house: House) -> None:
    first, again = house.enrol("m-1", PHONE, NAME), house.enrol("m-1", PHONE, "somebody else")
    assert first.body == again.body
    with house.begin() as connection:
        assert records.get(connection, house.keys, "m-1").name == NAME


def test_a_known_phone_is_the_member_who_has_it(house: House) -> None:
    house.enrol("m-1", PHONE, NAME)
    answer = house.enrol("m-2", "+86 138-0000-6207", "陈女士")
    assert answer.body["member_id"] == "m-1" and not answer.body["is_new"]
    assert house.enrol("m-2", PHONE).body == answer.body
    with house.begin() as connection:
        assert records.canonical(connection, "m-2") == "m-1"
        assert records.ids_of(connection, "m-2") == ["m-1", "m-2"]
        (told,) = documents.documents(connection, ["m-1", "m-2"])
    assert told.aliases == ("m-2",)


@pytest.mark.parametrize(
    ("phone", "code"),
    [
        ("1380000620", "phone.wrong_length"),
        ("12345678901", "phone.not_a_number_in_china"),
        ("none", "phone.not_digits"),
        ("", "phone.not_digits"),
    ],
)
def test_a_wrong_phone_is_refused_without_being_repeated(house: House, phone: str, code: str) -> None:
    answer = house.enrol("m-1", phone, NAME)
    assert answer.error == code
    assert not phone or phone not in str(answer.body)
    with house.begin() as connection:
        assert records.load(connection, house.keys, ["m-1"]) == {}


def test_what_is_not_sealed_to_this_hq_is_refused(house: House) -> None:
    good = house.asked("m-1", PHONE)
    for change, code in (({"kid": "x"}, "sealing_key.unknown"), ({"sealed": "AAAA"}, "sealed.unreadable")):
        answer = house.ask(msgspec.structs.replace(good, body={**good.body, **change}))
        assert answer.error == code
    assert house.ask(Request(id="r", kind="member.enrol", body={})).error == "request.malformed"


def test_birthdays_and_cards_that_cannot_be(house: House) -> None:
    card = card_hash(house.keys.lookup, "04C7E2A19D5A80")
    for birthday in ("1990-02-30", "yesterday", "2126-01-01"):
        assert house.enrol("m-1", PHONE, birthday=birthday).error == "member.bad_birthday"
    house.enrol("m-1", PHONE, card_hash=card)
    assert house.enrol("m-2", "13900003318", card_hash=card).error == "card.taken"


def test_running_numbers_pass_over_those_that_are_taken(house: House) -> None:
    numbers = [house.enrol(f"m-{n}", f"1380000{n:04d}").body["number"] for n in range(12)]
    assert len(set(numbers)) == 12 and numbers == sorted(numbers)


def test_a_till_asks_over_the_wire(house: House) -> None:
    plan = PushPlan()
    topic = Topics("demo", "till-1").up_request
    payload = encode(house.asked("m-1", PHONE, NAME))
    for _ in range(2):
        ((to, answer),) = ingest.take(house.engine, plan, topic, payload, NOW_MS, house.keys)
        assert to.appliance == "till-1" and isinstance(answer, Answer) and not answer.error
        assert PHONE.encode() not in encode(answer) and NAME.encode() not in encode(answer)
    ((_, refused),) = ingest.take(house.engine, plan, topic, payload, NOW_MS)
    assert isinstance(refused, Answer) and refused.error == "members.no_keys"


def test_a_record_is_changed_and_its_old_phone_is_free(house: House) -> None:
    house.enrol("m-1", PHONE, NAME)
    house.enrol("m-2", "13900003318", "刘海洋")
    with house.begin() as connection:
        with pytest.raises(Refused, match=r"phone\.taken"):
            enrolling.edit(connection, house.keys, "m-1", NOW_MS, phone="13900003318")
        enrolling.edit(
            connection, house.keys, "m-1", NOW_MS, phone="13700000000", name=" 陈 静怡 ", contact=True
        )
        assert finding.find(connection, house.keys, PHONE) == []
        (found,) = finding.find(connection, house.keys, "13700000000")
        assert (found.name, found.contact, found.phone) == ("陈 静怡", True, "+8613700000000")
        enrolling.freeze(connection, house.keys, "m-1", True)
        assert documents.documents(connection, ["m-1"])[0].state == "frozen"


def test_cards_are_bound_to_one_member_and_let_go(house: House) -> None:
    house.enrol("m-1", PHONE)
    house.enrol("m-2", "13900003318")
    with house.begin() as connection:
        enrolling.bind_card(connection, house.keys, "m-1", "04c7e2a19d5a80")
        with pytest.raises(Refused, match=r"card\.taken"):
            enrolling.bind_card(connection, house.keys, "m-2", "04C7E2A19D5A80")
        with pytest.raises(Refused, match=r"card\.uid_not_hex"):
            enrolling.bind_card(connection, house.keys, "m-2", "no card")
        enrolling.unbind_card(connection, house.keys, "m-1", "04C7E2A19D5A80")
        enrolling.bind_card(connection, house.keys, "m-2", "04C7E2A19D5A80")
        with pytest.raises(Refused, match=r"card\.unknown"):
            enrolling.unbind_card(connection, house.keys, "m-1")


def test_notes_and_feedback_are_kept_once(house: House) -> None:
    house.enrol("m-1", PHONE)
    for note_id, kind, text in (("n1", "note", "少糖"), ("n1", "note", "少糖"), ("n2", "feedback", "很好喝")):
        body = NoteAsked(
            note_id=note_id,
            member_id="m-1",
            kid=house.keys.sealing_kid,
            sealed=house.sealed(Personal(text=text)),
            kind=kind,  # type: ignore[arg-type]
            operator_id="wang-fang",
        )
        assert house.ask(Request(id=note_id, kind="member.note", body=msgspec.to_builtins(body))).error == ""
    with house.begin() as connection:
        kept = notes.of_member(connection, house.keys, "m-1")
        assert sorted((one.note.kind, one.note.text) for one in kept) == [
            ("feedback", "很好喝"),
            ("note", "少糖"),
        ]
        assert [one.note.text for one in notes.feedback(connection, house.keys)] == ["很好喝"]
        with pytest.raises(Refused, match="note_too_long"):
            notes.add(connection, house.keys, "n3", "m-1", "note", "x" * 501, "", NOW_MS)
    answer = house.ask(Request(id="h", kind="member.history", body={"member_id": "m-1"}))
    assert answer.body == {"sales": (), "notes": ("少糖",)}
