"""Whole runs on foreign Bluetooth devices, through bleak and GATT, in virtual time: the journeys that people make with them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import pytest

from massctl.app.control import SessionControl
from massctl.app.request import RunRequest
from massctl.app.run import exit_code, run_blocking
from massctl.body.terms import Side
from massctl.devices.vendors.heart_rate import HeartRateSensor
from massctl.errors import ExitCode, UsageError
from massctl.history.reading import History
from massctl.programs.choices import Choices
from massctl.session.events import (
    Event,
    HeartRate,
    Intervention,
    LinkChanged,
    Phase,
    PhaseChanged,
    SessionEnded,
    SessionStarted,
    StepEnded,
    StopSeen,
    Tick,
    Warned,
)
from sims.bench import Bench, default_bench
from sims.radio.peripheral import Broadcast
from sims.vendors.heart_rate import HeartRateTwin
from sims.vendors.hypervolt2 import LEVELS_PPM, Hypervolt2Twin
from sims.vendors.theragun import TheragunTwin

EventT = TypeVar("EventT", bound=Event)
DID_NOT_MOVE = "the gun acknowledged but did not move: is it charging?"


SWEEP = """
id = "one-sweep"
title = "One sweep"
kind = "cause"
causes = ["screen"]
level = "beginner"
goal = "a motor step that is short"
total_s = 35
percussion_s = 20

[[steps]]
mode = "check"
tool = "ui"
maximum_s = 15
end = "all_clear"
instruction = "chest pain"

[[steps]]
mode = "sweep"
tool = "perc"
point = "INFRA"
side = "R"
speed_ppm = 1800
force_n = [10.0, 20.0]
maximum_s = 20
end = "time"
"""


@pytest.fixture(autouse=True)
def one_sweep(folders: Path) -> None:
    own = folders / "config" / "programs"
    own.mkdir(parents=True)
    (own / "one-sweep.toml").write_text(SWEEP, "utf-8")


@dataclass
class Run:
    """One run, and what was seen of it from outside."""

    massager: str | None = "sim://hypervolt2"
    sensor: str | None = "sim://progressor"
    heart: str | None = None
    program: str = "one-sweep"
    side: Side | None = None
    faults: tuple[str, ...] = ()
    before: Callable[[Bench], None] = lambda _bench: None
    """Done when the devices are open and the session begins."""
    at: Callable[[Event], bool] = lambda _event: False
    then: Callable[[Bench, SessionControl], None] = lambda _bench, _session: None
    """Done once, at the first event of which ``at`` says so."""
    events: list[Event] = field(default_factory=list)
    bench: Bench = field(init=False)
    summary: SessionEnded = field(init=False)

    def go(self) -> Run:
        session: list[SessionControl] = []
        done: list[bool] = []

        def ready(control: SessionControl) -> None:
            session.append(control)
            self.bench = default_bench()
            self.before(self.bench)

        def see(event: Event) -> None:
            self.events.append(event)
            if not done and self.at(event):
                done.append(True)
                self.then(self.bench, session[0])

        request = RunRequest(
            program=self.program,
            massager=self.massager,
            sensor=self.sensor,
            heart=self.heart,
            speed=None,
            faults=self.faults,
            choices=Choices(side=self.side),
        )
        assert request.is_simulated
        self.summary = run_blocking(request, on_event=see, on_ready=ready)
        return self

    def of(self, kind: type[EventT]) -> list[EventT]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def rules(self) -> list[str]:
        return [event.rule for event in self.of(Intervention)]

    @property
    def percussion(self) -> list[StepEnded]:
        return [step for step in self.of(StepEnded) if step.tool == "perc"]


def working(event: Event) -> bool:
    """Whether a step is at work: with a motor it has come to its speed."""
    return isinstance(event, PhaseChanged) and event.phase is Phase.WORKING


def test_desk_shoulders_ends_well_with_a_hypervolt_and_a_progressor() -> None:
    pushes: list[tuple[float, float]] = []
    run = Run(program="desk-shoulders", side=Side.RIGHT)

    def compare(event: Event) -> bool:
        if isinstance(event, Tick) and event.phase is Phase.WORKING and event.force_n and event.speed_set_ppm:
            pushes.append((event.force_n, run.bench.world.hand.push_n))
        return False

    run.at = compare
    run.go()
    assert run.summary.ended_by == "completed"
    assert run.summary.steps_done == run.summary.steps
    assert run.rules == []
    assert [step.point for step in run.percussion] == ["PMAJ", "MTRAP", "INFRA", "INFRA"]
    assert all(step.in_band_s > 0.8 * step.contact_s for step in run.percussion)
    assert all(step.mean_speed_ppm == pytest.approx(1700, rel=0.05) for step in run.percussion)
    assert driven(run) == {b"\x00", b"\x01"}
    assert run.bench.world.motor.speed_ppm == 0
    [started] = run.of(SessionStarted)
    assert "Hypervolt 2 (sim://hypervolt2)" in started.devices["massager"]
    assert any("may go on running" in warning for warning in started.standing_warnings)
    assert any("worked out by one person" in warning for warning in started.standing_warnings)
    published, true = (sum(each) / len(pushes) for each in zip(*pushes, strict=True))
    assert len(pushes) > 100
    assert published == pytest.approx(true, rel=0.05)


def driven(run: Run) -> set[bytes]:
    """Return all that was written to the gun's speed."""
    twin = run.bench.twins["hypervolt2"]
    assert isinstance(twin, Hypervolt2Twin)
    return set(twin.writes)


