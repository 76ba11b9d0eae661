"""The simulated person: what it does on what the screen shows and on what it feels."""

from __future__ import annotations

import random
from typing import Any

import pytest

from sims.grid import STEP_S
from sims.holder import Doing, Feeling, LoneHand
from sims.person import Person

REST = Feeling(is_running=False, push_n=0.0, discomfort=0.0, softness=0.0, tender=5.0, working_n=12.0, gun_limit_n=None)
STEP: dict[str, Any] = {
    "event": "step_started",
    "mode": "pin",
    "tool": "perc",
    "point": "UTRAP",
    "side": "L",
    "force_band_n": [8.0, 16.0],
}


class Life:
    """A person and the time that passes for it; the body does as the hand wants."""

    def __init__(self, seed: int = 1) -> None:
        self.person = Person(random.Random(seed))
        self.now_s = 0.0
        self.keys: list[tuple[float, str]] = []
        self.doing = Doing(0.0, "", ("", ""), ())
        self.feeling = REST

    def see(self, **event: Any) -> None:
        self.person.see(event, self.now_s)

    def phase(self, phase: str, ask: str = "") -> None:
        self.see(event="phase", phase=phase, ask=ask)

    def live(self, seconds: float) -> list[str]:
        """Let time pass; return the keys pressed in it."""
        before = len(self.keys)
        for _ in range(round(seconds / STEP_S)):
            self.now_s += STEP_S
            feeling = self.feeling._replace(push_n=self.feeling.push_n or self.doing.aim_n)
            self.doing = self.person.step(self.now_s, feeling)
            self.keys += [(self.now_s, key) for key in self.doing.keys]
        return [key for _, key in self.keys[before:]]


def at_work(**step: Any) -> Life:
    life = Life()
    life.see(**{**STEP, **step})
    life.phase("ramping")
    life.feeling = REST._replace(is_running=True, discomfort=4.0)
    return life


def test_waiting_it_takes_its_time_to_move_and_presses_enter_once() -> None:
    life = Life()
    life.see(**STEP)
    life.phase("waiting", "Place the head on Upper trapezius left, then press Enter")
    assert life.live(1.0) == []
    assert life.live(4.0) == ["enter"]
    assert life.doing.aim_n == 0.0


def test_a_press_that_changed_nothing_is_repeated() -> None:
    life = Life()
    life.phase("waiting", "Hold the head in the air")
    assert life.live(20.0) == ["enter", "enter", "enter"]


def test_with_the_motor_on_it_pushes_at_the_middle_of_the_band() -> None:
    life = at_work()
    life.live(0.1)
    assert life.doing == Doing(12.0, "perc", ("UTRAP", "L"), ())
    life.feeling = REST
    life.live(0.1)
    assert life.doing.aim_n == 0.0


def test_it_obeys_cues_again_and_again_until_they_go() -> None:
    life = at_work()
    life.live(0.1)
    life.see(event="cue", cue="ease off")
    life.live(0.1)
    eased_n = life.doing.aim_n
    life.live(4.5)
    assert life.doing.aim_n < eased_n < 12.0
    life.see(event="cue", cue="good")
    low_n = life.doing.aim_n
    life.live(5.0)
    assert life.doing.aim_n == low_n
    life.see(event="cue", cue="press harder")
    life.live(0.1)
    assert life.doing.aim_n > low_n
    life.see(event="cue", cue="lift off")
    life.live(0.1)
    assert life.doing.aim_n == 0.0


def test_it_answers_are_you_there_with_a_rating() -> None:
    life = at_work()
    life.live(1.0)
    life.see(event="cue", cue="are you there")
    assert life.live(4.0) == ["4"]


def test_it_rates_what_it_feels_when_asked() -> None:
    life = at_work()
    life.live(2.0)
    life.phase("rating", "Keep the pressure a moment: how strong is it, 0–10? Enter skips.")
    life.feeling = REST._replace(discomfort=4.4)
    assert life.live(3.0) == ["4"]
    assert life.doing.aim_n == 12.0
    life.phase("resting", "Let go.")
    life.live(0.1)
    assert life.doing.aim_n == 0.0
    life.phase("rating", "And now, let go: how strong is it, 0–10? Enter skips.")
    life.feeling = REST
    assert life.live(3.0) == ["2"]


def test_before_it_was_touched_it_rates_how_tender_it_is() -> None:
    life = Life()
    life.phase("rating", "Before we begin: how strong is the discomfort now, 0–10? Enter skips.")
    assert life.live(3.0) == ["5"]


def test_a_rating_of_10_is_the_9_key() -> None:
    life = at_work()
    life.feeling = REST._replace(is_running=True, discomfort=9.9)
    life.live(1.0)
    life.see(event="cue", cue="are you there")
    assert life.live(4.0)[0] == "9"


def test_it_says_softer_once_when_the_place_has_softened_and_it_had_time_to_compare() -> None:
    life = at_work()
    life.feeling = REST._replace(is_running=True, discomfort=4.0, softness=0.05)
    assert life.live(50.0) == []
    life.feeling = life.feeling._replace(softness=0.23)
    assert life.live(3.0) == ["r"]
    assert life.live(20.0) == []


def test_a_place_that_was_soft_already_is_not_called_softer_in_the_first_half_minute() -> None:
    life = at_work()
    life.feeling = REST._replace(is_running=True, discomfort=4.0, softness=0.3)
    assert life.live(32.0) == []
    assert life.live(13.0) == ["r"]


