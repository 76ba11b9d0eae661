"""Whether a motor stands, and what is told of a stop that only a device's word, a relay or nobody confirms (F54)."""

from __future__ import annotations

import dataclasses
import math

import pytest

from massctl.body.terms import Side
from massctl.devices.capabilities import StopAcknowledged
from massctl.faces.session_view import SessionView
from massctl.rules import Level
from massctl.session import asks
from massctl.session.commands import Key
from massctl.session.events import Phase, SeenBy
from massctl.session.interlocks import Finding
from massctl.session.snapshot import Drive
from tests.rules.scenes import at_work
from tests.session.paper import PaperSession
from tests.session.stage import MASSAGER, facts, percussion, snapshot, turn


def test_a_motor_that_is_wanted_does_not_stand() -> None:
    state = snapshot(percussion())
    state.want(Drive.ARMING, 0, 0.0)
    assert not state.is_still(10.0)


def test_a_motor_that_measures_nothing_stands_after_its_ramp_and_half_a_second() -> None:
    state = snapshot(percussion(), facts(confirms_speed=False))
    state.want(Drive.RUN, 1800, 0.0)
    state.want(Drive.OFF, 0, 10.0)
    assert not state.is_still(10.0 + 3.0 + 0.49)
    assert state.is_still(10.0 + 3.0 + 0.5)


def test_a_gun_that_is_switched_by_hand_stands_when_its_person_says_so() -> None:
    state = snapshot(percussion(), facts(is_controllable=False))
    state.want(Drive.RUN, 0, 0.0)
    state.want(Drive.OFF, 0, 10.0)
    assert not state.is_still(60.0)
    state.hand_off()
    assert state.is_still(60.0)


def test_a_motor_that_measures_nothing_turns_as_far_as_it_is_commanded() -> None:
    state = snapshot(percussion())
    turn(state, 0.0, None, commanded_ppm=1500, ramped_ppm=100)
    assert state.turns
    turn(state, 0.1, None, commanded_ppm=1500, ramped_ppm=0)
    assert not state.turns


def test_F54_a_stop_that_is_only_acknowledged_is_told_as_such_and_latches_nothing_more() -> None:
    session = at_work(massager=dataclasses.replace(MASSAGER, confirms_speed=False))
    session.is_measured = False
    session.run(1.0)
    session.press(Key.STOP)
    session.take(StopAcknowledged(session.now_s))
    session.run(3.0)
    (stop,) = session.stops_seen()
    assert stop.seen_by is SeenBy.ACKNOWLEDGED
    assert not stop.is_confirmed
    assert any(asks.ONLY_SAID in getattr(event, "ask", "") for event in session.events)
    assert session.by("F54") == []


def test_F54_a_relay_that_stays_closed_behind_a_motor_off_is_a_stop() -> None:
    session = at_work()
    session.press(Key.PAUSE)
    session.timer.cancel = lambda: True  # type: ignore[method-assign]  # its contacts are welded
    session.timer.until_s = math.inf
    beats = 0
    while not session.by("F54") and beats < 60:
        session.now_s += 0.05
        session.report()
        session.core.beat(session.now_s)
        beats += 1
    assert "relay" in session.by("F54")[-1].text
    assert beats * 0.05 == pytest.approx(1.55, abs=0.06)


def test_F54_a_stop_that_a_new_start_overtakes_is_told_as_not_seen() -> None:
    session = at_work()
    session.run(2.0)
    session.lose("sensor")
    core = session.core
    core.snapshot.lost_device = None
    assert core.supervisor.relink()
    core.conductor.relinked(session.now_s)
    session.now_s += 0.05
    session.press(Key.GO_ON)
    session.beat()
    (stop,) = session.stops_seen()
    assert (stop.rule, stop.seen_by) == ("F34", SeenBy.NOTHING)


def test_F42_a_relay_that_cannot_be_opened_does_not_keep_the_massager_from_its_stop(
    caplog: pytest.LogCaptureFixture,
) -> None:
    session = at_work()
    session.timer.cancel = lambda: (_ for _ in ()).throw(OSError("gone"))  # type: ignore[method-assign]
    session.press(Key.STOP)
    assert session.paper.speed_ppm == 0
    assert session.core.snapshot.drive is Drive.OFF
    assert "the relay could not be opened" in caplog.text
    session.timer.until_s = -math.inf


def test_the_same_stop_twice_is_told_once() -> None:
    session = at_work()
    for _ in range(2):
        session.core.trip(Finding("F33", Level.STOP, "A part of massctl failed."))
    assert len(session.by("F33")) == 1


def test_F42_enter_over_a_gun_that_still_runs_says_that_it_is_off_and_asks_again_what_was_asked() -> None:
    session = at_work(
        percussion("GMAX", speed_ppm=1700, head="ball"), percussion(side=Side.RIGHT),
        massager=dataclasses.replace(MASSAGER, is_controllable=False, speed_min_ppm=0),
    )  # fmt: skip
    session.press(Key.SKIP)
    session.run(2.0)
    assert session.core.is_switch_off_due
    session.press(Key.GO_ON)
    assert not session.core.is_switch_off_due
    assert session.core.snapshot.drive is Drive.OFF


def seen_by_a_face(session: PaperSession) -> SessionView:
    """Return what a face knows of all that was told."""
    view = SessionView()
    for event in session.events:
        view.see(event)
    return view


@pytest.mark.parametrize("is_paused_first", [True, False])
def test_F54_who_finishes_over_a_motor_that_runs_on_is_told_so_to_the_end(is_paused_first: bool) -> None:
    session = at_work()
    session.run(2.0)
    session.stuck_until_s, session.stuck_ppm = math.inf, 1000.0
    if is_paused_first:
        session.press(Key.PAUSE)
        session.run(2.0)
    session.press(Key.FINISH)
    for _ in range(40):
        assert not session.core.may_leave(session.now_s)
        session.beat()
    view = seen_by_a_face(session)
    assert (view.phase, view.ask) == (Phase.STOPPED, asks.END_NOT_CONFIRMED)
    assert not view.is_resettable
    assert view.stopped_because.startswith("[F54]")
    session.press(Key.RELEASE)
    assert session.core.may_leave(session.now_s)


def test_F54_a_session_that_is_finished_behind_a_stop_that_was_seen_asks_for_nothing() -> None:
    session = at_work()
    session.run(2.0)
    session.press(Key.STOP)
    session.run(2.0)
    session.press(Key.FINISH)
    assert session.core.may_leave(session.now_s)
    assert not seen_by_a_face(session).is_halted
