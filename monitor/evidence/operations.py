"""Adding, checking and removing files. Adding needs nobody's private key; checking needs what a reader opened."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from monitor.accounts.models import User
from monitor.audit.operations import record_event
from monitor.db import db, new_id
from monitor.evidence import queries
from monitor.evidence.models import FileState, StoredFile
from monitor.files.kinds import CleanFile, clean
from monitor.interviews.sealing import seal_for_visit
from monitor.vault import operations as vault
from monitor.visits.models import Visit


class AlreadyChecked(Exception):
    """Somebody checked the file meanwhile; nothing was changed."""


@dataclass(frozen=True)
class Sent:
    """A file as it was sent: all of it is sealed."""

    data: bytes
    name: str
    note: str

    def to_json(self) -> dict[str, str]:
        """Return what is sealed."""
        return {"data": b64encode(self.data).decode(), "name": self.name, "note": self.note}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """Read what was sealed."""
        return cls(b64decode(content["data"]), content["name"], content["note"])


def add_file(visit: Visit, sent: Sent, *, by: User, at: datetime) -> StoredFile:
    """Seal a file to the readers of the visit's body and, until approval, to its sender and the leader.

    Raises UnfitFile for what can never be made anew, KeysRefused while the body has no key.
    """
    clean(sent.data)
    file = StoredFile(
        id=new_id(), mechanism_id=visit.mechanism_id, visit_id=visit.id, visit=visit, size=len(sent.data),
        state=FileState.UNCHECKED, added_by_id=by.id, added_by=by, added_at=at,
    )  # fmt: skip
    file.record_id = seal_for_visit(visit, file.owner, sent.to_json(), by=by, at=at).id
    db.session.add(file)
    db.session.flush()
    _audit("file:added", file, by, at)
    return file


def check_file(file: StoredFile, opened: Mapping[str, Any], *, by: User, at: datetime) -> CleanFile:
    """Keep a copy for reports, made anew from what a reader's session opened. Raises AlreadyChecked, UnfitFile."""
    made = clean(Sent.from_json(opened).data)
    file.copy, file.media_type = made.data, made.media_type
    _decide(file, FileState.CHECKED, by, at)
    return made


def set_aside(file: StoredFile, *, by: User, at: datetime) -> None:
    """Note that a file is not for reports; it stays sealed. Raises AlreadyChecked."""
    _decide(file, FileState.REFUSED, by, at)


def _decide(file: StoredFile, state: FileState, by: User, at: datetime) -> None:
    if file.state is not FileState.UNCHECKED:
        raise AlreadyChecked
    file.state, file.checked_by_id, file.checked_at = state, by.id, at
    db.session.flush()
    _audit("file:checked" if state is FileState.CHECKED else "file:set-aside", file, by, at)


def remove_file(file: StoredFile, *, by: User, at: datetime) -> None:
    """Delete a file, its sealed original and its copy."""
    _audit("file:removed", file, by, at)
    record_id = file.record_id
    db.session.delete(file)
    db.session.flush()
    vault.destroy([record_id])


def let_go_of_files(visit: Visit) -> None:
    """Take the keys of a visit's files away from senders and leader: from approval on the body's readers open them."""
    vault.let_go(queries.sealed_of_visit(visit))


def _audit(tag: str, file: StoredFile, by: User, at: datetime) -> None:
    record_event(tag, mechanism_id=file.mechanism_id, subject_id=file.id, by=by.id, at=at, visit=str(file.visit_id))
