"""Massagers that are not our own: no lease, levels, no measured speed, no sign of life, a charger. Decided without a device."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from massctl.devices.capabilities import (
    ForceSensorCapabilities,
    LinkLoss,
    MotorReading,
    PowerReading,
    StopReason,
    TimerCapabilities,
    TimerReading,
)
from massctl.errors import Blocked
from massctl.rules import Level
from massctl.session import asks, links
from massctl.session.drive import MotorDrive, SessionDevices
from massctl.session.events import SeenBy, StopSeen
from massctl.session.facts import Facts, facts_of
from massctl.session.interlocks import Finding
from massctl.session.interlocks.motor import ForeignCommand, SpeedCeiling, Stall
from massctl.session.interlocks.power import Battery
from massctl.session.limits import admit, step_up_ppm
from massctl.session.snapshot import Drive, Snapshot
from massctl.session.stop import StopSequence
from tests.session.stage import MASSAGER, SENSOR, facts, first_finding, percussion, plan, running, turn

STOP = Finding("F10", Level.STOP, "Too much.")
LEVELS = (1500, 1750, 2100, 2400)
GUN = replace(MASSAGER, lease_s=None, on_link_loss=LinkLoss.KEEPS_RUNNING, levels_ppm=LEVELS, confirms_speed=False)
BOX = TimerCapabilities(60.0)


class Wire:
    """A device that hears a stop, and says nothing by itself."""

    name = url = "test://gun"
    last_frame_at_s = 0.0
    capabilities: Any = GUN

    def stop(self, reason: StopReason) -> bool:
        return True

    def cancel(self) -> bool:
        return True


def stopped(known: Facts) -> tuple[Snapshot, StopSequence]:
    """Return a session's state and its stop, written at 10 s."""
    state = running(known=known)
    gun = cast(Any, Wire())
    stop = StopSequence(state, MotorDrive(state, SessionDevices(massager=gun, timer=gun if known.has_relay else None)))
    stop.write(STOP, 10.0, lambda: 10.0)
    return state, stop


def seen(stop: StopSequence, until_s: float = 12.0) -> StopSeen:
    """Return what is told of a stop."""
    for number in range(round((until_s - 10.0) / 0.05) + 1):
        now_s = 10.0 + number * 0.05
        if (told := stop.advance(now_s, now_s)) is not None:
            return told
    raise AssertionError("nothing was told")


# --- F54: what a stop is seen by -------------------------------------------------------------------------------------------


def test_F54_a_stop_that_was_only_acknowledged_is_not_called_confirmed() -> None:
    state, stop = stopped(facts_of(GUN, SENSOR, None))
    stop.acknowledged(10.02)
    told = seen(stop)
    assert (told.seen_by, told.is_confirmed, told.standstill_s) == (SeenBy.ACKNOWLEDGED, False, None)
    assert "confirmed" not in asks.motor_off(told)
    assert "nobody measured it: look" in asks.motor_off(told)
    assert stop.is_settled
    assert not stop.is_unseen
    assert state.drive is Drive.OFF


def test_F54_an_acknowledgement_of_a_gun_behind_a_relay_counts_once_the_relay_is_open() -> None:
    known = facts_of(replace(GUN, is_behind_relay=True), SENSOR, BOX)
    state, stop = stopped(known)
    state.timer = TimerReading(10.4, relay_closed=False, remaining_s=0.0)
    assert seen(stop).seen_by is SeenBy.RELAY


def test_F54_a_relay_that_opens_is_what_shows_the_stop_of_a_gun_whose_link_is_lost() -> None:
    state, stop = stopped(facts_of(replace(GUN, confirms_speed=True, is_behind_relay=True), SENSOR, BOX))
    state.lost_device = "massager"
    state.timer = TimerReading(10.1, relay_closed=False, remaining_s=0.0)
    told = seen(stop)
    assert (told.seen_by, told.is_confirmed) == (SeenBy.RELAY, True)
    assert "its relay has opened" in asks.motor_off(told)


