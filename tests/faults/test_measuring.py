"""Measuring a massager and a timer with the head in the air, on the bench: figures, what is said of a bad one, and the way out."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable

import pytest

from massctl import paths
from massctl.app.ownership import Owner
from massctl.app.selftest import measured as measured_module
from massctl.app.selftest import one_device
from massctl.app.selftest.gate import Gate
from massctl.app.selftest.measure import measure
from massctl.app.selftest.measure_timer import GO_AHEAD, LONGEST_S, measure_timer
from massctl.app.selftest.measured import Figure, Measured, measurements, remember
from massctl.app.selftest.one_device import NOT_CONFIRMED, STOPPED
from massctl.devices.dictionary import DeviceIdentity
from massctl.devices.timer import NativeTimer
from massctl.errors import Blocked, ConnectionProblem, Interrupted, MassctlError, NoAnswer, PortBusy, UsageError
from sims.entry import Bench

pytestmark = pytest.mark.virtual
Measure = Callable[..., Awaitable[Measured]]


async def measured(*faults: str) -> Measured:
    async with Bench(faults=faults) as bench:
        found = await measure(bench.urls["massager"])
        await asyncio.sleep(0.05)
        assert not bench.world.motor.is_driven
        return found


def within(found: Measured, figure_id: str, least_s: float, most_s: float) -> bool:
    took_s = found.took_s(figure_id)
    return took_s is not None and least_s <= took_s <= most_s


async def test_a_good_massager_passes_with_its_figures() -> None:
    found = await measured()
    assert found.is_passed, found.problems
    assert found.is_simulated
    assert within(found, "stop_acknowledged", 0.0, 0.1)
    assert within(found, "standstill", 0.1, 1.5)
    assert within(found, "lease", 0.8, 1.15)
    assert next(each for each in found.figures if each.id == "lease").allowed_s == 1.0
    assert found.to_json()["url"].startswith("sim://")


async def test_a_foreign_massager_whose_stops_overtake_questions_acknowledges_them_in_time() -> None:
    async with Bench(devices={"massager": "vesc"}) as bench:
        found = await measure(bench.urls["massager"])
    assert found.is_passed, found.problems
    assert within(found, "stop_acknowledged", 0.0, 0.15)


async def test_a_massager_without_a_lease_is_not_started_to_see_what_it_has_not() -> None:
    told: list[str] = []
    async with Bench(devices={"massager": "hypervolt2"}) as bench:
        found = await measure(bench.urls["massager"], told.append)
    assert [text for text in told if "IT RUNS" in text] == [
        f"Start {n} of 3: IT RUNS, and is stopped …" for n in (1, 2, 3)
    ]
    assert any("no lease" in problem for problem in found.problems)
    assert found.took_s("lease") is None


async def test_a_slow_link_is_told() -> None:
    with pytest.raises(NoAnswer) as refusal:
        await measured("link-delay@0")
    assert refusal.value.remedy


async def test_a_motor_that_does_not_start_is_told() -> None:
    with pytest.raises(NoAnswer, match="did not start"):
        await measured("motor-wont-start@0")


async def test_a_motor_that_does_not_stop_is_told_and_never_called_stopped() -> None:
    told: list[str] = []
    async with Bench(faults=("motor-wont-stop-bare@0",)) as bench:
        with pytest.raises(NoAnswer, match="standstill"):
            await measure(bench.urls["massager"], told.append)
    assert told[-1] == NOT_CONFIRMED


@pytest.mark.parametrize(
    ("url", "said"),
    [("manual://", "no motor that massctl can command"), ("wand://?rate=1800", "the relay that feeds it stops it")],
)
async def test_what_has_no_motor_of_its_own_says_so(url: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        await measure(url)


# ---------------------------------------------------------------- the way out


@pytest.mark.parametrize(("role", "how"), [("massager", measure), ("timer", measure_timer)])
@pytest.mark.parametrize("after_s", [1.5, 4.0])
async def test_who_calls_it_off_stops_it_at_once_and_sees_it_stand(role: str, how: Measure, after_s: float) -> None:
    told: list[str] = []
    async with Bench() as bench, asyncio.TaskGroup() as group:
        task = group.create_task(_quiet(how(bench.urls[role], told.append)), name="measuring")
        await asyncio.sleep(after_s)
        if role == "massager":
            assert bench.world.motor.is_driven
        task.cancel()
        await asyncio.sleep(0.2)
        assert not bench.world.motor.is_driven
        assert not bench.world.timer.is_relay_closed
    assert told[-1] in {STOPPED, "Its relay is open."}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
async def test_F42_a_signal_stops_what_is_measured(number: signal.Signals) -> None:
    told: list[str] = []
    async with Bench() as bench:
        asyncio.get_running_loop().call_later(2.0, signal.raise_signal, number)
        with pytest.raises(Interrupted, match=f"Interrupted by {number.name}"):
            await measure(bench.urls["massager"], told.append)
        assert len(bench.world.drives) == 1
        assert not bench.world.motor.is_driven
    assert told[-1] == STOPPED


@pytest.mark.parametrize(("role", "how"), [("massager", measure), ("timer", measure_timer)])
async def test_a_device_whose_link_breaks_is_never_called_stopped(role: str, how: Measure) -> None:
    told: list[str] = []
    async with Bench() as bench:
        asyncio.get_running_loop().call_later(1.5, bench.unplug, role)
        began_s = asyncio.get_running_loop().time()
        with pytest.raises(ConnectionProblem) as lost:
            await how(bench.urls[role], told.append)
        assert asyncio.get_running_loop().time() - began_s < 2.5
    assert lost.value.remedy
    assert told[-1] == NOT_CONFIRMED


async def _quiet(measuring: Awaitable[Measured]) -> None:
    try:
        await measuring
    except asyncio.CancelledError:
        return


# ---------------------------------------------------------------- timers


@pytest.mark.parametrize("device", ["", "waveshare", "sr201", "tasmota", "zigbee2mqtt"])
async def test_a_good_timer_opens_when_told_and_by_itself_and_is_renewed(device: str) -> None:
    async with Bench(devices={"timer": device} if device else None) as bench:
        found = await measure_timer(bench.urls["timer"])
    assert found.is_passed, found.problems
    assert within(found, "opened", 0.0, 1.5)
    assert within(found, "lapsed", 1.9, 5.0)
    assert within(found, "renewed", 2.9, 6.0)


@pytest.mark.parametrize(
    ("device", "options", "said"),
    [
        ("waveshare", "?renews=no", "did not renew it"),
        ("lcus", "", "a software timer only"),
    ],
)
async def test_a_timer_that_is_no_third_layer_is_told(device: str, options: str, said: str) -> None:
    async with Bench(devices={"timer": device}) as bench:
        found = await measure_timer(bench.urls["timer"] + options)
    assert not found.is_passed
    assert any(said in problem for problem in found.problems), found


async def test_a_relay_that_does_not_open_by_itself_is_opened_as_soon_as_was_said_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    arm = NativeTimer.arm
    monkeypatch.setattr(NativeTimer, "arm", lambda timer, duration_s: arm(timer, 20.0 * duration_s))
    closed_s, spans_s = 0.0, list[float]()
    async with Bench() as bench:
        task = asyncio.ensure_future(measure_timer(bench.urls["timer"]))
        while not task.done():
            await asyncio.sleep(0.05)
            closed_s = closed_s + 0.05 if bench.world.timer.is_relay_closed else 0.0
            spans_s.append(closed_s)
        found = await task
    assert 4.0 < max(spans_s) <= LONGEST_S
    assert f"{LONGEST_S:g} s where it does not open" in GO_AHEAD
    assert any("did not open by itself" in problem for problem in found.problems)


async def test_a_relay_that_stays_closed_is_told_and_never_called_open() -> None:
    told: list[str] = []
    async with Bench() as bench:
        bench.world.timer.is_welded = True
        with pytest.raises(NoAnswer, match="the relay did not open") as refusal:
            await measure_timer(bench.urls["timer"], told.append)
    assert refusal.value.remedy == "Pull its plug."
    assert told[-1] == NOT_CONFIRMED


# ---------------------------------------------------------------- before anything moves


def real(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the bench's devices be taken for real ones."""
    init = DeviceIdentity.__init__

    def is_real(self: DeviceIdentity, **values: object) -> None:
        init(self, **{**values, "is_simulated": False})  # type: ignore[arg-type]

    monkeypatch.setattr(DeviceIdentity, "__init__", is_real)


