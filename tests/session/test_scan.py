"""The scan: ratings at one pressure (F25), and which points are picked (F16)."""

from __future__ import annotations

import dataclasses

from massctl.body.terms import End, Mode, Side, Tool
from massctl.programs.plan import PlannedStep
from massctl.session.commands import Key
from massctl.session.events import Phase
from massctl.session.limits import scope_of
from massctl.session.scan import Scan, is_auto, with_picks
from massctl.units import force_n_from_kg_cm2
from tests.session.paper import PaperSession
from tests.session.stage import facts, manual, plan, push, question, snapshot

BAND = (1.5, 2.5)
TARGET_N = force_n_from_kg_cm2(2.0, 1.0)


def measured(point: str) -> PlannedStep:
    return manual(point, tool=Tool.ALGOMETER, pressure_band_kg_cm2=BAND, head_area_cm2=1.0)


def held(scan: Scan, push_n: float, seconds: float, from_s: float = 0.0) -> None:
    step = question(Mode.SCAN, End.ALL_RATED)
    state = snapshot(step)
    for number in range(round(seconds / 0.05) + 1):
        now_s = from_s + number * 0.05
        push(state, now_s, push_n)
        scan.watch(now_s, state, scope_of(step, facts()))


def test_f25_a_rating_counts_only_after_2_s_at_the_target() -> None:
    scan = Scan((measured("UTRAP"), measured("RHOM")))
    held(scan, TARGET_N, 1.9)
    assert not scan.rate(5)
    held(scan, TARGET_N, 2.0, from_s=10.0)
    assert scan.rate(5)
    assert scan.at == 1
    assert not scan.rate(6)


def test_f25_the_pressure_may_be_15_percent_off() -> None:
    for factor, counts in ((1.149, True), (0.851, True), (1.16, False), (0.84, False)):
        scan = Scan((measured("UTRAP"),))
        held(scan, TARGET_N * factor, 2.1)
        assert scan.rate(5) is counts


def test_f25_a_wobble_starts_the_two_seconds_anew() -> None:
    scan = Scan((measured("UTRAP"),))
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
    assert "LEVS left" in scan.told


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
    assert scan.candidate.label.startswith("RHOM")


def test_a_scan_without_candidates_asks_nothing() -> None:
    assert Scan(()).ask == ""
