"""F43, F47, F50–F52: what is stopped first, what a program may not ask, what is recorded, and what is proved before."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import stat
from pathlib import Path

import pytest

from firmware_protocol.codes import StopCause
from massctl.app.request import RunRequest
from massctl.app.selftest import certificate
from massctl.app.selftest.certificate import certify, remember
from massctl.app.selftest.gate import Gate
from massctl.devices import connect
from massctl.devices.capabilities import DeviceLimits
from massctl.errors import Blocked, NoAnswer
from massctl.history import store
from massctl.history.reading import History
from massctl.history.store import SessionWriter
from massctl.programs.linter import load_file
from massctl.rules import RULES, Level
from massctl.session.commands import Key
from massctl.session.events import Event, PointSummary
from tests.devices.twin import Twin
from tests.history.test_history_store import ended, started
from tests.programs.samples import program, with_step
from tests.rules.scenes import at_work

LIMITS = DeviceLimits(speed_max_ppm=2000, force_max_n=60.0, run_max_s=120.0)


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DATA", "CONFIG", "RUNTIME"):
        monkeypatch.setenv(f"MASSCTL_{name}_DIR", str(tmp_path / name.lower()))
    return tmp_path


# ---------------------------------------------------------------- F43


@pytest.mark.virtual
async def test_F43_just_below_a_start_nothing_is_stopped_by_merely_asking_who_is_there(served: str, twin: Twin) -> None:
    bundle = await connect(served, {"massager"})
    await asyncio.sleep(1.0)
    await bundle.aclose()
    assert StopCause.HOST_STOP not in [off.cause for off in twin.offs]


@pytest.mark.virtual
async def test_F43_at_the_threshold_preparing_switches_off_before_anything_else_and_fails_over_a_moving_motor(
    served: str, twin: Twin
) -> None:
    bundle = await connect(served, {"massager"})
    assert bundle.massager is not None
    twin.coasting_ppm = 900
    with pytest.raises(NoAnswer, match="standstill"):
        await bundle.massager.prepare(LIMITS)
    assert [off.cause for off in twin.offs[:2]] == [StopCause.CLAIM_CHANGED, StopCause.HOST_STOP]
    assert not twin.state.is_armed
    await bundle.aclose()


@pytest.mark.virtual
async def test_F43_recovers_once_the_motor_stands(served: str, twin: Twin) -> None:
    bundle = await connect(served, {"massager"})
    assert bundle.massager is not None
    twin.coasting_ppm = 900
    asyncio.get_running_loop().call_later(1.0, twin.stand)
    await bundle.massager.prepare(LIMITS)
    await bundle.massager.arm()
    bundle.massager.set_speed(1500, 600)
    await asyncio.sleep(0.1)
    assert twin.is_running
    await bundle.aclose()


# ---------------------------------------------------------------- F47

SWEEPS: list[dict[str, object]] = [
    {"mode": "sweep", "tool": "perc", "point": point, "side": "LR", "speed_ppm": 1800, "maximum_s": 100}
    for point in ("GMAX", "RFEM", "BFEM", "GASM", "SOL", "INFRA")
]
AT_THE_LIMIT = {
    "F2": with_step(point="PIRI", speed_ppm=1700, force_n=[10, 20]),
    "F10": with_step(force_n=[8, 18]),
    "F13": with_step(point="GMED", mode="pin", speed_ppm=1700, force_n=[15, 20], maximum_s=60),
    "F14": program([SWEEPS[0]] * 3),
    "F15": program(SWEEPS),
    "F17": with_step(speed_ppm=1900),
}
BEYOND = {
    "F2": with_step(point="SCM", speed_ppm=1500),
    "F10": with_step(force_n=[8, 18.5]),
    "F11": with_step(point="GMAX", force_n=[15, 40], speed_ppm=1800, head="wedge"),
    "F13": with_step(point="GMED", mode="pin", speed_ppm=1700, force_n=[15, 20], maximum_s=61),
    "F14": program([*[SWEEPS[0]] * 3, SWEEPS[0] | {"maximum_s": 10}]),
    "F15": program([*SWEEPS, SWEEPS[0] | {"maximum_s": 10, "point": "PMAJ", "speed_ppm": 1600}]),
    "F16": program(
        [
            {"mode": "pin", "tool": "ball", "point": point, "side": "L", "maximum_s": 30}
            for point in ("RHOM", "UTRAP", "LEVS", "INFRA", "GMAX", "GMED", "PIRI", "RFEM", "SOL")
        ]
    ),
    "F17": with_step(speed_ppm=1901),
}


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("rule", AT_THE_LIMIT)
def test_F47_just_below_means_that_a_program_at_a_limit_is_read(rule: str, tmp_path: Path) -> None:
    assert load_file(written(tmp_path, AT_THE_LIMIT[rule])).steps


@pytest.mark.parametrize("rule", BEYOND)
def test_F47_at_the_threshold_a_program_beyond_a_limit_is_refused_with_the_rule(rule: str, tmp_path: Path) -> None:
    with pytest.raises(Blocked) as blocked:
        load_file(written(tmp_path, BEYOND[rule]))
    assert blocked.value.rule_id == rule
    assert rule in str(blocked.value)


def test_F47_recovers_when_the_program_is_corrected(tmp_path: Path) -> None:
    path = written(tmp_path, with_step(speed_ppm=1901))
    with pytest.raises(Blocked):
        load_file(path)
    path.write_text(path.read_text(encoding="utf-8").replace("1901", "1900"), encoding="utf-8")
    assert load_file(path).steps[0].speed_ppm == 1900


# ---------------------------------------------------------------- F50


async def recorded(path: Path, events: list[Event]) -> list[str]:
    """Write events as a session does; return what went wrong."""
    problems: list[str] = []
    one = SessionWriter("abc", is_simulated=False, request={}, on_problem=problems.append, path=path)
    one.start()
    for event in events:
        one.append(event)
    await one.aclose()
    return problems


def events_of_a_stop() -> list[Event]:
    """Return the events of a session on paper that was stopped and reset."""
    session = at_work()
    session.press(Key.DIZZY)
    session.reset()
    return [started("abc"), *session.events]


async def test_F50_just_below_an_intervention_nothing_is_left_out_of_the_record(tmp_path: Path) -> None:
    events = events_of_a_stop()
    assert await recorded(tmp_path / "h.sqlite", events) == []
    rows = list(History(tmp_path / "h.sqlite").events("abc"))
    assert [row["event"] for row in rows] == [event.kind for event in events]


async def test_F50_at_the_threshold_each_intervention_is_kept_with_rule_session_time_and_wall_time_for_the_user_alone(
    tmp_path: Path,
) -> None:
    await recorded(tmp_path / "h.sqlite", events_of_a_stop())
    (row,) = [row for row in History(tmp_path / "h.sqlite").events("abc") if row["event"] == "intervention"]
    assert (row["rule"], row["level"]) == ("F22", "stop")
    assert row["at_s"] > 0
    assert row["wall_time"].endswith("+00:00")
    assert stat.S_IMODE((tmp_path / "h.sqlite").stat().st_mode) == 0o600
    assert "name" not in json.dumps(row)


async def test_F50_recovers_from_a_disk_that_takes_nothing_by_saying_so_and_going_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "RETRY_S", 0.01)
    (tmp_path / "h.sqlite").write_bytes(b"this is no record")
    problems = await recorded(tmp_path / "h.sqlite", events_of_a_stop())
    assert len(problems) == 1


# ---------------------------------------------------------------- F51


async def both_kinds(path: Path) -> History:
    """Return the record of a real and of a simulated session of one person, both with work on a point."""
    worked = PointSummary(
        point="UTRAP",
        name="Upper trapezius",
        side="L",
        tools=("perc",),
        dose_s=60.0,
        in_band_s=30.0,
        mean_force_n=10.0,
        mean_speed_ppm=1700.0,
        discomfort_before=4,
        discomfort_after=2,
        outcomes=("done",),
    )
    for name, is_simulated in (("real", False), ("simulated", True)):
        one = SessionWriter(name, is_simulated=is_simulated, request={"person": "k"}, on_problem=pytest.fail, path=path)
        one.start()
        one.append(started(name, is_simulated=is_simulated))
        one.append(dataclasses.replace(ended(name, is_simulated=is_simulated), points=(worked,)))
        await one.aclose()
    return History(path)


async def test_F51_just_below_means_that_each_session_is_marked_as_what_it_was(tmp_path: Path) -> None:
    history = await both_kinds(tmp_path / "h.sqlite")
    assert {each.session_id: each.is_simulated for each in history.sessions()} == {"real": False, "simulated": True}


async def test_F51_at_the_threshold_simulated_work_is_none_of_the_first_two_sessions(tmp_path: Path) -> None:
    assert (await both_kinds(tmp_path / "h.sqlite")).worked_sessions("k") == 1


def test_F51_recovers_by_nothing_an_address_of_the_bench_is_simulated_whatever_is_asked() -> None:
    request = RunRequest(program="tech-neck", massager="sim://hypervolt2", is_simulated=False)
    assert request.is_simulated


# ---------------------------------------------------------------- F52

PROVED = {"rule": "F33", "text": "It stops.", "is_passed": True, "outcomes": []}


async def passes() -> str:
    """Go to the gate; return the rule that keeps it closed, and which proof failed; '' where it opens."""
    async with Gate() as gate:
        await gate.begin()
        try:
            await gate.pass_through()
        except Blocked as blocked:
            return f"{blocked.rule_id}: {blocked.what}"
    return ""


class Ended:
    """A self-test that ends without writing a certificate."""

    returncode = 1

    async def wait(self) -> int:
        return 1


async def test_F52_just_below_means_that_a_passed_self_test_of_this_very_code_opens_the_gate() -> None:
    remember(certify((PROVED,)))
    assert await passes() == ""


@pytest.mark.parametrize("case", ["none", "of another version", "of other code", "failed"])
async def test_F52_at_the_threshold_without_a_passed_one_of_this_code_hardware_stays_off(
    case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def start(*_: object, **__: object) -> Ended:
        return Ended()

    monkeypatch.setattr(asyncio, "create_subprocess_exec", start)
    good = certify((PROVED,))
    match case:
        case "of another version":
            remember(dataclasses.replace(good, version="0.0.1"))
        case "of other code":
            remember(dataclasses.replace(good, code="0"))
        case "failed":
            remember(certify((PROVED, {**PROVED, "rule": "F38", "is_passed": False})))
    closed = await passes()
    assert closed.startswith("F52: ")
    assert ("F38" in closed) is (case == "failed")


async def test_F52_recovers_with_a_self_test_that_passes_now() -> None:
    remember(certify((PROVED, {**PROVED, "rule": "F38", "is_passed": False})))
    assert (await passes()).startswith("F52")
    remember(certify((PROVED, {**PROVED, "rule": "F38"})))
    assert await passes() == ""
    found = certificate.last()
    assert found is not None
    assert found.is_current


def test_F50_recovers_nothing_that_is_not_a_rule_of_the_table() -> None:
    told = at_work()
    told.press(Key.DIZZY)
    assert {event.rule for event in told.told()} <= set(RULES)
    assert told.told()[-1].level is Level.STOP
