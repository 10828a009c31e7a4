"""Corrections of fact: what an authority calls wrong in a draft report, and the mechanism's answer to each."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from monitor.accounts.models import User
from monitor.audit.operations import record_event
from monitor.db import db, new_id
from monitor.visits.models import Correction, CorrectionOutcome, Visit, VisitState
from monitor.visits.seen import answer_of, check_seen


class NotWithTheAuthority(Exception):
    """The authority comments on drafts that were sent to it, not on other versions."""


class AnswerMissing(Exception):
    """A correction that is not taken over needs a reason, which the authority is told."""


def of_visit(visit: Visit) -> Sequence[Correction]:
    """Return the corrections of a visit in the order in which they were recorded."""
    return db.session.scalars(select(Correction).where(Correction.visit_id == visit.id).order_by(Correction.id)).all()


def receive(visit: Visit, passage: str, asked: str, *, received_on: date, by: User, at: datetime) -> Correction:
    """Record what the authority calls wrong in one passage. Raises NotWithTheAuthority."""
    if visit.state is not VisitState.SENT_DRAFT:
        raise NotWithTheAuthority
    made = Correction(
        id=new_id(), mechanism_id=visit.mechanism_id, visit_id=visit.id, passage=passage, asked=asked,
        received_on=received_on, recorded_by_id=by.id, recorded_at=at,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    _audit("visit:correction-received", visit, by, at)
    return made


def answer(
    correction: Correction, outcome: CorrectionOutcome, text: str, *, by: User, at: datetime, base: str | None = None
) -> None:
    """Say what the mechanism did with a correction.

    Raises AnswerMissing when it is not taken and nothing says why, and Overtaken (`seen.check_seen`).
    """
    if outcome in (CorrectionOutcome.NOT_TAKEN, CorrectionOutcome.TAKEN_IN_PART) and not text.strip():
        raise AnswerMissing
    check_seen(answer_of(correction), {"outcome": outcome, "answer": text.strip()}, base)
    correction.outcome, correction.answer = outcome, text.strip()
    correction.answered_by_id, correction.answered_at = by.id, at
    db.session.flush()
    _audit("visit:correction-answered", correction.visit, by, at)


def _audit(tag: str, visit: Visit, by: User, at: datetime) -> None:
    record_event(tag, mechanism_id=visit.mechanism_id, subject_id=visit.id, by=by.id, at=at)
