"""A corded wand behind a timer's relay: ``wand://?rate=1800``, or ``wand://?gun=purewave-cm7``, together with a timer.

It is on or off: its one speed is where its own dial stands, and closing the relay is the command to run. The relay's slice is the
lease, renewed by the session through the timer; nothing closes the relay before a speed was set. What is told of the motor is what
is read of the relay: an open one is a motor without power, a closed one most likely a motor that runs.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from massctl.devices.address import DeviceAddress, read_address
from massctl.devices.bundle import DeviceBundle
from massctl.devices.capabilities import (
    DeviceLimits,
    LinkLoss,
    MassagerCapabilities,
    MotorReading,
    Report,
    StopReason,
    Timer,
    TimerReading,
)
from massctl.devices.dictionary import DeviceIdentity
from massctl.devices.ladders import Ladder, ladder
from massctl.devices.subscriber import OneSubscriber
from massctl.devices.wire import Wire, open_wire
from massctl.errors import ConnectionProblem

RATE_MIN_PPM: Final = 500
RATE_MAX_PPM: Final = 6_000
SLICE_S: Final = 2.0
"""How long the session closes the relay for at a time."""


async def connect(url: str, *, record: Path | None = None) -> DeviceBundle:
    """Return the wand; nothing is opened, but for a simulated one, which is plugged in. Raises UsageError or FileProblem."""
    address = read_address(url)
    gun = ladder(address.options["gun"]) if "gun" in address.options else None
    rate_ppm = _rate_ppm(address, gun)
    plug = await open_wire(url, address.transport_url, record) if address.is_simulated else None
    wand = WandMassager(url, gun.name if gun is not None else "corded wand", rate_ppm, gun.heads if gun else (), plug)
    if gun is not None:
        wand.capabilities = replace(wand.capabilities, auto_off_s=gun.auto_off_s)
    identity = DeviceIdentity(url, wand.name, "", "", "", 0, 0, ("massager",), is_simulated=address.is_simulated)
    return DeviceBundle(url, identity, massager=wand, warnings=tuple(_warnings(wand, gun)))


def _rate_ppm(address: DeviceAddress, gun: Ladder | None) -> int:
    if "rate" not in address.options and (gun is None or not gun.levels_ppm):
        raise address.bad(
            "rate is missing: the strokes a minute where its dial stands (count them), or gun=… with levels"
        )
    return address.whole("rate", gun.levels_ppm[0] if gun and gun.levels_ppm else 0, RATE_MIN_PPM, RATE_MAX_PPM)


def _warnings(wand: WandMassager, gun: Ladder | None) -> list[str]:
    rate_ppm = wand.capabilities.speed_max_ppm
    said = [
        f"It starts at once with {rate_ppm:,} strokes a minute: no soft start is possible, put it on when it runs. [F17]"
    ]
    if gun is not None and gun.note:
        said.append(gun.note)
    return said


class WandMassager(OneSubscriber):
    """A motor that a relay switches; ``through`` gives it its relay."""

    def __init__(self, url: str, name: str, rate_ppm: int, heads: tuple[str, ...], plug: Wire | None) -> None:
        self.url = url
        self.name = name
        self.capabilities = MassagerCapabilities(
            speed_min_ppm=rate_ppm,
            speed_max_ppm=rate_ppm,
            levels_ppm=(rate_ppm,),
            confirms_speed=False,
            on_link_loss=LinkLoss.KEEPS_RUNNING,
            has_soft_start=False,
            ramp_ppm_per_s=rate_ppm,
            heads=heads,
            is_behind_relay=True,
        )
        self._plug = plug
        self._relay: WandRelay | None = None
        self._is_wanted = False

    def through(self, timer: Timer) -> Timer:
        """Take the relay that feeds it; return the timer to use from now on in that one's place."""
        able = timer.capabilities
        if not able.has_relay:
            raise ConnectionProblem(
                timer.url, f"{timer.name} has no relay that could feed a wand.", "Use another timer."
            )
        self._relay = WandRelay(timer, self)
        self.capabilities = replace(
            self.capabilities,
            lease_s=SLICE_S if able.opens_by_itself else None,
            on_link_loss=LinkLoss.STOPS if able.opens_by_itself else LinkLoss.KEEPS_RUNNING,
            is_monitored=able.is_monitored,
            silent_after_s=able.silent_after_s,
        )
        return self._relay

    @property
    def is_wanted(self) -> bool:
        """Whether it is set to run, so that the relay may be closed."""
        return self._is_wanted

    @property
    def last_frame_at_s(self) -> float:
        """When the relay last said something valid."""
        return self._relay.last_frame_at_s if self._relay is not None else math.inf

    async def prepare(self, limits: DeviceLimits) -> None:
        """Nothing here: the timer opens the relay."""

    async def arm(self, limits: DeviceLimits | None = None) -> None:
        """Nothing has to be asked: the relay closes with the first speed."""

    async def clear_faults(self) -> None:
        """It tells of none."""

    def set_speed(self, speed_ppm: int, ramp_ppm_per_s: int) -> None:
        """Close the relay for the slice that the session has set, or open it."""
        if self._relay is None:
            return
        self._is_wanted = speed_ppm > 0
        if self._is_wanted:
            self._relay.close()
        else:
            self._relay.cancel()

    def renew(self) -> None:
        """Nothing: the session renews the relay's slice through the timer."""

    def stop(self, reason: StopReason = StopReason.SUPERVISOR) -> bool:
        """Open the relay; nothing acknowledges it but the relay that is read to be open."""
        if self._relay is None:
            return False
        return self._relay.cancel()

    async def aclose(self) -> None:
        """Open the relay, if this wand had it closed."""
        if self._is_wanted:
            self.stop(StopReason.END)
        if self._plug is not None:
            await self._plug.aclose()

    def not_wanted(self) -> None:
        """Know that the relay was told to open."""
        self._is_wanted = False

    def note(self, relay: TimerReading) -> None:
        """Say of the motor what the relay says of itself."""
        now_s = asyncio.get_running_loop().time()
        set_ppm = self.capabilities.speed_max_ppm if relay.relay_closed else 0
        self._report(
            MotorReading(
                at_s=relay.at_s,
                received_at_s=now_s,
                commanded_ppm=set_ppm,
                ramped_ppm=set_ppm,
                measured_ppm=None,
                is_armed=relay.relay_closed,
            )
        )


