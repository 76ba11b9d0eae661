from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from firmware_protocol.codes import Function, Key, StopCause
from massctl.devices import connect, probe, send_stop
from massctl.devices.capabilities import DeviceLimits, ForceSensor, Massager, Timer
from massctl.devices.dictionary import DeviceIdentity
from massctl.devices.identification import SILENCE_S
from massctl.errors import ConnectionProblem, LinkLost, NoAnswer, PeerRefused, PeerSilent, UsageError
from massctl.transports import open_stream
from massctl.transports.memory import memory_pair
from tests.devices.twin import FORCE, MOTOR, Twin

pytestmark = pytest.mark.virtual
LIMITS = DeviceLimits(speed_max_ppm=2400, force_max_n=60.0, run_max_s=120.0)


async def test_one_address_gives_every_function_the_device_carries(served: str) -> None:
    bundle = await connect(served)
    massager: Massager | None = bundle.massager
    sensor: ForceSensor | None = bundle.sensor
    timer: Timer | None = bundle.timer
    assert massager is not None
    assert sensor is not None
    assert timer is not None
    assert bundle.identity == DeviceIdentity(
        served, "twin", "Twin", "0001", "1.2.3", 1, 1, ("massager", "sensor", "timer"), is_simulated=False
    )
    assert (massager.capabilities.speed_min_ppm, massager.capabilities.speed_max_ppm) == (1200, 2400)
    assert massager.capabilities.heads == ("ball", "flat")
    assert massager.capabilities.lease_s == 1.0
    assert (sensor.capabilities.rate_hz, sensor.capabilities.published_hz) == (500.0, 50.0)
    assert sensor.capabilities.force_max_n == 200.0
    assert timer.capabilities.duration_max_s == 90.0
    assert timer.capabilities.has_pedal
    await bundle.aclose()


async def test_only_the_roles_asked_for_are_given(served: str) -> None:
    bundle = await connect(served, {"sensor"})
    assert bundle.massager is None
    assert bundle.timer is None
    assert bundle.sensor is not None
    await bundle.aclose()


async def test_connecting_claims_nothing_and_moves_nothing(served: str, twin: Twin) -> None:
    bundle = await connect(served)
    assert not twin.state.is_claimed
    assert twin.offs == []
    await bundle.aclose()
    assert twin.offs == []


async def test_probing_tells_who_is_there_without_a_claim(served: str, twin: Twin) -> None:
    report = await probe(served)
    assert report.identity.roles == ("massager", "sensor", "timer")
    assert report.massager is not None
    assert report.round_trip_s >= 0.0
    assert twin.offs == []
    await asyncio.sleep(0.01)
    assert twin.lost, "the link is closed again"
    assert json.loads(json.dumps(report.to_json()))["massager"]["speed_max_ppm"] == 2400


async def test_a_role_the_device_does_not_carry_is_refused_with_what_it_carries(served: str, twin: Twin) -> None:
    twin.replace_functions({Function.FORCE: FORCE})
    with pytest.raises(ConnectionProblem, match="twin is no massager: it carries sensor"):
        await connect(served, {"massager"})
    await asyncio.sleep(0.01)
    assert twin.lost, "the link is closed again"


async def test_a_device_that_carries_nothing_known_is_refused(served: str, twin: Twin) -> None:
    twin.replace_functions({9: {200: 1}})
    with pytest.raises(ConnectionProblem, match="carries nothing that massctl knows"):
        await connect(served)


@pytest.mark.parametrize("roles", [{"masager"}, set()])
async def test_an_unknown_role_is_refused_with_the_known_ones(served: str, roles: set[str]) -> None:
    with pytest.raises(UsageError, match="massager, sensor, timer"):
        await connect(served, roles)


async def test_a_motor_that_does_not_tell_its_speeds_is_refused(served: str, twin: Twin) -> None:
    twin.replace_functions({Function.MOTOR: {Key.STREAM_MAX_HZ: 50}})
    with pytest.raises(PeerRefused, match="does not tell the range of its speeds"):
        await connect(served)


async def test_levels_are_its_range_where_it_tells_only_levels(served: str, twin: Twin) -> None:
    twin.replace_functions({Function.MOTOR: {Key.LEVELS_PPM: (1800, 2100, 2400), Key.STREAM_MAX_HZ: 20}})
    bundle = await connect(served)
    assert bundle.massager is not None
    assert bundle.massager.capabilities.levels_ppm == (1800, 2100, 2400)
    assert bundle.massager.capabilities.speed_min_ppm == 1800
    await bundle.aclose()


