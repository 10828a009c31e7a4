"""Writing visits: plan, team, answers, texts, and the steps of their life."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from monitor.access.permissions import Permission
from monitor.accounts.models import Mechanism, User
from monitor.accounts.queries import list_coordinators
from monitor.answers import operations as answers
from monitor.answers import queries as answer_queries
from monitor.answers.models import Outcome
from monitor.answers.operations import Change, Recorded
from monitor.audit.operations import record_event
from monitor.db import db, new_id
from monitor.guide.catalogue import NO_JUDGEMENT
from monitor.guide.scope import Scope
from monitor.places.models import Place
from monitor.vault.keyring import Keyring
from monitor.visits import completeness, queries
from monitor.visits.models import (
    Announcement,
    Finding,
    ReviewComment,
    TeamMember,
    TeamRole,
    Visit,
    VisitKind,
    VisitState,
    VisitStep,
)
from monitor.visits.sealing import leave_to_readers, protection
from monitor.visits.seen import Overtaken, check_seen, figures_of, plan_of, team_of
from monitor.visits.states import PREPARATION_SECTION, STEPS, ReasonMissing, WrongState, check_start

KIND_ITEM, ANNOUNCEMENT_ITEM = "prep-visit-type", "prep-announced"
after_step: dict[str, Sequence[Callable[[Visit], None]]] = {}
"""Step -> what upper domains do when a visit has taken it; filled by create_app, so that nothing here knows them."""


class NoLeader(Exception):
    """A visit needs exactly one leader with an account."""


class OnTeamTwice(Exception):
    """A person can stand on a team once."""


class EndsBeforeStart(Exception):
    """The last day lies before the first."""


class NotFinished(Exception):
    """Points that must be closed before review; `gaps` lists them."""

    def __init__(self, gaps: Sequence[completeness.Gap]) -> None:
        super().__init__(f"{len(gaps)} points must be closed first")
        self.gaps = gaps


class NotYetOpen(Exception):
    """While a visit is planned, only the preparation section can be filled."""


class OwnSubmission(Exception):
    """Who sent a visit for review approves it only where the body has no other coordinator; `others` are those."""

    def __init__(self, others: Sequence[User]) -> None:
        super().__init__("another coordinator must approve what this one sent for review")
        self.others = others


@dataclass(frozen=True)
class Member:
    """A person for the team: an account or (None) a label; sections are ids of the guide."""

    user_id: UUID | None
    role: TeamRole
    label: str = ""
    sections: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What is decided before a visit; dates are the first and last day on site."""

    kind: VisitKind | None
    announcement: Announcement | None
    started_on: date | None
    ended_on: date | None
    language: str
    follows_id: UUID | None = None
    """The earlier visit that it follows up, or that was refused."""


def plan_visit(
    place: Place,
    body_id: UUID,
    plan: Plan,
    scope: Scope,
    team: Sequence[Member],
    *,
    by: User | None,
    at: datetime,
    state: VisitState = VisitState.PLANNED,
    reference: str | None = None,
) -> Visit:
    """Make a visit with its sheet and team. Raises EndsBeforeStart, NoLeader (not for imports, which have no user)."""
    _check_plan(plan)
    sheet = answers.make_sheet(place.mechanism_id, scope)
    visit = Visit(
        id=new_id(), mechanism_id=place.mechanism_id, body_id=body_id, place_id=place.id, sheet_id=sheet.id,
        state=state, reference=reference, created_at=at, language=plan.language, kind=plan.kind, figures={},
        announcement=plan.announcement, started_on=plan.started_on, ended_on=plan.ended_on, place=place, sheet=sheet,
        follows_id=plan.follows_id,
    )  # fmt: skip
    db.session.add(visit)
    db.session.flush()
    _audit("visit:planned", visit, by, at)
    set_team(visit, team, by=by, at=at)
    if by is not None:
        visit.reference = reference or next_reference(visit)
        _mirror_plan(visit, by, at)
    db.session.flush()
    return visit


