"""The summary: honest words, every figure of the session, the same from history as after the run."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from rich.console import Console

from massctl.app.settings import Units
from massctl.cli.summary import summary
from massctl.faces.felt import felt
from massctl.faces.stored import summary_from_json
from massctl.session.events import SessionEnded
from tests.cli.sessions import backoff, ended, point


def text_of(session: SessionEnded, width: int = 80) -> str:
    console = Console(width=width, color_system=None, markup=False, highlight=False)
    with console.capture() as captured:
        console.print(summary(session, "Desk shoulders"))
    return captured.get()


def test_it_names_dose_band_speed_force_and_discomfort_of_each_point() -> None:
    shown = text_of(ended(), width=110)
    assert "Middle trapezius left" in shown
    (row,) = [line for line in shown.splitlines() if line.startswith("Middle trapezius left")]
    assert row.split() == ["Middle", "trapezius", "left", "0:43", "0:39", "15", "N", "1,790", "5", "→", "3"]
    assert "  massager: full time" in shown


def test_a_step_that_is_done_says_so_only_where_nothing_else_is_to_say() -> None:
    lines = [line.strip() for line in text_of(ended(points=(point(outcomes=("done", "done")),))).splitlines()]
    assert "massager: done" in lines
    assert "massager: full time, felt softer" in text_of(ended(points=(point(outcomes=("done", "time", "softer")),)))


def test_without_a_sensor_no_time_in_band_is_claimed() -> None:
    shown = text_of(ended(points=(point(in_band_s=0.0, mean_force_n=None, mean_speed_ppm=None),)))
    (row,) = [line for line in shown.splitlines() if line.startswith("Middle trapezius")]
    assert row.split()[3:] == ["0:43", "–", "–", "–", "5", "→", "3"]


def test_no_name_is_broken_within_a_word_at_80_columns() -> None:
    long = point(name="Pectoralis major (clavicular/sternal)", tools=("perc", "ball"), outcomes=("time", "softer"))
    shown = text_of(ended(points=(long,)))
    assert "(clavicular/sternal)" in shown
    assert "massager, ball: full time, felt softer" in " ".join(shown.split())


def test_who_pressed_stop_is_said_in_words() -> None:
    shown = text_of(ended(ended_by="interrupted", reason="Emergency stop (socket).", rule="F42"))
    assert "Emergency stop (massctl stop)." in " ".join(shown.split())


def test_manual_tools_have_no_time_in_band() -> None:
    ball = point(name="Rhomboids", side="R", tools=("ball",), dose_s=45.0, in_band_s=0.0)
    (row,) = [line for line in text_of(ended(points=(ball,))).splitlines() if line.startswith("Rhomboids right")]
    assert row.split()[2:4] == ["0:45", "–"]


def test_it_says_felt_softer_and_names_interventions_with_their_rule() -> None:
    shown = text_of(ended())
    assert "felt softer" in " ".join(shown.split())
    assert "F10 backoff" in shown
    for word in ("heal", "treat", "released", "cure"):
        assert word not in shown


@pytest.mark.parametrize("width", [72, 80, 100])
def test_it_fits_its_terminal(width: int) -> None:
    assert max(map(len, text_of(ended(), width).splitlines())) <= width


def test_a_simulated_session_says_so() -> None:
    assert "SIMULATED" in text_of(ended())
    assert "SIMULATED" not in text_of(ended(is_simulated=False))


def test_a_stop_names_reason_and_rule() -> None:
    shown = text_of(ended(ended_by="safety", reason="A push of 83 N, above 80 N.", rule="F10", steps_done=9))
    assert "Stopped for safety. A push of 83 N, above 80 N. [F10]" in " ".join(shown.split())
    assert "9 of 14 steps" in shown


@pytest.mark.parametrize("ended_by", ["completed", "person", "safety", "link lost", "interrupted"])
def test_every_ending_has_words(ended_by: str) -> None:
    assert f"Desk shoulders. {ended_by}" not in text_of(ended(ended_by=ended_by))


def test_a_session_that_did_nothing_has_a_summary_too() -> None:
    shown = text_of(ended(points=(), interventions=(), discomfort_before=None, discomfort_after=None, steps_done=0))
    assert "0 of 14 steps" in shown
    assert "Point" not in shown


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (6, 4, "less"),
        (3, 2, "less"),
        (6, 5, "no clear change"),
        (4, 5, "no clear change"),
        (4, 6, "more"),
        (0, 0, "no clear change"),
        (None, 3, ""),
    ],
)
def test_only_a_clear_change_is_called_one(before: int | None, after: int | None, words: str) -> None:
    assert felt(before, after) == words


def test_history_shows_the_same_summary() -> None:
    stored: dict[str, Any] = json.loads(json.dumps(ended().to_json()))
    assert text_of(summary_from_json(stored)) == text_of(ended())


def test_a_summary_of_a_newer_massctl_is_read_without_what_is_new() -> None:
    stored: dict[str, Any] = json.loads(json.dumps(ended(points=(point(),)).to_json()))
    stored["mood"] = "calm"
    stored["points"][0]["colour"] = "red"
    assert text_of(summary_from_json(stored)) == text_of(ended(points=(point(),)))


def test_pushes_and_reasons_are_told_in_the_units_of_the_person() -> None:
    trip = {**backoff().to_json(), "text": "33 N of push, at most 25 N here.", "contact_area_cm2": 5.0}
    session = ended(
        points=(point(contact_area_cm2=5.0), point(point="RHOM")),
        interventions=(trip,),
        reason=trip["text"],
        ended_by="safety",
    )
    output = io.StringIO()
    Console(file=output, width=120).print(summary(session, "Desk shoulders", Units.KPA))
    told = output.getvalue()
    assert told.count("66 kPa of push, at most 50 kPa here.") == 2
    assert "30 kPa" in told
    assert "15 N" in told, "the tip of this one is not known"
