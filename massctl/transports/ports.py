"""Serial ports as the system lists them; nothing here opens one.

A port is spoken to only when a person names it, or when its USB identity says that it is ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OUR_USB_IDS: Final = frozenset({(0x1209, 0x0001)})
"""USB vendor and product of massctl devices. These are pid.codes' *test* ids, which anybody may use for private testing:
alone they prove nothing, so the product string must begin with ``OUR_PRODUCT`` too. A device that is given away needs a
pair of its own."""
OUR_PRODUCT: Final = "massctl"


@dataclass(frozen=True, slots=True)
class PortInfo:
    """A serial port, as the system describes it."""

    path: str
    description: str
    usb_id: tuple[int, int] | None
    """Vendor and product; None where it is not a USB device."""
    serial_number: str | None
    product: str | None

    @property
    def url(self) -> str:
        """The address that opens it."""
        return f"serial://{self.path}"

    @property
    def is_ours(self) -> bool:
        """Whether its USB identity says that it is a massctl device."""
        return self.usb_id in OUR_USB_IDS and (self.product or "").startswith(OUR_PRODUCT)


def list_ports() -> list[PortInfo]:
    """Return the serial ports of this machine, by path, from the system's own lists (USB identity, no opening)."""
    from serial.tools.list_ports import comports  # noqa: PLC0415 - only here, only when asked

    return sorted(
        (
            PortInfo(
                path=port.device,
                description=port.description or "",
                usb_id=None if port.vid is None or port.pid is None else (port.vid, port.pid),
                serial_number=port.serial_number,
                product=port.product,
            )
            for port in comports()
        ),
        key=lambda info: info.path,
    )
