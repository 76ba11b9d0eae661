"""Massagers, force sensors and timers: what they can do, and the drivers that make them do it.

``capabilities.py`` is what the session sees; bytes are ``firmware_protocol``'s, ports are ``massctl.transports``'. No decision
about safety is made here: the session decides, a driver obeys at once.
"""

from __future__ import annotations

from massctl.devices.connecting import DeviceBundle, Stopped, connect, probe, send_stop, stop_and_see
from massctl.devices.foreign import stops_by_relay
from massctl.devices.link import new_token

__all__ = ["DeviceBundle", "Stopped", "connect", "new_token", "probe", "send_stop", "stop_and_see", "stops_by_relay"]
