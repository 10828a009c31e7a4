"""Rendering documents in the background."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from monitor.audit.queries import chain_head
from monitor.db import db
from monitor.guide.scope import Scope
from monitor.jobs.limited import ChildFailed, LimitReached
from monitor.jobs.queue import Job, WorkerEnds
from monitor.recommendations.tables import Coverage
from monitor.reports import operations, releases
from monitor.reports.blank_form import blank_form_pdf
from monitor.reports.collection import collect_visit_report, pictures_of
from monitor.reports.content import Version, VisitReport, content_hash
from monitor.reports.follow_up_table import collect_follow_up, follow_up_pdf
from monitor.reports.models import Document, DocumentKind, Problem
from monitor.reports.queries import lost
from monitor.reports.releases import NotReleased, Refusal
from monitor.reports.rendering import Pdf, warm
from monitor.reports.visit_report import Imprint, PictureExchanged, ReportTooLarge, visit_report_pdf
from monitor.visits.models import Visit

SECONDS_BETWEEN_STEPS = 0.5
Drawing = Callable[[Callable[[int], None]], Pdf]
"""Draws what was read, and tells percents."""
drawers: Final[dict[DocumentKind, Callable[[Document], Drawing]]] = {}
"""How documents are drawn that domains above this one know: read by these, which create_app adds. Raise NotReleased."""


def render_document(document_id: UUID) -> None:
    """Render a document that waits; one that is done, or that another run finished, stays as it is."""
    document = db.session.get(Document, document_id)
    if document is None or not document.is_open:
        return
    operations.start(document, at=datetime.now(UTC))
    db.session.commit()  # the page shows it, and no lock is held while rendering
    try:
        pdf = _render(document)
    except WorkerEnds:
        operations.put_back(document)
        db.session.commit()
        raise
    except ReportTooLarge as reason:
        operations.fail(document, Problem.TOO_LARGE, at=datetime.now(UTC), longest=reason.longest)
    except LimitReached:
        operations.fail(document, Problem.TOO_LARGE, at=datetime.now(UTC))
    except NotReleased:
        operations.fail(document, Problem.NOT_RELEASED, at=datetime.now(UTC))
    except (ChildFailed, PictureExchanged):
        operations.fail(document, Problem.FAULT, at=datetime.now(UTC))
    else:
        operations.finish(document, pdf, at=datetime.now(UTC))


def _render(document: Document) -> Pdf:
    progress = progress_keeper(document)
    match document.kind:
        case DocumentKind.VISIT_REPORT if document.visit is not None:
            report = released_report(document, document.visit)
            pictures = pictures_of(document.visit, report)
            today = datetime.now(ZoneInfo(document.visit.body.mechanism.time_zone)).date()
            imprint = Imprint(today, chain_head(document.mechanism_id))
            db.session.commit()  # ends the reading, so that no transaction is open in the forked child
            return visit_report_pdf(report, imprint, paper=document.paper, pictures=pictures, on_progress=progress)
        case DocumentKind.FOLLOW_UP:
            today = datetime.now(ZoneInfo(document.requested_by.mechanism.time_zone)).date()
            coverage = Coverage.from_json(document.scope_data or {})
            table = collect_follow_up(coverage, document.language, user=document.requested_by, today=today)
            imprint = Imprint(today, chain_head(document.mechanism_id))
            db.session.commit()
            return follow_up_pdf(table, imprint, paper=document.paper, on_progress=progress)
        case kind if kind in drawers:
            draw = drawers[kind](document)
            db.session.commit()
            return draw(progress)
        case _:
            scope = Scope.from_json(document.scope_data or {})
            mechanism = document.requested_by.mechanism
            form = operations.form_of(scope, document.visit, document.language, document.paper, mechanism)
            db.session.commit()
            return blank_form_pdf(form, on_progress=progress)


def released_report(document: Document, visit: Visit) -> VisitReport:
    """Return what a document says, for drawing. Raises NotReleased for a version whose check does not stand.

    However the job came to run, nothing is drawn that leaves the mechanism and differs from what was checked.
    """
    report = collect_visit_report(visit, document.language, document.audience)
    refusal = releases.refusal_of(visit, document.audience, document.language, content_hash(report))
    if refusal is None and document.audience is not Version.INTERNAL and content_hash(report) != document.content_hash:
        refusal = Refusal.NOT_CHECKED
    if refusal is not None:
        raise NotReleased(refusal)
    return report


def progress_keeper(document: Document) -> Callable[[int], None]:
    """Return a function that keeps the percents it is told, at most twice a second."""
    last = 0.0

    def keep(percent: int) -> None:
        nonlocal last
        if time.monotonic() - last >= SECONDS_BETWEEN_STEPS:
            last = time.monotonic()
            document.progress = percent
            db.session.commit()

    return keep


def prepare() -> None:
    """Read what every rendering needs, before the first one is asked for."""
    warm(())


RENDER = Job(name="reports.render", run=render_document, lost=lost, prepare=prepare)
