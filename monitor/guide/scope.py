"""Which items belong to a visit, and on which pages of the form they stand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from monitor.guide.catalogue import Guide, Item, Topic

PAGE_ITEMS = 12
"""Most items on one page of the form, unless a single topic has more."""

FormKind = Literal["full", "core", "topics"]
_FORMS: Mapping[str, FormKind] = {"full": "full", "core": "core", "topics": "topics"}


class UnfitScope(ValueError):
    """A scope cannot be used: `kind` ("place type", "topic", "form", ...) and the value that is unknown."""

    def __init__(self, kind: str, value: object) -> None:
        self.kind = kind
        self.value = value
        super().__init__(f"There is no {kind} “{value}” in the guide.")


@dataclass(frozen=True, slots=True)
class Scope:
    """What was chosen for one visit: types of place, kind of form, its topics, and topics added whatever the type."""

    place_type: str
    unit_types: tuple[str, ...] = ()
    form: FormKind = "full"
    topics: tuple[str, ...] = ()
    extra_topics: tuple[str, ...] = ()

    @property
    def place_types(self) -> tuple[str, ...]:
        """The main type and the unit types, each once."""
        return tuple(dict.fromkeys((self.place_type, *self.unit_types)))

    def to_json(self) -> dict[str, object]:
        """Give the scope as a sheet stores it."""
        return {
            "place_type": self.place_type,
            "unit_types": list(self.unit_types),
            "form": self.form,
            "topics": list(self.topics),
            "extra_topics": list(self.extra_topics),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> "Scope":
        """Give the scope that `to_json` wrote; UnfitScope where it is of another shape."""
        form = stored.get("form")
        if not isinstance(form, str) or form not in _FORMS:
            raise UnfitScope("form", form)
        (place_type,) = _ids("place type", [stored.get("place_type")])
        return cls(
            place_type=place_type,
            unit_types=_ids("list of unit types", stored.get("unit_types")),
            form=_FORMS[form],
            topics=_ids("list of topics", stored.get("topics")),
            extra_topics=_ids("list of extra topics", stored.get("extra_topics")),
        )


def _ids(kind: str, stored: object) -> tuple[str, ...]:
    if not isinstance(stored, list):
        raise UnfitScope(kind, stored)
    for element in stored:
        if not isinstance(element, str):
            raise UnfitScope(kind, element)
    return tuple(stored)


@dataclass(frozen=True, slots=True)
class PageTopic:
    """A topic with those of its items that are on the form."""

    topic: Topic
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class FormPage:
    """One page of the form: consecutive topics under their headings; `number` counts from 1."""

    number: int
    topics: tuple[PageTopic, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """The items of the page, in the order of the guide."""
        return tuple(item for page_topic in self.topics for item in page_topic.items)


def select_items(guide: Guide, scope: Scope) -> tuple[Item, ...]:
    """Give the items of a scope in the order of the guide; UnfitScope where it names what the guide does not have.

    Full form: the items of the main type and the unit types. Core form: the core ones of them. Chosen topics: those of
    them in the topics. Every item of an extra topic is added, whatever types it applies to.
    """
    _check_known("place type", scope.place_types, guide.place_types)
    _check_known("topic", (*scope.topics, *scope.extra_topics), guide.topics)
    return tuple(item for item in guide.items.values() if _belongs(item, scope))


def _check_known(kind: str, ids: Iterable[str], known: Mapping[str, object]) -> None:
    for each in ids:
        if each not in known:
            raise UnfitScope(kind, each)


def _belongs(item: Item, scope: Scope) -> bool:
    if item.topic_id in scope.extra_topics:
        return True
    if not any(item.applies_to(place_type) for place_type in scope.place_types):
        return False
    match scope.form:
        case "full":
            return True
        case "core":
            return item.is_core
        case "topics":
            return item.topic_id in scope.topics


def by_topic(guide: Guide, items: Iterable[Item]) -> tuple[PageTopic, ...]:
    """Lay items out under their topics, in the order in which they come."""
    groups = groupby(items, key=lambda item: item.topic_id)
    return tuple(PageTopic(guide.topics[topic_id], tuple(group)) for topic_id, group in groups)


def pages(guide: Guide, items: Iterable[Item]) -> tuple[FormPage, ...]:
    """Lay items, in the order of the guide, out on pages of consecutive topics.

    A page holds up to PAGE_ITEMS items and is filled as far as whole topics allow; a topic is never split.
    """
    laid: list[list[PageTopic]] = []
    for page_topic in by_topic(guide, items):
        if not laid or sum(len(each.items) for each in laid[-1]) + len(page_topic.items) > PAGE_ITEMS:
            laid.append([])
        laid[-1].append(page_topic)
    return tuple(FormPage(number, tuple(topics)) for number, topics in enumerate(laid, start=1))
