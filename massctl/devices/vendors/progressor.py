"""The driver of a Tindeq Progressor or a clone: ``ble://AA:BB:CC:DD:EE:FF?driver=progressor``.

Options: ``max`` its capacity in newtons, ``sign=inverted`` where a push makes it read negative, ``battery=yes`` to ask for its
battery. That question, like every other, is in a range of opcodes whose neighbours spoil the calibration of a clone: by default
none of them is sent, only start, stop and tare.
"""

from __future__ import annotations

import math
from collections import deque
from pathlib import Path
from typing import Final

from firmware_protocol.errors import RemoteProtocolError
from firmware_protocol.vendors import progressor as wire
from massctl.devices.address import read_address
from massctl.devices.bundle import DeviceBundle
from massctl.devices.capabilities import ForceSensorCapabilities
from massctl.devices.dictionary import DeviceIdentity
from massctl.devices.force_filter import ForceFilter, published_hz
from massctl.devices.radio_device import RadioDevice, refuse_others
from massctl.devices.sample_time import SampleTime
from massctl.errors import PeerRefused
from massctl.transports.ble import open_gatt
from massctl.transports.gatt import GattLink
from massctl.units import N_PER_KGF

FORCE_MAX_N: Final = 1471.0
"""150 kg: the common model (https://tindeq.com); a larger one is only doubted too early."""
FIRST_S: Final = 2.0
"""How long the first samples, or an answer, may take (design value)."""
PACE_SAMPLES: Final = 64
"""Samples by which its true rate is learnt: converters of this class are off by some percent, and F35 turns on it."""
RATES_HZ: Final = (5.0, 1000.0)
"""A rate outside is no load cell's."""
TARE_S: Final = 3.0
TARED_N: Final = 0.5
"""The mean of so many samples lies this close to zero after a tare (design values)."""
TARED_SAMPLES: Final = 20


async def connect(url: str, *, record: Path | None = None) -> DeviceBundle:
    """Open a Progressor and let it stream, to learn its pace.

    Raises:
        UsageError: An option makes no sense.
        ConnectionProblem, NoAnswer: It cannot be reached, is none, or sends nothing.
    """
    address = read_address(url)
    sign = -1 if address.choice("sign", "normal", ("normal", "inverted")) == "inverted" else 1
    force_max_n = address.number("max", FORCE_MAX_N, 1.0, 10_000.0)
    asks_battery = address.choice("battery", "no", ("no", "yes")) == "yes"
    link = await open_gatt(address.transport_url, record)
    try:
        offers = {wire.DATA, wire.CONTROL} <= link.characteristics
        refuse_others(link, url, "Progressor", is_one=wire.is_name(link.name) and offers)
        sensor = Progressor(link, url, sign, force_max_n)
        warnings = await sensor.begin(asks_battery=asks_battery)
    except BaseException:
        await link.aclose()
        raise
    identity = DeviceIdentity(url, sensor.name, link.name, "", "", 0, 0, ("sensor",), is_simulated=address.is_simulated)
    return DeviceBundle(url, identity, sensor=sensor, warnings=warnings)


