"""What is to be heard, and when."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest

from massctl.app.request import RunRequest
from massctl.app.settings import CueStyle, Settings
from massctl.dashboard import sounds
from massctl.dashboard.cues import CueTeller, Kind, Sound
from massctl.dashboard.live import LiveSession
from massctl.dashboard.sounds import TONES, Voice, lacking, wave_file
from massctl.session.events import Cue, CueKind, DiscomfortRated, Event, LinkChanged, Phase, SeenBy
from tests.dashboard.events_of import phase, step, stop_seen, tick


def heard(teller: CueTeller, *events: Event) -> list[str]:
    return [sound.words for event in events for sound in teller.hear(event)]


def count_down(teller: CueTeller, first_s: float, last_s: float, **changes: object) -> list[str]:
    """Return what is heard while a clock runs from ``first_s`` left to ``last_s`` left, five ticks a second."""
    words = []
    for number in range(int((first_s - last_s) * 5) + 1):
        left_s = first_s - number / 5
        words += heard(teller, tick(remaining_s=left_s, at_s=100 - left_s, cue=None, **changes))
    return words


def test_the_step_is_named_when_it_comes_up() -> None:
    assert heard(CueTeller(30), step()) == ["Gluteus maximus left"]


def test_the_time_left_is_told_at_the_chosen_cadence_and_the_last_three_seconds_are_counted() -> None:
    assert count_down(CueTeller(30), 95, 0) == [
        "1 minute 30 seconds left",
        "1 minute left",
        "30 seconds left",
        "3",
        "2",
        "1",
    ]


def test_a_clock_that_does_not_run_tells_no_time() -> None:
    assert count_down(CueTeller(30), 95, 0, phase=Phase.PAUSED) == []


def test_a_question_is_heard() -> None:
    assert heard(CueTeller(30), phase(Phase.RATING)) == ["How strong is it, zero to ten?"]


def test_the_end_is_distinct() -> None:
    from tests.dashboard.test_dashboard_view import ended_step  # noqa: PLC0415 - one event of that file

    assert [sound.kind for sound in CueTeller(30).hear(ended_step())] == [Kind.END]
    assert len(set(TONES.values())) == len(TONES)


def test_press_harder_and_ease_off_are_said_at_once_and_again_while_they_stay() -> None:
    teller = CueTeller(60)
    assert heard(teller, Cue(at_s=1.0, cue=CueKind.PRESS_HARDER)) == ["Press harder"]
    ticks = [tick(at_s=1 + n / 5, remaining_s=50 - n / 5, cue=CueKind.PRESS_HARDER) for n in range(1, 26)]
    assert heard(teller, *ticks) == ["Press harder"]
    assert heard(teller, Cue(at_s=7.0, cue=CueKind.EASE_OFF)) == ["Ease off"]


@pytest.mark.parametrize("discomfort", range(11))
def test_never_press_harder_from_a_discomfort_of_three_on(discomfort: int) -> None:
    teller = CueTeller(60)
    teller.hear(DiscomfortRated(at_s=0.5, value=discomfort))
    words = heard(teller, Cue(at_s=1.0, cue=CueKind.PRESS_HARDER), tick(at_s=9.0, cue=CueKind.PRESS_HARDER))
    assert ("Press harder" in words) == (discomfort < 3)


def test_F20_another_theme_or_cadence_forgets_no_rating(tmp_path: Path) -> None:
    silent = Voice(CueStyle.SILENT, lambda: None, tmp_path)
    live = LiveSession(RunRequest(program="micro-break", is_simulated=True), Settings(), {}, silent)
    live._cues.hear(DiscomfortRated(at_s=0.5, value=5))
    live.resound(Settings(cadence_s=10), silent)
    assert live._cues.cadence_s == 10
    assert heard(live._cues, Cue(at_s=1.0, cue=CueKind.PRESS_HARDER)) == []


def test_stops_lost_links_and_stops_that_nobody_saw_are_said() -> None:
    teller = CueTeller(60)
    assert heard(teller, phase(Phase.STOPPED)) == ["Stopped. Lift it off"]
    assert heard(teller, stop_seen(is_confirmed=True)) == []
    assert "press its own button" in heard(teller, stop_seen(is_confirmed=False, seen_by=SeenBy.NOTHING))[0]
    assert "Lift it off" in heard(teller, LinkChanged(at_s=1.0, device="massager", state="lost"))[0]


# --- making it heard ---------------------------------------------------------------------------------------------------------


def test_the_bell_rings_and_the_end_rings_otherwise_than_the_rest(tmp_path: Path) -> None:
    rings: list[int] = []
    voice = Voice(CueStyle.BELL, lambda: rings.append(1), tmp_path)
    counts = {}
    for kind in Kind:
        rings.clear()
        voice.play(Sound(kind, ""))
        counts[kind] = len(rings)
    assert counts[Kind.END] != counts[Kind.STEP]
    assert counts[Kind.STOPPED] == max(counts.values())
    assert counts[Kind.TIME] == 0


def test_the_end_of_a_step_is_heard_and_then_the_name_of_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = speaker(tmp_path, monkeypatch, 0.05)
    voice = Voice(CueStyle.SPEECH, lambda: None, tmp_path)
    for sound in (Sound(Kind.TIME, "30 seconds left"), Sound(Kind.END, "Done"), Sound(Kind.STEP, "Glutes")):
        voice.play(sound)
    voice.play(Sound(Kind.COUNT, "3"))
    wait_for(lambda: said.exists() and "3" in said.read_text())
    assert [word for word in said.read_text().split() if word in {"Done", "Glutes"}] == ["Done", "Glutes"]
    voice.close()


def test_silent_is_silent(tmp_path: Path) -> None:
    voice = Voice(CueStyle.SILENT, lambda: pytest.fail("it rang"), tmp_path)
    for kind in Kind:
        voice.play(Sound(kind, "words"))


@pytest.mark.parametrize("style", [CueStyle.TONES, CueStyle.SPEECH])
def test_where_no_program_makes_sound_it_is_said_and_the_bell_rings(
    style: CueStyle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sounds, "found", lambda _: None)
    rings: list[int] = []
    Voice(style, lambda: rings.append(1), tmp_path).play(Sound(Kind.END, ""))
    assert rings
    assert "the bell rings instead" in lacking(style)
    assert lacking(CueStyle.BELL) == lacking(CueStyle.SILENT) == ""


def speaker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float) -> Path:
    """Put a program that writes down what it is to say, and takes its time, in the speaker's place."""
    said, program = tmp_path / "said", tmp_path / "speak"
    program.write_text(f'#!/bin/sh\necho "$1" >> {said}\nexec sleep {seconds}\n', encoding="ascii")
    program.chmod(0o700)
    monkeypatch.setattr(sounds, "found", lambda programs: (str(program),) if programs is sounds.SPEAKERS else None)
    return said


