"""The feature dictionary: what a device carries and can do, as numbers and texts under keys.

Both roles use it: a device lists its entries, a host collects them. Keys unknown to this version are kept and ignored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from firmware_protocol.codes import NUMBERS_MAX, TEXT_MAX, Function, Key
from firmware_protocol.errors import LocalProtocolError, RemoteProtocolError
from firmware_protocol.reports import Feature

ENTRIES_MAX: Final = 255
"""Entries one device may list: their index is one byte."""

FeatureValue = int | str | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FeatureSet:
    """A whole dictionary: function → key → numbers or a text."""

    by_function: Mapping[int, Mapping[int, FeatureValue]]

    @classmethod
    def from_entries(cls, entries: Iterable[Feature]) -> FeatureSet:
        """Collect the entries of a device, in their order; numbers under a key seen before continue its list.

        Raises RemoteProtocolError when a key is given both numbers and a text.
        """
        collected: dict[int, dict[int, FeatureValue]] = {}
        for entry in entries:
            values = collected.setdefault(entry.function, {})
            before = values.get(entry.key, ())
            if isinstance(entry.value, tuple) and isinstance(before, tuple):
                values[entry.key] = before + entry.value
            elif entry.key not in values:
                values[entry.key] = entry.value
            else:
                raise RemoteProtocolError(
                    f"feature {entry.key} of function {entry.function} is both numbers and a text"
                )
        return cls(collected)

    def entries(self) -> tuple[Feature, ...]:
        """Return the entries a device sends; raises LocalProtocolError when there are too many or a text is too long."""
        flat: list[tuple[int, int, tuple[int, ...] | str]] = []
        for function, values in self.by_function.items():
            for key, value in values.items():
                flat += ((function, key, part) for part in _parts(value))
        if len(flat) > ENTRIES_MAX:
            raise LocalProtocolError(f"{len(flat)} feature entries are more than {ENTRIES_MAX}")
        return tuple(Feature(index, len(flat), *entry) for index, entry in enumerate(flat))

    @property
    def functions(self) -> frozenset[int]:
        """The functions the device carries."""
        return frozenset(self.by_function)

    @property
    def function_bits(self) -> int:
        """The functions as Identity sends them."""
        return sum(1 << function for function in self.by_function)

    def numbers(self, function: Function, key: Key) -> tuple[int, ...]:
        """Return all numbers under a key; empty when it is absent or a text."""
        value = self.by_function.get(function, {}).get(key, ())
        if isinstance(value, str):
            return ()
        return (value,) if isinstance(value, int) else value

    def number(self, function: Function, key: Key, default: int = 0) -> int:
        """Return the first number under a key, or ``default``."""
        numbers = self.numbers(function, key)
        return numbers[0] if numbers else default

    def text(self, function: Function, key: Key, default: str = "") -> str:
        """Return the text under a key, or ``default``."""
        value = self.by_function.get(function, {}).get(key, default)
        return value if isinstance(value, str) else default


def _parts(value: FeatureValue) -> list[tuple[int, ...] | str]:
    """Cut a value into what fits one entry each."""
    if isinstance(value, str):
        if len(value.encode()) > TEXT_MAX:
            raise LocalProtocolError(f"the feature text {value!r} is longer than {TEXT_MAX} bytes")
        return [value]
    numbers = (value,) if isinstance(value, int) else value
    return [numbers[start : start + NUMBERS_MAX] for start in range(0, len(numbers), NUMBERS_MAX)]
