"""Home Assistant's MQTT discovery: one device with all its entities in one retained message. Pure.

The form is the device discovery of https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload, its names
unabbreviated. Units and device classes are those that Home Assistant has; it has none for force and percussion rate, which
carry a unit alone.
"""

from __future__ import annotations

import re
from typing import Any, Final

from massctl.mqtt.commands import SPEED_MAX_PPM, TIMER_MAX_MIN, Name
from massctl.mqtt.gatekeeper import NUDGE_PPM
from massctl.mqtt.session_state import IDLE
from massctl.mqtt.topics import OFFLINE, ONLINE, Topics
from massctl.session.events import Phase

PREFIX: Final = "homeassistant"
BIRTH: Final = "status"
"""Home Assistant says online on ``PREFIX/status`` when it has started; everything is then said again."""
ORIGIN: Final = "massctl"
PHASES: Final = (IDLE, *(str(phase) for phase in Phase))
_NEW_ID: Final = "{{ now().timestamp() }}-{{ range(1, 1000000) | random }}"
"""A new id for each press: a command that arrives twice is obeyed once."""


def discovery_topic(node: str, prefix: str = PREFIX) -> str:
    """Return where the bridge ``node`` announces itself; an empty retained message there removes it."""
    return f"{prefix}/device/massctl_{node}/config"


def discovery_payload(topics: Topics, programs: tuple[str, ...], version: str, *, is_simulated: bool) -> dict[str, Any]:
    """Return the announcement of one bridge, to be published retained on ``discovery_topic``."""
    entities = {
        **_choices(topics, programs),
        **_buttons(topics),
        **_numbers(topics),
        **_sensors(topics),
        **_flags(topics),
    }
    name = f"massctl {topics.node}" + (" (SIMULATED)" if is_simulated else "")
    return {
        "device": {
            "identifiers": [f"massctl_{topics.node}"],
            "name": name,
            "manufacturer": "massctl",
            "model": "simulated bench" if is_simulated else "percussion massager",
            "sw_version": version,
        },
        "origin": {"name": ORIGIN, "sw_version": version},
        "availability": [
            {"topic": topics.bridge_status, "payload_available": ONLINE, "payload_not_available": OFFLINE}
        ],
        "availability_mode": "all",
        "components": {key: _entity(topics, key, entity) for key, entity in entities.items()},
    }


def _entity(topics: Topics, key: str, entity: dict[str, Any]) -> dict[str, Any]:
    unique = f"massctl_{topics.node}_{key}"
    slug = re.sub(r"[^a-z0-9]+", "_", unique.lower()).strip("_")
    return {"unique_id": unique, "default_entity_id": f"{entity['platform']}.{slug}", **entity}


def _command(topics: Topics, name: Name, value: str = "") -> dict[str, Any]:
    """Return topic and template of a command; ``value`` is the template of its value, '' for none."""
    rest = f', "value": {value}' if value else ""
    return {
        "command_topic": topics.command(name),
        "command_template": f'{{"id": "{_NEW_ID}"{rest}}}',
        "qos": 1,
        "retain": False,
    }


