"""The dashboard in a terminal of 120×40: what it costs, how late its frames are, and how soon a key stops the motor.

The dashboard runs as its own process on a pty that this process reads and types into, so that every figure is taken from outside:
CPU from the kernel, frames from the bytes that arrive (each lies between the marks of a synchronized update), keys
from the write of the key to the arrival of the STOP frame at the massager, which runs in a third process. The two devices send 100
readings a second each. Beside it, in the same run: a bare Textual application that shows one word.

Memory is taken from a session of half an hour on the simulated bench, 60 times as fast as life, in an application without terminal.
"""

from __future__ import annotations

import asyncio
import fcntl
import itertools
import json
import os
import pty
import random
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

from tests.bench.table import Line, percentile

COLUMNS, ROWS = 120, 40
WATCHED_S: Final = 20.0
KEYS: Final = 200
FIRST_SCREENS: Final = 7
CPU_MAX: Final = 0.20
FRAME_LATE_MAX_S: Final = 0.100
FRAME_S: Final = 0.050
KEY_MAX_S: Final = 0.020
FIRST_MAX_S: Final = 1.0
MEMORY_MAX_MB: Final = 4.0
WARM_S: Final = 300.0
LATELY_S: Final = 600.0
"""Memory is judged once the session is this old, and once more over its end: the caches of Textual and Rich fill until then."""
_ASKS_SYNC: Final = b"\x1b[?2026$p"
_HAS_SYNC: Final = b"\x1b[?2026;2$y"
_FRAME_ENDS: Final = b"\x1b[?2026l"
_PEER: Final = "tests.bench.dashboard_peer"


