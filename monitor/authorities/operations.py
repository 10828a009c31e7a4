"""Writing the register of authorities and partners."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from monitor.accounts.models import User
from monitor.audit.operations import record_event
from monitor.authorities import queries
from monitor.authorities.models import Authority, AuthorityKind
from monitor.db import db, new_id
from monitor.places.folding import folded


class NameTaken(Exception):
    """Another authority or partner of the mechanism has this name."""


class InUse(Exception):
    """Recommendations or letters go to this authority: it stays."""


class Overtaken(Exception):
    """Somebody changed the authority meanwhile; `present` is what the register says now."""

    def __init__(self, present: Mapping[str, Any], version: int) -> None:
        super().__init__("changed by somebody else meanwhile")
        self.present, self.version = present, version


@dataclass(frozen=True)
class Entry:
    """What the register says of an office; `days_to_answer` are days by law, None where the law sets none."""

    name: str
    kind: AuthorityKind
    place_id: UUID | None = None
    language: str = ""
    address: str = ""
    days_to_answer: int | None = None

    def columns(self) -> dict[str, Any]:
        """The entry as column values."""
        return {
            "name": self.name, "kind": self.kind, "place_id": self.place_id, "language": self.language,
            "address": self.address, "days_to_answer": self.days_to_answer,
        }  # fmt: skip


def add_authority(mechanism_id: UUID, entry: Entry, *, by: User | None, at: datetime) -> Authority:
    """Add an office to the register. Raises NameTaken."""
    if queries.named(mechanism_id, entry.name):
        raise NameTaken
    made = Authority(
        id=new_id(), mechanism_id=mechanism_id, created_at=at, search_text=_searched(entry), **entry.columns()
    )
    db.session.add(made)
    db.session.flush()
    _audit("authority:added", made, by, at)
    return made


def authority_named(mechanism_id: UUID, name: str, *, by: User | None, at: datetime) -> Authority:
    """Return the office of this name, after adding it as one of an unknown kind where the register has none."""
    name = name.strip()
    return queries.named(mechanism_id, name) or add_authority(
        mechanism_id, Entry(name, AuthorityKind.OTHER), by=by, at=at
    )


def update_authority(authority: Authority, entry: Entry, *, base_version: int, by: User, at: datetime) -> None:
    """Change an office. Raises NameTaken, or Overtaken when it is no longer the version its writer saw."""
    values = entry.columns()
    changed = [name for name, value in values.items() if getattr(authority, name) != value]
    if not changed:
        return
    if authority.version != base_version:
        raise Overtaken({name: getattr(authority, name) for name in values}, authority.version)
    if "name" in changed and queries.named(authority.mechanism_id, entry.name):
        raise NameTaken
    for name in changed:
        setattr(authority, name, values[name])
    authority.search_text = _searched(entry)
    db.session.flush()
    _audit("authority:changed", authority, by, at, fields=changed)


def remove_authority(authority: Authority, *, by: User, at: datetime) -> None:
    """Remove an office that nothing was ever addressed to. Raises InUse otherwise; nothing is then changed."""
    try:
        with db.session.begin_nested():
            _audit("authority:removed", authority, by, at)
            db.session.delete(authority)
    except IntegrityError as error:
        raise InUse from error


def _searched(entry: Entry) -> str:
    return folded(f"{entry.name} {entry.address}")


def _audit(tag: str, authority: Authority, by: User | None, at: datetime, **detail: Any) -> None:
    record_event(
        tag, mechanism_id=authority.mechanism_id, subject_id=authority.id, by=by.id if by else None, at=at, **detail
    )
