"""What is said to a person: one short sentence for each thing that is asked of them. Words only.

No promise of healing: 'felt softer', not 'released'; and a gun that massctl cannot stop is never spoken of as if it could.
"""

from __future__ import annotations

from massctl.body.terms import MODE_WORDS, Mode, Tool
from massctl.programs.plan import Plan, PlannedStep
from massctl.session.events import SeenBy, StopSeen
from massctl.session.facts import Facts
from massctl.session.feelings import CORRECTION_S
from massctl.session.interlocks.base import ended

START_RATING = "Before we begin: how strong is the discomfort now, 0–10? Enter skips."
PRESSING_RATING = "Keep the pressure a moment: how strong is it, 0–10? Enter skips."
AFTER_RATING = "And now, let go: how strong is it, 0–10? Enter skips."
STEP_RATING = "How strong is the discomfort now, 0–10? Enter skips."
AIR = "Hold the head in the air, touching nothing, then press Enter: the force sensor is set to zero."
AIR_STILL = "Keep it in the air."
CONSENT = (
    "massctl hears nothing from this massager: it cannot see whether it stops, nor whether the link is gone. Keep your hand on "
    "its own switch all the time. Press Enter if you will; q finishes."
)
LET_GO = "Let go."
RECONNECTING = "The link is lost: lift off. Trying to get it back."
RELINKED = "The link is back. Enter goes on, more gently."
OFF_NOT_CONFIRMED = "NOT CONFIRMED: lift it off and press its own button"
"""F54, word for word."""
NOT_CONFIRMED = f"{OFF_NOT_CONFIRMED}, then press l."
END_NOT_CONFIRMED = f"{OFF_NOT_CONFIRMED}. Press l when it is off: the session ends then."
"""The same where the session is over but for that: nothing goes on any more."""
ONLY_SAID = "The device says it stopped; nobody measured it: look."
STOPPED = "Stopped. Lift the tool off your body and press l, then c to go on, or q to finish."
RELEASED = "Press c to go on, q to finish."
"""The first step of the reset was taken."""
STOPPED_FOR_GOOD = "Stopped. Lift the tool off your body."
ALL_WELL = "Is all well with you just now? If so, press Enter; if not, press q."
"""Where a program asks nothing of its own before it begins."""
PAUSED = "Paused. Enter goes on, q finishes."

_TOOLS = {
    Tool.BALL: "the ball",
    Tool.ROLLER: "the roller",
    Tool.ROLLER_STICK: "the roller stick",
    Tool.CANE: "the cane",
    Tool.HAND: "your hand",
    Tool.HAND_PRO: "a clinician's hand",
    Tool.ALGOMETER: "the algometer",
    Tool.ANY: "your tool",
}


def switch_on(step: PlannedStep) -> str:
    """Return how to switch a gun that massctl cannot: its level, or its speed."""
    level = f"level {step.level}" if step.level is not None else f"about {step.speed_ppm} PPM"
    return f"{level} on {step.label}"


def sentence(words: str) -> str:
    """Return words as a sentence: with a capital and a full stop."""
    return ended(f"{words[:1].upper()}{words[1:]}")


def start(step: PlannedStep, facts: Facts) -> str:
    """Return what is asked before a step begins."""
    said = f" {sentence(step.instruction)}" if step.instruction else ""
    if step.mode is Mode.CHECK:
        return f"Is any of this so?{said} If not, press Enter; if so, press q." if said else ALL_WELL
    if step.mode is Mode.SCAN:
        gauge = " with the algometer" if step.tool is Tool.ALGOMETER else ""
        return f"Press each point alike{gauge} and rate it 0–10.{said} Enter begins."
    if step.runs_motor and not facts.is_controllable:
        return f"Switch your massager to {switch_on(step)}; massctl cannot stop it. Press Enter when it runs.{said}"
    if step.runs_motor and not facts.has_soft_start:
        place = f"then put it on {step.label}"
        return f"Hold it in the air, then press Enter: it starts at full speed at once; {place}.{said}"
    if step.runs_motor:
        return f"Place the head on {step.label}, then press Enter: the motor starts softly.{said}"
    if step.point is None:
        return f"{sentence(step.instruction or MODE_WORDS[step.mode])} Enter begins."
    return f"Place {_TOOLS.get(step.tool, 'the tool')} on {step.label}, then press Enter.{said}"


