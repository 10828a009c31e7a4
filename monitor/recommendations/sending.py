"""Sending reports: each recommendation gets the day by which its addressee has to answer and to act."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from monitor.accounts.models import Mechanism, User
from monitor.audit.operations import record_event
from monitor.recommendations import queries
from monitor.recommendations.models import Recommendation
from monitor.visits import operations as visits
from monitor.visits.models import Visit
from monitor.visits.states import check_start

was_released: dict[str, Callable[[Visit], bool]] = {}
"""Step -> whether the version that it speaks of was released as the visit stands; told by create_app for the steps
that report something as having left."""


letter_left: list[Callable[[Visit], date | None]] = []
"""How the day is found on which the letter with the report was sent; the letters, which stand above, are told of by
create_app."""


class NotReleasedHere(Exception):
    """The version that is said to have left was not released, and nobody says that it left otherwise."""


class DeadlinesPassed(Exception):
    """Dates by which something is to be done lie before the report is sent; nothing was changed."""

    def __init__(self, rows: Sequence[Recommendation]) -> None:
        super().__init__(f"{len(rows)} deadlines lie before the day of sending")
        self.rows = rows


class OutOfTime(Exception):
    """A day of sending that lies in the future or before the visit, or comments due before the draft was sent."""


def may_reach_authority(visit: Visit) -> bool:
    """Say whether the texts of a visit's recommendations may be in the hands of those they are addressed to.

    That is so once the version for the authority was released, or the final report is recorded as sent.
    """
    return visit.sent_on is not None or was_released["send_final"](visit)


def send_draft(
    visit: Visit, *, on: date, comments_due_on: date | None, otherwise: str = "", today: date, by: User, at: datetime
) -> None:
    """Record that the draft is with the authority for correction of facts; `otherwise` as in send_final.

    Raises OutOfTime, WrongState, NotReleasedHere.
    """
    check_start("send_draft", visit.state)
    _check_left("send_draft", visit, otherwise)
    _check_day(visit, on, today)
    if comments_due_on is not None and comments_due_on < on:
        raise OutOfTime
    visits.move_on(visit, "send_draft", reason=otherwise, by=by, at=at)
    _note_otherwise("send_draft", visit, otherwise, by, at)
    visit.comments_due_on = comments_due_on


def send_final(
    visit: Visit, *, on: date, keeps_passed: bool, otherwise: str = "", today: date, by: User, at: datetime
) -> None:
    """Record that the final report was sent on this day: the time to reply runs.

    The days to answer are those of the law for the addressee, else those of the priority in the mechanism's settings.
    `otherwise` says why something left that was not released here. Raises OutOfTime, WrongState, NotReleasedHere, and
    unless `keeps_passed` DeadlinesPassed.
    """
    check_start("send_final", visit.state)
    _check_left("send_final", visit, otherwise)
    _check_day(visit, on, today)
    rows = queries.of_visit(visit)
    passed = [row for row in rows if row.due_on is not None and row.due_on < on]
    if passed and not keeps_passed:
        raise DeadlinesPassed(passed)
    visits.move_on(visit, "send_final", reason=otherwise, by=by, at=at)
    _note_otherwise("send_final", visit, otherwise, by, at)
    visit.sent_on = on
    mechanism = visit.body.mechanism
    for row in rows:
        row.reply_due_on = on + timedelta(days=days_to_answer(row, mechanism))
        row.due_on = row.due_on or on + timedelta(days=mechanism.due_days[row.priority])


def usual_day(visit: Visit, today: date) -> date:
    """Return the day on which the final report left as far as is known: that of its letter, else today."""
    return next((day for ask in letter_left if (day := ask(visit))), today)


def publish(visit: Visit, *, otherwise: str = "", by: User, at: datetime) -> None:
    """Record that the public version is out; `otherwise` as in send_final. Raises WrongState, NotReleasedHere."""
    check_start("publish", visit.state)
    _check_left("publish", visit, otherwise)
    visits.move_on(visit, "publish", reason=otherwise, by=by, at=at)
    _note_otherwise("publish", visit, otherwise, by, at)


def _check_left(step: str, visit: Visit, otherwise: str) -> None:
    if not otherwise and not was_released[step](visit):
        raise NotReleasedHere


def _note_otherwise(step: str, visit: Visit, otherwise: str, by: User, at: datetime) -> None:
    """Leave an event of its own where something left unchecked; the reason stands with the step."""
    if otherwise:
        record_event(
            "visit:left-otherwise", mechanism_id=visit.mechanism_id, subject_id=visit.id, by=by.id, at=at, step=step
        )


def days_to_answer(row: Recommendation, mechanism: Mechanism) -> int:
    """Return how many days the addressee has to answer; the law goes before the mechanism's own times."""
    by_law = row.authority.days_to_answer if row.authority else None
    return by_law or int(mechanism.reply_days[row.priority])


def _check_day(visit: Visit, on: date, today: date) -> None:
    if on > today or (visit.started_on is not None and on < visit.started_on):
        raise OutOfTime
