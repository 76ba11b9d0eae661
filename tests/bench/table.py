"""One line of the benchmark table, and how the table is printed."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from massctl.clock import wall_now


@dataclass(frozen=True)
class Line:
    """One figure, measured in one run beside something else in the same run."""

    what: str
    figure: str
    beside: str
    target: str
    is_met: bool


def percentile(values: Iterable[float], percent: float) -> float:
    """Return the value below which ``percent`` (0–100) of ``values`` lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def print_table(lines: Sequence[Line]) -> None:
    """Print the table as Markdown, with date and machine: it goes into the README as it is."""
    cores = os.cpu_count()
    print(f"{wall_now():%Y-%m-%d}, {platform.python_implementation()} {platform.python_version()}, ", end="")
    print(f"{platform.system()} {platform.machine()}, {cores} cores\n")
    print("| what | figure | beside, in the same run | target | |\n|---|---|---|---|---|")
    for line in lines:
        print(f"| {line.what} | {line.figure} | {line.beside} | {line.target} | {'met' if line.is_met else 'MISSED'} |")
