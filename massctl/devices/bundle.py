"""What opening one address gives: the drivers of what is there, closed together."""

from __future__ import annotations

from dataclasses import dataclass

from massctl.devices.capabilities import ForceSensor, HeartSensor, Massager, Timer
from massctl.devices.dictionary import DeviceIdentity


@dataclass(slots=True)
class DeviceBundle:
    """What one URL gave; closing it closes all of it."""

    url: str
    identity: DeviceIdentity
    massager: Massager | None = None
    sensor: ForceSensor | None = None
    timer: Timer | None = None
    heart: HeartSensor | None = None
    warnings: tuple[str, ...] = ()
    """What a person must know of this device before and while it is used."""

    async def aclose(self) -> None:
        """Stop what runs, release the claim, close the link; idempotent, bounded in time."""
        for device in (self.massager, self.sensor, self.timer, self.heart):
            if device is not None:
                await device.aclose()
