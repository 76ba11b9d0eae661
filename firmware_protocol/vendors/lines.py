"""Lines of text out of a stream of bytes, whatever ends them; hostile input costs bounded memory. Pure."""

from __future__ import annotations

from typing import Final

LINE_MAX: Final = 128
"""Bytes; no gauge or relay says as much in one line."""
_ENDS: Final = b"\r\n"


class LineReader:
    """Cuts at CR, LF or both; empty lines are skipped, one that is too long is dropped whole."""

    def __init__(self, longest: int = LINE_MAX) -> None:
        self._longest = longest
        self._rest = bytearray()
        self._is_dropping = False

    def receive(self, data: bytes) -> list[bytes]:
        """Return the lines that ``data`` completes, without their ends."""
        lines: list[bytes] = []
        for byte in data:
            if byte in _ENDS:
                if self._rest and not self._is_dropping:
                    lines.append(bytes(self._rest))
                self._rest.clear()
                self._is_dropping = False
            elif not self._is_dropping:
                self._rest.append(byte)
                if len(self._rest) > self._longest:
                    self._rest.clear()
                    self._is_dropping = True
        return lines
