"""One MQTT 5 session over mutual TLS, as appliance and HQ both use it.

Owns the connection only: no topic, no message, no database. Imports only `retail`.
"""

from mqttbase.link import BrokerAddress, Connected, Delivery, Disconnected, Incoming, Link, LinkOptions, Will

__all__ = [
    "BrokerAddress",
    "Connected",
    "Delivery",
    "Disconnected",
    "Incoming",
    "Link",
    "LinkOptions",
    "Will",
]
