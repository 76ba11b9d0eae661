"""'I have five minutes': what is shortened, what is left out, and what stays."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from massctl.body.terms import Mode, Side
from massctl.errors import UsageError
from massctl.programs.catalogue import Catalogue
from massctl.programs.fitting import fit_to_minutes
from massctl.programs.plan import PlannedStep
from massctl.programs.planner import Choices, make_plan
from tests.programs.samples import GUN, SENSOR

PLANS = {
    program.id: make_plan(program, Choices(side=Side.LEFT_THEN_RIGHT if program.needs_side else None), GUN, SENSOR)
    for program in Catalogue.load().programs()
}


def length(steps: list[PlannedStep]) -> float:
    return sum(step.maximum_s + step.rest_before_s for step in steps)


@given(name=st.sampled_from(sorted(PLANS)), minutes=st.floats(0.5, 40))
@settings(deadline=None, max_examples=300)
def test_what_fits_is_within_the_minutes_and_keeps_what_matters(name: str, minutes: float) -> None:
    before = PLANS[name].steps
    try:
        after, said = fit_to_minutes(before, minutes)
    except UsageError as refusal:
        least = float(refusal.remedy.split()[-1].rstrip("."))
        assert least > minutes
        assert length(fit_to_minutes(before, least)[0]) <= least * 60
        return
    assert length(after) <= minutes * 60 + 1e-6
    assert bool(said) is (length(after) < length(list(before)))
    places = [step.number for step in after]
    assert places == sorted(places)
    checks = [step for step in before if step.mode is Mode.CHECK]
    assert [step for step in after if step.mode is Mode.CHECK] == checks
    if any(step.mode is Mode.PIN for step in before):
        assert any(step.mode in (Mode.PIN, Mode.PINCH) and step.maximum_s >= 30 for step in after)
    for step in after:
        assert step.minimum_s <= step.maximum_s <= before[step.number - 1].maximum_s


def test_steps_are_shortened_before_anything_is_left_out() -> None:
    after, said = fit_to_minutes(PLANS["tech-neck"].steps, 8)
    assert len(after) == len(PLANS["tech-neck"].steps)
    assert said == ["steps shortened for 8 minutes, pins to 30 s at least"]


def test_moves_go_before_points_and_points_from_the_end() -> None:
    after, said = fit_to_minutes(PLANS["tech-neck"].steps, 4)
    assert said[0] == "left out for 4 minutes: move (step 7), Sternocleidomastoid"
    assert [step.label for step in after][-1] == "Suboccipitals both sides"


def test_a_program_of_breathing_and_sweeps_keeps_some_of_both() -> None:
    after, _ = fit_to_minutes(PLANS["evening-unwind"].steps, 6)
    assert {step.mode for step in after} == {Mode.BREATHE, Mode.SWEEP}


def test_a_move_break_of_one_minute_keeps_its_first_moves() -> None:
    after, said = fit_to_minutes(PLANS["micro-break"].steps, 1)
    assert [step.program_step for step in after] == [1, 2]
    assert "move (step 3)" in said[0]


def test_the_least_time_is_named() -> None:
    with pytest.raises(UsageError, match=r"0\.5 minutes are too short.*Give it at least 2\."):
        fit_to_minutes(PLANS["tech-neck"].steps, 0.5)