@pytest.mark.slow
def test_desk_shoulders_ends_well_on_both_sides() -> None:
    run = Run(program="desk-shoulders").go()
    assert run.summary.ended_by == "completed"
    assert run.rules == []
    assert driven(run) == {b"\x00", b"\x01"}


def test_a_gun_on_its_charger_says_so_and_stops() -> None:
    run = Run(massager="sim://hypervolt2?charging=yes").go()
    assert exit_code(run.summary) is ExitCode.SAFETY
    assert DID_NOT_MOVE in run.summary.reason
    assert any(DID_NOT_MOVE in event.text for event in run.of(Intervention))
    assert any(DID_NOT_MOVE in event.ask for event in run.of(PhaseChanged) if event.phase is Phase.STOPPED)
    assert not run.bench.world.drives
    assert all(event.speed_measured_ppm in {None, 0} for event in run.of(Tick))


def test_F43_a_gun_that_runs_already_is_stopped_before_anything_is_asked() -> None:
    speeds_ppm: list[float] = []
    run = Run(
        before=lambda bench: start_by_hand(bench, 2),
        at=lambda event: isinstance(event, PhaseChanged) and event.phase is Phase.WAITING,
        then=lambda bench, _session: speeds_ppm.append(bench.world.motor.speed_ppm),
    ).go()
    assert run.bench.world.drives[0].until_s is not None
    assert speeds_ppm == [0.0]
    assert run.summary.ended_by == "completed"


def start_by_hand(bench: Bench, level: int) -> None:
    twin = bench.twins["hypervolt2"]
    assert isinstance(twin, Hypervolt2Twin)
    twin.set_level(level)
    bench.world.massager.ramped_ppm = bench.world.motor.speed_ppm = LEVELS_PPM[level]


def test_F45_its_own_button_pressed_meanwhile_stops_the_session() -> None:
    run = Run()
    run.at = working
    run.then = lambda bench, _session: start_button(bench)
    run.go()
    assert "F45" in run.rules
    assert run.of(StopSeen)[0].is_confirmed


def start_button(bench: Bench) -> None:
    twin = bench.twins["hypervolt2"]
    assert isinstance(twin, Hypervolt2Twin)
    twin.press_button()


def test_F34_a_lost_link_leaves_it_running_says_so_and_stops_it_when_it_is_back() -> None:
    run = Run(faults=("radio-lost@dwelling",)).go()
    assert run.rules[:2] == ["F34", "F54"]
    [first, *_] = run.of(StopSeen)
    assert not first.is_confirmed
    assert [event.state for event in run.of(LinkChanged)][-1] == "back"
    assert run.bench.world.motor.speed_ppm == 0
    assert any("lift it off and press its own button" in event.ask for event in run.of(PhaseChanged))


def test_F34_a_gun_that_does_not_come_back_is_given_up_and_not_called_stopped() -> None:
    run = Run(faults=("radio-out-of-range@dwelling",)).go()
    assert exit_code(run.summary) is ExitCode.CONNECTION
    assert run.of(StopSeen)
    assert not any(seen.is_confirmed for seen in run.of(StopSeen))
    assert run.bench.world.motor.speed_ppm > 1000


def test_a_theragun_is_switched_by_its_person_and_its_status_is_shown() -> None:
    run = Run(massager="sim://theragun").go()
    assert run.summary.ended_by == "completed"
    twin = run.bench.twins["theragun"]
    assert isinstance(twin, TheragunTwin)
    assert {data[2] for data in twin.writes} == {0x10, 0x20}
    assert any(event.ask.startswith("Switch your massager to about 1800 PPM") for event in run.of(PhaseChanged))
    shown = [event.speed_measured_ppm or 0.0 for event in run.of(Tick)]
    assert max(shown) == pytest.approx(1800, abs=60)
    [started] = run.of(SessionStarted)
    assert any("[F42]" in warning for warning in started.standing_warnings)
    assert any("nobody has confirmed it on hardware" in warning for warning in started.standing_warnings)


def test_the_experiment_with_a_theragun_ends_well_and_says_what_it_is() -> None:
    run = Run(massager="sim://theragun?experimental=speed").go()
    assert run.summary.ended_by == "completed"
    assert run.rules == []
    [started] = run.of(SessionStarted)
    assert any("is an experiment: nobody has confirmed" in warning for warning in started.standing_warnings)
    assert run.bench.world.motor.speed_ppm == 0


