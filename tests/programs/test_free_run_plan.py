"""A free run on one point (F46): one gentle sweep inside every limit, or a refusal that says what is possible."""

from __future__ import annotations

import pytest

from massctl.body.atlas import Atlas
from massctl.body.terms import Mode, Side
from massctl.devices.capabilities import ForceSensorCapabilities
from massctl.errors import Blocked, UsageError
from massctl.programs.planner import free_run_plan
from tests.programs.samples import GUN, SENSOR, SLOWEST_SENSOR

GMAX = Atlas.load().point("GMAX")


def test_F46_a_free_run_is_one_gentle_sweep_of_two_minutes() -> None:
    plan = free_run_plan(GMAX, Side.LEFT, GUN, SENSOR)
    (step,) = plan.steps
    assert plan.is_free_run
    assert (step.mode, step.maximum_s, step.speed_ppm, step.force_band_n) == (Mode.SWEEP, 120, 1700, (15, 45))
    assert free_run_plan(GMAX, Side.LEFT, GUN, SENSOR, 2000).steps[0].speed_ppm == 2000


@pytest.mark.parametrize(
    ("point_id", "sensor", "speed_ppm", "rule"),
    [
        ("SCM", SENSOR, None, "F2"),
        ("GMAX", SENSOR, 2600, "F17"),
        ("UTRAP", None, None, "F35"),
        ("UTRAP", SLOWEST_SENSOR, None, "F35"),
    ],
)
def test_F46_a_free_run_keeps_every_limit(
    point_id: str, sensor: ForceSensorCapabilities | None, speed_ppm: int | None, rule: str
) -> None:
    with pytest.raises(Blocked) as caught:
        free_run_plan(Atlas.load().point(point_id), Side.LEFT, GUN, sensor, speed_ppm)
    assert caught.value.rule_id == rule
    assert caught.value.remedy


def test_a_refused_free_run_says_what_is_possible_there() -> None:
    with pytest.raises(
        Blocked,
        match=r"^No massager on Sternocleidomastoid \(front of the neck\)\. \[F2\] Possible there: your hand\.$",
    ):
        free_run_plan(Atlas.load().point("SCM"), Side.LEFT, GUN, SENSOR)
    with pytest.raises(Blocked, match="See a clinician"):
        free_run_plan(Atlas.load().point("SCAL"), Side.LEFT, GUN, SENSOR)


def test_a_free_run_needs_a_massager_and_one_side() -> None:
    with pytest.raises(UsageError, match="needs a massager"):
        free_run_plan(GMAX, Side.LEFT, None)
    with pytest.raises(UsageError, match="--side left or right"):
        free_run_plan(GMAX, Side.LEFT_THEN_RIGHT, GUN, SENSOR)