class Progressor(RadioDevice):
    """One sensor; its samples become readings in the radio's callback."""

    def __init__(self, link: GattLink, url: str, sign: int, force_max_n: float) -> None:
        super().__init__(link, url, "Progressor")
        self._newtons = sign * N_PER_KGF
        self._force_max_n = force_max_n
        self.capabilities = _capabilities(wire.RATE_HZ, force_max_n)
        self._filter = ForceFilter(wire.RATE_HZ, force_max_n)
        self._clock = wire.SampleClock()
        self._time = SampleTime()
        self._answer: wire.Answer | None = None
        self._is_streaming = False
        self._recent: deque[tuple[float, float]] = deque(maxlen=PACE_SAMPLES)
        """Device time and force of the newest samples."""

    async def begin(self, *, asks_battery: bool) -> tuple[str, ...]:
        """Listen, ask for the battery if wanted, start the stream, learn the pace; return what a person should know.

        Raises NoAnswer, PeerRefused, or what ended the link.
        """
        await self._link.subscribe(wire.DATA, self._note)
        warnings = (f"Its battery has {await self._battery_mv() / 1000:.2f} V.",) if asks_battery else ()
        await self._start()
        await self._until(
            lambda: len(self._recent) == PACE_SAMPLES, FIRST_S, "it sent no stream of samples", "Switch it off and on."
        )
        (first_s, _), (last_s, _) = self._recent[0], self._recent[-1]
        rate_hz = (PACE_SAMPLES - 1) / (last_s - first_s) if last_s > first_s else 0.0
        if not RATES_HZ[0] <= rate_hz <= RATES_HZ[1]:
            raise PeerRefused(self.url, f"its clock makes no sense: {rate_hz:.0f} samples a second.", "Is it a clone?")
        self.capabilities = _capabilities(rate_hz, self._force_max_n)
        self._filter = ForceFilter(rate_hz, self._force_max_n)
        return warnings

    async def prepare(self) -> None:
        """Let it stream, and wait for a sample. Raises NoAnswer, or what ended the link."""
        self._raise_if_over()
        if not self._is_streaming:
            await self._start()
        self._recent.clear()
        await self._until(lambda: bool(self._recent), FIRST_S, "no force reading arrived", "Switch it off and on.")

    async def tare(self) -> None:
        """Make the present load zero, which only a streaming device can, and see it at zero. Raises NoAnswer."""
        self._raise_if_over()
        if not self._is_streaming:
            await self.prepare()
        await self._send(wire.Command.TARE)
        self._recent.clear()
        self._filter.forget()
        await self._until(
            self._is_tared, TARE_S, "the tare was not finished", "Keep the head in the air and try again."
        )
        self._filter.forget()

    def _is_tared(self) -> bool:
        newest = [force_n for _, force_n in self._recent][-TARED_SAMPLES:]
        return len(newest) == TARED_SAMPLES and abs(sum(newest)) <= TARED_N * TARED_SAMPLES

    async def _battery_mv(self) -> int:
        """Ask for the battery: the stream is stopped first, since an answer does not say which question it is for."""
        await self._send(wire.Command.STOP)
        self._is_streaming = False
        self._answer = None
        await self._send(wire.Command.BATTERY)
        await self._until(lambda: self._answer is not None, FIRST_S, "it did not tell its battery")
        assert self._answer is not None
        try:
            return self._answer.battery_mv
        except RemoteProtocolError as error:
            raise PeerRefused(self.url, f"{error.reason}.", "Leave out battery=yes.") from error

    async def _start(self) -> None:
        await self._send(wire.Command.START)
        self._is_streaming = True

    async def _send(self, command: wire.Command) -> None:
        await self._link.write(wire.CONTROL, wire.encode_command(command))

    async def _farewell(self) -> None:
        """Stop the stream: it costs the device its battery."""
        if self._is_streaming:
            self._is_streaming = False
            self._link.post(wire.CONTROL, wire.encode_command(wire.Command.STOP))

    def _note(self, data: bytes) -> None:
        try:
            notification = wire.decode_notification(data)
        except RemoteProtocolError:
            return
        if isinstance(notification, wire.Weights):
            self._take(notification.samples)
        elif isinstance(notification, wire.Answer):
            self._answer = notification
        self._heard()

    def _take(self, samples: tuple[wire.Sample, ...]) -> None:
        now_s = self._now_s()
        taken: list[tuple[float, float]] = []
        for sample in samples:
            unwrapped_us = self._clock.unwrapped_us(sample.time_us)
            if unwrapped_us is None:
                self._time = SampleTime()
                self._recent.clear()
                self._filter.forget()
                taken.clear()  # from before: no time can be told of them any more
                unwrapped_us = 0
            weight_kg = sample.weight_kg if math.isfinite(sample.weight_kg) else math.nan
            taken.append((unwrapped_us / 1e6, self._newtons * weight_kg))
        self._recent.extend(taken)
        self._time.note(taken[-1][0], now_s)
        readings = self._filter.take_all([(self._time.host_s(at_s), force_n) for at_s, force_n in taken], now_s)
        for reading in readings:
            self._report(reading)


def _capabilities(rate_hz: float, force_max_n: float) -> ForceSensorCapabilities:
    return ForceSensorCapabilities(rate_hz=rate_hz, published_hz=published_hz(rate_hz), force_max_n=force_max_n)
