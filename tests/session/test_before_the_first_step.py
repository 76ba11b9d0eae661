"""What comes before the first step: a person's word for a massager that says nothing (F34), the zero of the sensor (F36)."""

from __future__ import annotations

import dataclasses
import math

import pytest

from massctl.devices.capabilities import ForceReading
from massctl.errors import Blocked
from massctl.rules import Level
from massctl.session.commands import Key
from massctl.session.conductor import Conductor
from massctl.session.events import Phase
from massctl.session.limits import admit
from massctl.session.snapshot import Snapshot
from massctl.session.supervisor import Supervisor
from massctl.session.tare import Tare, Zero
from tests.session.paper import PaperSession
from tests.session.stage import MASSAGER, facts, percussion, plan, push, running

# ---------------------------------------------------------------- the consent to a massager that says nothing


def unmonitored() -> PaperSession:
    """Return a session with such a massager, which has just begun."""
    session = PaperSession(plan(percussion()), massager=dataclasses.replace(MASSAGER, is_monitored=False), begins=False)
    session.is_motor_heard = False
    session.paper.last_frame_at_s = math.inf
    session.core.open(session.now_s)
    session.core.flush()
    return session


def test_F34_a_massager_that_says_nothing_begins_only_with_a_persons_word() -> None:
    session = unmonitored()
    assert session.phase is Phase.WAITING
    session.run(5.0)
    session.press(Key.FASTER)
    assert session.by("F34") == []
    session.press(Key.GO_ON)
    assert [event.level for event in session.by("F34")] == [Level.WARN]
    assert session.core.tare is not None, "then comes the zero of the sensor"


def test_F34_such_a_massager_is_refused_where_nobody_could_say_it() -> None:
    admit(plan(percussion()), facts(is_monitored=False))
    with pytest.raises(Blocked) as blocked:
        admit(plan(percussion()), facts(is_monitored=False), is_attended=False)
    assert blocked.value.rule_id == "F34"


# ---------------------------------------------------------------- the zero of the sensor


def zeroing() -> PaperSession:
    session = PaperSession(plan(percussion()), begins=False)
    session.core.open(session.now_s)
    return session


def test_F36_a_second_press_while_it_is_zeroed_asks_the_sensor_once() -> None:
    session = zeroing()
    asked: list[float] = []
    session.core.ports = dataclasses.replace(session.core.ports, zero=lambda: asked.append(session.now_s))
    session.press(Key.GO_ON)
    session.press(Key.GO_ON)
    session.press(Key.FASTER)
    assert len(asked) == 1


def test_F36_a_sensor_that_refuses_its_zero_is_asked_for_it_again() -> None:
    session = zeroing()
    session.press(Key.GO_ON)
    session.core.zeroed("The sensor refuses.")
    assert session.core.tare is not None
    assert session.core.tare.ask.startswith("The sensor refuses.")


def test_F36_an_answer_that_nobody_waits_for_begins_nothing() -> None:
    tare = Tare()
    tare.tared(1.0)
    assert tare.state is Zero.ASKED


def test_F36_an_uncalibrated_sensor_is_said_to_be_one() -> None:
    session = zeroing()
    session.press(Key.GO_ON)
    while session.core.tare is not None:
        session.is_force_heard = False
        session.beat()
        now_s = session.now_s
        session.gauge.last_frame_at_s = now_s  # type: ignore[union-attr]
        session.take(ForceReading(now_s, now_s, 0.1, 0.1, is_calibrated=False))
    assert [event.level for event in session.by("F36")] == [Level.WARN]


def zeroed(*, mean_n: float, drift_n_per_min: float = 0.0) -> Tare:
    state, tare = running(), Tare()
    assert tare.pressed()
    tare.tared(0.0)
    for number in range(260):
        now_s = number * 0.02
        push(state, now_s, mean_n + drift_n_per_min * now_s / 60.0)
        if tare.advance(now_s, state):
            break
    return tare


@pytest.mark.parametrize(("mean_n", "is_good"), [(0.0, True), (1.99, True), (2.01, False), (-2.01, False)])
def test_f36_at_most_2_n_are_left_of_zero(mean_n: float, is_good: bool) -> None:
    assert (zeroed(mean_n=mean_n).state is Zero.GOOD) is is_good


@pytest.mark.parametrize(("drift_n_per_min", "is_good"), [(0.9, True), (-0.9, True), (1.1, False), (-1.1, False)])
def test_f36_a_drift_above_1_n_per_min_is_bad(drift_n_per_min: float, is_good: bool) -> None:
    assert (zeroed(mean_n=0.0, drift_n_per_min=drift_n_per_min).state is Zero.GOOD) is is_good


def test_f36_three_failures_block_and_a_press_in_between_tries_again() -> None:
    tare = Tare()
    for number in range(3):
        assert not tare.is_blocked
        assert tare.pressed()
        assert not tare.pressed()
        tare.failed(f"No answer ({number}).")
        assert tare.ask.startswith("No answer")
    assert tare.is_blocked


# ---------------------------------------------------------------- no step yet


def test_before_the_first_step_there_is_no_work() -> None:
    conductor = Conductor(plan(percussion()), Snapshot(facts()), Supervisor())
    with pytest.raises(RuntimeError, match="no step has begun"):
        _ = conductor.work


def test_before_the_first_step_there_is_nothing_to_leave_and_no_speed_to_change() -> None:
    session = PaperSession(plan(percussion()))
    session.core.flush()
    for key in (Key.SKIP, Key.BACK, Key.FASTER, Key.SLOWER):
        session.press(key)
    assert session.phase is Phase.RATING
    assert session.core.conductor.index == -1


def test_without_a_step_the_speed_keys_do_nothing() -> None:
    supervisor, state = Supervisor(), Snapshot(facts())
    supervisor.faster(state)
    supervisor.slower(state)
    assert supervisor.ceiling_ppm == 0


def test_a_closed_point_without_a_step_at_hand_is_none() -> None:
    state = Snapshot(facts())
    state.close_point(both_sides=False)
    assert state.closed == set()


def test_F34_a_link_that_was_lost_before_the_first_step_begins_again() -> None:
    session = PaperSession(plan(percussion()))
    session.core.flush()
    session.lose("massager")
    session.relink()
    assert session.phase is Phase.RATING
    assert session.core.conductor.index == -1
