"""The simulated hand: late, unsteady, tiring, and quick to let go."""

from __future__ import annotations

import random
import statistics

import pytest

from sims.hand import Hand

DT_S = 0.02


def run(hand: Hand, from_s: float, to_s: float) -> list[float]:
    steps = range(round(from_s / DT_S) + 1, round(to_s / DT_S) + 1)
    return [hand.step(step * DT_S, DT_S) for step in steps]


def test_it_moves_only_after_its_reaction_time() -> None:
    hand = Hand(random.Random(1))
    hand.aim(0.0, 15.0)
    assert run(hand, 0.0, 0.2) == [0.0] * 10
    assert run(hand, 0.2, 0.8)[-1] > 5.0


def test_it_holds_about_what_it_wants_and_wanders() -> None:
    hand = Hand(random.Random(1))
    hand.aim(0.0, 15.0)
    pushes = run(hand, 0.0, 30.0)[150:]
    assert statistics.mean(pushes) == pytest.approx(15.0, rel=0.08)
    assert 0.1 < statistics.stdev(pushes) < 1.5
    assert max(pushes) < 15.0 * 1.2


def test_it_tires_and_recovers() -> None:
    hand = Hand(random.Random(1))
    hand.aim(0.0, 15.0)
    pushes = run(hand, 0.0, 240.0)
    assert hand.fatigue == 1.0
    assert statistics.mean(pushes[-1000:]) < 0.95 * statistics.mean(pushes[200:1200])
    hand.aim(240.0, 0.0)
    run(hand, 240.0, 360.0)
    assert hand.fatigue < 0.1


def test_it_lifts_off_faster_than_it_presses_and_is_gone() -> None:
    hand = Hand(random.Random(1))
    hand.aim(0.0, 15.0)
    run(hand, 0.0, 5.0)
    hand.aim(5.0, 0.0)
    assert run(hand, 5.0, 6.0)[-1] == 0.0


def test_wishes_are_carried_out_in_their_order() -> None:
    hand = Hand(random.Random(1))
    for number in range(20):
        hand.aim(number * 0.02, float(number))
    hand.aim(0.4, 0.0)
    assert run(hand, 0.4, 2.0)[-1] == 0.0


def test_the_same_seed_moves_the_same_way() -> None:
    courses = []
    for seed in (1, 1, 2):
        hand = Hand(random.Random(seed))
        hand.aim(0.0, 15.0)
        courses.append(run(hand, 0.0, 10.0))
    assert courses[0] == courses[1] != courses[2]
