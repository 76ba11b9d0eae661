"""What a probed device is, in words that every face shows. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from massctl.devices.capabilities import ForceSensorCapabilities, MassagerCapabilities, TimerCapabilities
from massctl.devices.identification import ProbeReport

TEXT_COLUMN = 14
"""Where the words begin, after their label."""


def report_lines(report: ProbeReport) -> Iterator[str]:
    """Yield what the device says of itself, a line each."""
    identity = report.identity
    yield f"{identity.name}" + (" (SIMULATED)" if identity.is_simulated else "")
    made = ", ".join(
        part for part in (identity.model, identity.serial_number and f"serial {identity.serial_number}") if part
    )
    yield f"  address     {identity.url}"
    if made and made != identity.name:
        yield f"  model       {made}"
    if identity.firmware:
        protocol = f", protocol version {identity.protocol_version}" if identity.protocol_version else ""
        yield f"  firmware    {identity.firmware}{protocol}"
    yield f"  carries     {', '.join(sorted(identity.roles)) or 'nothing that massctl knows'}"
    if report.massager:
        yield f"  massager    {_massager(report.massager)}"
    if report.sensor:
        yield f"  sensor      {_sensor(report.sensor)}"
    if report.timer:
        yield f"  timer       {_timer(report.timer)}"
    if report.round_trip_s:
        yield f"  round trip  {report.round_trip_s * 1000:.1f} ms"
    for warning in report.warnings:
        yield f"  !           {warning}"


def _massager(able: MassagerCapabilities) -> str:
    parts = [f"{able.speed_min_ppm:,}–{able.speed_max_ppm:,} strokes a minute"]
    if able.speed_min_ppm == able.speed_max_ppm:
        parts = [f"{able.speed_max_ppm:,} strokes a minute, or off"]
    elif able.levels_ppm:
        parts.append(f"in {len(able.levels_ppm)} levels ({', '.join(f'{level:,}' for level in able.levels_ppm)})")
    parts.append("reports its speed" if able.confirms_speed else "does not report its speed")
    if not able.is_controllable:
        return ", ".join([*parts, "you switch it yourself: massctl cannot stop it"])
    lease = f" within {able.lease_s:g} s" if able.lease_s else ""
    parts.append(f"when the link is lost it {able.on_link_loss.value}{lease}" if able.on_link_loss else "")
    parts += [
        name for name, fitted in (("battery gauge", able.has_battery), ("thermometer", able.has_temperature)) if fitted
    ]
    return ", ".join(part for part in parts if part)


def _sensor(able: ForceSensorCapabilities) -> str:
    kind = "estimated" if able.is_estimated else "measured"
    if able.is_polled:
        kind += ", each when it is asked for: no percussion under it (F35)"
    return f"up to {able.force_max_n:g} N, {able.rate_hz:g} samples a second, published at {able.published_hz:g} Hz, {kind}"


def _timer(able: TimerCapabilities) -> str:
    fitted = (
        (_relay(able), able.has_relay),
        ("buzzer", able.has_buzzer),
        ("button", able.has_button),
        ("pedal", able.has_pedal),
    )
    return f"up to {able.duration_max_s:g} s, " + ", ".join(name for name, has_it in fitted if has_it)


def _relay(able: TimerCapabilities) -> str:
    opens = "opens by itself" if able.opens_by_itself else "stays closed when massctl dies (software timer only)"
    return f"relay that {opens}" + ("" if able.is_monitored else " and tells nothing back")