def test_F54_a_link_that_is_lost_without_lease_and_relay_is_not_confirmed_and_says_what_to_do() -> None:
    state, stop = stopped(facts_of(GUN, SENSOR, None))
    state.lost_device = "massager"
    stop.acknowledged(10.02)
    told = seen(stop)
    assert (told.seen_by, told.is_confirmed) == (SeenBy.NOTHING, False)
    assert asks.motor_off(told) == "NOT CONFIRMED: lift it off and press its own button"
    assert stop.is_unseen


def test_F54_a_gun_that_has_never_told_its_speed_is_not_called_measured() -> None:
    state, stop = stopped(facts_of(replace(GUN, confirms_speed=True), SENSOR, None))
    stop.acknowledged(10.02)
    state.take_motor(MotorReading(10.1, 10.1, 0.0, 0.0, None, is_armed=True))
    assert seen(stop).seen_by is SeenBy.ACKNOWLEDGED


def test_F54_a_gun_that_tells_its_speed_is_measured() -> None:
    state, stop = stopped(facts_of(replace(GUN, confirms_speed=True), SENSOR, None))
    stop.acknowledged(10.02)
    turn(state, 10.1, 0.0)
    assert seen(stop).seen_by is SeenBy.MEASURED


def test_F54_a_latched_stop_that_a_new_start_overtakes_is_told_as_not_seen() -> None:
    state, stop = stopped(facts_of(GUN, SENSOR, None))
    state.want(Drive.ARMING, 0, 10.1)
    told = stop.advance(10.15, 0.15)
    assert told is not None
    assert (told.rule, told.seen_by, told.is_confirmed) == ("F10", SeenBy.NOTHING, False)
    assert stop.advance(10.2, 0.2) is None
    assert not stop.is_unseen


# --- F34: links, leases, warnings ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gun", "box", "words"),
    [
        (replace(GUN, on_link_loss=LinkLoss.UNKNOWN), None, "may go on running"),
        (GUN, None, "may go on running"),
        (replace(GUN, is_monitored=False), None, "Nothing comes back"),
        (replace(GUN, is_behind_relay=True), BOX, ""),
        (replace(GUN, is_behind_relay=True), replace(BOX, opens_by_itself=False), "may go on running"),
        (replace(GUN, on_link_loss=LinkLoss.STOPS), None, ""),
        (MASSAGER, None, ""),
    ],
)
def test_F34_a_massager_that_may_run_on_is_warned_of_for_the_whole_session(
    gun: Any, box: TimerCapabilities | None, words: str
) -> None:
    standing = asks.warnings(plan(percussion()), facts_of(gun, SENSOR, box))
    assert any(words in text and "[F34]" in text for text in standing) if words else standing == ()


def test_F34_a_massager_without_a_sign_of_life_needs_somebody_at_the_keys_or_a_relay() -> None:
    deaf = replace(GUN, is_monitored=False)
    with pytest.raises(Blocked) as refused:
        admit(plan(percussion()), facts_of(deaf, SENSOR, None), is_attended=False)
    assert refused.value.rule_id == "F34"
    admit(plan(percussion()), facts_of(deaf, SENSOR, None), is_attended=True)
    admit(plan(percussion()), facts_of(replace(deaf, is_behind_relay=True), SENSOR, BOX), is_attended=False)


@pytest.mark.parametrize(("silent_after_s", "is_lost"), [(0.75, True), (10.0, False)])
def test_F34_a_sensor_that_speaks_seldom_by_nature_is_given_its_own_time(silent_after_s: float, is_lost: bool) -> None:
    state, scale = running(), Wire()
    scale.capabilities = ForceSensorCapabilities(1.0, 1.0, 100.0, silent_after_s=silent_after_s)
    links.watch(5.0, SessionDevices(sensor=cast(Any, scale)), state)
    assert (state.lost_device == "sensor") is is_lost


# --- F17: levels -----------------------------------------------------------------------------------------------------------


