"""The guide as objects: sections, topics, items, the scale they are rated on, and the standards they cite."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

NOT_EXAMINED = "not_examined"
NOT_APPLICABLE = "not_applicable"
# No judgement on the place, but an answer: silence is never read as compliance.
NO_JUDGEMENT = frozenset({NOT_EXAMINED, NOT_APPLICABLE})
EVERY_PLACE_TYPE = "all"
# Table columns that take decimals; every other column counts people, beds or events.
DECIMAL_COLUMNS = frozenset({"area", "locked", "longest"})

Comparator = Literal["min", "max", "below"]
SectionKind = Literal["phase", "theme"]


@dataclass(frozen=True, slots=True)
class RatingValue:
    """One value of the rating scale; `is_substantive` is true where it judges the place."""

    code: str
    label: str
    is_substantive: bool
    order: int
    needs_comment: bool
    meaning: str


@dataclass(frozen=True, slots=True)
class EvidenceSource:
    """A kind of evidence an answer can rest on."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class SensitivityLevel:
    """How far an answer may travel, and the rule that says so."""

    id: str
    name: str
    rule: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a choice item, or one row or column of a table."""

    id: str
    label: str

    @property
    def takes_decimals(self) -> bool:
        """Whether the cells of this table column may hold decimals."""
        return self.id in DECIMAL_COLUMNS


@dataclass(frozen=True, slots=True)
class Table:
    """The rows and columns of a count table."""

    rows: tuple[Choice, ...]
    columns: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """A provision of an instrument, named by the id of the instrument and the exact string of the provision."""

    instrument: str
    provision: str


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A figure that a standard names for an item; it raises a hint and never sets a rating."""

    item_id: str
    position: int
    comparator: Comparator
    value: float
    unit: str
    citation: Citation
    note: str


@dataclass(frozen=True, slots=True)
class Item:
    """One question of the guide; `number` ("10.3") is the same on screen and paper for every type of place."""

    id: str
    number: str
    section_id: str
    topic_id: str
    question: str
    answer: str
    choices: tuple[Choice, ...]
    table: Table | None
    unit: str | None
    benchmarks: tuple[Benchmark, ...]
    expected: Literal["yes", "no"] | None
    is_core: bool
    sensitivity: str
    place_types: tuple[str, ...]
    sources: tuple[str, ...]
    guidance: str
    standards: tuple[Citation, ...]
    ratings: tuple[RatingValue, ...]

    @property
    def is_protected(self) -> bool:
        """Whether the answer stays inside the mechanism: no document of any version prints it (OPCAT Article 21(2))."""
        return self.sensitivity == "protected"

    def applies_to(self, place_type: str) -> bool:
        """Whether the item is asked at places of this type (an id of place_types.yaml)."""
        return EVERY_PLACE_TYPE in self.place_types or place_type in self.place_types


@dataclass(frozen=True, slots=True)
class Topic:
    """Items that are examined, and later reported on, together."""

    id: str
    section_id: str
    order: int
    name: str
    aim: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A phase of the visit or a theme of the guide."""

    id: str
    kind: SectionKind
    order: int
    name: str
    summary: str
    topics: tuple[Topic, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """The items of all its topics, in the order of the guide."""
        return tuple(item for topic in self.topics for item in topic.items)


@dataclass(frozen=True, slots=True)
class PlaceType:
    """A type of place of deprivation of liberty (OPCAT Article 4); `themes` are the theme sections that apply to it."""

    id: str
    name: str
    description: str
    usual_operators: str
    usual_visit: str
    suggested_form: Literal["full", "core first"]
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Provision:
    """One provision of an instrument; `is_verified`: its number and subject were confirmed, `how` says by what."""

    instrument: str
    provision: str
    subject: str
    is_verified: bool
    how: str

    @property
    def anchor(self) -> str:
        """The name of the provision within an address, unique in its instrument: "article-20-a"."""
        return re.sub(r"[^a-z0-9]+", "-", self.provision.lower()).strip("-")


@dataclass(frozen=True, slots=True)
class Instrument:
    """A treaty, a set of rules or a guidance paper; `applies_to` says for which places it was written."""

    id: str
    title: str
    short_title: str
    adopting_body: str
    year: int
    symbol: str
    is_binding: bool
    region: str
    applies_to: str
    provisions: Mapping[str, Provision]


@dataclass(frozen=True, slots=True)
class OpcatArticle:
    """An article of OPCAT in our own words, with what it asks of this application."""

    number: int
    title: str
    summary: str
    features: tuple[str, ...]
    requirements: tuple[str, ...]
    is_verified: bool


@dataclass(frozen=True, slots=True, eq=False)
class Guide:
    """One version of the guide; every mapping is keyed by id and stands in the order of its file."""

    version: str
    sections: tuple[Section, ...]
    ratings: Mapping[str, RatingValue]
    evidence_sources: Mapping[str, EvidenceSource]
    sensitivity_levels: Mapping[str, SensitivityLevel]
    place_types: Mapping[str, PlaceType]
    instruments: Mapping[str, Instrument]
    articles: tuple[OpcatArticle, ...]
    features: Mapping[str, str]
    topics: Mapping[str, Topic] = field(init=False)
    items: Mapping[str, Item] = field(init=False)

    def __post_init__(self) -> None:
        """Index topics and items by id."""
        topics = [topic for section in self.sections for topic in section.topics]
        object.__setattr__(self, "topics", {topic.id: topic for topic in topics})
        object.__setattr__(self, "items", {item.id: item for topic in topics for item in topic.items})

    def section(self, section_id: str) -> Section:
        """Give the section of this id; KeyError where there is none."""
        for section in self.sections:
            if section.id == section_id:
                return section
        raise KeyError(section_id)

    def provision(self, citation: Citation) -> Provision:
        """Give the provision that a citation names; KeyError where there is none."""
        return self.instruments[citation.instrument].provisions[citation.provision]
