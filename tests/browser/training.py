"""The training mechanism behind one server for many tests: its people, and the addresses of its pages."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import select

from monitor.accounts.models import User
from monitor.answers.operations import Change
from monitor.answers.queries import guide_and_items, heads
from monitor.db import db
from monitor.interviews import operations as interviews
from monitor.interviews.operations import Counted, Line
from monitor.paper import operations as paper
from monitor.paper.codes import PageCode
from monitor.paper.models import WHOLE
from monitor.paper.queries import of_document
from monitor.recommendations.queries import of_visit
from monitor.reports import operations as reports
from monitor.reports.models import Document, Paper
from monitor.reports.rendering import Pdf
from monitor.tenancy import across_mechanisms, acting_for
from monitor.visits import operations as visits
from monitor.visits.models import Visit, VisitState
from tests.conftest import NOW

COORDINATOR, ADMINISTRATOR, MONITOR = "amara@training.example", "jonas@training.example", "teodor@training.example"


@dataclass
class Training:
    """Where each page is, for the person who opens it."""

    for_coordinator: dict[str, str] = field(default_factory=dict)
    for_administrator: dict[str, str] = field(default_factory=dict)


def prepare() -> Training:
    """Add what the training mechanism has none of (a clash, documents); return where its pages are. Commits."""
    with across_mechanisms():
        people = {user.email: user for user in db.session.scalars(select(User))}
    coordinator, administrator = people[COORDINATOR], people[ADMINISTRATOR]
    with acting_for(coordinator.mechanism_id):
        by_state = _visits(coordinator)
        found = Training(_rooms() | _guide() | _of_visits(by_state, coordinator), _administration(administrator))
        db.session.commit()
    return found


def _visits(coordinator: User) -> dict[str, Visit]:
    """Return a visit in each state, with as many answers as there are, and one with the core form under way."""
    bodies = {role.body_id for role in coordinator.roles}
    found = db.session.scalars(select(Visit).where(Visit.body_id.in_(bodies)).order_by(Visit.id)).all()
    longest = sorted(found, key=lambda visit: len(heads(visit.sheet)))
    return {visit.state.value: visit for visit in longest}


def _rooms() -> dict[str, str]:
    return {
        "start": "/", "places": "/places", "place, add": "/places/add", "visits": "/visits/",
        "visits, none found": "/visits/?q=nowhere", "visit, import": "/visits/import",
        "recommendations": "/recommendations/", "empty forms": "/forms", "account": "/account",
        "password": "/account/password", "security": "/account/security",
        "recovery codes": "/account/security/recovery-codes", "notices": "/account/security/notices",
    }  # fmt: skip


def _guide() -> dict[str, str]:
    return {
        "guide": "/guide", "guide, section": "/guide/sections/phase-preparation",
        "guide, type": "/guide/place-types/prison",
        "guide, section of a type": "/guide/place-types/police-station/sections/safeguards",
        "guide, instruments": "/guide/instruments", "guide, instrument": "/guide/instruments/opcat",
        "guide, articles": "/guide/opcat-articles",
    }  # fmt: skip


def _administration(administrator: User) -> dict[str, str]:
    body_id = administrator.roles[0].body_id
    return {
        "people": "/administration/users", "person": f"/administration/users/{administrator.id}",
        "invite": "/administration/users/invite", "bodies": "/administration/bodies",
        "body": f"/administration/bodies/{body_id}", "mechanism": "/administration/mechanism",
        "logo": "/administration/mechanism/logo",
    }  # fmt: skip


def _of_visits(by_state: dict[str, Visit], coordinator: User) -> dict[str, str]:
    planned, under_way, review, approved = (
        by_state[state] for state in (VisitState.PLANNED, VisitState.UNDER_WAY, VisitState.REVIEW, VisitState.APPROVED)
    )
    clash(under_way, coordinator)
    ready, waiting = _documents(approved, coordinator)
    talk = _talk(under_way, coordinator)
    page = _page_of_paper(under_way, coordinator)
    advised = next(row for visit in (review, under_way, approved) for row in of_visit(visit))
    topic = next(iter(guide_and_items(approved.sheet)[1].values())).topic_id
    on, at = f"/visits/{under_way.id}", f"/visits/{review.id}"
    return {
        "place": f"/places/{approved.place_id}", "place, change": f"/places/{approved.place_id}/edit",
        "plan": f"/visits/plan?place={planned.place_id}", "plan, change": f"{on}/plan", "team": f"{on}/team",
        "visit, planned": f"/visits/{planned.id}", "visit, under way": on, "visit, in review": at,
        "visit, approved": f"/visits/{approved.id}", "form": f"{on}/form", "form, of all": f"{on}/form/5",
        "form, core": f"{at}/form", "form, to read": f"/visits/{approved.id}/form/3", "clashes": f"{on}/clashes",
        "send": f"{on}/submit", "suspend": f"{on}/halt/suspend", "return": f"{at}/return",
        "reopen": f"/visits/{approved.id}/reopen", "findings": f"{at}/findings",
        "findings, to read": f"/visits/{approved.id}/findings", "finding": f"{at}/findings/initial-talk",
        "finding, to read": f"/visits/{approved.id}/findings/{topic}", "history": f"/visits/{approved.id}/history",
        "interviews": f"{on}/interviews", "interviews, to read": f"/visits/{approved.id}/interviews",
        "talk": f"/interviews/{talk}", "talk, write": f"/interviews/{talk}/record", "name": f"/interviews/{talk}/name",
        "protection": f"{on}/protection", "interviews, search": "/interviews/", "reprisals": "/interviews/incidents",
        "recommendations of a visit": f"/visits/{approved.id}/recommendations",
        "recommendation, new": f"{at}/recommendations/new?topic=initial-talk",
        "recommendation": f"/recommendations/{advised.id}",
        "recommendation, change": f"/recommendations/{advised.id}/edit",
        "documents": f"/visits/{approved.id}/documents",
        "release check": f"/visits/{approved.id}/release/public", "document, ready": f"/documents/{ready}",
        "document, being made": f"/documents/{waiting}",
        "paper, find": "/paper?code=1", "paper": f"{on}/paper", "paper, enter": f"{on}/paper/{page}",
    }  # fmt: skip


def _page_of_paper(visit: Visit, by: User) -> PageCode:
    """Return the code of a page of the visit's form, which is entered and holds a question no longer asked."""
    printed = of_document(paper.request_print(visit, WHOLE, language="en", paper=Paper.A4, by=by, at=NOW))
    _guide, items = guide_and_items(visit.sheet)
    printed.pages = [[*list(items)[:12], "imm-decision"], []]
    paper.mark_entered(printed, 1, by=by, at=NOW)
    return PageCode(printed.number, 1)


