"""What an imported file says about places: rows and a plan in, places ready to be written and every problem out."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from monitor.places.csv_files import CsvTable, Row
from monitor.places.facts import (
    UNKNOWN,
    UnfitFact,
    check_position,
    read_capacity,
    read_code,
    read_country,
    read_degrees,
    read_name,
    read_text,
)
from monitor.places.folding import folded

FACTS: Final = (
    "name", "type", "code", "authority", "address", "city", "region", "country", "latitude", "longitude", "capacity",
    "notes",
)  # fmt: skip
"""What a column can be mapped to."""


class RowProblem(StrEnum):
    """What can be wrong with a row besides its facts (places/facts.py)."""

    BROKEN = "broken"
    """A stray quote, or more cells than columns."""
    TYPE_MISSING = "type_missing"
    TYPE_UNKNOWN = "type_unknown"
    CODE_TAKEN = "code_taken"
    """A place of the register has this code."""
    CODE_TWICE = "code_twice"
    """An earlier row of the file has this code."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why a row is no place: the line of the file, and a RowProblem or an UnfitFact."""

    line: int
    reason: RowProblem | UnfitFact
    typed: str = ""


class UnfitPlan(ValueError):
    """Columns were chosen that the file does not have, or none for the name or the type."""

    def __init__(self, *, missing: Iterable[str] = (), columns: Iterable[str] = (), facts: Iterable[str] = ()) -> None:
        self.missing, self.columns, self.facts = tuple(missing), tuple(columns), tuple(facts)
        super().__init__(f"missing columns {self.missing}, facts without column {self.facts}")


@dataclass(frozen=True)
class Plan:
    """How the columns of a file become facts of places."""

    columns: Mapping[str, str]
    """Fact (one of FACTS) -> name of a column."""
    country: str
    """Country of places whose row names none."""
    types: Mapping[str, str | None] = field(default_factory=dict)
    """Value of the type column -> place type of the guide; None: no place, the row is skipped."""
    one_type: str = ""
    """Place type of every row, where the file has no column for it."""

    def to_json(self) -> dict[str, Any]:
        """Return the plan as it is stored between two pages."""
        return {
            "columns": dict(self.columns), "country": self.country, "types": dict(self.types), "one_type": self.one_type
        }  # fmt: skip

    def check(self, table: CsvTable) -> None:
        """Raise UnfitPlan unless the plan can be carried out with this file."""
        missing = [column for column in self.columns.values() if column not in table.columns]
        without = [
            fact for fact in ("name", "type") if fact not in self.columns and not (fact == "type" and self.one_type)
        ]
        if missing or without:
            raise UnfitPlan(missing=missing, columns=table.columns, facts=without)


@dataclass(frozen=True, slots=True)
class ReadyPlace:
    """A row that becomes a place: its line and its facts, named as the columns of Place (an empty code: none given)."""

    line: int
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Repeated:
    """A name that several rows have, or that the register has already: a possible duplicate, never merged."""

    name: str
    lines: tuple[int, ...]
    is_in_register: bool


@dataclass(frozen=True)
class Preview:
    """What importing a file would do."""

    ready: tuple[ReadyPlace, ...]
    skipped: int
    """Rows whose type is mapped to no place."""
    refusals: tuple[Refusal, ...]
    repeated: tuple[Repeated, ...]

    @property
    def refused(self) -> int:
        """How many rows are refused; one row can have several reasons."""
        return len({refusal.line for refusal in self.refusals})


def preview_import(
    table: CsvTable,
    plan: Plan,
    *,
    type_names: Mapping[str, str],
    codes_taken: Collection[str],
    names_known: Collection[str],
) -> Preview:
    """Say what would become of each row. Pure: writes nothing. Raises UnfitPlan.

    `type_names`: what a cell may say without being mapped (folded) -> place type. `names_known`: folded names of the
    register.
    """
    plan.check(table)
    reader = _RowReader(table, plan, type_names, codes_taken)
    ready = tuple(place for place in map(reader.read, table.rows) if place is not None)
    return Preview(ready, reader.skipped, tuple(reader.refusals), tuple(_repeated(ready, names_known)))


