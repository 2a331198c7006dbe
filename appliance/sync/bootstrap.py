"""Wires the agent together: settings, link, databases, socket."""

import asyncio
import logging
import threading
from collections.abc import Callable
from pathlib import Path

from appliance.runtime.clock import SystemClock
from appliance.runtime.life import Life
from appliance.runtime.paths import Home
from appliance.runtime.settings import Settings, SyncSettings, load_settings
from appliance.sync.agent import Agent
from appliance.sync.service import SyncService
from appliance.sync.stores import Stores
from mqttbase import BrokerAddress, Incoming, Link, LinkOptions, Will
from retail.errors import ContractError
from retail.messages import State, Topics, encode

VERSION = "0.1.0"
END_WITHIN_S = 5
log = logging.getLogger("appliance.sync")


async def run(home: Home) -> int:
    """Serve until the end; the answer is the exit code."""
    life = Life()
    settings = load_settings(home.config_dir)
    agent, service = build(home, settings)
    await service.server.start()
    life.listen_for_signals()
    thread = threading.Thread(target=_work, args=(agent, life), name="agent")
    thread.start()
    log.info("ready")
    try:
        await life.stopped()
    finally:
        agent.stop()
        await asyncio.to_thread(thread.join, END_WITHIN_S)
        await service.server.close()
    log.info("stopped")
    return life.exit_code


def build(home: Home, settings: Settings) -> tuple[Agent, SyncService]:
    """The agent and its socket; `ContractError` for a broker without its certificates."""
    who = settings.appliance
    topics = Topics(who.tenant, who.id)
    options = LinkOptions(
        client_id=f"appliance-{who.tenant}-{who.id}",
        subscriptions=(topics.dn_all,),
        will=Will(topics.up_state, encode(State(online=False))),
    )
    address = _address(home, settings.sync)

    def make_link(listener: Callable[[Incoming], None]) -> Link | None:
        return None if address is None else Link(address, options, listener)

    service = SyncService(home.socket("sync"), VERSION)
    stores = Stores(home, who.tenant, who.id)
    agent = Agent(topics, stores, make_link, SystemClock(), VERSION, service.hear)
    service.wake = agent.wake
    return agent, service


def _work(agent: Agent, life: Life) -> None:
    try:
        agent.run()
    except BaseException as error:
        # A process without its agent would look alive and carry nothing.
        life.fail("the agent", error)


def _address(home: Home, sync: SyncSettings) -> BrokerAddress | None:
    if not sync.broker_host:
        log.warning("no broker is configured ([sync] broker_host): this till works alone")
        return None
    paths = {}
    for name, text in (("ca", sync.ca), ("certificate", sync.certificate), ("key", sync.key)):
        path = home.root / Path(text)
        if not text or not path.is_file():
            raise ContractError("sync.no_certificate", path=f"sync.{name}", file=text)
        paths[name] = path
    return BrokerAddress(sync.broker_host, sync.broker_port, paths["ca"], paths["certificate"], paths["key"])
