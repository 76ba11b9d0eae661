"""Measuring a real massager, its head in the air: round trip, stop latency, lease. It moves, so a person must have said go."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final

from massctl import clock
from massctl.devices import connect
from massctl.devices.capabilities import DeviceLimits, Massager, MotorReading, Report, StopAcknowledged
from massctl.errors import NoAnswer, UsageError

SPEED_PPM: Final = 1200
"""The slowest that most devices run; a slower one is taken where the device has it."""
RUNS: Final = 3
"""Starts for the stop latency; one more is for the lease."""
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


@dataclass(frozen=True, slots=True)
class Measurement:
    """The figures of one device; times in seconds, the worst of the runs."""

    url: str
    name: str
    made_at: str
    round_trip_s: float
    stop_acknowledged_s: float
    standstill_s: float | None
    """None where the device does not measure its speed."""
    lease_s: float | None
    """From the last renewal until the device had stopped by itself; None where it did not."""
    lease_promised_s: float | None
    is_passed: bool
    problems: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)


async def measure(url: str) -> Measurement:
    """Run the massager at ``url`` a few times, for seconds each, and measure how it stops.

    Raises:
        UsageError: It has no motor that can be commanded.
        MassctlError: It cannot be reached, refuses, or does not start.
    """
    bundle = await connect(url, frozenset({"massager"}))
    try:
        massager = bundle.massager
        if massager is None or not massager.capabilities.is_controllable:
            raise UsageError(f"{url} has no motor that massctl can command.", "Name the massager's own address.")
        return await _Bench(massager).measure()
    finally:
        await bundle.aclose()


class _Bench:
    """One massager under measurement."""

    def __init__(self, massager: Massager) -> None:
        self._massager = massager
        self._loop = asyncio.get_running_loop()
        self._motor: MotorReading | None = None
        self._acknowledged_s = 0.0
        self._news = asyncio.Event()
        self._speed_ppm = max(massager.capabilities.speed_min_ppm, min(SPEED_PPM, massager.capabilities.speed_max_ppm))
        massager.subscribe(self._take)

    def _take(self, report: Report) -> None:
        if isinstance(report, MotorReading):
            self._motor = report
        elif isinstance(report, StopAcknowledged):
            self._acknowledged_s = self._loop.time()
        self._news.set()

    async def measure(self) -> Measurement:
        massager = self._massager
        run_max_s = RUN_S + 2 * PATIENCE_S
        await massager.prepare(DeviceLimits(self._speed_ppm, FORCE_MAX_N, run_max_s))
        round_trips = [await self._stop_ack() for _ in range(ROUND_TRIPS)]
        stops = [await self._stop_run() for _ in range(RUNS)]
        lease_s = await self._lapse()
        acknowledged_s = max(ack_s for ack_s, _ in stops)
        standstill = [still_s for _, still_s in stops if still_s is not None]
        promised_s = massager.capabilities.lease_s
        problems = _problems(acknowledged_s, max(standstill, default=None), lease_s, promised_s)
        return Measurement(
            url=massager.url,
            name=massager.name,
            made_at=clock.wall_now().isoformat(timespec="seconds"),
            round_trip_s=sorted(round_trips)[len(round_trips) // 2],
            stop_acknowledged_s=acknowledged_s,
            standstill_s=max(standstill, default=None),
            lease_s=lease_s,
            lease_promised_s=promised_s,
            is_passed=not problems,
            problems=problems,
        )

    async def _stop_ack(self) -> float:
        """Write STOP; return how long its acknowledgement took."""
        at_s = self._loop.time()
        self._massager.stop()
        if not await self._until(lambda: self._acknowledged_s >= at_s, PATIENCE_S):
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
        if not await self._until(self._stands, PATIENCE_S):
            raise NoAnswer(self._massager.name, "the motor did not come to a standstill", PATIENCE_S, "Switch it off.")
        return acknowledged_s, self._loop.time() - at_s

    async def _lapse(self) -> float | None:
        """Run and fall silent; return when the device had switched off by itself, None where it did not."""
        await self._start()
        self._massager.renew()
        at_s = self._loop.time()
        has_lapsed = await self._until(lambda: self._motor is not None and not self._motor.is_armed, PATIENCE_S)
        lapsed_s = self._loop.time() - at_s
        await self._stop_ack()
        return lapsed_s if has_lapsed else None

    def _stands(self) -> bool:
        motor = self._motor
        return motor is not None and motor.commanded_ppm == 0 and (motor.measured_ppm or 0.0) <= STILL_PPM

    async def _until(self, is_so: Callable[[], bool], within_s: float) -> bool:
        """Wait until ``is_so``; False when it has not come within ``within_s``."""
        try:
            async with asyncio.timeout(within_s):
                while not is_so():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return False
        return True


def _problems(
    acknowledged_s: float, standstill_s: float | None, lease_s: float | None, promised_s: float | None
) -> tuple[str, ...]:
    problems: list[str] = []
    if acknowledged_s > STOP_ACK_S:
        problems.append(f"a stop was acknowledged after {acknowledged_s * 1000:.0f} ms; at most 200 ms (F54)")
    if standstill_s is not None and standstill_s > STANDSTILL_S:
        problems.append(f"the motor stood {standstill_s:.1f} s after a stop; at most 1.5 s (F54)")
    if promised_s is None:
        problems.append("it has no lease: when massctl dies, it runs on. Use timer hardware (F34)")
    elif lease_s is None:
        problems.append(f"it did not stop by itself when nothing renewed its lease of {promised_s:g} s (F33)")
    elif lease_s > promised_s + LEASE_SLACK_S:
        problems.append(f"its lease lapsed after {lease_s:.2f} s; promised are {promised_s:g} s (F33)")
    return tuple(problems)
