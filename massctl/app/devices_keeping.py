"""Changing what is remembered: keep, forget and take back, rename, choose, and note what was measured or who answered."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from massctl.app import devices_file
from massctl.app.devices_file import ROLE_WORDS, ROLES, Calibration, DevicesFile, Entry, Identity
from massctl.app.devices_known import NONE, Remembered, in_words, known_name, name_of, shown
from massctl.app.persons import today
from massctl.app.request import is_twin
from massctl.body.data import suggestion
from massctl.errors import UsageError

_NAME = re.compile(r"\w[\w .+-]{0,39}")


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
    name = known_name(word, content)
    gone = shown(name, content.devices[name], content)
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
    name = known_name(word, content)
    new = new.strip() if new.strip().lower() == name.lower() else _free_name(new, content)
    _check_name(new)
    devices = {new if other == name else other: entry for other, entry in content.devices.items()}
    defaults = {role: new if other == name else other for role, other in content.defaults.items()}
    return _saved(new, replace(content, devices=devices, defaults=defaults))


def make_default(word: str, role: str | None = None) -> Remembered:
    """Use this device when none is named, in all its roles or in ``role``. Raises UsageError."""
    content = devices_file.load()
    name = known_name(word, content)
    entry = content.devices[name]
    if role is not None and role not in entry.roles:
        raise UsageError(f"{name} is no {ROLE_WORDS[role]}: it is {in_words(entry.roles)}.", "Choose one of its roles.")
    defaults = content.defaults | dict.fromkeys((role,) if role else entry.roles, name)
    return _saved(name, replace(content, defaults=defaults))


def note_calibration(word: str, calibration: Calibration | None) -> Remembered:
    """Keep a calibration with its device, or that it has none. Raises UsageError, FileProblem."""
    return _noted(word, calibration=calibration)


def note_identity(word: str, identity: Identity) -> Remembered:
    """Keep who answers under a name. Raises UsageError, FileProblem."""
    return _noted(word, identity=identity)


def _noted(word: str, **changes: Any) -> Remembered:
    content = devices_file.load()
    name = known_name(word, content)
    entry = replace(content.devices[name], **changes)
    return _saved(name, replace(content, devices=content.devices | {name: entry}))


def _saved(name: str, content: DevicesFile) -> Remembered:
    devices_file.save(content)
    return shown(name, content.devices[name], content)


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
