"""Hints: what is typed, held against the figures that standards name. A hint never sets a rating."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from monitor.guide.catalogue import Benchmark, Guide, Item

HintKind = Literal["benchmark", "room", "occupancy"]

CAPACITY, POPULATION, OCCUPANCY = "talk-capacity", "talk-population", "space-occupancy"
ROOMS, SINGLE_ROOM, SHARED_ROOM = "tour-cell-sample", "space-single", "space-shared"


@dataclass(frozen=True, slots=True)
class Hint:
    """One figure of the visit beside one figure of a standard.

    `kind`: "benchmark", the number typed; "room", floor area or area per person of a sampled room (`row_id`);
    "occupancy", people held as a percentage of the capacity. `measured` is in the benchmark's `unit`.
    """

    kind: HintKind
    measured: float
    benchmark: Benchmark
    is_met: bool
    row_id: str | None = None

    @property
    def unit(self) -> str:
        """The unit of both figures."""
        return self.benchmark.unit


def hints(
    guide: Guide, items: Iterable[Item], values: Mapping[str, object], place_types: Iterable[str]
) -> dict[str, tuple[Hint, ...]]:
    """Give the hints of these items by item id; items without one are left out.

    `values` are all values of the visit by item id, also of items on other pages. `place_types` are the main type and
    the unit types: room and occupancy figures are only shown where their benchmarks' item applies to one of them.
    """
    types = tuple(place_types)
    found = {item.id: _hints_of(guide, item, values, types) for item in items}
    return {item_id: each for item_id, each in found.items() if each}


def is_met(benchmark: Benchmark, measured: Fraction) -> bool:
    """Whether a figure keeps to the benchmark: "min" and "max" include the value, "below" does not."""
    value = _exact(benchmark.value)
    match benchmark.comparator:
        case "min":
            return measured >= value
        case "max":
            return measured <= value
        case "below":
            return measured < value


def _hints_of(guide: Guide, item: Item, values: Mapping[str, object], place_types: tuple[str, ...]) -> tuple[Hint, ...]:
    found: list[Hint] = []
    typed = _figure(values.get(item.id))
    if typed is not None:
        found += _compared("benchmark", typed, item)
    if item.id == ROOMS:
        found += _room_hints(guide, values.get(ROOMS), place_types)
    if item.id in {OCCUPANCY, POPULATION}:
        occupancy = occupancy_percent(values)
        measures = _source_of_benchmarks(guide, OCCUPANCY, place_types)
        if occupancy is not None and measures is not None:
            found += _compared("occupancy", occupancy, measures)
    return tuple(found)


def occupancy_percent(values: Mapping[str, object]) -> Fraction | None:
    """Give people held (all cells of talk-population) per 100 places (talk-capacity); None where either is unknown."""
    capacity, population = _figure(values.get(CAPACITY)), values.get(POPULATION)
    if not capacity or not isinstance(population, dict):
        return None
    people = [_figure(figure) for cells in population.values() for figure in cells.values()]
    return sum((each for each in people if each is not None), Fraction()) * 100 / capacity


def _room_hints(guide: Guide, rooms: object, place_types: tuple[str, ...]) -> list[Hint]:
    found: list[Hint] = []
    for row_id, cells in rooms.items() if isinstance(rooms, dict) else ():
        area, people = _figure(cells.get("area")), _figure(cells.get("people"))
        if area is None or not people:
            continue
        measures = _source_of_benchmarks(guide, SINGLE_ROOM if people == 1 else SHARED_ROOM, place_types)
        if measures is not None:
            found += _compared("room", area / people, measures, row_id)
    return found


def _source_of_benchmarks(guide: Guide, item_id: str, place_types: tuple[str, ...]) -> Item | None:
    item = guide.items.get(item_id)
    applies = item is not None and any(item.applies_to(place_type) for place_type in place_types)
    return item if applies else None


def _compared(kind: HintKind, measured: Fraction, item: Item, row_id: str | None = None) -> list[Hint]:
    return [
        Hint(kind, float(measured), benchmark, is_met(benchmark, measured), row_id) for benchmark in item.benchmarks
    ]


def _figure(value: object) -> Fraction | None:
    """Give a number exactly as it was typed; None for codes, texts and tables."""
    return _exact(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _exact(value: float) -> Fraction:
    # By way of its text, so that 3.4 is 34/10 and not the nearest binary fraction.
    return Fraction(str(value))
