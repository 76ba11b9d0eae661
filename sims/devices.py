"""What the simulated devices say of themselves: their names and feature dictionaries. Data only."""

from __future__ import annotations

from typing import Final

from firmware_protocol.codes import LEASE_MAX_MS, LEASE_MIN_MS, Function, Key
from firmware_protocol.features import FeatureSet, FeatureValue
from sims.gauge import FULL_SCALE_N
from sims.grid import STEP_S
from sims.massager import RAMP_MAX_PPM_PER_S, SPEED_MAX_PPM, SPEED_MIN_PPM, STROKE_MM

STREAM_MAX_HZ: Final = round(1 / STEP_S)
"""The grid of the world: nothing is published more often."""
RUN_MAX_S: Final = 1200
"""The gun's own longest run, the hard limit of F15."""
ALL: Final = "all"
"""The role of the one device that carries all functions."""
ROLES: Final = ("massager", "sensor", "timer")

FUNCTIONS: Final[dict[str, tuple[Function, ...]]] = {
    "massager": (Function.MOTOR, Function.POWER),
    "sensor": (Function.FORCE,),
    "timer": (Function.TIMER,),
    ALL: (Function.MOTOR, Function.POWER, Function.FORCE, Function.TIMER),
}
"""Role on the bench to the functions it carries."""


def device_name(role: str) -> str:
    """Return the name that a simulated device gives."""
    return "sim-bench" if role == ALL else f"sim-{role}"


def features(role: str, rate_hz: int) -> FeatureSet:
    """Return the dictionary of the device in ``role``, with a force sensor of ``rate_hz`` conversions a second."""
    values: dict[Function, dict[int, FeatureValue]] = {
        Function.DEVICE: {
            Key.MODEL: "massctl simulated bench",
            Key.SERIAL: f"SIM-{role.upper()}",
            Key.FIRMWARE: "sims",
            Key.SIMULATED: 1,
        },
        Function.MOTOR: {
            Key.STREAM_MAX_HZ: STREAM_MAX_HZ,
            Key.SPEED_MIN_PPM: SPEED_MIN_PPM,
            Key.SPEED_MAX_PPM: SPEED_MAX_PPM,
            Key.RAMP_MAX_PPM_PER_S: RAMP_MAX_PPM_PER_S,
            Key.SPEED_IS_MEASURED: 1,
            Key.LEASE_MIN_MS: LEASE_MIN_MS,
            Key.LEASE_MAX_MS: LEASE_MAX_MS,
            Key.RUN_MAX_S: RUN_MAX_S,
            Key.STROKE_UM: int(STROKE_MM * 1000),
        },
        Function.POWER: {
            Key.STREAM_MAX_HZ: STREAM_MAX_HZ,
            Key.HAS_BATTERY: 1,
            Key.HAS_MOTOR_TEMPERATURE: 1,
            Key.HAS_LOAD: 1,
        },
        Function.FORCE: {
            Key.STREAM_MAX_HZ: STREAM_MAX_HZ,
            Key.FORCE_MAX_MN: int(FULL_SCALE_N * 1000),
            Key.CONVERSION_HZ: rate_hz,
            Key.FORCE_IS_ESTIMATED: 0,
        },
        Function.TIMER: {
            Key.STREAM_MAX_HZ: STREAM_MAX_HZ,
            Key.DURATION_MAX_MS: 3_600_000,
            Key.HAS_RELAY: 1,
            Key.HAS_BUZZER: 1,
            Key.HAS_BUTTON: 1,
            Key.HAS_PEDAL: 1,
        },
    }
    return FeatureSet({function: values[function] for function in (Function.DEVICE, *FUNCTIONS[role])})
