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

ROUNDS = 15


def _wall_s(arguments: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(arguments, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def _help() -> Line:
    massctl = str(Path(sys.executable).with_name("massctl"))
    ours, bare = [], []
    for _ in range(ROUNDS):
        ours.append(_wall_s([massctl, "--help"]))
        bare.append(_wall_s([sys.executable, "-c", "import click, rich"]))
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