def _talk(visit: Visit, by: User) -> UUID:
    """Return the id of a talk that this person wrote and can still change."""
    line = Line(where="Yard", note="Would like to write to his sister.")
    return interviews.add_talk(visit, Counted(), line, by=by, at=NOW).id


def clash(visit: Visit, by: User) -> None:
    """Have somebody change an answer without having seen the present one."""
    present = next(head for head in heads(visit.sheet) if head.comment and head.value is not None)
    later = NOW + timedelta(days=400)  # after everything that happened in the training mechanism
    change = Change(present.item_id, present.value, "The officer in charge told us something else.", base=0)
    first = visits.record_answers(visit, [replace(change, base=present.revision)], by=by, at=later)
    visits.record_answers(
        visit, [replace(change, comment="A third story.", base=first[0].revision - 1)], by=by, at=later
    )


def _documents(visit: Visit, by: User) -> tuple[UUID, UUID]:
    """Return the ids of a finished document and of one that waits."""
    made: list[Document] = [
        reports.request_visit_report(visit, language=language, paper=Paper.A4, by=by, at=NOW)
        for language in ("en", "fr")
    ]
    db.session.flush()
    reports.finish(made[0], Pdf(b"%PDF-1.7", ((),) * 24), at=NOW)
    return made[0].id, made[1].id


UNKNOWN = f"/visits/{uuid4()}"
"""An address that leads nowhere."""
