"""The state of a display: what each event changes in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from massctl.app.settings import Units
from massctl.faces.session_view import NOTES_KEPT, TRACE_KEPT, SessionView
from massctl.rules import Level
from massctl.session import asks
from massctl.session.events import (
    Cue,
    CueKind,
    DiscomfortRated,
    Event,
    Intervention,
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


def test_the_first_half_of_the_reset_counts_once_the_session_has_taken_it_and_for_this_stop_only() -> None:
    view = view_of(step(), Pressed(at_s=98, key="release", origin="keyboard"), *over_force())
    assert not view.is_released
    view.see(Pressed(at_s=101, key="release", origin="keyboard"))
    assert not view.is_released
    view.see(PhaseChanged(at_s=101, phase=Phase.STOPPED, ask=asks.RELEASED))
    assert view.is_released
    view.see(over_force()[-1])
    assert not view.is_released


@pytest.mark.parametrize(
    ("has_soft_start", "words"), [(True, ["SOFT START", "SOFT STOP"]), (False, ["STARTING", "STOPPING"])]
)
def test_no_soft_start_is_claimed_of_a_motor_that_has_none(*, has_soft_start: bool, words: list[str]) -> None:
    view = view_of(step(has_soft_start=has_soft_start))
    badges = []
    for phase in (Phase.RAMPING, Phase.WORKING, Phase.RAMPING):
        view.see(PhaseChanged(at_s=5.0, phase=phase))
        badges.append(view.badge)
    assert [badges[0], badges[2]] == words


def test_rules_and_questions_are_told_in_the_units_of_the_person() -> None:
    view = SessionView(Units.KPA)
    tripped = over_force()[0]
    assert isinstance(tripped, Intervention)
    over = replace(tripped, contact_area_cm2=5.0)
    for event in (step(contact_area_cm2=5.0), over, PhaseChanged(at_s=99.0, phase=Phase.STOPPED, ask="83 N of push.")):
        view.see(event)
    assert view.notes[-1].text == "A push of 166 kPa, above 160 kPa."
    assert view.stopped_because == "[F10] A push of 166 kPa, above 160 kPa."
    assert view.ask == "166 kPa of push."


def test_the_whole_of_a_step_grows_with_longer() -> None:
    view = view_of(step(), tick(clock_s=17.0, remaining_s=43.0))
    assert view.whole_s == 60.0


def test_what_is_kept_stays_bounded() -> None:
    view = view_of(step(), *[backoff()] * 100, *[tick()] * 500)
    assert len(view.notes) == NOTES_KEPT
    assert len(view.trace_n) == TRACE_KEPT


def test_the_end_is_kept() -> None:
    assert view_of(ended()).ended == ended()
