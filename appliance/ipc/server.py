"""The server's end: calls from clients to handlers, events to clients, everything bounded.

Owns the connections and the revision. Knows nothing about what is said: that is the contract's.
"""

import asyncio
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from appliance.ipc import wire
from appliance.ipc.contract import Contract, EventParams, HelloParams, Method, Result
from appliance.ipc.peer import Peer
from appliance.ipc.sockets import Listener, peer_credentials
from appliance.runtime.strict import convert, nearest
from retail.errors import Busy, ContractError, InvariantBroken, TillboxError

log = logging.getLogger(__name__)
P = TypeVar("P", bound=Struct)
R = TypeVar("R", bound=Struct)
Handler = Callable[[Peer, Any], Struct | Awaitable[Struct]]


class Server:
    """A socket's server; give it a handler for every method, then `await start()`.

    `snapshot(revision)` makes the answer to `hello`. `on_gone(peer)` is told of each client that left.
    `uids` are users besides root and our own who may connect.
    """

    def __init__(
        self,
        contract: Contract,
        path: Path,
        snapshot: Callable[[int], Result],
        *,
        on_gone: Callable[[Peer], None] = lambda peer: None,
        uids: Collection[int] = (),
    ) -> None:
        self.contract = contract
        self.path = path
        self.revision = 0
        self._snapshot = snapshot
        self._on_gone = on_gone
        self._uids = {0, os.geteuid(), *uids}
        self._handlers: dict[str, Handler] = {}
        self._peers: set[Peer] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._listener: Listener | None = None
        self._server: asyncio.AbstractServer | None = None

    def handle(self, method: Method[P, R], handler: Callable[[Peer, P], R | Awaitable[R]]) -> None:
        """Let `handler` answer the method, at once or later; it may raise any of retail's errors."""
        self._handlers[method.name] = handler

    async def start(self, activated: socket.socket | None = None) -> None:
        """Listen, on the socket that systemd passed or on our own path."""
        missing = [m.name for m in self.contract.methods if m.name not in self._handlers]
        if missing:
            raise InvariantBroken("ipc.no_handler", methods=missing)
        if activated is None:
            self._listener = Listener(self.path)
            activated = self._listener.socket
        loop = asyncio.get_running_loop()
        self._server = await loop.create_unix_server(lambda: Peer(self), sock=activated)

    async def close(self) -> None:
        """Cut all clients off and stop listening."""
        if self._server:
            self._server.close()
        for peer in list(self._peers):
            peer.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._listener:
            self._listener.close()

    # What goes out

    def broadcast(self, event: EventParams) -> None:
        """An event to every client that said `hello`; gets the next revision if it carries one."""
        line = self._line(event)
        for peer in list(self._peers):
            if peer.name:
                peer.send(line)

    def send(self, peer: Peer, event: EventParams) -> None:
        """An event to one client. It must not carry a revision: the others would miss that one."""
        peer.send(self._line(event))

    def _line(self, event: EventParams) -> bytes:
        if "revision" in event.__struct_fields__:
            self.revision += 1
            event = msgspec.structs.replace(event, revision=self.revision)
        return wire.encode(wire.call(msgspec.UNSET, self.contract.event_name(event), event))

    # What peers tell us

    def peer_came(self, peer: Peer, sock: socket.socket) -> bool:
        """Whether a new connection may stay."""
        who = peer_credentials(sock)
        if who.uid not in self._uids:
            log.warning("%s: user %d (process %d) may not connect", self.path.name, who.uid, who.pid)
            return False
        self._peers.add(peer)
        return True

    def peer_left(self, peer: Peer) -> None:
        """A connection ended, from whichever side."""
        if peer in self._peers:
            self._peers.discard(peer)
            self._on_gone(peer)

    def line_came(self, peer: Peer, line: bytes | None) -> None:
        """One line of a client, None if it was too long."""
        if line is None:
            failure = ContractError("ipc.line_too_long", bytes_max=wire.LINE_BYTES_MAX)
            peer.send(wire.encode(wire.error(None, failure, wire.NOT_A_REQUEST)))
            return
        try:
            request = self._request(line)
        except ContractError as failure:
            kind = wire.NOT_JSON if failure.code == "ipc.not_json" else wire.NOT_A_REQUEST
            peer.send(wire.encode(wire.error(_id_of(line), failure, kind)))
            return
        wants_answer = request.id is not msgspec.UNSET
        try:
            work = self._begin(peer, request)
        except TillboxError as failure:
            if wants_answer:
                code = wire.NO_SUCH_METHOD if failure.code == "ipc.no_such_method" else None
                peer.send(wire.encode(wire.error(_plain(request.id), failure, code)))
            return
        except Exception as bug:  # as in _finish
            peer.send(wire.encode(wire.error(_plain(request.id), self._broken(request, bug))))
            return
        if isinstance(work, Struct):
            if wants_answer:
                peer.send(wire.encode(wire.result(_plain(request.id), work)))
            return
        task = asyncio.get_running_loop().create_task(self._finish(peer, request, work))
        peer.calls += 1
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _request(self, line: bytes) -> wire.Request:
        try:
            request = msgspec.json.decode(line, type=wire.Request)
        except msgspec.ValidationError as error:
            raise ContractError("ipc.not_a_request", path="$", detail=str(error)) from None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ContractError("ipc.not_json", path="$", detail=str(error)) from None
        if request.jsonrpc != "2.0":
            raise ContractError("ipc.not_a_request", path="$.jsonrpc", detail="expected 2.0")
        return request

    def _begin(self, peer: Peer, request: wire.Request) -> Struct | Awaitable[Struct]:
        """The answer itself, or the work that will give it."""
        method = self.contract.method(request.method)
        if method is None:
            raise ContractError(
                "ipc.no_such_method",
                path="$.method",
                method=request.method[:80],
                nearest=nearest(request.method[:80], self.contract.names()),
            )
        try:
            raw = msgspec.json.decode(request.params)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ContractError("ipc.not_json", path="$.params", detail=str(error)) from None
        params = convert(raw, method.params, path="$.params")
        if isinstance(params, HelloParams):
            # At once, so that no event slips in between the snapshot and the first one told.
            peer.name = params.client[:40] or "unnamed"
            return self._snapshot(self.revision)
        if peer.calls >= wire.CALLS_MAX:
            raise Busy("ipc.too_many_calls", calls_max=wire.CALLS_MAX)
        return self._handlers[method.name](peer, params)

    async def _finish(self, peer: Peer, request: wire.Request, work: Awaitable[Struct]) -> None:
        try:
            answer = wire.result(_plain(request.id), await work)
        except TillboxError as failure:
            answer = wire.error(_plain(request.id), failure)
        except Exception as bug:  # whatever a handler does, its caller gets an answer and the rest go on
            answer = wire.error(_plain(request.id), self._broken(request, bug))
        finally:
            peer.calls -= 1
        if request.id is not msgspec.UNSET:
            peer.send(wire.encode(answer))

    def _broken(self, request: wire.Request, bug: Exception) -> InvariantBroken:
        log.error("%s: %s failed", self.path.name, request.method, exc_info=bug)
        return InvariantBroken("ipc.handler_failed", kind=type(bug).__name__)


def _plain(call_id: wire.Id | msgspec.UnsetType) -> wire.Id:
    return None if isinstance(call_id, msgspec.UnsetType) else call_id


def _id_of(line: bytes) -> wire.Id:
    """The id of something that is not a request, if it has one at all."""
    try:
        told = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    call_id = told.get("id") if isinstance(told, dict) else None
    return call_id if isinstance(call_id, int | str) and not isinstance(call_id, bool) else None