class Terminal:
    """A pty with a process on it: reads what it shows, notes when each frame came, types keys."""

    def __init__(self, *command: str, environment: dict[str, str]) -> None:
        self.frames_s: list[float] = []
        self.bytes = 0
        self._seen = bytearray()
        self._lock = threading.Lock()
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True
        )
        os.close(slave)
        self._thread = threading.Thread(target=self._drain, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self._thread.join(2)
        os.close(self.master)

    def _drain(self) -> None:
        while True:
            try:
                data = os.read(self.master, 1 << 16)
            except OSError:
                return
            if not data:
                return
            now_s = time.perf_counter()
            if _ASKS_SYNC in data:
                os.write(self.master, _HAS_SYNC)
            with self._lock:
                self.bytes += len(data)
                self._seen += data
                del self._seen[:-200_000]
                if _FRAME_ENDS in data:
                    self.frames_s.append(now_s)

    def type(self, keys: bytes) -> float:
        """Type ``keys``; return when."""
        at_s = time.perf_counter()
        os.write(self.master, keys)
        return at_s

    def forget(self) -> None:
        """Forget what was shown."""
        with self._lock:
            self._seen.clear()

    def shows(self, words: str) -> bool:
        """Whether ``words`` were written since ``forget``."""
        with self._lock:
            text = re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", bytes(self._seen))
        return words.encode() in text

    def wait_for(self, words: str, limit_s: float = 20.0) -> float:
        """Wait until ``words`` are shown; return when."""
        until = time.perf_counter() + limit_s
        while not self.shows(words):
            if time.perf_counter() > until:
                raise RuntimeError(f"{words!r} never came: {bytes(self._seen)[-600:]!r}")
            time.sleep(0.002)
        return time.perf_counter()

    def cpu_s(self) -> float:
        """Return the CPU time that the process has had."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Devices:
    """The process of the two devices."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", _PEER, "devices"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        self._output = self._process.stdout
        self.urls: list[str] = json.loads(self._output.readline())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(5)
        self._output.close()

    def wait_for(self, what: str, limit_s: float = 10.0) -> float:
        """Wait for the next line of this kind; return its time."""
        until = time.perf_counter() + limit_s
        while time.perf_counter() < until:
            if select.select([self._output], [], [], 0.1)[0]:
                kind, at_s = json.loads(self._output.readline())
                if kind == what:
                    return float(at_s)
        raise RuntimeError(f"no {what!r} within {limit_s} s")


@contextmanager
def _environment() -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory(prefix="massctl-") as folder:
        own = {f"MASSCTL_{name}_DIR": f"{folder}/{name.lower()}" for name in ("DATA", "CONFIG", "RUNTIME")}
        yield {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8", **own}


def _to_work(terminal: Terminal, devices: Devices) -> None:
    """Bring a fresh free run to the point where the motor works."""
    terminal.wait_for("Hold the head in the air")
    time.sleep(0.6)
    terminal.type(b"\r")
    terminal.wait_for("Before we begin")
    terminal.type(b"3")
    terminal.wait_for("Place the head")
    time.sleep(0.6)
    terminal.type(b"\r")
    devices.wait_for("run")


def _cost() -> tuple[float, list[float], float]:
    """Return the CPU share of a working session, its frames' gaps, and the CPU share of an idle application."""
    with _environment() as environment:
        with (
            Devices() as devices,
            Terminal(sys.executable, "-m", _PEER, "app", *devices.urls, environment=environment) as terminal,
        ):
            _to_work(terminal, devices)
            time.sleep(3.0)
            terminal.frames_s.clear()
            began_s, before_s = time.perf_counter(), terminal.cpu_s()
            time.sleep(WATCHED_S)
            share = (terminal.cpu_s() - before_s) / (time.perf_counter() - began_s)
            frames = list(terminal.frames_s)
        with Terminal(sys.executable, "-m", _PEER, "idle", environment=environment) as terminal:
            terminal.wait_for("idle")
            time.sleep(1.0)
            began_s, before_s = time.perf_counter(), terminal.cpu_s()
            time.sleep(WATCHED_S / 2)
            idle = (terminal.cpu_s() - before_s) / (time.perf_counter() - began_s)
    gaps = [later - earlier for earlier, later in itertools.pairwise(frames)]
    return share, gaps, idle


def _keys(count: int) -> list[float]:
    """Return how long each of ``count`` keys took to the stop frame at the massager, the chart being redrawn."""
    chance = random.Random(7)
    took_s: list[float] = []
    with _environment() as environment:
        while len(took_s) < count:
            with (
                Devices() as devices,
                Terminal(sys.executable, "-m", _PEER, "app", *devices.urls, environment=environment) as terminal,
            ):
                _to_work(terminal, devices)
                for _ in range(min(40, count - len(took_s))):
                    time.sleep(0.4 + chance.random() / 5)
                    terminal.forget()
                    pressed_s = terminal.type(b"x")
                    took_s.append(devices.wait_for("stop") - pressed_s)
                    terminal.wait_for("confirmed in")
                    terminal.type(b"l")
                    terminal.wait_for("✓")
                    terminal.forget()
                    terminal.type(b"c")
                    terminal.wait_for("Enter")
                    time.sleep(0.6)
                    terminal.type(b"\r")
                    devices.wait_for("run")
                    terminal.forget()
    return took_s


def _first_screen() -> list[float]:
    """Return how long each first screen took, from the start of the command."""
    took_s = []
    massctl = str(Path(sys.executable).with_name("massctl"))
    with _environment() as environment:
        for _ in range(FIRST_SCREENS + 1):
            began_s = time.perf_counter()
            with Terminal(massctl, "--sim", environment=environment) as terminal:
                took_s.append(terminal.wait_for("q quit") - began_s)
    return took_s[1:]


def _memory_mb() -> tuple[float, float, float]:
    """Return the growth in MB after the fifth minute of half an hour, that of its last ten minutes, and how long it was watched."""
    with _environment() as environment:
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.dashboard", "memory"],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
    grown_mb, lately_mb, over_s = json.loads(done.stdout.splitlines()[-1])
    return grown_mb, lately_mb, over_s


async def _half_an_hour() -> tuple[float, float, float]:
    from massctl.app.request import RunRequest  # noqa: PLC0415 - only this process loads it
    from massctl.dashboard.app import MassctlApp  # noqa: PLC0415 - the same

    app = MassctlApp(is_simulated=True, request=RunRequest(program="evening-unwind", is_simulated=True, speed=60.0))
    seen: list[tuple[float, float]] = []
    async with app.run_test(size=(COLUMNS, ROWS)) as pilot:
        while (shown := app.shown) is not None:
            await pilot.pause(0.05)
            tick = shown.view.session.tick
            if tick is not None:
                seen.append((tick.at_s, _resident_mb()))
    ended_s, ended_mb = seen[-1]
    warm_s, warm_mb = next(one for one in seen if one[0] > WARM_S)
    late_mb = next(mb for at_s, mb in seen if at_s > ended_s - LATELY_S)
    return ended_mb - warm_mb, ended_mb - late_mb, ended_s - warm_s


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure() -> list[Line]:
    """Measure the dashboard."""
    share, gaps, idle = _cost()
    late = [max(0.0, gap - FRAME_S) for gap in gaps]
    keys = _keys(KEYS)
    first = _first_screen()
    grown_mb, lately_mb, over_s = _memory_mb()
    per_s = len(gaps) / WATCHED_S
    return [
        Line(
            "dashboard: CPU, 2 × 100 readings/s, chart at 20 Hz, 120×40",
            f"{share:.1%} of a core, with the session",
            f"an idle Textual application: {idle:.1%}",
            f"below {CPU_MAX:.0%} beyond it",
            share - idle < CPU_MAX,
        ),
        Line(
            f"dashboard: lateness of a frame, worst of {len(gaps)}",
            f"{max(late) * 1000:.0f} ms (p99 {percentile(late, 99) * 1000:.0f} ms)",
            f"{per_s:.0f} frames a second",
            f"below {FRAME_LATE_MAX_S * 1000:.0f} ms",
            max(late) < FRAME_LATE_MAX_S,
        ),
        Line(
            f"dashboard: key press to STOP at the massager, p99 of {len(keys)}",
            f"{percentile(keys, 99) * 1000:.1f} ms (median {percentile(keys, 50) * 1000:.1f} ms)",
            "while the chart is redrawn",
            f"below {KEY_MAX_S * 1000:.0f} ms",
            percentile(keys, 99) < KEY_MAX_S,
        ),
        Line(
            "dashboard: first screen, `massctl --sim`, median",
            f"{percentile(first, 50) * 1000:.0f} ms",
            f"worst of {len(first)}: {max(first) * 1000:.0f} ms",
            f"within {FIRST_MAX_S:.0f} s",
            percentile(first, 50) < FIRST_MAX_S,
        ),
        Line(
            f"dashboard: growth of memory over {over_s / 60:.0f} minutes of a session",
            f"{grown_mb:.1f} MB, {lately_mb:.1f} MB of it in the last ten",
            "60 times as fast as life, bench and record included",
            f"below {MEMORY_MAX_MB:.0f} MB",
            grown_mb < MEMORY_MAX_MB,
        ),
    ]


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_half_an_hour())))