class _RowReader:
    """Reads row after row, keeping what must be known of the rows before."""

    def __init__(
        self, table: CsvTable, plan: Plan, type_names: Mapping[str, str], codes_taken: Collection[str]
    ) -> None:
        self._plan, self._type_names, self._codes_taken = plan, type_names, codes_taken
        self._places = {fact: table.columns.index(column) for fact, column in plan.columns.items()}
        self._codes_seen: set[str] = set()
        self.refusals: list[Refusal] = []
        self.skipped = 0

    def read(self, row: Row) -> ReadyPlace | None:
        """Return the place of a row, or None after noting why there is none."""
        if row.is_broken:
            self.refusals.append(Refusal(row.line, RowProblem.BROKEN))
            return None
        cells = {fact: row.cells[place].strip() for fact, place in self._places.items()}
        before = len(self.refusals)
        type_ = self._type(row.line, cells)
        if type_ is None and len(self.refusals) == before:
            self.skipped += 1
            return None
        values = self._facts(row.line, {fact: "" if cell in UNKNOWN else cell for fact, cell in cells.items()})
        return ReadyPlace(row.line, values | {"type": type_}) if len(self.refusals) == before else None

    def _type(self, line: int, cells: Mapping[str, str]) -> str | None:
        """Return the place type, None where the row is no place; notes a refusal where nobody has said."""
        typed = cells.get("type")
        if typed is None:
            return self._plan.one_type
        for value in (typed, "NA") if typed in UNKNOWN else (typed,):
            if value in self._plan.types:
                return self._plan.types[value]
        known = self._type_names.get(folded(typed))
        if known is None:
            problem = RowProblem.TYPE_MISSING if typed in UNKNOWN else RowProblem.TYPE_UNKNOWN
            self.refusals.append(Refusal(line, problem, typed))
        return known

    def _facts(self, line: int, cells: Mapping[str, str]) -> dict[str, Any]:
        """Return the facts of a row; notes a refusal for each that cannot be taken."""
        values: dict[str, Any] = {}
        for fact in FACTS:
            if fact == "type":
                continue
            try:
                values[fact] = read_fact(fact, cells.get(fact, ""), country=self._plan.country)
            except UnfitFact as reason:
                self.refusals.append(Refusal(line, reason))
        if "latitude" in values and "longitude" in values:
            try:
                check_position(values["latitude"], values["longitude"])
            except UnfitFact as reason:
                self.refusals.append(Refusal(line, reason))
        self._check_code(line, values.get("code", ""))
        return values

    def _check_code(self, line: int, code: str) -> None:
        if code in self._codes_taken:
            self.refusals.append(Refusal(line, RowProblem.CODE_TAKEN, code))
        elif code and code in self._codes_seen:
            self.refusals.append(Refusal(line, RowProblem.CODE_TWICE, code))
        self._codes_seen.add(code)


def read_fact(fact: str, typed: str, *, country: str) -> Any:
    """Return one fact (of FACTS, but for the type) as it is stored; `country` where none is typed. Raises UnfitFact."""
    match fact:
        case "name":
            return read_name(typed)
        case "code":
            return read_code(typed)
        case "country":
            return read_country(typed or country)
        case "capacity":
            return read_capacity(typed)
        case "latitude" | "longitude":
            return read_degrees(fact, typed)
        case "authority":
            return read_text(fact, typed) or None
        case _:
            return read_text(fact, typed)


def _repeated(ready: Iterable[ReadyPlace], names_known: Collection[str]) -> Iterator[Repeated]:
    by_name: dict[str, list[ReadyPlace]] = {}
    for place in ready:
        by_name.setdefault(folded(place.values["name"]), []).append(place)
    for name, places in by_name.items():
        if len(places) > 1 or name in names_known:
            yield Repeated(places[0].values["name"], tuple(place.line for place in places), name in names_known)
