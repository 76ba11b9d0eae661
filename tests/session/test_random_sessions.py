"""Random sessions: whatever devices report and a person presses, in any order, the promises of ``paper.PaperSession`` hold.

A hypothesis state machine walks them: 20,000 steps with every change, 200,000 in the long tier (``slow``); the steps are counted.
No command above any limit, none without approval, no motor after a trip, never a lost reason.
"""

from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from massctl.body.terms import End, Mode, Side
from massctl.devices.capabilities import CommandRefused, ForceReading, InputKind, InputPressed, StopAcknowledged
from massctl.programs.plan import Plan
from massctl.rules import Level
from massctl.session.commands import Key
from massctl.session.events import Phase as At
from massctl.session.interlocks import Finding
from massctl.session.snapshot import Drive
from tests.session.paper import SYMPTOMS, PaperSession
from tests.session.stage import manual, percussion, plan, question

STEPS_OF_ONE_WALK = 250
RARE = (*SYMPTOMS, Key.SHARP, Key.STOP)
LIKELY = (
    *(Key.GO_ON,) * 10,
    *(Key.RELEASE, Key.CONFIRM) * 5,
    *(Key.FASTER, Key.PAUSE) * 2,
    *(key for key in Key if key not in {*RARE, Key.FINISH, Key.DISCOMFORT}),
)
STEPS = (*("work",) * 12, *("time",) * 6, *("press",) * 7, *("rate",) * 2, "fault", "link")
"""What a step does, as likely as it stands here."""
PUSHES_N = (*(10.0,) * 6, 0.0, 1.0, 8.0, 12.0, 19.0, 21.0, 22.0, 26.0, 45.0)
RATINGS = (0, 1, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 7, 8, 10)
WAITS = frozenset({At.WAITING, At.PAUSED, At.RATING})


def any_plan() -> Plan:
    """Return a plan with sweeps, pins in passes on both sides, kneading, a manual tool and questions."""
    return plan(
        percussion("GMAX", speed_ppm=2200, force_band_n=(15.0, 30.0)),
        *(
            percussion("GMED", Mode.PIN, side=side, pass_number=number, passes=2)
            for number in (1, 2)
            for side in (Side.LEFT, Side.RIGHT)
        ),
        percussion(mode=Mode.PIN),
        percussion(side=Side.RIGHT),
        manual(),
        question(Mode.MOVE, End.DONE),
        percussion("GMAX", Mode.KNEAD, maximum_s=45.0, side=Side.RIGHT),
        question(),
    )


