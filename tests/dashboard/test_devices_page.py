"""The devices page, key by key: find, name, change, measure; what is empty says what to do, what goes wrong says what helps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

import pytest

from massctl.app import devices_file
from massctl.app.devices import ScanResult, Sureness, remembered
from massctl.app.devices_keeping import keep
from massctl.app.devices_scan import Found
from massctl.app.selftest import background
from massctl.app.selftest.gate import Gate
from massctl.app.selftest.measure import measure
from massctl.app.selftest.measured import measurements
from massctl.app.selftest.one_device import STOPPED
from massctl.app.settings import change_settings
from massctl.dashboard import devices_screen, questions
from massctl.dashboard.device_card import found_card, remembered_card, remembered_line, scan_words
from massctl.dashboard.keys import REPEAT_S
from massctl.devices.capabilities import LinkLoss
from massctl.devices.supported import SUPPORTED, Driver
from massctl.errors import ConnectionProblem
from massctl.faces.link_loss import FED, MANUAL, MASSAGER, OUR_OWN, SENSOR, TIMER, WAND
from sims.loop import SimulatedTimeLoop
from tests.dashboard.driving import dashboard
from tests.dashboard.pages import gone, looks, told, words
from tests.dashboard.snapshot import compare

HEARD = Found(
    "ble://AA:BB:CC:DD:EE:FF?driver=hypervolt2",
    "Hyperice Hypervolt 2",
    "Hypervolt 2",
    "hypervolt2",
    ("massager",),
    Sureness.LIKELY,
    "Bluetooth",
    rssi_dbm=-60,
)
UNKNOWN = Found("ble://AA:BB:CC:DD:EE:01", "", "Speaker", None, (), Sureness.UNKNOWN, "Bluetooth")
STRANGE = Found("serial:///dev/ttyUSB9", "a serial port", "", None, (), Sureness.UNKNOWN, "serial")


def scanning(monkeypatch: pytest.MonkeyPatch, *found: Found, problems: tuple[ConnectionProblem, ...] = ()) -> None:
    """Let the next scan hear these."""

    async def heard(**_given: object) -> ScanResult:
        return ScanResult(found, problems)

    monkeypatch.setattr(devices_screen, "scan", heard)


async def test_a_device_is_found_named_used_renamed_forgotten_and_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    scanning(monkeypatch, HEARD)
    async with dashboard() as person:
        await person.sees("Gentle starter")
        await person.type("3")
        await person.sees("none yet", "No device yet?", "m: my gun has no Bluetooth")
        compare("devices-empty-80x24", await looks(person))
        await person.type("s")
        await person.sees("Hypervolt 2", "likely", "KEEPS RUNNING", "[F34]")
        await person.type("enter")
        await person.sees("What do you call it?")
        await person.type("enter")
        await person.sees("● Hypervolt 2", "✓ Hypervolt 2", "Used as massager when none is named")
        await person.type("r")
        await person.sees("What do you call it?")
        await person.type(*"big gun", "enter")
        await person.sees("● big gun")
        await person.type("delete")
        await gone(person, "● big gun")
        assert not remembered()
        await person.type("z")
        await person.sees("● big gun")
    assert [device.name for device in remembered()] == ["big gun"]


async def test_a_gun_without_a_link_and_a_wrong_address_are_told_as_they_are() -> None:
    async with dashboard() as person:
        await person.type("3")
        await person.sees("No device yet?")
        await person.type("a")
        await person.sees("Which address?")
        await person.type(*"COM3", "enter")
        await person.sees("'COM3' is no device address")
        await person.type(*["backspace"] * 4, *"tcp://h:1?driver=sr202", "enter")
        await person.sees("there is no driver 'sr202'.")
        await person.type("escape")
        await gone(person, "Which address?")
        await person.type("m")
        await person.sees("How fast is each level")
        await person.type(*"1800,2400", "enter")
        await person.sees("my gun", "cannot stop it", "[F42]")
        await person.type("t")
        await told(person, "is no force sensor")
        await person.type("e")
        await told(person, "On the simulated bench no real device moves. [F51]")


async def test_a_name_that_cannot_be_is_told_where_it_is_typed() -> None:
    keep("gun", "manual://", {"massager"})
    keep("gauge", "sim://progressor", {"sensor"})
    async with dashboard() as person:
        await person.type("3")
        await person.sees("● gun", "● gauge")
        await person.type("a")
        await person.sees("Which address?")
        await person.type(*"sim://whc06", "enter")
        await person.sees("What do you call it?")
        await person.type(*"Gun", "enter")
        await person.sees("A device is called 'Gun' already. Take another name")
        await person.type("escape", "r")
        await person.sees("What do you call it?")
        await person.type("end", *"/1", "enter")
        await person.sees("'gun/1' is no name for a device. Take a letter first")
        await person.type("end", "backspace", "backspace", *" of mine", "enter")
        await person.sees("● gun of mine")
        await person.type("m")
        await person.sees("How fast is each level")
        await person.type(*"1800", "enter")
        await told(person, "gun of mine is a gun without a link already, with other levels")


async def test_a_scan_shows_what_it_hears_at_once_and_escape_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[float] = []

    async def listen(*, on_found: Callable[[Found], None], **_given: object) -> ScanResult:
        begun.append(0.0)
        on_found(UNKNOWN)
        await asyncio.sleep(1000)
        raise AssertionError("it was not ended")

    monkeypatch.setattr(devices_screen, "scan", listen)
    async with dashboard() as person:
        await person.type("3")
        await person.sees("No device yet?")
        await person.type("s")
        await person.sees("Listening", "+ Speaker", "If you know what it is")
        await person.type("s", "enter")
        await told(person, "massctl does not know what it is, and sends it nothing.")
        await person.type("escape")
        await gone(person, "Listening")
        await person.sees("+ Speaker")
        await person.type("escape")
        await person.sees("Gentle starter")
    assert len(begun) == 1


async def test_a_file_that_is_wrong_stays_on_the_page_with_what_helps() -> None:
    devices_file.path().parent.mkdir(parents=True, exist_ok=True)
    devices_file.path().write_text("[devices", encoding="utf-8")
    async with dashboard() as person:
        await person.type("3")
        await person.sees("cannot be read", "✕", "not valid TOML", "→ Put it right, or delete the file")
        assert "none yet" not in person.text
        devices_file.path().unlink()
        await person.type("z")
        await told(person, "No device was removed")


async def test_a_radio_that_does_not_work_says_what_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    scanning(monkeypatch, problems=(ConnectionProblem("ble://", "Bluetooth is off.", "Switch it on."),))
    async with dashboard() as person:
        await person.type("3")
        await person.sees("No device yet?")
        await person.type("s")
        await person.sees("Bluetooth is off.", "→ Switch it on.", "Nothing is near")


@pytest.mark.parametrize("row", SUPPORTED, ids=lambda row: row.id)
def test_every_card_says_what_the_device_can_do_and_what_it_does_without_its_link(row: Driver) -> None:
    shown = remembered_card(keep("it", f"sim://{row.id}", row.roles), None, None, 200)
    said = words(shown)
    assert row.capabilities in said
    assert said.count("Link lost:") == (0 if row.id == "wand" else len(row.roles))
    if row.on_link_loss is not LinkLoss.STOPS and {"massager", "timer"} & set(row.roles):
        assert "[F34]" in said or "[F33]" in said


@pytest.mark.parametrize(
    ("url", "roles", "said"),
    [
        ("manual://", ("massager",), (MANUAL,)),
        ("manual://?relay=yes", ("massager",), (FED,)),
        ("wand://?rate=1800", ("massager",), (WAND,)),
        ("tcp://192.0.2.1:1", ("massager", "sensor", "timer"), (OUR_OWN, SENSOR, TIMER[LinkLoss.STOPS])),
        ("serial:///dev/x?driver=vesc&pole_pairs=7&lease_ms=0", ("massager",), (MASSAGER[LinkLoss.KEEPS_RUNNING],)),
        ("serial:///dev/x?driver=vesc&pole_pairs=7", ("massager",), (MASSAGER[LinkLoss.STOPS],)),
        ("mqtt://broker/plug?driver=zigbee2mqtt", ("timer",), (TIMER[LinkLoss.UNKNOWN],)),
        ("tcp://192.0.2.1:1?driver=lcus", ("timer",), (TIMER[LinkLoss.KEEPS_RUNNING],)),
        ("serial:///dev/x?driver=nonesuch", ("sensor",), ("there is no driver 'nonesuch'",)),
    ],
)
def test_what_a_device_does_without_its_link_is_said_of_each_thing_that_it_is(
    url: str, roles: tuple[str, ...], said: tuple[str, ...]
) -> None:
    shown = words(remembered_card(keep("it", url, roles), None, None, 300))
    assert all(text in shown for text in said), shown


def test_F36_an_unverified_scale_is_marked_in_the_list_and_told_on_the_card_with_what_helps() -> None:
    device = keep("board", "serial:///dev/x?driver=line&n_per_unit=0.01", ["sensor"])
    assert "! force sensor" in words([remembered_line(device, 40)])
    said = words(remembered_card(device, None, None, 200))
    assert (
        "! scale from the address, not verified: counts as uncalibrated [F36]. c calibrates it with two weights."
        in said
    )


def test_a_found_device_is_told_with_how_sure_that_is() -> None:
    assert "KEEPS RUNNING" in words(found_card(HEARD, 60))
    assert "does not know what it is" in words(found_card(STRANGE, 60))
    assert "Listening" in words(scan_words(None, is_scanning=True, width=60))


@pytest.mark.virtual
async def test_a_sensor_is_set_to_zero_and_tested() -> None:
    keep("gauge", "sim://line?prints=grams", {"sensor"})
    async with dashboard() as person:
        await person.type("3")
        await person.sees("gauge", "force sensor")
        await person.type("t")
        await person.sees("Hold the head in the air")
        await person.type("enter")
        await person.sees("✓ The zero is good:", "[F36]", "Enter close")
        await person.type("enter")
        await gone(person, "Set gauge to zero")
        await person.type("e")
        await person.sees("Test of gauge", "Hold the head in the air")
        await person.type("enter")
        await person.sees("✓ rate", "✓ noise", "✓ percussion", "Enter close")


# --- self-test ---------------------------------------------------------------------------------------------------------------


def measuring_at(monkeypatch: pytest.MonkeyPatch, speed: float | None, frozen_s: float = 1e6) -> None:
    """Let measurements run on the bench's time; ``frozen_s`` is how long the face may look away."""
    monkeypatch.setattr(background, "FROZEN_S", frozen_s)
    monkeypatch.setattr(background, "Runner", partial(asyncio.Runner, loop_factory=lambda: SimulatedTimeLoop(speed)))


