"""Reading files; every read for a person starts from the visits they may see."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from monitor.accounts.models import User
from monitor.db import db
from monitor.evidence.models import FileState, StoredFile
from monitor.visits.models import Visit
from monitor.visits.queries import visible_to


def get_file(user: User, file_id: UUID) -> StoredFile | None:
    """Find a file of a visit that this person may see."""
    seen = visible_to(user).with_only_columns(Visit.id)
    return db.session.scalar(select(StoredFile).where(StoredFile.id == file_id, StoredFile.visit_id.in_(seen)))


def of_visit(visit: Visit) -> Sequence[StoredFile]:
    """Return the files of a visit, oldest first, without what they hold."""
    query = select(StoredFile).where(StoredFile.visit_id == visit.id).order_by(StoredFile.id)
    return db.session.scalars(query).all()


def unchecked(visit: Visit) -> Sequence[StoredFile]:
    """Return the files of a visit that nobody has checked."""
    return [file for file in of_visit(visit) if file.state is FileState.UNCHECKED]


def sealed_of_visit(visit: Visit) -> Sequence[UUID]:
    """Return the sealed records of the files of a visit."""
    return db.session.scalars(select(StoredFile.record_id).where(StoredFile.visit_id == visit.id)).all()
