"""What a visit report says, as plain data: no protected item, no database, no page."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from json import dumps
from typing import Any

from monitor.guide.catalogue import NOT_APPLICABLE, NOT_EXAMINED
from monitor.guide.texts import Text

SHORT_LIST = 100  # characters of all choices together
RATING_CODES = ("meets", "partly", "does_not_meet", NOT_EXAMINED, NOT_APPLICABLE)


class Version(StrEnum):
    """For whom a document is made; printed on every page."""

    INTERNAL = "internal"
    """For the mechanism alone."""
    AUTHORITY = "authority"
    """For the authority in charge: what the mechanism says, and none of its notes."""
    PUBLIC = "public"
    """For everybody: nothing restricted besides, and no figure that points at a few people."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who speaks: name, address (lines), legal basis, signatory of the mechanism; the logo is PNG."""

    name: str
    address: str
    legal_basis: str
    signatory_name: str
    signatory_title: str
    logo: bytes | None
    is_training: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """How many items have each rating. Never averaged: one failed safeguard is not balanced by good food."""

    meets: int = 0
    partly: int = 0
    does_not_meet: int = 0
    not_examined: int = 0
    not_applicable: int = 0

    @property
    def rated(self) -> int:
        """Number of items that carry a judgement."""
        return self.meets + self.partly + self.does_not_meet

    @property
    def total(self) -> int:
        """Number of items with any of the five values."""
        return self.rated + self.not_examined + self.not_applicable

    def counts(self) -> tuple[tuple[str, int], ...]:
        """Give (rating code, number) in the order of the scale."""
        return tuple((code, getattr(self, code)) for code in RATING_CODES)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of figures; a cell is None where nothing was recorded."""

    columns: tuple[Text, ...]
    rows: tuple[tuple[Text, tuple[float | None, ...]], ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure that a standard names; `comparator` is min, max or below, `source` names instrument and provision."""

    comparator: str
    value: float
    source: str
    is_met: bool


