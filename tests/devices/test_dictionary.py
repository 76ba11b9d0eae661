from __future__ import annotations

from typing import Any

import pytest

from firmware_protocol import FeatureSet
from firmware_protocol.codes import Function, Key
from massctl.devices.capabilities import LinkLoss
from massctl.devices.dictionary import (
    lease_ms,
    massager_capabilities,
    sensor_capabilities,
    stream_hz,
    timer_capabilities,
)
from massctl.errors import PeerRefused

URL = "memory://twin"


def motor(**more: Any) -> FeatureSet:
    keys: dict[int, Any] = {Key[name.upper()]: value for name, value in more.items()}
    return FeatureSet({Function.MOTOR: {Key.SPEED_MIN_PPM: 1200, Key.SPEED_MAX_PPM: 2400, **keys}})


@pytest.mark.parametrize(
    ("shortest", "longest", "asked"),
    [(300, 1500, 1000), (300, 800, 800), (1200, 1500, 1200), (300, 60_000, 1000), (0, 700, 700)],
)
def test_the_lease_is_the_default_within_the_devices_and_our_bounds(shortest: int, longest: int, asked: int) -> None:
    features = motor(lease_min_ms=shortest, lease_max_ms=longest)
    assert lease_ms(features) == asked
    assert massager_capabilities(URL, features).lease_s == asked / 1000


def test_a_motor_that_tells_only_its_range_is_unconfirmed_and_ramps_gently() -> None:
    capabilities = massager_capabilities(URL, motor())
    assert not capabilities.confirms_speed
    assert capabilities.ramp_ppm_per_s == 600
    assert capabilities.on_link_loss is LinkLoss.STOPS
    assert capabilities.levels_ppm == ()
    assert capabilities.heads == ()
    assert not capabilities.has_battery


def test_streams_are_asked_for_as_fast_as_wanted_and_as_the_device_can() -> None:
    assert stream_hz(motor(stream_max_hz=50), Function.MOTOR, 20) == 20
    assert stream_hz(motor(stream_max_hz=10), Function.MOTOR, 20) == 10
    assert stream_hz(motor(), Function.MOTOR, 20) == 20


@pytest.mark.parametrize(
    ("low", "high"),
    [(0, 2400), (2400, 1200), (0, 0)],
)
def test_a_range_that_is_none_is_refused(low: int, high: int) -> None:
    with pytest.raises(PeerRefused, match="range of its speeds"):
        massager_capabilities(URL, motor(speed_min_ppm=low, speed_max_ppm=high))


def test_a_sensor_without_scale_or_rate_and_a_timer_without_a_longest_time_are_refused() -> None:
    with pytest.raises(PeerRefused, match="conversion rate"):
        sensor_capabilities(URL, FeatureSet({Function.FORCE: {Key.FORCE_MAX_MN: 100_000}}))
    with pytest.raises(PeerRefused, match="full scale"):
        sensor_capabilities(URL, FeatureSet({Function.FORCE: {Key.CONVERSION_HZ: 500}}))
    with pytest.raises(PeerRefused, match="longest time"):
        timer_capabilities(URL, FeatureSet({Function.TIMER: {Key.HAS_RELAY: 1}}))


def test_a_slow_sensor_publishes_no_faster_than_it_can() -> None:
    features = FeatureSet({Function.FORCE: {Key.FORCE_MAX_MN: 100_000, Key.CONVERSION_HZ: 10, Key.STREAM_MAX_HZ: 10}})
    capabilities = sensor_capabilities(URL, features)
    assert (capabilities.rate_hz, capabilities.published_hz) == (10.0, 10.0)
