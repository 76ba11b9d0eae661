"""Which devices are remembered, by which name, and which of them a run uses when none is named."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit

from massctl.app import devices_file
from massctl.app.devices_file import ROLE_WORDS, Calibration, DevicesFile, Entry, Identity
from massctl.app.devices_scale import doubt, url_with_scale
from massctl.app.persons import today
from massctl.body.data import suggestion
from massctl.errors import FileProblem, MassctlError, UsageError

NONE: Final = "none"
"""In place of a name: no device in this role, whatever is remembered."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """One remembered device, as a person is shown it."""

    name: str
    url: str
    """The address that opens it, its calibration included."""
    roles: tuple[str, ...]
    default_for: tuple[str, ...]
    """Roles in which it is used when none is named."""
    added_on: date
    driver: str
    """'' for our own firmware, or where the device tells."""
    calibration: Calibration | None
    badges: tuple[str, ...]
    """What to know of it, such as an old calibration."""
    identity: Identity | None = None
    """Who answered when it was first connected; None until then."""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        values = asdict(self) | {"added_on": self.added_on.isoformat()}
        if self.calibration is not None:
            values["calibration"]["on"] = self.calibration.on.isoformat()
        return values


def remembered() -> tuple[Remembered, ...]:
    """Return all remembered devices, in the order in which they were added. Raises FileProblem."""
    content = devices_file.load()
    return tuple(shown(name, entry, content) for name, entry in content.devices.items())


def find(word: str) -> Remembered:
    """Return the device called ``word``, in any case. Raises UsageError, whose remedy names the nearest, or FileProblem."""
    content = devices_file.load()
    name = known_name(word, content)
    return shown(name, content.devices[name], content)


def device_url(role: str, word: str | None = None) -> str | None:
    """Return the address to use for ``role``.

    Args:
        role: of massager, sensor, timer, heart.
        word: an address; a remembered device's name; 'none'; or None for the remembered default.

    Returns:
        None where there is none, or none is wanted.

    Raises:
        UsageError: no device is called so, or it is none of this role.
        FileProblem: the file of remembered devices is wrong.
    """
    if word is not None and (word.lower() == NONE or is_address(word)):
        return None if word.lower() == NONE else word
    content = devices_file.load()
    if word is None:
        name = content.defaults.get(role)
        return _url(content.devices[name]) if name is not None else None
    name = known_name(word, content)
    entry = content.devices[name]
    if role not in entry.roles:
        others = [other for other, each in content.devices.items() if role in each.roles]
        remedy = (
            f"One that is: {', '.join(others)}."
            if others
            else f"Add one: massctl devices add NAME ADDRESS --role {role}"
        )
        raise UsageError(f"{name} is no {ROLE_WORDS[role]}: it is {in_words(entry.roles)}.", remedy)
    return _url(entry)


def in_words(roles: Collection[str]) -> str:
    """Return what a device of these roles is: ``a massager and a timer``."""
    return " and ".join(f"a {ROLE_WORDS[role]}" for role in roles)


def is_address(word: str) -> bool:
    """Return whether ``word`` is meant as an address rather than as a name."""
    return "://" in word or word.startswith("/")


def address_of(role: str, word: str) -> str:
    """Return the address of the device called ``word``, or the address itself. Raises UsageError, FileProblem."""
    url = device_url(role, word)
    if url is None:
        raise UsageError(f"{word!r} is no device.", "Name one: massctl devices list")
    return url


def name_of(url: str) -> str | None:
    """Return the name of the remembered device at ``url``, whatever options stand in either; None where it is not remembered."""
    place = _place(url)
    return next((name for name, entry in devices_file.load().devices.items() if _place(entry.url) == place), None)


def calibration_warning(url: str) -> str | None:
    """Return why F36 takes the sensor at ``url`` for uncalibrated; None where it does not, as far as massctl knows."""
    try:
        name = name_of(url)
        said = _doubt(devices_file.load().devices[name]) if name is not None else doubt(url, None, today())
    except FileProblem as problem:
        return f"When its sensor was calibrated is not known: {problem.what} [F36]"
    return f"{name or 'The force sensor'}: {said}. [F36]" if said else None


def remembered_identities() -> dict[str, Identity]:
    """Return who answered under each name, where that is known. Raises FileProblem."""
    entries = devices_file.load().devices.items()
    return {name: entry.identity for name, entry in entries if entry.identity is not None}


def known_name(word: str, content: DevicesFile) -> str:
    """Return the name of the device called ``word``, in any case. Raises UsageError, whose remedy names the nearest."""
    for name in content.devices:
        if name.lower() == word.strip().lower():
            return name
    if not content.devices:
        remedy = "None is remembered yet: massctl devices scan, then massctl devices add NAME ADDRESS."
    else:
        remedy = suggestion(word, content.devices)
    raise UsageError(f"No device is called {word!r}.", remedy)


def shown(name: str, entry: Entry, content: DevicesFile) -> Remembered:
    """Return a device as a person is shown it."""
    badge = _doubt(entry)
    return Remembered(
        name,
        _url(entry),
        entry.roles,
        tuple(role for role, default in content.defaults.items() if default == name),
        entry.added_on,
        _driver(entry.url),
        entry.calibration,
        (badge,) if badge else (),
        entry.identity,
    )


def _driver(url: str) -> str:
    from massctl.devices.address import read_address  # noqa: PLC0415 - the table of drivers loads only where devices are shown

    try:
        row = read_address(url).row
    except MassctlError:  # a wrong address is told where it is used
        return ""
    return row.id if row is not None else ""


def _url(entry: Entry) -> str:
    """Return the address with the calibration that massctl keeps for the device."""
    return url_with_scale(entry.url, entry.calibration)


def _doubt(entry: Entry) -> str:
    return doubt(entry.url, entry.calibration, today()) if "sensor" in entry.roles else ""


def _place(url: str) -> str:
    """Return an address without its options, as far as they do not name another device."""
    parts = urlsplit(url)
    if parts.scheme == "manual":
        return url
    return f"{parts.scheme}://{parts.netloc.upper() if parts.scheme == 'ble' else parts.netloc}{parts.path.rstrip('/')}"
