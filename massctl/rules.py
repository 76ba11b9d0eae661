"""The table of safety rules: id, level, sentence, source. Whoever refuses or intervenes cites it.

The code of each rule lives where it acts: ``body/limits.py`` for what is static, ``session/interlocks`` for what happens in time.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How hard a rule acts."""

    WARN = "warn"
    """Said, and kept on screen."""
    BACKOFF = "backoff"
    """The ceiling of speed comes down for the rest of the step."""
    PAUSE = "pause"
    """Motor off at once; Enter resumes."""
    BLOCK = "block"
    """Cannot start; the person is shown what is possible instead."""
    STOP = "stop"
    """The drive is de-energised and latched; a two-step reset by a person."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table."""

    id: str
    levels: tuple[Level, ...]
    sentence: str
    """What it does, in plain words, in the choice this project made."""
    source: str
    """Where the number or the reason comes from; ``design`` where no literature value exists."""


# Id, levels, sentence, source; where the reference leaves a choice, the sentence says what was chosen: the safer.
# Rules about a person (F3–F9, F18, F19, F27–F32) and days are listed so that a refusal can cite them wherever it is made.
_ROWS: tuple[tuple[str, str, str, str], ...] = (
    (
        "F1",
        "BLOCK",
        (
            "The first use is blocked until the disclaimer is accepted: no medical device, no diagnosis, no treatment "
            "claim. It is shown again only when its text changes."
        ),
        "device regulation; design",
    ),
    (
        "F2",
        "BLOCK STOP",
        (
            "No percussion on head, face, neck, armpit, spine, ribs, breastbone, abdomen, groin, inner thigh, knee or hand, "
            "nor on any point that forbids it; over a nerve or vessel percussion passes and never stands. There is no "
            "override."
        ),
        "case reports of vertebral artery and eye injury; VAD",
    ),
    (
        "F3",
        "BLOCK",
        (
            "A person with a blood clot or embolism, now or ever, that no clinician cleared, a bleeding disorder, "
            "medicine against clotting, blood pressure out of control, acute disease of heart, liver or kidney, a muscle "
            "breakdown ever, a connective-tissue disorder, an age below 14, or on that day fever or new severe pain, gets "
            "no percussion and no pressure tool; a numb region gets none. Only the clot can be cleared. What is barred "
            "for a person is left out, and no other tool takes its place."
        ),
        "Therabody list; Chen 2021; Bartsch 2021",
    ),
    (
        "F4",
        "BLOCK",
        (
            "With a pacemaker, ICD or port no percussion unless a clinician cleared it, and cleared or not no tool on "
            "chest, ribs, armpit, upper back, shoulder blade, top of the shoulder or neck. Uncleared, the massager's "
            "steps are left out, not done by hand or ball. Another implant bars its region for every tool."
        ),
        "Therabody list; design",
    ),
    (
        "F5",
        "BLOCK BACKOFF",
        (
            "No tool on a region, both sides of it, with a wound, rash, bruise, swelling, fracture, tumour, varicose "
            "veins or numbness, for 12 weeks after surgery, or for 72 hours after an injury, counted from the end of its "
            "day; an unknown day is today. To 6 weeks an injury gets half the force and at most 4/10. Diabetes with less "
            "feeling bars feet, lower legs and hands."
        ),
        "design",
    ),
    (
        "F6",
        "BLOCK",
        (
            "In pregnancy, a possible one too, no tool on abdomen, low back with its spine, inner thigh with the groin, "
            "or calf; elsewhere only when a clinician cleared it."
        ),
        "design",
    ),
    (
        "F7",
        "BLOCK PAUSE",
        (
            "From 14 to 17 years an adult confirms to be present before each session, force and caps are 0.6 of the plan, "
            "and a session is at most 8 minutes of work with any tool, extensions included."
        ),
        "design",
    ),
    (
        "F8",
        "BLOCK BACKOFF",
        (
            "Force, pressure, caps and speed are 0.5 of the plan with thin bones (and no tool on ribs, chest, upper back, "
            "shoulder blade or spine), 0.7 with diabetes, 0.8 with controlled blood pressure, 0.7 on the back with "
            "scoliosis; a massager that cannot run so slowly is replaced by a manual tool. Arthritis, disc, carpal "
            "tunnel, sciatica and tendinitis hold their region at 4/10. Of several factors the smallest counts. Answers "
            "are asked again from their 90th day on; until then nothing runs on hardware, nor when the page of the day "
            "was told of something new."
        ),
        "design",
    ),
    (
        "F9",
        "BLOCK",
        (
            "Any yes to a red-flag question of the page before a run blocks it and says to seek care now. A yes holds for "
            "the rest of the day; a no is not asked again that day, for the same regions."
        ),
        "clinical red flags; design",
    ),
    (
        "F10",
        "BACKOFF PAUSE STOP",
        (
            "While the motor moves: a mean push of one second above the region's cap slows down by 30 %, and stops if it is "
            "still above after 3 s; above 1.25 times the cap for 150 ms pauses; any sample above 1.5 times the cap, or "
            "above 80 N, stops. Peaks are low-passed at 10 Hz; below 1,200 PPM, where single strokes pass that filter, the "
            "mean is judged in their place, and below 600 PPM in a soft stop the mean of a second; 80 N hold for every mean."
        ),
        "80 N on 5 cm² = 160 kPa, about women's lower quartile of the pressure threshold; design",
    ),
    (
        "F11",
        "PAUSE STOP",
        (
            "Percussion stays at or below 120 kPa (200 kPa under a cone). A manual tool aims at the lower half of the atlas "
            "band, because the person's threshold is taken as unknown; where a sensor measures it, it pauses above 343 kPa "
            "and stops above 490 kPa. A threshold measurement stops at 735 kPa."
        ),
        "Hou 2002; design",
    ),
    (
        "F12",
        "BACKOFF PAUSE",
        (
            "Less than 2 N for 5 s while running lowers the speed to the point's lowest for the rest of the step, each "
            "time; 20 s pause it. Only the + key raises it again."
        ),
        "design",
    ),
    (
        "F13",
        "BLOCK PAUSE",
        (
            "One pass on one spot (pin, knead or pinch) is at most 60 s of percussion contact or 90 s of a manual tool, "
            "extend, back and resume included; at most 3 passes, at least 20 s of rest between them. A sensorless one is at "
            "most 30 s. When the time is up the step is over."
        ),
        "Hou 2002 tested 90 s at most; Gemmell 2008; design",
    ),
    (
        "F14",
        "BLOCK PAUSE",
        (
            "One muscle and side gets at most 300 s of percussion contact in a session; both sides count for a tool on "
            "both. Then the step is over."
        ),
        "longest calf dose studied: 5 min (Konrad 2020, Leabeater 2024)",
    ),
    (
        "F15",
        "BLOCK PAUSE",
        (
            "A session has at most 20 minutes of percussion contact; further percussion steps end at once. Days and gaps "
            "between sessions are history's."
        ),
        "design",
    ),
    (
        "F16",
        "BLOCK PAUSE",
        (
            "At most 8 points are pinned in a session, left and right counting once; 4 is the default and what a scan "
            "picks."
        ),
        "Cagnie 2013: the four most painful points",
    ),
    (
        "F17",
        "BLOCK STOP",
        (
            "A motor starts at 1,800 PPM at most, goes above it only after 3 s, ramps by at most 600 PPM/s, never above "
            "plan, device, region or 2,400 PPM; a press of + adds at most 100 PPM. A speed set above the limit stops."
        ),
        "NCT07307014; Cheatham 2021; design",
    ),
    (
        "F18",
        "BLOCK BACKOFF",
        (
            "The first two real sessions of a person in which something was worked on stay at the bottom of each speed "
            "band and 0.7 of the force, without percussion pins; other pins are done by hand or ball, up to 4/10. A lower "
            "bound of force below 3 N is for a manual tool. An unreadable record counts as none."
        ),
        "design",
    ),
    (
        "F19",
        "BLOCK PAUSE WARN",
        (
            "Explosive effort within 30 minutes: at most 30 s a muscle and side with any tool, and no pins. Hard exercise "
            "within 2 hours: at most 1,800 PPM, 0.7 of the force, no pins. Exhausting exercise and a muscle that is "
            "bruised or hurts very much block. It is asked before each session, because the answers age in minutes."
        ),
        "Leabeater 2024; Chen 2021",
    ),
    (
        "F20",
        "BACKOFF PAUSE STOP",
        (
            "A rating of 7 on a point, asked for or not, slows down by 20 % and lowers the force to aim at by 25 %; 8 or "
            "more pauses and resumes gentler; the third such rating of a session stops. Slower and gentler hold for the "
            "program's step on that point, its passes and all ways back to it included. A rating can be corrected within "
            "5 s. From 3 on nobody is told to press harder."
        ),
        "design",
    ),
    (
        "F21",
        "PAUSE WARN",
        (
            "Discomfort that rises by 3 within a step, or is not below its starting value after the second pass, ends the "
            "point on this side for the session, as not responding. It takes two ratings."
        ),
        "design",
    ),
    (
        "F22",
        "BACKOFF PAUSE STOP",
        (
            "Numb, dizzy or nauseous stops, and for this session the point at hand and the one worked on last are over, on "
            "both sides, however one comes back to them; sharp pauses (motor off: slows) for one gentler try, the second "
            "time on a point and side the point is over. A symptom pressed while something is latched counts as well."
        ),
        "design",
    ),
    (
        "F23",
        "WARN STOP",
        (
            "60 s of motor-on time without a press, counted across steps, ask whether somebody is there; 20 s more stop. A "
            "push whose mean changes by 1 N counts as alive."
        ),
        "design",
    ),
    (
        "F24",
        "WARN",
        (
            "Discomfort is asked at the start of a session, after the last pass of a pin while pressing and 10 s after "
            "letting go, and within a pin only from 6 on or when rising. Nobody has to answer: unanswered it goes on after "
            "30 s, motor off."
        ),
        "the article: painful while pressing, better after; design",
    ),
    (
        "F25",
        "WARN",
        "Where a sensor measures the scan, a rating counts only after 2 s at the target pressure ±15 %.",
        "design",
    ),
    (
        "F26",
        "WARN",
        "Relief is a fall by 2 points or 30 %; smaller is shown as no clear change.",
        "Farrar 2001",
    ),
    (
        "F27",
        "BLOCK BACKOFF",
        (
            "With widespread pain force and pressure are halved, discomfort stays at 5, and the first two points of a "
            "plan are left; a scan picks no more."
        ),
        "design",
    ),
    (
        "F28",
        "WARN",
        "24 hours after a session the person is asked; unanswered, nothing increases.",
        "design",
    ),
    (
        "F29",
        "WARN",
        "Soreness up to 48 hours and 2 points is normal; the next dose does not increase.",
        "design",
    ),
    (
        "F30",
        "BLOCK",
        "Worse by 2 points after 24 hours locks the point for 48 hours; the next dose is 30 % less.",
        "the article: a break, more gently",
    ),
    (
        "F31",
        "BLOCK",
        "Worse twice in a row locks the point for 14 days; then gentle manual work only.",
        "design",
    ),
    (
        "F32",
        "BLOCK",
        (
            "Worse three times, large bruises, new numbness or weakness, or strong pain at rest lock the program until a "
            "clinician was consulted."
        ),
        "the article: physician",
    ),
    (
        "F33",
        "STOP",
        (
            "The motor runs on a lease of 1 s, renewed every 250 ms and only by an approving check; checks run with every "
            "reading and every 50 ms. A lapsed lease, a device fault, a refused or lost command or a fault of this program "
            "stops."
        ),
        "design; unlike hosts whose longest silence defaults to none",
    ),
    (
        "F34",
        "STOP",
        (
            "No valid frame for 750 ms stops and reconnects (after 0.5, 1, 2, 4, 8 s). Going on takes a press, at 70 % of "
            "the speed before, not below the device's lowest; where any other stop came meanwhile, the two-step reset. If "
            "nothing comes back the session ends."
        ),
        "design",
    ),
    (
        "F35",
        "BACKOFF STOP",
        (
            "A force sample older than 250 ms slows down; older than 500 ms, not a number, saturated for 0.2 s, below −2 N "
            "for 0.5 s or unchanged for 2 s stops. Only a sweep with ball or dampener on buttock, thigh, calf or shoulder "
            "blade goes on, at 1,800 PPM at most, which no key raises. Without a sensor from the start: only there, 1,800 "
            "PPM, pins of 30 s, discomfort up to 5. A slow sensor keeps the motor on speeds that it can see."
        ),
        "a stroke of 25–45 Hz aliases at 10 or 80 samples a second; design",
    ),
    (
        "F36",
        "BLOCK WARN",
        (
            "The sensor is set to zero with the head in the air before the first step: more than 2 N left, or a drift above "
            "1 N/min, is asked for again, and blocks at the third try. An uncalibrated sensor is said to be one."
        ),
        "design",
    ),
    (
        "F37",
        "WARN",
        "A force guessed from the motor's load is shown as estimated; caps are 0.8 of the region's.",
        "US 12,023,294; design",
    ),
    (
        "F38",
        "BACKOFF STOP",
        (
            "From 1,000 PPM on: measured below half of the device's own ramp for 0.5 s slows down, below a fifth for 0.3 s "
            "stops; above the command by 15 % for 0.5 s stops. Nothing is judged for 1 s after standstill and after a "
            "decrease."
        ),
        "design",
    ),
    (
        "F39",
        "WARN BACKOFF PAUSE STOP",
        (
            "A motor warns at 55 °C, slows at 60, stops at 70; a head on the skin warns at 38 °C and stops at 41. No start "
            "before it is 10 °C cooler than what stopped it."
        ),
        "Tuya firmware cuts its heater at 40 °C; design",
    ),
    (
        "F40",
        "WARN PAUSE",
        "A battery warns at 20 %; no motor starts below 10 %, and at 5 % the step at hand ends with a stop of the motor.",
        "Tuya alarm level; design",
    ),
    (
        "F41",
        "WARN",
        "A device's own cut-off is known and counted down; nothing keeps it alive beyond F15.",
        "design",
    ),
    (
        "F42",
        "PAUSE STOP",
        (
            "Space pauses: motor off at once, Enter goes on with a soft start. Escape, x, Ctrl-C, a held pedal, a signal or "
            "a closed terminal stop, latched; going on takes two keys: released, confirmed. A stop that nobody resets ends "
            "the session after 120 s; signals end it by themselves."
        ),
        "design",
    ),
    (
        "F43",
        "STOP",
        "Whatever runs is stopped before anything else is said to a device, and verified idle.",
        "design",
    ),
    (
        "F44",
        "STOP",
        "More than 2 s between two checks, or a suspend of more than 0.5 s, stops. Only the monotonic clock decides.",
        "design",
    ),
    (
        "F45",
        "BLOCK STOP",
        (
            "One owner per device; others read, and may stop. A device that is commanded faster than this session set it "
            "stops."
        ),
        "design",
    ),
    (
        "F46",
        "PAUSE",
        (
            "A run without a program works on one point of the atlas, with all limits, and ends after 2 minutes of motor-on "
            "time."
        ),
        "design",
    ),
    (
        "F47",
        "BLOCK",
        (
            "A program of the user's that breaks F2 or F10–F17 is refused with the rule, by the linter and once more before "
            "the run. Nothing switches F2, F10, F33–F35 or F42 off."
        ),
        "design",
    ),
    (
        "F48",
        "STOP",
        "In a manual, question or assessment step the motor must read 0; if it moves, it is stopped.",
        "design",
    ),
    (
        "F49",
        "WARN BLOCK",
        (
            "The vibration that an operator's hands take in a day warns at 50 and 80 % of the action value and blocks at "
            "the limit value."
        ),
        "ISO 5349; directive 2002/44/EC",
    ),
    (
        "F50",
        "WARN",
        (
            "Every event is appended and synced, with monotonic and wall time and the rule of each intervention; no name, "
            "mode 0600, no network."
        ),
        "design",
    ),
    (
        "F51",
        "WARN BLOCK",
        "A simulated session cannot be mistaken for a real one, and never shares its ledger.",
        "design",
    ),
    (
        "F52",
        "BLOCK",
        "A self-test proves F33, F34, F35, F38 and F42 on the simulator before the first session on hardware.",
        "design",
    ),
    (
        "F53",
        "STOP",
        (
            "The motor is off between points and between sides, and each start needs a fresh press; contact never starts "
            "it. A rating closes its question, and the start behind it needs a press of its own: the head has moved."
        ),
        "design",
    ),
    (
        "F54",
        "STOP",
        (
            "A stop is written at once, acknowledged, and standstill seen within 1.5 s where the device reports speed; else "
            "STOP and relay are repeated and the screen says that it is not confirmed until a person answers. A motor that "
            "moves after it was off stops the same way."
        ),
        "design",
    ),
)

RULES: dict[str, Rule] = {
    rule_id: Rule(rule_id, tuple(Level[name] for name in levels.split()), sentence, source)
    for rule_id, levels, sentence, source in _ROWS
}
"""By id, in the order of the reference."""
