"""Rows of the rule table: pressure and dose (F10–F17). Data only."""

from __future__ import annotations

from massctl.rules.rule import Level, Rule

ROWS: tuple[Rule, ...] = (
    Rule(
        "F10",
        "Push: the region's cap",
        (
            Level.BACKOFF,
            Level.PAUSE,
            Level.STOP,
        ),
        (
            "While the motor moves: a mean push of one second above the region's cap slows down by 30 %, and "
            "stops if it is still above after 3 s; above 1.25 times the cap for 150 ms pauses; any sample above "
            "1.5 times the cap, or above 80 N, stops. Peaks are low-passed at 10 Hz; below 1,200 PPM, where "
            "single strokes pass that filter, the mean is judged in their place, and below 600 PPM in a soft stop "
            "the mean of a second; 80 N hold for every mean."
        ),
        source="80 N on 5 cm² = 160 kPa, about women's lower quartile of the pressure threshold; design",
        choice=(
            "Where single strokes pass the low-pass the mean is judged in the peak's place; 80 N hold for every "
            "mean and every sample."
        ),
    ),
    Rule(
        "F11",
        "Pressure under head and tool",
        (
            Level.PAUSE,
            Level.STOP,
        ),
        (
            "Percussion stays at or below 120 kPa (200 kPa under a cone). A manual tool aims at the lower half of "
            "the atlas band, because the person's threshold is taken as unknown; where a sensor measures it, it "
            "pauses above 343 kPa and stops above 490 kPa. A threshold measurement stops at 735 kPa."
        ),
        source="Hou 2002; design",
        choice=(
            "The person's threshold is taken as unknown always, so 343 kPa pauses; 490 kPa stops; a measurement "
            "that passes 735 kPa stops and is not resumed."
        ),
    ),
    Rule(
        "F12",
        "No contact",
        (
            Level.BACKOFF,
            Level.PAUSE,
        ),
        (
            "Less than 2 N for 5 s while running lowers the speed to the point's lowest for the rest of the step, "
            "each time; 20 s pause it. Only the + key raises it again."
        ),
        source="design",
        choice=(
            "The slower speed stays for the rest of the step; without a fresh reading the head counts as "
            "touching, so that F13 goes on counting."
        ),
    ),
    Rule(
        "F13",
        "Time on one spot",
        (
            Level.BLOCK,
            Level.PAUSE,
        ),
        (
            "One pass on one spot (pin, knead or pinch) is at most 60 s of percussion contact or 90 s of a manual "
            "tool, extend, back and resume included; at most 3 passes, at least 20 s of rest between them. A "
            "sensorless one is at most 30 s. When the time is up the step is over."
        ),
        source="Hou 2002 tested 90 s at most; Gemmell 2008; design",
        choice=(
            "Kneading and pinching stand on a spot like a pin; a tool on a spot without a sensor has 30 s; "
            "without a reading every second with the motor on counts as contact."
        ),
    ),
    Rule(
        "F14",
        "Time on one muscle",
        (
            Level.BLOCK,
            Level.PAUSE,
        ),
        (
            "One muscle and side gets at most 300 s of percussion contact in a session; both sides count for a "
            "tool on both. Then the step is over."
        ),
        source="longest calf dose studied: 5 min (Konrad 2020, Leabeater 2024)",
        choice="A tool on both sides counts for both; percussion of every mode counts.",
    ),
    Rule(
        "F15",
        "Percussion in one session",
        (
            Level.BLOCK,
            Level.PAUSE,
        ),
        (
            "A session has at most 20 minutes of percussion contact; further percussion steps end at once. Days "
            "and gaps between sessions are history's."
        ),
        source="design",
        choice="In a session the hard limit acts, the default is the linter's warning.",
    ),
    Rule(
        "F16",
        "Points pinned in one session",
        (
            Level.BLOCK,
            Level.PAUSE,
        ),
        (
            "At most 8 points are pinned in a session, left and right counting once; 4 is the default and what a "
            "scan picks."
        ),
        source="Cagnie 2013: the four most painful points",
        choice="A point that a person goes back to counts once; a scan picks four at most.",
    ),
    Rule(
        "F17",
        "Speed: start, ramp, ceiling",
        (
            Level.BLOCK,
            Level.STOP,
        ),
        (
            "A motor starts at 1,800 PPM at most, goes above it only after 3 s, ramps by at most 600 PPM/s, never "
            "above plan, device, region or 2,400 PPM; a press of + adds at most 100 PPM. A speed set above the "
            "limit stops."
        ),
        source="NCT07307014; Cheatham 2021; design",
        choice=(
            "A speed above the limit is a fault of this program and stops, rather than being lowered in silence. "
            "Above 1,800 PPM only after 3 s."
        ),
    ),
)
