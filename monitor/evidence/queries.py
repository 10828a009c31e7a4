"""Reading files; every read for a person starts from the visits they may see."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from monitor.accounts.models import INSIDE, User
from monitor.answers.queries import guide_and_items
from monitor.db import db
from monitor.evidence.models import FileState, StoredFile
from monitor.places.models import Place
from monitor.vault.keyring import Owner
from monitor.visits.models import Visit
from monitor.visits.queries import visible_to


def get_file(user: User, file_id: UUID) -> StoredFile | None:
    """Find a file of a visit that this person may see, or of a place, added by a body of this person."""
    seen = visible_to(user).with_only_columns(Visit.id)
    of_a_place = and_(StoredFile.place_id.is_not(None), StoredFile.body_id.in_(user.bodies_as(*INSIDE)))
    query = select(StoredFile).where(StoredFile.id == file_id, or_(StoredFile.visit_id.in_(seen), of_a_place))
    return db.session.scalar(query)


def of_visit(visit: Visit, item_id: str | None = None) -> Sequence[StoredFile]:
    """Return the files of a visit (or of one question), oldest first, without what they hold."""
    query = select(StoredFile).where(StoredFile.visit_id == visit.id).order_by(StoredFile.id)
    if item_id is not None:
        query = query.where(StoredFile.item_id == item_id)
    return db.session.scalars(query).all()


def of_place(user: User, place: Place) -> Sequence[StoredFile]:
    """Return the files of a place that bodies of this person added, oldest first, without what they hold."""
    query = (
        select(StoredFile)
        .where(StoredFile.place_id == place.id, StoredFile.body_id.in_(user.bodies_as(*INSIDE)))
        .order_by(StoredFile.id)
    )
    return db.session.scalars(query).all()


def count_of_place(user: User, place: Place) -> int:
    """Return how many files of a place this person sees."""
    query = select(func.count(StoredFile.id)).where(
        StoredFile.place_id == place.id, StoredFile.body_id.in_(user.bodies_as(*INSIDE))
    )
    return db.session.scalar(query) or 0


def counts_by_item(visit: Visit) -> Counter[str]:
    """Return item -> how many files it has."""
    query = select(StoredFile.item_id).where(StoredFile.visit_id == visit.id, StoredFile.item_id.is_not(None))
    return Counter(item_id for item_id in db.session.scalars(query) if item_id)


def unchecked(visit: Visit) -> Sequence[StoredFile]:
    """Return the files of a visit that nobody has checked."""
    return [file for file in of_visit(visit) if file.state is FileState.UNCHECKED]


def sealed_of_visit(visit: Visit) -> Mapping[UUID, Owner]:
    """Return the sealed records of the files of a visit: record -> owner."""
    files = of_visit(visit)
    return {file.record_id: file.owner for file in files} | {file.note_id: file.owner_of_note for file in files}


def copies(files: Iterable[UUID]) -> dict[UUID, bytes]:
    """Return file -> its checked copy."""
    query = select(StoredFile.id, StoredFile.copy).where(StoredFile.id.in_(list(files)), StoredFile.copy.is_not(None))
    return {id_: copy for id_, copy in db.session.execute(query) if copy is not None}


def is_protected(file: StoredFile) -> bool:
    """Say whether a file belongs to a protected question."""
    if file.visit is None or file.item_id is None:
        return False
    _guide, items = guide_and_items(file.visit.sheet)
    return file.item_id in items and items[file.item_id].is_protected
