"""What faults do: each effect throws switches of the simulated parts when it begins, and puts them back when it ends. Frozen data.

An effect knows no time; ``schedule`` does. Parts that break for good (a rebooted firmware) are not mended by ``end``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sims.line import Trouble
from sims.radio.conditions import Conditions
from sims.world import World


class Site(Protocol):
    """The bench, as an effect needs it."""

    world: World

    def board_role(self, role: str) -> str:
        """Return the role of the board that carries ``role``."""

    def unplug(self, role: str) -> None:
        """Pull the cable of ``role``."""

    def replug(self, role: str) -> None:
        """Plug it in again, as soon as the loop turns."""

    def station(self, role: str) -> RadioSwitches:
        """Return the radio of the device in ``role``. Raises UsageError where it has none."""

    def soon(self, action: Callable[[], None]) -> None:
        """Do ``action`` in the next turn of the loop: not in the midst of what a board is doing."""


class RadioSwitches(Protocol):
    """A device's radio, as an effect needs it (``sims.radio.station.Station`` is one)."""

    conditions: Conditions
    refuses_writes: bool

    def drop(self) -> None:
        """Lose the connection."""


class Effect(Protocol):
    """What one fault does to the device in ``role``."""

    def begin(self, site: Site, role: str) -> None:
        """Break it."""

    def end(self, site: Site, role: str) -> None:
        """Mend it."""


# The link.


@dataclass(frozen=True, slots=True)
class BadLine:
    """The line loses, delays, repeats, turns over or splits bytes, or carries them one way only."""

    trouble: Trouble

    def begin(self, site: Site, role: str) -> None:
        """Begin."""
        site.world.boards[site.board_role(role)].line.trouble = self.trouble

    def end(self, site: Site, role: str) -> None:
        """End; what is on its way still arrives."""
        site.world.boards[site.board_role(role)].line.trouble = None


@dataclass(frozen=True, slots=True)
class Unplugged:
    """The cable is pulled; the device is told nothing."""

    def begin(self, site: Site, role: str) -> None:
        """Pull it."""
        site.unplug(role)

    def end(self, site: Site, role: str) -> None:
        """Plug it in."""
        site.replug(role)


# The radio.


@dataclass(frozen=True, slots=True)
class RadioLost:
    """The connection breaks; the device advertises again at once, but the next one takes ``connect_s`` to come about."""

    connect_s: float = 0.0

    def begin(self, site: Site, role: str) -> None:
        """Break."""
        station = site.station(role)
        station.conditions.connect_s = self.connect_s
        station.drop()

    def end(self, site: Site, role: str) -> None:
        """Connect as quickly as ever."""
        site.station(role).conditions.connect_s = 0.0


@dataclass(frozen=True, slots=True)
class RadioRefuses:
    """The device refuses everything that is written to it."""

    def begin(self, site: Site, role: str) -> None:
        """Refuse."""
        site.station(role).refuses_writes = True

    def end(self, site: Site, role: str) -> None:
        """Take it again."""
        site.station(role).refuses_writes = False


@dataclass(frozen=True, slots=True)
class RadioWeak:
    """The device is received badly: what is sent is repeated until it arrives, which takes its time."""

    delay_max_s: float
    rssi_dbm: int = -93

    def begin(self, site: Site, role: str) -> None:
        """Be far away, or behind a wall."""
        self._set(site, role, self.delay_max_s, self.rssi_dbm)

    def end(self, site: Site, role: str) -> None:
        """Be near."""
        self._set(site, role, 0.0, -55)

    def _set(self, site: Site, role: str, delay_max_s: float, rssi_dbm: int) -> None:
        conditions = site.station(role).conditions
        conditions.delay_max_s, conditions.rssi_dbm = delay_max_s, rssi_dbm


# The device.


@dataclass(frozen=True, slots=True)
class Hung:
    """The firmware hangs, the link staying up; the hardware keeps what it has."""

    def begin(self, site: Site, role: str) -> None:
        """Hang."""
        site.world.boards[site.board_role(role)].is_hung = True

    def end(self, site: Site, role: str) -> None:
        """Go on where it was."""
        site.world.boards[site.board_role(role)].is_hung = False


@dataclass(frozen=True, slots=True)
class Rebooted:
    """The firmware starts anew, by itself; for ``dark_s`` it hears and says nothing."""

    dark_s: float
    supply: float = 1.0
    """What is left of the supply's voltage meanwhile."""

    def begin(self, site: Site, role: str) -> None:
        """Start anew."""
        site.world.motor.supply = self.supply
        site.world.boards[site.board_role(role)].reboot(site.world.now_s, self.dark_s)

    def end(self, site: Site, role: str) -> None:
        """Have full voltage again; what was forgotten stays so."""
        site.world.motor.supply = 1.0