@dataclass(frozen=True, slots=True)
class Hint:
    """A figure of the place beside those that standards name; `row` is the room it was measured in, if any."""

    measured: float
    unit: str
    row: Text | None
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One answered item as printed. Exactly one of `code`, `figure`, `choices`, `words`, `grid` says what was answered.

    `code` is a rating, yes or no; `in_line` says for yes and no whether standards expect it, None where they do not.
    """

    item: str
    number: str
    question: Text
    code: str | None = None
    in_line: bool | None = None
    figure: float | None = None
    unit: str = ""
    choices: tuple[Text, ...] = ()
    words: str = ""
    grid: Grid | None = None
    hints: tuple[Hint, ...] = ()
    urgent: bool = False

    @property
    def is_short(self) -> bool:
        """Whether it fits a narrow cell; tables, texts and long lists of choices have lines of their own."""
        return self.grid is None and not self.words and sum(map(len, self.choices)) <= SHORT_LIST


@dataclass(frozen=True, slots=True)
class Note:
    """A comment on an item, with the kinds of evidence it rests on."""

    number: str
    text: str
    sources: tuple[str, ...]
    urgent: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """Report text of a topic: what the team found, and why it happens."""

    found: str
    why: str


@dataclass(frozen=True, slots=True)
class CitedInstrument:
    """An instrument and its cited provisions; `unverified` lists those whose number is still to be checked."""

    id: str
    title: str
    short_title: str
    symbol: str
    year: int
    applies_to: str
    provisions: tuple[str, ...]
    unverified: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """What the report says on one topic. `notes` are printed only where there is no finding."""

    id: str
    name: Text
    tally: Tally
    urgent: bool
    finding: Finding | None
    notes: tuple[Note, ...]
    lines: tuple[Line, ...]
    sources: tuple[str, ...]
    standards: tuple[CitedInstrument, ...]
    recommendations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme and those of its topics that were examined."""

    id: str
    name: Text
    tally: Tally
    topics: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A numbered recommendation; `topics` are the names of the topics it rests on."""

    number: int
    reference: str
    """By which the authority answers; empty before the approval."""
    kind: str
    text: str
    priority: str
    due_on: date | None
    due_days: int | None
    """Within how many days of the report, where no day is set."""
    topics: tuple[Text, ...]
    standards: tuple[CitedInstrument, ...]


@dataclass(frozen=True, slots=True)
class AddresseeGroup:
    """The recommendations to one authority, the most pressing first."""

    addressee: str
    recommendations: tuple[Recommendation, ...]


@dataclass(frozen=True, slots=True)
class FollowedUp:
    """An earlier recommendation, what the authority last said of it (`position`, `answer`), and what became of it."""

    number: str
    text: str
    position: str
    answer: str
    seen_now: str
    status: str


@dataclass(frozen=True, slots=True)
class SentLetter:
    """An urgent letter about the visit: to whom, and the day on which it was sent."""

    addressee: str
    sent_on: date


@dataclass(frozen=True, slots=True)
class Place:
    """The place as the register knows it."""

    name: str
    type: Text
    units: tuple[Text, ...]
    authority: str
    city: str
    region: str
    country: str


@dataclass(frozen=True, slots=True)
class TeamMember:
    """Part of a person on the team (an id of TeamRole), and name or description."""

    role: str
    name: str


@dataclass(frozen=True, slots=True)
class Mission:
    """The visit itself; kind and announcement are empty where they are not known."""

    kind: Text | None
    announcement: Text | None
    started_on: date | None
    ended_on: date | None
    team: tuple[TeamMember, ...]
    purpose: str
    summary: str
    approved_by_submitter: bool
    is_by_month: bool = False
    """True where the days would point at the few people who were there: only the month is printed."""

    @property
    def days(self) -> int | None:
        """Calendar days on site, None while the dates are open."""
        if self.started_on is None or self.ended_on is None or self.is_by_month:
            return None
        return (self.ended_on - self.started_on).days + 1


@dataclass(frozen=True, slots=True)
class Source:
    """Where an imported visit was published."""

    title: str
    publisher: str
    url: str
    note: str


@dataclass(frozen=True, slots=True)
class Unexamined:
    """A topic, and the questions of it that were not looked at; `whole` when none of the topic was."""

    name: Text
    numbers: tuple[str, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Photo:
    """A checked photo; `number` is printed, `digest` (SHA-256, hex) is that of the JPEG which is handed over apart.

    `item` is the number of the question it belongs to, `question` its words; empty for a photo of the whole visit.
    """

    number: int
    caption: str
    item: str
    question: Text | str
    topic: str
    digest: str


@dataclass(frozen=True, slots=True)
class VisitReport:
    """Everything the visit report prints, in the order of its sections."""

    version: Version
    language: str
    text_language: str
    guide_version: str
    report_version: int
    letterhead: Letterhead
    reference: str
    place: Place
    visit: Mission
    figures: Mapping[str, int | None]
    tally: Tally
    lines: Mapping[str, tuple[Line, ...]]
    notes: Mapping[str, tuple[Note, ...]]
    follow_up: tuple[FollowedUp, ...]
    themes: tuple[Theme, ...]
    recommendations: tuple[AddresseeGroup, ...]
    areas_not_seen: tuple[Text, ...]
    unexamined: tuple[Unexamined, ...]
    source: Source | None
    standards: tuple[CitedInstrument, ...]
    sources: Mapping[str, Text]
    ratings: Mapping[str, Text]
    photos: tuple[Photo, ...] = ()
    urgent_letters: tuple[SentLetter, ...] = ()

    def photos_of(self, topic: str) -> tuple[Photo, ...]:
        """Return the photos that belong to questions of a topic."""
        return tuple(photo for photo in self.photos if photo.topic == topic)

    @property
    def occupancy(self) -> float | None:
        """People present per 100 places, None where either figure is missing or there are no places."""
        capacity, present = self.figures.get("capacity"), self.figures.get("present")
        return 100 * present / capacity if capacity and present is not None else None

    @property
    def measured(self) -> tuple[Line, ...]:
        """The lines with a figure, or with one beside those that standards name: what the annex lists once more."""
        parts = (*self.lines.values(), *(topic.lines for theme in self.themes for topic in theme.topics))
        return tuple(line for lines in parts for line in lines if line.figure is not None or line.hints)

    @property
    def all_recommendations(self) -> tuple[Recommendation, ...]:
        """All recommendations in printed order."""
        return tuple(one for group in self.recommendations for one in group.recommendations)

    @property
    def urgent_topics(self) -> tuple[Topic, ...]:
        """Topics with at least one answer that was flagged urgent."""
        return tuple(topic for theme in self.themes for topic in theme.topics if topic.urgent)


def content_hash(report: object) -> str:
    """Return the SHA-256 (hex) of what a report or letter says; when and by whom it is printed is no part of it."""
    return sha256(dumps(_plain(report), sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Turn a part of a report into what JSON can hold, a text together with its language."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    match value:
        case Text():
            return [str(value), value.language]
        case Mapping():
            return {str(key): _plain(part) for key, part in value.items()}
        case tuple():
            return [_plain(part) for part in value]
        case bytes():
            return value.hex()
        case date():
            return value.isoformat()
    return value
