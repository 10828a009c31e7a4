"""Reading the log with the names that belong to it; a fixed number of statements for a page."""

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import Select, select, union_all

from monitor.accounts.models import Body, User
from monitor.audit.models import AuditEvent
from monitor.db import db
from monitor.evidence.models import StoredFile
from monitor.interviews.models import Talk
from monitor.recommendations.models import Recommendation
from monitor.reports.models import Document
from monitor.visits.models import Visit

OF_A_VISIT: Final = (Recommendation, Document, StoredFile, Talk)
"""What belongs to a visit and has events of its own."""
GONE: Final = ("recommendation:removed", "file:removed")
"""Acts after which the record is no longer there; these events name the visit."""


def about_visit(visit: Visit) -> Select[AuditEvent]:
    """Select what was done to a visit, its form and everything that belongs to it, newest first.

    The ids are looked up first: the log is found by an index on them, and by none on a choice of several lists.
    """
    belonging = union_all(*(select(kind.id).where(kind.visit_id == visit.id) for kind in OF_A_VISIT))
    gone = select(AuditEvent.subject_id).where(
        AuditEvent.mechanism_id == visit.mechanism_id,
        AuditEvent.tag.in_(GONE),
        AuditEvent.detail["visit"].as_string() == str(visit.id),
    )
    ids = {visit.id, visit.sheet_id, *db.session.scalars(belonging), *db.session.scalars(gone)}
    return (
        select(AuditEvent)
        .where(AuditEvent.mechanism_id == visit.mechanism_id, AuditEvent.subject_id.in_(ids))
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
