"""Devices, persons and history, key by key: what is empty says what to do, what goes wrong says what helps."""

from __future__ import annotations

from datetime import date

import pytest

from massctl.app import devices_gauge
from massctl.app.by_hand import Told, log_by_hand
from massctl.app.devices import ScanResult, Sureness, remembered
from massctl.app.devices_gauge import Check, TareOutcome
from massctl.app.devices_known import keep
from massctl.app.devices_scan import Found
from massctl.app.persons import Persons
from massctl.app.settings import Units, change_settings, load_settings
from massctl.body.allowance import Allowance
from massctl.body.person import Answer, Day
from massctl.body.screening import Matter
from massctl.body.terms import Tool
from massctl.dashboard import devices_screen
from massctl.dashboard.device_card import LOSS, found_card, scan_words
from massctl.dashboard.lines import Line
from massctl.dashboard.person_card import person_card
from massctl.devices.capabilities import LinkLoss
from massctl.errors import ConnectionProblem
from massctl.history.reading import History
from tests.app.screened import healthy, save_healthy
from tests.dashboard.driving import dashboard
from tests.dashboard.pages import gone, looks, told
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
STRANGE = Found("serial:///dev/ttyUSB9", "a serial port", "", None, (), Sureness.UNKNOWN, "serial")


def words(rows: list[Line]) -> str:
    return "\n".join("".join(span.text for span in row) for row in rows)


def scanning(monkeypatch: pytest.MonkeyPatch, *found: Found, problems: tuple[ConnectionProblem, ...] = ()) -> None:
    """Let the next scan hear these."""

    async def heard(**_given: object) -> ScanResult:
        return ScanResult(found, problems)

    monkeypatch.setattr(devices_screen, "scan", heard)


# --- devices ---------------------------------------------------------------------------------------------------------------


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
        await person.sees("● Hypervolt 2", "Used as massager when none is named")
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
        await person.sees("That is no address")
        await person.type("escape")
        await gone(person, "Which address?")
        await person.type("m")
        await person.sees("How fast is each level")
        await person.type(*"1800,2400", "enter")
        await person.sees("my gun", "cannot stop it", "[F42]")
        await person.type("t")
        await told(person, "is no force sensor")
        await person.type("e")
        await person.sees("massctl doctor --device 'my gun'")


async def test_a_radio_that_does_not_work_says_what_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    scanning(monkeypatch, problems=(ConnectionProblem("ble://", "Bluetooth is off.", "Switch it on."),))
    async with dashboard() as person:
        await person.type("3")
        await person.sees("No device yet?")
        await person.type("s")
        await person.sees("Bluetooth is off.", "→ Switch it on.", "Nothing is near")


def test_what_a_device_does_without_its_link_is_said_of_each_kind() -> None:
    assert set(LOSS) == set(LinkLoss)
    assert "KEEPS RUNNING" in words(found_card(HEARD, 60))
    assert "does not know it" in words(found_card(STRANGE, 60))
    assert "Listening" in words(scan_words(None, is_scanning=True, width=60))


async def test_a_sensor_is_set_to_zero_and_tested(monkeypatch: pytest.MonkeyPatch) -> None:
    async def zeroed(_word: str) -> TareOutcome:
        return TareOutcome(0.1, 0.2, "it drifts by 2.0 N a minute, at most 1. Let it warm up, and try again.")

    async def looked_at(_word: str) -> tuple[Check, ...]:
        return (Check("rate", "80 values a second"), Check("noise", "0.900 N", is_good=False))

    monkeypatch.setattr(devices_gauge, "tare", zeroed)
    monkeypatch.setattr(devices_gauge, "look", looked_at)
    keep("gauge", "sim://progressor", {"sensor"})
    async with dashboard() as person:
        await person.type("3")
        await person.sees("gauge", "force sensor")
        await person.type("t")
        await person.sees("Hold the head in the air")
        await person.type("enter")
        await told(person, "Not good: it drifts", "[F36]")
        await person.type("e")
        await person.sees("Test of gauge", "✓ rate", "✕ noise")


