"""The scan: ratings at one pressure (F25), and which points are picked (F16)."""

from __future__ import annotations

import dataclasses

import pytest

from massctl.body.terms import End, Mode, Side, Tool
from massctl.session.commands import Key
from massctl.session.events import CueKind, Phase, PhaseChanged, ScanPoint, StepEnded
from massctl.session.scan import Scan, is_auto, with_picks
from massctl.units import force_n_from_kg_cm2
from tests.session.paper import PaperSession
from tests.session.stage import manual, plan, push, question, snapshot

BAND = (1.5, 2.5)
TARGET_N = force_n_from_kg_cm2(2.0, 1.0)


def measured(*points: str) -> Scan:
    """Return a scan whose pressure a gauge measures."""
    return Scan(tuple(manual(point, pressure_band_kg_cm2=BAND) for point in points), area_cm2=1.0)


def held(scan: Scan, push_n: float, seconds: float, from_s: float = 0.0) -> None:
    step = question(Mode.SCAN, End.ALL_RATED)
    state = snapshot(step)
    for number in range(round(seconds / 0.05) + 1):
        now_s = from_s + number * 0.05
        push(state, now_s, push_n)
        scan.watch(now_s, state)


def test_f25_a_rating_counts_only_after_2_s_at_the_target() -> None:
    scan = measured("UTRAP", "RHOM")
    held(scan, TARGET_N, 1.9)
    assert not scan.rate(5)
    held(scan, TARGET_N, 2.0, from_s=10.0)
    assert scan.rate(5)
    assert scan.at == 1
    assert not scan.rate(6)


def test_f25_the_pressure_may_be_15_percent_off() -> None:
    for factor, counts in ((1.149, True), (0.851, True), (1.16, False), (0.84, False)):
        scan = measured("UTRAP")
        held(scan, TARGET_N * factor, 2.1)
        assert scan.rate(5) is counts


def test_f25_a_wobble_starts_the_two_seconds_anew() -> None:
    scan = measured("UTRAP")
    held(scan, TARGET_N, 1.5)
    held(scan, TARGET_N * 1.5, 0.1, from_s=1.55)
    held(scan, TARGET_N, 1.5, from_s=1.7)
    assert not scan.rate(5)


def test_without_a_measuring_sensor_a_rating_counts_at_once() -> None:
    scan = Scan((manual("UTRAP"),))
    held(scan, 0.0, 0.0)
    assert scan.rate(4)


def test_the_four_most_tender_points_are_picked_and_painless_sides_are_not() -> None:
    points = ["UTRAP", "LEVS", "SUPRA", "RHOM", "INFRA"]
    scan = Scan(tuple(manual(point, side=side) for point in points for side in (Side.RIGHT, Side.LEFT)))
    for value in (3, 0, 5, 5, 0, 0, 2, 4, 1, 1):
        held(scan, 0.0, 0.0)
        assert scan.rate(value)
    picked = [(step.point.id if step.point else "", step.side) for step in scan.picks()]
    assert picked == [
        ("LEVS", Side.LEFT),
        ("LEVS", Side.RIGHT),
        ("RHOM", Side.LEFT),
        ("RHOM", Side.RIGHT),
        ("UTRAP", Side.RIGHT),
        ("INFRA", Side.LEFT),
        ("INFRA", Side.RIGHT),
    ]
    assert "Levator scapulae left" in scan.told


def test_a_skipped_candidate_is_not_picked_and_back_rates_it_again() -> None:
    scan = Scan((manual("UTRAP"), manual("RHOM")))
    scan.go_on()
    held(scan, 0.0, 0.0)
    scan.rate(3)
    scan.go_back()
    assert scan.candidate is not None
    assert [step.point.id for step in scan.picks() if step.point] == ["RHOM"]
    assert scan.candidate.point is not None
    assert scan.candidate.point.id == "RHOM"