def update_plan(visit: Visit, plan: Plan, scope: Scope, *, by: User, at: datetime, base: str | None = None) -> None:
    """Change kind, dates, announcement, language, form. Raises EndsBeforeStart and Overtaken (`seen.check_seen`)."""
    _check_plan(plan)
    values = {name: getattr(plan, name) for name in ("kind", "announcement", "started_on", "ended_on", "language")}
    check_seen(plan_of(visit), values | asdict(scope), base)
    changed = [name for name, value in values.items() if getattr(visit, name) != value]
    for name in changed:
        setattr(visit, name, values[name])
    if scope != visit.sheet.scope:
        answers.change_scope(visit.sheet, scope)
        changed.append("form")
    if changed:
        _mirror_plan(visit, by, at)
        db.session.flush()
        _audit("visit:plan-changed", visit, by, at, fields=changed)


def _check_plan(plan: Plan) -> None:
    if plan.started_on and plan.ended_on and plan.ended_on < plan.started_on:
        raise EndsBeforeStart


def next_reference(visit: Visit) -> str:
    """Return the next free reference by the mechanism's scheme (place code, year, number within both)."""
    mechanism = db.session.get_one(Mechanism, visit.mechanism_id)
    year = visit.started_on.year if visit.started_on else visit.created_at.year
    number = 0
    while True:
        number += 1
        reference = mechanism.reference_scheme.format(place=visit.place.code, year=year, number=number)
        if not db.session.scalar(select(Visit.id).where(Visit.reference == reference).limit(1)):
            return reference


def _mirror_plan(visit: Visit, by: User, at: datetime) -> None:
    """Answer the two preparation items that the plan answers, so that nobody is asked twice."""
    _, items = answer_queries.guide_and_items(visit.sheet)
    heads = {head.item_id: head for head in answer_queries.heads(visit.sheet, (KIND_ITEM, ANNOUNCEMENT_ITEM))}
    changes = []
    for item, value in ((KIND_ITEM, visit.kind), (ANNOUNCEMENT_ITEM, visit.announcement)):
        head = heads.get(item)
        if item in items and value is not None and (head is None or head.value != value):
            kept = (head.comment, tuple(head.sources), head.urgent, head.revision) if head else ("", (), False, 0)
            changes.append(Change(item, value.value, *kept))
    answers.record(visit.sheet, changes, by=by.id, at=at)


def set_team(visit: Visit, team: Sequence[Member], *, by: User | None, at: datetime, base: str | None = None) -> None:
    """Give the visit exactly this team. Raises Overtaken (`seen.check_seen`) and OnTeamTwice.

    Imports excepted, also NoLeader unless one person with an account leads.
    """
    check_seen(team_of(visit.team), team_of(team), base)
    accounts = [member.user_id for member in team if member.user_id]
    if len(accounts) != len(set(accounts)):
        raise OnTeamTwice
    if by is not None and [m.role for m in team if m.user_id].count(TeamRole.LEAD) != 1:
        raise NoLeader
    kept = {member.user_id: member for member in visit.team if member.user_id}
    rows = []
    for position, member in enumerate(team):
        row = (kept.get(member.user_id) if member.user_id else None) or TeamMember(
            id=new_id(), mechanism_id=visit.mechanism_id, visit_id=visit.id, user_id=member.user_id
        )
        row.position, row.role, row.label = position, member.role, member.label
        row.sections = list(member.sections)
        rows.append(row)
    visit.team = rows
    db.session.flush()
    _audit("visit:team-changed", visit, by, at, members=len(rows))


def record_answers(
    visit: Visit, changes: Sequence[Change], *, by: User | None, at: datetime, keyring: Keyring | None = None
) -> list[Recorded]:
    """Write answers of a visit through the one path; what protected items say is sealed where the body has keys.

    `keyring` is what the writer can open, for comparing. Raises NotYetOpen, ItemNotOnSheet, UnfitChange and, for what a
    device sealed, CannotBeSealed.
    """
    _check_open(visit, changes)
    writing = protection(visit, by=by, at=at, keyring=keyring)
    results = answers.record(visit.sheet, changes, by=by.id if by else None, at=at, protection=writing)
    _follow_plan_items(visit, zip(changes, results, strict=True))
    return results


