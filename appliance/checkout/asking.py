"""Questions to HQ that outlive the process: asked in the unit of what they are about, kept until dealt with.

A question of a kind that somebody listens to stands in the store until its answer was worked in, in the unit
that takes the question away. So an answer is worked in once, whenever the till dies.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec import Struct

from appliance.checkout.desk import Desk
from appliance.checkout.ports import HqRequest, Moment, question
from retail.messages import Answer

LOOK_LIFE_MS = 30_000
"""How long somebody at the till waits for a look at what only HQ knows."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What an answer came to, for the screen: the question's `kind` and id, and HQ's refusal if it is one.

    `about` is what the listener adds.
    """

    request_id: str
    kind: str
    error: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    about: Any = None


Listener = Callable[[HqRequest, Answer, Moment], Any]
"""Works an answer in, in a unit of its own that takes the question away; what it returns is told on."""
AnswerOf = Callable[[str], Answer | None]


class Asking:
    """The questions of one desk that somebody listens to."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._listeners: dict[str, Listener] = {}

    def listen(self, kind: str, listener: Listener) -> None:
        """Who works in the answers of this kind."""
        self._listeners[kind] = listener

    def ask(self, kind: str, body: Struct, moment: Moment, life_ms: int = 0) -> str:
        """A question by itself; its id."""
        request = question(self._desk.new_id(), kind, body, moment.unix_ms, life_ms)
        with self._desk.trade.unit() as unit:
            unit.ask_hq(request)
        return request.id

    def open(self) -> tuple[HqRequest, ...]:
        """What is asked and not dealt with."""
        return tuple(self._desk.trade.requests(tuple(self._listeners)))

    def follow(self, answer_of: AnswerOf, moment: Moment) -> tuple[Heard, ...]:
        """Work in what HQ has answered, and forget what nobody waits for any more (``hq.silent``)."""
        heard = []
        for request in self.open():
            answer = answer_of(request.id)
            if answer is None and request.expires_ms > moment.unix_ms:
                continue
            told = answer or Answer(id=request.id, body={}, error="hq.silent")
            try:
                about = self._listeners[request.kind](request, told, moment)
            except msgspec.ValidationError:
                # An answer in a form of another program is no answer: told, and not waited for any more.
                told = Answer(id=request.id, body={}, error="hq.answer_malformed")
                about = self._listeners[request.kind](request, told, moment)
            params = told.body if told.error else {}
            heard.append(Heard(request.id, request.kind, told.error, params, about))
        return tuple(heard)
