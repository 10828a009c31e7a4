"""Asking for documents, and what becomes of them."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

from monitor.accounts.models import Mechanism, User
from monitor.audit.operations import record_event
from monitor.db import db
from monitor.guide.scope import Scope
from monitor.recommendations.models import Recommendation
from monitor.recommendations.queries import open_at
from monitor.recommendations.tables import Coverage
from monitor.reports import queries, releases
from monitor.reports.blank_form import BlankForm, OpenRecommendation
from monitor.reports.blank_form import look_of as look_of_form
from monitor.reports.collection import collect_visit_report
from monitor.reports.content import Version, content_hash
from monitor.reports.follow_up_table import collect_follow_up
from monitor.reports.follow_up_table import look_of as look_of_table
from monitor.reports.models import Document, DocumentKind, DocumentState, Paper, Problem
from monitor.reports.releases import NotReleased, Refusal
from monitor.reports.rendering import Pdf, look_fingerprint
from monitor.reports.visit_report import look_of
from monitor.visits.models import Visit
from monitor.visits.states import SEEN_BY_THE_WHOLE_BODY

FULL = 100


def request_visit_report(
    visit: Visit, *, language: str | None, paper: Paper, by: User, at: datetime, version: Version = Version.INTERNAL
) -> Document:
    """Have a version of the report on a visit rendered, in `language` (None: the visit's own).

    Where a document says and looks the same, that one is returned and nothing is rendered again. Raises NotReleased
    for a version that leaves the mechanism and has no release check of exactly this content, or of a visit that is not
    approved (OPCAT, Article 21(2)).
    """
    report = collect_visit_report(visit, language, version)
    fingerprint = content_hash(report)
    refusal = refusal_to_make(visit, version, report.language, fingerprint)
    if refusal is not None:
        raise NotReleased(refusal)
    document = Document(
        kind=DocumentKind.VISIT_REPORT,
        visit_id=visit.id,
        audience=version,
        language=report.language,
        paper=paper,
        content_hash=fingerprint,
        look=look_fingerprint(look_of(report, paper)),
    )
    return ask_for(document, visit.mechanism_id, by=by, at=at)


def refusal_to_make(visit: Visit, version: Version, language: str, fingerprint: str) -> Refusal | None:
    """Return why this content may not be made now as this version, in whatever format; None where it may.

    Nothing but the internal version is made of a visit that is not approved (OPCAT, Article 21(2)).
    """
    if version is not Version.INTERNAL and visit.state not in SEEN_BY_THE_WHOLE_BODY:
        return Refusal.NOT_APPROVED
    return releases.refusal_of(visit, version, language, fingerprint)


def request_blank_form(scope: Scope, *, language: str, paper: Paper, by: User, at: datetime) -> Document:
    """Have an empty form for any visit printed. Raises UnfitScope."""
    form = form_of(scope, None, language, paper, by.mechanism)
    document = Document(
        kind=DocumentKind.BLANK_FORM,
        audience=Version.INTERNAL,
        language=language,
        paper=paper,
        scope_data=scope.to_json(),
        content_hash=sha256(repr(form).encode()).hexdigest(),
        look=look_fingerprint(look_of_form(form)),
    )
    return ask_for(document, by.mechanism_id, by=by, at=at)


def request_follow_up(coverage: Coverage, *, language: str, paper: Paper, by: User, at: datetime) -> Document:
    """Have a follow-up table printed as far as this person may see it. It names nobody and stays in the mechanism."""
    today = at.astimezone(ZoneInfo(by.mechanism.time_zone)).date()
    table = collect_follow_up(coverage, language, user=by, today=today)
    document = Document(
        kind=DocumentKind.FOLLOW_UP,
        audience=Version.INTERNAL,
        language=language,
        paper=paper,
        scope_data=coverage.to_json(),
        content_hash=table.content_hash,
        look=look_fingerprint(look_of_table(table, paper)),
    )
    return ask_for(document, by.mechanism_id, by=by, at=at)


def form_of(scope: Scope, visit: Visit | None, language: str, paper: Paper, mechanism: Mechanism) -> BlankForm:
    """Return a mechanism's form of a scope; of a visit with its place, its reference and the open recommendations."""
    return BlankForm(
        scope=scope,
        language=language,
        paper=paper,
        reference=(visit.reference or "") if visit else "",
        guide_version=visit.sheet.guide_version if visit else None,
        mechanism=mechanism.name(language),
        is_training=mechanism.is_training,
        to_check=tuple(_open_recommendation(row) for row in open_at(visit)) if visit else (),
        place=", ".join(filter(None, (visit.place.name, visit.place.city))) if visit else "",
    )


def _open_recommendation(row: Recommendation) -> OpenRecommendation:
    return OpenRecommendation(row.id, row.reference or "", row.text, row.visit.language, row.addressee, row.due_on)


def start(document: Document, *, at: datetime) -> None:
    """Say that the rendering has begun."""
    document.state, document.started_at, document.progress = DocumentState.RUNNING, at, 0
    db.session.flush()


def put_back(document: Document) -> None:
    """Say that the document waits again: its worker was told to end."""
    document.state, document.started_at, document.progress = DocumentState.QUEUED, None, 0
    db.session.flush()


def finish(document: Document, pdf: Pdf, *, at: datetime) -> None:
    """Keep the finished document."""
    document.pdf, document.size, document.pages = pdf.data, len(pdf.data), pdf.pages
    document.state, document.progress, document.finished_at = DocumentState.DONE, FULL, at
    document.problem = document.problem_detail = None
    kept = sha256(pdf.data).hexdigest()
    _record("document:rendered", document, by=None, at=at, pages=pdf.pages, size=len(pdf.data), file=kept)


def fail(document: Document, problem: Problem, *, at: datetime, longest: tuple[tuple[str, int], ...] = ()) -> None:
    """Say that the document could not be rendered, and at which topics it lies when it was too large."""
    document.state, document.finished_at, document.problem = DocumentState.FAILED, at, problem
    document.problem_detail = [list(one) for one in longest] or None
    _record("document:failed", document, by=None, at=at, problem=problem.value)


def ask_for(document: Document, mechanism_id: UUID, *, by: User, at: datetime) -> Document:
    """Have this document rendered; where one says and looks the same, and is whole, return that.

    What leaves is checked before.
    """
    document.mechanism_id, document.state = mechanism_id, DocumentState.QUEUED
    document.requested_by_id, document.requested_at = by.id, at
    same = queries.same_document(document)
    if same is not None and (same.is_open or queries.is_as_made(same)):
        return same
    db.session.add(document)
    db.session.flush()
    tag = "document:requested" if document.audience is Version.INTERNAL else "document:released"
    _record(
        tag, document, by=by.id, at=at, kind=document.kind.value, audience=document.audience.value,
        content=document.content_hash,
    )  # fmt: skip
    return document


def replace_older(bundle: Document, *, by: User, at: datetime) -> None:
    """Remove the older bundles of the same visit and person: one is kept, for it is made again at any time."""
    for old in queries.older_bundles(bundle):
        _record("document:replaced", old, by=by.id, at=at)
        db.session.delete(old)
    db.session.flush()


def _record(tag: str, document: Document, *, by: UUID | None, at: datetime, **detail: str | int) -> None:
    record_event(tag, mechanism_id=document.mechanism_id, subject_id=document.id, by=by, at=at, **detail)
