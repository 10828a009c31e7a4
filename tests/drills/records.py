"""All sealed records of an installation, and who they belong to."""

from uuid import UUID

from sqlalchemy import select

from monitor.answers.models import AnswerChange
from monitor.db import db
from monitor.evidence.models import StoredFile
from monitor.interviews.models import Incident, ProtectionMeasure, TalkRecord, VisitProtection
from monitor.vault.keyring import Owner

KEEPERS = (TalkRecord, VisitProtection, ProtectionMeasure, Incident, StoredFile)
"""Rows that refer to a sealed record and are what it is bound to; answers are a kind of their own."""


def every_record() -> dict[UUID, Owner]:
    """Return record -> owner of all there are."""
    found: dict[UUID, Owner] = {
        row.record_id: row.owner for keeper in KEEPERS for row in db.session.scalars(select(keeper))
    }
    found |= {file.note_id: file.owner_of_note for file in db.session.scalars(select(StoredFile))}
    changes = db.session.scalars(select(AnswerChange).where(AnswerChange.sealed_id.is_not(None)))
    return found | {change.sealed_id: change.owner for change in changes if change.sealed_id}
