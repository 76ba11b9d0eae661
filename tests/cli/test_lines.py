"""A session as lines: what a person reads, and one JSON object an event."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from massctl.app.settings import Units
from massctl.cli.lines import json_lines, plain_lines
from massctl.session.asks import OFF_NOT_CONFIRMED
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
from tests.cli.sessions import backoff, ended, manual_step, scan_point, started, step, step_ended, stop_seen, tick

CASES: list[tuple[Event, list[str]]] = [
    (
        started(warnings=("F11: the pressure was narrowed",)),
        [
            "  0:00  SIMULATED session: Desk shoulders, 14 steps, about 10 min",
            "  0:00  massager: bench massager (sim://bench)",
            "  0:00  note: F11: the pressure was narrowed",
        ],
    ),
    (
        step(passes=1),
        [
            "  0:01  step 9 of 14: Middle trapezius left, slow sweeps, massager, 0:45, 10–20 N, 1,800 strokes a minute",
            "  0:01    seated, arm hugging the opposite shoulder so the blade slides out",
            "  0:01    stay off the spine",
        ],
    ),
    (
        scan_point(),
        [
            "  0:04  point 7 of 14: Infraspinatus right, INFRA, ball, aim at 1.5–2.5 kg/cm²",
            "  0:04    Flat of the shoulder blade below its spine, 2-4 cm from inner edge.",
            "  0:04    Arm across the chest",
            "  0:04    off the spine of the shoulder blade",
        ],
    ),
    (
        scan_point(contact_area_cm2=1.0, force_band_n=(16.7, 22.6), pose="", cautions=""),
        [
            "  0:04  point 7 of 14: Infraspinatus right, INFRA, ball, 16.7–22.6 N",
            "  0:04    Flat of the shoulder blade below its spine, 2-4 cm from inner edge.",
        ],
    ),
    (PhaseChanged(at_s=2, phase=Phase.WAITING, ask="Press Enter."), ["  0:02  ready: Press Enter."]),
    (PhaseChanged(at_s=2, phase=Phase.WAITING), []),
    (PhaseChanged(at_s=3, phase=Phase.WORKING), ["  0:03  running"]),
    (Cue(at_s=4, cue=CueKind.EASE_OFF), ["  0:04  ease off"]),
    (DiscomfortRated(at_s=5, value=8, corrects=6), ["  0:05  discomfort 8 of 10 (corrected from 6)"]),
    (Pressed(at_s=6, key="go_on", origin="pedal"), ["  0:06  pressed: go on (pedal)"]),
    (Pressed(at_s=6, key="discomfort", origin="keyboard"), []),
    (backoff(), [f"  1:35  BACKOFF [F10]: {backoff().text}"]),
    (stop_seen(), ["  1:40  motor off confirmed in 840 ms"]),
    (stop_seen(is_confirmed=False), [f"  1:40  motor off {OFF_NOT_CONFIRMED}"]),
    (LinkChanged(at_s=7, device="sensor", state="lost", text="unplugged"), ["  0:07  sensor: link lost: unplugged"]),
    (
        step_ended(outcome="softer"),
        [
            "  1:00  Middle trapezius left: felt softer, 39 s in the band, 14.8 N, 1,790 strokes a minute, discomfort 5 → 3"
        ],
    ),
    (Warned(at_s=8, text="the disk is full"), ["  0:08  warning: the disk is full"]),
    (tick(), []),
]


@pytest.mark.parametrize(("event", "lines"), CASES, ids=lambda value: getattr(value, "kind", ""))
def test_each_event_reads_like_this(event: Event, lines: list[str]) -> None:
    assert plain_lines()(event) == lines


def test_json_is_one_object_a_line_and_the_event_itself() -> None:
    for event in (started(), manual_step(), backoff(), ended()):
        (line,) = json_lines()(event)
        assert json.loads(line) == json.loads(json.dumps(event.to_json()))
        assert "\n" not in line


def test_json_shows_at_most_one_tick_a_second_of_session_time() -> None:
    lines = json_lines()
    shown = [n for n in range(50) if lines(tick(at_s=n * 0.2))]
    assert shown == [0, 5, 10, 15, 20, 25, 30, 35, 40, 45]


def test_json_never_thins_out_anything_but_ticks() -> None:
    lines = json_lines()
    assert all(lines(Cue(at_s=1.0, cue=CueKind.GOOD)) for _ in range(10))


def test_the_ramp_after_the_work_is_called_a_soft_stop() -> None:
    lines = plain_lines()
    shown = [lines(PhaseChanged(at_s=1, phase=phase)) for phase in (Phase.RAMPING, Phase.WORKING, Phase.RAMPING)]
    assert shown == [["  0:01  soft start"], ["  0:01  running"], ["  0:01  soft stop"]]


def test_a_push_is_told_in_the_units_of_the_person() -> None:
    lines = plain_lines(Units.KG_CM2)
    events = (step(contact_area_cm2=5.0), replace(backoff(), text="33 N of push."), step_ended(contact_area_cm2=5.0))
    told = "\n".join(line for event in events for line in lines(event))
    assert "0.20–0.41 kg/cm²" in told
    assert "33 N of push" in told, "the tip of this one is not known"
    assert "0.30 kg/cm²" in told


def test_lines_claim_no_soft_start_of_a_motor_that_has_none() -> None:
    lines = plain_lines()
    lines(step(has_soft_start=False))
    assert lines(PhaseChanged(at_s=1.0, phase=Phase.RAMPING)) == ["  0:01  starting"]
