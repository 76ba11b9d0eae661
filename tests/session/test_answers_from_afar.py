"""What only somebody who sees the device may say: a press from the network gives no word for it (F34, F42, F54)."""

from __future__ import annotations

import dataclasses

import pytest

from massctl.devices.capabilities import LinkLoss
from massctl.session.attended import FROM_AFAR
from massctl.session.commands import Key, Press
from massctl.session.events import Phase
from massctl.session.snapshot import Drive
from tests.session.paper import PaperSession
from tests.session.stage import MASSAGER, percussion, plan

UNMONITORED = dataclasses.replace(MASSAGER, is_monitored=False, lease_s=None, confirms_speed=False)
BY_HAND = dataclasses.replace(
    MASSAGER, is_controllable=False, confirms_speed=False, lease_s=None, on_link_loss=LinkLoss.KEEPS_RUNNING
)
afar = pytest.mark.parametrize("origin", sorted(FROM_AFAR))


@afar
def test_F34_the_consent_for_an_unmonitored_gun_is_not_given_from_the_network(origin: str) -> None:
    session = PaperSession(plan(percussion()), massager=UNMONITORED, begins=False)
    session.core.snapshot.facts = dataclasses.replace(session.core.snapshot.facts, has_relay=False)
    session.core.open(session.now_s)
    session.core.press(Press(Key.GO_ON, origin=origin))
    assert not session.by("F34")
    session.core.press(Press(Key.GO_ON))
    assert len(session.by("F34")) == 1


@afar
def test_F42_a_latched_stop_is_not_reset_from_the_network(origin: str) -> None:
    session = PaperSession(plan(percussion()))
    session.work()
    session.core.emergency_stop("keyboard")
    session.until(lambda: session.core.stop.is_settled)
    for key in (Key.RELEASE, Key.CONFIRM):
        session.core.press(Press(key, origin=origin))
    assert session.core.supervisor.tripped is not None
    assert session.phase is Phase.STOPPED
    session.core.press(Press(Key.RELEASE))
    session.core.press(Press(Key.CONFIRM, origin=origin))
    assert session.core.supervisor.tripped is not None
    session.core.press(Press(Key.CONFIRM))
    assert session.core.supervisor.tripped is None


@afar
def test_F54_nobody_in_the_network_says_that_a_gun_without_a_link_is_off(origin: str) -> None:
    session = PaperSession(plan(percussion(), percussion("INFRA")), massager=BY_HAND)
    session.core.snapshot.facts = dataclasses.replace(session.core.snapshot.facts, has_relay=False)
    session.work()
    session.press(Key.SKIP)
    session.until(lambda: session.core.snapshot.drive is Drive.OFF)
    assert session.core.snapshot.is_hand_on
    session.now_s += 1.0
    session.core.press(Press(Key.GO_ON, origin=origin))
    assert session.core.snapshot.is_hand_on
    session.core.press(Press(Key.GO_ON))
    assert not session.core.snapshot.is_hand_on


@afar
def test_F54_a_stop_that_was_not_seen_is_not_answered_for_from_the_network(origin: str) -> None:
    session = PaperSession(plan(percussion()))
    session.work()
    session.stuck_until_s, session.stuck_ppm = session.now_s + 60.0, 1700.0
    session.core.press(Press(Key.FINISH))
    session.until(lambda: session.core.stop.is_unseen)
    session.core.press(Press(Key.GO_ON, origin=origin))
    assert session.core.stop.is_unseen
    session.core.press(Press(Key.GO_ON))
    assert not session.core.stop.is_unseen
