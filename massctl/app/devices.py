"""The devices of a person: find them, remember them by name, use them by role. What every face calls; no face's library here."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from massctl.app.devices_file import ROLE_WORDS, ROLES, Calibration
from massctl.app.devices_identity import ask, see
from massctl.app.devices_keeping import check_free, check_unknown, forget, keep, make_default, rename, restore
from massctl.app.devices_known import (
    Remembered,
    calibration_warning,
    device_url,
    find,
    in_words,
    is_address,
    name_of,
    remembered,
)
from massctl.app.devices_scan import SCAN_S, Found, ScanResult, Sureness, scan
from massctl.app.request import RunRequest
from massctl.app.subject import Subject, load_subject
from massctl.body.data import suggestion
from massctl.body.terms import Mode, Tool
from massctl.errors import UsageError

if TYPE_CHECKING:
    from massctl.devices.dictionary import DeviceIdentity

__all__ = [
    "ROLES",
    "ROLE_WORDS",
    "SCAN_S",
    "Calibration",
    "Found",
    "Remembered",
    "ScanResult",
    "Sureness",
    "ask",
    "calibration_warning",
    "check_address",
    "check_free",
    "device_url",
    "find",
    "forget",
    "in_words",
    "is_address",
    "make_default",
    "name_of",
    "remember",
    "remembered",
    "rename",
    "restore",
    "scan",
    "with_remembered",
]


async def remember(name: str, url: str, *, roles: Collection[str] | None = None) -> Remembered:
    """Remember the device at ``url`` as ``name``.

    A foreign driver's roles are in its table and nothing is opened; a Bluetooth address without a driver is recognised by what
    the device broadcasts; a device of our own is asked, unless ``roles`` says it.

    Raises:
        UsageError: the name is taken, the address makes no sense, or the device has not this role.
        ConnectionProblem, NoAnswer: it had to be heard or asked, and was not there, or is none that massctl knows.
    """
    from massctl.devices.address import read_address  # noqa: PLC0415 - drivers load only when a device is meant
    from massctl.devices.recognising import recognised  # noqa: PLC0415 - the same

    check_address(url)
    check_free(name)
    url = await recognised(url)
    address = read_address(url)
    has = address.row.roles if address.row is not None else ("massager",) if address.scheme == "manual" else None
    said = await _asked(url) if has is None and not roles else None
    has = said.roles if said is not None else has or tuple(roles or ())
    wrong = [role for role in roles or () if role not in has]
    if wrong:
        raise UsageError(f"{url} is no {ROLE_WORDS[wrong[0]]}: it is {in_words(has)}.", suggestion(wrong[0], has))
    kept = keep(name, url, roles or has)
    if said is not None:
        await see(url, said)
    return kept


def check_address(url: str) -> None:
    """Raise UsageError where ``url`` is no device address, or is remembered already; nothing is opened. Raises FileProblem."""
    from massctl.devices.address import read_address  # noqa: PLC0415 - drivers load only when a device is meant
    from massctl.devices.manual import ManualMassager  # noqa: PLC0415 - the same

    if not is_address(url):
        raise UsageError(f"{url!r} is no device address.", "massctl devices scan shows the addresses of what is near.")
    if read_address(url).scheme == "manual":
        ManualMassager(url)
    check_unknown(url)


async def _asked(url: str) -> DeviceIdentity:
    """Ask a device of our own protocol who it is; nothing moves."""
    from massctl.devices import probe  # noqa: PLC0415 - drivers load only when a device is asked

    return (await probe(url)).identity


def with_remembered(request: RunRequest, *, without: Collection[str] = ()) -> RunRequest:
    """Return a request with the remembered devices in the roles that it leaves open, as far as what it runs uses them.

    A massager that a program does not use is left alone, so that it need not be switched on. A request that is simulated, or
    names simulated devices, gets no real ones, nor the other way round (F51).

    Args:
        request: what is to run.
        without: roles that are to stay open.

    Raises:
        UsageError, FileProblem, Blocked: what it runs cannot be found, or the file of remembered devices is wrong.
    """
    if request.is_simulated:
        return request
    fields = {field.name for field in dataclasses.fields(request)}
    missing = {
        role
        for role in _used_roles(load_subject(request), request.choices.tools) & fields
        if getattr(request, role) is None
    }
    found = {role: url for role in sorted(missing - set(without)) if (url := device_url(role)) is not None}
    kinds = _kinds(request.urls.values()) or _kinds(found.values())
    is_simulated = False not in kinds  # where real ones are among them, those are meant
    filled: dict[str, Any] = {role: url for role, url in found.items() if _kinds([url]) <= {is_simulated}}
    return dataclasses.replace(request, **filled) if filled else request


def _kinds(urls: Iterable[str]) -> set[bool]:
    """Return whether these are simulated, real, or both; a gun without a link is neither."""
    return {url.startswith("sim:") for url in urls if not url.startswith("manual:")}


def _used_roles(subject: Subject, tools: frozenset[Tool] | None) -> frozenset[str]:
    """Return the roles that a program, or a free run, has work for; a scan is measured where an algometer is at hand."""
    if subject.program is None:
        return frozenset(ROLES)
    steps = subject.program.steps
    strikes = not subject.program.keeps_motor_off and any(step.tool is Tool.PERCUSSION for step in steps)
    if strikes:
        return frozenset(ROLES)
    gauged = {Mode.RAMP, Mode.SCAN} if tools is not None and Tool.ALGOMETER in tools else {Mode.RAMP}
    measures = any(step.tool is Tool.ALGOMETER or step.mode in gauged for step in steps)
    return frozenset({"sensor", "heart"} if measures else {"heart"})
