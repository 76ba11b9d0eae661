"""The way of the bytes between one board and its clients, and what can go wrong on it: loss, delay, noise, silence. Pure.

Bytes are carried in order, whatever delays them. A line without trouble costs nothing: the board passes it by.

Not modelled: a line's speed, framing errors of a serial port, and a delay that differs from byte to byte.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

Deliver = Callable[[bytes, float], None]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What happens to every piece of bytes that is written, in either direction."""

    loss: float = 0.0
    """Share of the pieces that never arrive."""
    delay_s: float = 0.0
    """Each way."""
    copies: int = 1
    """How often each piece arrives."""
    flip: float = 0.0
    """Share of the bytes with one bit turned over."""
    piece: int | None = None
    """Most bytes that arrive at once."""
    is_deaf: bool = False
    """Nothing that the host sends arrives."""
    is_mute: bool = False
    """Nothing that the device sends arrives."""


class Line:
    """One board's line; used while there is trouble."""

    def __init__(self, rng: random.Random) -> None:
        self.trouble: Trouble | None = None
        self._rng = rng
        self._on_the_way: deque[tuple[float, Deliver, bytes]] = deque()

    @property
    def is_straight(self) -> bool:
        """Whether bytes need not come this way at all."""
        return self.trouble is None and not self._on_the_way

    def carry(self, data: bytes, now_s: float, deliver: Deliver, *, is_from_host: bool) -> None:
        """Take a piece of bytes; what arrives of it goes to ``deliver``, now or later."""
        trouble = self.trouble or Trouble()
        is_lost = trouble.is_deaf if is_from_host else trouble.is_mute
        if is_lost or self._rng.random() < trouble.loss:
            return
        data = self._flipped(data, trouble.flip) * trouble.copies
        size = trouble.piece or len(data)
        for start in range(0, len(data), size):
            self._on_the_way.append((now_s + trouble.delay_s, deliver, data[start : start + size]))
        self.step(now_s)

    def step(self, now_s: float) -> None:
        """Deliver what is due; what waits longest goes first, and nothing overtakes it."""
        while self._on_the_way and self._on_the_way[0][0] <= now_s + 1e-9:
            _, deliver, data = self._on_the_way.popleft()
            deliver(data, now_s)

    def clear(self) -> None:
        """Lose what is on its way."""
        self._on_the_way.clear()

    def _flipped(self, data: bytes, share: float) -> bytes:
        if share <= 0.0:
            return data
        rng = self._rng
        return bytes(byte ^ (1 << rng.randrange(8)) if rng.random() < share else byte for byte in data)
