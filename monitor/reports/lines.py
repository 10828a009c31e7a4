"""Turns one answer into what is printed of it."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from monitor.guide.catalogue import Guide, Item
from monitor.guide.hints import Hint as GuideHint
from monitor.guide.texts import GuideTexts, Text
from monitor.reports.content import Grid, Hint, Line, Mark
from monitor.reports.record import RecordedAnswer

OCCUPANCY_HINT = "occupancy"  # has a chart of its own


def line(item: Item, answer: RecordedAnswer, hints: Iterable[GuideHint], guide: Guide, texts: GuideTexts) -> Line:
    """Return the printed form of an answer that says something; `hints` are those of this item."""
    return Line(
        item=item.id,
        number=item.number,
        question=texts.question(item),
        hints=_hints(item, (hint for hint in hints if hint.kind != OCCUPANCY_HINT), guide, texts),
        urgent=answer.urgent,
        **_said(item, answer.value, texts),
    )


def _said(item: Item, value: Any, texts: GuideTexts) -> dict[str, Any]:
    match item.answer:
        case "rating":
            return {"code": value}
        case "yes_no":
            return {"code": value, "in_line": None if item.expected is None else item.expected == value}
        case "number":
            return {"figure": value, "unit": typeset(texts.unit(item))}
        case "choice":
            return {"choices": (texts.choice(item, value),)}
        case "multi_choice":
            return {"choices": tuple(texts.choice(item, choice.id) for choice in item.choices if choice.id in value)}
        case "count_table":
            return {"grid": _grid(item, value, texts)}
        case _:
            return {"words": value}


def _grid(item: Item, value: dict[str, dict[str, float]], texts: GuideTexts) -> Grid:
    """Keep rows with a figure; columns stay all, so that an empty one is seen to be empty."""
    rows, columns = (item.table.rows, item.table.columns) if item.table else ((), ())
    return Grid(
        columns=tuple(typeset(texts.column(item, column.id)) for column in columns),
        rows=tuple(
            (texts.row(item, row.id), tuple(value[row.id].get(column.id) for column in columns))
            for row in rows
            if row.id in value
        ),
    )


def _hints(item: Item, hints: Iterable[GuideHint], guide: Guide, texts: GuideTexts) -> tuple[Hint, ...]:
    """Group the guide's hints by the figure they speak of."""
    return tuple(
        Hint(
            measured=measured,
            unit=typeset(_unit_text(unit, guide, texts)),
            row=texts.row(item, row) if row else None,
            marks=tuple(_mark(hint, guide) for hint in group),
        )
        for (row, measured, unit), group in groupby(hints, key=lambda hint: (hint.row_id, hint.measured, hint.unit))
    )


def _mark(hint: GuideHint, guide: Guide) -> Mark:
    citation = hint.benchmark.citation
    source = f"{guide.instruments[citation.instrument].short_title}, {citation.provision}"
    return Mark(hint.benchmark.comparator, hint.benchmark.value, source, hint.is_met)


def _unit_text(unit: str, guide: Guide, texts: GuideTexts) -> Text:
    """Return a unit in the report's language, by way of an item that asks for it."""
    return next(texts.unit(item) for item in guide.items.values() if item.unit == unit)


def typeset(text: Text) -> Text:
    """Return a guide text with square metres as they are written."""
    return Text(text.replace("m2", "m²"), text.language)
