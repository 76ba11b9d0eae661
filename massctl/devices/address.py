"""The address of a device taken apart: which driver speaks, with which options, over which transport.

``serial:///dev/ttyUSB0?driver=mark10&baud=115200&max=500`` gives driver ``mark10``, option ``max``, and the transport's own
address ``serial:///dev/ttyUSB0?baud=115200``. ``sim://mark10`` and ``sim://bench2/mark10`` imply the driver.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode

from massctl.devices.supported import SUPPORTED, Driver
from massctl.errors import UsageError
from massctl.transports.opening import split_url

DRIVER: Final = "driver"
_TRANSPORTS: Final = frozenset({"baud"})
"""Options that belong to a serial port."""


@dataclass(frozen=True, slots=True)
class DeviceAddress:
    """One device address; made by ``read_address``."""

    url: str
    """As it was given."""
    scheme: str
    row: Driver | None
    """The driver that speaks; None for our own firmware."""
    options: Mapping[str, str]
    """Of the driver."""
    transport_url: str
    """For ``open_stream`` or ``open_gatt``."""

    @property
    def is_simulated(self) -> bool:
        """Whether a twin in this process, or on a simulated radio, is meant (F51)."""
        return _is_sim(self.scheme)

    def with_baud(self, baud: int) -> str:
        """Return the transport's address, with this speed where it is a serial port and the person gave none."""
        if self.scheme != "serial" or "?" in self.transport_url:
            return self.transport_url
        return f"{self.transport_url}?baud={baud}"

    def number(self, key: str, default: float, low: float, high: float) -> float:
        """Return an option as a number from ``low`` to ``high``. Raises UsageError."""
        text = self.options.get(key)
        if text is None:
            return default
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            raise self.bad(f"{key} is a number from {low:g} to {high:g}, not {text!r}")
        return value

    def whole(self, key: str, default: int, low: int, high: int) -> int:
        """Return an option as a whole number from ``low`` to ``high``. Raises UsageError."""
        value = self.number(key, default, low, high)
        if value != round(value):
            raise self.bad(f"{key} is a whole number, not {self.options[key]!r}")
        return round(value)

    def choice(self, key: str, default: str, allowed: Collection[str]) -> str:
        """Return an option that is one of ``allowed``. Raises UsageError."""
        text = self.options.get(key, default)
        if text not in allowed:
            raise self.bad(f"{key} is one of {', '.join(allowed)}, not {text!r}")
        return text

    def bad(self, reason: str) -> UsageError:
        """Return the error for something wrong in this address."""
        return UsageError(f"{self.url}: {reason}.", self._remedy())

    def _remedy(self) -> str:
        if self.row is None or not self.row.url_options:
            return ""
        return f"Options of {self.row.id}: {', '.join(self.row.url_options)}."


def read_address(url: str) -> DeviceAddress:
    """Take ``url`` apart. Raises UsageError for what is no address, an unknown driver, or an option that it does not have."""
    parts = split_url(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    given = dict(pairs)
    row = _row(url, given.pop(DRIVER, None), _implied(parts.scheme, parts.netloc, parts.path))
    if row is None:
        return DeviceAddress(url, parts.scheme, None, {}, url)
    of_transport = (
        _TRANSPORTS if parts.scheme == "serial" else frozenset(row.sim_options) if _is_sim(parts.scheme) else ()
    )
    kept = {key: text for key, text in given.items() if key in of_transport}
    options = {key: text for key, text in given.items() if key not in kept}
    if _is_sim(parts.scheme):
        options = dict(row.sim_defaults) | options
    transport_url = url.partition("?")[0] + (f"?{urlencode(kept)}" if kept else "")
    address = DeviceAddress(url, parts.scheme, row, options, transport_url)
    if len(pairs) != len(dict(pairs)):
        raise address.bad("an option is given twice")
    for key in options:
        if key not in row.url_options:
            near = difflib.get_close_matches(key, row.url_options, n=1)
            guess = f"; did you mean {near[0]}?" if near else ""
            raise address.bad(f"{row.id} has no option {key!r}{guess}")
    return address


def _is_sim(scheme: str) -> bool:
    return scheme == "sim"


def _implied(scheme: str, host: str, path: str) -> str | None:
    """Return the driver that the address of a simulated or linkless device names by itself."""
    ids = {row.id for row in SUPPORTED}
    if not _is_sim(scheme):
        return scheme if scheme in ids else None
    last = path.rsplit("/", 1)[-1]
    return last if last in ids else host if host in ids and not last else None


def _row(url: str, named: str | None, implied: str | None) -> Driver | None:
    if named is not None and implied is not None and named != implied:
        raise UsageError(f"{url}: names the driver {named!r}, but is the address of a {implied}.", "Leave one out.")
    wanted = named if named is not None else implied
    if wanted is None:
        return None
    rows = {row.id: row for row in SUPPORTED}
    if wanted not in rows:
        near = difflib.get_close_matches(wanted, rows, n=1)
        guess = f" Did you mean {near[0]}?" if near else ""
        raise UsageError(f"{url}: there is no driver {wanted!r}.{guess}", "'massctl devices supported' lists them.")
    return rows[wanted]
