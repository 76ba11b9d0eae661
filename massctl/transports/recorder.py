"""A recording of a stream's bytes, both ways: JSON lines, for bug reports and for ``replay://``.

The first line says what it is: ``{"massctl_recording": 1, "url": …}``; each other line is one chunk: ``t`` seconds since the
start (loop time), ``dir`` (``rx`` from the device, ``tx`` to it, ``discard`` what was unsent was forgotten) and ``hex``.
Recording comes after delivering and sending, so it never delays them, and a full disk ends the recording, not the link.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final, TextIO

from massctl.errors import ConnectionProblem, FileProblem
from massctl.transports.stream import ByteStream

VERSION: Final = 1
_log = logging.getLogger(__name__)


class RecordingFile:
    """The file of one link; raises FileProblem when it cannot be made, and nothing after that."""

    def __init__(self, path: Path, header: dict[str, object]) -> None:
        self._path = path
        self._loop = asyncio.get_running_loop()
        self._start_s = self._loop.time()
        self._file: TextIO | None = self._create()
        self._put(header)

    def note(self, direction: str, data: bytes, **more: object) -> None:
        """Write one line."""
        self._put({"t": round(self._loop.time() - self._start_s, 6), "dir": direction, **more, "hex": data.hex()})

    def finish(self) -> None:
        """Close; idempotent."""
        file, self._file = self._file, None
        if file is not None:
            try:
                file.close()
            except OSError as error:
                _log.warning("%s: the end of the recording is missing: %s", self._path, error)

    def _create(self) -> TextIO:
        try:
            return self._path.open("w", encoding="ascii")
        except OSError as error:
            raise FileProblem(
                str(self._path), f"no recording can be written ({error.strerror}).", "Choose another file."
            ) from error

    def _put(self, line: dict[str, object]) -> None:
        if self._file is None:
            return
        try:
            self._file.write(json.dumps(line) + "\n")
        except OSError as error:
            _log.warning("%s: the recording ends here: %s", self._path, error)
            self.finish()


class RecordingStream:
    """Wraps any ``ByteStream``; closing it closes both. Raises FileProblem when the file cannot be made."""

    def __init__(self, inner: ByteStream, path: Path) -> None:
        self.url = inner.url
        self._inner = inner
        self._file = RecordingFile(path, {"massctl_recording": VERSION, "url": inner.url})

    def start(self, on_bytes: Callable[[bytes], None], on_lost: Callable[[ConnectionProblem], None]) -> None:
        """Begin to deliver and to record."""

        def deliver(data: bytes) -> None:
            on_bytes(data)
            self._file.note("rx", data)

        def lose(problem: ConnectionProblem) -> None:
            on_lost(problem)
            self._file.finish()

        self._inner.start(deliver, lose)

    def write(self, data: bytes) -> None:
        """Write, then record."""
        self._inner.write(data)
        self._file.note("tx", data)

    def discard_unsent(self) -> None:
        """Discard, and record that; how much had been sent is not known."""
        self._inner.discard_unsent()
        self._file.note("discard", b"")

    async def aclose(self) -> None:
        """Close the stream, then the file."""
        try:
            await self._inner.aclose()
        finally:
            self._file.finish()