@dataclass(frozen=True, slots=True)
class OtherDevice:
    """Another device answers at this address: the cable was put into the wrong socket."""

    pretends: str
    name: str = ""
    """What it calls itself, where it is of the same kind."""

    def begin(self, site: Site, role: str) -> None:
        """Change places: unplugged and, a moment later, something else."""
        board = site.world.boards[site.board_role(role)]
        board.pretend(self.pretends)
        board.state.name = self.name or board.state.name
        site.unplug(role)
        site.replug(role)

    def end(self, site: Site, role: str) -> None:
        """Be itself again."""
        site.world.boards[site.board_role(role)].pretend(role)


@dataclass(frozen=True, slots=True)
class WrongClock:
    """The device's clock is wrong: it jumps once, and runs fast or slow from then on."""

    gain: float = 0.0
    jump_s: float = 0.0

    def begin(self, site: Site, role: str) -> None:
        """Jump, and run wrong."""
        board = site.world.boards[site.board_role(role)]
        board.clock_gain = self.gain
        board.state.time_offset_us += round(self.jump_s * 1e6)

    def end(self, site: Site, role: str) -> None:
        """Run right again; what was jumped is not taken back."""
        site.world.boards[site.board_role(role)].clock_gain = 0.0


@dataclass(frozen=True, slots=True)
class MotorBroken:
    """The motor or its driver: jammed, open, burnt through, faster than told, or heated by a winding."""

    is_jammed: bool = False
    is_open: bool = False
    is_shorted: bool = False
    gain: float = 1.0
    heating_w: float = 0.0

    def begin(self, site: Site, role: str) -> None:
        """Break."""
        motor = site.world.motor
        motor.is_jammed, motor.is_open, motor.is_shorted = self.is_jammed, self.is_open, self.is_shorted
        motor.gain, motor.heating_w = self.gain, self.heating_w

    def end(self, site: Site, role: str) -> None:
        """Be whole."""
        MotorBroken().begin(site, role)


@dataclass(frozen=True, slots=True)
class RelayWelded:
    """The relay's contacts stay together once they have closed."""

    def begin(self, site: Site, role: str) -> None:
        """Weld."""
        site.world.timer.is_welded = True

    def end(self, site: Site, role: str) -> None:
        """Come apart."""
        site.world.timer.is_welded = False


# The sensor.


@dataclass(frozen=True, slots=True)
class GaugeBroken:
    """The force sensor: repeats its value, stands at full scale, gives no number, or is noisy."""

    is_stuck: bool = False
    is_saturated: bool = False
    is_broken: bool = False
    is_rough: bool = False

    def begin(self, site: Site, role: str) -> None:
        """Break."""
        gauge = site.world.gauge
        gauge.is_stuck, gauge.is_saturated = self.is_stuck, self.is_saturated
        gauge.is_broken, gauge.is_rough = self.is_broken, self.is_rough

    def end(self, site: Site, role: str) -> None:
        """Be whole."""
        GaugeBroken().begin(site, role)


@dataclass(frozen=True, slots=True)
class ZeroMoved:
    """The sensor's zero jumps, or wanders."""

    jump_n: float = 0.0
    wander_n_per_s: float = 0.0

    def begin(self, site: Site, role: str) -> None:
        """Move."""
        site.world.gauge.shift(self.jump_n)
        site.world.gauge.wander(self.wander_n_per_s)

    def end(self, site: Site, role: str) -> None:
        """Jump back, and wander no more."""
        site.world.gauge.shift(-self.jump_n)
        site.world.gauge.wander(-self.wander_n_per_s)


@dataclass(frozen=True, slots=True)
class SlowTelemetry:
    """The device sends its telemetry seldom."""

    rate_hz: float

    def begin(self, site: Site, role: str) -> None:
        """Be slow."""
        self._set(site, role, self.rate_hz)

    def end(self, site: Site, role: str) -> None:
        """Be as fast as asked."""
        self._set(site, role, None)

    def _set(self, site: Site, role: str, rate_hz: float | None) -> None:
        site.world.boards[site.board_role(role)].limit_rate(rate_hz, site.world.now_s)


# The person.


@dataclass(frozen=True, slots=True)
class PersonAway:
    """The person presses no key and keeps the hand where it is; asleep, the hand lies still as well."""

    is_limp: bool = False

    def begin(self, site: Site, role: str) -> None:
        """Go."""
        site.world.person.is_silent = True
        site.world.hand.is_limp = self.is_limp

    def end(self, site: Site, role: str) -> None:
        """Be back."""
        site.world.person.is_silent = site.world.hand.is_limp = False


@dataclass(frozen=True, slots=True)
class ForcedPush:
    """The hand pushes this much, whatever the screen says."""

    push_n: float

    def begin(self, site: Site, role: str) -> None:
        """Push."""
        site.world.forced_n = self.push_n

    def end(self, site: Site, role: str) -> None:
        """Follow the screen again."""
        site.world.forced_n = None
