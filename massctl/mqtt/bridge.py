"""The bridge: sessions and devices to the broker, commands from it; its own sessions, and those of other processes.

What is said is ``publisher``'s, what is obeyed is ``gatekeeper``'s, how it travels is ``broker``'s. A stop is handed to the
session in the very callback in which it arrives.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from massctl.app.admission import Screen
from massctl.app.control import SessionControl
from massctl.app.following import SessionFollower
from massctl.app.inputs import watch_inputs
from massctl.app.preflight import Ask
from massctl.app.request import RunRequest
from massctl.app.run import run_session
from massctl.errors import MassctlError
from massctl.mqtt.broker import Broker
from massctl.mqtt.commands import BadCommand, Command, Name, read_command
from massctl.mqtt.discovery import BIRTH, PREFIX
from massctl.mqtt.gatekeeper import ORIGIN, Gatekeeper, Running
from massctl.mqtt.next_start import NextStart, NotPossible
from massctl.mqtt.publisher import Publisher
from massctl.mqtt.session_state import SessionState
from massctl.mqtt.topics import OFFLINE, ONLINE, Topics
from massctl.session.commands import Key, Press
from massctl.session.events import Event, Phase
from massctl.transports.broker_address import BrokerAddress
from massctl.transports.mqtt import Message

_ARMING: Final = frozenset({Key.GO_ON, Key.CONFIRM})
"""Presses at the device that want the motor to run."""
_NEUTRAL: Final = frozenset({Key.DISCOMFORT, Key.SOFTER, Key.EXTEND, Key.FASTER, Key.SLOWER, Key.RELEASE})
"""Presses that say nothing about it; every other one takes the arming away."""
_HALTED: Final = frozenset({Phase.PAUSED, Phase.STOPPED, Phase.RECONNECTING})


@dataclass(frozen=True, slots=True)
class BridgeSettings:
    """What a bridge is asked to be."""

    node: str
    """Its name among the topics."""
    address: BrokerAddress
    request: RunRequest
    """The devices and the first choice of what to run."""
    discovery_prefix: str | None = PREFIX
    """None: Home Assistant is told nothing."""


class Bridge:
    """One bridge; ``run`` is its life, and all methods are called in its loop.

    Args:
        settings: what it is.
        say: told in words what happens, for the terminal.
        ask, screen: how a person at the bridge's terminal is asked before a session on hardware; None where nobody can be.
        is_attended: whether somebody at the bridge can press keys; without, every stop ends the session.
        on_event: told every event of the bridge's own sessions.
        on_session: given the control of each session of its own when it begins, and None when it is over.
    """

    def __init__(
        self,
        settings: BridgeSettings,
        say: Callable[[str], None],
        *,
        ask: Ask | None = None,
        screen: Screen | None = None,
        is_attended: bool = True,
        on_event: Callable[[Event], None] = lambda _event: None,
        on_session: Callable[[SessionControl | None], None] = lambda _control: None,
    ) -> None:
        self._settings = settings
        self._say = say
        self._ask, self._screen, self._is_attended = ask, screen, is_attended
        self._on_event, self._on_session = on_event, on_session
        self._topics = Topics(settings.node)
        self._next = NextStart(settings.request)
        self._gate = Gatekeeper()
        self._loop = asyncio.get_running_loop()
        self._state = SessionState()
        self._control: SessionControl | None = None
        self._is_starting = False
        self._is_called_off = False
        """A stop has come since the start: the session must not begin (it connects, or its page is being answered)."""
        self._wish = asyncio.Event()
        self._followed: dict[str, SessionState] = {}
        self._follower = SessionFollower(self)
        self._disarming: asyncio.TimerHandle | None = None
        self._end: asyncio.TimerHandle | None = None
        self._group = asyncio.TaskGroup()
        prefix = settings.discovery_prefix
        self._birth_topic = f"{prefix}/{BIRTH}" if prefix else None
        self._broker = Broker(
            settings.address,
            identifier=f"massctl-{settings.node}",
            will=(self._topics.bridge_status, OFFLINE),
            subscriptions=(self._topics.commands, *((self._birth_topic,) if self._birth_topic else ())),
            on_message=self._take,
            on_change=self._note_broker,
        )
        self._publisher = Publisher(
            self._broker,
            self._topics,
            discovery_prefix=prefix,
            is_simulated=settings.request.is_simulated,
            now_s=self._loop.time,
        )

    # Life.

    async def run(self) -> None:
        """Serve until cancelled, then say offline. Raises MassctlError where the broker refuses the login."""
        refused: list[BaseException] = []
        try:
            async with self._group as group:
                self._publisher.announce(self._next.programs)
                self._publish_bridge()
                self._publisher.session(self._state)
                group.create_task(self._broker.run(), name="broker")
                group.create_task(self._follower.run(), name="sessions of other processes")
                try:
                    await self._run_sessions()
                finally:
                    self._publisher.leave()
                    await self._broker.farewell()
        except* MassctlError as errors:
            refused += errors.exceptions
        finally:
            for timer in (self._disarming, self._end):
                if timer is not None:
                    timer.cancel()
        if refused:
            raise refused[0]

    async def _run_sessions(self) -> NoReturn:
        """Wait for a start that was let in, run it, and again; while idle, the timer's inputs arm."""
        while True:
            async with asyncio.TaskGroup() as idle:
                request = self._settings.request
                if request.timer:
                    watching = idle.create_task(
                        watch_inputs(request.timer, self.arm, self._note_timer), name="pedal and button"
                    )
                await self._wish.wait()
                if request.timer:
                    watching.cancel()
            self._wish.clear()
            if self._is_called_off:
                self._is_starting = self._is_called_off = False
            else:
                await self._run_one()

    async def _run_one(self) -> None:
        self._state = SessionState()
        try:
            await run_session(
                self._next.request,
                on_event=self._see,
                on_ready=self._begin,
                ask=self._ask,
                screen=self._screen,
                is_attended=self._is_attended,
            )
        except MassctlError as problem:
            self._report(Name.START, "", str(problem))
        finally:
            self._is_starting, self._control, self._state = False, None, SessionState()
            self._is_called_off = False
            self._forget_end()
            self.disarm()
            self._on_session(None)
            self._publisher.session(self._state)
            self._publisher.devices({})

    def _begin(self, control: SessionControl) -> None:
        self._control = control
        if self._is_called_off:
            control.emergency_stop(ORIGIN)
        self._on_session(_AtTheDevice(control, self._pressed))
        if self._next.timer_min is not None:
            self._set_end(self._next.timer_min)

    # At the device.

    def arm(self, origin: str) -> None:
        """A person at the device lets the network start, or go on, within the next minute."""
        now_s = self._loop.time()
        self._gate.arm(now_s)
        self._say(f"Armed for {self._gate.armed_for_s(now_s):.0f} s by the {origin}.")
        self._forget_disarming()
        self._disarming = self._loop.call_later(self._gate.armed_for_s(now_s), self.disarm)
        self._publish_bridge()

    def disarm(self) -> None:
        """From now on the network starts nothing."""
        if self._disarming is None:
            return
        self._forget_disarming()
        self._gate.disarm()
        self._say("Not armed any more.")
        self._publish_bridge()

    def _forget_disarming(self) -> None:
        if self._disarming is not None:
            self._disarming.cancel()
            self._disarming = None

    def _pressed(self, press: Press) -> None:
        if press.key in _ARMING:
            self.arm(press.origin)
        elif press.key not in _NEUTRAL:
            self.disarm()

    # From the broker.

    def _take(self, message: Message) -> None:
        if message.topic == self._birth_topic:
            if message.payload == ONLINE.encode():
                self._publisher.announce(self._next.programs)
            return
        name = self._topics.command_name(message.topic)
        if name is None:  # some brokers deliver more than was subscribed to
            return
        try:
            command = read_command(name, message.payload)
        except BadCommand as problem:
            self._report(name[:32], "", str(problem))
            return
        verdict = self._gate.judge(command, self._loop.time(), self._running(), is_retained=message.is_retained)
        if verdict.is_stop:
            self._stop()
        refusal = verdict.refusal
        if not refusal and verdict.is_start:
            self._start()
        elif not refusal and not verdict.presses and command.name in {Name.PROGRAM, Name.SIDE, Name.TIMER}:
            refusal = self._choose(command)
        for press in verdict.presses:
            if self._control is not None:
                self._control.press(press)
        self._report(command.name, command.id, refusal, verdict.note)
        self._note_arming()

    def _note_arming(self) -> None:
        """Tell of an arming that was used up."""
        if self._disarming is not None and not self._gate.armed_for_s(self._loop.time()):
            self.disarm()

    def _running(self) -> Running | None:
        if self._control is not None:
            state = self._state
            phase = Phase(state.phase) if state.session_id else Phase.CONNECTING
            return Running(phase, state.speed_set_ppm, mode=state.mode)
        if self._is_starting:
            return Running(Phase.CONNECTING, 0.0)
        return Running(Phase.WORKING, 0.0, is_own=False) if self._followed else None

    def _stop(self) -> None:
        if self._control is not None:
            self._control.emergency_stop(ORIGIN)
        elif self._is_starting:
            self._is_called_off = True
        self.disarm()
        if self._followed:
            self._group.create_task(self._stop_followed(), name="stop sessions of other processes")
        self._say("STOP from the network.")

    async def _stop_followed(self) -> None:
        for outcome in await self._follower.stop_all():
            self._say(f"{outcome.what}: {outcome.text}")
            self._report(Name.STOP, "", "" if outcome.is_stopped else outcome.text, outcome.text)

    def _start(self) -> None:
        self._is_starting = True
        self._wish.set()
        self._say(f"Start of {self._next.request.program} from the network.")

    def _choose(self, command: Command) -> str:
        """Take a choice, and return why not, or ''."""
        try:
            if command.name is Name.TIMER and self._control is not None:
                self._shorten(int(command.value or 0))
            else:
                self._next.choose(command)
        except NotPossible as problem:
            return str(problem)
        self._publish_bridge()
        return ""

    def _shorten(self, minutes: int) -> None:
        if self._end is not None and self._loop.time() + 60 * minutes > self._end.when():
            raise NotPossible("a running session can be made shorter, not longer")
        self._set_end(minutes)

    def _set_end(self, minutes: int) -> None:
        self._forget_end()
        self._end = self._loop.call_later(60 * minutes, self._time_is_up)

    def _time_is_up(self) -> None:
        self._end = None
        self._say("The time is up.")
        if self._control is not None:
            self._control.press(Press(Key.FINISH, None, f"{ORIGIN} timer"))

    def _forget_end(self) -> None:
        if self._end is not None:
            self._end.cancel()
            self._end = None

    # From sessions.

    def _see(self, event: Event) -> None:
        self._on_event(event)
        self._publisher.event(self._state, event.to_json())
        if self._state.phase in _HALTED:
            self.disarm()

    def began(self, session_id: str, greeting: dict[str, Any]) -> None:
        """Follow a session of another process."""
        self._followed[session_id] = SessionState()
        self._say(f"Following session {session_id} ({greeting.get('program', '?')}).")

    def saw(self, session_id: str, event: dict[str, Any]) -> None:
        """Say what it says, unless a session of our own is told of."""
        state = self._followed.get(session_id)
        if state is not None and self._control is None:
            self._publisher.event(state, event)

    def ended(self, session_id: str) -> None:
        """It is over."""
        self._followed.pop(session_id, None)
        self._say(f"Session {session_id} is over.")
        if not self._followed and self._control is None:
            self._publisher.session(SessionState())
            self._publisher.devices({})

    # To the broker and the terminal.

    def _note_broker(self, problem: MassctlError | None) -> None:
        self._say(f"Connected to {self._settings.address}." if problem is None else str(problem))

    def _note_timer(self, problem: MassctlError | None) -> None:
        if problem is not None:
            self._say(f"The timer's pedal and button cannot arm: {problem}")
        elif self._control is None:
            self._publisher.devices({"timer": {"address": self._settings.request.timer}})

    def _publish_bridge(self) -> None:
        self._publisher.bridge({**self._next.to_json(), "is_armed": self._gate.armed_for_s(self._loop.time()) > 0})

    def _report(self, command: str, command_id: str, refusal: str, note: str = "") -> None:
        if self._publisher.report(command, command_id, refusal, note) and refusal:
            self._say(f"Refused from the network: {command}: {refusal}.".replace("..", "."))


class _AtTheDevice:
    """The control of a session for whoever stands at it: its presses arm and disarm."""

    def __init__(self, control: SessionControl, pressed: Callable[[Press], None]) -> None:
        self._control = control
        self._pressed = pressed

    def press(self, press: Press) -> None:
        """Take one command of the person at the device."""
        self._pressed(press)
        self._control.press(press)

    def emergency_stop(self, origin: str) -> None:
        """Stop now."""
        self._control.emergency_stop(origin)
