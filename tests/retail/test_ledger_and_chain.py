"""Double entry balances; the hash chain notices any change."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.errors import ContractError, InvariantBroken
from retail.ledger import Entry, Posting, balances, check_balanced, reversal, sale_entry
from retail.messages import GENESIS, Ack, Downward, Envelope, Topics, decode, encode, event_hash, parse_up

tenders = st.lists(
    st.tuples(st.sampled_from(["cash", "card", "qr"]), st.integers(-(10**6), 10**6)), max_size=5
)


@given(tenders, st.dictionaries(st.sampled_from(["a", "b"]), st.integers(-1000, 1000)))
def test_a_sale_s_entry_balances_and_its_reversal_leaves_nothing(
    paid: list[tuple[str, int]], taxes: dict[str, int]
) -> None:
    entry = sale_entry("e", "s", "CNY", paid, taxes)
    check_balanced(entry)
    assert set(balances([*entry.postings, *reversal(entry, "r").postings]).values()) <= {0}
    assert -sum(p.amount_minor for p in entry.postings if p.account.startswith(("income", "owed"))) == sum(
        amount for _, amount in paid
    )


def test_an_unbalanced_entry_is_our_bug() -> None:
    for postings in ((), (Posting("a", "CNY", 1), Posting("b", "USD", -1))):
        with pytest.raises(InvariantBroken):
            check_balanced(Entry("e", "sale", "s", postings))


def envelope() -> Envelope:
    made = Envelope(
        id="i", tenant="t", appliance="a", incarnation="n", seq=1, prev=GENESIS, hash="", type="x",
        hlc=1, wall="w", time_trust="synced", business_day="d", body={"b": 1, "a": "茶，"},
    )  # fmt: skip
    return msgspec.structs.replace(made, hash=made.computed_hash())


@pytest.mark.parametrize("field", [f for f in Envelope.__struct_fields__ if f not in ("hash", "v")])
def test_no_field_of_an_event_can_change_unnoticed(field: str) -> None:
    value = getattr(envelope(), field)
    other = value + 1 if isinstance(value, int) else {"b": 2} if isinstance(value, dict) else value + "!"
    changed = msgspec.structs.replace(envelope(), **{field: other})
    assert changed.computed_hash() != changed.hash


def test_the_hash_does_not_depend_on_the_order_of_keys() -> None:
    assert event_hash(GENESIS, {"a": 1, "b": 2}) == event_hash(GENESIS, {"b": 2, "a": 1})


def test_a_message_reads_back_and_a_wrong_one_names_its_path() -> None:
    ack = Ack(incarnation="n", upto=3, hash="h")
    assert decode(encode(ack), Downward) == ack  # type: ignore[arg-type]  # a union is no type to mypy
    with pytest.raises(ContractError) as refused:
        decode(b'{"type":"ack","incarnation":"n","upto":"3","hash":"h"}', Ack)
    assert refused.value.path == "$.upto"


def test_topics_are_read_back_only_from_their_own_shard() -> None:
    topic = Topics("chain", "till-7").up_event
    assert parse_up(topic) == ("chain", "till-7", "event")
    tenant, shard = topic.split("/")[2:4]
    assert parse_up(topic.replace(f"{tenant}/{shard}", f"{tenant}/{(int(shard) + 1) % 64}")) is None
    assert parse_up("tb/1/x/y") is None
