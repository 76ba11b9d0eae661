"""The table of safety rules: id, level, sentence, source. Whoever refuses or intervenes cites it.

The rows lie in the files of this package, by family; ``docs/rules.md`` is written from them. The code of each rule lives where it
acts: ``body/limits.py`` for what is static, ``session/interlocks`` for what happens in time.
"""

from __future__ import annotations

from massctl.rules import dose, feeling, machine, person, program
from massctl.rules.rule import Level, Rule

__all__ = ["RULES", "Level", "Rule"]

_ROWS = (*person.ROWS, *dose.ROWS, *feeling.ROWS, *machine.ROWS, *program.ROWS)

RULES: dict[str, Rule] = {row.id: row for row in sorted(_ROWS, key=lambda row: int(row.id[1:]))}
"""By id, in the order of the reference."""
