"""Changes the chain of audit events behind its back, and asks it whether it noticed."""

import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from monitor.audit.operations import record_event
from monitor.db import db, new_id
from tests.audit.tampering import unnoticed
from tests.conftest import NOW
from tests.drills.figures import Row
from tests.drills.installation import installed

EVENTS = 1000
ALTERATIONS = 100


def lengthen(mechanism_id: UUID, events: int) -> None:
    """Add events to the chain of a mechanism; commits."""
    for number in range(events):
        record_event(
            "answer:changed", mechanism_id=mechanism_id, subject_id=new_id(), by=new_id(),
            at=NOW + timedelta(seconds=number), count=number,
        )  # fmt: skip
    db.session.commit()


def drill() -> Iterator[Row]:
    """Alter a chain of more than 1,000 events a hundred times: changed, removed, inserted, reordered, cut."""
    with tempfile.TemporaryDirectory() as folder, installed(Path(folder)) as installation, installation.acting():
        lengthen(installation.mechanism_id, EVENTS)
        missed = unnoticed(installation.mechanism_id, ALTERATIONS)
    yield Row(f"of {ALTERATIONS} alterations of the audit chain, noticed", ALTERATIONS - len(missed), ALTERATIONS)