class Sessions(RuleBasedStateMachine):
    """Sessions one after the other: as soon as one has ended, the next begins.

    One rule draws from a weighted list: of several rules hypothesis leaves out some in each walk, and nobody would get to work.
    """

    steps: Counter[str]
    """By what was done; of all walks of one test."""
    seen: Counter[str]
    """What was reached."""

    def __init__(self) -> None:
        super().__init__()
        self.session = PaperSession(any_plan())

    @rule(what=st.sampled_from(STEPS), chance=st.integers(0, 999))
    def step(self, what: str, chance: int) -> None:
        match what:
            case "work":
                self._work_well(4 + chance % 12)
            case "time":
                self.session.push_n = PUSHES_N[chance % len(PUSHES_N)]
                self._beats(1 + chance // 7 % 12)
            case "press":
                self.session.press((LIKELY if chance < 950 else RARE)[chance % len(LIKELY if chance < 950 else RARE)])
            case "rate":
                self.session.press(Key.DISCOMFORT, RATINGS[chance % len(RATINGS)])
            case "fault":
                self._break_something(chance)
            case _:
                self._lose_a_link(chance)
        self._stepped(what)

    def _work_well(self, beats: int) -> None:
        """Do as a sensible person does: answer what is asked, and push as one should."""
        session = self.session
        session.push_n = 10.0
        if session.phase is At.STOPPED:
            session.press(Key.RELEASE)
            session.press(Key.CONFIRM)
        elif session.phase is At.RECONNECTING:
            session.relink()
        elif session.phase in WAITS:
            session.press(Key.GO_ON)
        self._beats(beats)

    def _break_something(self, chance: int) -> None:
        session, now_s = self.session, self.session.now_s
        match chance % 8:
            case 0:
                session.stuck_until_s, session.stuck_ppm = now_s + 1.0, 0.0
            case 1:
                session.stuck_until_s, session.stuck_ppm = now_s + 1.0, 2600.0
            case 2:
                session.take(CommandRefused(now_s, "SetSpeed", "busy"))
            case 3:
                session.take(StopAcknowledged(now_s))
            case 4:
                session.arms_answered = not session.arms_answered
            case 5:
                push_n = (24.0, 33.0, 90.0, math.nan)[chance // 8 % 4]
                session.take(ForceReading(now_s, now_s, push_n, push_n))
            case _:
                session.take(InputPressed(now_s, tuple(InputKind)[chance // 8 % len(InputKind)]))

    def _lose_a_link(self, chance: int) -> None:
        self.session.lose(("massager", "sensor", "timer")[chance % 3])
        self.seen["lost"] += 1

    def _beats(self, beats: int) -> None:
        for _ in range(beats):
            if self.session.core.end is None:
                self.session.beat()

    def _stepped(self, what: str) -> None:
        """Check what holds at any time, count, and begin anew behind an end."""
        session = self.session
        session.check()
        self.steps[what] += 1
        self.seen[session.core.snapshot.phase.value] += 1
        if session.core.end is not None:
            self._finish()
            self.session = PaperSession(any_plan())

    def _finish(self) -> None:
        """Assert what must be known of a whole session: every stop was told, seen or not seen, and said why."""
        session = self.session
        for _ in range(80):
            session.now_s += 0.05
            session.core.beat(session.now_s)
        self.seen["ended"] += 1
        self.seen["relinked"] += session.relinks
        self.seen["closed"] += len(session.gone)
        self.seen["armed"] += session.timer.arms
        self.seen["fast"] += max(session.paper.speeds, default=0) > 1800
        self.seen["softened"] += sum(most < 2200 for most in session.most_ppm.values())
        self.seen.update(event.rule for event in session.told())
        assert all(event.text and event.rule for event in session.told())
        assert len(session.stops_seen()) >= session.stops_begun, "a stop of which nobody was told whether it was seen"

    def teardown(self) -> None:
        self._finish()


def walked(steps: int) -> Counter[str]:
    """Walk at least so many steps; return what was reached."""
    Sessions.steps, Sessions.seen = Counter(), Counter()
    settled = settings(
        max_examples=-(-steps // STEPS_OF_ONE_WALK),
        stateful_step_count=STEPS_OF_ONE_WALK,
        phases=(Phase.generate, Phase.shrink),
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    while Sessions.steps.total() < steps:
        before = Sessions.steps.total()
        run_state_machine_as_test(Sessions, settings=settled)
        assert Sessions.steps.total() > before
    return Sessions.seen


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(20_000, id="20,000 steps"),
        pytest.param(200_000, id="200,000 steps", marks=[pytest.mark.slow, pytest.mark.timeout(900)]),
    ],
)
def test_the_promises_hold_in_any_session(steps: int) -> None:
    seen = walked(steps)
    assert Sessions.steps.total() >= steps
    assert min(Sessions.steps.values()) > steps // 50
    assert {"F10", "F20", "F22", "F33", "F34", "F38", "F42", "F54"} <= set(seen)
    assert all(seen[phase.value] > 20 for phase in At if phase not in {At.CONNECTING, At.DONE})
    for what in ("ended", "lost", "relinked", "closed", "armed", "fast", "softened"):
        assert seen[what] > 20, what


def started() -> PaperSession:
    """Return a session whose motor runs on the pin of UTRAP."""
    session = PaperSession(any_plan())
    session.report()
    session.core.conductor.enter(session.now_s, 5)
    session.press(Key.GO_ON)
    assert session.paper.speed_ppm > 0
    return session


def test_F13_the_relay_is_armed_for_no_longer_than_the_spot_has_left() -> None:
    conductor = started().core.conductor
    conductor.snapshot.doses.add(conductor.step, 59.4, is_motor_on=True, is_contact=True)
    assert conductor.motor_left_s() == pytest.approx(0.6 + 0.5, abs=0.1)


def test_F33_no_renewal_no_arming_and_no_speed_behind_a_denied_check() -> None:
    session = started()
    core = session.core
    core.supervisor.trip(Finding("F42", Level.STOP, "Latched, and nobody has acted on it yet."))
    session.now_s += 0.3
    renewed = session.paper.renewals
    assert not core.judge(session.now_s)
    assert session.paper.renewals == renewed
    core.snapshot.want(Drive.ARMING, 0, session.now_s)
    core.armed(core.drive.starts)
    assert session.paper.speeds[-1] == session.paper.speed_ppm
    core.snapshot.want(Drive.OFF, 0, session.now_s)
    asked = session.timer.arms
    core._start(session.now_s)
    assert session.timer.arms == asked


def test_F48_a_reset_while_the_motor_moves_again_is_stopped_at_once_and_told_anew() -> None:
    session = PaperSession(plan(manual()))
    session.work()
    session.stuck_until_s, session.stuck_ppm = session.now_s + 60.0, 2600.0
    session.until(lambda: session.phase is At.STOPPED)
    first = session.core.supervisor.tripped
    session.reset()
    assert session.core.supervisor.tripped is not None
    assert session.core.supervisor.tripped is not first, "the reset was taken, and a stop of its own stands there"
    assert session.phase is At.STOPPED
    session.run(1.0)
    assert [event.rule for event in session.told(Level.STOP)].count("F48") == 2
