"""Reading documents; every read for a person starts from `visible_to`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, and_, or_, select

from monitor.accounts.models import User
from monitor.db import db
from monitor.reports.models import Document, DocumentKind, DocumentState
from monitor.visits import queries as visits
from monitor.visits.models import Visit

FORMS_LISTED = 20
LOST_AFTER = timedelta(minutes=1)
ABANDONED_AFTER = timedelta(minutes=15)
"""A rendering ends within about five minutes; one that still runs then was left behind by a worker that died."""


def visible_to(user: User) -> Select[Document]:
    """Return the documents this person may see: those of visible visits, and those without visit they asked for."""
    of_visits = visits.visible_to(user).with_only_columns(Visit.id)
    own_forms = and_(Document.visit_id.is_(None), Document.requested_by_id == user.id)
    return select(Document).where(or_(Document.visit_id.in_(of_visits), own_forms))


def get_document(user: User, document_id: UUID) -> Document | None:
    """Find a document that this person may see."""
    return db.session.scalar(visible_to(user).where(Document.id == document_id))


def of_visit(visit: Visit) -> Sequence[Document]:
    """Return the documents of a visit, newest first."""
    query = select(Document).where(Document.visit_id == visit.id).order_by(Document.id.desc())
    return db.session.scalars(query).all()


def parts_of(bundle: Document) -> Sequence[Document]:
    """Return the documents that a bundle holds, oldest first."""
    ids = [UUID(id_) for id_ in (bundle.scope_data or {})["documents"]]
    return db.session.scalars(select(Document).where(Document.id.in_(ids)).order_by(Document.id)).all()


def own_forms(user: User) -> Sequence[Document]:
    """Return the last forms without visit that this person asked for, newest first."""
    forms = visible_to(user).where(Document.visit_id.is_(None), Document.kind == DocumentKind.BLANK_FORM)
    query = forms.order_by(Document.id.desc()).limit(FORMS_LISTED)
    return db.session.scalars(query).all()


def same_document(asked: Document) -> Document | None:
    """Find a document that says and looks the same and has not failed; without visit only of the same person."""
    query = select(Document).where(
        Document.kind == asked.kind,
        Document.visit_id == asked.visit_id,
        Document.content_hash == asked.content_hash,
        Document.look == asked.look,
        Document.state != DocumentState.FAILED,
    )
    if asked.visit_id is None:
        query = query.where(Document.requested_by_id == asked.requested_by_id)
    return db.session.scalar(query.order_by(Document.id.desc()).limit(1))


def lost(at: datetime) -> Sequence[UUID]:
    """Return the documents that have waited for over a minute, or run for longer than any rendering takes."""
    query = select(Document.id).where(
        or_(
            and_(Document.state == DocumentState.QUEUED, Document.requested_at < at - LOST_AFTER),
            and_(Document.state == DocumentState.RUNNING, Document.started_at < at - ABANDONED_AFTER),
        )
    )
    return db.session.scalars(query.order_by(Document.id)).all()
