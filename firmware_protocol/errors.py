"""The two things that can be wrong on a wire: what the peer did, and what we did. Nothing else is raised in this room."""

from __future__ import annotations


class ProtocolError(Exception):
    """The root of both; ``reason`` is one clause without a full stop."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RemoteProtocolError(ProtocolError):
    """The peer sent bytes that are no frame, or a frame that is no message."""

    def afresh(self) -> RemoteProtocolError:
        """Return an equal error that was never raised, to be kept.

        One that was raised holds the frames it went through, and these hold whatever it is kept in: a stream of bad bytes
        would be freed by the cycle collector only.
        """
        return RemoteProtocolError(self.reason)


class LocalProtocolError(ProtocolError):
    """We tried to send what may not be sent: wrong role, value out of range, queue full."""
