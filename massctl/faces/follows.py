"""What a person's answers mean, and what they were, in the words that every face shows. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from massctl.body.allowance import Allowance
from massctl.body.atlas import Atlas
from massctl.body.person import Answer
from massctl.body.screening import ITEMS


def what_follows(allowance: Allowance) -> Iterator[str]:
    """Yield what the answers mean, a sentence each."""
    for bar in allowance.bars:
        what = "The massager is" if bar.is_percussion_only else "Pins are" if bar.modes else "Work is"
        names = [Atlas.load().region(region).name for region in sorted(bar.regions or ())]
        where = f" on {', '.join(names)}" if names else ""
        yield f"{what} left out{where}, because of {bar.because} [{bar.rule}]. {bar.instead}"
    for each in allowance.reductions:
        yield f"{each.because[0].upper()}{each.because[1:]} [{each.rule}]."


def answer_words(answer: Answer) -> str:
    """Return one answer as it was given: what, where, since when, and whether a physician allowed it."""
    parts = [ITEMS[answer.matter].text]
    if answer.regions:
        parts.append(f"where: {', '.join(Atlas.load().region(region).name for region in answer.regions)}")
    if ITEMS[answer.matter].wants_date:
        parts.append(f"since: {answer.since or 'unknown'}")
    if answer.is_cleared:
        parts.append("a physician allowed it")
    return "; ".join(parts)
