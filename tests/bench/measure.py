"""Timing two things side by side, in turns, so that a busy machine slows both alike."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of the table: ours and the base in the same unit, and the ratio hoped for."""

    name: str
    ours: float
    base: float
    unit: str
    aim: str

    @property
    def ratio(self) -> float:
        """How many times the base ours is."""
        return self.ours / self.base if self.base else float("inf")


def seconds(work: Callable[[], object]) -> float:
    """Return how long one run takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def in_turns(ours: Callable[[], object], base: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Return the median seconds of both, run alternately; the first round of each only warms up."""
    ours()
    base()
    pairs = [(seconds(ours), seconds(base)) for _ in range(rounds)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def print_table(rows: list[Row]) -> None:
    """Print every row with its ratio."""
    width = max(len(row.name) for row in rows)
    print(f"{'':{width}}  {'ours':>12} {'base':>12} {'':6} {'ratio':>8}  aim")
    for row in rows:
        print(f"{row.name:{width}}  {row.ours:12.2f} {row.base:12.2f} {row.unit:6} {row.ratio:8.2f}  {row.aim}")