def settle_clash(visit: Visit, change: Change, *, by: User, at: datetime, keyring: Keyring | None = None) -> Recorded:
    """Write what a person decided about an item that two had changed. Raises as record_answers."""
    _check_open(visit, [change])
    writing = protection(visit, by=by, at=at, keyring=keyring)
    result = answers.settle(visit.sheet, change, by=by.id, at=at, protection=writing)
    _follow_plan_items(visit, [(change, result)])
    return result


def _check_open(visit: Visit, changes: Sequence[Change]) -> None:
    if visit.state is VisitState.PLANNED:
        _, items = answer_queries.guide_and_items(visit.sheet)
        if any(c.item in items and items[c.item].section_id != PREPARATION_SECTION for c in changes):
            raise NotYetOpen


def _follow_plan_items(visit: Visit, recorded: Iterable[tuple[Change, Recorded]]) -> None:
    """Keep kind and announcement equal to their preparation items; "not examined" empties them, no answer does not."""
    for change, result in recorded:
        if result.outcome is not Outcome.APPLIED or change.value is None:
            continue
        if change.item == KIND_ITEM:
            visit.kind = None if change.value in NO_JUDGEMENT else VisitKind(change.value)
        elif change.item == ANNOUNCEMENT_ITEM:
            visit.announcement = None if change.value in NO_JUDGEMENT else Announcement(change.value)
    db.session.flush()


def save_finding(
    visit: Visit, topic_id: str, *, found: str, why: str, base_version: int, by: User | None, at: datetime
) -> Finding:
    """Write the report text of one topic; `base_version` is the version its writer saw (0: none). Raises Overtaken."""
    finding = queries.findings(visit).get(topic_id)
    values = {"found": found, "why": why, "changed_by": by.id if by else None, "changed_at": at}
    if finding is None:
        finding = Finding(id=new_id(), mechanism_id=visit.mechanism_id, visit_id=visit.id, topic_id=topic_id, **values)
        db.session.add(finding)
    elif (finding.found, finding.why) == (found, why):
        return finding
    elif finding.version != base_version:
        raise Overtaken({"found": finding.found, "why": finding.why}, finding.version)
    for name, value in values.items():
        setattr(finding, name, value)
    db.session.flush()
    _audit("finding:saved", visit, by, at, topic=topic_id)
    return finding


def save_texts(visit: Visit, *, purpose: str, summary: str, base_version: int, by: User | None, at: datetime) -> None:
    """Write purpose and summary of a visit. Raises Overtaken when either was changed since `base_version`."""
    present = {"purpose": visit.purpose, "summary": visit.summary}
    if present == {"purpose": purpose, "summary": summary}:
        return
    if visit.version != base_version:
        raise Overtaken(present, visit.version)
    visit.purpose, visit.summary = purpose, summary
    db.session.flush()
    _audit("visit:texts-saved", visit, by, at)


def save_figures(
    visit: Visit, typed: Mapping[str, int | None], *, by: User | None, at: datetime, base: str | None = None
) -> None:
    """Keep figures as typed; None lets a figure follow the answers again. Raises Overtaken (`seen.check_seen`)."""
    check_seen(figures_of(visit), typed, base)
    changed = sorted(name for name, number in typed.items() if visit.figures.get(name) != number)
    if not changed:
        return
    figures = {**visit.figures, **typed}
    visit.figures = {name: number for name, number in figures.items() if number is not None}
    db.session.flush()
    _audit("visit:figures-saved", visit, by, at, fields=changed)


def start(visit: Visit, *, by: User | None, at: datetime, on: date | None = None) -> None:
    """Say that the team is on site; `on` is today's date in the mechanism's time zone, used where no day was set."""
    _step(visit, "start", by=by, at=at)
    visit.started_on = visit.started_on or on
    db.session.flush()


def submit(visit: Visit, *, by: User | None, at: datetime) -> None:
    """Send a visit for review. Raises NotFinished while comments or answers are missing or clashes are open."""
    gaps = [gap for gap in completeness.gaps(visit) if gap.kind in completeness.MUST_BE_CLOSED]
    if gaps:
        raise NotFinished(gaps)
    _step(visit, "submit", by=by, at=at)
    visit.submitted_at, visit.submitted_by_id = at, by.id if by else None
    _close_comments(visit, at)
    db.session.flush()


