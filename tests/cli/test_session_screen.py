"""How a running session looks: whole screens as text, compared with the files in ``screens/``.

To accept a new look: ``MASSCTL_ACCEPT_SCREENS=1 pytest tests/cli/test_session_screen.py``, and read the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from rich.console import Console

from massctl.cli.session_screen import WIDTH_MAX, render
from massctl.faces.session_view import SessionView
from massctl.rules import Level
from massctl.session import asks
from massctl.session.asks import OFF_NOT_CONFIRMED
from massctl.session.commands import KEYBOARD
from massctl.session.events import (
    CueKind,
    Event,
    Intervention,
    LinkChanged,
    Phase,
    PhaseChanged,
    SeenBy,
    Warned,
)
from tests.cli.sessions import backoff, manual_step, over_force, scan_point, scan_values, started, step, stop_seen, tick

SCREENS = Path(__file__).parent / "screens"
WORKING = PhaseChanged(at_s=2, phase=Phase.WORKING)
FORCES = (2.0, 6.5, 11.0, 14.0, 17.5, 21.0, 18.0, 15.0) * 5


def screen(view: SessionView, width: int = 80, height: int = 24, *, ansi: bool = False) -> str:
    console = Console(width=width, height=height, force_terminal=ansi, color_system="truecolor" if ansi else None)
    with console.capture() as captured:
        console.print(render(view, width, height))
    return captured.get()


def released() -> PhaseChanged:
    return PhaseChanged(at_s=101, phase=Phase.STOPPED, ask=asks.RELEASED)


def running() -> list[Event]:
    return [started(), step(), WORKING, *(tick(force_n=force) for force in FORCES), tick(), backoff()]


CASES: dict[str, list[Event]] = {
    "connecting": [],
    "waiting": [
        started(),
        step(),
        PhaseChanged(at_s=1, phase=Phase.WAITING, ask="Place the head on Middle trapezius left, then press Enter."),
    ],
    "running": running(),
    "manual": [
        started(is_simulated=False),
        manual_step(),
        WORKING,
        tick(
            speed_set_ppm=0, speed_measured_ppm=None, force_n=None, cue=None, battery_percent=None, temperature_c=None
        ),
    ],
    "question": [
        started(),
        step(
            number=1,
            mode="check",
            tool="ui",
            label="check",
            point=None,
            point_name=None,
            side=None,
            speed_ppm=None,
            force_band_n=None,
            head=None,
            passes=1,
            maximum_s=15.0,
            pose="",
            cautions="",
            instruction="chest pain, pacemaker/ICD/port, breast surgery",
            next_label="Pectoralis major left",
        ),
        PhaseChanged(at_s=1, phase=Phase.WAITING, ask="Is any of this true? Enter: none of it. q: yes, end here."),
    ],
    "scan": [
        started(),
        step(**scan_values()),
        scan_point(contact_area_cm2=1.0),
        PhaseChanged(
            at_s=4, phase=Phase.RATING, ask="Infraspinatus right, 7 of 14: hold the push in its band for 2 s."
        ),
        tick(phase=Phase.RATING, speed_set_ppm=0, force_n=13.0, force_band_n=(16.7, 22.6), cue=CueKind.PRESS_HARDER),
    ],
    "paused": [
        *running(),
        PhaseChanged(at_s=30, phase=Phase.PAUSED, ask="Paused: the motor is off. Enter resumes softly."),
    ],
    "reconnecting": [
        *running(),
        LinkChanged(at_s=97, device="sensor", state="lost", text="unplugged"),
        PhaseChanged(at_s=97, phase=Phase.RECONNECTING, ask="The link to the sensor is lost; trying again."),
    ],
    "stopped_without_link": [
        *running(),
        Intervention(at_s=97.0, rule="F34", level=Level.STOP, text="The link to the massager is lost. Lift off."),
        LinkChanged(at_s=97, device="massager", state="lost", text="unplugged"),
        PhaseChanged(at_s=97, phase=Phase.RECONNECTING, ask="The link is lost: lift off. Trying to get it back."),
        stop_seen(is_confirmed=False),
        LinkChanged(at_s=98, device="massager", state="reconnecting", text="try 2 of 5 in 1 s"),
    ],
    "stopped": [*running(), *over_force()],
    "stopped_confirmed": [*running(), *over_force(), stop_seen(), released()],
    "stopped_not_confirmed": [*running(), *over_force(), stop_seen(is_confirmed=False)],
}


def view_of(events: list[Event]) -> SessionView:
    view = SessionView()
    for event in events:
        view.see(event)
    return view


@pytest.mark.parametrize("name", CASES)
def test_the_screen_looks_as_accepted(name: str) -> None:
    shown = "\n".join(line.rstrip() for line in screen(view_of(CASES[name])).splitlines()) + "\n"
    file = SCREENS / f"{name}.txt"
    if os.environ.get("MASSCTL_ACCEPT_SCREENS"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(shown, encoding="utf-8")
    assert shown == file.read_text(encoding="utf-8")


def test_the_list_of_keys_looks_as_accepted() -> None:
    view = view_of(CASES["running"])
    view.shows_keys = True
    shown = "\n".join(line.rstrip() for line in screen(view).splitlines()) + "\n"
    file = SCREENS / "keys.txt"
    if os.environ.get("MASSCTL_ACCEPT_SCREENS"):
        file.write_text(shown, encoding="utf-8")
    assert shown == file.read_text(encoding="utf-8")
    for key in KEYBOARD:
        assert key.isdigit() or key in {"enter", "escape"} or f" {key} " in shown or f"{key}," in shown, key


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(("width", "height"), [(72, 20), (80, 24), (100, 30), (200, 60)])
def test_the_screen_never_grows_out_of_its_terminal(name: str, width: int, height: int) -> None:
    lines = screen(view_of(CASES[name]), width, height).splitlines()
    assert len(lines) < height
    assert max(map(len, lines)) <= min(width, WIDTH_MAX)


@pytest.mark.parametrize("name", CASES)
def test_every_screen_but_the_first_says_whether_it_is_simulated(name: str) -> None:
    banner = screen(view_of(CASES[name])).splitlines()[0]
    view = view_of(CASES[name])
    assert banner.startswith(" SIMULATED" if view.is_simulated else " massctl")


def test_a_simulation_has_another_colour() -> None:
    simulated = screen(view_of([started()]), ansi=True).splitlines()[0]
    real = screen(view_of([started(is_simulated=False)]), ansi=True).splitlines()[0]
    assert simulated.split("m")[0] != real.split("m")[0]


@pytest.mark.parametrize("cue", CueKind)
def test_every_cue_is_a_word_on_the_screen(cue: CueKind) -> None:
    shown = screen(view_of([started(), step(), WORKING, tick(cue=cue)]))
    assert cue.value.upper() in shown


def test_an_unconfirmed_stop_says_so_in_the_words_of_the_rule() -> None:
    assert OFF_NOT_CONFIRMED in screen(view_of(CASES["stopped_not_confirmed"]))
    assert OFF_NOT_CONFIRMED in screen(view_of(CASES["stopped_without_link"]))
    assert "confirmed in 840 ms" in screen(view_of(CASES["stopped_confirmed"]))
    assert "confirmed in" not in screen(view_of(CASES["stopped"]))


def test_F54_a_stop_that_was_only_acknowledged_is_never_called_confirmed() -> None:
    seen = stop_seen(is_confirmed=False, seen_by=SeenBy.ACKNOWLEDGED)
    shown = screen(view_of([*CASES["stopped"], seen]))
    assert "by the device's word only; nobody measured it: look" in shown
    assert "confirmed" not in shown


def test_F34_a_standing_warning_stays_on_the_screen_whatever_happens() -> None:
    warning = "If the link breaks this massager may go on running: keep a hand on its switch. [F34]"
    begun = started(warnings=(warning,), standing_warnings=(warning,))
    events = [begun, step(), WORKING, tick(), *(Warned(at_s=n, text=f"note {n}") for n in range(40))]
    shown = screen(view_of(events))
    assert shown.count("this massager may go on running") == 1
    assert "keep a hand on its" in shown


def test_measured_speed_is_never_invented() -> None:
    assert "not measured" in screen(view_of([started(), step(), tick(speed_measured_ppm=None)]))


def test_a_warning_stays_on_screen_whatever_happens_after_it() -> None:
    view = view_of([started(), step(), WORKING, Warned(at_s=3, text="massctl cannot stop this gun"), *[backoff()] * 20])
    shown = screen(view, 80, 24)
    assert "massctl cannot stop this gun" in shown
    assert "F10" in screen(view, 80, 30)


def test_before_a_start_long_cautions_are_shown_whole() -> None:
    cautions = (
        "never in the hollow below the collarbone; pacemaker, collarbone; chest pain of unknown cause is an emergency"
    )
    events = [started(), step(cautions=cautions)]
    waiting = " ".join(screen(view_of([*events, PhaseChanged(at_s=1, phase=Phase.WAITING)])).split())
    assert "chest pain of unknown cause is an emergency" in waiting
    assert "speed" in screen(view_of([*events, WORKING, tick()]))


def test_a_stop_without_a_massager_speaks_of_no_motor() -> None:
    view = view_of([started(devices={}), manual_step(), WORKING, *over_force(), stop_seen()])
    shown = screen(view)
    assert "Lift the tool off" in shown
    assert "Motor" not in shown


def test_after_a_stop_the_list_of_keys_is_the_short_one_that_counts() -> None:
    view = view_of([started(), step(), WORKING, *over_force(), stop_seen()])
    view.shows_keys = True
    shown = screen(view)
    assert "after a stop: lifted off" in shown
    assert "then: continue" in shown
    assert "faster" not in shown


def test_who_stopped_it_and_long_reasons_are_told_in_words_on_one_line() -> None:
    trip = Intervention(at_s=5, rule="F42", level=Level.STOP, text="Emergency stop (SIGHUP).")
    view = view_of([started(), step(), trip, PhaseChanged(at_s=5, phase=Phase.STOPPED, ask="")])
    view.see(
        LinkChanged(
            at_s=6, device="sensor", state="reconnecting", text="2 devices cannot be used:\n  massager\n    gone"
        )
    )
    assert "Emergency stop (the terminal was closed)." in screen(view)
    assert [note.text for note in view.notes][-1].endswith("cannot be used: massager gone")