async def test_a_simulated_device_says_so(served: str, twin: Twin) -> None:
    twin.replace_functions({Function.DEVICE: {Key.SIMULATED: 1}, Function.MOTOR: MOTOR})
    bundle = await connect(served)
    assert bundle.identity.is_simulated
    await bundle.aclose()


async def test_a_board_that_starts_anew_when_its_port_opens_is_waited_for(served: str, twin: Twin) -> None:
    twin.is_mute = True
    asyncio.get_running_loop().call_later(2.5, twin.speak)
    bundle = await connect(served)
    assert bundle.identity.name == "twin"
    await bundle.aclose()


async def test_nobody_at_the_other_end_is_told_after_four_seconds(served: str, twin: Twin) -> None:
    twin.is_mute = True
    loop = asyncio.get_running_loop()
    start_s = loop.time()
    with pytest.raises(PeerSilent, match="nothing came within 4 s") as refusal:
        await connect(served)
    assert loop.time() - start_s == pytest.approx(SILENCE_S, abs=0.3)
    assert "right port" in refusal.value.remedy
    assert sum(data.count(b"\x00") for data in twin.heard) >= 8, "Hello is repeated all the while"


@pytest.mark.parametrize("noise", [b"$GPGGA,123519,4807.038,N\r\n", b"\x00\xfe\x80\x00\x01\x02", bytes(64)])
async def test_a_stranger_or_the_wrong_speed_is_told_apart_from_silence(
    noise: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def open_noisy(url: str) -> object:
        host, device = memory_pair(url)
        device.start(lambda _: device.write(noise), lambda _: None)
        return host

    monkeypatch.setattr("massctl.devices.connecting.open_stream", open_noisy)
    with pytest.raises(PeerSilent, match=r"wrong speed \(baud\) or another kind of device"):
        await connect("memory://stranger")


async def test_a_link_that_breaks_while_identifying_gives_its_reason(served: str, twin: Twin) -> None:
    twin.is_mute = True
    asyncio.get_running_loop().call_later(1.0, lambda: twin.plug.lose(LinkLost(served, "unplugged while in use.")))
    with pytest.raises(LinkLost, match="unplugged"):
        await connect(served)


async def test_a_device_of_another_protocol_version_is_refused_with_both(
    served: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("massctl.devices.identification.VERSION_MIN", 7)
    monkeypatch.setattr("massctl.devices.identification.VERSION_MAX", 8)
    with pytest.raises(PeerRefused, match="speaks protocol versions 1 to 1, this massctl 7 to 8"):
        await connect(served)


async def test_stopping_needs_no_claim_and_tells_how_long_it_took(served: str, twin: Twin) -> None:
    owner = await connect(served, {"massager"})
    assert owner.massager is not None
    await owner.massager.prepare(LIMITS)
    await owner.massager.arm()
    owner.massager.set_speed(1800, 600)
    await asyncio.sleep(0.1)
    assert twin.is_running
    latency_s = await send_stop(served)
    assert 0.0 <= latency_s < 0.2
    assert not twin.is_running
    await owner.aclose()


async def test_a_stop_that_nobody_acknowledges_says_what_to_do(served: str, twin: Twin) -> None:
    twin.is_mute = True
    with pytest.raises(NoAnswer, match="STOP was not acknowledged within 1 s") as refusal:
        await send_stop(served, within_s=1.0)
    assert "its own button" in refusal.value.remedy
    assert twin.offs[0].cause is StopCause.HOST_STOP, "it may have heard us all the same"


async def test_a_gun_without_a_link_connects_probes_and_cannot_be_stopped() -> None:
    bundle = await connect("manual://?levels=1800,2400", {"massager"})
    assert bundle.massager is not None
    assert not bundle.massager.capabilities.is_controllable
    await bundle.aclose()
    assert (await probe("manual://")).identity.roles == ("massager",)
    with pytest.raises(ConnectionProblem, match="no link"):
        await send_stop("manual://")
    with pytest.raises(ConnectionProblem, match="is no sensor"):
        await connect("manual://", {"sensor"})


async def test_a_recording_of_a_connection_connects_again(
    served: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "talk.jsonl"
    bundle = await connect(served, record=path)
    await asyncio.sleep(0.5)
    await bundle.aclose()
    monkeypatch.setattr("massctl.devices.connecting.open_stream", open_stream)
    again = await connect(f"replay://{path}")
    assert again.identity.name == "twin"
    assert again.identity.roles == ("massager", "sensor", "timer")
    await again.aclose()