@pytest.mark.parametrize(
    ("url", "role", "asked", "rows"),
    [
        ("sim://vesc", "massager", "its own switch within reach", ("Stop acknowledged", "Off by itself")),
        ("sim://waveshare", "timer", "WHAT IT FEEDS", ("Opened", "Closed, when renewed")),
    ],
)
async def test_a_self_test_asks_first_and_leaves_its_certificate_on_the_page(
    monkeypatch: pytest.MonkeyPatch, url: str, role: str, asked: str, rows: tuple[str, ...]
) -> None:
    measuring_at(monkeypatch, None)
    keep("it", url, {role})
    async with dashboard() as person:
        await person.type("3")
        await person.sees("● it")
        await person.type("e")
        await person.sees(asked, "ANY KEY STOPS IT", "y go ahead")
        await person.type("enter")
        await person.sees("y go ahead")
        assert person.app.measurement is None
        await person.type("y")
        await person.sees("✓ Self-test passed (SIMULATED)", *rows, "Enter close")
        await person.type("enter")
        await gone(person, "Enter close")
        await person.sees("● it")
        await person.sees("✓ Self-test passed (SIMULATED)")
        await person.type("j")
        await person.sees(*rows)
    assert measurements()[url].is_passed


async def test_F52_a_go_ahead_that_was_typed_ahead_or_is_held_down_starts_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    measuring_at(monkeypatch, 20.0)
    monkeypatch.setattr(questions, "READ_S", 0.3)
    keep("it", "sim://vesc", {"massager"})
    async with dashboard() as person:
        await person.type("3")
        await person.sees("● it")
        person.hits("e", "y")
        await person.sees("y go ahead", questions.HURRIED)
        for _ in range(8):
            await asyncio.sleep(0.06)
            person.hits("y")
        await asyncio.sleep(0.2)
        assert person.app.measurement is None
        await person.type("y")
        await person.sees("IT RUNS")
        await person.type("x")
        await person.sees(STOPPED)


