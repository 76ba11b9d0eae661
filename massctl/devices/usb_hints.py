"""What a serial port's USB identity tells of what may be behind it. Data, and one look-up; nothing is opened.

A USB identity names the chip that makes the port. Few chips belong to one product, so that most of these are guesses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class UsbHint:
    """What a vendor, or a vendor and product, may be."""

    what: str
    drivers: tuple[str, ...] = ()
    """Drivers that speak to such devices, the likeliest first."""
    is_likely: bool = False
    """Whether it belongs to one product."""


_BOARD: Final = ("line",)

BY_PRODUCT: Final[dict[tuple[int, int], UsbHint]] = {
    (0x0483, 0xA1AD): UsbHint("Mark-10 force gauge", ("mark10",), is_likely=True),  # devices reference 3.6
    (0x1A86, 0x7523): UsbHint("serial chip CH340: a relay board LCUS, or an Arduino board", ("lcus", *_BOARD)),  # 4.7
    (0x0483, 0x5740): UsbHint("port of an STM32 controller: VESC motor controllers have it", ("vesc",)),
    (0x0403, 0x6001): UsbHint("serial cable with an FTDI chip: many gauges and relays have one"),
    (0x10C4, 0xEA60): UsbHint("serial chip CP210x: many boards have one", _BOARD),
}
"""Unless a source stands beside it: the USB vendors' own assignments, public in every system's list of USB identities."""

BY_VENDOR: Final[dict[int, UsbHint]] = {
    0x2341: UsbHint("Arduino board", _BOARD),
    0x2A03: UsbHint("Arduino board", _BOARD),
    0x303A: UsbHint("Espressif board (ESP32)", _BOARD),
    0x239A: UsbHint("Adafruit board", _BOARD),
    0x1B4F: UsbHint("SparkFun board", _BOARD),
    0x16C0: UsbHint("Teensy board, or another hobby device", _BOARD),
    0x2E8A: UsbHint("Raspberry Pi board (Pico)", _BOARD),
}


def usb_hint(usb_id: tuple[int, int] | None) -> UsbHint | None:
    """Return what is known of a USB identity; None where nothing."""
    if usb_id is None:
        return None
    return BY_PRODUCT.get(usb_id) or BY_VENDOR.get(usb_id[0])