def test_F35_a_wh_c06_is_refused_for_percussion_and_measures_the_ball() -> None:
    run = Run(sensor="sim://whc06").go()
    assert run.summary.ended_by == "completed"
    assert run.percussion == []
    assert not run.bench.world.drives
    [started] = run.of(SessionStarted)
    assert any("5 values a second" in text and "[F35]" in text for text in started.warnings)


def test_a_wh_c06_that_is_switched_off_meanwhile_is_lost_after_ten_seconds() -> None:
    times_s: list[float] = []
    run = Run(massager=None, sensor="sim://whc06")

    def switch_off(bench: Bench, _session: SessionControl) -> None:
        bench.twins["whc06"].is_on = False  # type: ignore[attr-defined]
        times_s.append(run.events[-1].at_s)

    run.at, run.then = working, switch_off
    run.go()
    lost = [event for event in run.of(LinkChanged) if event.state == "lost"]
    assert lost[0].device == "sensor"
    assert lost[0].at_s - times_s[0] == pytest.approx(10.0, abs=0.5)


def test_a_heart_rate_is_shown_recorded_and_summed_up() -> None:
    run = Run(massager=None, sensor=None, heart="sim://heart_rate", program="micro-break").go()
    assert run.summary.ended_by == "completed"
    told = run.of(HeartRate)
    steps_s = [after.at_s - before.at_s for before, after in pairwise(told)]
    assert min(steps_s) >= 4.9
    shown = [event.heart_rate_bpm for event in run.of(Tick) if event.heart_rate_bpm is not None]
    assert shown
    assert all(50 < rate_bpm < 90 for rate_bpm in shown)
    assert run.summary.heart_rate_mean_bpm == pytest.approx(64, abs=8)
    assert run.summary.heart_rate_max_bpm is not None
    assert run.summary.heart_rate_max_bpm >= run.summary.heart_rate_mean_bpm  # type: ignore[operator]
    assert [event for event in History().events(run.summary.session_id) if event["event"] == "heart_rate"]
    assert "HRM 2041" in run.of(SessionStarted)[0].devices["heart"]


def test_a_lost_heart_rate_is_a_note_and_the_session_goes_on() -> None:
    run = Run(heart="sim://heart_rate")
    run.at = working
    run.then = lambda bench, _session: bench.room.stations["heart_rate"].drop()
    run.go()
    assert run.summary.ended_by == "completed"
    assert run.rules == []
    [lost] = run.of(LinkChanged)
    assert (lost.device, lost.state) == ("heart", "lost")
    assert run.of(Tick)[-1].heart_rate_bpm is None


def test_a_gun_that_comes_back_without_the_strap_goes_on_without_it() -> None:
    run = Run(heart="sim://heart_rate")
    run.at = working

    def lose_both(bench: Bench, _session: SessionControl) -> None:
        bench.room.stations["heart_rate"].set_out_of_range(is_out=True)
        bench.room.stations["hypervolt2"].drop()

    run.then = lose_both
    run.go()
    states = [event.state for event in run.of(LinkChanged) if event.device == "massager"]
    assert states[-1] == "back"


def test_a_strap_that_connects_and_never_answers_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(_self: HeartRateSensor) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(HeartRateSensor, "prepare", never)
    run = Run(heart="sim://heart_rate").go()
    assert run.summary.ended_by == "completed"
    [told] = [event for event in run.of(Warned) if event.text.startswith("No heart rate: ")]
    assert told.text == "No heart rate: sim://heart_rate: no answer within 3 s."
    assert told.at_s < 10.0


def test_a_strap_whose_driver_is_broken_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_self: HeartRateSensor) -> None:
        raise ValueError("a bug of the driver")

    monkeypatch.setattr(HeartRateSensor, "prepare", broken)
    run = Run(heart="sim://heart_rate").go()
    assert run.summary.ended_by == "completed"
    assert any("a bug of the driver" in event.text for event in run.of(Warned))


def test_a_strap_that_is_not_worn_is_told_and_gone_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HeartRateTwin, "broadcast", property(lambda _self: Broadcast(is_connectable=False)))
    run = Run(massager=None, sensor=None, heart="sim://heart_rate").go()
    assert run.summary.ended_by == "completed"
    [started] = run.of(SessionStarted)
    assert any(text.startswith("No heart rate: ") for text in started.standing_warnings)
    assert "heart" not in started.devices


def test_a_heart_rate_sensor_that_is_none_is_refused_at_the_beginning() -> None:
    with pytest.raises(Exception, match="is no heart"):
        Run(heart="sim://progressor", sensor=None).go()


def test_twins_and_hardware_do_not_mix() -> None:
    with pytest.raises(UsageError, match="simulated device"):
        RunRequest(program="desk-shoulders", is_simulated=True, massager="sim://hypervolt2", sensor="serial:///dev/x")
