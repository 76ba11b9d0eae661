"""The wire protocol: every byte the project knows is written and read here. PROTOCOL.md is the norm.

Nothing here does I/O, reads a clock or knows massctl: the standard library and the framing library are all it imports.
"""

from firmware_protocol.connection import Connection, Role
from firmware_protocol.device import DeviceState
from firmware_protocol.errors import LocalProtocolError, ProtocolError, RemoteProtocolError
from firmware_protocol.features import FeatureSet

__all__ = [
    "Connection",
    "DeviceState",
    "FeatureSet",
    "LocalProtocolError",
    "ProtocolError",
    "RemoteProtocolError",
    "Role",
]
