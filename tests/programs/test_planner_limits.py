"""Every program × devices × choices: each planned step is inside every static limit, whatever the linter saw."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from massctl.body import limits
from massctl.body.atlas import Atlas
from massctl.body.terms import End, Mode, Percussion, Side, Tool
from massctl.devices.capabilities import ForceSensorCapabilities, MassagerCapabilities
from massctl.errors import UsageError
from massctl.programs.catalogue import Catalogue
from massctl.programs.plan import Plan, PlannedStep
from massctl.programs.planner import Choices, make_plan
from massctl.programs.program import Kind, Program, Step

CATALOGUE = Catalogue.load()
ATLAS = Atlas.load()

continuous = st.builds(
    lambda low, span: MassagerCapabilities(speed_min_ppm=low, speed_max_ppm=low + span),
    st.integers(600, 2600),
    st.integers(0, 2000),
)
levels = st.lists(st.integers(800, 3600), min_size=1, max_size=6, unique=True).map(
    lambda ppm: MassagerCapabilities(speed_min_ppm=min(ppm), speed_max_ppm=max(ppm), levels_ppm=tuple(sorted(ppm)))
)
massagers = st.one_of(st.none(), continuous, levels)
sensors = st.one_of(
    st.none(),
    st.builds(
        ForceSensorCapabilities,
        rate_hz=st.sampled_from([10.0, 80.0, 100.0, 160.0, 299.0, 300.0, 500.0, 1000.0]),
        published_hz=st.sampled_from([10.0, 20.0, 50.0]),
        force_max_n=st.just(200.0),
        is_estimated=st.booleans(),
    ),
)
all_choices = st.builds(
    Choices,
    side=st.sampled_from([Side.LEFT, Side.RIGHT, Side.LEFT_THEN_RIGHT]),
    minutes=st.one_of(st.none(), st.floats(3, 30)),
    tools=st.one_of(st.none(), st.frozensets(st.sampled_from([Tool.BALL, Tool.ROLLER, Tool.CANE, Tool.ALGOMETER]))),
    heads=st.one_of(st.none(), st.frozensets(st.sampled_from(["ball", "dampener", "flat", "fork", "wedge", "cone"]))),
)
wild_steps = st.builds(
    Step,
    mode=st.sampled_from([Mode.SWEEP, Mode.PIN, Mode.KNEAD]),
    tool=st.sampled_from([Tool.PERCUSSION, Tool.BALL, Tool.HAND, Tool.ANY, Tool.HAND_PRO]),
    maximum_s=st.integers(5, 600),
    minimum_s=st.sampled_from([0, 30]),
    end=st.sampled_from([End.TIME, End.RELEASE]),
    point=st.sampled_from(ATLAS.point_ids),
    side=st.sampled_from([Side.LEFT, Side.RIGHT, Side.LEFT_THEN_RIGHT, Side.CHOSEN, Side.BOTH]),
    passes=st.integers(1, 3),
    speed_ppm=st.one_of(st.none(), st.integers(500, 5000)),
    force_n=st.one_of(st.none(), st.just((50.0, 100.0)), st.just((1.0, 2.0))),
    pressure_kg_cm2=st.one_of(st.none(), st.just((5.0, 10.0))),
    discomfort_max=st.one_of(st.none(), st.integers(1, 10)),
    head=st.one_of(st.none(), st.sampled_from(["ball", "cone"])),
)
wild_programs = st.builds(
    Program,
    id=st.just("wild"),
    title=st.just("Wild"),
    steps=st.lists(wild_steps, min_size=1, max_size=12).map(tuple),
    kind=st.sampled_from([Kind.OWN, Kind.MANUAL]),
)
programs = st.one_of(st.sampled_from(CATALOGUE.programs()), wild_programs)


def planned(
    program: Program, choices: Choices, massager: MassagerCapabilities | None, sensor: ForceSensorCapabilities | None
) -> Plan | None:
    """The plan, or None where it is refused in words."""
    try:
        return make_plan(program, choices, massager, sensor)
    except UsageError:
        return None


@given(program=programs, choices=all_choices, massager=massagers, sensor=sensors)
@settings(deadline=None, max_examples=250)
def test_every_planned_step_is_inside_the_limits(
    program: Program,
    choices: Choices,
    massager: MassagerCapabilities | None,
    sensor: ForceSensorCapabilities | None,
) -> None:
    plan = planned(program, choices, massager, sensor)
    if plan is None:
        return
    for step in (*plan.steps, *(one for scan in plan.steps for one in scan.candidates)):
        if step.runs_motor:
            assert massager is not None
            check_percussion(step, massager, sensor)
        elif step.point:
            check_manual(step)
        assert 0 <= step.minimum_s <= step.maximum_s
        assert step.side in (None, Side.LEFT, Side.RIGHT, Side.BOTH)
    check_session(plan, program)
    if choices.minutes is not None:
        assert plan.about_s <= choices.minutes * 60 + 1e-6


def check_percussion(step: PlannedStep, massager: MassagerCapabilities, sensor: ForceSensorCapabilities | None) -> None:
    """F2, F10, F11, F13, F17, F35, F37 for one step with the motor on."""
    point, speed_ppm = step.point, step.speed_ppm
    assert point is not None
    assert speed_ppm is not None
    assert point.speed_ppm is not None
    assert point.region.id not in limits.NO_PERCUSSION_REGIONS
    assert step.mode is Mode.SWEEP or not point.sweep_only
    assert point.speed_ppm[0] <= speed_ppm <= min(point.speed_ppm[1], point.region.max_ppm, 2400)
    if massager.levels_ppm:
        assert step.level is not None
        assert massager.levels_ppm[step.level - 1] == speed_ppm
    assert massager.speed_min_ppm <= speed_ppm <= massager.speed_max_ppm
    assert step.head is not None
    assert point.percussion is not Percussion.LIMITED or step.head == point.head
    if step.mode is not Mode.SWEEP:
        assert step.maximum_s <= 60
    if sensor is None:
        assert point.region.id in limits.SENSORLESS_REGIONS
        assert speed_ppm <= 1800
        assert step.head in limits.SENSORLESS_HEADS
        assert step.discomfort_max is not None
        assert step.discomfort_max <= 5
        assert step.force_band_n is None
        assert step.mode is Mode.SWEEP or step.maximum_s <= 30
        return
    assert limits.sensor_can_see(speed_ppm, sensor.rate_hz)
    assert sensor.published_hz >= 20
    assert step.force_band_n is not None
    assert step.head_area_cm2 is not None
    low, high = step.force_band_n
    assert 3 <= low <= high <= point.region.max_force_n * (0.8 if sensor.is_estimated else 1)
    assert high / step.head_area_cm2 * 10 <= (200 if step.head == "cone" else 120)


def check_manual(step: PlannedStep) -> None:
    """F11, F13, F20 for one step with a manual tool, and no motor values left over."""
    assert step.point is not None
    assert step.point.is_dosed
    assert (step.speed_ppm, step.level, step.force_band_n, step.head) == (None, None, None, None)
    if step.tool is Tool.ALGOMETER:
        return
    assert step.tool in (Tool.BALL, Tool.ROLLER, Tool.ROLLER_STICK, Tool.CANE, Tool.HAND)
    assert step.pressure_band_kg_cm2 is not None
    assert step.pressure_band_kg_cm2[1] <= min(sum(step.point.pressure_kg_cm2) / 2, 3.5)
    assert step.discomfort_max is not None
    assert step.discomfort_max <= 6
    assert step.mode is Mode.SWEEP or step.maximum_s <= 90


def check_session(plan: Plan, program: Program) -> None:
    """F13–F16, F48 for the plan as a whole, and its order."""
    assert [step.number for step in plan.steps] == list(range(1, len(plan.steps) + 1))
    assert [step.program_step for step in plan.steps] == sorted(step.program_step for step in plan.steps)
    assert not (program.keeps_motor_off and plan.runs_motor)
    muscles: Counter[tuple[str, Side]] = Counter()
    for step in plan.steps:
        if step.runs_motor and step.point and step.side:
            for side in (Side.LEFT, Side.RIGHT) if step.side is Side.BOTH else (step.side,):
                muscles[step.point.muscle, side] += int(step.maximum_s)
    assert all(seconds <= 300 for seconds in muscles.values())
    assert sum(step.maximum_s for step in plan.steps if step.runs_motor) <= 1200
    assert len({step.point.id for step in plan.steps if step.mode is Mode.PIN and step.point}) <= 8
    for step in plan.steps:
        if step.pass_number > 1:
            assert step.rest_before_s >= 20


def test_every_shipped_program_keeps_its_percussion_with_a_gun_and_a_sensor() -> None:
    gun = MassagerCapabilities(speed_min_ppm=1200, speed_max_ppm=2400)
    sensor = ForceSensorCapabilities(rate_hz=500, published_hz=50, force_max_n=200)
    for program in CATALOGUE.programs():
        plan = make_plan(program, Choices(side=Side.LEFT if program.needs_side else None), gun, sensor)
        assert sum(step.maximum_s for step in plan.steps if step.runs_motor) == program.percussion_s
        assert plan.about_s == program.total_s
        assert plan.warnings == ()
