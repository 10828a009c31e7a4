"""Geometry of the charts: bars in units of a hundredth of their width, drawn by templates/reports/charts.html."""

from dataclasses import dataclass

from monitor.reports.content import Tally

HUNDRED = 100.0


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a stacked bar: where it starts and how wide it is, both in percent of the bar."""

    code: str
    count: int
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class OccupancyBar:
    """People held against places: both in percent of the drawing's width, and people per 100 places."""

    places: float
    people: float
    percent: float


def stacked(tally: Tally) -> tuple[Segment, ...]:
    """Return the segments of a tally in the order of the scale, none for a tally without items."""
    found, start = [], 0.0
    for code, count in tally.counts():
        if count:
            width = HUNDRED * count / tally.total
            found.append(Segment(code, count, round(start, 2), round(width, 2)))
            start += width
    return tuple(found)


def occupancy_bar(percent: float) -> OccupancyBar:
    """Return the bar for an occupancy in people per 100 places; the longer of the two fills the width."""
    full = max(percent, HUNDRED)
    return OccupancyBar(round(HUNDRED * HUNDRED / full, 2), round(HUNDRED * percent / full, 2), percent)
