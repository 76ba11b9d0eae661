"""The driver of any board that prints a reading a line: ``serial:///dev/ttyACM0?driver=line&kind=hx711&n_per_unit=0.0004``.

Options: ``kind`` is force (numbers with a unit, or ``unit=``), hx711 (counts of the converter) or fsr (counts of a force-sensing
resistor's voltage); ``zero`` and ``n_per_unit`` are the calibration, of the newtons in one printed unit; ``vcc``, ``ohm`` and
``adc_max`` say how an FSR is wired; ``max`` and ``sign`` as for all gauges.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from firmware_protocol.vendors.gauge import NEWTONS, GaugeCodec
from firmware_protocol.vendors.line import ForceLines, Fsr, FsrLines, Scale
from massctl.devices.address import DeviceAddress, read_address
from massctl.devices.bundle import DeviceBundle
from massctl.devices.vendors.gauges import open_gauge

BAUD: Final = 115_200
KINDS: Final = ("force", "hx711", "fsr")
OPTIONS: Final = ("kind", "unit", "zero", "n_per_unit", "vcc", "ohm", "adc_max", "max", "sign")
FSR_WARNING: Final = (
    "A force-sensing resistor only guesses: 10 % and more from one to the next, worse with age, and around 12.5 N its curve "
    "stands still. It is no safety limit. [F37]"
)
_ANY: Final = 1e12


async def connect(url: str, *, record: Path | None = None) -> DeviceBundle:
    """Open a board that prints readings; what it presses is positive, unless ``sign=inverted``."""
    is_fsr = _kind(read_address(url)) == "fsr"
    return await open_gauge(
        url,
        _codec,
        baud=BAUD,
        compression=+1,
        record=record,
        is_estimated=is_fsr,
        warnings=(FSR_WARNING,) if is_fsr else (),
    )


def _kind(address: DeviceAddress) -> str:
    return address.choice("kind", "force", KINDS)


def _codec(address: DeviceAddress) -> GaugeCodec:
    kind = _kind(address)
    if kind == "fsr":
        return FsrLines(
            Fsr(
                vcc_v=address.number("vcc", 5.0, 1.0, 12.0),
                resistor_ohm=address.number("ohm", 10_000.0, 100.0, 10_000_000.0),
                adc_max=address.number("adc_max", 1023.0, 1.0, 2.0**24),
            )
        )
    n_per_unit = address.number("n_per_unit", 0.0, -_ANY, _ANY) if "n_per_unit" in address.options else None
    if n_per_unit == 0.0:
        raise address.bad("n_per_unit is the newtons in one printed unit, and not 0")
    if kind == "hx711" and n_per_unit is None:
        raise address.bad(
            "counts of an HX711 need a calibration: zero and n_per_unit ('massctl devices calibrate' finds them)"
        )
    unit = address.choice("unit", "", ("", *NEWTONS)) if "unit" in address.options else ""
    return ForceLines(Scale(address.number("zero", 0.0, -_ANY, _ANY), n_per_unit, unit, is_hx711=kind == "hx711"))