async def test_F52_a_real_device_waits_for_massctls_own_self_test_before_the_go_ahead_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    change_settings(is_set_up=True)
    may_pass = asyncio.Event()

    async def pass_through(_gate: Gate) -> None:
        await may_pass.wait()

    monkeypatch.setattr(Gate, "pass_through", pass_through)
    keep("it", "tcp://127.0.0.1:9", {"massager"})
    async with dashboard(is_simulated=False) as person:
        await person.type("3")
        await person.sees("● it")
        await person.type("e")
        await person.sees("which hardware waits for", "[F52]")
        assert "y go ahead" not in person.text
        may_pass.set()
        await person.sees("y go ahead")


async def test_any_key_stops_a_self_test_and_the_stop_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    measuring_at(monkeypatch, 20.0)
    keep("it", "sim://vesc", {"massager"})
    async with dashboard() as person:
        await person.type("3")
        await person.sees("● it")
        for key in ("escape", "space", "x", "ctrl+c"):
            await person.type("e")
            await person.sees("y go ahead")
            await person.type("y", "y")
            await person.sees("IT RUNS")
            await person.type(key)
            await person.sees("Called off: nothing was measured.", STOPPED)
            await person.type("enter")
            await gone(person, "Self-test of it")
    assert not measurements()


async def test_the_key_that_a_self_test_began_with_stops_it_too_once_it_was_let_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    measuring_at(monkeypatch, 5.0)
    keep("it", "sim://vesc", {"massager"})
    async with dashboard() as person:
        await person.type("3")
        await person.sees("● it")
        await person.type("e")
        await person.sees("y go ahead")
        await person.type("y", "y")
        await person.sees("IT RUNS")
        await asyncio.sleep(REPEAT_S + 0.05)
        await person.type("y")
        await person.sees("Called off: nothing was measured.", STOPPED)


