"""Fits one percussion step to the massager, head and force sensor at hand, or says which rule forbids it.

Pure. Everything only narrows: region ∩ point ∩ head ∩ device ∩ sensor ∩ program. A refusal is no error: the planner then
takes a manual tool (F2, F35).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from massctl.body import limits
from massctl.body.allowance import WHOLE, Share
from massctl.body.atlas import Atlas, Point
from massctl.devices.capabilities import ForceSensorCapabilities, MassagerCapabilities
from massctl.programs.plan import PlannedStep
from massctl.programs.program import Step

_HEADS_BY_PREFERENCE = ("ball", "dampener", "flat", "fork", "wedge", "cone")
"""Widest contact first: a smaller one needs less force for the same pressure (F11)."""

_SPEED_STEP_PPM = 10
"""How finely a continuous range is searched."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A percussion step made concrete."""

    speed_ppm: int
    level: int | None
    force_band_n: limits.Band | None
    """None without a sensor: discomfort leads."""
    head: str
    head_area_cm2: float
    maximum_s: float
    discomfort_max: int | None
    discomfort_rule: str = ""
    """The rule about the person that set it."""
    speed_max_ppm: int | None = None
    """Highest speed for this person; None where no rule about the person limits it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the massager cannot do it."""

    rule: str
    """Empty where something is only missing."""
    reason: str

    @property
    def sentence(self) -> str:
        """The reason with its rule."""
        return f"{self.reason} [{self.rule}]" if self.rule else self.reason


@dataclass(frozen=True, slots=True)
class Bench:
    """What is at hand."""

    massager: MassagerCapabilities | None
    sensor: ForceSensorCapabilities | None
    heads: frozenset[str] | None = None


def fit_percussion(step: Step, point: Point, bench: Bench, share: Share = WHOLE) -> Fit | Refusal:
    """Return how ``step`` runs on ``point``, or why it does not.

    ``step.speed_ppm`` None means the gentlest speed of the point. ``share`` is what the person may have of the dose.
    """
    if refusal := _forbidden(step, point, bench, share):
        return refusal
    assert bench.massager is not None
    head = _head(step, point, bench)
    if isinstance(head, Refusal):
        return head
    area_cm2 = Atlas.load().head(head).area_cm2
    speed = _speed(step, point, bench.massager, bench.sensor, share)
    if isinstance(speed, Refusal):
        return speed
    force = _force(step, point, area_cm2, bench.sensor, share)
    if isinstance(force, Refusal):
        return force
    is_standing = limits.is_standing(step.mode)
    maximum_s = float(step.maximum_s)
    discomfort_max, discomfort_rule = share.discomfort_most(step.mode, step.discomfort_max)
    if is_standing:
        maximum_s = min(maximum_s, limits.PERCUSSION_PIN_MAX_S)
    if bench.sensor is None:
        discomfort_max = min(discomfort_max or 10, limits.SENSORLESS_DISCOMFORT_MAX)
        maximum_s = min(maximum_s, limits.SENSORLESS_PIN_S) if is_standing else maximum_s
    level, speed_ppm = speed
    return Fit(
        speed_ppm,
        level,
        force,
        head,
        area_cm2,
        maximum_s,
        discomfort_max,
        discomfort_rule,
        speed_max_ppm=speed_ppm if share.limits_speed else None,
    )


def with_fit(step: PlannedStep, fit: Fit) -> PlannedStep:
    """Return the planned step as the massager does it."""
    return replace(
        step,
        maximum_s=fit.maximum_s,
        minimum_s=min(step.minimum_s, fit.maximum_s),
        speed_ppm=fit.speed_ppm,
        speed_max_ppm=fit.speed_max_ppm,
        level=fit.level,
        force_band_n=fit.force_band_n,
        pressure_band_kg_cm2=None,
        discomfort_max=fit.discomfort_max,
        discomfort_rule=fit.discomfort_rule,
        head=fit.head,
        head_area_cm2=fit.head_area_cm2,
    )


def _forbidden(step: Step, point: Point, bench: Bench, share: Share) -> Refusal | None:
    if not limits.allows_percussion(point):
        return Refusal("F2", f"no massager on {point.short_name} ({point.region.name})")
    if limits.is_standing(step.mode) and not limits.allows_standing(point):
        return Refusal("F2", f"a massager may pass over {point.short_name}, never stand on it")
    if limits.is_standing(step.mode) and share.pin_tools is not None:
        return Refusal(share.pin_rule, "no massager standing on a spot in your first sessions")
    if bench.massager is None:
        return Refusal("", "none at hand")
    if bench.massager.is_controllable and bench.massager.speed_min_ppm > limits.START_SPEED_MAX_PPM:
        slowest, most = bench.massager.speed_min_ppm, limits.START_SPEED_MAX_PPM
        return Refusal("F17", f"its slowest speed is {slowest:,} PPM, and a start has {most:,} at most")
    if bench.sensor is None and point.region.id not in limits.SENSORLESS_REGIONS:
        return Refusal("F35", "without a force sensor, percussion only on buttock, thigh, calf and shoulder blade")
    return None


