"""Zero, calibration with two weights, and a look at a sensor: what is right, and what a person is told when it is not (F36)."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

from massctl.app import devices_calibrating, devices_keeping, devices_known
from massctl.app.connect import Connections
from massctl.app.devices_calibrating import CalibrationResult, calibrating
from massctl.app.devices_file import Calibration
from massctl.app.devices_gauge import look, tare
from massctl.devices import connect
from massctl.devices.capabilities import ForceReading
from massctl.errors import MassctlError, UsageError
from massctl.units import N_PER_KGF
from sims.bench import Bench
from sims.body import NOWHERE
from sims.holder import Doing, Feeling

TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MASSCTL_CONFIG_DIR", str(tmp_path))
    monkeypatch.setattr(devices_known, "today", lambda: TODAY)
    monkeypatch.setattr(devices_calibrating, "today", lambda: TODAY)
    return tmp_path


class Shelf:
    """Who puts weights on the head: no tremor, no tiredness."""

    def step(self, now_s: float, feeling: Feeling) -> Doing:
        return Doing(0.0, "algometer", NOWHERE, ())


@asynccontextmanager
async def scale(rate_hz: int = 500) -> AsyncIterator[Bench]:
    async with Bench(with_person=False, rate_hz=rate_hz) as bench:
        bench.world.holder = Shelf()
        bench.world.hand.is_limp = True
        devices_keeping.keep("gauge", bench.urls["sensor"], ["sensor"])
        yield bench


def put(bench: Bench, kg: float) -> None:
    bench.world.hand.push_n = kg * N_PER_KGF


@pytest.mark.virtual
@pytest.mark.parametrize("rate_hz", [80, 500])
async def test_F36_a_zero_in_the_air_is_good(rate_hz: int) -> None:
    async with scale(rate_hz):
        outcome = await tare("gauge")
    assert outcome.is_good
    assert abs(outcome.zero_n) < 0.2


@pytest.mark.virtual
async def test_F36_a_drift_above_1_newton_a_minute_is_no_good_zero() -> None:
    async with scale() as bench:
        bench.world.gauge.wander(1.5 / 60)
        outcome = await tare("gauge")
    assert not outcome.is_good
    assert "drifts by 1." in outcome.problem


@pytest.mark.virtual
async def test_F36_a_zero_that_jumps_is_no_good() -> None:
    async with scale() as bench:
        outcome = tare("gauge")
        loop_s = bench.world.now_s

        def jump(now_s: float) -> None:
            if now_s > loop_s + 1.5:
                bench.world.hand.push_n = 3.0

        bench.world.before_step = jump
        assert "N at rest, at most 2 N" in (await outcome).problem


@pytest.mark.virtual
async def test_two_weights_calibrate_our_firmware_and_the_residual_is_remembered() -> None:
    async with scale() as bench:
        bench.world.gauge.scale = 0.8
        async with calibrating("gauge") as steps:
            assert not steps.is_raw
            await steps.zero()
            put(bench, 1.0)
            assert await steps.weigh(1.0) is None
            put(bench, 2.0)
            result = await steps.weigh(2.0)
            assert result is not None
            steps.keep(result)
        assert bench.world.gauge.scale == pytest.approx(1.0, rel=0.02)
    assert result.residual_percent < 1.0
    kept = devices_known.find("gauge").calibration
    assert kept == Calibration(TODAY, round(result.residual_percent, 2))


@pytest.mark.virtual
async def test_weights_that_disagree_are_not_kept_and_void_what_was_kept_before() -> None:
    async with scale() as bench, calibrating("gauge") as steps:
        devices_keeping.note_calibration("gauge", Calibration(TODAY, 0.1))
        await steps.zero()
        put(bench, 1.0)
        await steps.weigh(1.0)
        put(bench, 2.2)
        result = await steps.weigh(2.0)
        assert result is not None
        assert result.residual_percent == pytest.approx(10.0, abs=1.0)
        with pytest.raises(UsageError, match=r"disagree by (9|10)\.\d %, at most 3 %"):
            steps.keep(result)
    assert devices_known.find("gauge").calibration is None


Wrong = tuple[str, float, float, str]


@pytest.mark.virtual
@pytest.mark.parametrize(
    ("first_kg", "on_kg", "said_kg", "refusal"),
    [
        (None, 1.0, 0.1, "0.1 kg is no weight"),
        (None, 1.0, math.nan, "is no weight"),
        (None, 1.0, 60.0, "is no weight"),
        (None, 1.0, 40.0, "more than this sensor takes"),
        (None, 0.0, 1.0, "hardly changed"),
        (1.0, 1.0, 2.0, "hardly changed"),
        (1.0, 1.1, 1.1, "much alike"),
    ],
)
async def test_a_wrong_answer_says_what_to_do_and_the_step_can_be_repeated(
    first_kg: float | None, on_kg: float, said_kg: float, refusal: str
) -> None:
    async with scale() as bench, calibrating("gauge") as steps:
        await steps.zero()
        if first_kg is not None:
            put(bench, first_kg)
            await steps.weigh(first_kg)
        put(bench, on_kg)
        with pytest.raises(UsageError, match=refusal):
            await steps.weigh(said_kg)
        put(bench, 1.5)
        again = await steps.weigh(1.5)
        assert (again is None) is (first_kg is None)


@pytest.mark.virtual
async def test_a_weight_that_swings_is_read_again() -> None:
    async with scale() as bench, calibrating("gauge") as steps:
        await steps.zero()
        bench.world.before_step = lambda now_s: put(bench, 1.0 + 0.2 * (now_s % 10.0))
        with pytest.raises(UsageError, match="The reading moves"):
            await steps.weigh(1.0)


@pytest.mark.virtual
@pytest.mark.parametrize("moves_until_s", [1.4, 3.5])
async def test_a_zero_while_something_moves_is_refused_and_can_be_repeated(moves_until_s: float) -> None:
    async with scale() as bench, calibrating("gauge") as steps:
        began_s = bench.world.now_s
        bench.world.before_step = lambda now_s: put(bench, 0.5 * max(0.0, moves_until_s - (now_s - began_s)))
        with pytest.raises(UsageError, match=r"something moved|The reading moves"):
            await steps.zero()
        with pytest.raises(UsageError, match="zero comes first"):
            await steps.weigh(1.0)
        await steps.zero()


@pytest.mark.virtual
async def test_weights_that_disagreed_are_both_read_again() -> None:
    async with scale() as bench, calibrating("gauge") as steps:
        await steps.zero()

        async def weighed(second_kg: float) -> CalibrationResult:
            put(bench, 1.0)
            assert await steps.weigh(1.0) is None
            put(bench, second_kg)
            result = await steps.weigh(2.0)
            assert result is not None
            return result

        disagree = await weighed(2.2)
        with pytest.raises(UsageError, match="disagree"):
            steps.keep(disagree)
        steps.keep(await weighed(2.0))
    assert devices_known.find("gauge").calibration is not None


@pytest.mark.virtual
async def test_a_weight_before_the_zero_is_refused() -> None:
    async with scale(), calibrating("gauge") as steps:
        with pytest.raises(UsageError, match="zero comes first"):
            await steps.weigh(1.0)


async def test_what_its_maker_calibrates_is_left_alone() -> None:
    devices_keeping.keep("progressor", "sim://progressor", ["sensor"])
    with pytest.raises(UsageError, match="calibrated by its maker") as caught:
        async with calibrating("progressor"):
            pass
    assert "devices tare progressor" in caught.value.remedy


# ---------------------------------------------------------------- a sensor that sends raw figures


@asynccontextmanager
async def board(prints: str, options: str = "") -> AsyncIterator[Bench]:
    """A board that prints what its load cell reads, as it is remembered before its first calibration."""
    async with Bench(with_person=False, devices={"sensor": "line"}) as bench:
        bench.world.holder = Shelf()
        bench.world.hand.is_limp = True
        devices_keeping.keep("gauge", f"{bench.urls['sensor']}?prints={prints}{options}", ["sensor"])
        yield bench


async def weighed(bench: Bench, first_kg: float, second_kg: float, is_off_kg: float = 0.0) -> CalibrationResult:
    put(bench, 0.0)
    async with calibrating("gauge") as steps:
        assert steps.is_raw
        await steps.zero()
        put(bench, first_kg)
        await steps.weigh(first_kg)
        put(bench, second_kg + is_off_kg)
        result = await steps.weigh(second_kg)
        assert result is not None
        steps.keep(result)
    return result


@pytest.mark.virtual
@pytest.mark.parametrize(
    ("prints", "options", "n_per_unit"),
    [
        ("hx711", "&kind=hx711", -1 / 7050),
        ("hx711", "&kind=hx711&sign=inverted&n_per_unit=3&zero=1", -1 / 7050),
        ("grams", "", N_PER_KGF / 1000),
    ],
)
async def test_raw_figures_become_newtons_and_massctl_keeps_zero_and_scale(
    prints: str, options: str, n_per_unit: float
) -> None:
    async with board(prints, options) as bench:
        result = await weighed(bench, 1.0, 2.5)
        assert result.n_per_unit == pytest.approx(n_per_unit, rel=0.02)
        assert result.residual_percent < 1.0
        kept = devices_known.find("gauge")
        assert kept.calibration is not None
        assert kept.calibration.on == TODAY
        async with connect_sensor(kept.url) as readings:
            put(bench, 2.0)
            await asyncio.sleep(2.0)
        assert readings[-1].mean_n == pytest.approx(2.0 * N_PER_KGF, rel=0.02)


@asynccontextmanager
async def connect_sensor(url: str) -> AsyncIterator[list[ForceReading]]:
    bundle = await connect(url, frozenset({"sensor"}))
    readings: list[ForceReading] = []
    assert bundle.sensor is not None
    bundle.sensor.subscribe(lambda report: readings.append(report) if isinstance(report, ForceReading) else None)
    try:
        yield readings
    finally:
        await bundle.aclose()


@pytest.mark.virtual
async def test_raw_weights_that_disagree_are_not_kept() -> None:
    async with board("hx711", "&kind=hx711") as bench:
        with pytest.raises(UsageError, match="disagree by"):
            await weighed(bench, 1.0, 2.5, is_off_kg=0.3)
        assert devices_known.find("gauge").calibration is None


@pytest.mark.virtual
async def test_F37_a_resistor_that_only_guesses_is_not_calibrated() -> None:
    async with board("fsr", "&kind=fsr"):
        with pytest.raises(UsageError, match=r"only guesses.*F37"):
            async with calibrating("gauge"):
                pass


async def test_a_calibration_needs_a_name_to_be_kept_with() -> None:
    with pytest.raises(UsageError, match="it has none") as caught:
        async with calibrating("serial:///dev/ttyACM9?driver=line"):
            pass
    assert "devices add gauge" in caught.value.remedy


@pytest.mark.virtual
async def test_F36_a_session_with_an_old_calibration_says_so_as_long_as_it_lasts() -> None:
    async with scale() as bench:
        connections = Connections({"sensor": bench.urls["sensor"]})
        for days, is_said in ((90, False), (91, True)):
            devices_keeping.note_calibration("gauge", Calibration(TODAY - timedelta(days=days), 0.5))
            async with connections:
                await connections.open()
                said = "gauge: calibrated 91 days ago, counts as uncalibrated. [F36]"
                assert (said in connections.warnings) is is_said


# ---------------------------------------------------------------- a look


@pytest.mark.virtual
@pytest.mark.parametrize(
    ("rate_hz", "said", "is_good"), [(500, "at every speed", True), (80, "1,700–2,270", True), (10, "too few", False)]
)
async def test_F35_a_look_says_for_which_speeds_a_sensor_is_good(rate_hz: int, said: str, is_good: bool) -> None:
    async with scale(rate_hz) as bench:
        bench.world.gauge.is_calibrated = True
        checks = {check.name: check for check in await look("gauge")}
    assert said in checks["percussion"].text
    assert checks["percussion"].is_good is is_good
    assert checks["noise"].is_good
    assert checks["rate"].is_good


@pytest.mark.virtual
async def test_a_look_finds_a_sensor_that_repeats_itself_and_one_that_gives_no_number() -> None:
    async with scale() as bench:
        bench.world.gauge.is_stuck = True
        checks = {check.name: check for check in await look("gauge")}
        assert not checks["life"].is_good
        bench.world.gauge.is_stuck = False
        bench.world.gauge.is_broken = True
        with pytest.raises(UsageError, match="gives no number"):
            await look("gauge")


@pytest.mark.virtual
async def test_a_sensor_that_falls_silent_is_no_answer() -> None:
    async with scale() as bench, calibrating("gauge") as steps:
        bench.hang("sensor")
        with pytest.raises(MassctlError):
            await steps.zero()
