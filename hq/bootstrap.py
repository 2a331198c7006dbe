"""Wires HQ together: database, worker, web. The only place here that reads the clock."""

import logging
import os
import signal
import socket
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import uvicorn

from hq import catalogue
from hq.database import database_path, open_hq, open_to_read
from hq.ledger import booking
from hq.members.keys import load_keys
from hq.signals import Changes
from hq.web.app import make_app
from hq.web.context import Context
from hq.worker import Worker
from mqttbase import BrokerAddress
from retail.errors import ContractError

log = logging.getLogger(__name__)

PORT_TAKEN_EXIT = 3
GRACE_S = 2


@dataclass(frozen=True)
class Options:
    """How HQ was started; `home` is `TILLBOX_HOME`."""

    home: Path
    host: str
    port: int
    broker_host: str
    broker_port: int


def unix_ms() -> int:
    """Now."""
    return time.time_ns() // 1_000_000


def run(options: Options) -> int:
    """Serve until SIGTERM or SIGINT; the exit code. 3: the port is taken."""
    sock = _listen(options)
    if sock is None:
        return PORT_TAKEN_EXIT
    path = database_path(options.home)
    writer, changes = open_hq(path), Changes()
    with writer.begin() as connection:
        booked = booking.begin(connection, unix_ms())
    if booked:
        log.info("booked what the journals held already: %d entries", booked)
    reader = open_to_read(path)
    keys = load_keys(options.home / "keys")
    with writer.begin() as connection:
        catalogue.put(connection, keys.documents())
    worker = Worker(writer, reader, _broker(options), changes, unix_ms, keys)
    context = Context(writer, reader, changes, worker, unix_ms, keys)
    config = uvicorn.Config(
        make_app(context, options.host),
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE_S,
        server_header=False,
    )
    server = _Server(config, changes)
    failed = threading.Event()
    thread = threading.Thread(target=_work, args=(worker, server, failed), name="worker")
    thread.start()
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn puts its own in their place while it serves, and gives the signal to these once more.
        signal.signal(number, server.handle_exit)
    log.info("HQ is ready: http://%s:%d/", options.host, options.port)
    try:
        server.run(sockets=[sock])
    finally:
        changes.close()
        worker.stop()
        thread.join(GRACE_S * 5)
    return 1 if failed.is_set() else 0


class _Server(uvicorn.Server):
    """Live pages hold their connections open for ever; at the end they are told before it waits for them."""

    def __init__(self, config: uvicorn.Config, changes: Changes) -> None:
        super().__init__(config)
        self._changes = changes

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._changes.close()
        self.should_exit = True


def _work(worker: Worker, server: uvicorn.Server, failed: threading.Event) -> None:
    """A worker that dies takes the process with it: a page that shows old figures is worse than none."""
    try:
        worker.run()
    except BaseException:
        log.exception("the worker died")
        failed.set()
        server.should_exit = True
        raise


def _listen(options: Options) -> socket.socket | None:
    sock = socket.socket(socket.AF_INET6 if ":" in options.host else socket.AF_INET)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((options.host, options.port))
    except OSError as error:
        sock.close()
        log.error(
            "cannot listen on %s:%d (%s). Start HQ on another port with --port NUMBER,"
            " or end the program that has this one.",
            options.host,
            options.port,
            os.strerror(error.errno or 0),
        )
        return None
    return sock


def _broker(options: Options) -> BrokerAddress:
    keys = options.home / "keys"
    address = BrokerAddress(
        host=options.broker_host,
        port=options.broker_port,
        ca=keys / "ca.crt",
        certificate=keys / "hq.crt",
        key=keys / "hq.key",
    )
    for path in (address.ca, address.certificate, address.key):
        if not path.exists():
            raise ContractError("hq.no_certificate", path=str(path))
    return address
