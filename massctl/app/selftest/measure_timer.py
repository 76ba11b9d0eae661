"""Measuring timer hardware: how fast its relay opens when told, whether it opens by itself, and whether a new time renews it.

The relay closes, so whatever it feeds may run: a person must have said go, as for a massager.
"""

from __future__ import annotations

import asyncio
from typing import Final

from massctl.app.selftest.measured import Figure, Measured, measured_now
from massctl.app.selftest.one_device import NOT_CONFIRMED, Tell, Watcher, opened_alone, prove_first
from massctl.devices.capabilities import Report, Timer, TimerReading
from massctl.errors import NoAnswer, UsageError

SLICE_S: Final = 2.0
"""So long the relay is closed at a time; every relay that massctl knows can be told it (design value)."""
RENEW_AT_S: Final = 0.6
"""The share of a slice after which it is renewed."""
OPEN_S: Final = 1.5
"""F54: from the command to the relay that is read to be open."""
PATIENCE_S: Final = 4.0
LONGEST_S: Final = 10.0
"""No relay is left closed for longer, whether it opens by itself or not (design value)."""
STARTS: Final = 3
GO_AHEAD: Final = (
    f"Its relay will close {STARTS} times, for up to {2 * SLICE_S:g} s each, or {LONGEST_S:g} s where it does not open by itself: "
    "WHAT IT FEEDS WILL RUN. Pull the plug of what it feeds, or hold its head in the air, touching nothing and nobody, its own "
    "switch within reach."
)
"""What a person has to know and to do before it."""
OPENED: Final = "Its relay is open."


async def measure_timer(url: str, tell: Tell = lambda _text: None) -> Measured:
    """Close the relay of the timer at ``url`` a few times, for seconds each; cancelled, it opens it at once.

    Raises:
        UsageError: It has no relay, or tells nothing of it.
        MassctlError: It cannot be reached, refuses, or does not close; or the self-test has not passed (F52).
    """
    async with opened_alone(url, "timer", tell) as bundle:
        timer = bundle.timer
        if timer is None or not timer.capabilities.has_relay:
            raise UsageError(f"{url} has no relay.", "Name the timer's own address.")
        if not timer.capabilities.is_monitored:
            raise UsageError(
                f"{timer.name} tells nothing back, so that nothing of it can be measured.",
                "Look at its lamp, or use another relay: this one never counts as the third layer.",
            )
        await prove_first(bundle, tell)
        return await _Trials(timer, tell).measure(is_simulated=bundle.identity.is_simulated)


class _Trials(Watcher):
    """One relay under measurement."""

    def __init__(self, timer: Timer, tell: Tell) -> None:
        super().__init__()
        self._timer = timer
        self._tell = tell
        self._reading: TimerReading | None = None
        self._heard_s = 0.0
        timer.subscribe(self.take)

    def take(self, report: Report) -> None:
        """Keep the newest word of the relay."""
        if isinstance(report, TimerReading):
            self._reading, self._heard_s = report, self._loop.time()
        super().take(report)

    async def measure(self, *, is_simulated: bool) -> Measured:
        """Make all trials; whatever ends them opens the relay at once, and looks whether it is open."""
        timer = self._timer
        try:
            figures = await self._figures()
        except BaseException:
            at_s = self._loop.time()
            timer.cancel()
            self._tell(OPENED if await self.seen(lambda: self._is(False, at_s), OPEN_S) else NOT_CONFIRMED)
            raise
        problems = self._problems({each.id: each.took_s for each in figures})
        return measured_now(timer.url, timer.name, figures, problems, is_simulated=is_simulated)

    async def _figures(self) -> tuple[Figure, ...]:
        self._tell("Opening its relay …")
        await self._timer.prepare()
        self._tell(f"1 of {STARTS}: IT CLOSES, and is opened …")
        closed_s = await self._closed()
        opened_s = await self._opened()
        self._tell(f"2 of {STARTS}: IT CLOSES for {SLICE_S:g} s, and has to open by itself …")
        at_s = self._loop.time()
        await self._closed()
        lapsed_s = await self._lapse(at_s)
        self._tell(f"3 of {STARTS}: IT CLOSES, and its time is renewed once …")
        renewed_s = await self._renewed()
        await self._opened()
        return (
            Figure("closed", "Closed", closed_s),
            Figure("opened", "Opened", opened_s, OPEN_S),
            Figure("lapsed", "Open by itself", lapsed_s, SLICE_S + self._slack_s),
            Figure("renewed", "Closed, when renewed", renewed_s),
        )

    @property
    def _slack_s(self) -> float:
        """How late its word may come."""
        return self._timer.capabilities.silent_after_s

    async def _closed(self) -> float:
        """Close it for a slice; return how long that took. Raises NoAnswer where it does not."""
        at_s = self._loop.time()
        self._timer.arm(SLICE_S)
        if not await self.until(lambda: self._is(True, at_s), PATIENCE_S):
            raise NoAnswer(self._timer.name, "the relay did not close", PATIENCE_S, "Check its power and its wires.")
        return self._heard_s - at_s

    async def _opened(self) -> float:
        """Open it; return how long that took. Raises NoAnswer where it does not."""
        at_s = self._loop.time()
        self._timer.cancel()
        if not await self.until(lambda: self._is(False, at_s), PATIENCE_S):
            raise NoAnswer(self._timer.name, "the relay did not open", PATIENCE_S, "Pull its plug.")
        return self._heard_s - at_s

    async def _lapse(self, at_s: float) -> float | None:
        """Fall silent; return when it had opened by itself since ``at_s``; where it does not, open it at once and return None."""
        if await self._opens_alone(at_s):
            return self._heard_s - at_s
        await self._opened()
        return None

    async def _renewed(self) -> float | None:
        """Close it and renew it once; return how long it was closed, None where the renewal did nothing."""
        at_s = self._loop.time()
        await self._closed()
        await asyncio.sleep(max(0.0, at_s + RENEW_AT_S * SLICE_S - self._loop.time()))
        self._timer.arm(SLICE_S)
        await self._opens_alone(at_s)
        closed_s = self._heard_s - at_s
        return closed_s if closed_s > (1.0 + 0.5 * RENEW_AT_S) * SLICE_S else None

    async def _opens_alone(self, at_s: float) -> bool:
        """Wait until it opens; return whether it has, within its slices since ``at_s`` and some patience."""
        until_s = min(self._loop.time() + SLICE_S + self._slack_s + PATIENCE_S, at_s + LONGEST_S)
        return await self.until(lambda: self._is(False, at_s), until_s - self._loop.time())

    def _is(self, is_closed: bool, since_s: float) -> bool:
        reading = self._reading
        return reading is not None and self._heard_s >= since_s and reading.relay_closed is is_closed

    def _problems(self, took_s: dict[str, float | None]) -> list[str]:
        problems = []
        opened_s, lapsed_s = took_s["opened"], took_s["lapsed"]
        if opened_s is not None and opened_s > OPEN_S:
            problems.append(f"it was open {opened_s:.1f} s after the command; at most {OPEN_S:g} s (F54)")
        if not self._timer.capabilities.opens_by_itself:
            problems.append("it stays closed when massctl dies: a software timer only, never the third layer (F33)")
        elif lapsed_s is None:
            problems.append(f"it did not open by itself after {SLICE_S:g} s (F33)")
        elif lapsed_s > SLICE_S + self._slack_s:
            problems.append(f"it opened by itself after {lapsed_s:.1f} s; told were {SLICE_S:g} s (F33)")
        if took_s["renewed"] is None:
            problems.append("a new time did not renew it: what it feeds would stop in the middle of a step")
        return problems