class WandRelay:
    """The timer that feeds a wand, as the session uses it: its slices reach the relay only while the wand is set to run."""

    def __init__(self, timer: Timer, wand: WandMassager) -> None:
        self.name = timer.name
        self.url = timer.url
        self.capabilities = timer.capabilities
        self._timer = timer
        self._wand = wand
        self._slice_s = SLICE_S

    def subscribe(self, on_report: Callable[[Report], None]) -> None:
        """Deliver all reports, and tell the wand of the relay's state first."""

        def take(report: Report) -> None:
            if isinstance(report, TimerReading):
                self._wand.note(report)
            on_report(report)

        self._timer.subscribe(take)

    @property
    def last_frame_at_s(self) -> float:
        """When the timer last said something valid."""
        return self._timer.last_frame_at_s

    async def prepare(self) -> None:
        """Open the relay, and see it open."""
        await self._timer.prepare()

    def arm(self, duration_s: float) -> None:
        """Renew the slice of a wand that runs; for one that does not, only remember how long a slice may be."""
        self._slice_s = duration_s
        if self._wand.is_wanted:
            self._timer.arm(duration_s)

    def close(self) -> None:
        """Begin a slice."""
        self._timer.arm(self._slice_s)

    def cancel(self) -> bool:
        """Open the relay now."""
        self._wand.not_wanted()
        return self._timer.cancel()

    def buzz(self, duration_s: float) -> None:
        """Sound the buzzer, where there is one."""
        self._timer.buzz(duration_s)

    async def aclose(self) -> None:
        """Close the timer."""
        await self._timer.aclose()
