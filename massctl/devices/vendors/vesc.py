"""The driver of VESC motor controllers: ``serial:///dev/ttyACM0?driver=vesc&pole_pairs=7&gear=3``.

The controller's own time-out is the lease: it coasts when no set-point has come for a second. A set-point therefore goes out in
``set_speed`` and ``renew`` only, never by a timer here, and the soft start moves with the renewals. Telemetry is asked for twenty
times a second; the controller does not take a question for a sign of life of its motor's user.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from firmware_protocol.vendors import vesc
from massctl.devices.address import read_address
from massctl.devices.bundle import DeviceBundle
from massctl.devices.capabilities import (
    DeviceLimits,
    LinkLoss,
    MassagerCapabilities,
    MotorReading,
    PowerReading,
    StopAcknowledged,
    StopReason,
)
from massctl.devices.dictionary import DeviceIdentity
from massctl.devices.vendors.set_point import Excess, SetPoint
from massctl.devices.vendors.vesc_setting import VescSetting, read_setting
from massctl.devices.waiting import Waiters
from massctl.devices.wire import SILENCE_S, Reporter, Wire, open_wire
from massctl.errors import ConnectionProblem, NoAnswer, PeerRefused

POLL_S: Final = 0.05
"""Telemetry is asked for so often: the interlocks want 10 a second at least."""
REPLY_S: Final = 0.25
STANDSTILL_S: Final = 2.0
STILL_PPM: Final = 30.0
STOP_AGAIN_S: Final = 0.1
"""STOP is repeated so often until a later answer shows no current."""
QUIET_A: Final = 0.5
"""Below this current the transistors are off: what is left is the offset of its sensors (design value)."""
EXCESS_S: Final = 0.3
"""Current and duty may be above their limits for so long: a motor that starts."""
TIMEOUT_SLACK_S: Final = 0.3
POWER_S: Final = 0.5
RAMP_PPM_PER_S: Final = 600
"""F17; the ramp is made here, so it is as soft as asked."""
FIRMWARES: Final = range(3, 7)
"""Major versions whose packets are known."""
_LAPSED: Final = "it stopped by itself: nothing renewed its lease"
EventT = TypeVar("EventT", vesc.Firmware, vesc.Values)


async def connect(url: str, *, record: Path | None = None) -> DeviceBundle:
    """Open a VESC and ask what it is; nothing is set. Raises UsageError, FileProblem, ConnectionProblem or NoAnswer."""
    address = read_address(url)
    setting = read_setting(address)
    wire = await open_wire(url, address.with_baud(vesc.BAUD), record)
    motor = VescMassager(wire, setting)
    try:
        firmware = await motor.begin()
    except BaseException:
        await motor.aclose()
        raise
    version = f"{firmware.major}.{firmware.minor:02d}"
    identity = DeviceIdentity(
        url, motor.name, firmware.hardware, "", version, 0, 0, ("massager",), is_simulated=address.is_simulated
    )
    return DeviceBundle(url, identity, massager=motor, warnings=tuple(_warnings(motor, firmware)))


def _warnings(motor: VescMassager, firmware: vesc.Firmware) -> list[str]:
    said = []
    if firmware.major not in FIRMWARES:
        said.append(f"VESC firmware {firmware.major}.{firmware.minor:02d} is not known to massctl.")
    if motor.capabilities.lease_s is None:
        said.append("This VESC has no time-out, as its address says: it runs on when the link is lost. [F33]")
    elif not motor.tells_timeout:
        said.append(
            "This VESC does not tell its time-out: try it once, pulling the plug with the head in the air. [F33]"
        )
    return said


class VescMassager(Reporter):
    """A motor behind a VESC."""

    def __init__(self, wire: Wire, setting: VescSetting) -> None:
        super().__init__(wire, "VESC motor controller")
        self.capabilities = MassagerCapabilities(
            speed_min_ppm=setting.speed_min_ppm,
            speed_max_ppm=setting.speed_max_ppm,
            on_link_loss=LinkLoss.STOPS if setting.lease_s is not None else LinkLoss.KEEPS_RUNNING,
            lease_s=setting.lease_s,
            ramp_ppm_per_s=RAMP_PPM_PER_S,
            has_temperature=True,
            heads=setting.heads,
        )
        self.tells_timeout = False
        """Whether its firmware says when its time-out has come."""
        self._setting = setting
        self._codec = vesc.VescCodec()
        self._point = SetPoint()
        self._limits: DeviceLimits | None = None
        self._is_armed = False
        self._word: str | None = None
        """Why this side, or the controller's time-out, has switched it off; until it is armed again."""
        self._values: vesc.Values | None = None
        self._current = Excess(setting.current_max_a, EXCESS_S)
        self._duty = Excess(setting.duty_max, EXCESS_S)
        self._set_s = -1.0
        """When a running set-point last went out."""
        self._stopped_s: float | None = None
        """When STOP last went out, until a later answer shows no current."""
        self._asked_s = 0.0
        self._is_answered = True
        self._power_s = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._waiters: Waiters[vesc.VescEvent] = Waiters(wire)
        wire.start(self._take, self._lost)

    # What a session calls.

    async def begin(self) -> vesc.Firmware:
        """Ask for its firmware until it answers, then for its telemetry without end."""
        firmware = await self._identify()
        self._ask()
        values = await self._next(vesc.Values, REPLY_S, "no telemetry came")
        self.tells_timeout = values.has_timed_out is not None
        return firmware

    async def prepare(self, limits: DeviceLimits) -> None:
        """Stop, see it stand, and see its time-out come. Raises NoAnswer, or what ended the link."""
        self.stop(StopReason.START)
        began_s = self._wire.now_s()
        await self._next(vesc.Values, STANDSTILL_S, "the motor did not come to a standstill", self._stands)
        self._limits = limits
        lease_s = self._setting.lease_s
        if self.tells_timeout and lease_s is not None:
            within_s = lease_s + TIMEOUT_SLACK_S + self._wire.now_s() - began_s
            remedy = "Set its time-out (App Settings, General) to 1,000 ms, or say what it is: lease_ms=…"
            what = "its own time-out, which stops the motor when this program does not, did not come"
            await self._next(vesc.Values, within_s, what, lambda values: bool(values.has_timed_out), remedy)

    async def arm(self, limits: DeviceLimits | None = None) -> None:
        """Take set-points from now on. Raises PeerRefused while a fault is there, or what ended the link."""
        self._wire.raise_if_over()
        if self._fault() is not None:
            raise PeerRefused(self.url, f"the controller does not run: {self._fault()}.")
        self._limits = limits or self._limits
        self._word, self._is_armed, self._stopped_s = None, True, None

    async def clear_faults(self) -> None:
        """Forget what was latched here; the controller forgets its own faults by itself."""
        self._wire.raise_if_over()
        self._word = None

    def set_speed(self, speed_ppm: int, ramp_ppm_per_s: int) -> None:
        """Aim at a speed; the ramp goes on with each renewal."""
        if self._is_armed and self._word is None:
            most_ppm = self._limits.speed_max_ppm if self._limits is not None else self.capabilities.speed_max_ppm
            self._point.aim(self._wire.now_s(), min(speed_ppm, most_ppm), ramp_ppm_per_s)
            self._send()

    def renew(self) -> None:
        """Send the set-point again, as far as the ramp has got: this renews the controller's own time-out."""
        now_s = self._wire.now_s()
        if not self._is_armed or self._word is not None:
            return
        lease_s = self._setting.lease_s
        if lease_s is not None and self._point.ramped_ppm > 0 and now_s - self._set_s > lease_s:
            self._switch_off(_LAPSED)
            return
        self._point.move(now_s)
        self._send()

    def stop(self, reason: StopReason = StopReason.SUPERVISOR) -> bool:
        """Let it coast, before anything that waits; again by the clock until an answer shows no current."""
        self._is_armed = False
        self._point.drop()
        return self._coast()

    async def aclose(self) -> None:
        """Stop what runs, close the port."""
        if self._is_armed or self._stopped_s is not None:
            self.stop(StopReason.END)
        self._rest()
        await self._wire.aclose()

    # Set-points.

    def _send(self) -> None:
        """Write where the ramp is; at its end, 0 is to coast and not to brake."""
        ramped_ppm = self._point.ramped_ppm
        if ramped_ppm <= 0.0:
            self._wire.write(vesc.set_current(0))
            return
        self._set_s = self._wire.now_s()
        self._wire.write(vesc.set_rpm(self._setting.erpm(ramped_ppm)))

    def _coast(self) -> bool:
        """Write STOP before anything that waits; return whether there was a link."""
        self._stopped_s = self._wire.now_s()
        self._is_answered = True  # a question that it overtakes may never have been sent: the next one need not wait
        return self._wire.overtake(vesc.set_current(0))

    def _switch_off(self, word: str) -> None:
        """Stop for a reason of this side's, and say which."""
        self.stop()
        self._word = word

    # Telemetry.

    def _ask(self) -> None:
        now_s = self._wire.now_s()
        if self._stopped_s is not None and now_s - self._stopped_s >= STOP_AGAIN_S:
            self._coast()
        if self._is_answered or now_s - self._asked_s >= REPLY_S:
            self._asked_s, self._is_answered = now_s, False
            self._wire.write(vesc.ask_values())
        self._rest()
        if self._wire.is_open:
            self._timer = asyncio.get_running_loop().call_at(now_s + POLL_S, self._ask)

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _take(self, data: bytes, now_s: float) -> None:
        for event in self._codec.receive(data):
            self._wire.heard(now_s)
            if isinstance(event, vesc.Values):
                self._note(event, now_s)
            self._waiters.give(event)

    def _note(self, values: vesc.Values, now_s: float) -> None:
        self._values, self._is_answered = values, True
        self._watch(values, now_s)
        if self._stopped_s is not None and self._asked_s >= self._stopped_s and abs(values.motor_a) < QUIET_A:
            self._stopped_s = None
            self._report(StopAcknowledged(now_s))
        reading = MotorReading(
            at_s=min(self._asked_s, now_s),
            received_at_s=now_s,
            commanded_ppm=self._point.target_ppm,
            ramped_ppm=self._point.ramped_ppm,
            measured_ppm=self._setting.ppm(values.erpm),
            is_armed=self._is_armed,
            fault=self._fault(),
        )
        self._report(reading)
        if now_s - self._power_s >= POWER_S:
            self._power_s = now_s
            self._report(PowerReading(now_s, motor_temperature_c=_motor_c(values)))

    def _watch(self, values: vesc.Values, now_s: float) -> None:
        """Switch off what exceeds its limits, and take note of a time-out that has come while the motor should run."""
        if self._current.is_lasting(now_s, abs(values.motor_a)) and self._is_armed:
            self._switch_off(f"the motor draws {abs(values.motor_a):.0f} A, more than {self._current.limit:g} A")
        elif self._duty.is_lasting(now_s, abs(values.duty)) and self._is_armed:
            self._switch_off(f"the duty is {abs(values.duty):.0%}, more than {self._duty.limit:.0%}")
        elif values.has_timed_out and self._is_armed and self._point.ramped_ppm > 0 and self._asked_s > self._set_s:
            self._switch_off(_LAPSED)

    def _fault(self) -> str | None:
        """Return what keeps it from running, in words."""
        values = self._values
        if values is not None and values.fault:
            return vesc.FAULTS.get(values.fault, f"a fault unknown to this version (code {values.fault})")
        if values is not None and values.is_killed:
            return "its kill switch is on"
        return self._word

    def _stands(self, values: vesc.Values) -> bool:
        return self._setting.ppm(values.erpm) < STILL_PPM and self._stopped_s is None

    # Waiting.

    async def _identify(self) -> vesc.Firmware:
        loop = asyncio.get_running_loop()
        until_s = loop.time() + SILENCE_S
        while True:
            self._wire.write(vesc.ask_firmware())
            try:
                return await self._next(vesc.Firmware, REPLY_S, "it did not say its firmware")
            except NoAnswer:
                if loop.time() >= until_s:
                    raise self._silent(
                        "no packet of a VESC that tells its firmware",
                        "Is its speed right (baud), and is its UART application on?",
                        "Is this the right port, is the controller powered, is its UART on?",
                    ) from None

    async def _next(
        self,
        kind: type[EventT],
        within_s: float,
        what: str,
        accept: Callable[[EventT], bool] = lambda _event: True,
        remedy: str = "Check its power and its cable.",
    ) -> EventT:
        """Return the next event of this kind that ``accept`` takes. Raises NoAnswer, or what ended the link."""
        try:
            event = await self._waiters.next(within_s, lambda event: isinstance(event, kind) and accept(event))
        except TimeoutError:
            raise NoAnswer(self.name, what, within_s, remedy) from None
        assert isinstance(event, kind)
        return event

    def _lost(self, problem: ConnectionProblem) -> None:
        self._rest()
        self._waiters.fail(problem)
        self._note_loss(problem)


def _motor_c(values: vesc.Values) -> float:
    """Return the hotter of motor and controller, where the motor's sensor says something possible."""
    return max(values.fet_c, values.motor_c) if -40.0 < values.motor_c < 200.0 else values.fet_c
