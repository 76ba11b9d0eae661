"""What Home Assistant is told, against the documented form, and its templates against our own reader of commands."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from massctl.mqtt.commands import Name, read_command
from massctl.mqtt.discovery import PHASES, discovery_payload, discovery_topic
from massctl.mqtt.session_state import SessionState
from massctl.mqtt.topics import Topics
from massctl.session.events import Phase

TOPICS = Topics("bench-1")
SCHEMA: dict[str, Any] = json.loads((Path(__file__).parent / "home_assistant_discovery.schema.json").read_text())
PAYLOAD = discovery_payload(TOPICS, ("desk-shoulders", "tech-neck"), "0.1.0", is_simulated=False)
COMPONENTS: dict[str, dict[str, Any]] = PAYLOAD["components"]
VALUES = {"program": "tech-neck", "side": "left", "speed": "1800.0", "discomfort": "4", "timer": "10.0"}


def test_the_announcement_has_the_documented_form() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(PAYLOAD, SCHEMA)


@pytest.mark.parametrize(
    "change",
    [
        {"object_id": "old"},
        {"unique_id": "a b"},
        {"retain": True},
        {"command_topic": "massctl/+/x"},
        {"default_entity_id": "Button.X"},
    ],
)
def test_the_schema_refuses_what_home_assistant_would(change: dict[str, Any]) -> None:
    broken = json.loads(json.dumps(PAYLOAD))
    broken["components"]["start"] |= change
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, SCHEMA)


def test_its_topic_has_the_documented_form() -> None:
    assert re.fullmatch(r"homeassistant/device/[a-zA-Z0-9_-]+/config", discovery_topic("bench-1"))


def test_no_entity_retains_a_command() -> None:
    assert [each["retain"] for each in COMPONENTS.values() if "command_topic" in each] == [False] * 10


def test_every_command_has_an_entity() -> None:
    topics = {each.get("command_topic") for each in COMPONENTS.values()}
    assert topics - {None} == {TOPICS.command(name) for name in Name}


@pytest.mark.parametrize("entity", [each for each in COMPONENTS.values() if "command_template" in each])
def test_what_an_entity_sends_is_a_command(entity: dict[str, Any]) -> None:
    """The templates, filled in as Home Assistant's template engine would."""
    name = entity["command_topic"].rsplit("/", 1)[1]
    text = entity["command_template"]
    text = text.replace("{{ now().timestamp() }}", "1795370000.123456")
    text = re.sub(r"{{ range\(1, 1000000\) \| random }}", "777", text)
    value = VALUES.get(name, "")
    text = text.replace("{{ value | int }}", value.split(".")[0]).replace("{{ value }}", value)
    assert "{{" not in text
    assert read_command(name, text.encode()).name == name


@pytest.mark.parametrize("entity", [each for each in COMPONENTS.values() if "state_topic" in each])
def test_what_an_entity_reads_is_published(entity: dict[str, Any]) -> None:
    published: dict[str, dict[str, Any]] = {
        TOPICS.session_state: SessionState().to_json() | {"battery_percent": 1, "temperature_c": 1},
        TOPICS.bridge_state: {"program": "", "side": None, "timer_min": None, "is_armed": False},
    }
    names = re.findall(r"value_json\.(\w+)", entity["value_template"])
    assert names
    if entity["state_topic"] == TOPICS.session_reading:
        reading = SessionState()
        reading.see({"event": "tick", "phase": "working"})
        published[TOPICS.session_reading] = reading.reading()
    for name in names:
        assert name in published[entity["state_topic"]]


def test_every_phase_of_a_session_is_a_state() -> None:
    assert set(PHASES) >= {str(phase) for phase in Phase}


def test_a_simulated_bridge_is_unmistakable() -> None:
    assert "SIMULATED" in discovery_payload(TOPICS, ("x",), "0.1.0", is_simulated=True)["device"]["name"]
