"""What the display says of devices that tell more, or less, than our own: a gun switched by hand, a heart rate strap."""

from __future__ import annotations

from rich.console import Console

from massctl.cli.readings import readings
from massctl.cli.summary import summary
from massctl.faces.session_view import SessionView
from massctl.session.events import Phase, PhaseChanged, SessionEnded
from tests.cli.sessions import started, step, tick


def shown(**changes: object) -> str:
    view = SessionView()
    for event in (started(), step(), PhaseChanged(at_s=2, phase=Phase.WORKING), tick(**changes)):
        view.see(event)
    return "\n".join(line.plain for line in readings(view, 80))


def test_a_gun_switched_by_hand_that_tells_its_speed_is_heard() -> None:
    assert "switched by you · it tells 1,790" in shown(speed_set_ppm=0, speed_measured_ppm=1790.0)


def test_a_gun_switched_by_hand_that_tells_nothing_claims_nothing() -> None:
    assert "it tells" not in shown(speed_set_ppm=0, speed_measured_ppm=None)


def test_a_heart_rate_is_shown_where_there_is_one() -> None:
    assert "heart 64 a minute" in shown(heart_rate_bpm=64)
    assert "heart" not in shown()


def test_a_heart_rate_stands_in_the_summary() -> None:
    ended = SessionEnded(
        at_s=60,
        session_id="1",
        program="x",
        is_simulated=True,
        ended_by="completed",
        reason="",
        rule=None,
        duration_s=60,
        percussion_s=0,
        steps_done=1,
        steps=1,
        points=(),
        heart_rate_mean_bpm=64,
        heart_rate_max_bpm=71,
    )
    console = Console(width=80)
    with console.capture() as captured:
        console.print(summary(ended, "X"))
    assert "Heart 64 a minute, at most 71." in captured.get()