def return_visit(visit: Visit, comments: Mapping[str, str], *, reason: str = "", by: User, at: datetime) -> None:
    """Send a visit in review back to its team with comments (topic id -> text)."""
    _step(visit, "return", reason=reason, by=by, at=at, topics=sorted(comments))
    for topic_id, text in comments.items():
        _add_comment(visit, topic_id, text, by, at)


def comment(visit: Visit, topic_id: str, text: str, *, by: User, at: datetime) -> None:
    """Keep what a reviewer or coordinator says on one topic of a visit in review. Raises WrongState outside review."""
    if visit.state is not VisitState.REVIEW:
        raise WrongState("comment", visit.state)
    _add_comment(visit, topic_id, text, by, at)
    _audit("visit:commented", visit, by, at, topic=topic_id)


def _add_comment(visit: Visit, topic_id: str, text: str, by: User, at: datetime) -> None:
    db.session.add(
        ReviewComment(
            id=new_id(), mechanism_id=visit.mechanism_id, visit_id=visit.id, topic_id=topic_id, text=text,
            by=by.id, at=at,
        )
    )  # fmt: skip
    db.session.flush()


def _close_comments(visit: Visit, at: datetime) -> None:
    for comment in queries.open_comments(visit):
        comment.resolved_at = at


def approve(visit: Visit, *, by: User, at: datetime) -> None:
    """Approve a visit. Raises OwnSubmission for its submitter unless there is no other coordinator.

    Where there is none, the audit event and the report say that one person did both.
    """
    is_own = visit.submitted_by_id == by.id
    others = [user for user in list_coordinators(visit.body_id) if user.id != by.id] if is_own else []
    if others and visit.state is VisitState.REVIEW:
        raise OwnSubmission(others)
    _step(visit, "approve", by=by, at=at, own_submission=is_own)
    visit.approved_at, visit.approved_by_id = at, by.id
    _close_comments(visit, at)
    leave_to_readers(visit)
    db.session.flush()


def reopen(visit: Visit, *, reason: str, by: User, at: datetime) -> None:
    """Open an approved visit again: it becomes the next version; documents of the old one stay."""
    _step(visit, "reopen", reason=reason, by=by, at=at)
    visit.report_version += 1
    visit.approved_at = visit.approved_by_id = None
    db.session.flush()


def halt(visit: Visit, step: str, *, reason: str = "", by: User | None, at: datetime) -> None:
    """Take one of the side steps: cancel, refuse, suspend, resume. Raises ValueError for a step of the main line."""
    if STEPS[step].permission is not Permission.VISIT_HALT:
        raise ValueError(f"{step} is no side step")
    _step(visit, step, reason=reason, by=by, at=at)


def move_on(visit: Visit, step: str, *, reason: str = "", by: User, at: datetime) -> None:
    """Take one of the steps after approval: sent, published, in follow-up, closed. Raises ValueError for another."""
    if STEPS[step].permission is not Permission.VISIT_SEND:
        raise ValueError(f"{step} is no step after approval")
    _step(visit, step, reason=reason, by=by, at=at)


def _step(visit: Visit, name: str, *, by: User | None, at: datetime, reason: str = "", **detail: Any) -> None:
    """Take one step of the table. Raises WrongState or ReasonMissing."""
    step = STEPS[name]
    check_start(name, visit.state)
    if step.needs_reason and not reason.strip():
        raise ReasonMissing(name)
    row = VisitStep(
        id=new_id(), mechanism_id=visit.mechanism_id, visit_id=visit.id, step=name, from_state=visit.state,
        to_state=step.to_state, reason=reason.strip(), by_id=by.id if by else None, at=at,
    )  # fmt: skip
    db.session.add(row)
    visit.state = step.to_state
    db.session.flush()
    _audit(f"visit:{name}", visit, by, at, **detail)
    for follow in after_step.get(name, ()):
        follow(visit)


def _audit(tag: str, visit: Visit, by: User | None, at: datetime, **detail: Any) -> None:
    record_event(tag, mechanism_id=visit.mechanism_id, subject_id=visit.id, by=by.id if by else None, at=at, **detail)
