"""Who may do what: decides on each command from the network. Pure; time is passed in.

The network never starts a motor by itself. A person must have armed this session at the device, by a key, a pedal or the timer's
button, within the last ``ARMED_S``, for each start anew (F53); whatever stops the motor takes that away again. A stop is taken
from anybody, always.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from massctl.mqtt.commands import Command, Name
from massctl.session.commands import Key, Press
from massctl.session.events import Phase

ARMED_S: Final = 60.0
"""How long a press at the device lets the network start or go on (design value)."""
IDS_MAX: Final = 1000
"""Ids of commands that are remembered to know a duplicate (design value)."""
ORIGIN: Final = "mqtt"
"""The origin of every press that came from the network, in the record."""
NUDGE_PPM: Final = 100
"""What one press of + or − changes (F17)."""
_NOT_ARMED: Final = (
    "nobody has armed it at the device within the last 60 s: press A at the bridge, its pedal or its button"
)
_BEFORE_START: Final = frozenset({Phase.WAITING, Phase.PAUSED})
_RUNNING: Final = frozenset({Phase.RAMPING, Phase.WORKING})


@dataclass(frozen=True, slots=True)
class Running:
    """What a decision needs to know of the session at hand."""

    phase: Phase
    speed_set_ppm: float
    is_own: bool = True
    """Whether this bridge runs it; of another process's session only a stop is taken."""
    mode: str | None = None
    """Of the step at hand; None between steps."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a command; ``refusal`` is '' for one that is obeyed."""

    refusal: str = ""
    presses: tuple[Press, ...] = ()
    is_start: bool = False
    is_stop: bool = False
    note: str = ""
    """What the sender should know although it was obeyed."""


class Gatekeeper:
    """Remembers who armed when, and which commands came already."""

    def __init__(self) -> None:
        self._armed_at_s: float | None = None
        self._ids: OrderedDict[str, None] = OrderedDict()

    def arm(self, now_s: float) -> None:
        """A person pressed something at the device, wanting it to go on."""
        self._armed_at_s = now_s

    def disarm(self) -> None:
        """Something stopped, paused or ended it: what was armed before does not count any more."""
        self._armed_at_s = None

    def armed_for_s(self, now_s: float) -> float:
        """Return how long the network may still start or go on; 0 where it may not."""
        if self._armed_at_s is None:
            return 0.0
        return max(0.0, self._armed_at_s + ARMED_S - now_s)

    def judge(self, command: Command, now_s: float, running: Running | None, *, is_retained: bool = False) -> Verdict:
        """Decide on one command that has just arrived."""
        if command.name is Name.STOP:
            return Verdict(is_stop=True, note="it was retained: remove it from the broker" if is_retained else "")
        if is_retained:
            return Verdict("it was retained, and a command is never obeyed later than it was given")
        if not self._is_new(command.id):
            return Verdict("a command with this id came before")
        if running is not None and not running.is_own:
            return Verdict("this session belongs to another massctl on this machine; only a stop is taken for it")
        return self._judge_new(command, now_s, running)

    def _is_new(self, command_id: str) -> bool:
        if command_id in self._ids:
            return False
        self._ids[command_id] = None
        if len(self._ids) > IDS_MAX:
            self._ids.popitem(last=False)
        return True

    def _judge_new(self, command: Command, now_s: float, running: Running | None) -> Verdict:
        is_armed = self.armed_for_s(now_s) > 0
        match command.name:
            case Name.PROGRAM | Name.SIDE if running is not None:
                return Verdict("a session runs; choose when it is over")
            case Name.PROGRAM | Name.SIDE | Name.TIMER:
                return Verdict()
            case Name.START if running is not None:
                return Verdict("a session runs already")
            case Name.START:
                return Verdict(is_start=True) if is_armed else Verdict(_NOT_ARMED)
            case _ if running is None:
                return Verdict("no session runs")
            case Name.GO_ON:
                return self._go_on(running) if is_armed else Verdict(_NOT_ARMED)
            case Name.PAUSE:
                return _press(Key.PAUSE)
            case Name.FINISH:
                return _press(Key.FINISH)
            case Name.DISCOMFORT:
                return _press(Key.DISCOMFORT, int(command.value or 0))
            case Name.SPEED:
                return self._speed(int(command.value or 0), running, is_armed=is_armed)
        raise AssertionError(command.name)  # pragma: no cover - every command has its case

    def _go_on(self, running: Running) -> Verdict:
        """Go on once: what starts a step's tool uses the arming up."""
        if running.mode == "check":
            return Verdict("this question is answered at the device")
        if running.mode is not None and running.phase in _BEFORE_START:
            self.disarm()
        return _press(Key.GO_ON)

    @staticmethod
    def _speed(wished_ppm: int, running: Running, *, is_armed: bool) -> Verdict:
        """Slower at once and as far as wished; faster one press at a time, and only while armed: limits narrow."""
        if running.phase not in _RUNNING:
            return Verdict("the motor is off; its speed is the program's")
        gap_ppm = wished_ppm - running.speed_set_ppm
        if gap_ppm < 0:
            return _press(Key.SLOWER, times=-int(gap_ppm // NUDGE_PPM))
        if gap_ppm < NUDGE_PPM:
            return Verdict(note="that is its speed")
        if not is_armed:
            return Verdict(f"faster only while armed; {_NOT_ARMED}")
        return _press(Key.FASTER)


def _press(key: Key, value: int | None = None, *, times: int = 1) -> Verdict:
    return Verdict(presses=(Press(key, value, ORIGIN),) * times)
