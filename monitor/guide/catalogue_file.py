"""Reads catalogue.yaml: the scale, the kinds of evidence, and sections with their topics and items."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from monitor.guide.catalogue import (
    NO_JUDGEMENT,
    EvidenceSource,
    Instrument,
    Item,
    RatingValue,
    Section,
    SensitivityLevel,
    Topic,
)
from monitor.guide.item_files import Known, Where, read_item
from monitor.guide.yaml_files import YamlNode

_KEYS = (
    "catalogue_id", "version", "language", "rating_scale", "answer_types", "evidence_sources", "sensitivity_levels",
    "sections",
)  # fmt: skip
_SECTION_KEYS = ("id", "kind", "order", "name", "summary", "topics")
_TOPIC_KEYS = ("id", "order", "name", "aim", "items")
_RATING_KEYS = ("code", "label", "substantive", "order", "needs_comment", "meaning")


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """What catalogue.yaml holds."""

    version: str
    ratings: dict[str, RatingValue]
    sources: dict[str, EvidenceSource]
    sensitivity_levels: dict[str, SensitivityLevel]
    sections: tuple[Section, ...]


def read_catalogue(
    file: YamlNode,
    *,
    answer_types: Collection[str],
    place_types: Collection[str],
    instruments: Mapping[str, Instrument],
) -> CatalogueFile:
    """Give the catalogue, checked against the answer types we have, the place types and the instruments."""
    keys = file.fields(_KEYS)
    ratings = _read_ratings(keys["rating_scale"].fields(["id", "values"])["values"])
    sources = {
        node["id"].text(): EvidenceSource(node["id"].text(), node["name"].text())
        for node in _unique(keys["evidence_sources"], ("id", "name"), "source of evidence")
    }
    levels = {
        node["id"].text(): SensitivityLevel(node["id"].text(), node["name"].text(), node["rule"].text())
        for node in _unique(keys["sensitivity_levels"], ("id", "name", "rule"), "sensitivity level")
    }
    known = Known(
        answer_types=[node.one_of(answer_types, "answer type") for node in keys["answer_types"].elements()],
        sources=sources,
        sensitivity_levels=levels,
        place_types=place_types,
        instruments=instruments,
        ratings=tuple(ratings.values()),
    )
    sections = _Sections(known).read(keys["sections"])
    return CatalogueFile(keys["version"].text(), ratings, sources, levels, sections)


def _unique(node: YamlNode, keys: Collection[str], what: str) -> list[Mapping[str, YamlNode]]:
    found = [element.fields(keys) for element in node.elements()]
    seen: set[str] = set()
    for fields in found:
        text = fields["id"].text()
        fields["id"].need(text not in seen, f"the {what} '{text}' stands twice")
        seen.add(text)
    return found


def _read_ratings(node: YamlNode) -> dict[str, RatingValue]:
    found: dict[str, RatingValue] = {}
    for element in node.elements():
        keys = element.fields(_RATING_KEYS)
        code = keys["code"].text()
        keys["code"].need(code not in found, f"the rating '{code}' stands twice")
        is_substantive = keys["substantive"].flag()
        keys["substantive"].need(
            not (is_substantive and code in NO_JUDGEMENT),
            f"the rating '{code}' is no judgement: substantive must be false",
        )
        found[code] = RatingValue(
            code=code,
            label=keys["label"].text(),
            is_substantive=is_substantive,
            order=keys["order"].whole_number(),
            needs_comment=keys["needs_comment"].flag(),
            meaning=keys["meaning"].text(),
        )
    for code in sorted(NO_JUDGEMENT - set(found)):
        node.refuse(f"the rating scale lacks '{code}'")
    return found


class _Sections:
    """Reads sections, topics and items, remembering which ids were used."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._used: dict[str, set[str]] = {"section": set(), "topic": set(), "item": set()}

    def read(self, node: YamlNode) -> tuple[Section, ...]:
        return tuple(self._read_section(element, order) for order, element in enumerate(node.elements(), start=1))

    def _read_section(self, node: YamlNode, order: int) -> Section:
        keys = node.fields(_SECTION_KEYS)
        section_id = self._new_id(keys["id"], "section")
        _need_order(keys["order"], order)
        topics: list[Topic] = []
        for element in keys["topics"].elements():
            item_count = sum(len(topic.items) for topic in topics)
            topics.append(self._read_topic(element, section_id, len(topics) + 1, f"{order}.", item_count))
        return Section(
            id=section_id,
            kind="phase" if keys["kind"].one_of(("phase", "theme"), "kind of section") == "phase" else "theme",
            order=order,
            name=keys["name"].text(),
            summary=keys["summary"].text(),
            topics=tuple(topics),
        )

    def _read_topic(self, node: YamlNode, section_id: str, order: int, prefix: str, items_before: int) -> Topic:
        keys = node.fields(_TOPIC_KEYS)
        topic_id = self._new_id(keys["id"], "topic")
        _need_order(keys["order"], order)
        items: list[Item] = []
        for running, element in enumerate(keys["items"].elements(), start=items_before + 1):
            item = read_item(element, Where(section_id, topic_id, f"{prefix}{running}"), self._known)
            self._new_id(dict(element.entries())["id"], "item")
            items.append(item)
        return Topic(topic_id, section_id, order, keys["name"].text(), keys["aim"].text(), tuple(items))

    def _new_id(self, node: YamlNode, what: str) -> str:
        text = node.kebab()
        node.need(text not in self._used[what], f"the {what} '{text}' stands twice")
        self._used[what].add(text)
        return text


def _need_order(node: YamlNode, order: int) -> None:
    node.need(node.whole_number() == order, f"the order should be {order} here, not {node.value}")