def _choices(topics: Topics, programs: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    state = {"state_topic": topics.bridge_state}
    return {
        "program": {
            "platform": "select",
            "name": "Program",
            "icon": "mdi:playlist-play",
            "options": list(programs),
            "value_template": "{{ value_json.program }}",
            **state,
            **_command(topics, Name.PROGRAM, '"{{ value }}"'),
        },
        "side": {
            "platform": "select",
            "name": "Side",
            "icon": "mdi:human",
            "options": ["left", "right", "both"],
            "value_template": "{{ value_json.side }}",
            **state,
            **_command(topics, Name.SIDE, '"{{ value }}"'),
        },
    }


def _buttons(topics: Topics) -> dict[str, dict[str, Any]]:
    rows = (
        (Name.START, "Start (arm it at the device first)", "mdi:play"),
        (Name.GO_ON, "Go on", "mdi:play-pause"),
        (Name.PAUSE, "Pause", "mdi:pause"),
        (Name.STOP, "STOP", "mdi:stop-circle"),
        (Name.FINISH, "Finish", "mdi:flag-checkered"),
    )
    return {
        str(name): {"platform": "button", "name": title, "icon": icon, **_command(topics, name)}
        for name, title, icon in rows
    }


def _numbers(topics: Topics) -> dict[str, dict[str, Any]]:
    return {
        "speed": {
            "platform": "number",
            "name": "Speed limit",
            "icon": "mdi:speedometer",
            "min": 0,
            "max": SPEED_MAX_PPM,
            "step": NUDGE_PPM,
            "mode": "box",
            "unit_of_measurement": "percussions/min",
            "state_topic": topics.session_reading,
            "value_template": "{{ value_json.speed_set_ppm | default(0) | round(0) }}",
            **_command(topics, Name.SPEED, "{{ value | int }}"),
        },
        "rating": {
            "platform": "number",
            "name": "Discomfort",
            "icon": "mdi:emoticon-neutral-outline",
            "min": 0,
            "max": 10,
            "step": 1,
            "mode": "slider",
            "state_topic": topics.session_state,
            "value_template": "{{ value_json.discomfort if value_json.discomfort is not none else 'None' }}",
            **_command(topics, Name.DISCOMFORT, "{{ value | int }}"),
        },
        "minutes": {
            "platform": "number",
            "name": "Timer",
            "icon": "mdi:timer-outline",
            "min": 1,
            "max": TIMER_MAX_MIN,
            "step": 1,
            "mode": "box",
            "unit_of_measurement": "min",
            "device_class": "duration",
            "state_topic": topics.bridge_state,
            "value_template": "{{ value_json.timer_min if value_json.timer_min is not none else 'None' }}",
            **_command(topics, Name.TIMER, "{{ value | int }}"),
        },
    }


def _sensors(topics: Topics) -> dict[str, dict[str, Any]]:
    state = {"platform": "sensor", "state_topic": topics.session_state}
    reading = {"platform": "sensor", "state_topic": topics.session_reading, "expire_after": 10}
    measured = {**reading, "state_class": "measurement"}
    return {
        "phase": {
            **state,
            "name": "State",
            "device_class": "enum",
            "options": list(PHASES),
            "value_template": "{{ value_json.phase }}",
            "json_attributes_topic": topics.session_state,
        },
        "step": {
            **state,
            "name": "Step",
            "icon": "mdi:target",
            "value_template": "{{ value_json.step.label if value_json.step else 'none' }}",
        },
        "remaining": {
            **reading,
            "name": "Time left",
            "device_class": "duration",
            "unit_of_measurement": "s",
            "suggested_display_precision": 0,
            "value_template": "{{ value_json.remaining_s }}",
        },
        "force": {
            **measured,
            "name": "Force",
            "icon": "mdi:arrow-collapse-down",
            "unit_of_measurement": "N",
            "suggested_display_precision": 1,
            "value_template": "{{ value_json.force_n }}",
        },
        "speed_measured": {
            **measured,
            "name": "Speed measured",
            "icon": "mdi:speedometer",
            "unit_of_measurement": "percussions/min",
            "suggested_display_precision": 0,
            "value_template": "{{ value_json.speed_measured_ppm }}",
        },
        "battery": {
            **state,
            "name": "Battery",
            "device_class": "battery",
            "state_class": "measurement",
            "unit_of_measurement": "%",
            "value_template": "{{ value_json.battery_percent }}",
        },
        "temperature": {
            **state,
            "name": "Motor temperature",
            "device_class": "temperature",
            "state_class": "measurement",
            "unit_of_measurement": "°C",
            "value_template": "{{ value_json.temperature_c }}",
        },
    }


def _flags(topics: Topics) -> dict[str, dict[str, Any]]:
    flag = {"platform": "binary_sensor", "payload_on": "True", "payload_off": "False"}
    return {
        "motor": {
            **flag,
            "name": "Motor may run",
            "device_class": "running",
            "state_topic": topics.session_state,
            "value_template": "{{ value_json.motor_may_run }}",
        },
        "armed": {
            **flag,
            "name": "Armed at the device",
            "icon": "mdi:hand-back-right",
            "state_topic": topics.bridge_state,
            "value_template": "{{ value_json.is_armed }}",
        },
        "stopped": {
            **flag,
            "name": "Stopped for safety",
            "device_class": "problem",
            "state_topic": topics.session_state,
            "value_template": "{{ value_json.phase == 'stopped' }}",
        },
    }
