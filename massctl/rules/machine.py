"""Rows of the rule table: link, lease, sensor, motor and stop (F33–F45, F48, F53, F54). Data only."""

from __future__ import annotations

from massctl.rules.rule import Level, Rule

ROWS: tuple[Rule, ...] = (
    Rule(
        "F33",
        "The lease, and a device that fails",
        (Level.STOP,),
        (
            "The motor runs on a lease of 1 s, renewed every 250 ms and only by an approving check; checks run "
            "with every reading and every 50 ms. A lapsed lease, a device fault, a refused or lost command or a "
            "fault of this program stops."
        ),
        source="design; unlike hosts whose longest silence defaults to none",
        choice="Telemetry is judged from 0.5 s after a start; a lost command stops like a lapsed lease.",
    ),
    Rule(
        "F34",
        "A link that is silent",
        (Level.STOP, Level.WARN, Level.BLOCK),
        (
            "No valid frame for 750 ms stops and reconnects (after 0.5, 1, 2, 4, 8 s). Going on takes a press, at "
            "70 % of the speed before, not below the device's lowest; where any other stop came meanwhile, the "
            "two-step reset. If nothing comes back the session ends. A massager from which nothing ever comes back "
            "needs a relay in its supply, or a person's word in each session; with nobody there it is refused."
        ),
        source="design",
        choice=(
            "A silent sensor or timer is a lost link like the massager's. Any other stop that came meanwhile is "
            "not forgotten over the reconnect."
        ),
    ),
    Rule(
        "F35",
        "A force reading not to be believed",
        (
            Level.BACKOFF,
            Level.STOP,
        ),
        (
            "A force sample older than 250 ms slows down; older than 500 ms, not a number, saturated for 0.2 s, "
            "below −2 N for 0.5 s or unchanged for 2 s stops. Only a sweep with ball or dampener on buttock, "
            "thigh, calf or shoulder blade goes on, at 1,800 PPM at most, which no key raises. Without a sensor "
            "from the start: only there, 1,800 PPM, pins of 30 s, discomfort up to 5. A slow sensor keeps the "
            "motor on speeds that it can see."
        ),
        source="a stroke of 25–45 Hz aliases at 10 or 80 samples a second; design",
        choice=(
            "The sensorless places hold for sweeps as well as pins; a sensor that has lost its zero (below −2 N "
            "for 0.5 s) is one that cannot be believed."
        ),
    ),
    Rule(
        "F36",
        "The sensor's zero",
        (
            Level.BLOCK,
            Level.WARN,
        ),
        (
            "The sensor is set to zero with the head in the air before the first step: more than 2 N left, or a "
            "drift above 1 N/min, is asked for again, and blocks at the third try. An uncalibrated sensor is said "
            "to be one."
        ),
        source="design",
        choice="Three seconds of drift are measured after a second of rest; the third failure blocks.",
    ),
    Rule(
        "F37",
        "Estimated force",
        (Level.WARN,),
        "A force guessed from the motor's load is shown as estimated; caps are 0.8 of the region's.",
        source="US 12,023,294; design",
        choice="Of this factor and a person's own the smaller counts.",
    ),
    Rule(
        "F38",
        "Stall and runaway",
        (
            Level.BACKOFF,
            Level.STOP,
        ),
        (
            "From 1,000 PPM on: measured below half of the device's own ramp for 0.5 s slows down, below a fifth "
            "for 0.3 s stops; above the command by 15 % for 0.5 s stops. Nothing is judged for 1 s after "
            "standstill and after a decrease."
        ),
        source="design",
        choice="What is stuck is judged before what is slow; blanked 1 s after a start and after each decrease.",
    ),
    Rule(
        "F39",
        "Heat",
        (
            Level.WARN,
            Level.BACKOFF,
            Level.PAUSE,
            Level.STOP,
        ),
        (
            "A motor warns at 55 °C, slows at 60, stops at 70; a head on the skin warns at 38 °C and stops at 41. "
            "No start before it is 10 °C cooler than what stopped it."
        ),
        source="Tuya firmware cuts its heater at 40 °C; design",
        choice=(
            "Every start waits until it has cooled: a pause with its reason. A warning is said once while it is warm."
        ),
    ),
    Rule(
        "F40",
        "Battery",
        (
            Level.WARN,
            Level.PAUSE,
        ),
        (
            "A battery warns at 20 %; no motor starts below 10 %, nor while it is charging, and at 5 % the step at "
            "hand ends with a stop of the motor."
        ),
        source="Tuya alarm level; design",
        choice="'Finish and stop' ends the step at hand at once, motor off; steps without a motor go on.",
    ),
    Rule(
        "F41",
        "The device's own cut-off",
        (Level.WARN,),
        (
            "Where a massager's own cut-off is known it is counted down on the screen, from the start of its motor. A step "
            "that would outlast it is said beforehand and at its start, and a device that then stands is said to have "
            "switched itself off. Nothing keeps it alive: commands and renewals end with the dose (F15), and while the "
            "motor is off there are none."
        ),
        source="10 to 20 minutes are told of most guns (evidence C.6), unverified; design",
        choice=(
            "Counted from the start of the motor; one that counts from being switched on is off earlier, and stops (F33, F38). "
            "No figure is shown that nobody has read or measured: its owner may write one into the gun's ladder."
        ),
    ),
    Rule(
        "F42",
        "Pause and emergency stop",
        (
            Level.PAUSE,
            Level.STOP,
        ),
        (
            "Space pauses: motor off at once, Enter goes on with a soft start. Escape, x, Ctrl-C, a held pedal, a "
            "signal or a closed terminal stop, latched; going on takes two keys: released, confirmed. A stop that "
            "nobody resets ends the session after 120 s; signals end it by themselves."
        ),
        source="design",
        choice="A signal's stop ends the session by itself; a stop that nobody resets ends it after 120 s.",
    ),
    Rule(
        "F43",
        "Stop first",
        (Level.STOP,),
        "Whatever runs is stopped before anything else is said to a device, and verified idle.",
        source="design",
        choice=(
            "Our own firmware is asked for its claim first: granted, it switches everything off and STOP follows "
            "at once. After a crash the devices of the session that was cut off get STOP before anything is "
            "connected, and the page asks, until somebody has looked, whether the massager stands."
        ),
    ),
    Rule(
        "F44",
        "Clock gaps and suspend",
        (Level.STOP,),
        ("More than 2 s between two checks, or a suspend of more than 0.5 s, stops. Only the monotonic clock decides."),
        source="design",
        choice="The suspended time counts since the last check, so that one suspend stops once.",
    ),
    Rule(
        "F45",
        "One owner per device",
        (
            Level.BLOCK,
            Level.STOP,
        ),
        (
            "One owner per device; others read, and may stop. A device that is commanded faster than this session "
            "set it stops."
        ),
        source="design",
        choice=(
            "A start asks who drives the device before anything is stopped; a refused claim gets no STOP; massctl "
            "stop always works. A slower command than was set is a lost one (F33); a faster one is somebody "
            "else's."
        ),
    ),
    Rule(
        "F48",
        "Motor off in steps without it",
        (Level.STOP,),
        "In a manual, question or assessment step the motor must read 0; if it moves, it is stopped.",
        source="design",
        choice="A motor step that was left has 1.5 s to stand before its successor judges it.",
    ),
    Rule(
        "F53",
        "A fresh press for each start",
        (Level.STOP,),
        (
            "The motor is off between points and between sides, and each start needs a fresh press; contact never "
            "starts it. A rating closes its question, and the start behind it needs a press of its own: the head "
            "has moved."
        ),
        source="design",
        choice="A press within 0.5 s of an unasked change starts nothing: it was meant for what was there before.",
    ),
    Rule(
        "F54",
        "A stop must be seen",
        (Level.STOP,),
        (
            "A stop is written at once, acknowledged, and standstill seen within 1.5 s where the device reports "
            "speed; else STOP and relay are repeated and the screen says that it is not confirmed until a person "
            "answers. A motor that moves after it was off stops the same way, and so does a relay that has not opened. "
            "A device's mere word that it stopped is told as such."
        ),
        source="design",
        choice=(
            "A device's word alone is told as such, never as confirmed. A soft stop has its ramp besides; a motor "
            "that moves again stops like one that never stood."
        ),
    ),
)
