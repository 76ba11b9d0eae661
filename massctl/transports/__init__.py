"""Bytes to and from a device: serial, TCP, Bluetooth, memory, a recording; opened by URL.

Nothing here knows a message, a device or a rule. Each third-party library is imported in one file only, when it is needed,
and its exceptions become ours there, in one function.
"""

from __future__ import annotations

from massctl.transports.gatt import Advertisement, GattLink, Watch
from massctl.transports.opening import hear, open_gatt, open_stream, scan, watch_advertisements
from massctl.transports.stream import ByteStream

__all__ = [
    "Advertisement",
    "ByteStream",
    "GattLink",
    "Watch",
    "hear",
    "open_gatt",
    "open_stream",
    "scan",
    "watch_advertisements",
]
