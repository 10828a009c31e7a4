"""Writing what protects those who spoke: level of risk, dates, measures, and reprisals that happened."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from monitor.accounts.models import Body, User
from monitor.audit.operations import record_event
from monitor.db import db, new_id
from monitor.interviews import queries
from monitor.interviews.models import Incident, ProtectionMeasure, Risk, VisitProtection
from monitor.interviews.operations import TalkRefused
from monitor.interviews.sealing import seal_for_visit
from monitor.vault import sealing as vault
from monitor.vault.models import Compartment
from monitor.visits.models import Visit

CALL_WITHIN: Final = timedelta(days=2)
RETURN_WITHIN: Final = timedelta(days=14)
"""Offered where the risk is high: a call within 48 hours, a return within two weeks."""


@dataclass(frozen=True)
class Dates:
    """When somebody is to call and to return, and when they did; dates of the place, without a reason."""

    call_by: date | None = None
    called_on: date | None = None
    return_by: date | None = None
    returned_on: date | None = None


@dataclass(frozen=True)
class Happened:
    """A reprisal: everything but its year is sealed. `visit_id` and `place_id` may both be None."""

    on: date = field(repr=False)
    what: str = field(repr=False)
    wishes: str = field(default="", repr=False)
    """What the person wants to be done; nothing is done without."""
    done: str = field(default="", repr=False)
    place_id: UUID | None = field(default=None, repr=False)
    visit_id: UUID | None = field(default=None, repr=False)

    def content(self) -> dict[str, Any]:
        """Return the incident as it is sealed."""
        return {
            "on": self.on.isoformat(), "what": self.what, "wishes": self.wishes, "done": self.done,
            "place": str(self.place_id or ""), "visit": str(self.visit_id or ""),
        }  # fmt: skip


def set_protection(
    visit: Visit, risk: Risk | None, reasons: str, dates: Dates, *, base: str, by: User, at: datetime
) -> VisitProtection:
    """Say how likely reprisals are and why (sealed), and by when to call and return (plain, without a reason).

    What was sealed before is destroyed. With no risk, what is sealed stays as it is and only the dates change: for a
    person who cannot read it. `base` is the `state` that the writer saw, empty where there was none: reasons that
    somebody else wrote meanwhile are never destroyed unseen. Raises TalkRefused (protection_overtaken), KeysRefused
    while the body has no key, ValueError for a first time without risk.
    """
    row = queries.protection_of(visit)
    if base != (row.state if row else ""):
        raise TalkRefused("protection_overtaken", "level or dates were saved by somebody else meanwhile")
    if risk is not None:
        row = _seal_level(visit, row, risk, reasons, by=by, at=at)
    if row is None:
        raise ValueError("the first time says how likely reprisals are")
    row.call_by, row.called_on = dates.call_by, dates.called_on
    row.return_by, row.returned_on = dates.return_by, dates.returned_on
    db.session.flush()
    _audit("protection:set", visit.mechanism_id, visit.id, by, at)
    return row


def _seal_level(
    visit: Visit, row: VisitProtection | None, risk: Risk, reasons: str, *, by: User, at: datetime
) -> VisitProtection:
    before = row.record_id if row else None
    if row is None:
        row = VisitProtection(id=new_id(), mechanism_id=visit.mechanism_id, visit_id=visit.id)
    sealed = seal_for_visit(visit, row.owner, {"risk": risk.value, "reasons": reasons}, by=by, at=at)
    row.record_id, row.written_by, row.written_at = sealed.id, by.id, at
    db.session.add(row)
    db.session.flush()
    if before is not None:
        vault.destroy([before])
    return row


def add_measure(visit: Visit, text: str, due_on: date | None, *, by: User, at: datetime) -> ProtectionMeasure:
    """Add something to do for the protection of those who spoke. Raises KeysRefused while the body has no key."""
    row = ProtectionMeasure(
        id=new_id(), mechanism_id=visit.mechanism_id, visit_id=visit.id, due_on=due_on, author_id=by.id, written_at=at
    )
    row.record_id = seal_for_visit(visit, row.owner, {"text": text}, by=by, at=at).id
    db.session.add(row)
    db.session.flush()
    _audit("protection:measure-added", visit.mechanism_id, visit.id, by, at)
    return row


def measure_done(visit: Visit, measure_id: UUID, on: date, *, by: User, at: datetime) -> bool:
    """Say that a measure of the visit was taken; returns False where the visit has no such measure."""
    row = next((measure for measure in queries.measures_of(visit) if measure.id == measure_id), None)
    if row is None:
        return False
    row.done_on = on
    db.session.flush()
    _audit("protection:measure-done", visit.mechanism_id, visit.id, by, at)
    return True


def add_incident(body: Body, happened: Happened, *, by: User, at: datetime) -> Incident:
    """Record a reprisal, sealed to the body's readers alone; the writer cannot open it again without their key.

    Raises KeysRefused while the body has no key.
    """
    row = Incident(id=new_id(), mechanism_id=body.mechanism_id, body_id=body.id, year=happened.on.year, written_at=at)
    row.record_id = vault.seal(body.id, Compartment.INTERVIEWS, row.owner, happened.content(), at=at).id
    db.session.add(row)
    db.session.flush()
    _audit("incident:added", body.mechanism_id, row.id, by, at)
    return row


def _audit(tag: str, mechanism_id: UUID, subject_id: UUID, by: User, at: datetime) -> None:
    record_event(tag, mechanism_id=mechanism_id, subject_id=subject_id, by=by.id, at=at)
