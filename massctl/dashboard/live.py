"""The one session that may run behind the dashboard: its keys, its treads, its sounds. It carries; it decides nothing.

Keys come from the thread that reads the terminal or from Textual's loop; all else from Textual's loop.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from massctl.app.background import BackgroundSession, Batch
from massctl.app.pedals import TREAD
from massctl.app.request import RunRequest
from massctl.dashboard.cues import CueTeller
from massctl.dashboard.keys import Above, Tread, Treads, route
from massctl.dashboard.sounds import Voice
from massctl.session.commands import Key, Press

if TYPE_CHECKING:
    from massctl.app.settings import Settings

PEDAL: Final = "pedal"


class LiveSession:
    """A session, from its start to its end.

    Args:
        request: what to run.
        settings: how it sounds.
        pedal: keys of a pedal and their commands, already checked.
        voice: makes cues heard; closed with the session.
    """

    def __init__(self, request: RunRequest, settings: Settings, pedal: Mapping[str, str], voice: Voice) -> None:
        self.request = request
        self.background = BackgroundSession(request)
        self.voice = voice
        self._cues = CueTeller(settings.cadence_s)
        self._pedal = pedal
        self._treads: dict[str, Treads] = defaultdict(Treads)

    def start(self) -> None:
        """Begin."""
        self.background.start()

    def fetch(self) -> Batch:
        """Return what has happened since the last call, and make heard what of it is to be heard."""
        batch = self.background.fetch()
        for event in batch.events:
            for sound in self._cues.hear(event):
                self.voice.play(sound)
        return batch

    def resound(self, settings: Settings, voice: Voice) -> None:
        """Sound another way from now on."""
        self.voice.close()
        self.voice, self._cues.cadence_s = voice, settings.cadence_s

    def close(self) -> None:
        """Fall silent."""
        self.voice.close()

    def press(self, key: Key) -> None:
        """Give the session a command that a dialog led to."""
        self.background.press(Press(key))

    def take_key(self, name: str, above: Above = Above.NOTHING, *, is_face: bool = False) -> bool:
        """Give the session a key; return whether it took it. While it connects, its stop keys call it off.

        Args:
            name: the key.
            above: what lies above its screen.
            is_face: whether the display has a use for this key just now.
        """
        press = None if is_face else route(name, self._pedal, above)
        if press is None or not (self.background.has_begun or _calls_off(name, press, above)):
            return False
        if isinstance(press, Press):
            self.background.press(press if self.background.has_begun else Press(Key.STOP))
        elif press == TREAD:
            self._tread(self._treads[name].tread(time.perf_counter()))
        return True

    def _tread(self, tread: Tread) -> None:
        if tread is Tread.HELD:
            self.background.press(Press(Key.STOP, origin=PEDAL))
        else:
            self.background.tread(PEDAL, may_go_on=tread is Tread.FIRST)


def _calls_off(name: str, press: Press | str, above: Above) -> bool:
    """Return whether a key gives up what has not begun; above a question Esc is the question's own."""
    is_own = above is not Above.NOTHING and name == "escape"
    return isinstance(press, Press) and press.key in {Key.STOP, Key.FINISH} and not is_own
