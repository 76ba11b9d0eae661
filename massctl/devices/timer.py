"""The driver of our firmware's timer: relay, buzzer, button and foot pedal."""

from __future__ import annotations

import asyncio

from firmware_protocol.codes import Function, Input, TimerFlag
from firmware_protocol.commands import Buzz, TimerArm, TimerCancel
from firmware_protocol.features import FeatureSet
from firmware_protocol.reports import InputEvent, TimerTelemetry
from massctl.devices.capabilities import InputKind, InputPressed, TimerReading
from massctl.devices.dictionary import TIMER_HZ, DeviceIdentity, stream_hz, timer_capabilities
from massctl.devices.link import Link
from massctl.devices.native import NativeDevice, claim
from massctl.devices.pedal import PedalReader
from massctl.errors import ConnectionProblem


class NativeTimer(NativeDevice):
    """A relay behind a link; it opens by itself when its time is not renewed."""

    commands = (TimerArm, TimerCancel, Buzz)

    def __init__(self, link: Link, identity: DeviceIdentity, features: FeatureSet) -> None:
        super().__init__(link, identity, features)
        self.capabilities = timer_capabilities(link.url, features)
        self._loop = asyncio.get_running_loop()
        self._pedal = PedalReader()
        self._pedal_timer: asyncio.TimerHandle | None = None
        self._is_button_down = False
        link.listen(TimerTelemetry, self._note_timer)
        link.listen(InputEvent, self._note_input)

    async def prepare(self) -> None:
        """Claim, open the relay, start telemetry and wait for its first reading."""
        await claim(self._link)
        await self._link.request(TimerCancel())
        await self._stream(Function.TIMER, stream_hz(self._features, Function.TIMER, TIMER_HZ))
        await self._first(TimerTelemetry, "timer reading")

    def arm(self, duration_s: float) -> None:
        """Close the relay for ``duration_s``, or for as long as the device can if that is less."""
        longest_ms = round(self.capabilities.duration_max_s * 1000)
        self._link.post(TimerArm(max(1, min(round(duration_s * 1000), longest_ms))))

    def cancel(self) -> bool:
        """Open the relay now; a STOP on its way opens it already."""
        return self._link.is_stopping or self._link.post(TimerCancel()) is not None

    def buzz(self, duration_s: float) -> None:
        """Sound the buzzer, where there is one."""
        if self.capabilities.has_buzzer:
            self._link.post(Buzz(min(round(duration_s * 1000), 0xFFFF)))

    async def aclose(self) -> None:
        """Open the relay and give up the link."""
        self._forget_pedal()
        await super().aclose()

    def _let_go(self) -> None:
        self.cancel()

    def _note_timer(self, timer: TimerTelemetry, now_s: float) -> None:
        self._report(
            TimerReading(
                at_s=self._link.at_s(timer.time_us, now_s),
                relay_closed=bool(timer.flags & TimerFlag.RELAY_CLOSED),
                remaining_s=timer.remaining_ms / 1000,
            )
        )
        self._note_pedal(bool(timer.flags & TimerFlag.PEDAL_DOWN), now_s)
        self._is_button_down = bool(timer.flags & TimerFlag.BUTTON_DOWN)

    def _note_input(self, event: InputEvent, now_s: float) -> None:
        if event.input == Input.PEDAL:
            self._note_pedal(event.is_pressed, now_s)
        elif event.input == Input.BUTTON:
            if event.is_pressed and not self._is_button_down:
                self._report(InputPressed(now_s, InputKind.BUTTON))
            self._is_button_down = event.is_pressed

    def _note_pedal(self, is_pressed: bool, now_s: float) -> None:
        """Take in a down or up, from its event or, where that was lost, from the next reading."""
        self._tell(self._pedal.edge(is_pressed, now_s), now_s)

    def _pedal_due(self) -> None:
        now_s = self._loop.time()
        self._tell(self._pedal.tick(now_s), now_s)

    def _tell(self, kinds: list[InputKind], now_s: float) -> None:
        for kind in kinds:
            self._report(InputPressed(now_s, kind))
        self._forget_pedal()
        due_s = self._pedal.next_deadline_s
        if due_s is not None:
            self._pedal_timer = self._loop.call_at(due_s, self._pedal_due)

    def _forget_pedal(self) -> None:
        if self._pedal_timer is not None:
            self._pedal_timer.cancel()
            self._pedal_timer = None

    def _note_loss(self, problem: ConnectionProblem) -> None:
        self._forget_pedal()
        super()._note_loss(problem)
