"""Who may do what from the network."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from massctl.mqtt.commands import Command, Name
from massctl.mqtt.gatekeeper import ARMED_S, IDS_MAX, Gatekeeper, Running, Verdict
from massctl.session.commands import Key
from massctl.session.events import Phase

WORKING = Running(Phase.WORKING, 2000.0, mode="pin")
WAITING = Running(Phase.WAITING, 0.0, mode="pin")


class Asked:
    """A gatekeeper with ids of its own making."""

    def __init__(self) -> None:
        self.gate = Gatekeeper()
        self._number = 0

    def judge(
        self,
        name: Name,
        now_s: float = 0.0,
        running: Running | None = None,
        value: str | int | None = None,
        *,
        is_retained: bool = False,
    ) -> Verdict:
        self._number += 1
        return self.gate.judge(Command(name, str(self._number), value), now_s, running, is_retained=is_retained)


def test_a_start_is_refused_before_anybody_armed() -> None:
    verdict = Asked().judge(Name.START)
    assert "nobody has armed" in verdict.refusal
    assert not verdict.is_start


@pytest.mark.parametrize(("after_s", "is_let_in"), [(0.0, True), (ARMED_S - 0.01, True), (ARMED_S, False)])
def test_arming_lets_a_start_in_for_a_minute(after_s: float, is_let_in: bool) -> None:
    asked = Asked()
    asked.gate.arm(100.0)
    assert asked.judge(Name.START, 100.0 + after_s).is_start is is_let_in


def test_disarming_takes_it_back_at_once() -> None:
    asked = Asked()
    asked.gate.arm(0.0)
    asked.gate.disarm()
    assert asked.judge(Name.START, 1.0).refusal


def test_one_arming_starts_one_tool() -> None:
    asked = Asked()
    asked.gate.arm(0.0)
    assert asked.judge(Name.GO_ON, 1.0, WAITING).presses[0].key is Key.GO_ON
    assert asked.judge(Name.GO_ON, 2.0, WAITING).refusal


def test_going_on_between_steps_keeps_the_arming() -> None:
    asked = Asked()
    asked.gate.arm(0.0)
    between = Running(Phase.RATING, 0.0)
    assert asked.judge(Name.GO_ON, 1.0, between).presses
    assert asked.judge(Name.GO_ON, 2.0, between).presses


def test_a_health_question_is_not_answered_from_the_network() -> None:
    asked = Asked()
    asked.gate.arm(0.0)
    assert "at the device" in asked.judge(Name.GO_ON, 1.0, Running(Phase.WAITING, 0.0, mode="check")).refusal


@pytest.mark.parametrize("running", [None, WORKING, WAITING, Running(Phase.WORKING, 0.0, is_own=False)])
@pytest.mark.parametrize("is_retained", [False, True])
def test_a_stop_is_taken_always(running: Running | None, is_retained: bool) -> None:
    asked = Asked()
    for _ in range(3):  # the same stop again and again
        verdict = asked.gate.judge(Command(Name.STOP, ""), 0.0, running, is_retained=is_retained)
        assert verdict.is_stop
        assert not verdict.refusal
    assert bool(verdict.note) is is_retained


@pytest.mark.parametrize("name", [name for name in Name if name is not Name.STOP])
def test_a_retained_command_is_refused(name: Name) -> None:
    asked = Asked()
    asked.gate.arm(0.0)
    verdict = asked.judge(name, 0.0, WORKING, value=1, is_retained=True)
    assert "retained" in verdict.refusal
    assert not verdict.presses


def test_a_command_that_comes_twice_is_obeyed_once() -> None:
    gate = Gatekeeper()
    command = Command(Name.PAUSE, "a")
    assert gate.judge(command, 0.0, WORKING).presses
    assert "came before" in gate.judge(command, 0.1, WORKING).refusal


def test_remembered_ids_do_not_grow() -> None:
    asked = Asked()
    for _ in range(3 * IDS_MAX):
        asked.judge(Name.PAUSE, 0.0, WORKING)
    assert len(asked.gate._ids) == IDS_MAX


def test_of_another_process_only_a_stop_is_taken() -> None:
    asked = Asked()
    asked.gate.arm(0.0)
    foreign = Running(Phase.WORKING, 0.0, is_own=False)
    for name in (Name.PAUSE, Name.GO_ON, Name.SPEED, Name.START):
        assert asked.judge(name, 0.0, foreign, value=0).refusal


@pytest.mark.parametrize("name", [Name.PAUSE, Name.FINISH])
def test_pausing_and_finishing_need_no_arming(name: Name) -> None:
    assert Asked().judge(name, 0.0, WORKING).presses


def test_slower_is_taken_at_once_and_as_far_as_wished() -> None:
    verdict = Asked().judge(Name.SPEED, 0.0, WORKING, value=1750)
    assert [press.key for press in verdict.presses] == [Key.SLOWER] * 3  # never faster than wished


def test_faster_is_one_press_and_needs_arming() -> None:
    asked = Asked()
    assert asked.judge(Name.SPEED, 0.0, WORKING, value=2400).refusal
    asked.gate.arm(0.0)
    assert [press.key for press in asked.judge(Name.SPEED, 0.0, WORKING, value=2400).presses] == [Key.FASTER]


def test_its_own_speed_changes_nothing() -> None:
    verdict = Asked().judge(Name.SPEED, 0.0, WORKING, value=2050)
    assert verdict.presses == ()
    assert not verdict.refusal


def test_a_standing_motor_gets_no_speed() -> None:
    asked = Asked()
    asked.gate.arm(0.0)
    assert asked.judge(Name.SPEED, 0.0, WAITING, value=1500).refusal


def test_every_press_says_where_it_came_from() -> None:
    asked = Asked()
    asked.gate.arm(0.0)
    for name, value in ((Name.PAUSE, None), (Name.DISCOMFORT, 4), (Name.SPEED, 100), (Name.GO_ON, None)):
        for press in asked.judge(name, 0.0, WORKING, value=value).presses:
            assert press.origin == "mqtt"


@given(
    st.lists(
        st.tuples(
            st.sampled_from([name for name in Name if name is not Name.STOP]),
            st.floats(0, 200),
            st.sampled_from([None, WORKING, WAITING, Running(Phase.PAUSED, 0.0, mode="pin")]),
        ),
        max_size=30,
    )
)
def test_without_arming_nothing_that_moves_is_ever_let_through(
    commands: list[tuple[Name, float, Running | None]],
) -> None:
    asked = Asked()
    for name, now_s, running in sorted(commands, key=lambda each: each[1]):
        verdict = asked.judge(name, now_s, running, value=2400 if name is Name.SPEED else 1)
        assert not verdict.is_start
        assert not {press.key for press in verdict.presses} & {Key.GO_ON, Key.FASTER, Key.CONFIRM, Key.RELEASE}