# --- persons ---------------------------------------------------------------------------------------------------------------


async def test_another_person_takes_over_and_a_slip_is_taken_back() -> None:
    change_settings(is_set_up=True)
    save_healthy("ann", Answer(Matter.DIABETES))
    save_healthy("bob")
    Persons().use("ann")
    today = date.today()  # noqa: DTZ011 - the day of this machine, as persons are asked
    Persons().save_day("bob", Day(today).told(["Fever or an infection"], ["Fever or an infection"]))
    async with dashboard(is_simulated=False) as person:
        await person.type("4")
        await person.sees("● ann", "diabetes [F8]")
        await person.type("down")
        await person.sees("Said to be true today: Fever", "Enter hands over")
        await person.type("y")
        await person.sees("Take it back?")
        await person.type("y")
        await gone(person, "Said to be true today")
        await person.type("enter")
        await person.sees("● bob", "○ ann")
    assert Persons().current_name == "bob"
    assert not Persons().day("bob", today).yes


async def test_the_health_questions_are_asked_here_and_left_in_the_middle_keep_nothing() -> None:
    async with dashboard() as person:
        await person.type("4")
        await person.sees("Nobody has answered", "s answers them now")
        await person.type("s")
        await person.sees("How old are you?")
        await person.type("escape")
        await told(person, "nothing was kept")
        assert Persons().names == ()
        await person.type("s")
        await person.sees("How old are you?")
        await person.type("down", "down", "enter")
        for number in range(2, 8):
            await person.sees(f"{number} of 7")
            await person.type("n")
        await person.sees("● me", "asked again on")
        await person.type("delete")
        await person.sees("Delete all answers of me?")
        await person.type("y")
        await person.sees("Nobody has answered")


async def test_tools_heads_and_units_are_asked_and_kept() -> None:
    async with dashboard() as person:
        await person.type("4")
        await person.sees("not asked: all count")
        await person.type("o")
        await person.sees("Which tools have you?")
        await person.type("space", "enter")
        await person.sees("Tools: ball")
        await person.type("u")
        await person.sees("In which unit")
        await person.type("down", "down", "enter")
        await person.sees("Units: kPa")
    assert load_settings().tools == frozenset({Tool.BALL})
    assert load_settings().units is Units.KPA


def test_a_card_says_of_every_question_what_was_said() -> None:
    person = healthy("ann", Answer(Matter.BRUISE, ("calf",)))
    text = words(person_card(person, Allowance(), frozenset(), date(2026, 1, 1), 70, is_current=True))
    assert "A bruise; where: calf" in text
    assert text.count("nothing of it") == 5


# --- history ---------------------------------------------------------------------------------------------------------------


async def test_an_empty_history_says_what_to_do_and_a_session_is_logged() -> None:
    async with dashboard() as person:
        await person.type("5")
        await person.sees("No session is on record yet", "a logs a session")
        await person.type("a")
        await person.sees("What did you do?")
        await person.type(*"desk shoulders", "enter")
        await person.sees("Which side?")
        await person.type("enter")
        await person.sees("With which tool")
        await person.type("down", "enter")
        await person.sees("How many minutes?")
        await person.type(*"many", "enter")
        await person.sees("That is no time")
        await person.type("home", *["delete"] * 4, *"12", "enter")
        await person.sees("How strong was it before")
        await person.type(*"11", "enter")
        await person.sees("That is no rating")
        await person.type("backspace", "backspace", "6", "enter")
        await person.sees("And after")
        await person.type("3", "enter")
        await person.sees("Completed.", "6 → 3", "ball: logged")
    (record,) = History().sessions()
    assert record.is_by_hand


async def test_what_was_done_without_massctl_is_not_repeated() -> None:
    log_by_hand(Told(5, points=("GMAX",)))
    async with dashboard() as person:
        await person.type("5")
        await person.sees("Gluteus maximus")
        await person.type("enter")
        await told(person, "done without massctl")
        assert person.app.session is None
