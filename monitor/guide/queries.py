"""What the reading pages show: the guide by section, by type of place, and by the standards it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from monitor.guide.catalogue import Citation, Guide, Item, Section
from monitor.guide.scope import PageTopic, Scope, select_items


@dataclass(frozen=True, slots=True)
class SectionOutline:
    """A section with those of its topics and items that are shown."""

    section: Section
    topics: tuple[PageTopic, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """The items of all its topics, in the order of the guide."""
        return tuple(item for topic in self.topics for item in topic.items)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The sections before and after one, None at the ends."""

    previous: Section | None
    following: Section | None


@lru_cache(maxsize=256)
def outline(guide: Guide, place_type: str | None = None) -> tuple[SectionOutline, ...]:
    """Give the sections in order; for a type of place, only what applies to it (UnfitScope where it is unknown)."""
    items = guide.items.values() if place_type is None else select_items(guide, Scope(place_type))
    shown = {item.id for item in items}
    sections = (_section_outline(section, shown) for section in guide.sections)
    return tuple(section for section in sections if section.topics)


def _section_outline(section: Section, shown: set[str]) -> SectionOutline:
    topics = (PageTopic(topic, tuple(item for item in topic.items if item.id in shown)) for topic in section.topics)
    return SectionOutline(section, tuple(topic for topic in topics if topic.items))


def neighbours(sections: tuple[SectionOutline, ...], section_id: str) -> Neighbours:
    """Give the sections beside one of an outline; KeyError where it is not in it."""
    ids = [each.section.id for each in sections]
    if section_id not in ids:
        raise KeyError(section_id)
    place = ids.index(section_id)
    return Neighbours(
        previous=sections[place - 1].section if place > 0 else None,
        following=sections[place + 1].section if place + 1 < len(ids) else None,
    )


def items_citing(guide: Guide, instrument_id: str) -> Mapping[str, tuple[Item, ...]]:
    """Give, for each provision of an instrument, the items that rest on it; KeyError for an unknown instrument."""
    found: dict[str, list[Item]] = {provision: [] for provision in guide.instruments[instrument_id].provisions}
    for item in guide.items.values():
        for citation in _citations(item):
            if citation.instrument == instrument_id:
                found[citation.provision].append(item)
    return {provision: tuple(items) for provision, items in found.items()}


def _citations(item: Item) -> tuple[Citation, ...]:
    return tuple(dict.fromkeys((*item.standards, *(benchmark.citation for benchmark in item.benchmarks))))
