"""How fast the command line answers, and how much memory a run takes."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.table import Line

ROUNDS = 25
WARM_UP = 2


def _wall_s(arguments: list[str], cache: str) -> float:
    """Time one process; its modules come compiled from ``cache``, as those of an installed package do."""
    environment = os.environ | {"PYTHONPYCACHEPREFIX": cache, "PYTHONDONTWRITEBYTECODE": ""}
    began = time.perf_counter()
    subprocess.run(arguments, stdout=subprocess.DEVNULL, check=True, env=environment)
    return time.perf_counter() - began


def _help() -> Line:
    commands = {
        "ours": [str(Path(sys.executable).with_name("massctl")), "--help"],
        "bare": [sys.executable, "-c", "import click, rich"],
    }
    times_s: dict[str, list[float]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as cache:
        for number in range(WARM_UP + ROUNDS):
            for name, command in commands.items():
                wall_s = _wall_s(command, cache)
                if number >= WARM_UP:
                    times_s[name].append(wall_s)
    ours, bare = times_s["ours"], times_s["bare"]
    ratio = statistics.median(ours) / statistics.median(bare)
    return Line(
        "`massctl --help`",
        f"{statistics.median(ours) * 1000:.0f} ms: {ratio:.2f} times",
        f"`import click, rich`: {statistics.median(bare) * 1000:.0f} ms",
        "at most 1.5 times",
        ratio <= 1.5,
    )


def _memory() -> Line:
    massctl = str(Path(sys.executable).with_name("massctl"))
    peaks_mb = {}
    for name, arguments in {
        "run": [massctl, "run", "desk-shoulders", "--sim", "--speed", "max"],
        "idle": [sys.executable, "-c", "import click, rich"],
    }.items():
        with tempfile.TemporaryDirectory() as folder:
            environment = os.environ | {"MASSCTL_DATA_DIR": folder, "MASSCTL_RUNTIME_DIR": folder}
            process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, env=environment)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                raise RuntimeError(f"{arguments} ended with {process.returncode}")
        peaks_mb[name] = _peak_mb(usage)
    return Line(
        "memory of a run with its bench, peak",
        f"{peaks_mb['run']:.0f} MB",
        f"`import click, rich`: {peaks_mb['idle']:.0f} MB",
        "below 120 MB",
        peaks_mb["run"] < 120,
    )


def _peak_mb(usage: resource.struct_rusage) -> float:
    unit = 1 if sys.platform == "darwin" else 1024
    return usage.ru_maxrss * unit / 1e6


def measure() -> list[Line]:
    """Measure start-up and memory."""
    return [_help(), _memory()]