def test_nothing_tender_leaves_nothing_to_work_on() -> None:
    auto = dataclasses.replace(manual(), point=None, side=None, tool=Tool.ANY)
    steps = (question(Mode.PLAN, End.CONFIRMED), auto, auto, question(Mode.MOVE, End.DONE))
    scan = Scan((manual("UTRAP"),))
    assert "Nothing tender" in scan.told
    left = with_picks(steps, 0, scan.picks())
    assert [step.mode for step in left] == [Mode.PLAN, Mode.MOVE]
    assert [step.number for step in left] == [1, 2]
    assert is_auto(auto)


def scanning(*points: str) -> PaperSession:
    """Return a session that asks for the first candidate of a scan by hand."""
    session = PaperSession(
        plan(question(Mode.SCAN, End.ALL_RATED, candidates=tuple(manual(p, tool=Tool.HAND) for p in points)))
    )
    session.core.flush()
    session.until(lambda: session.phase is Phase.WAITING)
    session.run(1.0)
    session.press(Key.GO_ON)
    assert session.core.conductor.is_scanning
    return session


def test_a_scans_candidate_can_be_passed_over_and_come_back_to() -> None:
    session = scanning("UTRAP", "RHOM")
    scan = session.core.conductor.scan
    assert scan is not None
    session.press(Key.GO_ON)
    assert scan.at == 1
    session.press(Key.BACK)
    assert scan.at == 0
    session.press(Key.BACK)
    assert session.core.conductor.index == 0


def test_a_scan_leaves_out_candidates_whose_point_is_over() -> None:
    session = scanning("UTRAP", "UTRAP", "RHOM")
    session.core.snapshot.closed.add(("UTRAP", Side.LEFT))
    session.press(Key.GO_ON)
    scan = session.core.conductor.scan
    assert scan is not None
    assert scan.candidate is not None
    assert scan.candidate.label.startswith("Rhomboids")


def test_a_scan_without_candidates_asks_nothing() -> None:
    assert Scan(()).ask == ""


def told(session: PaperSession) -> list[ScanPoint]:
    return [event for event in session.events if isinstance(event, ScanPoint)]


def test_each_point_of_a_scan_is_told_by_name_side_place_and_pose() -> None:
    session = scanning("UTRAP", "RHOM")
    session.press(Key.GO_ON)
    first, second = told(session)
    assert (first.number, first.of, first.point, first.side) == (1, 2, "UTRAP", "L")
    assert (second.number, second.of, second.label, second.tool) == (2, 2, "Rhomboids left", "hand")
    assert second.location.startswith("Along the inner border of the shoulder blade")
    assert second.pose
    asked = [event.ask for event in session.events if isinstance(event, PhaseChanged)][-1]
    assert asked.startswith("Rhomboids left, 2 of 2: press firmly")


def test_the_ratings_of_a_scan_are_no_before_and_after() -> None:
    session = scanning("UTRAP", "RHOM")
    for value in (6, 2):
        session.run(0.1)
        session.press(Key.DISCOMFORT, value)
    (over,) = (event for event in session.events if isinstance(event, StepEnded))
    assert (over.discomfort_before, over.discomfort_after) == (None, None)


def test_a_scan_counts_as_progress_and_shows_the_rating_of_its_own_point() -> None:
    session = scanning("UTRAP", "RHOM")
    before = session.core.conductor.tick(session.now_s, None)
    session.press(Key.DISCOMFORT, 3)
    assert session.core.conductor.tick(session.now_s, None).discomfort is None, "it came too soon to count"
    session.run(0.1)
    session.press(Key.DISCOMFORT, 6)
    after = session.core.conductor.tick(session.now_s, None)
    assert (before.progress, after.progress) == (0.0, 0.5)
    assert after.discomfort is None
    session.press(Key.BACK)
    assert session.core.conductor.tick(session.now_s, None).discomfort == 6


