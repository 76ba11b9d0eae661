"""The proofs of F52: F33, F34, F35, F38 and F42 on the bench, each by trials in the middle of a pin."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

from massctl.app.selftest.matrix import Cell, examine_all
from massctl.app.selftest.stop_key import STOP_KEY
from massctl.app.selftest.trial import Outcome

PROOFS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "F33": ("The motor stops when its lease is not renewed.", ("link-half-open", "link-delay")),
    "F34": ("A silent or broken link stops.", ("link-mute", "link-cut", "device-hang")),
    "F35": (
        "A force sensor that cannot be believed stops.",
        ("sensor-stuck", "sensor-nan", "sensor-saturates", "sensor-hang"),
    ),
    "F38": ("A stalled or runaway motor stops.", ("motor-stall", "motor-wont-start", "motor-runaway")),
    "F42": ("The emergency stop stops, and is seen to.", (STOP_KEY,)),
}
"""Rule to what is proved and by which trials."""


@dataclass(frozen=True, slots=True)
class Proof:
    """One rule, proved or not."""

    rule: str
    text: str
    outcomes: tuple[Outcome, ...]

    @property
    def is_passed(self) -> bool:
        """Whether all its trials passed, and its rule acted in one of them at least."""
        return all(outcome.is_passed for outcome in self.outcomes) and any(
            outcome.rule == self.rule for outcome in self.outcomes
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {**asdict(self), "is_passed": self.is_passed}

    @property
    def worst_s(self) -> float:
        """The longest time that the motor was driven on."""
        return max((outcome.driven_s for outcome in self.outcomes), default=0.0)


def proof_cells() -> tuple[Cell, ...]:
    """Return the trials of all proofs."""
    return tuple((fault, "dwelling") for _, faults in PROOFS.values() for fault in faults)


def prove() -> tuple[Proof, ...]:
    """Run the trials, in worker processes; seconds."""
    return proofs_of(examine_all(proof_cells()))


def proofs_of(outcomes: tuple[Outcome, ...]) -> tuple[Proof, ...]:
    """Return the proofs that ``outcomes`` make; a trial that is missing fails its proof."""
    by_fault = {outcome.fault: outcome for outcome in outcomes if outcome.phase == "dwelling"}
    missing = ("this trial did not run",)
    return tuple(
        Proof(rule, text, tuple(by_fault.get(fault) or Outcome(fault, "dwelling", missing) for fault in faults))
        for rule, (text, faults) in PROOFS.items()
    )
