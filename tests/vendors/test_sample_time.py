"""From a device's clock to the host's: the quickest sample counts, and clocks that run apart stay together."""

from __future__ import annotations

import pytest

from massctl.devices.sample_time import SampleTime


def test_the_sample_that_came_quickest_counts() -> None:
    time = SampleTime()
    for device_s, delay_s in ((0.0, 0.100), (0.1, 0.020), (0.2, 0.150)):
        time.note(device_s, 50.0 + device_s + delay_s)
    assert time.host_s(0.2) == pytest.approx(50.22, abs=1e-3)


@pytest.mark.parametrize("apart", [-1e-4, 0.0, 1e-4])
def test_clocks_that_run_apart_stay_together(apart: float) -> None:
    time = SampleTime()
    for number in range(36_000):
        device_s = 0.1 * number
        time.note(device_s, device_s * (1.0 + apart) + 0.01)
    received_s = device_s * (1.0 + apart) + 0.01
    assert received_s - 0.005 <= time.host_s(device_s) <= received_s


def test_no_sample_is_from_the_future() -> None:
    time = SampleTime()
    for device_s, received_s in ((5.0, 10.0), (6.0, 10.1), (7.0, 12.5)):
        time.note(device_s, received_s)
        assert time.host_s(device_s) <= received_s
