"""Reading documents; every read for a person starts from `visible_to`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Select, and_, or_, select

from monitor.accounts.models import User
from monitor.audit.operations import proven
from monitor.db import db
from monitor.reports.models import Document, DocumentKind, DocumentState
from monitor.visits import queries as visits
from monitor.visits.models import Visit

FORMS_LISTED = 20
LOST_AFTER = timedelta(minutes=1)
ABANDONED_AFTER = timedelta(minutes=15)
"""A rendering ends within about five minutes; one that still runs then was left behind by a worker that died."""


def visible_to(user: User) -> Select[Document]:
    """Return the documents this person may see: those of visible visits, and those without visit they asked for.

    A bundle holds what one person may open: it is seen by that person alone.
    """
    of_visits = visits.visible_to(user).with_only_columns(Visit.id)
    own = Document.requested_by_id == user.id
    shared = and_(Document.visit_id.in_(of_visits), or_(Document.kind != DocumentKind.BUNDLE, own))
    return select(Document).where(or_(shared, and_(Document.visit_id.is_(None), own)))


def get_document(user: User, document_id: UUID) -> Document | None:
    """Find a document that this person may see."""
    return db.session.scalar(visible_to(user).where(Document.id == document_id))


def of_visit(visit: Visit, user: User) -> Sequence[Document]:
    """Return the documents of a visit that this person may see, newest first."""
    query = visible_to(user).where(Document.visit_id == visit.id).order_by(Document.id.desc())
    return db.session.scalars(query).all()


def older_bundles(bundle: Document) -> Sequence[Document]:
    """Return the other bundles of the same visit and person that are not being made."""
    query = select(Document).where(
        Document.kind == DocumentKind.BUNDLE, Document.visit_id == bundle.visit_id, Document.id != bundle.id,
        Document.requested_by_id == bundle.requested_by_id,
        Document.state.in_((DocumentState.DONE, DocumentState.FAILED)),
    )  # fmt: skip
    return db.session.scalars(query.order_by(Document.id)).all()


def parts_of(bundle: Document) -> Sequence[Document]:
    """Return the documents that a bundle holds, oldest first; any other document holds none."""
    ids = [UUID(id_) for id_ in (bundle.scope_data or {}).get("documents", ())]
    return db.session.scalars(select(Document).where(Document.id.in_(ids)).order_by(Document.id)).all()


def own_forms(user: User) -> Sequence[Document]:
    """Return the last forms without visit that this person asked for, newest first."""
    forms = visible_to(user).where(Document.visit_id.is_(None), Document.kind == DocumentKind.BLANK_FORM)
    query = forms.order_by(Document.id.desc()).limit(FORMS_LISTED)
    return db.session.scalars(query).all()


def same_document(asked: Document) -> Document | None:
    """Find a document that says and looks the same and has not failed.

    A bundle, and what has no visit, only of the same person.
    """
    query = select(Document).where(
        Document.kind == asked.kind,
        Document.visit_id == asked.visit_id,
        Document.content_hash == asked.content_hash,
        Document.look == asked.look,
        Document.state != DocumentState.FAILED,
    )
    if asked.visit_id is None or asked.kind is DocumentKind.BUNDLE:
        query = query.where(Document.requested_by_id == asked.requested_by_id)
    return db.session.scalar(query.order_by(Document.id.desc()).limit(1))


def is_as_made(document: Document) -> bool:
    """Say whether the finished file is the one that was rendered: the chain of events noted its SHA-256.

    Who writes the database can exchange a file, and cannot forge the chain. Reads the whole file. The oldest events
    name no hash.
    """
    made = proven("document:rendered", [document.id], mechanism_id=document.mechanism_id)
    if document.pdf is None or not made:
        return False
    present = sha256(document.pdf).hexdigest()
    return bool(made[-1][1].get("file", present) == present)


def lost(at: datetime) -> Sequence[UUID]:
    """Return the documents that have waited for over a minute, or run for longer than any rendering takes."""
    query = select(Document.id).where(
        or_(
            and_(Document.state == DocumentState.QUEUED, Document.requested_at < at - LOST_AFTER),
            and_(Document.state == DocumentState.RUNNING, Document.started_at < at - ABANDONED_AFTER),
        )
    )
    return db.session.scalars(query.order_by(Document.id)).all()
