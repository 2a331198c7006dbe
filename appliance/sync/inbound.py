"""What HQ says, written down: pushes, answers and news of payments, each in one transaction."""

import logging
from dataclasses import dataclass

import msgspec
from sqlalchemy import Engine

from appliance.store.reference import mailbox
from appliance.store.reference.pruning import current_versions
from appliance.store.reference.push import apply_push
from retail.errors import ContractError
from retail.messages import Answer, PaymentNews, Push

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Activated:
    """A stream has a new version; `changed` counts its records."""

    stream: str
    version: int
    changed: int


@dataclass(frozen=True)
class PaymentTold:
    """HQ said something about a payment that we did not know."""

    attempt_id: str


class Inbound:
    """Owns the reference database's writing side."""

    def __init__(self, reference: Engine) -> None:
        self._reference = reference

    def versions(self) -> dict[str, int]:
        """What is active."""
        with self._reference.begin() as connection:
            return current_versions(connection)

    def push(self, push: Push) -> Activated | None:
        """Apply a push; None when it changed nothing or does not fit (HQ learns our versions again)."""
        try:
            with self._reference.begin() as connection:
                result = apply_push(connection, push)
        except ContractError as error:
            log.error("HQ's push cannot be used: %s", error)
            return None
        if not result.applied:
            log.info("%s: push to %d not applied: %s", push.stream, push.version, result.reason)
            return None
        log.info("%s: now at %d, %d records changed", push.stream, result.version, result.changed)
        return Activated(push.stream, result.version, result.changed)

    def answer(self, answer: Answer, now_ms: int) -> list[PaymentTold]:
        """Keep an answer, and what it says about a payment with it."""
        news = [] if answer.error else _news_in(answer)
        with self._reference.begin() as connection:
            mailbox.keep_answer(connection, answer, now_ms)
            changed = mailbox.keep_news(connection, news)
        return [PaymentTold(attempt_id) for attempt_id in changed]

    def news(self, news: PaymentNews) -> list[PaymentTold]:
        """Keep what is newer."""
        with self._reference.begin() as connection:
            changed = mailbox.keep_news(connection, [news])
        return [PaymentTold(attempt_id) for attempt_id in changed]


def _news_in(answer: Answer) -> list[PaymentNews]:
    if "attempt_id" not in answer.body:
        return []
    try:
        return [msgspec.convert(answer.body, PaymentNews)]
    except msgspec.ValidationError as error:
        log.error("an answer about a payment cannot be read: %s", error)
        return []
