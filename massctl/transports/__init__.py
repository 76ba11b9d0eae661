"""Bytes to and from a device: serial, TCP, memory, a recording; opened by URL.

Nothing here knows a message, a device or a rule. Each third-party library is imported in one file only, when it is needed,
and its exceptions become ours there, in one function.
"""

from __future__ import annotations

from massctl.transports.opening import open_stream
from massctl.transports.stream import ByteStream

__all__ = ["ByteStream", "open_stream"]
