"""A recording of what goes over a Bluetooth link, both ways: JSON lines, for bug reports.

The first line says what it is: ``{"massctl_gatt_recording": 1, "url": …, "name": …}``; each other line is one value: ``t`` seconds
since the start (loop time), ``dir`` (``notified``, ``read``, ``tx``, ``discard``), ``characteristic`` and ``hex``. Recording comes
after delivering and sending, so it never delays them. A posted write stands here when it was posted.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from massctl.errors import ConnectionProblem
from massctl.transports.gatt import GattLink
from massctl.transports.recorder import RecordingFile

VERSION: Final = 1


class RecordingLink:
    """Wraps any ``GattLink``; closing it closes both. Raises FileProblem when the file cannot be made."""

    def __init__(self, inner: GattLink, path: Path) -> None:
        self.url = inner.url
        self.address = inner.address
        self.name = inner.name
        self.characteristics = inner.characteristics
        self._inner = inner
        self._file = RecordingFile(path, {"massctl_gatt_recording": VERSION, "url": inner.url, "name": inner.name})

    @property
    def mtu_bytes(self) -> int:
        """Of the link within."""
        return self._inner.mtu_bytes

    def properties(self, characteristic: str) -> frozenset[str]:
        """Return what it allows."""
        return self._inner.properties(characteristic)

    def start(self, on_lost: Callable[[ConnectionProblem], None]) -> None:
        """Begin to watch; a loss ends the recording."""

        def lose(problem: ConnectionProblem) -> None:
            on_lost(problem)
            self._file.finish()

        self._inner.start(lose)

    async def read(self, characteristic: str) -> bytes:
        """Read, then record."""
        data = await self._inner.read(characteristic)
        self._file.note("read", data, characteristic=characteristic)
        return data

    def fetch(self, characteristic: str, on_value: Callable[[bytes], None]) -> None:
        """Deliver the value, then record it."""
        self._inner.fetch(characteristic, self._recorded("read", characteristic, on_value))

    async def write(self, characteristic: str, data: bytes) -> None:
        """Record even what is refused."""
        try:
            await self._inner.write(characteristic, data)
        finally:
            self._file.note("tx", data, characteristic=characteristic)

    def post(self, characteristic: str, data: bytes, *, with_response: bool = False) -> None:
        """Post, then record."""
        self._inner.post(characteristic, data, with_response=with_response)
        self._file.note("tx", data, characteristic=characteristic)

    def discard_unsent(self) -> None:
        """Discard, and record that; how much had been sent is not known."""
        self._inner.discard_unsent()
        self._file.note("discard", b"")

    async def subscribe(self, characteristic: str, on_value: Callable[[bytes], None]) -> None:
        """Deliver, then record."""
        await self._inner.subscribe(characteristic, self._recorded("notified", characteristic, on_value))

    async def aclose(self) -> None:
        """Close the link, then the file."""
        try:
            await self._inner.aclose()
        finally:
            self._file.finish()

    def _recorded(
        self, direction: str, characteristic: str, on_value: Callable[[bytes], None]
    ) -> Callable[[bytes], None]:
        def deliver(data: bytes) -> None:
            on_value(data)
            self._file.note(direction, data, characteristic=characteristic)

        return deliver
