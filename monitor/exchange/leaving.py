"""What of a visit may leave as a visit document: nothing protected, and texts only after their release check."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from monitor.answers.queries import guide_and_items
from monitor.exchange.operations import CapacityTypedOtherwise, UnfinishedAnswers, export_visit
from monitor.exchange.visit_document import write_document
from monitor.guide.catalogue import Item
from monitor.reports import releases
from monitor.reports.models import Outgoing
from monitor.reports.passages import Passage, Spot
from monitor.reports.releases import CannotBeMade, Content, Refusal
from monitor.visits.models import Visit


@dataclass(frozen=True)
class Leaving:
    """A visit document, and how much of the visit it leaves out because nobody compared its texts."""

    text: str
    answers: int = 0
    recommendations: int = 0


def checked_document(visit: Visit) -> tuple[str, Refusal | None]:
    """Return the visit document without protected answers, and why it may not leave: None where a check stands.

    Raises as `export_visit`.
    """
    document = export_visit(visit, with_protected=False)
    content = _content(visit, document)
    refusal = releases.refusal_of_content(visit, content.outgoing, content.language, content.fingerprint)
    return write_document(document), refusal


def document_without_keys(visit: Visit) -> Leaving:
    """Return as much of a visit as a command may print, which opens nothing and asks nobody.

    All of it where nothing was said in confidence, or where a check of its texts stands. Otherwise nothing that
    somebody typed about the visit: no answer with a text or a comment, no recommendation, neither purpose nor summary.
    Raises as `export_visit`.
    """
    if not releases.confidential_of(visit):
        return Leaving(write_document(export_visit(visit)))
    text, refusal = checked_document(visit)
    if refusal is None:
        return Leaving(text)
    document = export_visit(visit, with_protected=False)
    _guide, items = guide_and_items(visit.sheet)
    bare = [answer for answer in document["answers"] if not _has_text(answer, items)]
    left = Leaving("", len(document["answers"]) - len(bare), len(document["recommendations"]))
    document |= {"answers": bare, "recommendations": []}
    document["visit"] |= {"purpose": "", "summary": ""}
    return Leaving(write_document(document), left.answers, left.recommendations)


def _has_text(answer: Mapping[str, Any], items: Mapping[str, Item]) -> bool:
    return bool(answer["comment"]) or items[answer["item"]].answer == "text"


def content_of_export(visit: Visit, _language: str | None) -> Content:
    """Return what a visit document would say, for its release check. Raises CannotBeMade."""
    try:
        return _content(visit, export_visit(visit, with_protected=False))
    except (UnfinishedAnswers, CapacityTypedOtherwise) as reason:
        raise CannotBeMade from reason


def _content(visit: Visit, document: Mapping[str, Any]) -> Content:
    fingerprint = sha256(write_document(document).encode()).hexdigest()
    _guide, items = guide_and_items(visit.sheet)
    texts = tuple(passage for passage in _passages(document, items) if passage.text)
    return Content(visit, Outgoing.EXPORT, visit.language, fingerprint, texts)


def _passages(document: Mapping[str, Any], items: Mapping[str, Item]) -> Iterator[Passage]:
    """Yield every typed text of a visit document."""
    source, place, visit = document["source"], document["place"], document["visit"]
    for name in ("title", "publisher", "url", "note"):
        yield Passage(Spot.SOURCE, source[name] or "")
    for name in ("name", "authority", "city", "region"):
        yield Passage(Spot.PLACE, place[name] or "")
    yield Passage(Spot.REFERENCE, visit["reference"] or "")
    for member in visit["team"]:
        yield Passage(Spot.TEAM, member["label"])
    yield Passage(Spot.PURPOSE, visit["purpose"])
    yield Passage(Spot.SUMMARY, visit["summary"])
    for answer in document["answers"]:
        item = items[answer["item"]]
        if item.answer == "text":
            yield Passage(Spot.ANSWER, answer["value"], item.id, item.number)
        yield Passage(Spot.NOTE, answer["comment"], item.id, item.number)
    for number, one in enumerate(document["recommendations"], start=1):
        yield Passage(Spot.RECOMMENDATION, one["text"], str(number), str(number))
        yield Passage(Spot.ADDRESSEE, one["addressee"])
