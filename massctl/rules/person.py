"""Rows of the rule table: who and where (F1–F9, F18, F19, F27). Data only."""

from __future__ import annotations

from massctl.rules.rule import Level, Rule

ROWS: tuple[Rule, ...] = (
    Rule(
        "F1",
        "The notice is accepted",
        (Level.BLOCK,),
        (
            "The first use is blocked until the disclaimer is accepted: no medical device, no diagnosis, no "
            "treatment claim. It is shown again only when its text changes."
        ),
        source="device regulation; design",
    ),
    Rule(
        "F2",
        "Where no massager works",
        (
            Level.BLOCK,
            Level.STOP,
        ),
        (
            "No percussion on head, face, neck, armpit, spine, ribs, breastbone, abdomen, groin, inner thigh, "
            "knee or hand, nor on any point that forbids it; over a nerve or vessel percussion passes and never "
            "stands. There is no override."
        ),
        source="case reports of vertebral artery and eye injury; VAD",
        choice=(
            "Over a nerve or a vessel the massager passes and never stands; kneading and pinching count as standing."
        ),
    ),
    Rule(
        "F3",
        "Who gets no pressure at all",
        (Level.BLOCK,),
        (
            "A person with a blood clot or embolism, now or ever, that no clinician cleared, a bleeding disorder, "
            "medicine against clotting, blood pressure out of control, acute disease of heart, liver or kidney, a "
            "muscle breakdown ever, a connective-tissue disorder, an age below 14, or on that day fever or new "
            "severe pain, gets no percussion and no pressure tool; a numb region gets none. Only the clot can be "
            "cleared. What is barred for a person is left out, and no other tool takes its place."
        ),
        source="Therabody list; Chen 2021; Bartsch 2021",
        choice=(
            "Only a clot can be cleared, because the rule says so of nothing else; any clot ever counts. What is "
            "barred is left out of the plan, not done with another tool."
        ),
    ),
    Rule(
        "F4",
        "Pacemakers and implants",
        (Level.BLOCK,),
        (
            "With a pacemaker, ICD or port no percussion unless a clinician cleared it, and cleared or not no "
            "tool on chest, ribs, armpit, upper back, shoulder blade, top of the shoulder or neck. Uncleared, the "
            "massager's steps are left out, not done by hand or ball. Another implant bars its region for every "
            "tool."
        ),
        source="Therabody list; design",
        choice=(
            "Chest, ribs, armpit, upper back, shoulder blade, shoulder top and neck are barred for every tool and "
            "on both sides, cleared or not; steps of the massager elsewhere are left out, not replaced."
        ),
    ),
    Rule(
        "F5",
        "Wounds, surgery, injuries",
        (
            Level.BLOCK,
            Level.BACKOFF,
            Level.WARN,
        ),
        (
            "No tool on a region, both sides of it, with a wound, rash, bruise, swelling, fracture, tumour, "
            "varicose veins or numbness, for 12 weeks after surgery, or for 72 hours after an injury, counted "
            "from the end of its day; an unknown day is today. To 6 weeks an injury gets half the force and at "
            "most 4/10. Diabetes with less feeling bars feet, lower legs and hands."
        ),
        source="design",
        choice=(
            "Both sides of a region are barred, an unknown day is today, and hours count from the end of the day "
            "that was named. Surgery's hardware counts as an implant (F4)."
        ),
    ),
    Rule(
        "F6",
        "Pregnancy",
        (Level.BLOCK,),
        (
            "In pregnancy, a possible one too, no tool on abdomen, low back with its spine, inner thigh with the "
            "groin, or calf; elsewhere only when a clinician cleared it."
        ),
        source="design",
        choice=(
            "A possible pregnancy counts; spine and groin belong to low back and inner thigh; every tool is "
            "barred, not the massager alone."
        ),
    ),
    Rule(
        "F7",
        "From 14 to 17 years",
        (
            Level.BLOCK,
            Level.PAUSE,
        ),
        (
            "From 14 to 17 years an adult confirms to be present before each session, force and caps are 0.6 of "
            "the plan, and a session is at most 8 minutes of work with any tool, extensions included."
        ),
        source="design",
        choice=(
            "The factor holds for caps as well as for the force to aim at; the eight minutes count every tool, "
            "and extensions."
        ),
    ),
    Rule(
        "F8",
        "Cautions, and answers that expire",
        (
            Level.BLOCK,
            Level.BACKOFF,
            Level.WARN,
        ),
        (
            "Force, pressure, caps and speed are 0.5 of the plan with thin bones (and no tool on ribs, chest, "
            "upper back, shoulder blade or spine), 0.7 with diabetes, 0.8 with controlled blood pressure, 0.7 on "
            "the back with scoliosis; a massager that cannot run so slowly is replaced by a manual tool. "
            "Arthritis, disc, carpal tunnel, sciatica and tendinitis hold their region at 4/10. Of several "
            "factors the smallest counts. Answers are asked again from their 90th day on; until then nothing runs "
            "on hardware, nor when the page of the day was told of something new."
        ),
        source="design",
        choice=(
            "The factors hold for tools under the body's weight and for caps; scoliosis counts for the whole "
            "back; 'something new' on the day's page blocks until the questions are answered again."
        ),
    ),
    Rule(
        "F9",
        "Red flags",
        (Level.BLOCK,),
        (
            "Any yes to a red-flag question of the page before a run blocks it and says to seek care now. A yes "
            "holds for the rest of the day; a no is not asked again that day, for the same regions."
        ),
        source="clinical red flags; design",
        choice="A yes holds for the rest of the day, also for other programs.",
    ),
    Rule(
        "F18",
        "The first two sessions",
        (
            Level.BLOCK,
            Level.BACKOFF,
            Level.WARN,
        ),
        (
            "The first two real sessions of a person in which something was worked on stay at the bottom of each "
            "speed band and 0.7 of the force, without percussion pins; other pins are done by hand or ball, up to "
            "4/10. A lower bound of force below 3 N is for a manual tool. An unreadable record counts as none."
        ),
        source="design",
        choice=(
            "A record that cannot be read counts as no session; simulated sessions and those without work do not count."
        ),
    ),
    Rule(
        "F19",
        "Before and after sport",
        (
            Level.BLOCK,
            Level.PAUSE,
            Level.WARN,
        ),
        (
            "Explosive effort within 30 minutes: at most 30 s a muscle and side with any tool, and no pins. Hard "
            "exercise within 2 hours: at most 1,800 PPM, 0.7 of the force, no pins. Exhausting exercise and a "
            "muscle that is bruised or hurts very much block. It is asked before each session, because the "
            "answers age in minutes."
        ),
        source="Leabeater 2024; Chen 2021",
        choice=(
            "The 30 s count every tool; hard exercise bars scans and pinching with the pins; asked before each session."
        ),
    ),
    Rule(
        "F27",
        "Widespread pain",
        (
            Level.BLOCK,
            Level.BACKOFF,
            Level.WARN,
        ),
        (
            "With widespread pain force and pressure are halved, discomfort stays at 5, and the first two points "
            "of a plan are left; a scan picks no more."
        ),
        source="design",
        choice="The first two points of a plan are kept, the rest are left out.",
    ),
)
