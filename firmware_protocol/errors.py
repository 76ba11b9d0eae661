"""The two things that can be wrong on a wire: what the peer did, and what we did. Nothing else is raised in this room."""

from __future__ import annotations


class ProtocolError(Exception):
    """The root of both; ``reason`` is one clause without a full stop."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RemoteProtocolError(ProtocolError):
    """The peer sent bytes that are no frame, or a frame that is no message."""


class LocalProtocolError(ProtocolError):
    """We tried to send what may not be sent: wrong role, value out of range, queue full."""
