"""Reading the chain of audit events."""

from uuid import UUID

from sqlalchemy import select

from monitor.audit.models import AuditEvent
from monitor.db import db


def chain_head(mechanism_id: UUID) -> str:
    """Return the sequence and mac of the last event (`117:9f3c…`, mac in hex), empty for an empty chain.

    Printed in documents, so that a chain that was cut short later can be told.
    """
    last = db.session.execute(
        select(AuditEvent.sequence, AuditEvent.mac)
        .where(AuditEvent.mechanism_id == mechanism_id)
        .order_by(AuditEvent.sequence.desc())
        .limit(1)
    ).first()
    return f"{last.sequence}:{last.mac.hex()}" if last else ""
