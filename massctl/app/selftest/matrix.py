"""The matrix: every fault of the bench in every phase of a session, in worker processes; before them those of the host."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

from massctl.app.bench import load_bench
from massctl.app.selftest.expected import EXPECTED
from massctl.app.selftest.host_trials import HOST_FAULTS, PHASE, examine_hosts
from massctl.app.selftest.stop_key import STOP_KEY, StopKeyTrial
from massctl.app.selftest.trial import PHASES, Outcome, Trial

Cell = tuple[str, str]
"""Fault and phase."""


def cells() -> tuple[Cell, ...]:
    """Return every fault that the bench can make, in every phase, and those of massctl's own machine while the motor runs."""
    benches = tuple((fault, phase) for fault in load_bench().fault_names() for phase in PHASES)
    return (*benches, *((fault, PHASE) for fault in HOST_FAULTS))


def examine(cell: Cell) -> Outcome:
    """Run one trial. Never raises: what breaks is a problem of the outcome."""
    fault, phase = cell
    expected = EXPECTED.get(fault)
    if fault != STOP_KEY and expected is None:
        return Outcome(fault, phase, ("nobody has written down what must come of this fault",))
    try:
        return (StopKeyTrial() if expected is None else Trial(fault, phase, expected)).run()
    except Exception as error:  # noqa: BLE001 - one broken trial must not hide the others
        return Outcome(fault, phase, (f"the trial itself failed: {error!r}",))


def examine_all(wanted: Iterable[Cell], on_outcome: Callable[[Outcome], None] = lambda _: None) -> tuple[Outcome, ...]:
    """Run the trials in worker processes, with records of their own; ``on_outcome`` is told each as it is done.

    Those of the host come first and alone: they run in real time, and a busy machine would be told from a slow stop by nobody.
    """
    cells_wanted = tuple(wanted)
    hosts = tuple(fault for fault, _ in cells_wanted if fault in HOST_FAULTS)
    return tuple(
        _told(chain(_hosts(hosts), _examined([cell for cell in cells_wanted if cell[0] not in hosts])), on_outcome)
    )


def _hosts(names: tuple[str, ...]) -> Iterator[Outcome]:
    if names:
        with tempfile.TemporaryDirectory(prefix="massctl-self-test-") as folder:
            yield from examine_hosts(names, Path(folder))


def _told(outcomes: Iterator[Outcome], on_outcome: Callable[[Outcome], None]) -> Iterator[Outcome]:
    for outcome in outcomes:
        on_outcome(outcome)
        yield outcome


def _examined(wanted: Sequence[Cell]) -> Iterator[Outcome]:
    with tempfile.TemporaryDirectory(prefix="massctl-self-test-") as folder:
        workers = max(1, min(os.cpu_count() or 1, len(wanted)))
        with ProcessPoolExecutor(workers, get_context("spawn"), _move_in, (folder,)) as pool:
            yield from pool.map(examine, wanted, chunksize=1)


def _move_in(folder: str) -> None:
    """Give a worker folders of its own: no trial is seen in the user's record."""
    own = Path(folder) / str(os.getpid())
    for name in ("DATA", "CONFIG", "RUNTIME"):
        (own / name.lower()).mkdir(mode=0o700, parents=True)
        os.environ[f"MASSCTL_{name}_DIR"] = str(own / name.lower())
