"""A visit as recorded, protected items still among its answers: what a report is assembled from."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from monitor.guide.catalogue import Citation, Guide, Item
from monitor.reports.content import FollowedUp, Letterhead, SentLetter, Source, TeamMember, Version


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """An answer as stored; `value` is None where only a comment stands."""

    item: str
    value: Any
    comment: str
    sources: tuple[str, ...]
    urgent: bool


@dataclass(frozen=True, slots=True)
class RecordedFinding:
    """What was found on a topic, and why it happens."""

    topic: str
    found: str
    why: str


@dataclass(frozen=True, slots=True)
class RecordedRecommendation:
    """A recommendation with the items and standards it rests on."""

    number: int
    text: str
    addressee: str
    priority: str
    due_on: date | None
    items: tuple[str, ...]
    standards: tuple[Citation, ...]
    reference: str = ""
    """PLACE-YEAR-NN, once the visit was approved."""
    kind: str = "recommendation"
    public_text: str = ""
    """What the public version says instead; empty: the text."""
    due_days: int | None = None
    """Where no day is set: how many days after the report it is to be done, by its priority."""


@dataclass(frozen=True, slots=True)
class RecordedPhoto:
    """A checked photo: its question (None: of the whole visit), caption, widest version, SHA-256 of the JPEG."""

    item: str | None
    caption: str
    reach: Version
    digest: str


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """One visit, whole. `items` are those that its sheet asks; `figures` are named as in monitor/visits/models.py."""

    guide: Guide
    items: Mapping[str, Item]
    letterhead: Letterhead
    language: str
    reference: str
    report_version: int
    place_name: str
    place_type: str
    unit_types: tuple[str, ...]
    authority: str
    city: str
    region: str
    country: str
    kind: str | None
    announcement: str | None
    started_on: date | None
    ended_on: date | None
    team: tuple[TeamMember, ...]
    purpose: str
    summary: str
    approved_by_submitter: bool
    figures: Mapping[str, int | None]
    answers: Collection[RecordedAnswer]
    findings: Collection[RecordedFinding]
    recommendations: Collection[RecordedRecommendation]
    source: Source | None = None
    follow_up: tuple[FollowedUp, ...] = field(default=())
    photos: tuple[RecordedPhoto, ...] = field(default=())
    urgent_letters: tuple[SentLetter, ...] = field(default=())
