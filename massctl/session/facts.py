"""Facts: what is connected, as far as a decision needs it. Data only, worked out once per connection."""

from __future__ import annotations

from dataclasses import dataclass, replace

from massctl.body import limits as hard
from massctl.devices.capabilities import ForceSensorCapabilities, LinkLoss, MassagerCapabilities, TimerCapabilities


@dataclass(frozen=True, slots=True)
class Facts:
    """What is connected, as far as a decision needs it; fixed until devices are reconnected."""

    has_massager: bool = False
    is_controllable: bool = False
    """False for a gun without a link: massctl tells, the person switches."""
    confirms_speed: bool = False
    has_soft_start: bool = True
    is_monitored: bool = True
    """Whether a lost link to the massager would be noticed (F34)."""
    lease_s: float | None = None
    on_link_loss: LinkLoss = LinkLoss.UNKNOWN
    speed_min_ppm: int = 0
    speed_max_ppm: int = 0
    levels_ppm: tuple[int, ...] = ()
    ramp_ppm_per_s: int = hard.RAMP_MAX_PPM_PER_S
    has_sensor: bool = False
    is_force_estimated: bool = False
    sensor_rate_hz: float = hard.SENSOR_RATE_MIN_HZ
    """A slow sensor cannot see every speed (F35)."""
    has_relay: bool = False
    """A relay feeds the massager's power, as its owner has declared."""
    opens_by_itself: bool = True
    """That relay opens when this program dies; else it is a switch, and no layer of safety of its own."""
    auto_off_s: float | None = None
    """The massager switches itself off this long after the start of its motor (F41)."""
    is_free_run: bool = False
    session_max_s: float | None = None
    """The longest work for this person, with any tool (F7)."""
    muscle_max_s: float | None = None
    """The longest work on a muscle and side before explosive effort, with any tool (F19)."""

    @property
    def floor_ppm(self) -> int:
        """The slowest speed that can be set: a back-off ends here, and then pauses."""
        return self.levels_ppm[0] if self.levels_ppm else self.speed_min_ppm

    @property
    def needs_consent(self) -> bool:
        """Whether a person has to say in each session that they watch the massager themselves: nothing else does (F34)."""
        return self.is_controllable and not self.is_monitored and not self.has_relay

    @property
    def may_run_on(self) -> bool:
        """Whether the massager may go on running when its link is lost: nothing that massctl controls would stop it."""
        stops = self.lease_s is not None or self.on_link_loss is LinkLoss.STOPS
        return self.is_controllable and not (self.has_relay and self.opens_by_itself) and not stops

    @property
    def can_stop(self) -> bool:
        """Whether this session can take the motor's power or command away (F42)."""
        return self.is_controllable or self.has_relay


def facts_of(
    massager: MassagerCapabilities | None,
    sensor: ForceSensorCapabilities | None,
    timer: TimerCapabilities | None,
    *,
    is_free_run: bool = False,
    session_max_s: float | None = None,
    muscle_max_s: float | None = None,
) -> Facts:
    """Return the facts of these devices and of this plan."""
    facts = Facts(
        has_sensor=sensor is not None,
        is_force_estimated=sensor is not None and sensor.is_estimated,
        sensor_rate_hz=sensor.alias_rate_hz if sensor is not None else hard.SENSOR_RATE_MIN_HZ,
        has_relay=timer is not None and timer.has_relay and massager is not None and massager.is_behind_relay,
        opens_by_itself=timer is None or timer.opens_by_itself,
        is_free_run=is_free_run,
        session_max_s=session_max_s,
        muscle_max_s=muscle_max_s,
    )
    if massager is None:
        return facts
    return replace(
        facts,
        has_massager=True,
        is_controllable=massager.is_controllable,
        confirms_speed=massager.confirms_speed and massager.is_controllable,
        has_soft_start=massager.has_soft_start,
        is_monitored=massager.is_monitored,
        lease_s=massager.lease_s,
        on_link_loss=massager.on_link_loss,
        speed_min_ppm=massager.speed_min_ppm,
        speed_max_ppm=massager.speed_max_ppm,
        levels_ppm=massager.levels_ppm,
        auto_off_s=massager.auto_off_s,
        ramp_ppm_per_s=max(1, min(massager.ramp_ppm_per_s, hard.RAMP_MAX_PPM_PER_S)),
    )
