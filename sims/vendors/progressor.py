"""The twin of a Progressor under the head: raw samples at 80 Hz, several a notification, by its own clock. Pure.

Quirks kept: its clock is a 32-bit count that wraps; an answer does not say which question it is for; a tare counts only while it
streams; an opcode of the calibration does what it does on the clone: it spoils the calibration.

Not modelled: that it sleeps after ten minutes alone, its battery's run, and peak rates.
"""

from __future__ import annotations

from typing import ClassVar, Final

from firmware_protocol.vendors import progressor as wire
from massctl.units import N_PER_KGF
from sims.radio.peripheral import Broadcast, Characteristic, Service
from sims.raw_sampler import RawSample, RawSampler
from sims.vendors.radio_twin import RadioTwin
from sims.world import World

SAMPLES: Final = 8
"""In one notification: ten a second."""
SPOILING: Final = frozenset({0x69, 0x6A, *range(0x71, 0x77)})
"""Opcodes that change the calibration, on one make or another."""
SPOILT: Final = 3.7
"""What a spoilt calibration reads, of what it should."""


class ProgressorTwin(RadioTwin):
    """A load cell under the head, rigged so that a push pulls at it."""

    id = "progressor"
    role: ClassVar[str] = "sensor"
    services = (
        Service(
            wire.SERVICE,
            (
                Characteristic(wire.DATA, "notify"),
                Characteristic(wire.CONTROL, "write", "write-without-response"),
            ),
        ),
    )

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.sampler = RawSampler(wire.RATE_HZ, self.rng)
        self.began_us = self.rng.randrange(wire.WRAP_US)
        """What its clock showed when the bench began: it has been on for a while."""
        self.battery_mv = 3987
        self.is_streaming = False
        self.opcodes: list[int] = []
        """All that it was sent."""
        self._samples: list[RawSample] = []

    @property
    def broadcast(self) -> Broadcast:
        """Its name."""
        return Broadcast(name="Progressor_7125", service_uuids=(wire.SERVICE,), interval_s=0.2)

    def on_disconnect(self, now_s: float) -> None:
        """Stop streaming."""
        self.is_streaming = False

    def on_write(self, uuid: str, data: bytes, now_s: float) -> None:
        """Do what the first byte says."""
        opcode = wire.decode_command(data)
        if opcode is None:
            return
        self.opcodes.append(opcode)
        match opcode:
            case wire.Command.START:
                self.sampler.take()
                self._samples.clear()
                self.is_streaming = True
            case wire.Command.STOP:
                self.is_streaming = False
            case wire.Command.TARE:
                if self.is_streaming:
                    self.sampler.tare()
            case wire.Command.BATTERY:
                self._say(wire.Answer(self.battery_mv.to_bytes(4, "little")))
            case wire.Command.FIRMWARE:
                self._say(wire.Answer(b"1.2.3.4"))
            case wire.Command.IDENTITY:
                self._say(wire.Answer(bytes.fromhex("2571000000000000")))
            case _ if opcode in SPOILING:
                self.sampler.scale = SPOILT

    def sense(self, force_n: float, ripple_n: float, strokes: float, strokes_before: float) -> None:
        """Convert."""
        self.sampler.sense(force_n, ripple_n, strokes, strokes_before)

    def step(self, now_s: float) -> None:
        """Send what has been sampled, when it fills a notification."""
        if not self.is_streaming:
            return
        self._samples += self.sampler.take()
        while len(self._samples) >= SAMPLES:
            packet, self._samples = self._samples[:SAMPLES], self._samples[SAMPLES:]
            self._say(wire.Weights(tuple(map(self._sample, packet))))

    def _sample(self, sample: RawSample) -> wire.Sample:
        return wire.Sample(sample.force_n / N_PER_KGF, self.began_us + round(sample.at_s * 1e6))

    def _say(self, notification: wire.Notification) -> None:
        self.notify(wire.DATA, wire.encode_notification(notification))
