"""What a person typed for one item: read into a change that fits, with what does not fit named part by part."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, TypeVar
from uuid import UUID

from monitor.answers.models import EMPTY, Answer, AnswerChange
from monitor.answers.operations import Change
from monitor.answers.server_key import Content
from monitor.db import new_id
from monitor.guide.answer_types import ANSWER_TYPES, UnfitAnswer, check_comment, check_sources
from monitor.guide.catalogue import Guide, Item

Fields = Mapping[str, Sequence[str]]
"""The controls of one answer: `value`, or `value.<row>.<column>` of a table, and the texts in each."""
Part = TypeVar("Part")
NOT_GIVEN: Final = object()
LARGEST_REVISION: Final = 2**31


class MalformedChange(ValueError):
    """It has not the shape in which scripts send a change."""


@dataclass(frozen=True)
class Typed:
    """One item as it stands in the fields of the page; `base` is the revision the page showed (0: no answer yet)."""

    item: str
    base: int = 0
    fields: Fields = field(default_factory=dict)
    comment: str = ""
    sources: tuple[str, ...] = ()
    urgent: bool = False
    id: UUID = field(default_factory=new_id)
    value: object = NOT_GIVEN
    """The value itself, for callers that have no fields."""
    settles: bool = False
    """It is what a person decided about an item that two had changed."""
    only_if_unanswered: bool = False
    """It gives way to any answer that somebody gave meanwhile."""

    @property
    def content(self) -> tuple[dict[str, list[str]], str, tuple[str, ...], bool]:
        """What it says, for comparing and naming."""
        return {name: list(texts) for name, texts in self.fields.items()}, self.comment, self.sources, self.urgent


def typed_content(item: str, content: Content, base: int) -> Typed:
    """Return how the fields of the page show a stored content."""
    value, comment, sources, urgent = content
    return Typed(item, base, fields_of(value), comment, tuple(sources), urgent)


def content_of(row: Answer | AnswerChange | None) -> Content:
    """Return what an answer or a change says; nothing for None."""
    return row.content if row else EMPTY


def fields_of(value: Any) -> dict[str, list[str]]:
    """Return a value as the controls of the page hold it: the way back of `AnswerType.read`."""
    match value:
        case None:
            return {}
        case list():
            return {"value": [str(each) for each in value]}
        case dict():
            return {
                f"value.{row}.{column}": [_figure(figure)]
                for row, cells in value.items()
                for column, figure in cells.items()
            }
        case _:
            return {"value": [value if isinstance(value, str) else _figure(value)]}


def _figure(number: float) -> str:
    """Write a number as people type it: with a point, without an exponent."""
    return f"{Decimal(str(number)):f}"


@dataclass(frozen=True)
class _Posted:
    """The fields of one item, looking like a posted form to the answer type."""

    fields: Fields

    def getlist(self, name: str, /) -> list[str]:
        return list(self.fields.get(name.removeprefix("."), ()))


def read_typed(guide: Guide, item: Item, typed: Typed, head: Answer | None) -> tuple[Change, dict[str, UnfitAnswer]]:
    """Return the change that was typed, and what is wrong with its parts: `value`, `comment`, `sources`.

    A part that does not fit keeps what stands (`head`), so that the others are saved all the same.
    """
    value, comment, sources, _urgent = content_of(head)
    problems: dict[str, UnfitAnswer] = {}

    def part(name: str, read: Callable[[], Part], otherwise: Part) -> Part:
        try:
            return read()
        except UnfitAnswer as problem:
            problems[name] = problem
            return otherwise

    change = Change(
        item=item.id,
        value=part("value", lambda: _value(item, typed), value),
        comment=part("comment", lambda: check_comment(typed.comment), comment),
        sources=part("sources", lambda: _sources(guide, typed), tuple(sources)),
        urgent=typed.urgent,
        base=typed.base,
        id=typed.id,
    )
    return change, problems


def _value(item: Item, typed: Typed) -> object:
    answer_type = ANSWER_TYPES[item.answer]
    if typed.value is NOT_GIVEN:
        return answer_type.read(item, _Posted(typed.fields), "")
    if typed.value is not None:
        answer_type.check(item, typed.value)
    return typed.value


def _sources(guide: Guide, typed: Typed) -> tuple[str, ...]:
    check_sources(guide, typed.sources)
    return typed.sources


def read_change(data: Any) -> Typed:
    """Return one change from its JSON. Raises MalformedChange where its shape is wrong; content is checked later."""
    if not isinstance(data, dict):
        raise MalformedChange
    base = data.get("base", 0)
    fields, comment, sources = data.get("fields", {}), data.get("comment", ""), data.get("sources", [])
    if type(base) is not int or not 0 <= base < LARGEST_REVISION:
        raise MalformedChange
    if not isinstance(data.get("item"), str) or not isinstance(comment, str) or not _is_texts(sources):
        raise MalformedChange
    if not isinstance(fields, dict) or not all(_is_texts(texts) for texts in fields.values()):
        raise MalformedChange
    try:
        id_ = UUID(data.get("id", ""))
    except (ValueError, AttributeError, TypeError):
        raise MalformedChange from None
    return Typed(
        item=data["item"], base=base, fields=fields, comment=comment, sources=tuple(sources),
        urgent=data.get("urgent") is True, id=id_, value=data.get("value", NOT_GIVEN),
        settles=data.get("settles") is True, only_if_unanswered=data.get("only_if_unanswered") is True,
    )  # fmt: skip


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
