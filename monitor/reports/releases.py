"""The release check: what leaves the mechanism was compared with everything confidential that belongs to the visit.

`refusal_of` is the one function that says whether a version may be made, and handed over: requests, the worker and
downloads ask it alike. It needs no key. Comparing does: it happens in the session of a reader.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from monitor.accounts.models import User
from monitor.answers import queries as answers
from monitor.answers.models import Answer
from monitor.answers.sealing import sealed
from monitor.audit.operations import record_event
from monitor.db import db, new_id
from monitor.evidence import queries as evidence
from monitor.interviews import queries as interviews
from monitor.interviews.models import ConsentStep, Kind
from monitor.reports.collection import collect_visit_report
from monitor.reports.comparing import Hit, compare
from monitor.reports.confidences import Confided, HitKind, confidences
from monitor.reports.content import Version, content_hash
from monitor.reports.disguises import squeezed
from monitor.reports.models import Document, DocumentKind, DocumentState, Outgoing, ReleaseCheck, SettledHit, Settlement
from monitor.reports.passages import Passage, Spot, passages
from monitor.reports.queries import parts_of
from monitor.vault.keyring import Closed, Owner
from monitor.visits.models import Visit, VisitState
from monitor.visits.states import SEEN_BY_THE_WHOLE_BODY

CHECKED_IN: Final = frozenset({VisitState.REVIEW}) | SEEN_BY_THE_WHOLE_BODY
"""A check belongs to the review; it may be made again later, for a further language or after new records."""
OPENLY_NAMED: Final = frozenset({Spot.PLACE, Spot.LETTERHEAD, Spot.ADDRESSEE})
"""What stands in these texts is a name that the report states on purpose."""
_key: list[bytes] = []
Open = Callable[[Mapping[UUID, Owner]], Mapping[UUID, dict[str, Any] | Closed]]
"""Opens records for a reader, given as id -> owner."""


def use_key(key: bytes) -> None:
    """Set the secret (32 bytes) by which hits are hashed; called once by create_app."""
    _key[:] = [key]


class Refusal(StrEnum):
    """Why a version does not leave."""

    NOT_APPROVED = "not_approved"
    NOT_CHECKED = "not_checked"
    """Nobody has compared this content."""
    NOT_COMPARED = "not_compared"
    """Records of the visit were not compared: written since, or closed to those who checked."""


class NotReleased(Exception):
    """A version was asked for that may not leave; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"this version may not leave: {refusal}")
        self.refusal = refusal


class NotSettled(Exception):
    """A check cannot be kept: these hits are not settled, or not in a way that is open to them."""

    def __init__(self, hits: list[str]) -> None:
        super().__init__(f"{len(hits)} hits are not settled")
        self.hits = hits


class NothingOpened(Exception):
    """The reader could open nothing, so nothing was compared."""


@dataclass(frozen=True)
class Content:
    """Exactly what is to leave: every typed text in it, and the hash (hex) by which it is known."""

    visit: Visit
    outgoing: Outgoing
    language: str
    fingerprint: str
    texts: tuple[Passage, ...] = field(repr=False)


class CannotBeMade(Exception):
    """What is asked for cannot be put together as the visit stands; its own page says why."""


def content_of_report(outgoing: Outgoing, visit: Visit, language: str | None) -> Content:
    """Return what a version of the report on a visit would say."""
    report = collect_visit_report(visit, language, Version(outgoing.value))
    return Content(visit, outgoing, report.language, content_hash(report), passages(report))


makers: Final[dict[Outgoing, Callable[[Visit, str | None], Content]]] = {
    outgoing: partial(content_of_report, outgoing) for outgoing in (Outgoing.AUTHORITY, Outgoing.PUBLIC)
}
"""How the content of each kind is put together that a visit has once; create_app adds exports. Raise CannotBeMade."""


def refusal_of(visit: Visit, version: Version, language: str, fingerprint: str) -> Refusal | None:
    """Return why a report with this hash may not be made or handed over as this version; None where it may.

    The internal version stays within the mechanism and needs no check.
    """
    if version is Version.INTERNAL:
        return None
    return refusal_of_content(visit, Outgoing(version.value), language, fingerprint)


def refusal_of_content(visit: Visit, outgoing: Outgoing, language: str, fingerprint: str) -> Refusal | None:
    """Return why content with this hash may not leave; None where it may.

    It needs checks of exactly this content that together compared every confidential record the visit has now: a
    record that was added, and a consent that was given or taken back, is a record that was not compared.
    """
    checks = checks_of(visit, outgoing, language, fingerprint)
    if not checks:
        return Refusal.NOT_CHECKED
    return Refusal.NOT_COMPARED if left_to_compare(visit, checks) else None


