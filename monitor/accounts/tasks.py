"""What the worker does for people who went away: their keys do not lie in their sessions."""

from datetime import UTC, datetime
from uuid import UUID

from monitor.accounts.operations import drop_idle_key
from monitor.accounts.queries import sessions_with_idle_key
from monitor.jobs.queue import Job


def _drop(session_id: UUID) -> None:
    drop_idle_key(session_id, at=datetime.now(UTC))


def _nothing() -> None:
    """Nothing is to be prepared."""


DROP_IDLE_KEYS = Job("drop_idle_keys", run=_drop, lost=sessions_with_idle_key, prepare=_nothing)
"""Locking by hand and signing out drop the key at once; a session that locks by time is found by the worker."""
