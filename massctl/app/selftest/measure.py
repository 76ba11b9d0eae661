"""Measuring a real massager, its head in the air: round trip, stop latency, lease. It moves, so a person must have said go."""

from __future__ import annotations

import asyncio
from typing import Final

from massctl.app.selftest.measured import Figure, Measured, measured_now
from massctl.app.selftest.one_device import (
    ACKNOWLEDGED,
    NOT_CONFIRMED,
    STOPPED,
    Tell,
    Watcher,
    opened_alone,
    prove_first,
)
from massctl.devices.capabilities import (
    BehindRelay,
    DeviceLimits,
    Massager,
    MotorReading,
    Report,
    StopAcknowledged,
    StopReason,
)
from massctl.errors import NoAnswer, UsageError

SPEED_PPM: Final = 1200
"""The slowest that most devices run; a slower one is taken where the device has it."""
RUNS: Final = 3
"""Starts for the stop latency; one more is for the lease, where there is one."""
ROUND_TRIPS: Final = 10
RUN_S: Final = 2.5
"""So long a start runs before it is stopped."""
RENEW_S: Final = 0.250
MOVING_PPM: Final = 100.0
"""A motor that was started and is not faster than this did not start."""
STILL_PPM: Final = 30.0
FORCE_MAX_N: Final = 10.0
"""In the air: the firmware stops by itself when something is pressed."""
STOP_ACK_S: Final = 0.200
STANDSTILL_S: Final = 1.5
"""F54."""
LEASE_SLACK_S: Final = 0.150
"""Telemetry comes 20 times a second, and a motor coasts (design value)."""
PATIENCE_S: Final = 4.0
GO_AHEAD: Final = (
    f"The massager will start up to {RUNS + 1} times, for {RUN_S:g} s each, the last time until it stops by itself, at most "
    f"{RUN_S + PATIENCE_S:g} s, and massctl measures how it stops. Hold its head in the air, touching nothing and nobody, its own "
    "switch within reach."
)
"""What a person has to know and to do before it."""


async def measure(url: str, tell: Tell = lambda _text: None) -> Measured:
    """Run the massager at ``url`` a few times, for seconds each, and measure how it stops; cancelled, it stops it at once.

    Raises:
        UsageError: It has no motor that can be commanded.
        MassctlError: It cannot be reached, refuses, or does not start; or the self-test has not passed (F52).
    """
    async with opened_alone(url, "massager", tell) as bundle:
        massager = bundle.massager
        if isinstance(massager, BehindRelay):
            raise UsageError(
                f"{url}: a wand has no link of its own: the relay that feeds it stops it.", "Test the timer instead."
            )
        if massager is None or not massager.capabilities.is_controllable:
            raise UsageError(f"{url} has no motor that massctl can command.", "Name the massager's own address.")
        await prove_first(bundle, tell)
        return await _Trials(massager, tell).measure(is_simulated=bundle.identity.is_simulated)