def test_an_urgent_word_cuts_off_what_is_being_said_and_nothing_piles_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = speaker(tmp_path, monkeypatch, 20)
    voice = Voice(CueStyle.SPEECH, lambda: None, tmp_path)
    voice.play(Sound(Kind.TIME, "a long sentence"))
    wait_for(lambda: voice._process is not None)
    for number in range(50):
        voice.play(Sound(Kind.TIME, f"number {number}"))
    voice.play(Sound(Kind.STOPPED, "Stopped"))
    voice.play(Sound(Kind.TIME, "of no account"))
    wait_for(lambda: said.exists() and "Stopped" in said.read_text())
    voice.close()
    assert voice._thread is not None
    voice._thread.join(2)
    assert said.read_text().split("\n")[:2] == ["a long sentence", "Stopped"]


def test_a_program_that_is_gone_leaves_the_bell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sounds, "found", lambda _: ("/does/not/exist",))
    rings: list[int] = []
    voice = Voice(CueStyle.SPEECH, lambda: rings.append(1), tmp_path)
    voice.play(Sound(Kind.END, "over"))
    wait_for(lambda: bool(rings))
    voice.close()


@pytest.mark.parametrize("end", ["echo 'error: No such file or directory' >&2", "exit 1"])
def test_a_voice_without_a_loudspeaker_leaves_the_bell_and_says_so(
    end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "speak"
    program.write_text(f"#!/bin/sh\n{end}\n", encoding="ascii")
    program.chmod(0o700)
    monkeypatch.setattr(sounds, "found", lambda _: (str(program),))
    rings: list[int] = []
    voice = Voice(CueStyle.SPEECH, lambda: rings.append(1), tmp_path)
    voice.play(Sound(Kind.STEP, "Glutes"))
    wait_for(lambda: bool(rings))
    assert "the bell rings instead" in voice.problem
    voice.close()


def wait_for(condition: object) -> None:
    import time  # noqa: PLC0415 - only here

    until = time.perf_counter() + 5
    assert callable(condition)
    while not condition():
        assert time.perf_counter() < until
        time.sleep(0.005)


@pytest.mark.parametrize("kind", Kind)
def test_each_tone_is_a_short_sound_file(kind: Kind, tmp_path: Path) -> None:
    with wave.open(str(wave_file(kind, tmp_path))) as file:
        assert 0.05 <= file.getnframes() / file.getframerate() <= 1.5
