"""Opening the devices of a run: all at once, one link for one address, and every failure told together."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from massctl.app.devices_identity import connect_known
from massctl.app.devices_known import calibration_warning
from massctl.app.request import ROLES
from massctl.devices.capabilities import BehindRelay
from massctl.errors import (
    Blocked,
    ConnectionProblem,
    LinkLost,
    MassctlError,
    NoAnswer,
    PortBusy,
    PortMissing,
    UsageError,
    WrongDevice,
)
from massctl.session.runner import SessionDevices

if TYPE_CHECKING:
    from massctl.devices import DeviceBundle
    from massctl.devices.dictionary import DeviceIdentity


_NOT_HERE = (PortMissing, PortBusy, LinkLost, NoAnswer)
"""A device is out of range, off, or somebody else's: the address may be right all the same."""


class ConnectFailed(ConnectionProblem):
    """More than one device cannot be used; ``problems`` are by role and address."""

    def __init__(self, problems: Mapping[str, Exception]) -> None:
        lines = [f"  {place}\n    {problem}" for place, problem in problems.items()]
        super().__init__(f"{len(lines)} devices cannot be used", "\n".join(["", *lines]))
        self.what = f"{self.url}:{self.reason}"
        self.problems = dict(problems)


class Connections:
    """The links of one session: ``open`` (again after a loss), closed on leaving the context."""

    def __init__(self, urls: Mapping[str, str], *, record: Path | None = None) -> None:
        self._roles_by_url: dict[str, set[str]] = defaultdict(set)
        for role, url in urls.items():
            self._roles_by_url[url].add(role)
        self._record = record
        self._recordings = 0
        self._tokens: dict[str, int] = {}
        """Our name at each device, the same whenever its link is opened again: it then gives itself back at once."""
        self._known: dict[str, tuple[str, ...]] = {}
        """Who answered at each address when the session began."""
        self.bundles: dict[str, DeviceBundle] = {}
        """What is open, by address."""
        self._going_without: dict[str, MassctlError] = {}
        """Why a device that is not needed is not there."""

    @property
    def urls(self) -> frozenset[str]:
        """All addresses, open or not."""
        return frozenset(self._roles_by_url)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What has to be known of the open devices as long as they are used."""
        told = [text for bundle in self.bundles.values() for text in bundle.warnings]
        told += [f"No heart rate: {problem}" for problem in self._going_without.values()]
        sensors = (url for url, roles in self._roles_by_url.items() if "sensor" in roles)
        return tuple(dict.fromkeys([*told, *filter(None, map(calibration_warning, sensors))]))

    def are_simulated(self) -> bool:
        """Tell whether the open devices are simulated ones; raises Blocked for a mixture, whose record would be neither (F51)."""
        kinds = {bundle.identity.is_simulated for bundle in self.bundles.values()}
        if len(kinds) > 1:
            raise Blocked("F51", "Real and simulated devices cannot share a session.", "Use one kind.")
        return kinds == {True}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.aclose()

    async def open(self) -> SessionDevices:
        """Open every address that is not open, all at once; what was open before a loss is closed first.

        Raises:
            MassctlError: One device's own problem, or ConnectFailed with those of several; what did open is closed again.
        """
        await self.aclose()
        urls = tuple(self._roles_by_url)
        outcomes = await asyncio.gather(*map(self._open_one, urls), return_exceptions=True)
        problems: dict[str, Exception] = {}
        self._going_without.clear()
        for url, outcome in zip(urls, outcomes, strict=True):
            if isinstance(outcome, MassctlError) and self._can_go_without(url, outcome):
                self._going_without[url] = outcome
            elif isinstance(outcome, MassctlError):
                problems[f"{' and '.join(sorted(self._roles_by_url[url]))} {url}"] = outcome
            elif isinstance(outcome, BaseException):
                await self.aclose()
                raise outcome
        if problems:
            await self.aclose()
            raise next(iter(problems.values())) if len(problems) == 1 else ConnectFailed(problems)
        return self._devices()

    async def aclose(self) -> None:
        """Close all links, side by side; idempotent."""
        bundles, self.bundles = self.bundles, {}
        await asyncio.gather(*(bundle.aclose() for bundle in bundles.values()))

    async def _open_one(self, url: str) -> None:
        from massctl.devices import new_token  # noqa: PLC0415 - drivers and serial libraries load only when a device is opened

        token = self._tokens.setdefault(url, new_token())
        roles = frozenset(self._roles_by_url[url])
        bundle = await connect_known(url, roles, record=self._recording(), token=token)
        who = _who(bundle.identity)
        if self._known.setdefault(url, who) != who:
            await bundle.aclose()  # nothing of it was claimed, and nothing was sent to it but the question who it is
            raise WrongDevice(
                url,
                f"another device answers here now: {_named(who)}; the session began with {_named(self._known[url])}.",
                "Connect the device that the session began with, or begin anew.",
            )
        self.bundles[url] = bundle

    def _devices(self) -> SessionDevices:
        by_role = {
            role: self.bundles[url]
            for url, roles in self._roles_by_url.items()
            for role in roles
            if url in self.bundles
        }
        massager, sensor, timer, heart = (by_role.get(role) for role in ROLES)
        relay = timer.timer if timer else None
        if massager is not None and isinstance(massager.massager, BehindRelay):
            if relay is None or timer is None:
                raise UsageError(
                    f"{massager.url}: a wand without a link of its own runs by the relay that feeds it, and there is no timer.",
                    "Name it: --timer …",
                )
            relay = massager.massager.through(relay)
            massager.identity = replace(massager.identity, is_simulated=timer.identity.is_simulated)
        return SessionDevices(
            massager=massager.massager if massager else None,
            sensor=sensor.sensor if sensor else None,
            timer=relay,
            heart=heart.heart if heart else None,
        )

    def _can_go_without(self, url: str, problem: MassctlError) -> bool:
        """Return whether a device need not be there, or come back: a heart rate sensor steers nothing."""
        return self._roles_by_url[url] == {"heart"} and (url in self._known or isinstance(problem, _NOT_HERE))

    def _recording(self) -> Path | None:
        """Return a file of its own for each link: ``x.jsonl``, ``x-2.jsonl`` and so on."""
        if self._record is None:
            return None
        self._recordings += 1
        number = "" if self._recordings == 1 else f"-{self._recordings}"
        return self._record.with_name(f"{self._record.stem}{number}{self._record.suffix}")


def _who(identity: DeviceIdentity) -> tuple[str, ...]:
    """Return what tells one device from another; an update of its firmware, or a restart, leaves it the same."""
    return (identity.name, identity.model, identity.serial_number)


def _named(who: tuple[str, ...]) -> str:
    name, model, serial_number = who
    return " ".join([name, *([f"({model})"] if model and model != name else []), serial_number]).strip()