def refusal_of_document(document: Document) -> Refusal | None:
    """Return why a document may not be made or handed over; None where it may. Empty forms hold nothing."""
    if document.visit is None:
        return None
    if document.kind is DocumentKind.BUNDLE:
        return next((found for part in parts_of(document) if (found := refusal_of_document(part))), None)
    if document.kind is DocumentKind.LETTER:
        return refusal_of_content(document.visit, Outgoing.LETTER, document.language, document.content_hash)
    return refusal_of(document.visit, document.audience, document.language, document.content_hash)


def checks_of(
    visit: Visit, outgoing: Outgoing, language: str, fingerprint: str | None = None
) -> Sequence[ReleaseCheck]:
    """Return the checks of what leaves in a language, newest first; with `fingerprint`, those of that content."""
    query = select(ReleaseCheck).where(
        ReleaseCheck.visit_id == visit.id, ReleaseCheck.outgoing == outgoing, ReleaseCheck.language == language
    )
    if fingerprint is not None:
        query = query.where(ReleaseCheck.content_hash == fingerprint)
    return db.session.scalars(query.order_by(ReleaseCheck.id.desc())).all()


def all_checks_of(visit: Visit) -> Sequence[ReleaseCheck]:
    """Return every check of a visit, newest first."""
    query = select(ReleaseCheck).where(ReleaseCheck.visit_id == visit.id).order_by(ReleaseCheck.id.desc())
    return db.session.scalars(query).all()


def released_of(visit: Visit) -> Sequence[Document]:
    """Return the documents of a visit that were made to leave the mechanism, newest first."""
    query = select(Document).where(Document.visit_id == visit.id, Document.audience != Version.INTERNAL)
    return db.session.scalars(query.order_by(Document.id.desc())).all()


def was_released(visit: Visit, version: Version) -> bool:
    """Say whether a report of this version was made to leave since the visit was approved."""
    if visit.approved_at is None:
        return False
    query = select(Document.id).where(
        Document.visit_id == visit.id,
        Document.kind == DocumentKind.VISIT_REPORT,
        Document.audience == version,
        Document.state == DocumentState.DONE,
        Document.requested_at >= visit.approved_at,
    )
    return db.session.scalar(query.limit(1)) is not None


def confidential_of(visit: Visit) -> dict[UUID, Owner]:
    """Return the sealed records that a visit is compared with.

    Its talks with names and consents, protected answers, its protection, the notes of its files; and every reprisal
    that the body knows of since the year of the visit, for which of them are about this visit is told nowhere outside
    of them.
    """
    found: dict[UUID, Owner] = {row.record_id: row.owner for talk in interviews.of_visit(visit) for row in talk.records}
    protection = interviews.protection_of(visit)
    if protection is not None:
        found[protection.record_id] = protection.owner
    found |= {measure.record_id: measure.owner for measure in interviews.measures_of(visit)}
    found |= {file.note_id: file.owner_of_note for file in evidence.of_visit(visit)}
    since = visit.started_on.year if visit.started_on else 0
    found |= {incident.record_id: incident.owner for incident in interviews.incidents_since(visit.body_id, since)}
    return found | sealed(answers.heads(visit.sheet))


def left_to_compare(visit: Visit, checks: Iterable[ReleaseCheck]) -> set[UUID]:
    """Return what is confidential about a visit and was compared by none of these checks.

    These are sealed records, and damaged answers under the server's key, which nobody can compare. A check that let a
    consent cover something counts only where it knew every step of the consents to publish, and none was altered:
    another reader who opens one taken back afterwards need not open what was said.
    """
    talks = interviews.of_visit(visit)
    steps = {str(row.record_id) for talk in talks for row in talk.of_kind(Kind.PUBLISH)}
    are_altered = any(kind is Kind.PUBLISH for _talk_id, kind in interviews.altered_consents(talks))
    counting = [
        check for check in checks if not check.rests_on_consents or (steps <= set(check.compared) and not are_altered)
    ]
    compared = {UUID(id_) for check in counting for id_ in check.compared}
    return (set(confidential_of(visit)) | _damaged(_protected_and_open(visit))) - compared


@dataclass(frozen=True)
class Material:
    """What opened for a reader."""

    confided: tuple[Confided, ...] = field(repr=False)
    consents: Mapping[UUID, str] = field(repr=False)
    """Talk -> what exactly the person agreed to have published, where that stands."""
    compared: frozenset[UUID]
    closed: Mapping[UUID, Closed]
    medical: frozenset[UUID]
    """Those of all records that only health members open."""


