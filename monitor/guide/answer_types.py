"""The kinds of answer an item can ask for: what fits each, and how it is read from a posted form."""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Protocol, Self

from monitor.guide.catalogue import NO_JUDGEMENT, NOT_APPLICABLE, NOT_EXAMINED, Guide, Item
from monitor.guide.plain_text import check_comment, check_text, clean_text
from monitor.guide.problems import NUMBER_CAP, PROBLEMS, TEXT_CAP, UnfitAnswer
from monitor.guide.typed_numbers import parse_number

__all__ = [
    "ANSWER_TYPES",
    "NOT_APPLICABLE",
    "NOT_EXAMINED",
    "PROBLEMS",
    "TEXT_CAP",
    "AnswerType",
    "PostedFields",
    "UnfitAnswer",
    "check_comment",
    "check_sources",
    "is_judgement",
    "needs_comment",
]


class PostedFields(Protocol):
    """A posted form, such as werkzeug's MultiDict."""

    def getlist(self, name: str, /) -> list[str]:
        """Give every value posted under this name."""


@dataclass(frozen=True, slots=True)
class _Posted:
    """What was filled in for one item: texts under `<prefix>.value`, cells as (row id, column id, text)."""

    texts: list[str]
    cells: list[tuple[str, str, str]]

    @classmethod
    def of(cls, item: Item, form: PostedFields, prefix: str) -> Self:
        cells = [
            (row.id, column.id, typed)
            for row in (item.table.rows if item.table else ())
            for column in (item.table.columns if item.table else ())
            for typed in form.getlist(f"{prefix}.value.{row.id}.{column.id}")
            if typed.strip()
        ]
        return cls([typed for typed in form.getlist(f"{prefix}.value") if typed.strip()], cells)

    def code(self) -> str | None:
        """Give "not examined" or "not applicable" where it was chosen, alone."""
        if not NO_JUDGEMENT.intersection(self.texts):
            return None
        return _only([*self.texts, *(typed for _, _, typed in self.cells)])


def _only(texts: Iterable[str]) -> str:
    first, *more = dict.fromkeys(texts)
    if more:
        raise UnfitAnswer("two_answers", first=first, second=more[0])
    return first


class AnswerType(ABC):
    """One kind of answer."""

    name: ClassVar[str]
    # Every coded kind also takes "not examined" and "not applicable"; a text is left empty instead.
    is_coded: ClassVar[bool] = True

    def check(self, item: Item, value: object) -> None:
        """Raise UnfitAnswer unless the value, as visit documents and the database hold it, answers the item."""
        if not (self.is_coded and isinstance(value, str) and value in NO_JUDGEMENT):
            self._check_value(item, value)

    def read(self, item: Item, form: PostedFields, prefix: str) -> object | None:
        """Give the checked value posted as `<prefix>.value` (tables: `.value.<row>.<column>`), None where all is empty.

        "Not examined" and "not applicable" are posted as `<prefix>.value` for every coded kind. Raises UnfitAnswer.
        """
        posted = _Posted.of(item, form, prefix)
        if self.is_coded and (code := posted.code()):
            return code
        value = self._read_value(posted)
        if value is not None:
            self.check(item, value)
        return value

    @abstractmethod
    def _check_value(self, item: Item, value: object, /) -> None:
        """Raise UnfitAnswer unless the value is of this kind."""

    def _read_value(self, posted: _Posted, /) -> object | None:
        """Give what was posted as a value of this kind, unchecked."""
        return _only(posted.texts) if posted.texts else None


class Rating(AnswerType):
    """A value of the rating scale."""

    name = "rating"

    def _check_value(self, item: Item, value: object, /) -> None:
        if value not in [rating.code for rating in item.ratings]:
            raise UnfitAnswer("not_a_rating", typed=value)


class YesNo(AnswerType):
    """Yes or no."""

    name = "yes_no"

    def _check_value(self, _item: Item, value: object, /) -> None:
        if value not in ("yes", "no"):
            raise UnfitAnswer("not_yes_or_no", typed=value)


class Number(AnswerType):
    """A whole or decimal number in the item's unit, zero or more."""

    name = "number"

    def _check_value(self, _item: Item, value: object, /) -> None:
        _check_number(value)

    def _read_value(self, posted: _Posted, /) -> object | None:
        return parse_number(_only(posted.texts)) if posted.texts else None


def _check_number(value: object) -> None:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise UnfitAnswer("not_a_number", typed=value)
    if isinstance(value, float) and not math.isfinite(value):
        raise UnfitAnswer("not_a_number", typed=value)
    if value < 0:
        raise UnfitAnswer("negative", typed=value)
    if value > NUMBER_CAP:
        raise UnfitAnswer("too_large", typed=value, cap=NUMBER_CAP)


