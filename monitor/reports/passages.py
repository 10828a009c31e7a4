"""Every text that somebody typed and that a version would print, each with where it is edited."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from monitor.reports.content import Line, VisitReport


class Spot(StrEnum):
    """Where a text stands in the report, and with it the page on which it is edited."""

    LETTERHEAD = "letterhead"
    REFERENCE = "reference"
    PLACE = "place"
    TEAM = "team"
    PURPOSE = "purpose"
    SUMMARY = "summary"
    FOUND = "found"
    WHY = "why"
    ANSWER = "answer"
    NOTE = "note"
    RECOMMENDATION = "recommendation"
    ADDRESSEE = "addressee"
    FOLLOW_UP = "follow_up"
    SOURCE = "source"
    PHOTO = "photo"
    LETTER = "letter"
    """A part of a letter; `key` is the id of the letter."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One typed text; `key` is the topic, item or number of what it belongs to, `name` what readers call that."""

    spot: Spot
    text: str
    key: str = ""
    name: str = ""

    @property
    def is_about_the_visit(self) -> bool:
        """Say whether it was typed for this visit; letterhead and register have numbers of their own."""
        return self.spot not in (Spot.LETTERHEAD, Spot.REFERENCE, Spot.PLACE, Spot.SOURCE)


def passages(report: VisitReport) -> tuple[Passage, ...]:
    """Return every typed text of a report in printed order, empty ones left out."""
    return tuple(passage for passage in _passages(report) if passage.text)


def _passages(report: VisitReport) -> Iterator[Passage]:
    head, place, visit = report.letterhead, report.place, report.visit
    for text in (head.name, head.address, head.legal_basis, head.signatory_name, head.signatory_title):
        yield Passage(Spot.LETTERHEAD, text)
    yield Passage(Spot.REFERENCE, report.reference)
    for text in (place.name, place.authority, place.city, place.region):
        yield Passage(Spot.PLACE, text)
    for member in visit.team:
        yield Passage(Spot.TEAM, member.name)
    yield Passage(Spot.PURPOSE, visit.purpose)
    yield Passage(Spot.SUMMARY, visit.summary)
    for line in (line for part in report.lines.values() for line in part):
        yield _answer(line)
    for note in (note for part in report.notes.values() for note in part):
        yield Passage(Spot.NOTE, note.text, name=note.number)
    yield from _findings(report)
    yield from _recommendations(report)
    for letter in report.urgent_letters:
        yield Passage(Spot.ADDRESSEE, letter.addressee)
    for photo in report.photos:
        yield Passage(Spot.PHOTO, photo.caption, photo.digest, str(photo.number))
    if report.source:
        for text in (report.source.title, report.source.publisher, report.source.url, report.source.note):
            yield Passage(Spot.SOURCE, text)


def _findings(report: VisitReport) -> Iterator[Passage]:
    for topic in (topic for theme in report.themes for topic in theme.topics):
        if topic.finding:
            yield Passage(Spot.FOUND, topic.finding.found, topic.id, topic.name)
            yield Passage(Spot.WHY, topic.finding.why, topic.id, topic.name)
        for line in topic.lines:
            yield _answer(line)
        for note in topic.notes:
            yield Passage(Spot.NOTE, note.text, name=note.number)


def _recommendations(report: VisitReport) -> Iterator[Passage]:
    for group in report.recommendations:
        yield Passage(Spot.ADDRESSEE, group.addressee)
        for one in group.recommendations:
            yield Passage(Spot.RECOMMENDATION, one.text, str(one.number), str(one.number))
    for earlier in report.follow_up:
        for text in (earlier.text, earlier.answer, earlier.seen_now):
            yield Passage(Spot.FOLLOW_UP, text, earlier.number, earlier.number)


def _answer(line: Line) -> Passage:
    return Passage(Spot.ANSWER, line.words, line.item, line.number)
