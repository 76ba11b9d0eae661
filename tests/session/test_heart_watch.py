"""The heart rate beside a session: fresh or none, told now and then, and a loss that is a note."""

from __future__ import annotations

from massctl.devices.capabilities import Disconnected, HeartReading, InputKind, InputPressed, StopAcknowledged
from massctl.errors import LinkLost
from massctl.session.events import HeartRate, LinkChanged
from massctl.session.heart import FRESH_S, TOLD_EVERY_S, HeartWatch


def test_a_rate_counts_for_five_seconds() -> None:
    watch = HeartWatch()
    assert watch.rate_bpm(10.0) is None
    watch.take(HeartReading(10.0, 64), 10.0, 0.0)
    assert watch.rate_bpm(10.0 + FRESH_S) == 64
    assert watch.rate_bpm(10.1 + FRESH_S) is None


def test_it_is_told_every_five_seconds_at_most() -> None:
    watch = HeartWatch()
    told = [watch.take(HeartReading(now_s, 60), now_s, now_s) for now_s in (0.0, 1.0, TOLD_EVERY_S - 0.1, TOLD_EVERY_S)]
    assert [event is not None for event in told] == [True, False, False, True]
    assert told[0] == HeartRate(at_s=0.0, rate_bpm=60, has_contact=None)


def test_a_strap_without_contact_has_no_rate() -> None:
    watch = HeartWatch()
    assert watch.take(HeartReading(1.0, None, has_contact=False), 1.0, 0.0) == HeartRate(
        at_s=0.0, rate_bpm=None, has_contact=False
    )
    assert watch.rate_bpm(1.0) is None


def test_a_loss_is_a_note_and_takes_the_rate_away() -> None:
    watch = HeartWatch()
    watch.take(HeartReading(1.0, 64), 1.0, 0.0)
    event = watch.take(Disconnected(2.0, LinkLost("ble://x", "gone.", "")), 2.0, 1.0)
    assert isinstance(event, LinkChanged)
    assert (event.device, event.state) == ("heart", "lost")
    assert watch.rate_bpm(2.0) is None


def test_anything_else_is_none_of_its_business() -> None:
    assert HeartWatch().take(StopAcknowledged(1.0), 1.0, 0.0) is None


def test_a_heart_rate_is_told_every_five_seconds_and_its_loss_once() -> None:
    watch = HeartWatch()
    assert watch.take(HeartReading(1.0, 70), 1.0, 1.0) == HeartRate(at_s=1.0, rate_bpm=70, has_contact=None)
    assert watch.take(HeartReading(2.0, 71), 2.0, 2.0) is None
    assert watch.rate_bpm(2.0) == 71
    assert watch.rate_bpm(8.0) is None
    assert isinstance(watch.take(HeartReading(6.5, 72), 6.5, 6.5), HeartRate)
    assert watch.take(InputPressed(7.0, InputKind.BUTTON), 7.0, 7.0) is None
    assert isinstance(watch.take(Disconnected(8.0, LinkLost("test://heart", "gone.")), 8.0, 8.0), LinkChanged)
    assert watch.rate_bpm(8.0) is None
