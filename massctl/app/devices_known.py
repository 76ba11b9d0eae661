"""Which devices are remembered, by which name, and which of them a run uses when none is named."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit

from massctl.app import devices_file
from massctl.app.devices_file import ROLE_WORDS, ROLES, Calibration, DevicesFile, Entry, Identity
from massctl.app.devices_scale import doubt, url_with_scale
from massctl.app.persons import today
from massctl.app.request import is_twin
from massctl.body.data import suggestion
from massctl.errors import FileProblem, MassctlError, UsageError

NONE: Final = "none"
"""In place of a name: no device in this role, whatever is remembered."""
_NAME = re.compile(r"\w[\w .+-]{0,39}")


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
    return tuple(_shown(name, entry, content) for name, entry in content.devices.items())


def find(word: str) -> Remembered:
    """Return the device called ``word``, in any case. Raises UsageError, whose remedy names the nearest, or FileProblem."""
    content = devices_file.load()
    name = _known(word, content)
    return _shown(name, content.devices[name], content)


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
    name = _known(word, content)
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


def check_free(name: str) -> None:
    """Raise UsageError where ``name`` is taken or is no name."""
    _free_name(name, devices_file.load())


def check_unknown(url: str) -> None:
    """Raise UsageError where a device is remembered at ``url``."""
    if (other := name_of(url)) is not None:
        raise UsageError(
            f"{url} is remembered already, as {other!r}.", f"Rename it: massctl devices rename {other} NAME"
        )


def keep(name: str, url: str, roles: Collection[str]) -> Remembered:
    """Remember a device whose roles are known; the first one of a role, and the first real one, becomes its default.

    Raises:
        UsageError: the name is taken or no name, or a role is none.
        FileProblem: the file cannot be read or written.
    """
    content = devices_file.load()
    name = _free_name(name, content)
    wrong = [role for role in roles if role not in ROLES]
    if wrong or not roles:
        raise UsageError(f"There is no role {wrong[0] if wrong else ''!r}.", f"Roles are {', '.join(ROLES)}.")
    check_unknown(url)
    entry = Entry(url, tuple(role for role in ROLES if role in roles), today())
    free = [role for role in entry.roles if _is_free(role, url, content)]
    defaults = content.defaults | dict.fromkeys(free, name)
    return _saved(name, replace(content, devices=content.devices | {name: entry}, defaults=defaults))


def _is_free(role: str, url: str, content: DevicesFile) -> bool:
    """Return whether a new device at ``url`` is the default of ``role``: none is yet, or a simulated one that was tried before."""
    held = content.defaults.get(role)
    return held is None or (is_twin(content.devices[held].url) and not is_twin(url))


def forget(word: str) -> Remembered:
    """Forget a device; ``restore`` takes it back. Another one of its roles, if there is one, becomes their default."""
    content = devices_file.load()
    name = _known(word, content)
    gone = _shown(name, content.devices[name], content)
    devices = {other: entry for other, entry in content.devices.items() if other != name}
    removed = {other: entry for other, entry in content.removed.items() if other != name}
    removed[name] = replace(content.devices[name], default_for=gone.default_for)
    defaults = {}
    for role, default in content.defaults.items():
        heirs = [other for other, entry in devices.items() if role in entry.roles]
        if default != name or heirs:
            defaults[role] = default if default != name else heirs[0]
    devices_file.save(DevicesFile(defaults, devices, removed))
    return gone


def restore(word: str | None = None) -> Remembered:
    """Take a forgotten device back, a default as the default: the one called ``word``, or the last. Raises UsageError."""
    content = devices_file.load()
    if not content.removed:
        raise UsageError("No device was removed that could be restored.", "Add one: massctl devices add NAME ADDRESS")
    name = next((each for each in content.removed if each.lower() == (word or "").lower()), None)
    if word is None:
        name = list(content.removed)[-1]
    if name is None:
        raise UsageError(f"No device called {word!r} was removed.", suggestion(str(word), content.removed))
    entry = content.removed[name]
    free = name if name.lower() not in {other.lower() for other in content.devices} else f"{name}-2"
    devices = content.devices | {_free_name(free, content): replace(entry, default_for=())}
    removed = {other: each for other, each in content.removed.items() if other != name}
    unheld = [role for role in entry.roles if role not in content.defaults]
    defaults = content.defaults | dict.fromkeys((*unheld, *entry.default_for), free)
    return _saved(free, DevicesFile(defaults, devices, removed))


def rename(word: str, new: str) -> Remembered:
    """Call a device otherwise. Raises UsageError where there is none, or the new name is taken or no name."""
    content = devices_file.load()
    name = _known(word, content)
    new = new.strip() if new.strip().lower() == name.lower() else _free_name(new, content)
    _check_name(new)
    devices = {new if other == name else other: entry for other, entry in content.devices.items()}
    defaults = {role: new if other == name else other for role, other in content.defaults.items()}
    return _saved(new, replace(content, devices=devices, defaults=defaults))


def make_default(word: str, role: str | None = None) -> Remembered:
    """Use this device when none is named, in all its roles or in ``role``. Raises UsageError."""
    content = devices_file.load()
    name = _known(word, content)
    entry = content.devices[name]
    if role is not None and role not in entry.roles:
        raise UsageError(f"{name} is no {ROLE_WORDS[role]}: it is {in_words(entry.roles)}.", "Choose one of its roles.")
    defaults = content.defaults | dict.fromkeys((role,) if role else entry.roles, name)
    return _saved(name, replace(content, defaults=defaults))


def note_calibration(word: str, calibration: Calibration | None) -> Remembered:
    """Keep a calibration with its device, or that it has none. Raises UsageError, FileProblem."""
    return _noted(word, calibration=calibration)


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


def note_identity(word: str, identity: Identity) -> Remembered:
    """Keep who answers under a name. Raises UsageError, FileProblem."""
    return _noted(word, identity=identity)


def _noted(word: str, **changes: Any) -> Remembered:
    content = devices_file.load()
    name = _known(word, content)
    entry = replace(content.devices[name], **changes)
    return _saved(name, replace(content, devices=content.devices | {name: entry}))


def _saved(name: str, content: DevicesFile) -> Remembered:
    devices_file.save(content)
    return _shown(name, content.devices[name], content)


def _known(word: str, content: DevicesFile) -> str:
    for name in content.devices:
        if name.lower() == word.strip().lower():
            return name
    if not content.devices:
        remedy = "None is remembered yet: massctl devices scan, then massctl devices add NAME ADDRESS."
    else:
        remedy = suggestion(word, content.devices)
    raise UsageError(f"No device is called {word!r}.", remedy)


def _free_name(name: str, content: DevicesFile) -> str:
    name = name.strip()
    _check_name(name)
    if name.lower() in {other.lower() for other in content.devices}:
        raise UsageError(f"A device is called {name!r} already.", "Take another name, or remove that one first.")
    return name


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name) or name.lower() == NONE:
        raise UsageError(
            f"{name!r} is no name for a device.",
            "Take a letter first, then letters, digits and - (at most 40), such as gun.",
        )


def _shown(name: str, entry: Entry, content: DevicesFile) -> Remembered:
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
