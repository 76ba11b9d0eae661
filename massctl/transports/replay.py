"""A recording played back as if its device were there: ``replay:///path.jsonl``.

What the device said comes at its recorded time, but an answer waits until the host has written as much as it had written then
(at most ``WAIT_S`` late, since a host with another timing writes other amounts). What the host writes is counted, not compared.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from massctl.errors import ConnectionProblem, FileProblem, LinkLost
from massctl.transports.opening import split_url
from massctl.transports.recorder import VERSION
from massctl.transports.stream import ByteStream

WAIT_S: Final = 1.0
"""How late an answer may get by waiting for the host (design value)."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes from the device."""

    at_s: float
    """Since the start of the recording."""
    after_written: int
    """Bytes the host had written before."""
    data: bytes


async def open_stream(url: str) -> ByteStream:
    """Open a recording. Raises FileProblem where it cannot be read or is none."""
    parts = split_url(url)
    return ReplayStream(url, read_recording(Path(unquote(parts.netloc + parts.path))))


def read_recording(path: Path) -> list[Chunk]:
    """Return what the device said. Raises FileProblem, naming the line."""
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror.lower() if isinstance(error, OSError) and error.strerror else "it is not plain text"
        raise FileProblem(str(path), f"cannot be read ({reason}).", "Is this the file that --record wrote?") from error
    chunks = []
    written = 0
    for number, text in enumerate(lines, 1):
        try:
            line = json.loads(text)
            if number == 1:
                _check_header(line)
                continue
            data = bytes.fromhex(line["hex"])
            if line["dir"] == "rx":
                chunks.append(Chunk(float(line["t"]), written, data))
            elif line["dir"] == "tx":
                written += len(data)
        except (ValueError, KeyError, TypeError) as error:
            raise FileProblem(
                f"{path}:{number}", "is no line of a recording.", "Is this the file that --record wrote?"
            ) from error
    if not chunks:
        raise FileProblem(str(path), "holds no byte from a device.", "Record a session first: --record FILE.")
    return chunks


def _check_header(line: dict[str, object]) -> None:
    if line["massctl_recording"] != VERSION:
        raise ValueError(line["massctl_recording"])


class ReplayStream:
    """Plays chunks once, then says that the recording has ended."""

    def __init__(self, url: str, chunks: list[Chunk]) -> None:
        self.url = url
        self._chunks = chunks
        self._next = 0
        self._loop = asyncio.get_running_loop()
        self._start_s = 0.0
        self._written = 0
        self._timer: asyncio.TimerHandle | None = None
        self._on_bytes: Callable[[bytes], None] | None = None
        self._on_lost: Callable[[ConnectionProblem], None] | None = None

    def start(self, on_bytes: Callable[[bytes], None], on_lost: Callable[[ConnectionProblem], None]) -> None:
        """Begin to play."""
        self._on_bytes = on_bytes
        self._on_lost = on_lost
        self._start_s = self._loop.time()
        self._arm()

    def write(self, data: bytes) -> None:
        """Count ``data``."""
        self._written += len(data)
        if self._timer is not None:
            self._arm()

    def discard_unsent(self) -> None:
        """Nothing waits."""

    async def aclose(self) -> None:
        """Stop playing."""
        self._on_bytes = self._on_lost = None
        self._cancel()

    def _arm(self) -> None:
        self._cancel()
        if self._on_bytes is None:
            return
        chunk = self._chunks[min(self._next, len(self._chunks) - 1)]
        late_s = 0.0 if self._written >= chunk.after_written else WAIT_S
        self._timer = self._loop.call_at(self._start_s + chunk.at_s + late_s, self._play)

    def _play(self) -> None:
        self._timer = None
        if self._next < len(self._chunks):
            chunk = self._chunks[self._next]
            self._next += 1
            if self._on_bytes is not None:
                self._on_bytes(chunk.data)
            self._arm()
        elif self._on_lost is not None:
            on_lost, self._on_lost, self._on_bytes = self._on_lost, None, None
            on_lost(LinkLost(self.url, "the recording ends here.", "Nothing is broken: a recording plays once."))

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
