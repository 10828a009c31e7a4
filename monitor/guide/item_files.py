"""Reads one item of catalogue.yaml and checks it against what the other files define."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from monitor.guide.catalogue import (
    EVERY_PLACE_TYPE,
    Benchmark,
    Choice,
    Citation,
    Comparator,
    Instrument,
    Item,
    RatingValue,
    Table,
)
from monitor.guide.yaml_files import YamlNode

_KEYS = (
    "id", "question", "answer", "choices", "table", "unit", "benchmarks", "expected", "core", "sensitivity",
    "place_types", "sources", "guidance", "standards",
)  # fmt: skip
_COMPARATORS: Mapping[str, Comparator] = {"min": "min", "max": "max", "below": "below"}
_EXPECTED: Mapping[str, Literal["yes", "no"]] = {"yes": "yes", "no": "no"}


@dataclass(frozen=True, slots=True)
class Known:
    """What an item may refer to."""

    answer_types: Collection[str]
    sources: Collection[str]
    sensitivity_levels: Collection[str]
    place_types: Collection[str]
    instruments: Mapping[str, Instrument]
    ratings: tuple[RatingValue, ...]


@dataclass(frozen=True, slots=True)
class Where:
    """Where in the guide an item stands."""

    section_id: str
    topic_id: str
    number: str


def read_item(node: YamlNode, where: Where, known: Known) -> Item:
    """Give the item at this node; BrokenGuide where anything about it is wrong."""
    keys = node.fields(_KEYS)
    item_id = keys["id"].kebab()
    answer = keys["answer"].one_of(known.answer_types, "answer type")
    unit = _read_unit(keys["unit"], item_id, answer)
    return Item(
        id=item_id,
        number=where.number,
        section_id=where.section_id,
        topic_id=where.topic_id,
        question=_ending_with(keys["question"], "?"),
        answer=answer,
        choices=_read_choices(keys["choices"], item_id, answer),
        table=_read_table(keys["table"], item_id, answer),
        unit=unit,
        benchmarks=_read_benchmarks(keys["benchmarks"], item_id, unit, known),
        expected=_read_expected(keys["expected"], item_id, answer),
        is_core=keys["core"].flag(),
        sensitivity=keys["sensitivity"].one_of(known.sensitivity_levels, "sensitivity level"),
        place_types=_read_place_types(keys["place_types"], item_id, known),
        sources=_some(keys["sources"], item_id, known.sources, "source of evidence"),
        guidance=_ending_with(keys["guidance"], ".?"),
        standards=_read_standards(keys["standards"], item_id, known),
        ratings=known.ratings if answer == "rating" else (),
    )


def _ending_with(node: YamlNode, endings: str) -> str:
    text = node.text()
    node.need(text.endswith(tuple(endings)), f"this text must end with {' or '.join(endings)}")
    return text


def _read_unit(node: YamlNode, item_id: str, answer: str) -> str | None:
    if answer == "number":
        node.need(node.value is not None, f"item '{item_id}' asks for a number and names no unit")
        return node.text()
    node.need(node.value is None, f"item '{item_id}' has a unit but does not ask for a number")
    return None


def _read_expected(node: YamlNode, item_id: str, answer: str) -> Literal["yes", "no"] | None:
    if node.value is None:
        return None
    node.need(answer == "yes_no", f"item '{item_id}' expects yes or no but asks for something else")
    return _EXPECTED[node.one_of(_EXPECTED, "expected answer")]


def _read_choices(node: YamlNode, item_id: str, answer: str) -> tuple[Choice, ...]:
    choices = _read_options(node)
    if answer in {"choice", "multi_choice"}:
        node.need(choices, f"item '{item_id}' asks for a choice and offers none")
    else:
        node.need(not choices, f"item '{item_id}' offers choices but does not ask for one")
    return choices


def _read_table(node: YamlNode, item_id: str, answer: str) -> Table | None:
    if answer != "count_table":
        node.need(node.value is None, f"item '{item_id}' has a table but does not ask for one")
        return None
    node.need(node.value is not None, f"item '{item_id}' asks for a table and has none")
    keys = node.fields(["rows", "columns"])
    table = Table(_read_options(keys["rows"]), _read_options(keys["columns"]))
    node.need(table.rows and table.columns, f"the table of item '{item_id}' has no rows or no columns")
    return table


def _read_options(node: YamlNode) -> tuple[Choice, ...]:
    found: dict[str, Choice] = {}
    for element in node.elements():
        keys = element.fields(["id", "label"])
        option_id = keys["id"].kebab()
        keys["id"].need(option_id not in found, f"the option '{option_id}' stands twice")
        found[option_id] = Choice(option_id, keys["label"].text())
    return tuple(found.values())


def _some(node: YamlNode, item_id: str, allowed: Collection[str], what: str) -> tuple[str, ...]:
    found = tuple(element.one_of(allowed, what) for element in node.elements())
    node.need(found, f"item '{item_id}' names no {what}")
    return found


def _read_place_types(node: YamlNode, item_id: str, known: Known) -> tuple[str, ...]:
    if node.value == [EVERY_PLACE_TYPE]:
        return (EVERY_PLACE_TYPE,)
    return _some(node, item_id, known.place_types, "place type")


def _read_standards(node: YamlNode, item_id: str, known: Known) -> tuple[Citation, ...]:
    found = tuple(
        _cited(element, element.fields(["instrument", "provision"]), item_id, known) for element in node.elements()
    )
    node.need(found, f"item '{item_id}' cites no standard")
    return found


def _cited(node: YamlNode, keys: Mapping[str, YamlNode], item_id: str, known: Known) -> Citation:
    citation = Citation(keys["instrument"].text(), keys["provision"].text())
    instrument = known.instruments.get(citation.instrument)
    node.need(
        instrument is not None and citation.provision in instrument.provisions,
        f"item '{item_id}' cites '{citation.instrument}' '{citation.provision}', which standards.yaml does not have",
    )
    return citation


def _read_benchmarks(node: YamlNode, item_id: str, unit: str | None, known: Known) -> tuple[Benchmark, ...]:
    found: list[Benchmark] = []
    for element in node.elements():
        keys = element.fields(["comparator", "value", "unit", "instrument", "provision", "note"])
        keys["unit"].need(keys["unit"].value == unit, f"the benchmark's unit is not the unit of item '{item_id}'")
        benchmark = Benchmark(
            item_id=item_id,
            position=len(found),
            comparator=_COMPARATORS[keys["comparator"].one_of(_COMPARATORS, "comparator")],
            value=keys["value"].number(),
            unit=keys["unit"].text(),
            citation=_cited(element, keys, item_id, known),
            note=keys["note"].text(),
        )
        found.append(benchmark)
    return tuple(found)