def at_work(step: PlannedStep) -> str:
    """Return what is asked while a step runs."""
    match step.mode:
        case Mode.MOVE:
            return "Enter when done."
        case Mode.RAMP:
            return "Press slowly harder; Enter at the first pain."
        case Mode.PIN:
            return "How strong is it, 0–10? Press r when it feels softer."
        case Mode.PINCH:
            return "Press r when it feels softer."
        case _:
            return ""


def warnings(plan: Plan, facts: Facts) -> tuple[str, ...]:
    """Return what has to stay on screen about these devices (F34, F42, F35)."""
    if not any(step.runs_motor for step in plan.steps):
        return ()
    said = []
    if not facts.can_stop:
        said.append("massctl cannot stop this massager: only its own switch can. [F42]")
    elif facts.needs_consent:
        said.append("Nothing comes back from this massager: keep a hand on its switch, and watch it yourself. [F34]")
    elif facts.may_run_on:
        said.append("If the link breaks this massager may go on running: keep a hand on its switch. [F34]")
    if facts.auto_off_s is not None and any(
        step.runs_motor and step.maximum_s > facts.auto_off_s for step in plan.steps
    ):
        said.append(
            f"This massager switches itself off after {facts.auto_off_s:.0f} s: start it anew by a press. [F41]"
        )
    if not facts.has_sensor:
        said.append("No force sensor: press gently, discomfort stays at 5 or below. [F35]")
    elif facts.is_force_estimated:
        said.append("The force is estimated from the motor, not measured. [F37]")
    return tuple(said)


def motor_off(seen: StopSeen | None) -> str:
    """Return how a motor-off went, as far as anybody knows (F54), to go behind 'motor off': the one wording for all faces."""
    if seen is None:
        return OFF_NOT_CONFIRMED
    match seen.seen_by:
        case SeenBy.ACKNOWLEDGED:
            return "by the device's word only; nobody measured it: look"
        case SeenBy.RELAY:
            return f"confirmed{_in_ms(seen.standstill_s)}: its relay has opened"
        case _ if seen.is_confirmed:
            return f"confirmed{_in_ms(seen.standstill_s if seen.standstill_s is not None else seen.acknowledged_s)}"
        case _:
            return OFF_NOT_CONFIRMED


def _in_ms(took_s: float | None) -> str:
    return "" if took_s is None else f" in {max(took_s * 1000, 1):.0f} ms"


def doubted(first: int | None, last: int | None) -> str:
    """Return what is said while a rating that ends a point can still be corrected (F21)."""
    rose = f"Discomfort rose from {first} to {last}"
    return f"{rose}: this point is over for today. Mistyped? Type the right one within {CORRECTION_S:.0f} s."


def corrected(value: int) -> str:
    """Return what is asked once a rating that has paused was corrected: slower and gentler stays."""
    return f"Corrected: {value} counts. Enter goes on, gently; q finishes."


def softer(minimum_s: float) -> str:
    """Return what is said of 'felt softer' that came before it may end a step."""
    return f"Noted: it feels softer. It ends once it has had {minimum_s:.0f} s."


def switch_off(facts: Facts) -> str:
    """Return what is asked when a motor step is over: a gun without a link must be switched off by hand."""
    return "" if facts.can_stop else "Switch it off now, lift it off, then press Enter."


def stopped(facts: Facts, *, is_resettable: bool) -> str:
    """Return what is asked after a latched stop."""
    text = STOPPED if is_resettable else STOPPED_FOR_GOOD
    return (
        text
        if facts.can_stop or not facts.has_massager
        else f"massctl cannot stop it: switch it off now, lift it off. {text}"
    )


def paused(facts: Facts) -> str:
    """Return what is asked in a pause."""
    return (
        PAUSED
        if facts.can_stop or not facts.has_massager
        else "Paused. Switch it on again, then press Enter to go on; q finishes."
    )
