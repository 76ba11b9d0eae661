"""The benches of this process by name, for ``sim://NAME/ROLE``; one whose loop has ended is forgotten. No simulation is here."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

from massctl.errors import UsageError

if TYPE_CHECKING:
    from sims.bench import Bench

_live: Final[dict[str, Bench]] = {}


def enter(bench: Bench) -> str:
    """Keep ``bench``, and return the name that it is found by: bench, bench2, bench3 and so on."""
    benches()
    numbers = itertools.count(2)
    name = "bench"
    while name in _live:
        name = f"bench{next(numbers)}"
    _live[name] = bench
    return name


def leave(name: str) -> None:
    """Forget the bench of this name."""
    _live.pop(name, None)


def benches() -> tuple[Bench, ...]:
    """Return those that live, oldest first."""
    for name in [name for name, bench in _live.items() if bench.is_over]:
        del _live[name]
    return tuple(_live.values())


def find_bench(name: str) -> Bench | None:
    """Return the bench of this name, if it lives."""
    benches()
    return _live.get(name)


def live_bench(name: str) -> Bench:
    """Return the bench of this name. Raises UsageError."""
    bench = find_bench(name)
    if bench is None:
        raise UsageError(
            f"sim://{name}: no simulated bench of this name runs in this process.",
            "Run with --sim, or serve one with: massctl sim --pty",
        )
    return bench
