"""A lasting MQTT 5 session: connects, comes back by itself, hands what arrives to one listener.

Messages are acknowledged by hand, after the receiver's own commit. The session is opened with
`clean_start` off, because mosquitto's persistence never saves the other kind; still nothing rests
on it. What cannot be sent now is not kept for later: the protocols above repeat themselves.
"""

import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

log = logging.getLogger(__name__)

KEEPALIVE_S = 20
RECONNECT_S_MIN = 0.25
RECONNECT_S_MAX = 2
SESSION_EXPIRY_S = 7 * 24 * 3600
RECEIVE_MAX = 100
QUEUED_MAX = 2_000


@dataclass(frozen=True)
class BrokerAddress:
    """Where the broker is and with which certificate we come."""

    host: str
    port: int
    ca: Path
    certificate: Path
    key: Path


@dataclass(frozen=True)
class Will:
    """What the broker says of us when we vanish; retained."""

    topic: str
    payload: bytes


@dataclass(frozen=True)
class LinkOptions:
    """Who we are to the broker and what we listen to, all with QoS 1."""

    client_id: str
    subscriptions: tuple[str, ...]
    will: Will | None = None


@dataclass(frozen=True)
class Connected:
    """Connected, and the broker has confirmed what we listen to."""


@dataclass(frozen=True)
class Disconnected:
    """The connection ended; it is being made again."""

    reason: str


@dataclass(frozen=True)
class Delivery:
    """One message; `token` is for `Link.acknowledge`."""

    topic: str
    payload: bytes
    token: tuple[int, int, int]


Incoming = Connected | Disconnected | Delivery


class Link:
    """`listener` is called on the network's thread and must only hand the event on."""

    def __init__(
        self, address: BrokerAddress, options: LinkOptions, listener: Callable[[Incoming], None]
    ) -> None:
        self._address = address
        self._options = options
        self._listener = listener
        self._generation = 0
        self._lost_was_told = False
        self._stopping = False
        self._client = self._make_client()

    @property
    def connected(self) -> bool:
        """Whether the network connection stands; says nothing about anybody behind the broker."""
        return self._client.is_connected()

    def start(self) -> None:
        """Begin connecting; returns at once and never gives up."""
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho's is untyped
        properties.SessionExpiryInterval = SESSION_EXPIRY_S
        properties.ReceiveMaximum = RECEIVE_MAX
        self._client.connect_async(
            self._address.host, self._address.port, KEEPALIVE_S, clean_start=False, properties=properties
        )
        self._client.loop_start()

    def stop(self) -> None:
        """Close in good order; the broker does not send the will."""
        self._stopping = True
        self._client.disconnect()
        self._client.loop_stop()

    def publish(self, topic: str, payload: bytes, *, retain: bool = False, wait_s: float = 0) -> bool:
        """Send with QoS 1 if there is a connection; whether it was taken.

        `wait_s` waits for the broker's word, for a last message before `stop`.
        """
        if not self._client.is_connected():
            return False
        info = self._client.publish(topic, payload, qos=1, retain=retain)
        if info.rc != mqtt.MQTT_ERR_SUCCESS:
            return False
        if wait_s:
            info.wait_for_publish(wait_s)
        return True

    def acknowledge(self, delivery: Delivery) -> None:
        """Tell the broker that this message is done with; a no-op after a reconnection."""
        generation, mid, qos = delivery.token
        if generation == self._generation and qos > 0:
            self._client.ack(mid, qos)

    def _make_client(self) -> mqtt.Client:
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._options.client_id,
            protocol=mqtt.MQTTv5,
            manual_ack=True,
        )
        client.tls_set(
            ca_certs=str(self._address.ca),
            certfile=str(self._address.certificate),
            keyfile=str(self._address.key),
            tls_version=ssl.PROTOCOL_TLS_CLIENT,
        )
        client.reconnect_delay_set(RECONNECT_S_MIN, RECONNECT_S_MAX)  # type: ignore[arg-type]  # floats work
        client.max_queued_messages_set(QUEUED_MAX)
        if self._options.will:
            client.will_set(self._options.will.topic, self._options.will.payload, qos=1, retain=True)
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        client.on_publish = self._on_publish
        return client

    def _on_connect(
        self, client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _properties: Any
    ) -> None:
        if reason.is_failure:
            self._tell_lost(f"refused: {reason}")
            return
        self._generation += 1
        client.subscribe([(topic, SubscribeOptions(qos=1)) for topic in self._options.subscriptions])

    def _on_subscribe(
        self, _client: mqtt.Client, _data: Any, _mid: int, reasons: Any, _properties: Any
    ) -> None:
        refused = [str(reason) for reason in reasons if reason.is_failure]
        if refused:
            log.error("the broker refuses our subscriptions: %s", ", ".join(refused))
        self._lost_was_told = False
        log.info("connected to the broker at %s:%d", self._address.host, self._address.port)
        self._listener(Connected())

    def _on_connect_fail(self, _client: mqtt.Client, _data: Any) -> None:
        self._tell_lost("no broker there, or it does not accept our certificate")

    def _on_disconnect(self, _client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _props: Any) -> None:
        self._generation += 1
        self._tell_lost(str(reason))
        self._listener(Disconnected(str(reason)))

    def _tell_lost(self, reason: str) -> None:
        """Once when lost; the log is not a heartbeat."""
        if not (self._lost_was_told or self._stopping):
            self._lost_was_told = True
            log.warning("no broker at %s:%d (%s); trying on", self._address.host, self._address.port, reason)

    def _on_message(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        token = (self._generation, message.mid, message.qos)
        self._listener(Delivery(message.topic, bytes(message.payload), token))

    def _on_publish(self, _client: mqtt.Client, _data: Any, _mid: int, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            log.error("the broker refuses what we publish: %s", reason)
