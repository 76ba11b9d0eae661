"""The twin of a Hypervolt 2: login by address, three levels, and notifications only when something changes. Pure.

Quirks kept: every read of the login gives a new challenge; a write is acknowledged whatever becomes of it; on the charger, and
with levels above 3, nothing happens and nothing is notified; subscribing notifies nothing; a lost link changes nothing.

Assumed, since nobody says: without a login a level is ignored; telemetry comes once a second; a level counts as reached, and is
notified, at nine tenths of its rate; its ramp; where the steps of its load lie. Not modelled: its own switch-off after a time,
and what it does when it is stalled or hot.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from firmware_protocol.codes import FaultBit
from firmware_protocol.errors import ProtocolError
from firmware_protocol.vendors import hypervolt2 as wire
from massctl.errors import UsageError
from sims.massager import SPEED_MIN_PPM
from sims.radio.peripheral import Broadcast, Characteristic, Refused, Service
from sims.vendors.radio_twin import RadioTwin
from sims.world import World

LEVELS_PPM: Final = (0, 1700, 2200, 2700)
"""Rates of its levels, standstill first (its seller's figures; not measured)."""
RAMP_PPM_PER_S: Final = 3000
REACHED: Final = 0.9
LOADS_N: Final = (4.0, 14.0, 28.0)
"""Pushes at which its load goes up a step, and …"""
LOAD_PLAY_N: Final = 1.5
"""… how much less takes it down again."""
TELEMETRY_S: Final = 1.0
LOAD_RAW_PER_A: Final = 1500.0
CELLS: Final = 4
CELL_EMPTY_V: Final = 3.2
CELL_FULL_V: Final = 4.1
"""Its pack has four cells in series, by the published voltage."""
_DIAGNOSTIC: Final = "31cb456b-3c31-4e56-8c2b-e8f479d2b056"
_STATIC: Final = "31cb456e-3c31-4e56-8c2b-e8f479d2b056"
_INFORMATION: Final = {
    wire.MODEL_NUMBER: b"HV200",
    wire.SERIAL_NUMBER: b"SIM-0001",
    wire.FIRMWARE_REVISION: b"1.15.0",
}
_YES_NO: Final = {"yes": True, "no": False}


class Hypervolt2Twin(RadioTwin):
    """A gun that drives the world's one motor."""

    id = "hypervolt2"
    role: ClassVar[str] = "massager"
    services = (
        Service(
            wire.SERVICE,
            (
                Characteristic(_DIAGNOSTIC, "read", "write"),
                Characteristic(wire.SPEED, "write", "notify"),
                Characteristic(wire.TELEMETRY, "notify"),
                Characteristic(_STATIC, "read"),
                Characteristic(wire.LOGIN, "read", "write"),
            ),
        ),
        Service(
            "0000180a-0000-1000-8000-00805f9b34fb",
            tuple(Characteristic(uuid, "read") for uuid in _INFORMATION),
        ),
    )

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.is_charging = False
        """On the charger: the motor is inhibited, and nobody is told."""
        self.is_logged_in = False
        self.level = 0
        """What it drives, or tries to."""
        self.writes: list[bytes] = []
        """All that was written to its speed, as it came."""
        self._challenge = b""
        self._shown = wire.State(0, 0)
        self._telemetry_due_s = 0.0
        world.massager.ramp_max_ppm_per_s = RAMP_PPM_PER_S
        world.motor_faults = self._note_faults

    @property
    def broadcast(self) -> Broadcast:
        """Its name, as it is seen in the air."""
        return Broadcast(name="Hypervolt 2", interval_s=0.2)

    def set_up(self, options: Mapping[str, str]) -> None:
        """Take ``charging=yes``. Raises UsageError."""
        said = options.get("charging", "no")
        if said not in _YES_NO:
            raise UsageError(f"sim://{self.id}: charging is yes or no, not {said!r}.")
        self.is_charging = _YES_NO[said]

    def set_level(self, level: int) -> None:
        """Drive a level: by radio, or by the button on its handle."""
        if self.is_charging:
            return
        self.level = level
        self.note(f"level {level}")
        if level:
            self.world.massager.run(LEVELS_PPM[level], RAMP_PPM_PER_S)
        else:
            self.world.massager.switch_off()

    def press_button(self) -> None:
        """Press the button on its handle: up a level, and from the highest one off."""
        self.set_level((self.level + 1) % len(LEVELS_PPM))

    # The radio.

    def on_connect(self, now_s: float) -> None:
        """Begin a session: nobody is logged in yet."""
        self.is_logged_in = False
        self._telemetry_due_s = now_s + TELEMETRY_S

    def on_disconnect(self, now_s: float) -> None:
        """Forget the login; the motor goes on."""
        self.is_logged_in = False

    def on_read(self, uuid: str, now_s: float) -> bytes:
        """Give a new challenge, or something that never changes."""
        if uuid == wire.LOGIN:
            self._challenge = b"\x01" + self.rng.randbytes(3)
            return self._challenge
        return _INFORMATION.get(uuid, bytes(4))

    def on_write(self, uuid: str, data: bytes, now_s: float) -> None:
        """Take a login or a level; it is acknowledged in any case."""
        if uuid == wire.LOGIN:
            self._log_in(data)
        elif uuid == wire.SPEED:
            self.writes.append(data)
            level = wire.decode_level(data)
            if level is not None and self.is_logged_in:
                self.set_level(level)
        else:
            raise Refused

    def _log_in(self, answer: bytes) -> None:
        challenge, self._challenge = self._challenge, b""
        try:
            self.is_logged_in = answer == wire.reply(wire.parse_address(self.address), challenge)
        except ProtocolError:
            self.is_logged_in = False
        self.note("logged in" if self.is_logged_in else "login refused")

    # Life.

    def step(self, now_s: float) -> None:
        """Notify what has changed."""
        state = wire.State(self._actual_level(), self._load())
        if state != self._shown:
            self._shown = state
            self.notify(wire.SPEED, wire.encode_state(state))
        if now_s >= self._telemetry_due_s:
            self._telemetry_due_s = now_s + TELEMETRY_S
            self.notify(wire.TELEMETRY, wire.encode_telemetry(self._telemetry()))

    def _actual_level(self) -> int:
        """Return the level whose rate the motor has; between two it is the one before."""
        speed_ppm = self.world.motor.speed_ppm
        if speed_ppm <= 0.0:
            return 0
        if not self.level:
            return self._shown.level
        # Under load the rate droops: what counts is the drive, once the motor follows.
        is_there = self.world.massager.ramped_ppm == LEVELS_PPM[self.level] and speed_ppm >= 0.5 * SPEED_MIN_PPM
        is_reached = is_there or speed_ppm >= REACHED * LEVELS_PPM[self.level]
        return self.level if is_reached else self._shown.level

    def _load(self) -> int:
        if not self.world.massager.is_moving:
            return 0
        force_n = self.world.contact.force_n
        load = self._shown.load
        while load < wire.LOADS and force_n >= LOADS_N[load]:
            load += 1
        while load and force_n < LOADS_N[load - 1] - LOAD_PLAY_N:
            load -= 1
        return load

    def _telemetry(self) -> wire.Telemetry:
        motor = self.world.motor
        cell_v = CELL_EMPTY_V + (CELL_FULL_V - CELL_EMPTY_V) * motor.battery.charge
        return wire.Telemetry(
            load_raw=min(0xFFFF, round(motor.current_a * LOAD_RAW_PER_A)),
            battery_v=round(CELLS * cell_v, 2),
            temperature_c=min(255, max(0, round(motor.temperature_c))),
        )

    def _note_faults(self, faults: tuple[FaultBit, ...], now_s: float) -> None:
        """Switch off with an empty battery; what else it would notice is not known."""
        if FaultBit.BATTERY_EMPTY in faults and self.level:
            self.set_level(0)
