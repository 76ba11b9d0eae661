"""By whose word a sensor reads newtons: its maker's, its firmware's, massctl's weights', or nobody's (F36). Pure."""

from __future__ import annotations

from datetime import date
from typing import Final
from urllib.parse import parse_qsl, urlencode

from massctl.app.devices_file import Calibration
from massctl.errors import MassctlError

KEPT_BY_US: Final = frozenset({"zero", "n_per_unit"})
"""Options of a driver whose sensor sends raw figures: massctl keeps their calibration."""
OVERRULED: Final = KEPT_BY_US | {"sign"}
"""Options of an address that a calibration with weights takes the place of; their sign is in ``n_per_unit``."""
CALIBRATION_DAYS: Final = 90
"""F36: an older calibration is said to be none."""


def url_with_scale(url: str, made: Calibration | None) -> str:
    """Return the address with the calibration that massctl keeps for the device."""
    if made is None or made.zero is None or made.n_per_unit is None:
        return url
    place, kept = without_scale(url)
    figures = {"zero": f"{made.zero:.10g}", "n_per_unit": f"{made.n_per_unit:.10g}"}
    return f"{place}?{urlencode(kept | figures, safe='/,')}"


def without_scale(url: str) -> tuple[str, dict[str, str]]:
    """Return an address without its options, and those options that no calibration takes the place of."""
    place, _, query = url.partition("?")
    return place, {key: text for key, text in parse_qsl(query, keep_blank_values=True) if key not in OVERRULED}


def doubt(url: str, made: Calibration | None, today: date) -> str:
    """Return why F36 takes the sensor at ``url`` for uncalibrated, as far as its address tells; '' where it does not."""
    if made is not None:
        days = (today - made.on).days
        return f"calibrated {days} days ago, counts as uncalibrated" if days > CALIBRATION_DAYS else ""
    return _unverified(url)


def _unverified(url: str) -> str:
    from massctl.devices.address import read_address  # noqa: PLC0415 - the table of drivers loads only where a sensor is meant

    try:
        address = read_address(url)
    except MassctlError:
        return ""  # a wrong address is told where it is used
    if address.row is None or not KEPT_BY_US.issubset(address.row.url_options) or address.options.get("kind") == "fsr":
        return ""
    whose = "from the address" if "n_per_unit" in address.options else "as the board prints it"
    return f"scale {whose}, not verified: counts as uncalibrated"