def test_a_sweep_is_not_called_softer() -> None:
    life = at_work(mode="sweep")
    life.feeling = REST._replace(is_running=True, discomfort=4.0, softness=0.3)
    assert life.live(60.0) == []


def test_it_says_unasked_when_it_feels_two_points_better_or_worse() -> None:
    life = at_work()
    life.live(1.0)
    life.phase("working", "How strong is it, 0–10?")
    assert life.live(3.0) == ["4"]
    life.feeling = life.feeling._replace(discomfort=6.2)
    assert life.live(9.0) == ["6"]
    life.feeling = life.feeling._replace(discomfort=3.0)
    assert life.live(9.0) == ["3"]
    assert life.live(30.0) == []


def test_pain_makes_it_ease_off_by_itself() -> None:
    life = at_work()
    life.feeling = REST._replace(is_running=True, discomfort=8.5)
    life.live(1.0)
    assert life.doing.aim_n < 8.0


def test_paused_it_breathes_and_goes_on_more_gently() -> None:
    life = at_work()
    life.live(1.0)
    life.phase("paused", "Ease off.")
    assert life.live(2.0) == []
    assert life.live(3.5) == ["enter"]
    life.phase("ramping")
    life.live(0.1)
    assert life.doing.aim_n < 12.0


def test_stopped_it_resets_in_two_steps_and_the_second_time_it_ends_the_session() -> None:
    life = at_work()
    life.phase("stopped", "Lift off.")
    assert life.live(6.0) == ["l", "c"]
    life.phase("waiting", "Place the head")
    life.live(4.0)
    life.phase("stopped", "Again.")
    assert life.live(6.0) == ["q"]


def test_a_movement_is_started_done_and_reported() -> None:
    life = Life()
    life.see(event="step_started", mode="move", tool="ui", point=None, side=None, force_band_n=None)
    life.phase("waiting", "10 chin tucks. Enter begins.")
    assert life.live(3.0) == ["enter"]
    life.phase("working", "Enter when done.")
    assert life.live(7.0) == []
    assert life.live(9.0) == ["enter"]


def test_a_manual_tool_is_pressed_as_feels_right() -> None:
    life = at_work(tool="ball", force_band_n=None)
    life.feeling = REST
    life.live(0.1)
    assert life.doing == Doing(12.0, "ball", ("UTRAP", "L"), ())


def test_an_algometer_is_pressed_slowly_until_it_hurts_then_enter_and_off() -> None:
    life = at_work(mode="ramp", tool="algometer", force_band_n=None)
    life.phase("working", "Press slowly harder; Enter at the first pain.")
    life.feeling = REST
    assert life.live(2.0) == []
    assert life.doing.aim_n == pytest.approx(10.0, abs=0.2)
    life.feeling = REST._replace(discomfort=3.6, push_n=12.0)
    assert life.live(0.6) == ["enter"]
    assert life.doing.aim_n == 0.0


def test_in_a_scan_it_goes_to_the_place_that_is_asked_about() -> None:
    life = Life()
    life.see(event="step_started", mode="scan", tool="ui", point=None, side=None, force_band_n=None)
    life.feeling = REST._replace(discomfort=5.0)
    life.see(event="scan_point", point="INFRA", side="R", pressure_band_kg_cm2=(1.0, 2.0), contact_area_cm2=None)
    life.phase("rating", "Infraspinatus right, 6 of 6: press firmly, as on the others, then rate it 0–10.")
    assert life.live(2.0) == []
    assert life.doing.aim_n == REST.working_n
    assert life.live(2.0) == ["5"]
    assert life.doing.place == ("INFRA", "R")


def test_in_a_measured_scan_it_holds_the_push_that_is_asked_for() -> None:
    life = Life()
    life.see(event="step_started", mode="scan", tool="algometer", point=None, side=None, force_band_n=None)
    life.see(event="scan_point", point="INFRA", side="R", pressure_band_kg_cm2=(1.0, 2.0), contact_area_cm2=1.0)
    life.phase("rating", "Infraspinatus right, 6 of 6: hold the push in its band for 2 s, then rate it 0–10.")
    life.live(1.0)
    assert life.doing.aim_n == pytest.approx(14.7, abs=0.01)


def test_silent_it_presses_nothing_and_leaves_the_hand_where_it_is() -> None:
    life = at_work()
    life.live(1.0)
    life.person.is_silent = True
    life.see(event="cue", cue="are you there")
    assert life.live(60.0) == []
    assert life.doing.aim_n == 12.0


def test_after_the_summary_it_presses_nothing() -> None:
    life = Life()
    life.phase("waiting", "Enter")
    life.see(event="summary")
    assert life.live(30.0) == []


def test_the_same_seed_lives_the_same_life() -> None:
    lives = []
    for seed in (1, 1, 2):
        life = Life(seed)
        life.see(**STEP)
        life.phase("waiting", "Enter")
        life.live(10.0)
        lives.append(life.keys)
    assert lives[0] == lives[1] != lives[2]


def test_a_hand_without_a_session_pushes_within_the_guns_limit_while_it_runs() -> None:
    hand = LoneHand()
    assert hand.step(0.0, REST._replace(is_running=True, gun_limit_n=20.0)).aim_n == 7.0
    assert hand.step(0.0, REST._replace(is_running=True)).aim_n == pytest.approx(0.7 * REST.working_n)
    assert hand.step(0.0, REST._replace(is_running=True, gun_limit_n=1000.0)).aim_n == 40.0
    assert hand.step(0.0, REST._replace(gun_limit_n=20.0)).aim_n == 0.0