async def test_F52_nothing_moves_before_the_self_test_has_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    real(monkeypatch)

    async def failed(_gate: Gate) -> None:
        raise Blocked("F52", "The self-test failed.", "Run it and see: massctl doctor.")

    monkeypatch.setattr(Gate, "begin", failed)
    async with Bench() as bench:
        with pytest.raises(Blocked, match="F52"):
            await measure(bench.urls["massager"])
        assert not bench.world.drives


async def test_F45_a_device_of_a_living_session_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Bench() as bench:

        async def refuse(urls: tuple[str, ...]) -> None:
            raise PortBusy(urls[0], f"it is driven by {Owner('1', 'neck', 1, frozenset(urls)).program}.")

        monkeypatch.setattr(one_device, "refuse_if_owned", refuse)
        with pytest.raises(MassctlError, match="driven by neck"):
            await measure(bench.urls["massager"])
        assert not bench.world.drives


# ---------------------------------------------------------------- kept


def one(url: str, took_s: float | None) -> Measured:
    return Measured(url, "gun", "today", (Figure("lease", "Lease", took_s, 1.0),), ("bad",) if took_s is None else ())


def test_figures_are_kept_by_address_and_broken_ones_count_as_none() -> None:
    assert measurements() == {}
    for url, took_s in (("serial:///dev/one", 1.0), ("serial:///dev/two", None), ("serial:///dev/one", 0.9)):
        remember(one(url, took_s))
    assert measurements() == {
        url: one(url, took_s) for url, took_s in (("serial:///dev/one", 0.9), ("serial:///dev/two", None))
    }
    for text in ("", "[]", '{"x": 1}', '{"x": {"url": 1}}'):
        (paths.data_dir() / measured_module.FILE).write_text(text, encoding="utf-8")
        assert measurements() == {}
