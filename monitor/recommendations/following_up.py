"""Writing what became of a recommendation: replies of the authority, and what the mechanism found out.

Both lines only grow. What counts now stands on the recommendation, so that lists need not gather it: the position of
the reply received last, the state of the assessment made last.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

from monitor.accounts.models import User
from monitor.audit.operations import record_event
from monitor.db import db, new_id
from monitor.recommendations import queries
from monitor.recommendations.models import (
    Assessment,
    Evidence,
    Implementation,
    Position,
    Recommendation,
    Reply,
    ReplyLetter,
)
from monitor.recommendations.operations import Overtaken
from monitor.visits.models import Visit

NOT_BEYOND_A_CLAIM: Final = (
    Implementation.NOT_ASSESSED,
    Implementation.NOT_STARTED,
    Implementation.IN_PROGRESS,
    Implementation.PARTLY,
)
"""States that the word of an authority can move to "reported"; what was seen on site stays until it is seen again."""


class NotApproved(Exception):
    """The recommendation never stood in an approved report: nobody can have answered it."""


class OutOfTime(Exception):
    """A day that cannot be: in the future, or before the visit that the recommendation comes from."""


class NotProved(Exception):
    """A word is no proof: "implemented, verified" needs more than what the authority says."""


class VisitMissing(Exception):
    """What was seen on a visit needs the visit."""


@dataclass(frozen=True)
class ReplyDraft:
    """What an authority answered; `claims_done`: it says that everything is carried out."""

    received_on: date
    position: Position
    text: str
    claims_done: bool = False


@dataclass(frozen=True)
class Judgement:
    """What the mechanism found out; `visit` is the one on which it was seen."""

    implementation: Implementation
    evidence: Evidence
    assessed_on: date
    note: str = ""
    visit: Visit | None = None
    next_step: str = ""
    next_step_on: date | None = None


def keep_letter(mechanism_id: UUID, name: str, media_type: str, content: bytes, *, by: User, at: datetime) -> UUID:
    """Keep the file of a reply exactly as it came; return its id."""
    letter = ReplyLetter(
        id=new_id(), mechanism_id=mechanism_id, file_name=name, media_type=media_type, size=len(content),
        content=content, content_hash=sha256(content).hexdigest(), recorded_by_id=by.id, recorded_at=at,
    )  # fmt: skip
    db.session.add(letter)
    db.session.flush()
    return letter.id


def record_reply(
    recommendation: Recommendation,
    draft: ReplyDraft,
    *,
    today: date,
    by: User,
    at: datetime,
    letter: UUID | None = None,
) -> Reply:
    """Add a reply; `today` is the date in the mechanism's time zone. Raises NotApproved or OutOfTime.

    Where it says that all is done, the state becomes "reported", unless something was seen that says more.
    """
    check_day(recommendation, draft.received_on, today)
    reply = Reply(
        id=new_id(), mechanism_id=recommendation.mechanism_id, recommendation_id=recommendation.id, letter_id=letter,
        received_on=draft.received_on, position=draft.position, claims_done=draft.claims_done, text=draft.text,
        recorded_by_id=by.id, recorded_at=at,
    )  # fmt: skip
    db.session.add(reply)
    db.session.flush()
    recommendation.position = queries.replies(recommendation)[-1].position
    _audit("recommendation:replied", recommendation, by, at, position=draft.position.value)
    if draft.claims_done and recommendation.implementation in NOT_BEYOND_A_CLAIM:
        claim = Judgement(
            Implementation.REPORTED, Evidence.REPLY, draft.received_on,
            next_step=recommendation.next_step, next_step_on=recommendation.next_step_on,
        )  # fmt: skip
        assess(recommendation, claim, today=today, by=by, at=at)
    return reply


def assess(
    recommendation: Recommendation,
    found: Judgement,
    *,
    base_version: int | None = None,
    today: date,
    by: User,
    at: datetime,
) -> Assessment:
    """Add what the mechanism found out, and the next step; `base_version` is the version that a page showed.

    Raises NotApproved, OutOfTime, NotProved (a reply proves nothing), VisitMissing, or Overtaken when it would write
    over a next step that its writer may not have seen.
    """
    check_day(recommendation, found.assessed_on, today)
    if found.implementation is Implementation.VERIFIED and found.evidence is Evidence.REPLY:
        raise NotProved
    if found.evidence is Evidence.VISIT and found.visit is None:
        raise VisitMissing
    if base_version not in (None, recommendation.version):
        _check_next_step(recommendation, found)
    assessment = Assessment(
        id=new_id(), mechanism_id=recommendation.mechanism_id, recommendation_id=recommendation.id,
        implementation=found.implementation, evidence=found.evidence, assessed_on=found.assessed_on, note=found.note,
        visit_id=found.visit.id if found.visit else None, assessed_by_id=by.id, recorded_at=at,
    )  # fmt: skip
    db.session.add(assessment)
    db.session.flush()
    recommendation.implementation = queries.assessments(recommendation)[-1].implementation
    recommendation.next_step, recommendation.next_step_on = found.next_step, found.next_step_on
    db.session.flush()
    _audit("recommendation:assessed", recommendation, by, at, state=found.implementation.value)
    return assessment


def _check_next_step(recommendation: Recommendation, found: Judgement) -> None:
    names = ("next_step", "next_step_on")
    differing = [name for name in names if getattr(recommendation, name) != getattr(found, name)]
    if differing:
        raise Overtaken({name: getattr(recommendation, name) for name in differing}, recommendation.version)


def check_on_site(
    visit: Visit, seen: Mapping[Recommendation, tuple[Implementation, str]], *, today: date, by: User, at: datetime
) -> list[Assessment]:
    """Note what was seen of recommendations on a visit: the state and a note of each. All of it or nothing.

    `today` is the date in the mechanism's time zone. Raises NotApproved or OutOfTime before anything is written.
    """
    day = min(visit.ended_on or visit.started_on or today, today)
    for row in seen:
        check_day(row, day, today)
    made = []
    for row, (state, note) in seen.items():
        found = Judgement(
            state, Evidence.VISIT, day, note, visit, next_step=row.next_step, next_step_on=row.next_step_on
        )
        made.append(assess(row, found, today=today, by=by, at=at))
    return made


def check_day(recommendation: Recommendation, day: date, today: date) -> None:
    """Check that something can have become of the recommendation on this day. Raises NotApproved or OutOfTime."""
    if recommendation.reference is None:
        raise NotApproved
    began = recommendation.visit.started_on
    if day > today or (began is not None and day < began):
        raise OutOfTime


def _audit(tag: str, recommendation: Recommendation, by: User, at: datetime, **detail: str) -> None:
    record_event(
        tag, mechanism_id=recommendation.mechanism_id, subject_id=recommendation.id, by=by.id, at=at,
        visit=str(recommendation.visit_id), **detail,
    )  # fmt: skip


@dataclass(frozen=True)
class Moment:
    """One point of a recommendation's story: what the authority said, or what the mechanism found out."""

    day: date
    reply: Reply | None = None
    assessment: Assessment | None = None


def story(replies: Sequence[Reply], assessments: Sequence[Assessment]) -> list[Moment]:
    """Return claims and checks in one row by day; of one day, the claim first."""
    told = [Moment(reply.received_on, reply=reply) for reply in replies]
    seen = [Moment(assessment.assessed_on, assessment=assessment) for assessment in assessments]
    return sorted((*told, *seen), key=lambda moment: (moment.day, moment.reply is None))
