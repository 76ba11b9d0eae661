"""Time for records and for noticing a suspend; nothing here decides.

Decisions use the event loop's own monotonic time (``asyncio.get_running_loop().time()``), so that a loop of virtual or scaled
time moves everything at once (decision D7). This file is the only home of ``time.time`` and of the boot clock.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime


def wall_now() -> datetime:
    """Return the wall time, in UTC: for records only, never for decisions."""
    return datetime.now(UTC)


def suspended_s() -> float:
    """Return how long this machine has been suspended since boot, in seconds, on a scale of its own.

    Only the growth between two calls means something (F44). On Linux it is boot time minus monotonic time; elsewhere wall time
    minus monotonic time, which also moves when the wall clock is set.
    """
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.time() - time.monotonic()  # noqa: TID251 - its one home
