"""Print the benchmark table: ``python -m tests.bench [NAME …]``; without names, all of them.

Each line is measured beside something else in the same run, so that a slow or busy machine moves both.
"""

from __future__ import annotations

import importlib
import sys

from tests.bench.table import Line, print_table

NAMES = ("codec", "command", "reaction", "programs", "fleet", "ble", "mqtt", "dashboard", "startup")


def main() -> int:
    """Run the benchmarks that were named, print their table, and fail when a target is missed."""
    lines: list[Line] = []
    for name in sys.argv[1:] or NAMES:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        lines += importlib.import_module(f"tests.bench.{name}").measure()
    print_table(lines)
    return 0 if all(line.is_met for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