async def test_a_dashboard_that_is_left_stops_what_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    measuring_at(monkeypatch, 20.0)
    keep("it", "sim://vesc", {"massager"})
    async with dashboard() as person:
        await person.type("3")
        await person.sees("● it")
        await person.type("e")
        await person.sees("y go ahead")
        await person.type("y")
        await person.sees("IT RUNS")
        measurement = person.app.measurement
        assert measurement is not None
        person.app.leave_by("SIGTERM")
    assert person.app.measurement is measurement, "whoever ends the process waits for it"
    assert measurement.join()
    assert measurement.look() == STOPPED


def test_a_face_that_looks_no_more_is_a_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    measuring_at(monkeypatch, None, frozen_s=background.FROZEN_S)
    measurement = background.BackgroundMeasurement(partial(measure, "sim://vesc"))
    measurement.start()
    assert measurement.join()
    assert measurement.found is None
    assert measurement.look() == STOPPED


async def test_a_device_that_fails_its_self_test_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    measuring_at(monkeypatch, None)
    keep("it", "sim://lcus", {"timer"})
    async with dashboard() as person:
        await person.type("3")
        await person.sees("● it")
        await person.type("e")
        await person.sees("y go ahead")
        await person.type("y")
        await person.sees("✕ Self-test NOT PASSED", "software timer only")


async def test_a_device_that_is_several_things_is_asked_for_as_what_and_what_steers_nothing_is_not_tested() -> None:
    keep("box", "tcp://192.0.2.1:1", {"massager", "sensor", "timer"})
    keep("strap", "sim://heart_rate", {"heart"})
    async with dashboard() as person:
        await person.type("3")
        await person.sees("● box", "● strap")
        await person.type("e")
        await person.sees("What is tested?", "IT RUNS", "nothing moves", "WHAT IT FEEDS RUNS")
        await person.type("down", "down", "enter")
        await told(person, "On the simulated bench no real device moves. [F51]")
        await person.type("down", "e")
        await told(person, "strap steers nothing and is not tested")
