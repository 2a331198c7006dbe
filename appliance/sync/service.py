"""`sync.sock`: what the screen hears of the agent, and its "look now"."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from appliance.ipc.contract import Done, Nothing
from appliance.ipc.peer import Peer
from appliance.ipc.server import Server
from appliance.ipc.sync_contract import (
    JOURNAL_GREW,
    SYNC,
    CatalogueActivated,
    PaymentChanged,
    SyncChanged,
    SyncHello,
    SyncState,
)
from appliance.sync.agent import AgentState, Told
from appliance.sync.inbound import Activated, PaymentTold


class SyncService:
    """Lives on the event loop; `hear` may be called from the agent's thread."""

    def __init__(self, socket_path: Path, version: str) -> None:
        self.server = Server(SYNC, socket_path, self._snapshot)
        self.server.handle(JOURNAL_GREW, self._journal_grew)
        self.wake: Callable[[], None] = lambda: None
        self._version = version
        self._state = AgentState()
        self._loop = asyncio.get_running_loop()

    def hear(self, told: Told) -> None:
        """Pass on what the agent says, in its order."""
        self._loop.call_soon_threadsafe(self._broadcast, told)

    def _broadcast(self, told: Told) -> None:
        if isinstance(told, AgentState):
            self._state = told
            self.server.broadcast(SyncChanged(state=_form(told)))
        elif isinstance(told, Activated):
            self.server.broadcast(
                CatalogueActivated(stream=told.stream, version=told.version, changed=told.changed)
            )
        elif isinstance(told, PaymentTold):
            self.server.broadcast(PaymentChanged(attempt_id=told.attempt_id))

    def _snapshot(self, revision: int) -> SyncHello:
        return SyncHello(version=self._version, revision=revision, state=_form(self._state))

    async def _journal_grew(self, _peer: Peer, _params: Nothing) -> Done:
        self.wake()
        return Done()


def _form(state: AgentState) -> SyncState:
    return SyncState(
        online=state.online, waiting=state.waiting, versions=state.versions, problem=state.problem
    )
