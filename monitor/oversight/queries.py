"""Reading the log with the names that belong to it; a fixed number of statements for a page."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import Select, and_, or_, select

from monitor.accounts.models import Body, User
from monitor.audit.models import AuditEvent
from monitor.db import db
from monitor.recommendations.models import Recommendation
from monitor.reports.models import Document
from monitor.visits.models import Visit


def about_visit(visit: Visit) -> Select[AuditEvent]:
    """Select what was done to a visit, its form, its recommendations and its documents, newest first."""
    removed = and_(AuditEvent.tag == "recommendation:removed", AuditEvent.detail["visit"].as_string() == str(visit.id))
    return (
        select(AuditEvent)
        .where(
            AuditEvent.mechanism_id == visit.mechanism_id,
            or_(
                AuditEvent.subject_id.in_([visit.id, visit.sheet_id]),
                AuditEvent.subject_id.in_(select(Recommendation.id).where(Recommendation.visit_id == visit.id)),
                AuditEvent.subject_id.in_(select(Document.id).where(Document.visit_id == visit.id)),
                removed,
            ),
        )
        .order_by(AuditEvent.sequence.desc())
    )


def names(events: Iterable[AuditEvent]) -> Mapping[UUID, str]:
    """Return id -> name of the people who acted, and of the people and bodies that were acted on."""
    ids = {id_ for event in events for id_ in (event.actor_id, event.subject_id) if id_}
    found: dict[UUID, str] = {}
    for kind in (User, Body):
        rows = db.session.execute(select(kind.id, kind.name).where(kind.id.in_(ids))).all()
        found.update((row.id, row.name) for row in rows)
    return found
