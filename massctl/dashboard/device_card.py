"""Words what is known of a device: remembered, found, or asked; and what it does when its link is lost. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from massctl.app.devices import Found, Remembered, ScanResult
from massctl.app.selftest.measured import Measured
from massctl.dashboard.lines import BLANK, Line, cut, ends, line, width_of, wrapped
from massctl.devices.address import read_address
from massctl.devices.identification import ProbeReport
from massctl.errors import MassctlError
from massctl.faces.link_loss import losses
from massctl.faces.measured import figure_words
from massctl.faces.report import report_lines

ROLES: Final = {"massager": "massager", "sensor": "force sensor", "timer": "timer", "heart": "heart rate"}
ROWS: Final = 20
"""Most rows of one sentence: none is cut where it says what helps."""
NOT_KNOWN: Final = "massctl does not know what it is; nothing is written to it."
ASKS: Final = "Enter asks it whether it speaks massctl's own protocol, and remembers it then; nothing moves."
NAME_IT: Final = "If you know what it is: a adds it by its address, with ?driver= and its driver's name behind it."
OUR_OWN: Final = "massctl's own protocol: Enter asks it what it can do; nothing moves."


def role_words(roles: Sequence[str]) -> str:
    """Return roles as a person calls them."""
    return " and ".join(ROLES.get(role, role) for role in roles) or "not known what"


def remembered_line(device: Remembered, width: int) -> Line:
    """Return a remembered device as a row."""
    mark = "● " if device.default_for else "○ "
    warn = "! " if device.badges else ""
    name = line(mark, device.name)
    roles = cut(line(f"{warn}{', '.join(ROLES[role] for role in device.roles)}"), max(width - width_of(name) - 1, 8))
    return ends(name, roles, width)


def found_line(found: Found, width: int) -> Line:
    """Return a found device as a row."""
    name = found.name or found.what or found.url
    return ends(line(f"{'✓' if found.remembered_as else '+'} {name}"), line(found.sureness.value), width)


def remembered_card(
    device: Remembered, report: ProbeReport | None, measured: Measured | None, width: int
) -> list[Line]:
    """Return the card of a remembered device; with what it said of itself and what was measured, where it was asked."""
    rows: list[Line] = [line((device.name, "bold")), *wrapped(role_words(device.roles).capitalize(), width, 1, "quiet")]
    used = role_words(device.default_for) if device.default_for else ""
    rows += wrapped(
        f"Used as {used} when none is named." if used else "Not used by itself: d makes it the one.", width, 2
    )
    rows += [
        BLANK,
        *wrapped(device.url, width, ROWS, "quiet"),
        *wrapped(f"Added on {device.added_on}", width, 1, "quiet"),
    ]
    for badge in device.badges:
        rows += wrapped(f"! {badge} [F36]. c calibrates it with two weights.", width, ROWS, "caution")
    if device.calibration is not None:
        rows += wrapped(f"Calibrated on {device.calibration.on}", width, 2)
    rows += wrapped(f"Answers as {device.identity}" if device.identity is not None else "", width, 3, "quiet")
    rows += [_verdict(measured)] if measured is not None else []
    rows += [BLANK, *_able(device.roles, device.url, report, width)]
    rows += [BLANK, *_figures(measured, width)] if measured is not None else []
    return rows


def measured_rows(measured: Measured, width: int) -> list[Line]:
    """Return the certificate of one device: its figures with their limits, and what is wrong with it."""
    return [_verdict(measured), BLANK, *_figures(measured, width)]


def _verdict(measured: Measured) -> Line:
    said = ("✓ Self-test passed", "good") if measured.is_passed else ("✕ Self-test NOT PASSED", "danger")
    return line(said, (" (SIMULATED)" if measured.is_simulated else "", "simulated"))


def _figures(measured: Measured, width: int) -> list[Line]:
    rows = [line((f"Measured {measured.made_at.replace('T', ' ').replace('+00:00', ' UTC')}", "quiet"))]
    for figure in measured.figures:
        what, took, allowed = figure_words(figure)
        rows += [ends(line(what), line(took, (f" of {allowed}" if allowed else "", "quiet")), width)]
    for problem in measured.problems:
        rows += wrapped(f"✕ {problem}", width, 4, "danger")
    return rows


def found_card(found: Found, width: int) -> list[Line]:
    """Return the card of a device that a scan found."""
    rows = wrapped(found.name or found.what or found.url, width, 2, "bold")
    kind = f"{found.what}, {found.medium}" if found.what and found.name else found.medium
    rows += wrapped(kind, width, 2, "quiet")
    rows += wrapped(f"{role_words(found.roles).capitalize()}: {_sure(found)}" if found.roles else NOT_KNOWN, width, 3)
    if found.remembered_as:
        rows += wrapped(f"Remembered as {found.remembered_as}.", width, 2, "good")
    elif found.roles:
        rows += wrapped("Enter remembers it.", width, 2, "ask")
    else:
        rows += wrapped(ASKS if found.driver is not None or found.medium == "serial" else NAME_IT, width, ROWS, "ask")
    rows += [BLANK, *wrapped(found.url, width, ROWS, "quiet")]
    rows += wrapped(f"Signal {found.rssi_dbm} dBm" if found.rssi_dbm is not None else "", width, 1, "quiet")
    rows += wrapped(f"! {found.note}" if found.note else "", width, ROWS, "caution")
    rows += [BLANK, *_able(found.roles, found.url, None, width)] if found.driver is not None else []
    return rows


def no_device_card(width: int) -> list[Line]:
    """Return what to do where nothing is remembered and nothing was found yet."""
    texts = (
        "No device yet? You can go on without: ball, roller, cane and hand need none.",
        "m: my gun has no Bluetooth.",
        "a: I know its address, such as serial:///dev/ttyUSB0.",
        "massctl --sim: the simulated bench, nothing real moves.",
    )
    return [row for text in texts for row in wrapped(text, width, ROWS)]


def scan_words(result: ScanResult | None, *, is_scanning: bool, width: int) -> list[Line]:
    """Return how the scan went; and what to do where nothing was found."""
    if is_scanning:
        said = "Listening … what is heard appears here. Switch the device on, and close its maker's app. Esc ends it."
        return wrapped(said, width, ROWS, "ask")
    if result is None:
        said = "s looks for Bluetooth devices and serial ports. Nothing is opened by that."
        return wrapped(said, width, ROWS, "ask")
    rows: list[Line] = []
    for problem in result.problems:
        rows += wrapped(f"✕ {problem.what}", width, ROWS, "danger")
        rows += wrapped(f"→ {problem.remedy}" if problem.remedy else "", width, ROWS)
    if not result.found:
        said = "Nothing is near. Is it switched on, and not connected to a phone? s looks again."
        rows += wrapped(said, width, ROWS)
    return rows


def report_rows(report: ProbeReport, width: int) -> list[Line]:
    """Return what a device said of itself."""
    return [row for text in report_lines(report) for row in wrapped(" ".join(text.split()), width, ROWS, _tone(text))]


def _tone(said: str) -> str:
    return "caution" if said.strip().startswith("!") else ""


def _able(roles: Sequence[str], url: str, report: ProbeReport | None, width: int) -> list[Line]:
    rows: list[Line] = []
    if report is not None:
        rows += [line(("It says of itself", "bold")), *report_rows(report, width), BLANK]
    rows += [row for text, tone in _known(roles, url, report) for row in wrapped(text, width, ROWS, tone)]
    return rows


def _known(roles: Sequence[str], url: str, report: ProbeReport | None) -> Iterator[tuple[str, str]]:
    """Yield what the table of drivers knows, and what a device does without its link."""
    try:
        address = read_address(url)
    except MassctlError as problem:
        yield f"✕ {problem}", "danger"
        return
    row = address.row
    if row is not None:
        yield f"{row.name}: {row.capabilities}".removesuffix(": "), ""
    elif address.scheme != "manual":
        yield OUR_OWN, ""
    for loss in losses(roles, address, report):
        yield loss.text, "caution" if loss.is_caution else ""
    if row is not None:
        yield f"How sure massctl is of it: {row.confidence.value}.", "quiet"
        yield f"Seen to work on: {row.verified_on}.", "quiet"


def _sure(found: Found) -> str:
    return {"certain": "that is certain", "likely": "that is likely", "a guess": "that is a guess"}.get(
        found.sureness.value, "massctl does not know it"
    )
