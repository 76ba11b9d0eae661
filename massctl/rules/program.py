"""Rows of the rule table: programs, records and the self-test (F46, F47, F49–F52). Data only."""

from __future__ import annotations

from massctl.rules.rule import Level, Rule

ROWS: tuple[Rule, ...] = (
    Rule(
        "F46",
        "A run without a program",
        (Level.PAUSE,),
        (
            "A run without a program works on one point of the atlas, with all limits, and ends after 2 minutes "
            "of motor-on time."
        ),
        source="design",
        choice="Motor-on time counts, with or without contact.",
    ),
    Rule(
        "F47",
        "Programs that break a rule",
        (Level.BLOCK,),
        (
            "A program of the user's that breaks F2 or F10–F17 is refused with the rule, by the linter and once "
            "more before the run. Nothing switches F2, F10, F33–F35 or F42 off."
        ),
        source="design",
    ),
    Rule(
        "F49",
        "Vibration of the operator's hands",
        (
            Level.WARN,
            Level.BLOCK,
        ),
        (
            "The vibration that an operator's hands take in a day warns at 50 and 80 % of the action value and "
            "blocks at the limit value."
        ),
        source="ISO 5349; directive 2002/44/EC",
        awaits="history",
    ),
    Rule(
        "F50",
        "The record",
        (Level.WARN,),
        (
            "Every event is appended and synced, with monotonic and wall time and the rule of each intervention; "
            "no name, mode 0600, no network."
        ),
        source="design",
    ),
    Rule(
        "F51",
        "Simulated and real kept apart",
        (
            Level.WARN,
            Level.BLOCK,
        ),
        "A simulated session cannot be mistaken for a real one, and never shares its ledger.",
        source="design",
    ),
    Rule(
        "F52",
        "The self-test",
        (Level.BLOCK,),
        "A self-test proves F33, F34, F35, F38 and F42 on the simulator before the first session on hardware.",
        source="design",
    ),
)
