"""This home's HQ as the commands about members use it."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import typer
from sqlalchemy import Engine

from appliance.runtime.clock import SystemClock
from appliance.runtime.paths import home_from_environment
from hq import catalogue
from hq.database import open_hq
from hq.members.keys import Keys, load_keys
from hq.web.texts import Texts
from retail.errors import TillboxError
from retail.ids import uuid7
from tillbox.home import ensure_home, hq_database
from tillbox.importer.sentences import tongue_of
from tillbox.members.words import say
from tillbox.till import zone_of

EXIT_REFUSED = 2


@dataclass(frozen=True)
class House:
    """`now_ms` is when the command began; `texts` are HQ's words in the language of whoever types."""

    engine: Engine
    keys: Keys
    texts: Texts
    now_ms: int

    def t(self, key: str, **params: Any) -> str:
        """One of HQ's sentences."""
        return self.texts.t(key, **params)

    def new_id(self) -> str:
        """A fresh id."""
        return uuid7(self.now_ms, os.urandom(10))


def with_hq(work: Callable[[House], None], in_json: bool) -> None:
    """Do it in this home; an error ends with `EXIT_REFUSED` and a sentence, or its code as JSON."""
    texts = Texts("zh-Hans" if tongue_of(os.environ) == "zh" else "en", UTC)
    try:
        home = home_from_environment()
        ensure_home(home)
        engine = open_hq(hq_database(home))
        try:
            with engine.connect() as connection:
                shop = catalogue.shop(connection)
            texts = Texts(texts.language, zone_of(shop) if shop else UTC)
            work(House(engine, load_keys(home.keys_dir), texts, SystemClock().unix_ms()))
        finally:
            engine.dispose()
    except TillboxError as error:
        sentence = say(texts, error.code, error.params)
        if in_json:
            typer.echo(json.dumps({"error": error.code, "params": dict(error.params), "text": sentence}))
        else:
            typer.echo(sentence, err=True)
        raise typer.Exit(EXIT_REFUSED) from None
