"""Whole runs on the simulated bench in virtual time: from the request to the summary and the record."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from massctl.app.control import SessionControl
from massctl.app.request import RunRequest
from massctl.app.run import YOURS_NOW, exit_code, run_blocking, run_session
from massctl.app.settings import change_settings
from massctl.app.stopping import StopOutcome, stop_everything
from massctl.body.terms import Side
from massctl.devices.capabilities import InputKind, InputPressed
from massctl.errors import ExitCode, FileProblem, MassctlError, PortMissing, UsageError
from massctl.history.reading import History
from massctl.programs.choices import Choices
from massctl.session.commands import Key, Press
from massctl.session.events import (
    Event,
    Phase,
    PhaseChanged,
    Pressed,
    SessionEnded,
    SessionStarted,
    StopSeen,
    Tick,
    Warned,
)
from massctl.session.runner import SessionRunner

BUTTON = InputPressed(0.0, InputKind.BUTTON)
SHORT = "racket-warm-up"
"""A program of some minutes with the motor running."""


def simulated(program: str, **changes: object) -> RunRequest:
    values: dict[str, object] = {"is_simulated": True, "speed": None, "choices": Choices(side=Side.RIGHT)}
    return RunRequest(program=program, **(values | changes))  # type: ignore[arg-type]


class Watcher:
    """A front end reduced to a list of events, with an action at the first event that it waits for."""

    def __init__(
        self, when: Callable[[Event], bool] = lambda _: False, then: Callable[[SessionControl], None] = print
    ) -> None:
        self.events: list[Event] = []
        self.session: SessionControl | None = None
        self._when = when
        self._then = then
        self._is_done = False

    def on_ready(self, session: SessionControl) -> None:
        self.session = session

    def on_event(self, event: Event) -> None:
        self.events.append(event)
        if not self._is_done and self.session is not None and self._when(event):
            self._is_done = True
            self._then(self.session)


async def run(
    request: RunRequest, watcher: Watcher | None = None, *, is_attended: bool = True
) -> tuple[SessionEnded, Watcher]:
    watcher = watcher or Watcher()
    summary = await run_session(request, on_event=watcher.on_event, on_ready=watcher.on_ready, is_attended=is_attended)
    return summary, watcher


def is_working(event: Event) -> bool:
    return isinstance(event, Tick) and event.phase is Phase.WORKING and event.clock_s > 5


@pytest.mark.virtual
async def test_desk_shoulders_runs_to_its_summary_with_doses_that_agree_with_the_program() -> None:
    summary, watcher = await run(simulated("desk-shoulders"))
    assert summary.ended_by == "completed", summary
    assert exit_code(summary) is ExitCode.DONE
    assert summary.is_simulated
    assert isinstance(watcher.events[0], SessionStarted)
    assert watcher.events[-1] == summary
    assert summary.steps_done == summary.steps
    assert summary.percussion_s > 0
    assert not [event for event in watcher.events if isinstance(event, Warned)]


@pytest.mark.virtual
@pytest.mark.parametrize("program", ["tech-neck", "micro-break", "algometer-check", "jaw-ease"])
async def test_other_programs_complete_too(program: str) -> None:
    summary, _ = await run(simulated(program))
    assert summary.ended_by == "completed", summary


@pytest.mark.virtual
async def test_the_timers_button_means_in_every_face_what_the_settings_say() -> None:
    change_settings(pedal={"timer button": "finish"})
    watcher = Watcher(is_working, lambda session: cast("SessionRunner", session)._core.take(BUTTON))
    summary, _ = await run(simulated(SHORT), watcher)
    assert summary.ended_by == "person"


@pytest.mark.virtual
async def test_a_meaning_of_the_timers_button_that_is_none_is_said_and_changes_nothing() -> None:
    change_settings(pedal={"timer button": "finnish"})
    summary, watcher = await run(simulated("micro-break"))
    assert summary.ended_by == "completed"
    started = next(event for event in watcher.events if isinstance(event, SessionStarted))
    assert any("finnish" in text for text in started.warnings)


def test_the_same_seed_gives_the_same_session_to_the_event() -> None:
    told = []
    for _ in range(2):
        watcher = Watcher()
        run_blocking(simulated(SHORT, seed=5), on_event=watcher.on_event, on_ready=watcher.on_ready)
        told.append([event.to_json() | {"session_id": "", "wall_time": ""} for event in watcher.events])
    assert told[0] == told[1]


@pytest.mark.virtual
async def test_the_session_is_recorded_marked_simulated_and_can_be_repeated() -> None:
    request = simulated(SHORT, seed=3)
    summary, watcher = await run(request)
    record = History().session("last")
    assert (record.session_id, record.is_simulated, record.ended_by) == (summary.session_id, True, "completed")
    assert record.summary is not None
    assert record.summary["percussion_s"] == pytest.approx(summary.percussion_s)
    stored = list(History().events(record.session_id))
    told = [event.kind for event in watcher.events if not isinstance(event, Tick)]
    assert [event["event"] for event in stored if event["event"] != "reading"] == told
    assert len([event for event in stored if event["event"] == "reading"]) > 10
    assert History().last_request() is not None
    assert RunRequest.from_json(History().last_request() or {}) == request


@pytest.mark.virtual
async def test_massctl_stop_from_elsewhere_stops_the_running_session_and_is_confirmed() -> None:
    asked: list[asyncio.Future[tuple[StopOutcome, ...]]] = []
    watcher = Watcher(is_working, lambda _: asked.append(asyncio.ensure_future(stop_everything())))
    summary, _ = await run(simulated(SHORT), watcher)
    (outcome,) = await asked[0]
    assert outcome.is_stopped, outcome
    assert "confirmed in" in outcome.text
    assert summary.ended_by == "interrupted"
    assert exit_code(summary) is ExitCode.INTERRUPTED
    seen = [event for event in watcher.events if isinstance(event, StopSeen)]
    assert seen
    assert seen[-1].is_confirmed


@pytest.mark.virtual
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
async def test_a_signal_stops_the_motor_and_ends_the_session_with_130(name: str) -> None:
    def send(_session: SessionControl) -> None:
        os.kill(os.getpid(), signal.Signals[name])
        os.kill(os.getpid(), signal.Signals[name])

    summary, watcher = await run(simulated(SHORT), Watcher(is_working, send))
    assert summary.ended_by == "interrupted"
    assert exit_code(summary) is ExitCode.INTERRUPTED
    assert [event.is_confirmed for event in watcher.events if isinstance(event, StopSeen)][-1]


@pytest.mark.virtual
async def test_a_person_who_finishes_early_ends_with_0_and_ended_by_person() -> None:
    watcher = Watcher(is_working, lambda session: session.press(Press(Key.FINISH)))
    summary, _ = await run(simulated(SHORT), watcher)
    assert summary.ended_by == "person"
    assert exit_code(summary) is ExitCode.DONE


@pytest.mark.virtual
async def test_a_numb_feeling_with_nobody_to_reset_ends_with_a_safety_stop_and_5() -> None:
    watcher = Watcher(is_working, lambda session: session.press(Press(Key.NUMB)))
    summary, _ = await run(simulated(SHORT), watcher, is_attended=False)
    assert summary.ended_by == "safety"
    assert summary.rule == "F22"
    assert exit_code(summary) is ExitCode.SAFETY


@pytest.mark.virtual
async def test_f33_a_display_that_fails_stops_the_session() -> None:
    def fail(_event: Event) -> None:
        raise BrokenPipeError("the terminal is gone")

    summary = await run_session(simulated(SHORT), on_event=fail, on_ready=lambda _: None)
    assert (summary.ended_by, summary.rule) == ("safety", "F33")
    assert "the terminal is gone" in summary.reason
    assert summary.duration_s < 10.0


@pytest.mark.virtual
async def test_a_record_that_cannot_be_written_is_a_warning_and_the_session_goes_on(folders: Path) -> None:
    (folders / "data").mkdir()
    (folders / "data" / "history.sqlite").write_bytes(b"no database" * 100)
    summary, watcher = await run(simulated(SHORT))
    assert summary.ended_by == "completed"
    warnings = [event.text for event in watcher.events if isinstance(event, Warned)]
    assert len(warnings) == 1
    assert "not recorded" in warnings[0]


@pytest.mark.virtual
async def test_a_free_run_stops_by_itself_after_two_minutes() -> None:
    request = RunRequest(point="MTRAP", is_simulated=True, speed=None, choices=Choices(side=Side.LEFT), speed_ppm=1600)
    summary, _ = await run(request)
    assert summary.percussion_s <= 121.0
    assert summary.percussion_s > 60.0
    assert [point.point for point in summary.points] == ["MTRAP"]


@pytest.mark.parametrize("link", ["pty", "tcp"])
def test_a_run_over_real_serial_bytes_or_sockets_in_scaled_time(link: str) -> None:
    watcher = Watcher()
    request = simulated(SHORT, link=link, speed=200.0)
    summary = run_blocking(request, on_event=watcher.on_event, on_ready=watcher.on_ready)
    assert summary.ended_by == "completed", summary


def test_ctrl_c_in_a_run_with_its_own_loop_ends_with_130() -> None:
    watcher = Watcher(is_working, lambda _: os.kill(os.getpid(), signal.SIGINT))
    summary = run_blocking(simulated(SHORT), on_event=watcher.on_event, on_ready=watcher.on_ready)
    assert exit_code(summary) is ExitCode.INTERRUPTED


async def refused(request: RunRequest) -> MassctlError:
    with pytest.raises(MassctlError) as error:
        await run_session(request, on_event=lambda _: None, on_ready=lambda _: None)
    return error.value


async def test_all_missing_ports_are_told_at_once_before_anything_is_asked() -> None:
    request = RunRequest(
        program="desk-shoulders",
        choices=Choices(side=Side.RIGHT),
        massager="serial:///dev/ttyNOWHERE1",
        sensor="serial:///dev/ttyNOWHERE2",
    )
    error = await refused(request)
    assert error.exit_code is ExitCode.CONNECTION
    assert "ttyNOWHERE1" in str(error)
    assert "ttyNOWHERE2" in str(error)
    assert History().sessions() == ()


async def test_one_missing_port_is_its_own_error() -> None:
    request = RunRequest(
        program="desk-shoulders", choices=Choices(side=Side.RIGHT), massager="serial:///dev/ttyNOWHERE"
    )
    assert isinstance(await refused(request), PortMissing)


async def test_an_unknown_program_is_refused_with_the_nearest_name() -> None:
    error = await refused(simulated("desk-sholders"))
    assert isinstance(error, UsageError)
    assert "desk-shoulders" in str(error)


async def test_a_program_file_that_breaks_a_rule_is_refused_with_place_and_rule(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'id = "mine"\ntitle = "Mine"\n\n[[steps]]\nmode = "sweep"\ntool = "perc"\npoint = "SCM"\nside = "L"\n'
        "maximum_s = 30\nspeed_ppm = 1800\n",
        encoding="utf-8",
    )
    error = await refused(simulated(str(path)))
    assert "F2" in str(error)
    assert "mine.toml" in str(error)


async def test_a_program_file_with_a_typo_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'id = "mine"\ntitle = "Mine"\n\n[[steps]]\nmode = "breathe"\ntool = "ui"\nmaximun_s = 60\nmaximum_s = 60\n',
        encoding="utf-8",
    )
    error = await refused(simulated(str(path)))
    assert isinstance(error, FileProblem)
    assert "mine.toml:7" in str(error)
    assert "maximun_s" in str(error)


@pytest.mark.virtual
async def test_phases_are_seen_in_a_sensible_order() -> None:
    _, watcher = await run(simulated(SHORT))
    phases = [event.phase for event in watcher.events if isinstance(event, PhaseChanged)]
    assert phases[-1] is Phase.DONE
    assert phases.index(Phase.WAITING) < phases.index(Phase.RAMPING) < phases.index(Phase.WORKING)


@pytest.mark.virtual
async def test_a_stop_of_a_real_person_is_never_reset_by_the_simulated_one() -> None:
    def stop(session: SessionControl) -> None:
        session.press(Press(Key.STOP))
        asyncio.get_running_loop().call_later(120, session.press, Press(Key.FINISH))

    summary, watcher = await run(simulated(SHORT), Watcher(is_working, stop))
    pressed = [event for event in watcher.events if isinstance(event, Pressed)]
    mine = next(place for place, event in enumerate(pressed) if event.origin == "keyboard")
    assert [(event.key, event.origin) for event in pressed[mine:]] == [("stop", "keyboard"), ("finish", "keyboard")]
    assert summary.ended_by == "person"
    assert [event.text for event in watcher.events if isinstance(event, Warned)].count(YOURS_NOW) == 1


@pytest.mark.virtual
async def test_a_pause_of_a_real_person_waits_for_that_person() -> None:
    def pause(session: SessionControl) -> None:
        session.press(Press(Key.PAUSE))
        asyncio.get_running_loop().call_later(60, session.press, Press(Key.FINISH))

    _, watcher = await run(simulated(SHORT), Watcher(is_working, pause))
    paused = next(
        place for place, event in enumerate(watcher.events) if isinstance(event, Pressed) and event.key == "pause"
    )
    assert not any(isinstance(event, Tick) and event.phase is Phase.WORKING for event in watcher.events[paused + 1 :])
