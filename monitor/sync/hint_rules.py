"""The figures of standards as a device needs them to hold them beside what is typed (see guide/hints.py).

ids            capacity, population, occupancy, rooms, single, shared: ids of the items that the rules name
types          occupancy, single, shared -> place types to which the item applies
benchmarks     item id -> [{comparator, value, unit, bound, standard, note}]; `value` as text, exactly as it is
rows           rows of the rooms' table: id -> name
words          met, not_met, figure, room, occupancy: sentences with {figure}, {unit}, {room}
"""

from typing import Any

from flask_babel import gettext as _

from monitor.guide.catalogue import Guide
from monitor.guide.hints import CAPACITY, OCCUPANCY, POPULATION, ROOMS, SHARED_ROOM, SINGLE_ROOM, Hint
from monitor.guide.texts import GuideTexts
from monitor.visits.hint_words import hint_words


def hint_rules(guide: Guide, words: GuideTexts) -> dict[str, Any]:
    """Return the rules as JSON; see the head of this file."""
    ids = {
        "capacity": CAPACITY, "population": POPULATION, "occupancy": OCCUPANCY, "rooms": ROOMS, "single": SINGLE_ROOM,
        "shared": SHARED_ROOM,
    }  # fmt: skip
    return {
        "ids": ids,
        "types": {name: _types(guide, ids[name]) for name in ("occupancy", "single", "shared")},
        "benchmarks": {
            item.id: [_benchmark(each, words) for each in item.benchmarks]
            for item in guide.items.values()
            if item.benchmarks
        },
        "rows": {row.id: words.row(guide.items[ROOMS], row.id) for row in _rows(guide)},
        "words": {
            "met": _("keeps to it"),
            "not_met": _("does not keep to it"),
            "figure": _("%(figure)s %(unit)s", figure="{figure}", unit="{unit}"),
            "room": _("%(room)s: %(figure)s %(unit)s", room="{room}", figure="{figure}", unit="{unit}"),
            "occupancy": _("Occupancy: %(figure)s %(unit)s", figure="{figure}", unit="{unit}"),
        },
    }


def _rows(guide: Guide) -> Any:
    table = guide.items[ROOMS].table if ROOMS in guide.items else None
    return table.rows if table else ()


def _types(guide: Guide, item_id: str) -> list[str]:
    item = guide.items.get(item_id)
    return [each for each in guide.place_types if item is not None and item.applies_to(each)]


def _benchmark(benchmark: Any, words: GuideTexts) -> dict[str, Any]:
    said = hint_words(Hint("benchmark", 0.0, benchmark, is_met=True), words)
    return {
        "comparator": benchmark.comparator, "value": str(benchmark.value),
        "unit": words.unit(words.guide.items[benchmark.item_id]), "bound": said.bound, "standard": said.standard,
        "note": said.note,
    }  # fmt: skip
