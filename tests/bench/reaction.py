"""From the read of the last byte of an over-force sample to the write of the first byte of STOP, beside a bare turnaround.

What runs is what a run on hardware has: serial transport on a pty, link, native drivers, and a SessionRunner in a percussion
step. At the other end a scripted device pushes far too hard soon after its motor runs; the supervisor stops it, and the person's
two-step reset and a press bring the same session to the next round. So each of the 10,000 is a running motor, one more reading, a
whole check of all interlocks, and the real stop. Several sessions share them, since a session's dose is limited.

Beats, ramps and the reset take session time, so the loop's clock runs ``SPEED`` times as fast as real time. What is measured
does not: it lies within one read callback, between two readings of the real clock in a thin layer around the stream, the first
when the transport hands over the bytes it has read, the second when its write has returned.
The bare turnaround is the same stream on another pty, in the same loop, round by round in turn: its callback writes as many bytes.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from firmware_protocol.commands import Stop
from firmware_protocol.framing import FrameSplitter
from firmware_protocol.messages import decode, encode
from firmware_protocol.reports import ForceTelemetry
from massctl.body.terms import Side
from massctl.devices.identification import identify
from massctl.devices.link import Link
from massctl.devices.massager import NativeMassager
from massctl.devices.sensor import NativeForceSensor
from massctl.devices.timer import NativeTimer
from massctl.errors import ConnectionProblem
from massctl.programs.catalogue import Catalogue
from massctl.programs.choices import Choices
from massctl.programs.plan import Plan
from massctl.programs.planner import make_plan
from massctl.rules import Level
from massctl.session.commands import Key, Press
from massctl.session.events import Event, Intervention, Phase, PhaseChanged, StopSeen
from massctl.session.runner import SessionDevices, SessionRunner
from massctl.transports import ByteStream, open_stream
from sims.loop import SimulatedTimeLoop
from tests.bench.scripted_gun import PUSH_MN, Pty, ScriptedGun
from tests.bench.table import Line, percentile

ROUNDS: Final = 10_000
ROUNDS_A_SESSION: Final = 250
SPEED: Final = 20.0
P99_MAX_S: Final = 0.001
WORST_MAX_S: Final = 0.005
LIFT_S: Final = 0.050
"""Session time until the reset: a sample without push has arrived by then."""
PROGRAM: Final = "desk-shoulders"
SAMPLE: Final = encode(ForceTelemetry(0, PUSH_MN, PUSH_MN, 3), 1, 1)
STOP: Final = b"\x00" + encode(Stop(1), 1, 1)


class TimedStream:
    """A stream that tells when its last bytes were handed over, and when a write that ``is_answer`` had returned."""

    def __init__(self, stream: ByteStream, is_answer: Callable[[bytes], bool]) -> None:
        self.url = stream.url
        self.times_s: list[float] = []
        self._stream = stream
        self._is_answer = is_answer
        self._read_s = 0.0
        self._on_bytes: Callable[[bytes], None]

    def start(self, on_bytes: Callable[[bytes], None], on_lost: Callable[[ConnectionProblem], None]) -> None:
        self._on_bytes = on_bytes
        self._stream.start(self._read, on_lost)

    def _read(self, data: bytes) -> None:
        self._read_s = time.perf_counter()
        self._on_bytes(data)

    def write(self, data: bytes) -> None:
        self._stream.write(data)
        written_s = time.perf_counter()
        if self._is_answer(data):
            self.times_s.append(written_s - self._read_s)

    def discard_unsent(self) -> None:
        self._stream.discard_unsent()

    async def aclose(self) -> None:
        await self._stream.aclose()


class _Turnaround:
    """The same stream with nothing behind it: one sample in, a stop out."""

    def __init__(self, pty: Pty, stream: ByteStream) -> None:
        self._pty = pty
        self.stream = TimedStream(stream, lambda _: True)
        self.stream.start(lambda _: self.stream.write(STOP), lambda problem: None)

    def go(self) -> None:
        os.write(self._pty.master, SAMPLE)

    def forget(self) -> None:
        os.read(self._pty.master, 4096)


class _Person:
    """Presses whatever leads to the next round, and finishes after the last."""

    def __init__(self, rounds: int, turnaround: _Turnaround) -> None:
        self.runner: SessionRunner | None = None
        self.stops = 0
        self._rounds = rounds
        self._turnaround = turnaround

    def see(self, event: Event) -> None:
        match event:
            case PhaseChanged(phase=Phase.WAITING | Phase.RATING):
                self._press(Key.GO_ON)
            case Intervention(rule="F10", level=Level.STOP):
                self.stops += 1
            case Intervention(level=Level.STOP):
                raise RuntimeError(f"something else stopped the session: {event}")
            case StopSeen() if self.stops < self._rounds:
                self._turnaround.go()
                self._press(Key.RELEASE, Key.CONFIRM, after_s=LIFT_S)
            case StopSeen():
                self._press(Key.FINISH)

    def _press(self, *keys: Key, after_s: float = 0.0) -> None:
        def press() -> None:
            for key in keys:
                if self.runner is not None:
                    self.runner.press(Press(key))

        asyncio.get_running_loop().call_later(after_s, press)


def _plan(massager: NativeMassager, sensor: NativeForceSensor) -> Plan:
    """Return a plan of one step: the first of a program that runs the motor."""
    program = Catalogue.load().program(PROGRAM)
    plan = make_plan(program, Choices(side=Side.RIGHT), massager=massager.capabilities, sensor=sensor.capabilities)
    first = next(step for step in plan.steps if step.runs_motor)
    return replace(plan, steps=(replace(first, number=1),))


async def _session(rounds: int, turnaround: _Turnaround) -> list[float]:
    """Run one session of so many stops; return how long each took."""
    with Pty() as pty, ScriptedGun(pty) as gun:
        stream = TimedStream(await open_stream(pty.url), lambda data: gun.is_pushing and _is_stop(data))
        link = Link(stream)
        link.start()
        identity, features = await identify(link)
        massager = NativeMassager(link, identity, features)
        sensor = NativeForceSensor(link, identity, features)
        timer = NativeTimer(link, identity, features)
        person = _Person(rounds, turnaround)
        runner = SessionRunner(
            _plan(massager, sensor),
            SessionDevices(massager, sensor, timer),
            person.see,
            session_id="bench",
            is_simulated=True,
        )
        person.runner = runner
        try:
            summary = await runner.run()
        finally:
            for device in (massager, sensor, timer):
                await device.aclose()
    if not person.stops == len(stream.times_s) == rounds:
        raise RuntimeError(f"{person.stops} stops and {len(stream.times_s)} times in {rounds} rounds: {summary.reason}")
    return stream.times_s


def _is_stop(data: bytes) -> bool:
    return any(isinstance(decode(piece).message, Stop) for piece in FrameSplitter().feed(data))


async def _compare() -> tuple[list[float], list[float]]:
    ours: list[float] = []
    with Pty() as pty:
        turnaround = _Turnaround(pty, await open_stream(pty.url))
        asyncio.get_running_loop().add_reader(pty.master, turnaround.forget)
        try:
            while len(ours) < ROUNDS:
                ours += await _session(min(ROUNDS_A_SESSION, ROUNDS - len(ours)), turnaround)
        finally:
            asyncio.get_running_loop().remove_reader(pty.master)
            await turnaround.stream.aclose()
    return ours, turnaround.stream.times_s


def measure() -> list[Line]:
    """Measure the reaction to too much push."""
    with asyncio.Runner(loop_factory=lambda: SimulatedTimeLoop(SPEED)) as runner:
        ours, bare = runner.run(_compare())
    lines = []
    for name, ours_s, bare_s, limit_s in (
        ("p99", percentile(ours, 99), percentile(bare, 99), P99_MAX_S),
        ("worst", max(ours), max(bare), WORST_MAX_S),
    ):
        lines.append(
            Line(
                f"reaction: over-force sample read to STOP written, {name} of {len(ours):,}",
                f"{ours_s * 1e6:.0f} µs (median {percentile(ours, 50) * 1e6:.0f} µs)",
                f"bare read and write: {bare_s * 1e6:.0f} µs (median {percentile(bare, 50) * 1e6:.0f} µs)",
                f"below {limit_s * 1000:g} ms",
                ours_s < limit_s,
            )
        )
    return lines
