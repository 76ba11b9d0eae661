"""What a person is asked and told: how far a motor-off was seen, what is special about a massager, what to press."""

from __future__ import annotations

import pytest

from massctl.body.terms import Mode
from massctl.session import asks
from massctl.session.events import SeenBy, StopSeen
from tests.session.stage import facts, manual, percussion, plan, question


def seen(by: SeenBy, *, standstill_s: float | None = None, acknowledged_s: float | None = None) -> StopSeen:
    return StopSeen(
        at_s=1.0,
        reason="Stopped.",
        rule="F42",
        written_s=0.0,
        acknowledged_s=acknowledged_s,
        standstill_s=standstill_s,
        is_confirmed=by in {SeenBy.MEASURED, SeenBy.RELAY, SeenBy.NO_MOTOR},
        seen_by=by,
    )


@pytest.mark.parametrize(
    ("stop", "words"),
    [
        (None, asks.OFF_NOT_CONFIRMED),
        (seen(SeenBy.NOTHING), asks.OFF_NOT_CONFIRMED),
        (seen(SeenBy.ACKNOWLEDGED, acknowledged_s=0.01), "by the device's word only"),
        (seen(SeenBy.RELAY, standstill_s=0.02), "confirmed in 20 ms: its relay has opened"),
        (seen(SeenBy.MEASURED, standstill_s=0.5), "confirmed in 500 ms"),
        (seen(SeenBy.NO_MOTOR, acknowledged_s=0.03), "confirmed in 30 ms"),
        (seen(SeenBy.NO_MOTOR), "confirmed"),
    ],
)
def test_a_motor_off_is_told_as_far_as_anybody_has_seen_it(stop: StopSeen | None, words: str) -> None:
    assert asks.motor_off(stop).startswith(words)


def test_a_pinch_is_asked_about_softness_only() -> None:
    assert asks.at_work(manual(mode=Mode.PINCH)) == "Press r when it feels softer."


def test_a_massager_that_says_nothing_is_warned_of_all_the_time() -> None:
    known = facts(is_monitored=False)
    assert any("[F34]" in text for text in asks.warnings(plan(percussion()), known))


def test_F17_a_massager_without_a_soft_start_is_asked_to_be_started_in_the_air() -> None:
    assert "in the air" in asks.start(percussion(), facts(has_soft_start=False))
    assert "starts softly" in asks.start(percussion(), facts())


def test_a_check_without_words_of_its_own_asks_a_question_that_can_be_answered_both_ways() -> None:
    asked = asks.start(question(instruction=""), facts())
    assert asked.startswith("Is all well with you")
    assert "press Enter" in asked
    assert "press q" in asked
