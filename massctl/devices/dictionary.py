"""From our firmware's identity and feature dictionary to capabilities; pure, no bytes.

Unknown keys are ignored. A dictionary that lacks what a driver cannot do without is refused here, naming what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from firmware_protocol.codes import LEASE_BLE_MS, LEASE_DEFAULT_MS, LEASE_MAX_MS, LEASE_MIN_MS, Function, Key
from firmware_protocol.features import FeatureSet
from firmware_protocol.reports import Identity
from massctl.devices.capabilities import ForceSensorCapabilities, LinkLoss, MassagerCapabilities, TimerCapabilities
from massctl.errors import PeerRefused

MOTOR_HZ: Final = 20
"""Motor telemetry asked for: the interlocks want 10 at least."""
FORCE_HZ: Final = 50
"""Force telemetry asked for (F35: publish at least 20, better 50)."""
POWER_HZ: Final = 2
TIMER_HZ: Final = 5
RAMP_PPM_PER_S: Final = 600
"""Ramp of a device that states none (F17)."""
_MN_PER_N: Final = 1000.0
_ROLES: Final = {"massager": Function.MOTOR, "sensor": Function.FORCE, "timer": Function.TIMER}


@dataclass(frozen=True, slots=True)
class DeviceIdentity:
    """Who answered."""

    url: str
    name: str
    model: str
    serial_number: str
    firmware: str
    protocol_version: int
    boot_id: int
    roles: tuple[str, ...]
    """What it carries, of massager, sensor, timer."""
    is_simulated: bool = False
    """Whether it says that it is no hardware (F51)."""


def identity_from(url: str, identity: Identity, features: FeatureSet) -> DeviceIdentity:
    """Return who answered, in plain values."""
    return DeviceIdentity(
        url=url,
        is_simulated=_flag(features, Function.DEVICE, Key.SIMULATED),
        name=identity.name or features.text(Function.DEVICE, Key.MODEL) or "device without a name",
        model=features.text(Function.DEVICE, Key.MODEL),
        serial_number=features.text(Function.DEVICE, Key.SERIAL),
        firmware=features.text(Function.DEVICE, Key.FIRMWARE),
        protocol_version=identity.version,
        boot_id=identity.boot_id,
        roles=tuple(role for role, function in _ROLES.items() if identity.functions >> function & 1),
    )


def massager_capabilities(url: str, features: FeatureSet, *, is_by_radio: bool = False) -> MassagerCapabilities:
    """Return what the motor can do, over this kind of link. Raises PeerRefused where the device does not say its speeds."""
    levels = tuple(sorted(features.numbers(Function.MOTOR, Key.LEVELS_PPM)))
    low = features.number(Function.MOTOR, Key.SPEED_MIN_PPM, levels[0] if levels else 0)
    high = features.number(Function.MOTOR, Key.SPEED_MAX_PPM, levels[-1] if levels else 0)
    if not 0 < low <= high:
        raise _incomplete(url, f"the range of its speeds ({low} to {high} percussions per minute)")
    return MassagerCapabilities(
        speed_min_ppm=low,
        speed_max_ppm=high,
        levels_ppm=levels,
        confirms_speed=_flag(features, Function.MOTOR, Key.SPEED_IS_MEASURED),
        is_controllable=True,
        on_link_loss=LinkLoss.STOPS,
        lease_s=lease_ms(features, is_by_radio=is_by_radio) / 1000,
        ramp_ppm_per_s=features.number(Function.MOTOR, Key.RAMP_MAX_PPM_PER_S, RAMP_PPM_PER_S),
        has_battery=_flag(features, Function.POWER, Key.HAS_BATTERY),
        has_temperature=_flag(features, Function.POWER, Key.HAS_MOTOR_TEMPERATURE),
        heads=tuple(head.strip() for head in features.text(Function.MOTOR, Key.HEADS).split(",") if head.strip()),
    )


def sensor_capabilities(url: str, features: FeatureSet) -> ForceSensorCapabilities:
    """Return what the force sensor can do. Raises PeerRefused where the device does not say its range or rate."""
    force_max_mn = features.number(Function.FORCE, Key.FORCE_MAX_MN)
    conversion_hz = features.number(Function.FORCE, Key.CONVERSION_HZ)
    if force_max_mn <= 0 or conversion_hz <= 0:
        raise _incomplete(url, f"its full scale ({force_max_mn} mN) or its conversion rate ({conversion_hz} Hz)")
    return ForceSensorCapabilities(
        rate_hz=float(conversion_hz),
        published_hz=float(stream_hz(features, Function.FORCE, FORCE_HZ)),
        force_max_n=force_max_mn / _MN_PER_N,
        is_estimated=_flag(features, Function.FORCE, Key.FORCE_IS_ESTIMATED),
    )


def timer_capabilities(url: str, features: FeatureSet) -> TimerCapabilities:
    """Return what the timer can do. Raises PeerRefused where the device does not say its longest time."""
    duration_max_ms = features.number(Function.TIMER, Key.DURATION_MAX_MS)
    if duration_max_ms <= 0:
        raise _incomplete(url, f"its longest time ({duration_max_ms} ms)")
    return TimerCapabilities(
        duration_max_s=duration_max_ms / 1000,
        has_relay=_flag(features, Function.TIMER, Key.HAS_RELAY),
        has_buzzer=_flag(features, Function.TIMER, Key.HAS_BUZZER),
        has_button=_flag(features, Function.TIMER, Key.HAS_BUTTON),
        has_pedal=_flag(features, Function.TIMER, Key.HAS_PEDAL),
    )


def lease_ms(features: FeatureSet, *, is_by_radio: bool = False) -> int:
    """Return the lease to ask for: the default of this kind of link (F33), within the device's own bounds."""
    shortest = max(features.number(Function.MOTOR, Key.LEASE_MIN_MS, LEASE_MIN_MS), LEASE_MIN_MS)
    longest = min(features.number(Function.MOTOR, Key.LEASE_MAX_MS, LEASE_MAX_MS), LEASE_MAX_MS)
    return max(shortest, min(LEASE_BLE_MS if is_by_radio else LEASE_DEFAULT_MS, longest))


def stream_hz(features: FeatureSet, function: Function, wanted_hz: int) -> int:
    """Return the telemetry rate to ask for: what is wanted, as far as the device can."""
    return max(1, min(wanted_hz, features.number(function, Key.STREAM_MAX_HZ, wanted_hz)))


def _flag(features: FeatureSet, function: Function, key: Key) -> bool:
    return features.number(function, key) != 0


def _incomplete(url: str, what: str) -> PeerRefused:
    return PeerRefused(url, f"the device does not tell {what}.", "Its firmware needs an update.")