def test_F17_levels_are_climbed_one_by_one_no_faster_than_a_ramp() -> None:
    known = facts(levels_ppm=LEVELS, ramp_ppm_per_s=600)
    assert step_up_ppm(1750, 0, 100.0, known) == 1500
    assert step_up_ppm(2400, 1750, 0.58, known) == 1750
    assert step_up_ppm(2400, 1750, 0.59, known) == 2100
    assert step_up_ppm(1500, 2100, 0.0, known) == 1500
    assert step_up_ppm(1730, 0, 0.0, facts()) == 1730


def test_F17_a_gun_whose_slowest_level_is_too_fast_for_a_start_is_refused_before_it_moves() -> None:
    known = facts(levels_ppm=(1900, 2400), speed_min_ppm=1900)
    with pytest.raises(Blocked) as refused:
        admit(plan(percussion("GMAX", speed_ppm=2400)), known)
    assert refused.value.rule_id == "F17"
    assert "a start has at most 1800 PPM" in str(refused.value)


@pytest.mark.parametrize(("set_ppm", "after_s", "trips"), [(1800, 0.1, False), (1810, 2.99, True), (1810, 3.0, False)])
def test_F17_no_more_than_1800_PPM_in_the_first_three_seconds(set_ppm: int, after_s: float, *, trips: bool) -> None:
    state = running(percussion("GMAX", speed_ppm=2000), speed_ppm=set_ppm)
    state.started_at_s = 0.0
    finding = SpeedCeiling().check(after_s, state)
    assert (finding is not None) is trips


# --- F38, F40: acknowledged, and nothing moves ---------------------------------------------------------------------------


def test_F38_a_gun_that_acknowledges_and_does_not_move_stops_and_asks_for_its_charger() -> None:
    state = running(known=facts(lease_s=None, levels_ppm=LEVELS), speed_ppm=1750)
    state.has_turned, state.started_at_s = False, 0.0
    found = first_finding(Stall(), state, 3.0, lambda now_s: turn(state, now_s, 0.0))
    assert found is not None
    at_s, finding = found
    assert at_s == pytest.approx(1.3, abs=0.03)
    assert (finding.rule, finding.level) == ("F38", Level.STOP)
    assert "is it charging" in finding.text


def test_F38_a_gun_that_was_switched_off_by_its_own_button_stops_and_says_so() -> None:
    state = running(speed_ppm=1750)
    found = first_finding(Stall(), state, 3.0, lambda now_s: turn(state, now_s, 0.0))
    assert found is not None
    assert "its own button" in found[1].text


def test_F33_a_gun_that_reports_no_speed_set_stops_and_asks_for_its_charger() -> None:
    state = running(known=facts(confirms_speed=False, lease_s=None), speed_ppm=1750)
    found = first_finding(ForeignCommand(), state, 3.0, lambda now_s: turn(state, now_s, None, commanded_ppm=0.0))
    assert found is not None
    assert found[1].rule == "F33"
    assert "is it charging" in found[1].text


@pytest.mark.parametrize("drive", [Drive.ARMING, Drive.RUN])
def test_F40_a_gun_on_its_charger_does_not_run(drive: Drive) -> None:
    state = running()
    state.drive, state.power = drive, PowerReading(0.0, battery_percent=80.0, is_charging=True)
    finding = Battery().check(0.0, state)
    assert finding is not None
    assert (finding.rule, finding.level) == ("F40", Level.PAUSE)
    state.drive = Drive.OFF
    assert Battery().check(0.0, state) is None


@pytest.mark.parametrize(("has_soft_start", "words"), [(True, "starts softly"), (False, "full speed at once")])
def test_F17_a_massager_that_cannot_start_softly_is_switched_on_in_the_air(*, has_soft_start: bool, words: str) -> None:
    known = facts_of(replace(MASSAGER, has_soft_start=has_soft_start), SENSOR, None)
    assert words in asks.start(percussion(), known)
    assert ("in the air" in asks.start(percussion(), known)) is not has_soft_start
