"""Population and interview figures of a visit: typed ones, or what the answers say while nothing was typed."""

from collections.abc import Mapping
from typing import Any

from monitor.answers import queries as answers
from monitor.visits.models import INTERVIEW_FIGURES, POPULATION_FIGURES, Visit

CHILD_ROWS = frozenset({"boys", "girls"})
REMAND_COLUMN, SENTENCED_COLUMN = "suspect", "sentenced"
SOURCE_ITEMS = ("talk-capacity", "talk-population", "talk-groups", "int-count", "staff-int-count")
Values = Mapping[str, Any]


def figures(visit: Visit) -> dict[str, int | None]:
    """Return every figure by name; a typed one prevails, one that nobody knows is None."""
    values = {head.item_id: head.value for head in answers.heads(visit.sheet, SOURCE_ITEMS)}
    found = figures_from(values)
    return {name: visit.figures.get(name, found.get(name)) for name in (*POPULATION_FIGURES, *INTERVIEW_FIGURES)}


def figures_from(values: Values) -> dict[str, int]:
    """Return the figures that these answers (item id -> value) give; a figure without any number is left out."""
    found: dict[str, int] = {}
    capacity = values.get("talk-capacity")
    if isinstance(capacity, int):
        found["capacity"] = capacity
    population = values.get("talk-population")
    if isinstance(population, dict):
        found |= _population(population)
    foreign = _cell(values.get("talk-groups"), "foreign", "number")
    if foreign is not None:
        found["foreign_nationals"] = foreign
    for name, item in (("persons_held", "int-count"), ("staff", "staff-int-count")):
        table = values.get(item)
        if isinstance(table, dict):
            found[name] = sum(sum(row.values()) for row in table.values())
    return found


def _population(table: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """Women and men are adults by their own rows, as the item asks; children are the boys and girls."""
    found = {"present": sum(sum(row.values()) for row in table.values())}
    for name, rows in (("women", {"women"}), ("men", {"men"}), ("children", CHILD_ROWS)):
        cells = [sum(row.values()) for key, row in table.items() if key in rows]
        if cells:
            found[name] = sum(cells)
    for name, column in (("remand", REMAND_COLUMN), ("sentenced", SENTENCED_COLUMN)):
        cells = [row[column] for row in table.values() if column in row]
        if cells:
            found[name] = sum(cells)
    return found


def _cell(table: object, row: str, column: str) -> int | None:
    value = table.get(row, {}).get(column) if isinstance(table, dict) else None
    return value if isinstance(value, int) else None
