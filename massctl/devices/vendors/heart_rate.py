"""The driver of a heart rate sensor of the Bluetooth SIG's kind: ``ble://AA:BB:CC:DD:EE:FF?driver=heart_rate``.

What it measures is shown and recorded, and steers nothing.
"""

from __future__ import annotations

from pathlib import Path

from firmware_protocol.errors import RemoteProtocolError
from firmware_protocol.vendors import heart_rate as wire
from massctl.devices.address import read_address
from massctl.devices.bundle import DeviceBundle
from massctl.devices.capabilities import HeartReading
from massctl.devices.dictionary import DeviceIdentity
from massctl.devices.radio_device import RadioDevice, refuse_others
from massctl.transports.ble import open_gatt


async def connect(url: str, *, record: Path | None = None) -> DeviceBundle:
    """Open a heart rate sensor. Raises UsageError, ConnectionProblem or NoAnswer."""
    address = read_address(url)
    link = await open_gatt(address.transport_url, record)
    try:
        refuse_others(link, url, "heart rate sensor", is_one=wire.MEASUREMENT in link.characteristics)
        sensor = HeartRateSensor(link, url, link.name or "heart rate sensor")
    except BaseException:
        await link.aclose()
        raise
    identity = DeviceIdentity(url, sensor.name, link.name, "", "", 0, 0, ("heart",), is_simulated=address.is_simulated)
    return DeviceBundle(url, identity, heart=sensor)


class HeartRateSensor(RadioDevice):
    """One strap or watch."""

    _is_listening = False

    async def prepare(self) -> None:
        """Listen; a strap that is not worn yet says nothing. Raises NoAnswer or what ended the link."""
        self._raise_if_over()
        if not self._is_listening:
            self._is_listening = True
            await self._link.subscribe(wire.MEASUREMENT, self._note)

    def _note(self, data: bytes) -> None:
        try:
            measurement = wire.decode(data)
        except RemoteProtocolError:
            return
        has_contact = measurement.has_contact is not False
        self._report(
            HeartReading(self._heard(), measurement.rate_bpm if has_contact else None, measurement.has_contact)
        )
