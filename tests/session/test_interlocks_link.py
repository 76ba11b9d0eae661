"""F34 and F44: silence of a link, and of this program."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from massctl.devices.capabilities import MassagerCapabilities
from massctl.rules import Level
from massctl.session import links
from massctl.session.drive import SessionDevices
from massctl.session.interlocks.link import ClockGap, LinkSilent
from tests.session.stage import running, snapshot


@dataclass
class Silent:
    """A device that last spoke at a given time."""

    last_frame_at_s: float
    name: str = "gun"
    url: str = "test://gun"
    capabilities: MassagerCapabilities = field(default_factory=lambda: MassagerCapabilities(1200, 3200))


def lost_at(now_s: float, last_s: float) -> str | None:
    state = snapshot()
    links.watch(now_s, SessionDevices(massager=cast(Any, Silent(last_s))), state)
    lost: str | None = state.lost_device
    return lost


def test_f34_750_ms_of_silence_is_allowed_and_more_is_a_lost_link() -> None:
    assert lost_at(10.75, 10.0) is None
    assert lost_at(10.7501, 10.0) == "massager"
    assert lost_at(1e9, float("inf")) is None


def test_f34_a_lost_link_stops() -> None:
    state, rule = running(), LinkSilent()
    assert rule.check(0.0, state) is None
    state.lost_device = "massager"
    finding = rule.check(0.0, state)
    assert finding is not None
    assert (finding.rule, finding.level) == ("F34", Level.STOP)


@pytest.mark.parametrize(("gap_s", "stops"), [(0.05, False), (2.0, False), (2.001, True)])
def test_f44_a_gap_of_more_than_2_s_between_checks_stops(gap_s: float, stops: bool) -> None:
    state, rule = running(), ClockGap()
    assert rule.check(5.0, state) is None
    finding = rule.check(5.0 + gap_s, state)
    assert (finding is not None) is stops
    assert rule.check(5.05 + gap_s, state) is None


@pytest.mark.parametrize(("slept_s", "stops"), [(0.5, False), (0.51, True)])
def test_f44_a_suspend_of_more_than_half_a_second_stops(slept_s: float, stops: bool) -> None:
    state, rule = running(), ClockGap()
    state.suspended_s = 100.0
    assert rule.check(5.0, state) is None
    state.suspended_s = 100.0 + slept_s
    finding = rule.check(5.05, state)
    assert (finding is not None) is stops
    assert finding is None or (finding.rule, finding.level) == ("F44", Level.STOP)


def test_f44_a_wall_clock_that_jumps_back_is_no_suspend() -> None:
    state, rule = running(), ClockGap()
    state.suspended_s = 100.0
    rule.check(5.0, state)
    state.suspended_s = -3600.0
    assert rule.check(5.05, state) is None
