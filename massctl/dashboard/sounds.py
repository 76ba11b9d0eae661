"""Making a cue heard: terminal bell, tones, speech, or nothing. What is said is ``cues``' business.

Tones and speech are other programs' work (``paplay``, ``aplay``, …; ``espeak-ng``, ``say``, …), started from a thread of their own:
neither the display nor the session waits for a loudspeaker. Where none is there, the bell rings instead, and it is said so.
"""

from __future__ import annotations

import math
import shutil
import struct
import subprocess
import threading
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Final

from massctl.app.settings import CueStyle
from massctl.dashboard.cues import LASTING, URGENT, Kind, Sound

SPEAKERS: Final = (("espeak-ng", "-s", "165"), ("espeak", "-s", "165"), ("say",), ("spd-say", "--wait"))
PLAYERS: Final = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",), ("play", "-q"))
RATE_HZ: Final = 22_050
LOUDNESS: Final = 0.4
BELLS: Final = {Kind.END: 2, Kind.STOPPED: 3, Kind.EASE_OFF: 2}
"""How often the bell rings; once for all others. The time left is not worth a bell."""
LASTING_MAX: Final = 2
"""What is still to be said of the step before does not hold up this one for long (design value)."""
_FAILED: Final = b"error: "
"""How espeak-ng ends where there is no loudspeaker; its exit code says that all is well."""
NO_BELL: Final = frozenset({Kind.TIME, Kind.PAUSED})
TONES: Final[dict[Kind, tuple[tuple[int, float], ...]]] = {
    Kind.STEP: ((523, 0.15),),
    Kind.TIME: ((523, 0.06),),
    Kind.COUNT: ((880, 0.08),),
    Kind.END: ((880, 0.15), (660, 0.15), (440, 0.3)),
    Kind.HARDER: ((440, 0.12), (660, 0.12)),
    Kind.EASE_OFF: ((660, 0.12), (330, 0.2)),
    Kind.ANSWER: ((660, 0.1), (0, 0.05), (660, 0.1), (0, 0.05), (660, 0.1)),
    Kind.RATE: ((523, 0.1), (0, 0.05), (523, 0.1)),
    Kind.PAUSED: ((330, 0.15),),
    Kind.STOPPED: ((220, 0.3), (0, 0.1), (220, 0.3), (0, 0.1), (220, 0.5)),
}
"""Hertz (0 is silence) and seconds of each part: rising is harder, falling is easier, low and long is stop."""


class Waiting:
    """The sounds that wait while one is heard, for two threads: what is of the moment gives way to the next, the rest is kept."""

    def __init__(self) -> None:
        self._sounds: list[Sound] = []
        self._changed = threading.Condition()
        self._is_closed = False

    def put(self, sound: Sound) -> None:
        """Let ``sound`` wait; an urgent one alone, one of the moment in place of another."""
        with self._changed:
            is_urgent = any(each.kind in URGENT for each in self._sounds)
            if sound.kind in URGENT:
                self._sounds = [sound]
            elif sound.kind in LASTING or not is_urgent:
                self._sounds = [each for each in self._sounds if each.kind in URGENT | LASTING][-LASTING_MAX:]
                self._sounds.append(sound)
            self._changed.notify()

    def take(self) -> Sound | None:
        """Wait for the next sound and return it; None once nothing comes any more."""
        with self._changed:
            self._changed.wait_for(lambda: self._sounds or self._is_closed)
            return None if self._is_closed else self._sounds.pop(0)

    def close(self) -> None:
        """Let nothing be heard any more."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()


def found(programs: tuple[tuple[str, ...], ...]) -> tuple[str, ...] | None:
    """Return the first of ``programs`` that is installed."""
    return next((program for program in programs if shutil.which(program[0])), None)


def lacking(style: CueStyle) -> str:
    """Return what is missing for ``style`` on this machine, in words; '' where nothing is."""
    if style is CueStyle.SPEECH and found(SPEAKERS) is None:
        return "No program that speaks is here (espeak-ng, say or spd-say): the bell rings instead."
    if style is CueStyle.TONES and found(PLAYERS) is None:
        return "No program that plays sound is here (pw-play, paplay, aplay, afplay or play): the bell rings instead."
    return ""


def wave_file(kind: Kind, folder: Path) -> Path:
    """Return the sound file of ``kind`` in ``folder``; made where it is not there."""
    path = folder / f"cue-{kind.name.lower()}.wav"
    if not path.exists():
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            file.writeframes(b"".join(_tone(hertz, seconds) for hertz, seconds in TONES[kind]))
    return path


def _tone(hertz: int, seconds: float) -> bytes:
    count = int(RATE_HZ * seconds)
    edge = RATE_HZ // 200  # 5 ms of fading: no click
    loud = (min(n, count - n, edge) / edge * LOUDNESS * 32767 for n in range(count))
    return b"".join(
        struct.pack("<h", int(level * math.sin(math.tau * hertz * n / RATE_HZ))) for n, level in enumerate(loud)
    )


class Voice:
    """Makes sounds heard in ``style``; every method returns at once.

    Args:
        style: how.
        bell: rings the terminal's bell.
        folder: where sound files may lie.
    """

    def __init__(self, style: CueStyle, bell: Callable[[], None], folder: Path) -> None:
        self.style = style
        self.problem = ""
        """Why nothing is heard, found out by trying; '' while all is well."""
        self._bell = bell
        self._folder = folder
        self._speaker = found(SPEAKERS) if style is CueStyle.SPEECH else None
        self._player = found(PLAYERS) if style is CueStyle.TONES else None
        self._waiting = Waiting()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        if self._speaker or self._player:
            self._thread = threading.Thread(target=self._work, name="cues", daemon=True)
            self._thread.start()

    def play(self, sound: Sound) -> None:
        """Make ``sound`` heard, behind what has to be said first; an urgent one cuts off what is being said."""
        if self.style is CueStyle.SILENT:
            return
        if self._thread is None:
            self._ring(sound.kind)
            return
        self._waiting.put(sound)
        process = self._process
        if sound.kind in URGENT and process is not None:
            process.terminate()

    def close(self) -> None:
        """Say no more."""
        if self._thread is not None:
            self._waiting.close()
            process = self._process
            if process is not None:
                process.terminate()

    def _ring(self, kind: Kind) -> None:
        if kind not in NO_BELL:
            for _ in range(BELLS.get(kind, 1)):
                self._bell()

    def _work(self) -> None:
        while (sound := self._waiting.take()) is not None:
            try:
                self._run(sound)
            except OSError:
                self._ring(sound.kind)

    def _run(self, sound: Sound) -> None:
        if self._speaker is not None:
            command = [*self._speaker, sound.words]
        else:
            command = [*(self._player or ()), str(wave_file(sound.kind, self._folder))]
        silent = subprocess.DEVNULL
        with subprocess.Popen(command, stdin=silent, stdout=silent, stderr=subprocess.PIPE) as process:
            self._process = process
            _, complaint = process.communicate()
        self._process = None
        if process.returncode > 0 or _FAILED in complaint:  # below 0 it was cut off
            self.problem = f"{command[0]} finds no way to make sound here: the bell rings instead."
            self._ring(sound.kind)
