"""Figures of drills, beside what they must be."""

from typing import NamedTuple

HEAD = f"{'drill':64}{'figure':>10}{'goal':>12}"


class Row(NamedTuple):
    """One figure and what it must be: the goal itself or, with `at_most`, no more than it."""

    what: str
    figure: float
    goal: float
    at_most: bool = False

    @property
    def is_met(self) -> bool:
        """Say whether the figure is what it must be."""
        return self.figure <= self.goal if self.at_most else self.figure == self.goal

    def __str__(self) -> str:
        goal = f"<= {self.goal:,.6g}" if self.at_most else f"{self.goal:,.6g}"
        return f"{self.what:64}{self.figure:>10,.6g}{goal:>12}{'' if self.is_met else '   MISSED'}"
