"""``manual://``: the gun without a link. massctl tells the level, keeps clock and record, and says that it cannot stop it.

No byte is sent. ``manual://?levels=1800,2100,2400&heads=ball,flat`` tells its levels, ``manual://?min=1500&max=2400`` its range,
``manual://?ladder=theragun-mini`` takes both and its heads from a speed ladder,
and ``relay=yes`` that the timer's relay feeds its power: only then can anything but its person switch it off.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qsl, unquote

from massctl.devices.capabilities import DeviceLimits, LinkLoss, MassagerCapabilities, Report, StopReason
from massctl.devices.ladders import ladder
from massctl.errors import UsageError
from massctl.transports.opening import EXAMPLES, split_url

SPEED_MIN_PPM: Final = 1_200
SPEED_MAX_PPM: Final = 2_400
"""The range assumed for a gun whose address tells nothing: the slowest guns sold, and the ceiling of F17."""
SPEED_LIMIT_PPM: Final = 6_000
"""No percussion massager strikes faster: more is a typing error."""
_KEYS: Final = ("levels", "min", "max", "ladder", "heads", "name", "relay")
_YES_NO: Final = {"yes": True, "no": False}


class ManualMassager:
    """A gun that its person switches; commands do nothing, because nothing would hear them."""

    def __init__(self, url: str) -> None:
        settings = _settings(url)
        self.url = url
        self.name = settings.get("name", "massage gun without a link")
        self.capabilities = _capabilities(url, settings)
        self.note = ladder(settings["ladder"]).note if "ladder" in settings else ""
        """What a person has to know of its speeds; empty where nothing."""

    def subscribe(self, on_report: Callable[[Report], None]) -> None:
        """Nothing will be reported."""

    @property
    def last_frame_at_s(self) -> float:
        """Infinite: there is no link that could be late."""
        return math.inf

    async def aclose(self) -> None:
        """Nothing is open."""

    async def prepare(self, limits: DeviceLimits) -> None:
        """Nothing can be prepared: the person reads the limits."""

    async def arm(self, limits: DeviceLimits | None = None) -> None:
        """Nothing can be armed: the person switches it on."""

    def set_speed(self, speed_ppm: int, ramp_ppm_per_s: int) -> None:
        """Nothing hears it: the person sets the level that is shown."""

    def renew(self) -> None:
        """It has no lease."""

    async def clear_faults(self) -> None:
        """It tells of none."""

    def stop(self, reason: StopReason = StopReason.SUPERVISOR) -> bool:
        """Nothing hears it: the person lifts it off and presses its button."""
        return False


def _settings(url: str) -> dict[str, str]:
    parts = split_url(url)
    settings = dict(parse_qsl(parts.query, keep_blank_values=True))
    for key in settings:
        if key not in _KEYS:
            raise _bad(url, f"there is no setting {key!r}, only {', '.join(_KEYS)}")
    if parts.netloc:
        settings.setdefault("name", unquote(parts.netloc))
    return settings


def _capabilities(url: str, settings: dict[str, str]) -> MassagerCapabilities:
    levels = tuple(sorted({_speed(url, "levels", text) for text in _list(settings.get("levels", ""))}))
    if "levels" in settings and not levels:
        raise _bad(url, "levels names no level")
    if levels and settings.keys() & {"min", "max"}:
        raise _bad(url, "either levels, or min and max, not both")
    heads = tuple(_list(settings.get("heads", "")))
    auto_off_s = None
    if "ladder" in settings:
        if settings.keys() & {"levels", "min", "max"}:
            raise _bad(url, "either a ladder, or levels, or min and max")
        gun = ladder(settings["ladder"])
        levels, heads, auto_off_s = gun.levels_ppm, heads or gun.heads, gun.auto_off_s
        settings = settings | {"min": str(gun.speed_min_ppm), "max": str(gun.speed_max_ppm)}
    low = levels[0] if levels else _speed(url, "min", settings.get("min", str(SPEED_MIN_PPM)))
    high = levels[-1] if levels else _speed(url, "max", settings.get("max", str(SPEED_MAX_PPM)))
    if low > high:
        raise _bad(url, f"min ({low}) is above max ({high})")
    return MassagerCapabilities(
        speed_min_ppm=low,
        speed_max_ppm=high,
        levels_ppm=levels,
        confirms_speed=False,
        is_controllable=False,
        on_link_loss=LinkLoss.KEEPS_RUNNING,
        heads=heads,
        is_behind_relay=_relay(url, settings),
        auto_off_s=auto_off_s,
    )


def _relay(url: str, settings: dict[str, str]) -> bool:
    said = settings.get("relay", "no")
    if said not in _YES_NO:
        raise _bad(url, f"relay: {said!r} is neither yes nor no; yes means that the timer's relay feeds its power")
    return _YES_NO[said]


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _speed(url: str, key: str, text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= SPEED_LIMIT_PPM:
        raise _bad(url, f"{key}: {text!r} is no number of percussions per minute (1 to {SPEED_LIMIT_PPM})")
    return int(text)


def _bad(url: str, reason: str) -> UsageError:
    return UsageError(f"{url}: {reason}.", f"For example {EXAMPLES['manual']}")
