"""The state of a display: what each event changes in it."""

from __future__ import annotations

from massctl.faces.session_view import NOTES_KEPT, TRACE_KEPT, SessionView
from massctl.rules import Level
from massctl.session.events import (
    Cue,
    CueKind,
    DiscomfortRated,
    Event,
    LinkChanged,
    Phase,
    PhaseChanged,
    Pressed,
    Warned,
)
from tests.cli.sessions import backoff, ended, manual_step, over_force, started, step, step_ended, stop_seen, tick


def view_of(*events: Event) -> SessionView:
    view = SessionView()
    for event in events:
        view.see(event)
    return view


def test_a_session_is_simulated_when_its_start_says_so() -> None:
    assert view_of(started()).is_simulated
    assert not view_of(started(is_simulated=False)).is_simulated


def test_a_new_step_forgets_force_cue_and_clock_of_the_last() -> None:
    view = view_of(step(), tick(), manual_step())
    assert view.step == manual_step()
    assert view.tick is None
    assert view.cue is None
    assert not view.trace_n


def test_a_cue_and_a_rating_show_at_once_without_a_tick() -> None:
    view = view_of(step(), Cue(at_s=2, cue=CueKind.EASE_OFF), DiscomfortRated(at_s=2, value=6))
    assert view.cue is CueKind.EASE_OFF
    assert view.discomfort == 6


def test_a_tick_without_a_rating_keeps_the_last_one() -> None:
    assert view_of(step(), DiscomfortRated(at_s=2, value=6), tick(discomfort=None)).discomfort == 6


def test_a_rating_belongs_to_its_step() -> None:
    assert view_of(step(), DiscomfortRated(at_s=2, value=6), step_ended()).discomfort is None


def test_interventions_warnings_and_links_are_noted_in_order() -> None:
    events = [
        backoff(),
        Warned(at_s=96, text="disk full"),
        LinkChanged(at_s=97, device="sensor", state="lost", text="unplugged"),
    ]
    view = view_of(started(warnings=("F18: one head only",)), *events)
    assert [(note.rule, note.text) for note in view.notes] == [
        ("", "F18: one head only"),
        ("F10", backoff().text),
        ("", "disk full"),
        ("", "sensor: link lost – unplugged"),
    ]


def test_a_stop_keeps_its_first_cause_until_the_session_goes_on() -> None:
    view = view_of(step(), *over_force(), stop_seen())
    assert view.phase is Phase.STOPPED
    assert view.stop_cause is not None
    assert view.stop_cause.level is Level.STOP
    assert view.stop == stop_seen()
    view.see(PhaseChanged(at_s=120, phase=Phase.WAITING))
    assert view.stop_cause is None
    assert view.stop is None


def test_the_first_half_of_the_reset_counts_for_this_stop_only() -> None:
    view = view_of(step(), Pressed(at_s=98, key="release", origin="keyboard"), *over_force())
    assert not view.is_released
    view.see(Pressed(at_s=101, key="release", origin="keyboard"))
    assert view.is_released


def test_what_is_kept_stays_bounded() -> None:
    view = view_of(step(), *[backoff()] * 100, *[tick()] * 500)
    assert len(view.notes) == NOTES_KEPT
    assert len(view.trace_n) == TRACE_KEPT


def test_the_end_is_kept() -> None:
    assert view_of(ended()).ended == ended()
