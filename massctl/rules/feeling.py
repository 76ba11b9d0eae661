"""Rows of the rule table: discomfort, silence and what follows in days (F20–F26, F28–F32). Data only."""

from __future__ import annotations

from massctl.rules.rule import Level, Rule

ROWS: tuple[Rule, ...] = (
    Rule(
        "F20",
        "Discomfort too high",
        (
            Level.BACKOFF,
            Level.PAUSE,
            Level.STOP,
        ),
        (
            "A rating of 7 on a point, asked for or not, slows down by 20 % and lowers the force to aim at by 25 "
            "%; 8 or more pauses and resumes gentler; the third such rating of a session stops. Slower and "
            "gentler hold for the program's step on that point, its passes and all ways back to it included. A "
            "rating can be corrected within 5 s. From 3 on nobody is told to press harder."
        ),
        source="design",
        choice=(
            "The count of high ratings is the session's, not the step's; a strike that is corrected upward stays one."
        ),
    ),
    Rule(
        "F21",
        "A point that does not respond",
        (
            Level.PAUSE,
            Level.WARN,
        ),
        (
            "Discomfort that rises by 3 within a step, or is not below its starting value after the second pass, "
            "ends the point on this side for the session, as not responding. It takes two ratings. At work the "
            "motor is off at once, and the point is over once the rating cannot be corrected any more."
        ),
        source="design",
        choice="It takes two ratings; a point at 0 cannot fail to fall.",
    ),
    Rule(
        "F22",
        "Numb, dizzy, nauseous, sharp",
        (
            Level.BACKOFF,
            Level.PAUSE,
            Level.STOP,
        ),
        (
            "Numb, dizzy or nauseous stops, and for this session the point at hand and the one worked on last are "
            "over, on both sides, however one comes back to them; sharp pauses (motor off: slows) for one gentler "
            "try, the second time on a point and side the point is over. A symptom pressed while something is "
            "latched counts as well."
        ),
        source="design",
        choice=(
            "The point at hand and the one worked on last are over, both sides, by whatever way one comes back. "
            "Days are the history's."
        ),
    ),
    Rule(
        "F23",
        "Nobody answers",
        (
            Level.WARN,
            Level.STOP,
        ),
        (
            "60 s of motor-on time without a press, counted across steps, ask whether somebody is there; 20 s "
            "more stop. A push whose mean changes by 1 N counts as alive."
        ),
        source="design",
        choice="A push counts as changing when its mean moves by 1 N.",
    ),
    Rule(
        "F24",
        "When discomfort is asked",
        (Level.WARN,),
        (
            "Discomfort is asked at the start of a session, after the last pass of a pin while pressing and 10 s "
            "after letting go, and within a pin only from 6 on or when rising. Nobody has to answer: unanswered "
            "it goes on after 30 s, motor off."
        ),
        source="the article: painful while pressing, better after; design",
        choice="Nobody has to answer; 30 s without an answer go on, motor off.",
    ),
    Rule(
        "F25",
        "Steady pressure in a scan",
        (Level.WARN,),
        "Where a sensor measures the scan, a rating counts only after 2 s at the target pressure ±15 %.",
        source="design",
        choice="A sensor measures the scan where an algometer is at hand; a wobble starts the two seconds anew.",
    ),
    Rule(
        "F26",
        "What counts as relief",
        (Level.WARN,),
        "Relief is a fall by 2 points or 30 %; smaller is shown as no clear change.",
        source="Farrar 2001",
    ),
    Rule(
        "F28",
        "The question after 24 hours",
        (Level.WARN,),
        "24 hours after a session the person is asked; unanswered, nothing increases.",
        source="design",
        awaits="history",
    ),
    Rule(
        "F29",
        "Normal soreness",
        (Level.WARN,),
        "Soreness up to 48 hours and 2 points is normal; the next dose does not increase.",
        source="design",
        awaits="history",
    ),
    Rule(
        "F30",
        "Worse the next day",
        (Level.BLOCK,),
        "Worse by 2 points after 24 hours locks the point for 48 hours; the next dose is 30 % less.",
        source="the article: a break, more gently",
        awaits="history",
    ),
    Rule(
        "F31",
        "Worse twice in a row",
        (Level.BLOCK,),
        "Worse twice in a row locks the point for 14 days; then gentle manual work only.",
        source="design",
        awaits="history",
    ),
    Rule(
        "F32",
        "Worse three times, or injured",
        (Level.BLOCK,),
        (
            "Worse three times, large bruises, new numbness or weakness, or strong pain at rest lock the program "
            "until a clinician was consulted."
        ),
        source="the article: physician",
        awaits="history",
    ),
)