def _head(step: Step, point: Point, bench: Bench) -> str | Refusal:
    wished = step.head or point.head or "ball"
    if limits.needs_listed_head(point) and point.head:
        usable: tuple[str, ...] = (point.head,)
    else:
        usable = tuple(dict.fromkeys((wished, *_HEADS_BY_PREFERENCE)))
    if bench.sensor is None:
        usable = tuple(head for head in usable if head in limits.SENSORLESS_HEADS)
    for head in usable:
        if _is_at_hand(head, bench):
            return head
    rule = "F35" if bench.sensor is None and not limits.needs_listed_head(point) else ""
    return Refusal(rule, f"{point.short_name} needs the head {' or '.join(usable) or wished}, not at hand")


def _is_at_hand(head: str, bench: Bench) -> bool:
    fitting = bench.massager.heads if bench.massager else ()
    return (bench.heads is None or head in bench.heads) and (not fitting or head in fitting)


def _speed(
    step: Step, point: Point, massager: MassagerCapabilities, sensor: ForceSensorCapabilities | None, share: Share
) -> tuple[int | None, int] | Refusal:
    """Return level and speed: the wished one, else the nearest slower, else the nearest faster, inside every limit."""
    band = limits.speed_band_ppm(point)
    assert band is not None, "allows_percussion was checked"
    low, high = band
    if sensor is None:
        high = min(high, limits.SENSORLESS_SPEED_MAX_PPM)
    wish = min(max((not share.is_slowest and step.speed_ppm) or low, low), high)
    rule = "F17"
    most = share.speed_most_ppm(wish)
    if most < high and (share.speed_factor < 1.0 or share.speed_max_ppm is not None):
        # Below the point's band too: its lower edge is about effect, not safety.
        low, high, wish, rule = (low if most >= low else 0), most, min(wish, most), share.speed_rule
    offered = [(level, ppm) for level, ppm in _offered(massager, low, high) if low <= ppm <= high]
    if not offered:
        if rule != "F17":
            return Refusal(
                rule, f"this massager cannot run at the {high:,} PPM that are the most for you on {point.short_name}"
            )
        return Refusal("F17", f"this massager has no speed between {low:,} and {high:,} PPM for {point.short_name}")
    if sensor is not None:
        seen = [one for one in offered if limits.sensor_can_see(one[1], sensor.alias_rate_hz)]
        if sensor.published_hz < limits.SENSOR_PUBLISHED_MIN_HZ or not seen:
            return Refusal("F35", _blind(sensor, [ppm for _, ppm in offered]))
        offered = seen
    return min(offered, key=_distance_from(wish))


def _blind(sensor: ForceSensorCapabilities, speeds_ppm: list[int]) -> str:
    """Return why the sensor would not show the push at any of these speeds."""
    if sensor.published_hz < limits.SENSOR_PUBLISHED_MIN_HZ:
        return f"the force sensor gives {sensor.published_hz:g} values a second, percussion needs 20"
    if sensor.is_polled:
        return "a force sensor that is read by asking cannot see strokes: nobody knows where in a stroke it is asked"
    text = f"a force sensor of {sensor.rate_hz:g} samples a second cannot see these strokes"
    if sensor.rate_hz < limits.SENSOR_RATE_LEAST_HZ:
        return text
    low, high = min(speeds_ppm), max(speeds_ppm)
    return f"{text} ({low:,} PPM)" if low == high else f"{text} ({low:,} to {high:,} PPM)"


def _distance_from(wish: int) -> Callable[[tuple[int | None, int]], tuple[bool, int]]:
    return lambda one: (one[1] > wish, abs(one[1] - wish))


def _offered(massager: MassagerCapabilities, low: int, high: int) -> list[tuple[int | None, int]]:
    """Return the speeds of the massager between ``low`` and ``high``, with their levels."""
    if massager.levels_ppm:
        return list(enumerate(massager.levels_ppm, start=1))
    slowest, fastest = max(low, massager.speed_min_ppm), min(high, massager.speed_max_ppm)
    return [
        (None, ppm)
        for ppm in {slowest, fastest, *range(slowest, fastest, _SPEED_STEP_PPM)}
        if slowest <= ppm <= fastest
    ]


def _force(
    step: Step, point: Point, area_cm2: float, sensor: ForceSensorCapabilities | None, share: Share
) -> limits.Band | Refusal | None:
    factor = limits.ESTIMATED_FORCE_FACTOR if sensor and sensor.is_estimated else 1.0
    band = limits.narrow_force_n(point, step.force_n, area_cm2, factor, share.force_factor)
    if band is None:
        whose = "for you" if share.force_rule else "with this head"
        return Refusal("F18", f"{whose} {point.short_name} gets less than {limits.FORCE_USEFUL_MIN_N:g} N")
    return band if sensor is not None else None
