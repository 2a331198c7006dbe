"""A database of HQ with a shop, keys in a folder of its own, and no network."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, Engine

from hq import catalogue, requests
from hq.database import database_path, open_hq
from hq.journal import Sender
from hq.members.keys import Keys, load_keys
from retail.catalogue import Shop
from retail.members.sealing import seal
from retail.messages import Answer, Request
from retail.messages.asking import EnrolAsked, Personal
from retail.secrets import phone_hash

NOW_MS = 1_770_000_000_000
SHOP = Shop(id="shanyu", names={"zh-Hans": "山隅咖啡", "en": "Demo"}, store_names={}, workstation_names={})
TILL = Sender("demo", "till-1")


@dataclass
class House:
    """What a test works with."""

    home: Path
    engine: Engine
    keys: Keys

    def begin(self) -> Any:
        return self.engine.begin()

    def sealed(self, personal: Personal) -> str:
        public = self.keys.documents()[0].public
        return seal(public, msgspec.json.encode(personal), bytes(31) + b"\1")

    def asked(self, member_id: str, phone: str, name: str = "", card_hash: str = "", **more: Any) -> Request:
        body = EnrolAsked(
            member_id=member_id,
            kid=self.keys.sealing_kid,
            sealed=self.sealed(Personal(phone=phone, name=name, **more)),
            phone_hash=phone_hash(self.keys.lookup, phone) if phone.isdigit() else "",
            card_hash=card_hash,
        )
        return Request(id=f"r-{member_id}", kind="member.enrol", body=msgspec.to_builtins(body))

    def ask(self, request: Request, now_ms: int = NOW_MS) -> Answer:
        with self.engine.begin() as connection:
            answer = requests.answer(connection, TILL, request, now_ms, self.keys)
        assert answer is not None
        return answer

    def enrol(self, member_id: str, phone: str, name: str = "", **more: Any) -> Answer:
        return self.ask(self.asked(member_id, phone, name, **more))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    engine = open_hq(database_path(tmp_path))
    keys = load_keys(tmp_path / "keys")
    with engine.begin() as connection:
        catalogue.put(connection, [SHOP, *keys.documents()])
    yield House(tmp_path, engine, keys)
    engine.dispose()


@pytest.fixture
def connection(house: House) -> Iterator[Connection]:
    with house.engine.begin() as made:
        yield made
