"""Reads a visit from the database for a report."""

from collections.abc import Callable, Iterable
from typing import Any

from monitor.accounts.models import Mechanism, in_language
from monitor.answers import queries as answers
from monitor.evidence import queries as evidence
from monitor.evidence.models import FileState
from monitor.guide.catalogue import Citation
from monitor.recommendations.models import Recommendation
from monitor.recommendations.queries import lasting_references, of_visit
from monitor.reports.assembly import assemble
from monitor.reports.content import Letterhead, SentLetter, Source, TeamMember, Version, VisitReport
from monitor.reports.earlier import followed_up
from monitor.reports.record import RecordedAnswer, RecordedFinding, RecordedPhoto, RecordedRecommendation, VisitRecord
from monitor.visits.figures import figures
from monitor.visits.models import Visit
from monitor.visits.queries import findings

urgent_letters: list[Callable[[Visit], Iterable[SentLetter]]] = []
"""How the urgent letters that were sent are found; the letters, which stand above, are told of by create_app."""


def collect_visit_report(visit: Visit, language: str | None = None, version: Version = Version.INTERNAL) -> VisitReport:
    """Return what a version of the report on this visit says, in `language` (None: the visit's own).

    The language is that of guide texts and letterhead. Nothing but the internal version may be drawn unless
    `monitor.reports.releases.refusal_of` finds no reason against it.
    """
    language = language or visit.language
    return assemble(record_of(visit, letterhead(visit.body.mechanism, language), version), language, version)


def pictures_of(visit: Visit, report: VisitReport) -> dict[str, bytes]:
    """Return the photos that a report prints: SHA-256 (hex) -> JPEG."""
    wanted = {photo.digest for photo in report.photos}
    files = [file for file in evidence.of_visit(visit) if file.copy_hash in wanted]
    copies = evidence.copies(file.id for file in files)
    return {file.copy_hash: copies[file.id] for file in files if file.copy_hash}


def letterhead(mechanism: Mechanism, language: str) -> Letterhead:
    """Return the letterhead of a mechanism from its settings, in this language as far as they have it."""

    def say(texts: dict[str, Any]) -> str:
        return in_language(texts, language, mechanism.languages)

    return Letterhead(
        name=mechanism.name(language),
        address=mechanism.address,
        legal_basis=say(mechanism.legal_basis),
        signatory_name=mechanism.signatory_name,
        signatory_title=say(mechanism.signatory_title),
        logo=mechanism.logo,
        is_training=mechanism.is_training,
    )


def record_of(visit: Visit, head: Letterhead, version: Version) -> VisitRecord:
    """Return the visit whole, protected answers included: for `assemble` alone, which leaves them out."""
    guide, items = answers.guide_and_items(visit.sheet)
    place = visit.place
    return VisitRecord(
        guide=guide,
        items=items,
        letterhead=head,
        language=visit.language,
        reference=visit.reference or "",
        report_version=visit.report_version,
        place_name=place.name,
        place_type=visit.sheet.scope.place_type,
        unit_types=visit.sheet.scope.unit_types,
        authority=place.authority or "",
        city=place.city,
        region=place.region,
        country=place.country,
        kind=visit.kind,
        announcement=visit.announcement,
        started_on=visit.started_on,
        ended_on=visit.ended_on,
        team=tuple(TeamMember(member.role, member.shown_name) for member in visit.team),
        purpose=visit.purpose,
        summary=visit.summary,
        approved_by_submitter=visit.was_approved_by_its_submitter,
        figures=figures(visit),
        answers=[
            RecordedAnswer(head.item_id, head.value, head.comment, tuple(head.sources), head.urgent)
            for head in answers.heads(visit.sheet)
        ],
        findings=[RecordedFinding(one.topic_id, one.found, one.why) for one in findings(visit).values()],
        recommendations=_recommendations(visit, version),
        source=_source(visit.source),
        follow_up=followed_up(visit, version),
        photos=_photos(visit),
        urgent_letters=tuple(letter for ask in urgent_letters for letter in ask(visit)),
    )


def _photos(visit: Visit) -> tuple[RecordedPhoto, ...]:
    return tuple(
        RecordedPhoto(file.item_id, file.caption, Version(file.reach.value), file.copy_hash or "")
        for file in evidence.of_visit(visit)
        if file.state is FileState.CHECKED and file.is_picture
    )


def _recommendations(visit: Visit, version: Version) -> list[RecordedRecommendation]:
    """Return the recommendations of a visit; what leaves has their lasting references before the approval already.

    So the release check of a visit in review holds for what is released afterwards.
    """
    lasting = {} if version is Version.INTERNAL else lasting_references(visit)
    return [_recommendation(one, lasting.get(one.id, one.reference or "")) for one in of_visit(visit)]


def _recommendation(one: Recommendation, reference: str) -> RecordedRecommendation:
    return RecordedRecommendation(
        number=one.number,
        text=one.text,
        addressee=one.addressee,
        priority=one.priority,
        due_on=one.due_on,
        items=tuple(one.items),
        standards=tuple(Citation(cited["instrument"], cited["provision"]) for cited in one.standards),
        reference=reference,
        kind=one.kind,
        public_text=one.public_text,
        due_days=None if one.due_on else int(one.visit.body.mechanism.due_days[one.priority]),
    )


def _source(source: dict[str, Any] | None) -> Source | None:
    if source is None:
        return None
    return Source(*(str(source.get(key) or "") for key in ("title", "publisher", "url", "note")))