def test_a_scan_that_a_stop_broke_into_keeps_its_ratings_and_goes_on_where_it_was() -> None:
    session = scanning("UTRAP", "RHOM", "INFRA")
    session.run(0.1)
    session.press(Key.DISCOMFORT, 6)
    for key in (Key.STOP, Key.RELEASE, Key.CONFIRM):
        session.press(key)
        session.run(0.5)
    assert session.phase is Phase.WAITING
    session.press(Key.GO_ON)
    scan = session.core.conductor.scan
    assert scan is not None
    assert (scan.at, scan.ratings) == (1, {0: 6})


def test_the_band_of_a_measured_scan_is_what_f25_accepts_and_cues_lead_into_it() -> None:
    scan = measured("UTRAP")
    assert scan.band_n == pytest.approx((TARGET_N * 0.85, TARGET_N * 1.15))
    state = snapshot(question(Mode.SCAN, End.ALL_RATED))
    cues = {}
    for number, share in enumerate((0.0, 0.8, 0.9, 1.1, 1.2)):
        push(state, float(number), TARGET_N * share)
        cues[share] = scan.cue(float(number), state)
    good = CueKind.GOOD
    assert cues == {0.0: None, 0.8: CueKind.PRESS_HARDER, 0.9: good, 1.1: good, 1.2: CueKind.EASE_OFF}


def test_a_point_that_was_called_3_is_not_to_be_pressed_harder_though_the_rating_did_not_count() -> None:
    scan = measured("UTRAP", "RHOM")
    state = snapshot(question(Mode.SCAN, End.ALL_RATED))
    push(state, 1.0, TARGET_N * 0.8)
    for value, cue in ((2, CueKind.PRESS_HARDER), (3, CueKind.STAY_GENTLE)):
        assert not scan.rate(value)
        assert scan.cue(1.0, state) is cue
    scan.go_on()
    assert scan.cue(1.0, state) is CueKind.PRESS_HARDER, "the next point was not rated yet"


def test_a_scan_without_a_gauge_has_no_band_and_no_cue() -> None:
    scan = Scan((manual("UTRAP", pressure_band_kg_cm2=BAND),))
    state = snapshot(question(Mode.SCAN, End.ALL_RATED))
    push(state, 1.0, TARGET_N)
    assert (scan.band_n, scan.cue(1.0, state)) == (None, None)


@pytest.mark.parametrize(("pressure_kg_cm2", "phase"), [(3.4, Phase.RATING), (3.6, Phase.PAUSED), (5.1, Phase.STOPPED)])
def test_F11_a_measured_scan_has_the_caps_of_a_manual_tool_not_those_of_a_threshold(
    pressure_kg_cm2: float, phase: Phase
) -> None:
    session = measuring("UTRAP", "RHOM")
    session.push_n = force_n_from_kg_cm2(pressure_kg_cm2, 1.0)
    session.run(0.2)
    assert session.phase is phase


def test_a_measured_scan_that_paused_goes_on_with_its_ratings() -> None:
    session = measuring("UTRAP", "RHOM")
    session.push_n = TARGET_N
    session.run(2.5)
    session.press(Key.DISCOMFORT, 4)
    session.push_n = 2.0 * TARGET_N
    session.run(0.2)
    assert session.phase is Phase.PAUSED
    session.push_n = 0.0
    session.run(1.0)
    session.press(Key.GO_ON)
    scan = session.core.conductor.scan
    assert scan is not None
    assert session.core.conductor.is_scanning
    assert (scan.at, scan.ratings) == (1, {0: 4})


def measuring(*points: str) -> PaperSession:
    """Return a session that asks for the first candidate of a scan with an algometer."""
    candidates = tuple(manual(point, pressure_band_kg_cm2=BAND) for point in points)
    step = question(Mode.SCAN, End.ALL_RATED, candidates=candidates, tool=Tool.ALGOMETER, head_area_cm2=1.0)
    session = PaperSession(plan(step))
    session.core.flush()
    session.push_n = 0.0
    session.until(lambda: session.phase is Phase.WAITING)
    session.run(1.0)
    session.press(Key.GO_ON)
    return session
