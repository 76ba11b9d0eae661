"""F41: a massager's own cut-off, counted down and said beforehand; nothing keeps the device alive beyond its dose (F15)."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from massctl.body import limits as hard
from massctl.devices.connecting import connect
from massctl.devices.ladder_file import check_ladder, ladder_toml
from massctl.devices.ladders import Ladder, Level, own_folder
from massctl.rules import Level as RuleLevel
from massctl.session import asks
from massctl.session.commands import Key
from massctl.session.events import Intervention, Phase
from massctl.session.facts import facts_of
from tests.rules.scenes import acted, assert_logged, at_work, off
from tests.session.paper import PaperSession
from tests.session.stage import MASSAGER, SENSOR, percussion, plan


def cutting_off(auto_off_s: float | None, maximum_s: float = 60.0) -> PaperSession:
    """Return a session at work on a massager that switches itself off after a while."""
    massager = dataclasses.replace(MASSAGER, auto_off_s=auto_off_s)
    return at_work(percussion(maximum_s=maximum_s), massager=massager)


def test_F41_just_below_a_step_that_ends_before_the_cut_off_is_not_spoken_of() -> None:
    session = cutting_off(60.0)
    assert not session.by("F41")
    steps = plan(percussion(maximum_s=60.0))
    known = facts_of(dataclasses.replace(MASSAGER, auto_off_s=60.0), SENSOR, None)
    assert not [text for text in asks.warnings(steps, known) if "F41" in text]


def test_F41_at_the_threshold_a_step_that_outlasts_the_device_is_said_before_and_at_its_start() -> None:
    steps = plan(percussion(maximum_s=60.0))
    known = facts_of(dataclasses.replace(MASSAGER, auto_off_s=59.0), SENSOR, None)
    assert [text for text in asks.warnings(steps, known) if "F41" in text] == [
        "This massager switches itself off after 59 s: start it anew by a press. [F41]"
    ]
    session = cutting_off(59.0)
    told = assert_logged(session, "F41", RuleLevel.WARN, 0.0, 10.0)
    assert told.text == "This massager switches itself off after 59 s, within this step: that is no fault."
    session.run(20.0)
    assert len(session.by("F41")) == 1


def test_F41_at_the_threshold_the_countdown_runs_with_the_motor_and_only_with_it() -> None:
    session = cutting_off(100.0, maximum_s=200.0)
    core = session.core

    def left_s() -> float | None:
        return core.conductor.tick(session.now_s, None).auto_off_s

    before_s = left_s()
    assert before_s is not None
    assert before_s <= 100.0
    session.run(10.0)
    assert left_s() == pytest.approx(before_s - 10.0)
    session.press(Key.PAUSE)
    assert left_s() is None
    unknown = cutting_off(None)
    assert unknown.core.conductor.tick(unknown.now_s, None).auto_off_s is None


def test_F41_at_the_threshold_a_device_that_cut_itself_off_is_said_to_have_done_so_and_is_not_restarted() -> None:
    session = cutting_off(20.0, maximum_s=200.0)
    session.until(lambda: session.core.snapshot.auto_off_left_s(session.now_s) == 0.0)
    session.stuck_until_s, session.stuck_ppm = session.now_s + 60.0, 0.0
    acted(session, "F38", RuleLevel.STOP)
    stop = next(event for event in session.by("F38") if event.level is RuleLevel.STOP)
    assert stop.text == "The massager has switched itself off, as it always does after a while. Lift off."
    speeds, renewals = len(session.paper.speeds), session.paper.renewals
    session.run(60.0)
    assert off(session)
    assert (len(session.paper.speeds), session.paper.renewals) == (speeds, renewals)


def test_F41_at_the_threshold_nothing_keeps_a_device_alive_beyond_the_dose_of_F15() -> None:
    session = cutting_off(30.0, maximum_s=2 * hard.SESSION_MAX_S)
    session.core.snapshot.doses.percussion_s = hard.SESSION_MAX_S - 1.0
    acted(session, "F15", RuleLevel.PAUSE, within_s=5.0)
    session.until(lambda: session.core.snapshot.is_still(session.now_s))
    speeds, renewals, arms = len(session.paper.speeds), session.paper.renewals, session.timer.arms
    session.run(300.0)
    assert off(session)
    assert (len(session.paper.speeds), session.paper.renewals, session.timer.arms) == (speeds, renewals, arms)


def test_F41_recovers_each_new_start_counts_anew_and_is_told_anew() -> None:
    session = cutting_off(59.0)
    session.run(5.0)
    session.press(Key.PAUSE)
    session.run(3.0)
    session.press(Key.GO_ON)
    session.until(lambda: session.phase is Phase.WORKING)
    left_s = session.core.snapshot.auto_off_left_s(session.now_s)
    assert left_s is not None
    assert left_s > 50.0
    assert [type(event) for event in session.by("F41")] == [Intervention, Intervention]


async def test_F41_recovers_from_an_unknown_cut_off_by_the_ladder_that_its_owner_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASSCTL_CONFIG_DIR", str(tmp_path))
    own = Ladder(
        id="hypervolt2",
        name="my Hypervolt",
        heads=("ball",),
        heads_source="its box",
        levels=tuple(Level(ppm, "counted", is_measured=True) for ppm in (1700, 2200, 2700)),
        auto_off_s=600.0,
        auto_off_source="measured with a watch",
    )
    own_folder().mkdir(parents=True)
    (own_folder() / "hypervolt2.toml").write_text(ladder_toml(own), encoding="utf-8")
    gun = await connect("manual://?ladder=hypervolt2", frozenset({"massager"}))
    assert gun.massager is not None
    assert gun.massager.capabilities.auto_off_s == 600.0


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("auto_off_s = 10.0\nauto_off_source = 'a watch'", "auto_off_s"),
        ("auto_off_s = 1e9\nauto_off_source = 'a watch'", "auto_off_s"),
        ("auto_off_s = nan\nauto_off_source = 'a watch'", "auto_off_s"),
        ("auto_off_s = '10 min'\nauto_off_source = 'a watch'", "auto_off_s"),
        ("auto_off_s = 600.0", "auto_off_source"),
    ],
)
def test_F41_at_the_threshold_a_cut_off_that_cannot_be_is_refused_with_its_place(
    tmp_path: Path, line: str, key: str
) -> None:
    file = tmp_path / "gun.toml"
    text = "id = 'gun'\nname = 'Gun'\nheads = []\nheads_source = ''\n" + line
    file.write_text(f"{text}\n[range]\nmin_ppm = 1500\nmax_ppm = 2400\nsource = 'counted'\n", encoding="utf-8")
    made, faults = check_ladder(file)
    assert made is None
    assert [fault.key for fault in faults] == [key]
