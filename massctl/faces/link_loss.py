"""What a device does when its link is lost, in words that every face shows; what nobody knows counts as the worse. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from massctl.devices.address import DeviceAddress
from massctl.devices.capabilities import LinkLoss
from massctl.devices.identification import ProbeReport

MASSAGER: Final = {
    LinkLoss.STOPS: "Link lost: it stops by itself.",
    LinkLoss.KEEPS_RUNNING: "Link lost: it KEEPS RUNNING. Keep a hand on its switch, or feed it by a timer's relay. [F34]",
    LinkLoss.UNKNOWN: "Link lost: nobody knows; it counts as 'keeps running'. Keep a hand on its switch. [F34]",
}
TIMER: Final = {
    LinkLoss.STOPS: "Link lost: its relay opens by itself when its time is not renewed. [F33]",
    LinkLoss.KEEPS_RUNNING: "Link lost: its relay STAYS CLOSED. A software timer only, never the third layer. [F33]",
    LinkLoss.UNKNOWN: "Link lost: nobody knows; its relay counts as 'stays closed'. Its self-test tells. [F33]",
}
OUR_OWN: Final = (
    "Link lost: its motor stops by itself when nothing renews its lease, within 1 s or so (by radio 1.5 s). [F33]"
)
SENSOR: Final = "Link lost: the session stops; the sensor itself moves nothing. [F34]"
HEART: Final = "Link lost: it is noted, and nothing else: a heart rate steers nothing."
MANUAL: Final = "No link: massctl tells level and time, and cannot stop it. Only its own switch can. [F42]"
FED: Final = "No link: massctl tells level and time. The timer's relay feeds its power, and cuts it; so does its own switch. [F42]"
WAND: Final = "No link of its own: it does what the relay that feeds it does. Look at the timer's card."


class Loss(NamedTuple):
    """One sentence."""

    text: str
    is_caution: bool


def losses(roles: Sequence[str], address: DeviceAddress, report: ProbeReport | None = None) -> Iterator[Loss]:
    """Yield what a device does without its link, for each thing that it is; by its own word where it was asked."""
    for role in roles:
        match role:
            case "massager":
                yield _massager(address, report)
            case "timer":
                yield _timer(address, report)
            case "sensor":
                yield Loss(SENSOR, False)
            case _:
                yield Loss(HEART, False)


def _massager(address: DeviceAddress, report: ProbeReport | None) -> Loss:
    if address.scheme == "manual":
        is_fed = "relay=yes" in address.url
        return Loss(FED if is_fed else MANUAL, not is_fed)
    if address.row is not None and address.row.id == "wand":
        return Loss(WAND, True)
    if address.row is None:
        return Loss(OUR_OWN, False)
    said = report.massager.on_link_loss if report is not None and report.massager is not None else None
    has_no_lease = float(address.options.get("lease_ms", 1) or 0) == 0  # as its owner says of it
    loss = said or (LinkLoss.KEEPS_RUNNING if has_no_lease else address.row.on_link_loss)
    return Loss(MASSAGER[loss], loss is not LinkLoss.STOPS)


def _timer(address: DeviceAddress, report: ProbeReport | None) -> Loss:
    loss = LinkLoss.STOPS if address.row is None else address.row.on_link_loss
    if loss is LinkLoss.STOPS and report is not None and report.timer is not None and not report.timer.opens_by_itself:
        loss = LinkLoss.KEEPS_RUNNING
    return Loss(TIMER[loss], loss is not LinkLoss.STOPS)
