"""The twin of a Theragun Pro G4, as far as anybody has written down what one says. Pure.

Quirks kept: a name that many devices have; service and characteristics of a common serial module; status and version only when
asked; nothing known of a lost link, so it goes on. ``is_obedient`` is the open question: whether a speed request does anything.

Assumed: its ``rpm`` are strokes a minute; a speed of 0 stops; reports are no longer than what is known of them.
"""

from __future__ import annotations

from typing import ClassVar, Final

from firmware_protocol.codes import FaultBit
from firmware_protocol.errors import RemoteProtocolError
from firmware_protocol.vendors import theragun as wire
from sims.radio.peripheral import Broadcast, Characteristic, Service
from sims.vendors.radio_twin import RadioTwin
from sims.world import World

RAMP_PPM_PER_S: Final = 3000
SPEED_MIN_RPM: Final = 1750
"""Below it the motor stands (its seller's slowest speed)."""


class TheragunTwin(RadioTwin):
    """A gun that drives the world's one motor, by its own dial or, perhaps, by radio."""

    id = "theragun"
    role: ClassVar[str] = "massager"
    services = (
        Service(
            wire.SERVICE,
            (
                Characteristic(wire.NOTIFY, "notify"),
                Characteristic(wire.WRITE, "write", "write-without-response"),
            ),
        ),
    )

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.version = wire.Version(2, 1, 6)
        self.name = "Pro"
        self.is_obedient = True
        """Whether it does what a speed request says."""
        self.speed_rpm = 0
        """What its dial, or a request, has set."""
        self.writes: list[bytes] = []
        world.massager.ramp_max_ppm_per_s = RAMP_PPM_PER_S
        world.motor_faults = self._note_faults
        world.person.dial = self.turn_to

    @property
    def broadcast(self) -> Broadcast:
        """A name, and a service that proves nothing."""
        return Broadcast(name=self.name, service_uuids=(wire.SERVICE,), interval_s=0.2)

    def turn_to(self, speed_rpm: int) -> None:
        """Set a speed; 0, or less than its slowest, is off."""
        self.speed_rpm = speed_rpm if speed_rpm >= SPEED_MIN_RPM else 0
        self.note(f"speed {self.speed_rpm}")
        if self.speed_rpm:
            self.world.massager.run(self.speed_rpm, RAMP_PPM_PER_S)
        else:
            self.world.massager.switch_off()

    def on_write(self, uuid: str, data: bytes, now_s: float) -> None:
        """Answer a request; what it does not know it ignores."""
        self.writes.append(data)
        try:
            request = wire.decode_request(data)
        except RemoteProtocolError:
            return
        match request:
            case wire.StatusRequest():
                speed_rpm = round(self.world.motor.speed_ppm)
                self.notify(wire.NOTIFY, wire.encode_report(wire.Status(self.world.massager.is_moving, speed_rpm)))
            case wire.VersionRequest():
                self.notify(wire.NOTIFY, wire.encode_report(self.version))
            case wire.SpeedRequest(speed_rpm):
                if self.is_obedient:
                    self.turn_to(speed_rpm)

    def _note_faults(self, faults: tuple[FaultBit, ...], now_s: float) -> None:
        """Switch off with an empty battery; what else it would notice is not known."""
        if FaultBit.BATTERY_EMPTY in faults and self.speed_rpm:
            self.turn_to(0)
