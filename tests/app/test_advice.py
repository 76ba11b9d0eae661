"""What a person is told after a symptom."""

from __future__ import annotations

import pytest

from massctl.app.advice import ADVICE, what_now
from massctl.session.commands import Key
from massctl.session.feelings import SYMPTOMS


def test_every_symptom_key_has_advice_and_no_other_has() -> None:
    assert set(ADVICE) == SYMPTOMS


@pytest.mark.parametrize(("key", "hours"), [(Key.DIZZY, "24 hours"), (Key.NAUSEA, "24 hours"), (Key.NUMB, "72 hours")])
def test_the_time_to_leave_the_point_is_that_of_the_rule(key: Key, hours: str) -> None:
    assert hours in ADVICE[key].later
    assert "F22" in ADVICE[key].later


@pytest.mark.parametrize("key", [Key.DIZZY, Key.NAUSEA])
def test_dizziness_and_nausea_name_the_signs_of_an_emergency(key: Key) -> None:
    assert any("emergency number" in step and "chest pain" in step for step in ADVICE[key].steps)


def test_the_gravest_symptom_of_a_session_is_answered() -> None:
    assert what_now(["go_on", "sharp", "dizzy", "numb"]) is ADVICE[Key.DIZZY]
    assert what_now(["go_on", "pause"]) is None
