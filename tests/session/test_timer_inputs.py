"""What the timer's pedal and button are made to mean, and what nobody can change about them (F42)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from massctl.app.pedals import COMMANDS, TIMER_COMMANDS, TIMER_INPUTS, check_command, timer_inputs
from massctl.devices.capabilities import InputKind, InputPressed
from massctl.errors import UsageError
from massctl.session.attended import INPUTS
from massctl.session.commands import Key
from massctl.session.events import Phase, Pressed
from tests.rules.scenes import off, steady
from tests.session.paper import PaperSession


def working(pedal: Mapping[str, str]) -> PaperSession:
    """Return a session at work, with settings of the pedal."""
    session = steady()
    session.core.inputs = {**INPUTS, **timer_inputs(pedal)}
    return session


def tell(session: PaperSession, *kinds: InputKind) -> None:
    for kind in kinds:
        session.take(InputPressed(session.now_s, kind))
        session.run(0.3)


def pressed(session: PaperSession) -> list[tuple[str, str]]:
    return [
        (event.key, event.origin) for event in session.events if isinstance(event, Pressed) and event.key != "go_on"
    ]


def test_a_button_means_what_it_is_made_to_mean_and_pauses_nothing() -> None:
    session = working({"timer button": "slower"})
    tell(session, InputKind.BUTTON)
    assert pressed(session) == [("slower", "button")]
    assert (session.phase, session.paper.speed_ppm) == (Phase.WORKING, 1600)


def test_F42_a_pedal_that_goes_down_takes_the_motor_off_whatever_the_tread_means() -> None:
    session = working({"timer pedal": "skip", "timer pedal twice": "finish"})
    tell(session, InputKind.PEDAL_DOWN)
    assert off(session)
    assert session.phase is Phase.PAUSED
    tell(session, InputKind.PEDAL)
    assert pressed(session) == [("pause", "pedal"), ("skip", "pedal")]


@pytest.mark.parametrize("command", TIMER_COMMANDS)
def test_F42_a_held_pedal_is_the_emergency_stop_whatever_the_rest_means(command: str) -> None:
    session = working(dict.fromkeys(TIMER_INPUTS, command))
    tell(session, InputKind.PEDAL_DOWN, InputKind.PEDAL_HELD)
    assert off(session)
    assert session.phase is Phase.STOPPED


def test_a_double_tread_can_be_a_tread_like_any_other() -> None:
    session = working({"timer pedal twice": "tread"})
    session.press(Key.PAUSE)
    session.run(1.0)
    tell(session, InputKind.PEDAL_DOWN, InputKind.PEDAL_DOUBLE)
    session.run(3.0)
    assert session.phase is Phase.WORKING


def test_nothing_said_means_what_it_always_did() -> None:
    assert timer_inputs({"f13": "softer"}) == {}
    assert set(TIMER_INPUTS.values()) == set(INPUTS)


def test_what_is_no_command_is_refused() -> None:
    with pytest.raises(UsageError, match=r"timer button.*softer"):
        timer_inputs({"timer button": "sofer"})


def test_the_buttons_go_on_is_a_tread_that_starts_only_what_waited() -> None:
    session = working({"timer button": "go_on"})
    session.press(Key.PAUSE)
    session.run(2.0)
    tell(session, InputKind.BUTTON)
    session.run(3.0)
    assert session.phase is Phase.WORKING


@pytest.mark.parametrize("command", ["go_on", "tread"])
@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("timer pedal", (InputKind.PEDAL_DOWN, InputKind.PEDAL)),
        ("timer pedal twice", (InputKind.PEDAL_DOWN, InputKind.PEDAL_DOUBLE)),
        ("timer pedal twice", (InputKind.PEDAL_DOWN, InputKind.PEDAL_DOWN, InputKind.PEDAL_DOUBLE)),
        ("timer button", (InputKind.BUTTON,)),
        ("timer button", (InputKind.BUTTON, InputKind.BUTTON)),
        ("timer button", (InputKind.BUTTON,) * 6),
    ],
)
def test_F42_a_tread_that_takes_the_motor_off_starts_nothing_nor_do_further_stamps(
    command: str, name: str, kinds: tuple[InputKind, ...]
) -> None:
    session = working({name: command})
    session.ramped_ppm = 0.0
    tell(session, *kinds)
    session.run(3.0)
    assert (off(session), session.phase) == (True, Phase.PAUSED)
    tell(session, *(each for each in kinds[-2:] if each is not InputKind.BUTTON), *kinds[-1:])
    session.run(3.0)
    assert session.phase is Phase.WORKING


@pytest.mark.parametrize("command", ["faster", "extend", "softer", "go_on", "tread"])
def test_F42_a_button_takes_a_running_motor_off_unless_it_means_something_gentler(command: str) -> None:
    session = working({"timer button": command})
    tell(session, InputKind.BUTTON)
    assert off(session)
    assert session.phase is Phase.PAUSED


@pytest.mark.parametrize("name", TIMER_INPUTS)
@pytest.mark.parametrize("command", ["release", "confirm"])
def test_F42_no_input_of_the_timer_is_a_step_of_the_reset(name: str, command: str) -> None:
    assert command not in TIMER_COMMANDS
    assert command in COMMANDS
    with pytest.raises(UsageError, match="two different keys"):
        check_command(name, command)
    with pytest.raises(UsageError, match="two different keys"):
        timer_inputs({name: command})
