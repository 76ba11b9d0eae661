"""The codecs of smart plugs: golden conversations, the piecewise pulse of Tasmota, and whatever else arrives on a topic."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol.vendors.plug import AfterPowerCut, Plug, Power, Reachable, Refused
from firmware_protocol.vendors.shelly1 import Shelly1
from firmware_protocol.vendors.shelly2 import Shelly2
from firmware_protocol.vendors.tasmota import CODE_MAX, Tasmota, pulse_code, pulse_s
from firmware_protocol.vendors.zigbee2mqtt import Zigbee2Mqtt
from tests.vendors import golden

PLUGS: dict[str, Callable[[], Plug]] = {
    "tasmota": lambda: Tasmota("plug"),
    "shelly1": Shelly1,
    "shelly2": lambda: Shelly2("plug", "massctl-1"),
    "zigbee2mqtt": lambda: Zigbee2Mqtt("plug"),
}
every_plug = pytest.mark.parametrize("name", PLUGS)


@every_plug
def test_the_golden_conversation(name: str) -> None:
    plug = PLUGS[name]()
    waiting: list[tuple[str, bytes]] = []
    does = ""
    for step in golden.conversation(name):
        if "host" in step:
            if not waiting or step["does"] != does:
                does = step["does"]
                action, _, seconds = does.partition(" ")
                method = getattr(plug, action)
                waiting = list(method(float(seconds)) if seconds else method())
            topic, payload = waiting.pop(0)
            assert [topic, payload.decode()] == step["host"]
        elif "device" in step:
            topic, text = step["device"]
            assert [golden.said(event) for event in plug.read(topic, text.encode())] == step["says"], step


# Tasmota's PulseTime, https://tasmota.github.io/docs/Commands/#pulsetime.


@pytest.mark.parametrize(
    ("duration_s", "code"),
    [
        (0.1, 1),
        (2.0, 20),
        (5, 50),
        (11.1, 111),
        (12, 112),
        (13, 113),
        (360, 460),
        (600, 700),
        (1200, 1300),
        (64800, 64900),
    ],
)
def test_times_have_the_documented_codes(duration_s: float, code: int) -> None:
    assert pulse_code(duration_s) == code
    assert pulse_s(code) == pytest.approx(duration_s)


@pytest.mark.parametrize("duration_s", [11.2, 11.5, 11.9, 11.999])
def test_what_cannot_be_said_is_shorter_never_longer(duration_s: float) -> None:
    assert pulse_s(pulse_code(duration_s)) == 11.1


@given(st.floats(0.1, 64_800))
def test_a_plug_is_never_on_for_longer_than_it_was_told(duration_s: float) -> None:
    said_s = pulse_s(pulse_code(duration_s))
    assert said_s is not None
    assert duration_s - 1.0 < said_s <= duration_s + 1e-6


@given(st.integers(1, CODE_MAX))
def test_every_code_means_one_time(code: int) -> None:
    seconds = pulse_s(code)
    assert seconds is not None
    assert pulse_code(seconds) == code


@pytest.mark.parametrize("duration_s", [-1, 0, 0.05, 64_801])
def test_a_pulse_that_cannot_be_is_a_mistake_of_ours(duration_s: float) -> None:
    with pytest.raises(ValueError, match="PulseTime"):
        pulse_code(duration_s)


@pytest.mark.parametrize("code", [-1, CODE_MAX + 1])
def test_a_code_that_cannot_be_is_none(code: int) -> None:
    with pytest.raises(ValueError, match="no PulseTime"):
        pulse_s(code)


def test_code_0_is_no_pulse() -> None:
    assert pulse_s(0) is None


def test_a_second_relay_is_another_one() -> None:
    plug = Tasmota("strip", 2)
    assert plug.on(5)[1].topic == "cmnd/strip/Power2"
    assert plug.read("stat/strip/RESULT", b'{"POWER1":"ON"}') == ()
    assert plug.read("stat/strip/RESULT", b'{"POWER2":"ON"}') == (Power(True),)


@pytest.mark.parametrize(
    ("state", "stays_off"), [(0, True), (1, False), (2, False), (3, False), (4, False), (5, False)]
)
def test_only_one_power_on_state_stays_off(state: int, stays_off: bool) -> None:
    (said,) = Tasmota("plug").read("stat/plug/RESULT", json.dumps({"PowerOnState": state}).encode())
    assert isinstance(said, AfterPowerCut)
    assert said.stays_off is stays_off


# All of them.


@every_plug
@pytest.mark.parametrize("outside", [0.0, -1.0, 1e9, float("nan")])
def test_a_time_that_it_cannot_be_told_is_refused(name: str, outside: float) -> None:
    with pytest.raises(ValueError, match="is not from"):
        PLUGS[name]().on(outside)


@every_plug
@given(data=st.data())
def test_whatever_arrives_is_read_or_passed_over(name: str, data: st.DataObject) -> None:
    plug = PLUGS[name]()
    topics = [
        "stat/plug/RESULT",
        "tele/plug/LWT",
        "massctl-1/rpc",
        "plug/events/rpc",
        "plug/online",
        "zigbee2mqtt/plug",
    ]
    topics += ["zigbee2mqtt/plug/availability", "/relay/0", "/settings/relay/0", "else"]
    words = st.sampled_from(
        ["POWER", "state", "params", "result", "output", "ison", "PowerOnState", "initial_state", "error"]
    )
    tree = st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["ON", "off"]),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
        max_leaves=6,
    )
    payload = data.draw(st.binary(max_size=60) | tree.map(lambda values: json.dumps(values).encode()))
    for said in plug.read(data.draw(st.sampled_from(topics)), payload):
        assert isinstance(said, Power | Reachable | AfterPowerCut | Refused)


@every_plug
def test_json_that_is_nested_without_end_is_passed_over(name: str) -> None:
    for topic in ("stat/plug/RESULT", "massctl-1/rpc", "zigbee2mqtt/plug", "/relay/0"):
        assert PLUGS[name]().read(topic, b"[" * 100_000) == ()
