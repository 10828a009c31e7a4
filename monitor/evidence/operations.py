"""Adding, checking and removing files. Adding needs nobody's private key; checking needs what a reader opened."""

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Self
from uuid import UUID

from monitor.accounts.models import Body, User
from monitor.audit.operations import record_event
from monitor.db import db, new_id
from monitor.evidence import queries
from monitor.evidence.models import FileState, Reach, StoredFile
from monitor.files.kinds import CleanFile, clean, clean_for_print
from monitor.interviews.sealing import seal_for_visit
from monitor.places.models import Place
from monitor.vault import sealing as vault
from monitor.vault.keyring import Owner
from monitor.vault.models import Compartment, SealedRecord
from monitor.visits.models import Visit

Seal = Callable[[Owner, Mapping[str, Any]], SealedRecord]


class AlreadyChecked(Exception):
    """Somebody checked the file meanwhile; nothing was changed."""


class NeverForReports(Exception):
    """The file belongs to a protected question, of which no report tells (OPCAT, Article 21(2))."""


@dataclass(frozen=True)
class Sent:
    """A file as it was sent: all of it is sealed, the file itself apart from what was written about it."""

    data: bytes
    name: str
    note: str

    @property
    def sealed_file(self) -> dict[str, str]:
        """What is sealed of the file itself."""
        return {"data": b64encode(self.data).decode()}

    @property
    def sealed_note(self) -> dict[str, str]:
        """What is sealed of its name and its note."""
        return {"file_name": self.name, "note": self.note}

    @classmethod
    def opened(cls, file: Mapping[str, Any], note: Mapping[str, Any]) -> Self:
        """Read what was sealed."""
        return cls(b64decode(file["data"]), note["file_name"], note["note"])


def add_file(
    visit: Visit, sent: Sent, *, by: User, at: datetime, item_id: str | None = None, is_for_reports: bool = True
) -> StoredFile:
    """Seal a file of a visit, or of one question, to the body's readers and, until approval, sender and leader.

    One that is not for reports waits for nobody's check: it stays sealed. Raises UnfitFile for what can never be made
    anew, KeysRefused while the body has no key.
    """
    file = StoredFile(
        id=new_id(), mechanism_id=visit.mechanism_id, body_id=visit.body_id, visit_id=visit.id, visit=visit,
        item_id=item_id, state=FileState.UNCHECKED if is_for_reports else FileState.REFUSED,
    )  # fmt: skip
    return _keep(file, sent, lambda owner, content: seal_for_visit(visit, owner, content, by=by, at=at), by, at)


def add_file_of_place(place: Place, body: Body, sent: Sent, *, by: User, at: datetime) -> StoredFile:
    """Seal a file of a place to the readers of the body that adds it, and to nobody else.

    Places are shared by all bodies of a mechanism, what one of them knows of a place is not. Raises as `add_file`.
    """
    file = StoredFile(
        id=new_id(), mechanism_id=body.mechanism_id, body_id=body.id, place_id=place.id, place=place,
        state=FileState.UNCHECKED,
    )  # fmt: skip

    def seal(owner: Owner, content: Mapping[str, Any]) -> SealedRecord:
        return vault.seal(body.id, Compartment.INTERVIEWS, owner, content, at=at)

    return _keep(file, sent, seal, by, at)


def _keep(file: StoredFile, sent: Sent, seal: Seal, by: User, at: datetime) -> StoredFile:
    clean(sent.data)
    file.size, file.reach, file.caption = len(sent.data), Reach.INTERNAL, ""
    file.added_by_id, file.added_by, file.added_at = by.id, by, at
    file.record_id = seal(file.owner, sent.sealed_file).id
    file.note_id = seal(file.owner_of_note, sent.sealed_note).id
    db.session.add(file)
    db.session.flush()
    _audit("file:added", file, by, at)
    return file


def check_file(
    file: StoredFile, opened: Mapping[str, Any], caption: str, reach: Reach, *, by: User, at: datetime
) -> CleanFile:
    """Keep a copy for reports, made anew from the file that a reader's session opened, and say how far it may go.

    Raises AlreadyChecked, NeverForReports, UnfitFile.
    """
    if queries.is_protected(file):
        raise NeverForReports
    made = clean_for_print(b64decode(opened["data"]))
    file.copy, file.media_type, file.copy_hash = made.data, made.media_type, sha256(made.data).hexdigest()
    file.caption, file.reach = caption, reach
    _decide(file, FileState.CHECKED, by, at, reach=reach.value)
    return made


def set_aside(file: StoredFile, *, by: User, at: datetime) -> None:
    """Note that a file is not for reports; it stays sealed. Raises AlreadyChecked."""
    _decide(file, FileState.REFUSED, by, at)


def describe_file(file: StoredFile, caption: str, reach: Reach, *, by: User, at: datetime) -> None:
    """Change the caption of a checked file and how far it may go; raises ValueError for one without a copy."""
    if file.state is not FileState.CHECKED:
        raise ValueError("only a checked file has a caption")
    file.caption, file.reach = caption, reach
    db.session.flush()
    _audit("file:described", file, by, at, reach=reach.value)


def _decide(file: StoredFile, state: FileState, by: User, at: datetime, **detail: str) -> None:
    if file.state is not FileState.UNCHECKED:
        raise AlreadyChecked
    file.state, file.checked_by_id, file.checked_at = state, by.id, at
    db.session.flush()
    _audit("file:checked" if state is FileState.CHECKED else "file:set-aside", file, by, at, **detail)


def remove_file(file: StoredFile, *, by: User, at: datetime) -> None:
    """Delete a file, its sealed original and its copy."""
    _audit("file:removed", file, by, at)
    sealed = [file.record_id, file.note_id]
    db.session.delete(file)
    db.session.flush()
    vault.destroy(sealed)


def let_go_of_files(visit: Visit) -> None:
    """Take the keys of a visit's files away from senders and leader: from approval on the body's readers open them."""
    vault.let_go(queries.sealed_of_visit(visit))


def _audit(tag: str, file: StoredFile, by: User, at: datetime, **detail: str) -> None:
    subject: dict[str, UUID | None] = {"visit": file.visit_id, "place": file.place_id}
    found = {name: str(id_) for name, id_ in subject.items() if id_}
    record_event(tag, mechanism_id=file.mechanism_id, subject_id=file.id, by=by.id, at=at, **found, **detail)
