"""Calibrating a force sensor in the dashboard, on the bench's bytes: right and wrong weights, Esc at each step, a lost sensor."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from massctl.app.devices_file import Calibration
from massctl.app.devices_keeping import keep, note_calibration
from massctl.app.devices_known import find
from massctl.app.persons import today
from massctl.units import N_PER_KGF
from sims.bench import Bench
from sims.body import NOWHERE
from sims.holder import Doing, Feeling
from tests.dashboard.driving import Driver, dashboard
from tests.dashboard.pages import gone, told

pytestmark = pytest.mark.virtual
NOTHING = "Nothing on the head"
FIRST = "Put the first weight on"
SECOND = "put the second weight on"


class Shelf:
    """Who puts weights on the head: no tremor, no tiredness."""

    def step(self, now_s: float, feeling: Feeling) -> Doing:
        return Doing(0.0, "algometer", NOWHERE, ())


class Weighing(Driver):
    """Types, looks, and puts weights on."""

    bench: Bench

    def put(self, kg: float) -> None:
        self.bench.world.hand.push_n = kg * N_PER_KGF

    async def weighs(self, words: str, *, on_kg: float, typed: str) -> None:
        """Put a weight on where ``words`` ask for one, and say what it weighs."""
        await self.sees(words)
        self.put(on_kg)
        await self.type(*typed, "enter")


@asynccontextmanager
async def weighing(**board: str) -> AsyncIterator[Weighing]:
    """The devices page, calibrating a sensor of the bench that is called gauge, before its first step."""
    async with Bench(with_person=False, devices=board or None) as bench:
        bench.world.holder = Shelf()
        bench.world.hand.is_limp = True
        options = "?prints=hx711&kind=hx711" if board else ""
        keep("gauge", bench.urls["sensor"] + options, {"sensor"})
        async with dashboard() as driver:
            person = Weighing(driver.app, driver.pilot, driver._blind)
            person.bench = bench
            await person.type("3")
            await person.sees("● gauge")
            await person.type("c")
            await person.sees("two weights that you know")
            await person.type("enter")
            await person.sees(NOTHING)
            yield person


async def test_two_weights_calibrate_and_the_page_tells_the_day() -> None:
    async with weighing() as person:
        person.bench.world.gauge.scale = 0.8
        await person.type("enter")
        await person.weighs(FIRST, on_kg=1.0, typed="1")
        await person.weighs(SECOND, on_kg=2.0, typed="2,0 kg")
        await person.sees("✓ Calibrated: the weights agree within 0.", "[F36]", "Enter close")
        assert person.bench.world.gauge.scale == pytest.approx(1.0, rel=0.02)
        await person.type("enter")
        await person.sees(f"Calibrated on {today()}")
    assert find("gauge").calibration is not None


async def test_what_is_wrong_is_said_at_its_step_and_done_again() -> None:
    async with weighing() as person:
        await person.type("enter")
        await person.weighs(FIRST, on_kg=0.0, typed="heavy")
        await person.sees("'heavy' is no weight. Say it in kilograms, such as 1.5", FIRST)
        await person.type(*["backspace"] * 5, "1", "enter")
        await person.weighs("The reading hardly changed.", on_kg=1.0, typed="nan")
        await person.sees("nan kg is no weight for this. Take 0.2 to 50 kg")
        person.bench.world.before_step = lambda now_s: person.put(1.0 + 0.2 * (now_s % 10.0))
        await person.type("1", "enter")
        await person.sees("The reading moves. Let the weight rest")
        person.bench.world.before_step = None
        await person.weighs(FIRST, on_kg=1.0, typed="1")
        await person.weighs(SECOND, on_kg=1.1, typed="1.1")
        await person.weighs("Both weights are much alike.", on_kg=2.2, typed="2")
        await person.sees("The weights disagree by", NOTHING)
        person.put(0.0)
        await person.type("enter")
        await person.weighs(FIRST, on_kg=1.0, typed="1")
        await person.weighs(SECOND, on_kg=2.0, typed="2")
        await person.sees("✓ Calibrated")


@pytest.mark.parametrize("steps", [0, 1, 2])
async def test_escape_at_each_step_keeps_nothing_and_says_what_the_sensor_has_taken(steps: int) -> None:
    async with weighing() as person:
        note_calibration("gauge", Calibration(today(), 0.1))
        if steps > 0:
            await person.type("enter")
            await person.sees(FIRST)
        if steps > 1:
            await person.weighs(FIRST, on_kg=1.0, typed="1")
            await person.sees(SECOND)
        await person.type("escape")
        await gone(person, "Calibrate gauge")
        if steps > 1:
            await told(person, "nothing has confirmed it", "[F36]")
    assert (find("gauge").calibration is None) is (steps > 1)


async def test_escape_while_it_reads_closes_the_sensor_so_that_the_next_try_can_begin() -> None:
    async with weighing() as person:
        await person.type("enter")
        await person.sees("Reading, touch nothing")
        await person.type("escape")
        await gone(person, "Calibrate gauge")
        await person.type("c", "enter")
        await person.sees(NOTHING)


async def test_a_sensor_that_is_lost_in_the_middle_ends_it_with_what_helps() -> None:
    async with weighing() as person:
        await person.type("enter")
        await person.sees(FIRST)
        person.bench.unplug("sensor")
        await person.type("1", "enter")
        await person.sees("✕", "→", "Enter close")
        await person.type("enter")
        await gone(person, "Calibrate gauge")
    assert find("gauge").calibration is None


async def test_a_board_that_prints_counts_keeps_its_scale_with_its_name() -> None:
    async with weighing(sensor="line") as person:
        await person.type("enter")
        await person.weighs(FIRST, on_kg=1.0, typed="1")
        await person.weighs(SECOND, on_kg=2.0, typed="2")
        await person.sees("✓ Calibrated")
    made = find("gauge").calibration
    assert made is not None
    assert made.n_per_unit == pytest.approx(-1 / 7050, rel=0.02)


async def test_what_cannot_be_calibrated_says_why() -> None:
    keep("progressor", "sim://progressor", {"sensor"})
    async with dashboard() as person:
        await person.type("3")
        await person.sees("● progressor")
        await person.type("c", "enter")
        await person.sees("calibrated by its maker", "→ Set it to zero", "Enter close")