def open_material(visit: Visit, open_all: Open) -> Material:
    """Open everything confidential of a visit for a reader, with the function of that reader's session."""
    opened = open_all(confidential_of(visit))
    talks = interviews.of_visit(visit)
    talk_of = {row.record_id: talk.id for talk in talks for row in talk.records}
    consents: dict[UUID, str] = {}
    altered = interviews.altered_consents(talks)
    for talk in talks:
        steps = talk.of_kind(Kind.PUBLISH)
        last = opened[steps[-1].record_id] if steps and (talk.id, Kind.PUBLISH) not in altered else None
        if isinstance(last, dict) and last["step"] == ConsentStep.GIVEN:
            consents[talk.id] = last["scope"]
    found = {id_: content for id_, content in opened.items() if isinstance(content, dict)}
    answers_at_hand = _protected_and_open(visit)
    lying_open = [Confided({"value": row.value, "comment": row.comment}) for row in answers_at_hand]
    closed = {id_: content for id_, content in opened.items() if isinstance(content, Closed)}
    return Material(
        confided=(*(Confided(content, talk_of.get(id_)) for id_, content in found.items()), *lying_open),
        consents=consents,
        compared=frozenset(found),
        closed=closed | dict.fromkeys(_damaged(answers_at_hand), Closed.DAMAGED),
        medical=frozenset(row.record_id for talk in talks for row in talk.of_kind(Kind.MEDICAL)),
    )


def _protected_and_open(visit: Visit) -> list[Answer]:
    """Return protected answers of a body that has no keys yet."""
    _guide, items = answers.guide_and_items(visit.sheet)
    protected = [item.id for item in items.values() if item.is_protected]
    return [row for row in answers.heads(visit.sheet, protected) if row.sealed_id is None]


def _damaged(rows: Iterable[Answer]) -> set[UUID]:
    """Return the ids of those that do not open under the server's key."""
    return {row.id for row in rows if row.is_closed}


def hits_in(texts: tuple[Passage, ...], visit: Visit, material: Material) -> list[Hit]:
    """Return what these texts have in common with what opened, and what in them looks as if it pointed at people."""
    named = frozenset(
        plain for text in texts if text.spot in OPENLY_NAMED for word in text.text.split() for plain in squeezed(word)
    )
    codes = {talk.id: talk.code for talk in interviews.of_visit(visit)}
    return compare(texts, confidences(material.confided, codes, named, visit.language))


def seal_of(hit: Hit, visit: Visit) -> str:
    """Return the keyed hash (hex) by which a hit is known."""
    return hit.seal(_key[0], visit.id)


def may_settle(hit: Hit, settlement: Settlement, material: Material) -> bool:
    """Say whether a hit can be settled like this: by a consent of its talk that stands, or as pointing at nobody.

    A photo is settled by looking at it and in no other way; nothing else is.
    """
    if hit.kind is HitKind.PHOTO or settlement is Settlement.LOOKED_AT:
        return hit.kind is HitKind.PHOTO and settlement is Settlement.LOOKED_AT
    if settlement is Settlement.CONSENT:
        return hit.talk_id in material.consents
    return hit.may_be_harmless


def check(
    content: Content, material: Material, settlements: Mapping[str, Settlement], *, by: User, at: datetime
) -> ReleaseCheck:
    """Keep that a reader compared exactly this content with what opened, and settled every hit.

    `settlements` is keyed hash of a hit -> how it was settled. Raises NotSettled while a hit is left, NothingOpened
    where there are records and none opened.
    """
    visit = content.visit
    hits = {seal_of(hit, visit): hit for hit in hits_in(content.texts, visit, material)}
    wrong = [
        seal
        for seal, hit in hits.items()
        if seal not in settlements or not may_settle(hit, settlements[seal], material)
    ]
    if wrong:
        raise NotSettled(wrong)
    if material.closed and not material.compared:
        raise NothingOpened("nothing of this visit opened")
    made = ReleaseCheck(
        id=new_id(), mechanism_id=visit.mechanism_id, visit_id=visit.id, visit=visit,
        outgoing=content.outgoing, language=content.language, content_hash=content.fingerprint,
        compared=sorted(map(str, material.compared)),
        hits=len(hits), checked_by_id=by.id, checked_by=by, checked_at=at,
        settled=[
            SettledHit(id=new_id(), mechanism_id=visit.mechanism_id, hit=seal, settlement=settlements[seal])
            for seal in hits
        ],
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    record_event(
        "release:checked", mechanism_id=visit.mechanism_id, subject_id=visit.id, by=by.id, at=at,
        version=content.outgoing.value, language=content.language, content=made.content_hash, hits=len(hits),
        compared=len(material.compared),
    )  # fmt: skip
    return made
