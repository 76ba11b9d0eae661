"""Just run the massager here (F46): pick a point, a side and a speed, and start; within the same limits, two minutes at most."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType

from massctl.app.free_outlook import free_outlook, speeds_ppm
from massctl.app.outlook import BENCH, NOBODY, NOTHING, AtHand, at_hand_today, person_today
from massctl.app.request import RunRequest
from massctl.app.settings import DEFAULTS, load_settings
from massctl.body.allowance import Allowance
from massctl.body.terms import Side
from massctl.dashboard.lines import BLANK, Line, line, wrapped
from massctl.dashboard.point_page import PointPage
from massctl.errors import MassctlError
from massctl.faces.digits import large
from massctl.faces.push import push_unit
from massctl.faces.words import SIDES
from massctl.programs.choices import Choices

_FIRST = "GMAX"
"""A large muscle on which nothing delicate lies."""


class FreeRunScreen(PointPage):
    """The massager on one point."""

    page_title = "Just the massager"
    keys = (
        ("arrows", "the next point in that direction"),
        ("mouse", "click a point; click it again to start"),
        ("+ −", "faster, slower, within the point's band"),
        ("s", "the other side"),
        ("l", "help me find it"),
        ("z", "closer, and back to the whole body"),
        ("Enter", "start: it stops by itself after two minutes"),
        ("Esc", "back"),
    )
    key_words = "arrows point · + − speed · s side · Enter start · l find it · Esc back"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("plus,equals_sign", "speed(1)", "faster", show=False),
        Binding("minus", "speed(-1)", "slower", show=False),
        Binding("escape", "app.pop_screen", "back", show=False),
    ]

    def __init__(self, point_id: str = "", side: Side | None = None) -> None:
        super().__init__(point_id or _FIRST, side)
        self.settings, self.person, self.at_hand = DEFAULTS, NOBODY, NOTHING
        self._speed_ppm: int | None = None
        """The wished speed; None is the gentlest."""

    @work(exclusive=True, group="known")
    async def _read(self) -> None:
        try:
            self.settings = await asyncio.to_thread(load_settings)
            self.at_hand = BENCH if self.massctl.is_simulated else await asyncio.to_thread(at_hand_today)
        except MassctlError as problem:
            self.massctl.tell(problem)
        self.person = NOBODY if self.massctl.is_simulated else await asyncio.to_thread(person_today)
        if not self.is_gone:
            self.show()

    @property
    def allowance(self) -> Allowance | None:
        """What the person may have."""
        return self.person.allowance

    def begin(self) -> None:
        """Show the map; read the rest."""
        self._read()

    def card(self, width: int) -> list[Line]:
        """Return what would run: the point, the speed in large figures, the limits; or why it may not."""
        point, side = self.point, self.selected[1]
        rows = [
            line((f"{point.name}, {SIDES[side.value]}".rstrip(", "), "bold")),
            line((point.region.name, "quiet")),
        ]
        seen = free_outlook(point, side, self._speed_ppm, self._assumed, self.person)
        if seen.step is None or seen.step.speed_ppm is None:
            problem = seen.problem
            said = wrapped(f"✕ {problem.what}", width, 5, "danger") if problem else []
            return [
                *rows,
                BLANK,
                *said,
                *wrapped(f"→ {problem.remedy}" if problem and problem.remedy else "", width, 4),
            ]
        massager = self._assumed.massager
        is_ours = massager is None or massager.is_controllable  # of a gun that its person switches nobody else knows
        rows += [line((" MOTOR OFF " if is_ours else " NOT STARTED ", "bold on quiet"), "  Enter starts it")]
        rows += [line((row, "quiet")) for row in large(f"{seen.step.speed_ppm}")]
        rows.append(line(("strokes a minute, once it runs", "quiet")))
        speeds = speeds_ppm(point, self._assumed)
        rows += [line((f"+ − from {speeds[0]:,} to {speeds[-1]:,} here", "quiet"))] if speeds else []
        rows += [
            BLANK,
            *wrapped(
                f"Head: {seen.step.head}. {_push(seen.step.force_band_n, seen.step.head_area_cm2, self)}", width, 3
            ),
        ]
        rows += wrapped("It stops by itself after two minutes of contact [F46].", width, 2)
        rows += [
            row
            for text in (seen.plan.warnings if seen.plan else ())
            for row in wrapped(f"! {text}", width, 3, "caution")
        ]
        rows += wrapped(f"Mind: {point.cautions}" if point.cautions else "", width, 5, "caution")
        if self.at_hand.massager is None:
            rows += [BLANK, *wrapped("No massager is remembered yet: Enter asks which one.", width, 2, "ask")]
        return rows

    @property
    def _assumed(self) -> AtHand:
        """What is at hand; a usual massager where none is remembered yet."""
        return self.at_hand if self.at_hand.massager is not None else BENCH

    def select(self, point_id: str, side: Side) -> None:
        """Take another point at its gentlest speed; the other side of it at the same."""
        if point_id != self.selected[0]:
            self._speed_ppm = None
        super().select(point_id, side)

    def on_body_map_chosen(self) -> None:
        """Start."""
        self._start()

    def action_speed(self, by: int) -> None:
        """One speed faster or slower, within the point's band."""
        speeds = speeds_ppm(self.point, self._assumed)
        if not speeds:
            return
        seen = free_outlook(self.point, self.selected[1], self._speed_ppm, self._assumed, self.person)
        now = seen.step.speed_ppm if seen.step is not None and seen.step.speed_ppm is not None else speeds[0]
        near = min(range(len(speeds)), key=lambda index: abs(speeds[index] - now))
        self._speed_ppm = speeds[min(max(near + by, 0), len(speeds) - 1)]
        self.show_card()

    @work
    async def _start(self) -> None:
        seen = free_outlook(self.point, self.selected[1], self._speed_ppm, self._assumed, self.person)
        if seen.problem is not None:
            self.massctl.tell(seen.problem)
            return
        from massctl.dashboard.journeys import devices_for_point  # noqa: PLC0415 - seldom

        request = RunRequest(
            point=self.point.id,
            speed_ppm=self._speed_ppm,
            choices=Choices(side=self.selected[1], heads=self.settings.heads),
            is_simulated=self.massctl.is_simulated,
        )
        ready = await devices_for_point(self, request)
        if ready is not None:
            self.massctl.start_session(ready)


def _push(band_n: tuple[float, float] | None, area_cm2: float | None, screen: FreeRunScreen) -> str:
    if band_n is None:
        return "Without a force sensor press gently: discomfort stays at 5 or below."
    return f"Push {push_unit(screen.settings.units, area_cm2).band(band_n)}."