class Text(AnswerType):
    """Free text, without surrounding space."""

    name = "text"
    is_coded = False

    def _check_value(self, _item: Item, value: object, /) -> None:
        if not isinstance(value, str) or value == "":
            raise UnfitAnswer("not_a_text")
        check_text(value)

    def _read_value(self, posted: _Posted, /) -> object | None:
        return clean_text(_only(posted.texts)) if posted.texts else None


class Choice(AnswerType):
    """One of the item's choices."""

    name = "choice"

    def _check_value(self, item: Item, value: object, /) -> None:
        if value not in [choice.id for choice in item.choices]:
            raise UnfitAnswer("unknown_choice", choice=value)


class MultiChoice(AnswerType):
    """One or more of the item's choices; "none" stands alone."""

    name = "multi_choice"

    def _check_value(self, item: Item, value: object, /) -> None:
        if not isinstance(value, list) or not value:
            raise UnfitAnswer("not_a_list_of_choices")
        ids = [choice.id for choice in item.choices]
        for position, chosen in enumerate(value):
            if chosen not in ids:
                raise UnfitAnswer("unknown_choice", choice=chosen)
            if chosen in value[:position]:
                raise UnfitAnswer("choice_twice", choice=chosen)
        if "none" in value and len(value) > 1:
            raise UnfitAnswer("none_with_others")

    def _read_value(self, posted: _Posted, /) -> object | None:
        return posted.texts or None


class CountTable(AnswerType):
    """Figures by row and column: {row id: {column id: number}}, where cells and rows without figures are left out."""

    name = "count_table"

    def _check_value(self, item: Item, value: object, /) -> None:
        if not isinstance(value, dict) or not value or item.table is None:
            raise UnfitAnswer("not_a_table")
        rows = {row.id for row in item.table.rows}
        columns = {column.id: column for column in item.table.columns}
        for row, cells in value.items():
            if row not in rows:
                raise UnfitAnswer("unknown_row", row=row)
            if not isinstance(cells, dict) or not cells:
                raise UnfitAnswer("empty_row", row=row)
            for column, figure in cells.items():
                if column not in columns:
                    raise UnfitAnswer("unknown_column", row=row, column=column)
                _check_cell(row, column, figure, takes_decimals=columns[column].takes_decimals)

    def _read_value(self, posted: _Posted, /) -> object | None:
        if posted.texts:
            raise UnfitAnswer("not_a_table")
        table: dict[str, dict[str, int | float]] = {}
        for row, column, typed in posted.cells:
            try:
                table.setdefault(row, {})[column] = parse_number(typed)
            except UnfitAnswer as problem:
                raise _in_cell(problem, row, column) from None
        return table or None


def _check_cell(row: str, column: str, figure: object, *, takes_decimals: bool) -> None:
    try:
        _check_number(figure)
    except UnfitAnswer as problem:
        raise _in_cell(problem, row, column) from None
    if not takes_decimals and not isinstance(figure, int):
        raise UnfitAnswer("cell_not_whole", row=row, column=column, typed=figure)


def _in_cell(problem: UnfitAnswer, row: str, column: str) -> UnfitAnswer:
    return UnfitAnswer(f"cell_{problem.code}", row=row, column=column, **problem.params)


def by_unique_name(types: Iterable[AnswerType]) -> Mapping[str, AnswerType]:
    """Give the answer types by name; ValueError where two share one."""
    found: dict[str, AnswerType] = {}
    for answer_type in types:
        if answer_type.name in found:
            message = f"two answer types are named '{answer_type.name}'"
            raise ValueError(message)
        found[answer_type.name] = answer_type
    return MappingProxyType(found)


ANSWER_TYPES = by_unique_name([Rating(), YesNo(), Number(), CountTable(), Text(), Choice(), MultiChoice()])


def check_sources(guide: Guide, sources: object) -> None:
    """Raise UnfitAnswer unless this is a list of different sources of evidence (ids); it may be empty."""
    if not isinstance(sources, (list, tuple)):
        raise UnfitAnswer("not_a_list_of_sources")
    for position, source in enumerate(sources):
        if not isinstance(source, str) or source not in guide.evidence_sources:
            raise UnfitAnswer("unknown_source", source=source)
        if source in sources[:position]:
            raise UnfitAnswer("source_twice", source=source)


def is_judgement(item: Item, value: object) -> bool:
    """Whether the value judges the place: a substantive rating (not "not examined", not "not applicable")."""
    return value in [rating.code for rating in item.ratings if rating.is_substantive]


def needs_comment(guide: Guide, item: Item, value: object) -> bool:
    """Whether the rating given asks for a comment before submission ("partly" and "does not meet" do)."""
    return is_judgement(item, value) and isinstance(value, str) and guide.ratings[value].needs_comment
