"""`python -m tests.drills [NAME ...]`: every drill, or those named, as one table; exit status 1 at a miss."""

import sys
from collections.abc import Callable, Iterator
from typing import Final

from tests.drills import (
    audit,
    devices,
    limits,
    merging,
    names,
    offline,
    paper,
    pdf,
    scripts,
    seizure,
    sessions,
    swapped,
    timing,
)
from tests.drills.figures import HEAD, Row

DRILLS: Final[dict[str, Callable[[], Iterator[Row]]]] = {
    "seizure": seizure.drill,
    "swapped": swapped.drill,
    "sessions": sessions.drill,
    "limits": limits.drill,
    "timing": timing.drill,
    "pdf": pdf.drill,
    "scripts": scripts.drill,
    "audit": audit.drill,
    "names": names.drill,
    "paper": paper.drill,
    "devices": devices.drill,
    "offline": offline.drill,
    "merging": merging.drill,
}


def main(chosen: list[str]) -> int:
    """Run drills and print each figure when it is known."""
    unknown = [name for name in chosen if name not in DRILLS]
    if unknown:
        sys.stderr.write(f"There is no drill {', '.join(unknown)}. There are: {', '.join(DRILLS)}.\n")
        return 2
    missed = 0
    sys.stdout.write(f"{HEAD}\n")
    for name in chosen or DRILLS:
        for row in DRILLS[name]():
            missed += not row.is_met
            sys.stdout.write(f"{row}\n")
            sys.stdout.flush()
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