class _Trials(Watcher):
    """One massager under measurement."""

    def __init__(self, massager: Massager, tell: Tell) -> None:
        super().__init__()
        self._massager = massager
        self._tell = tell
        self._motor: MotorReading | None = None
        self._acknowledged_s = 0.0
        self._speed_ppm = max(massager.capabilities.speed_min_ppm, min(SPEED_PPM, massager.capabilities.speed_max_ppm))
        massager.subscribe(self.take)

    def take(self, report: Report) -> None:
        """Keep the newest word of the motor, and of its stop."""
        if isinstance(report, MotorReading):
            self._motor = report
        elif isinstance(report, StopAcknowledged):
            self._acknowledged_s = self._loop.time()
        super().take(report)

    async def measure(self, *, is_simulated: bool) -> Measured:
        """Make all trials; whatever ends them stops the motor at once, and looks whether it stands."""
        massager = self._massager
        try:
            figures = await self._figures()
        except BaseException:
            massager.stop(StopReason.PERSON)
            self._tell(await self._stopped())
            raise
        problems = _problems({each.id: each for each in figures})
        return measured_now(massager.url, massager.name, figures, problems, is_simulated=is_simulated)

    async def _figures(self) -> tuple[Figure, ...]:
        massager = self._massager
        has_lease = massager.capabilities.lease_s is not None
        count = RUNS + has_lease
        self._tell("Stopping it, and seeing it stand …")
        await massager.prepare(DeviceLimits(self._speed_ppm, FORCE_MAX_N, RUN_S + 2 * PATIENCE_S))
        round_trips = [await self._stop_ack() for _ in range(ROUND_TRIPS)]
        stops = []
        for number in range(1, RUNS + 1):
            self._tell(f"Start {number} of {count}: IT RUNS, and is stopped …")
            stops.append(await self._stop_run())
        lease_s = await self._lapse(count) if has_lease else None
        standstill = [still_s for _, still_s in stops if still_s is not None]
        return (
            Figure("round_trip", "Round trip", sorted(round_trips)[len(round_trips) // 2]),
            Figure("stop_acknowledged", "Stop acknowledged", max(ack_s for ack_s, _ in stops), STOP_ACK_S),
            Figure("standstill", "Standstill", max(standstill, default=None), STANDSTILL_S),
            Figure("lease", "Off by itself", lease_s, massager.capabilities.lease_s),
        )

    async def _stopped(self) -> str:
        """Return what is known of a stop that has just been written."""
        at_s = self._loop.time()
        if self._measures:
            return STOPPED if await self.seen(lambda: self._stands(at_s), STANDSTILL_S) else NOT_CONFIRMED
        is_acknowledged = await self.seen(lambda: self._acknowledged_s >= at_s, STANDSTILL_S)
        return ACKNOWLEDGED if is_acknowledged else NOT_CONFIRMED

    async def _stop_ack(self) -> float:
        """Write STOP; return how long its acknowledgement took."""
        at_s = self._loop.time()
        self._massager.stop()
        if not await self.until(lambda: self._acknowledged_s >= at_s, PATIENCE_S):
            raise NoAnswer(self._massager.name, "STOP was not acknowledged", PATIENCE_S, "Press its own button.")
        return self._acknowledged_s - at_s

    async def _start(self) -> None:
        """Run, renewing, for ``RUN_S``. Raises NoAnswer where it does not move."""
        await self._massager.arm()
        self._massager.set_speed(self._speed_ppm, self._massager.capabilities.ramp_ppm_per_s)
        until_s = self._loop.time() + RUN_S
        while self._loop.time() < until_s:
            self._massager.renew()
            await asyncio.sleep(RENEW_S)
            self.raise_if_lost()
        if self._measures and (self._motor is None or (self._motor.measured_ppm or 0.0) < MOVING_PPM):
            raise NoAnswer(self._massager.name, "the motor did not start", RUN_S, "Check its battery and its switch.")

    @property
    def _measures(self) -> bool:
        return self._massager.capabilities.confirms_speed

    async def _stop_run(self) -> tuple[float, float | None]:
        """Run and stop; return when the stop was acknowledged and when the motor stood."""
        await self._start()
        at_s = self._loop.time()
        acknowledged_s = await self._stop_ack()
        if not self._measures:
            await asyncio.sleep(STANDSTILL_S)
            return acknowledged_s, None
        if not await self.until(lambda: self._stands(at_s), PATIENCE_S):
            raise NoAnswer(self._massager.name, "the motor did not come to a standstill", PATIENCE_S, "Switch it off.")
        return acknowledged_s, self._loop.time() - at_s

    async def _lapse(self, number: int) -> float | None:
        """Run and fall silent; return when the device had switched off by itself, None where it did not."""
        self._tell(f"Start {number} of {number}: IT RUNS, and has to stop by itself …")
        await self._start()
        self._massager.renew()
        at_s = self._loop.time()
        has_lapsed = await self.until(lambda: self._motor is not None and not self._motor.is_armed, PATIENCE_S)
        lapsed_s = self._loop.time() - at_s
        await self._stop_ack()
        return lapsed_s if has_lapsed else None

    def _stands(self, since_s: float) -> bool:
        """Return whether it has told that it stands, since then."""
        motor = self._motor
        if motor is None or motor.received_at_s < since_s:
            return False
        return motor.commanded_ppm == 0 and (motor.measured_ppm or 0.0) <= STILL_PPM


def _problems(figures: dict[str, Figure]) -> list[str]:
    """Return what of the figures is beyond its limit (F33, F34, F54)."""
    stop, standstill, lease = figures["stop_acknowledged"], figures["standstill"], figures["lease"]
    problems: list[str] = []
    if stop.took_s is not None and stop.took_s > STOP_ACK_S:
        problems.append(f"a stop was acknowledged after {stop.took_s * 1000:.0f} ms; at most 200 ms (F54)")
    if standstill.took_s is not None and standstill.took_s > STANDSTILL_S:
        problems.append(f"the motor stood {standstill.took_s:.1f} s after a stop; at most 1.5 s (F54)")
    if lease.allowed_s is None:
        problems.append("it has no lease: when massctl dies, it runs on. Use timer hardware (F34)")
    elif lease.took_s is None:
        problems.append(f"it did not stop by itself when nothing renewed its lease of {lease.allowed_s:g} s (F33)")
    elif lease.took_s > lease.allowed_s + LEASE_SLACK_S:
        problems.append(f"its lease lapsed after {lease.took_s:.2f} s; promised are {lease.allowed_s:g} s (F33)")
    return problems
