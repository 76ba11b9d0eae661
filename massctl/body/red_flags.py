"""Signs that need care now (F9), for searches that start where such a sign is common. Words only; pure."""

from __future__ import annotations

from typing import Final

ADVICE: Final = "If any of this is true, do not massage it: seek care now."

_SUDDEN = "a sudden headache, the worst you have known; new dizziness, double vision, slurred speech, a drooping face"
_HEART = "pain or pressure in the chest, above all on exertion or spreading into arm or jaw"
_NERVE = "new weakness in a leg, numbness between the legs, a change in bladder or bowel"

_BY_PART: Final = {
    "head": (_SUDDEN,),
    "low_back": (_NERVE, "fever together with back pain"),
    "chest": (_HEART,),
    "abdomen": (_HEART, "fever together with back pain", _NERVE, "dark urine together with pain in the muscles"),
    "jaw": (_HEART, "above age 50: new jaw pain on chewing, a tender scalp, a change of vision"),
    "teeth": (_HEART, "fever or swelling with toothache"),
    "eye": (_SUDDEN, "a change of vision"),
    "ear": (_SUDDEN,),
    "groin": (_NERVE, "fever together with back pain"),
    "calf": ("one calf that is hot, swollen or tender", "dark urine together with pain in the muscles"),
}


def red_flags(place: str) -> tuple[str, ...]:
    """Return the signs to rule out before a search that starts at ``place``, in the atlas's words; empty for most places."""
    word = place.strip().lower()
    return next((flags for part, flags in _BY_PART.items() if word == part or word.startswith(f"{part}_")), ())
