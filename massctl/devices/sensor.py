"""The driver of our firmware's force sensor; compression is positive on our wire already (D5)."""

from __future__ import annotations

import math
from typing import Final

from firmware_protocol.codes import ForceFlag, Function
from firmware_protocol.commands import Calibrate, Tare
from firmware_protocol.features import FeatureSet
from firmware_protocol.reports import ForceTelemetry
from massctl.devices.capabilities import ForceReading
from massctl.devices.dictionary import FORCE_HZ, DeviceIdentity, sensor_capabilities, stream_hz
from massctl.devices.link import Link
from massctl.devices.native import NativeDevice, claim

TARE_S: Final = 3.0
"""How long a tare may take: the firmware averages about a second (design value)."""
_MN_PER_N: Final = 1000.0
_BROKEN: Final = int(ForceFlag.BROKEN)
_SATURATED: Final = int(ForceFlag.SATURATED)
_CALIBRATED: Final = int(ForceFlag.CALIBRATED)
"""As plain integers: 50 readings a second are tested against them, and enumerations are slow at that."""


class NativeForceSensor(NativeDevice):
    """A gauge behind a link."""

    commands = (Tare, Calibrate)

    def __init__(self, link: Link, identity: DeviceIdentity, features: FeatureSet) -> None:
        super().__init__(link, identity, features)
        self.capabilities = sensor_capabilities(link.url, features)
        link.listen(ForceTelemetry, self._note_force)

    async def prepare(self) -> None:
        """Claim, start the stream, and wait for its first reading."""
        await claim(self._link)
        await self._stream(Function.FORCE, stream_hz(self._features, Function.FORCE, FORCE_HZ))
        await self._first(ForceTelemetry, "force reading")

    async def tare(self) -> None:
        """Make the present load zero, and wait until the device has done it."""
        await self._link.request(Tare())
        await self._link.wait_for(
            ForceTelemetry,
            TARE_S,
            "the tare was not finished",
            "Keep the head in the air and try again.",
            lambda force: force.flags & (ForceFlag.TARED | ForceFlag.TARING) == ForceFlag.TARED,
        )

    async def calibrate(self, reference_n: float) -> None:
        """Set the scale so that the present load reads ``reference_n``; motor off (F36). Raises PeerRefused or NoAnswer."""
        await self._link.request(Calibrate(round(reference_n * _MN_PER_N)))
        await self._link.wait_for(
            ForceTelemetry,
            TARE_S,
            "the calibration was not finished",
            "Let the weight rest on the head and try again.",
            lambda force: force.flags & (ForceFlag.CALIBRATED | ForceFlag.TARING) == ForceFlag.CALIBRATED,
        )

    def _note_force(self, force: ForceTelemetry, now_s: float) -> None:
        flags = force.flags
        is_broken = bool(flags & _BROKEN)
        self._report(
            ForceReading(
                at_s=self._link.at_s(force.time_us, now_s),
                received_at_s=now_s,
                mean_n=math.nan if is_broken else force.mean_mn / _MN_PER_N,
                peak_n=math.nan if is_broken else force.peak_mn / _MN_PER_N,
                is_saturated=bool(flags & _SATURATED),
                is_calibrated=bool(flags & _CALIBRATED),
            )
        )
