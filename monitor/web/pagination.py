"""Long lists, fifty rows at a time, in an order the reader chooses, with every filter kept in the address."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar
from urllib.parse import urlencode

from flask import Flask, request
from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, select
from sqlalchemy.orm import Session

Row = TypeVar("Row")
PAGE_SIZE: Final = 50
COUNTED: Final = 1000
"""Rows of a list that are counted at least; of a longer one, as many as the page asked for needs."""
LONGEST_PAGE_NUMBER: Final = 7  # digits


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list, and what its links need."""

    items: Sequence[Row]
    number: int
    """From 1."""
    total: int
    """Rows in the whole list, as far as they were counted."""
    size: int = PAGE_SIZE
    is_longer: bool = False
    """Whether there are more rows than were counted."""

    @property
    def count(self) -> int:
        """How many pages the counted rows fill; an empty list has one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """Place of this page's first row in the whole list, from 1; 0 in an empty list."""
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        """Place of this page's last row in the whole list."""
        return min(self.number * self.size, self.total)

    @property
    def links(self) -> list[int | None]:
        """The page numbers worth a link: the ends and the neighbours; None stands for pages left out."""
        near = {1, self.count, *range(self.number - 1, self.number + 2)}
        numbers = sorted(number for number in near if 1 <= number <= self.count)
        found: list[int | None] = []
        for place, number in enumerate(numbers):
            if place and number - numbers[place - 1] > 1:
                found.append(None)
            found.append(number)
        return found


@dataclass(frozen=True)
class Sort:
    """The order a reader asked for."""

    key: str
    is_descending: bool = False

    def apply(self, column: SQLColumnExpression[Any]) -> ColumnElement[Any]:
        """Return the column in this direction, rows without a value last."""
        return (column.desc() if self.is_descending else column.asc()).nulls_last()


def init_pagination(app: Flask) -> None:
    """Give templates `address_with(page=2)`."""
    app.jinja_env.globals["address_with"] = address_with


def read_page(statement: Select[Row], number: int, session: Session, size: int = PAGE_SIZE) -> Page[Row]:
    """Return page `number` of the one-entity `statement`, which must be ordered; beyond the end, the last page.

    Rows are counted to the page after this one and to COUNTED, no further: a list may grow for ever.
    """
    most = max(COUNTED, (number + 1) * size)
    counted = select(func.count()).select_from(statement.order_by(None).limit(most + 1).subquery())
    found = session.scalar(counted) or 0
    total = min(found, most)
    number = min(max(1, number), Page[Row]([], 1, total, size).count)
    rows = session.scalars(statement.limit(size).offset((number - 1) * size)).unique().all()
    return Page(rows, number, total, size, is_longer=found > most)


def requested_page() -> int:
    """Return the page number in the address; 1 when there is none or it is no number."""
    asked = request.args.get("page", "")
    is_number = asked.isascii() and asked.isdecimal() and len(asked) <= LONGEST_PAGE_NUMBER
    return max(1, int(asked)) if is_number else 1


def requested_sort(allowed: Collection[str], default: str) -> Sort:
    """Return the order in the address (`sort=name`, `sort=-name`), or `default` (same notation) when not allowed."""
    asked = request.args.get("sort", default)
    wish = asked if asked.removeprefix("-") in allowed else default
    return Sort(wish.removeprefix("-"), wish.startswith("-"))


def address_with(**changes: str | int | None) -> str:
    """Return this page's address with some of its parameters changed, or left out by None; the others stay."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in changes]
    added = [(name, str(value)) for name, value in changes.items() if value is not None]
    query = urlencode(kept + added)
    return f"{request.path}?{query}" if query else request.path
