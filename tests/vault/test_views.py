"""The pages about keys, in a browser without scripts, with the keys that people really have."""

import re

import pytest
from sqlalchemy import select

from monitor.accounts.models import Body, Role, User, UserRole
from monitor.answers import queries as answers
from monitor.answers.operations import Change
from monitor.audit.models import AuditEvent
from monitor.db import db
from monitor.places.models import Place
from monitor.sealing.key_pairs import new_pair
from monitor.vault import queries
from monitor.vault.models import Compartment, PaperKey
from monitor.visits import operations
from monitor.visits.form_pages import read_form
from monitor.visits.models import Visit
from tests.client import Browser
from tests.conftest import NOW
from tests.factories import accounts, places, visits

CANARY = "kestrel over the water tower"
PLAN = "after-reprisal-plan"


@pytest.fixture
def desk(web: Browser, coordinator: User) -> Browser:
    """The browser of a coordinator."""
    web.sign_in(coordinator)
    return web


@pytest.fixture
def prison(body: Body) -> Place:
    return places.place(body.mechanism, code="NORTHGATE")


@pytest.fixture
def visit(prison: Place, monitor: User) -> Visit:
    """A visit under way, led by the monitor, with a protected answer that lies open."""
    visit = visits.under_way(prison, lead=monitor, form="full")
    operations.record_answers(visit, [Change(PLAN, CANARY)], by=monitor, at=NOW)
    db.session.commit()
    return visit


def health_member(user: User) -> User:
    """Give a person the role that medical notes are for."""
    (held,) = user.roles
    user.roles.append(UserRole(mechanism_id=user.mechanism_id, body_id=held.body_id, role=Role.HEALTH_MONITOR))
    db.session.commit()
    return user


def set_up(desk: Browser, body: Body, **values: object) -> str:
    """Make the keys on the page; returns the paper key that it shows."""
    desk.get(f"/keys/{body.id}")
    desk.submit("set-up", {"understood": "y", **values})
    return written(desk)


def written(desk: Browser) -> str:
    found = desk.page.select_one(".paper-key-text")
    assert found is not None
    return found.get_text(strip=True)


def readers(body: Body, compartment: Compartment = Compartment.INTERVIEWS) -> set[str]:
    db.session.rollback()
    key = queries.current_key(body.id, compartment)
    return {grant.user.name for grant in queries.readers(key)} if key else set()


def test_a_coordinator_sets_the_keys_up_and_tries_the_paper(desk: Browser, body: Body, coordinator: User) -> None:
    desk.get("/keys/")
    assert "Interviews cannot be recorded before that" in desk.main
    paper = set_up(desk, body)
    assert re.fullmatch(r"([0-9A-Z]{4}-)+[0-9A-Z]{1,4}", paper)
    assert readers(body) == {coordinator.name}
    desk.submit("drill", {"typed": paper.lower().replace("-", " ")})
    assert "The paper key fits." in desk.main
    desk.get(f"/keys/{body.id}")
    assert paper not in str(desk.page)
    assert "Try the paper key now" not in desk.main


def test_the_keys_are_found_from_the_interviews(web: Browser, body: Body, coordinator: User, monitor: User) -> None:
    words = "Who can read confidential records"
    web.sign_in(coordinator)
    web.get("/interviews/")
    link = web.page.find("a", string=words)
    assert link is not None
    web.get(str(link["href"]))
    assert web.page.h1 is not None
    assert web.page.h1.get_text(strip=True) == words
    web.post("/sign-out")
    web.sign_in(monitor)
    web.get("/interviews/")
    assert web.page.find("a", string=words) is None


def test_the_box_must_be_ticked(desk: Browser, body: Body) -> None:
    desk.get(f"/keys/{body.id}")
    desk.submit("set-up")
    assert "Tick this box once you have read it." in desk.main
    assert readers(body) == set()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("", "Type the key from the paper."), ("ABCD", "A letter is missing or wrong."), ("x" * 300, "Field cannot be")],
)
def test_a_paper_that_does_not_fit_is_told(desk: Browser, body: Body, typed: str, sentence: str) -> None:
    set_up(desk, body)
    desk.submit("drill", {"typed": typed})
    assert sentence in desk.main
    paper = db.session.scalars(select(PaperKey)).one()
    assert paper.drilled_at is None


def test_a_reader_lets_others_read_and_takes_it_away(
    desk: Browser, body: Body, coordinator: User, monitor: User
) -> None:
    set_up(desk, body)
    desk.get(f"/keys/{body.id}")
    desk.submit("grant-interviews", {"person": str(monitor.id)})
    assert f"{monitor.name} can read these records now." in desk.main
    assert readers(body) == {coordinator.name, monitor.name}
    desk.post(f"/keys/{body.id}/interviews/remove", {"person": str(monitor.id)})
    assert f"{monitor.name} can no longer read these records." in desk.main
    assert readers(body) == {coordinator.name}
    desk.post(f"/keys/{body.id}/interviews/remove", {"person": str(coordinator.id)})
    assert "Nobody would be left who can read these records." in desk.main


@pytest.mark.parametrize("act", ["grant", "remove"])
@pytest.mark.parametrize("person", ["", "nobody", "0198aaaa-0000-7000-8000-000000000000"])
def test_nobody_or_a_stranger_is_asked_about(
    desk: Browser, body: Body, coordinator: User, act: str, person: str
) -> None:
    set_up(desk, body)
    desk.post(f"/keys/{body.id}/interviews/{act}", {"person": person})
    assert "Choose a person." in desk.main
    assert readers(body) == {coordinator.name}


def test_before_there_are_keys_nothing_about_them_can_be_done(desk: Browser, body: Body, monitor: User) -> None:
    desk.get(f"/keys/{body.id}")
    desk.post(f"/keys/{body.id}/from-paper", {"person": str(monitor.id), "typed": "ABCD"})
    assert "This body has no keys yet. A coordinator sets them up first." in desk.main


def test_medical_notes_are_for_health_members(desk: Browser, body: Body, coordinator: User, monitor: User) -> None:
    set_up(desk, body, health=[str(health_member(monitor).id)])
    assert readers(body, Compartment.MEDICAL) == {monitor.name}
    desk.get(f"/keys/{body.id}")
    assert desk.page.find("form", id="grant-medical") is None
    desk.post(f"/keys/{body.id}/medical/grant", {"person": str(health_member(coordinator).id)})
    assert "Only somebody who can read these records can do this." in desk.main
    assert readers(body, Compartment.MEDICAL) == {monitor.name}


def test_who_is_no_health_member_is_given_no_medical_notes(
    desk: Browser, body: Body, coordinator: User, monitor: User
) -> None:
    set_up(desk, body, health=[str(health_member(coordinator).id)])
    desk.get(f"/keys/{body.id}")
    desk.post(f"/keys/{body.id}/medical/grant", {"person": str(monitor.id)})
    assert readers(body, Compartment.MEDICAL) == {coordinator.name}
    desk.post(f"/keys/{body.id}/medical/grant", {"person": str(health_member(monitor).id)})
    assert readers(body, Compartment.MEDICAL) == {coordinator.name, monitor.name}


def test_a_new_paper_needs_somebody_who_reads_everything(desk: Browser, body: Body, monitor: User) -> None:
    set_up(desk, body, health=[str(health_member(monitor).id)])
    desk.post(f"/keys/{body.id}/new-paper")
    assert "Only somebody who can read" in desk.main


@pytest.mark.parametrize("reads_medical_notes", [True, False])
def test_a_new_paper_makes_the_old_one_worthless(
    desk: Browser, body: Body, coordinator: User, reads_medical_notes: bool
) -> None:
    old = set_up(desk, body, health=[str(health_member(coordinator).id)] if reads_medical_notes else [])
    desk.get(f"/keys/{body.id}")
    desk.post(f"/keys/{body.id}/new-paper")
    new = written(desk)
    desk.submit("drill", {"typed": old})
    assert "not the one in use" in desk.main
    desk.submit("drill", {"typed": new})
    assert "The paper key fits." in desk.main


def test_with_the_paper_somebody_reads_again(desk: Browser, body: Body, coordinator: User, monitor: User) -> None:
    paper = set_up(desk, body)
    desk.get(f"/keys/{body.id}")
    desk.submit("from-paper", {"person": str(monitor.id), "typed": "0000"})
    assert "A letter is missing or wrong." in desk.main
    assert readers(body) == {coordinator.name}
    desk.submit("from-paper", {"person": str(monitor.id), "typed": paper})
    assert readers(body) == {coordinator.name, monitor.name}


def test_others_see_neither_page_nor_keys(web: Browser, body: Body, monitor: User, administrator: User) -> None:
    other = accounts.other_body(body.mechanism)
    for person in (monitor, administrator):
        web.sign_in(person)
        web.get(f"/keys/{body.id}", status=403)
        web.get(f"/keys/{other.id}", status=403)
        web.post(f"/keys/{body.id}/set-up", {"understood": "y"}, status=403)
        web.post("/sign-out")
    assert readers(body) == set()


# protected answers on the pages of a visit


def test_protected_answers_are_sealed_by_setting_up_and_read_by_reader_and_leader(
    desk: Browser, body: Body, visit: Visit, monitor: User
) -> None:
    set_up(desk, body)
    db.session.expire_all()
    (head,) = answers.heads(visit.sheet, [PLAN])
    assert head.is_closed
    desk.get(f"/visits/{visit.id}/form/item/{PLAN}")
    assert CANARY in str(desk.page)
    desk.post("/sign-out")
    desk.sign_in(monitor)
    desk.get(f"/visits/{visit.id}/form/item/{PLAN}")
    assert CANARY in str(desk.page)


def test_a_member_who_cannot_open_it_writes_beside_it_and_nothing_is_lost(
    web: Browser, body: Body, coordinator: User, visit: Visit, monitor: User
) -> None:
    web.sign_in(coordinator)
    set_up(web, body)
    web.post("/sign-out")
    colleague = accounts.coordinator(body)
    web.sign_in(colleague)
    web.get(f"/visits/{visit.id}/form/item/{PLAN}")
    assert CANARY not in str(web.page)
    assert "the answer is sealed and you cannot open it" in web.main
    web.submit("answers", {f"{PLAN}.value": "What I heard."})
    db.session.expire_all()
    (clash,) = answers.clashes(visit.sheet)
    assert clash.is_closed
    web.get(f"/visits/{visit.id}/clashes")
    assert CANARY not in str(web.page)
    web.post(f"/visits/{visit.id}/clashes", {"item": PLAN, "take": "present"})
    assert "Somebody who can open both settles this question." in web.main
    web.post("/sign-out")
    web.sign_in(monitor)
    web.get(f"/visits/{visit.id}/clashes")
    assert CANARY in web.main
    assert "What I heard." in web.main
    web.submit(f"settle-{PLAN}", button=f"take={clash.id}")
    assert "The question is settled." in web.main


def test_a_sealed_answer_never_empties_the_fields_of_a_page(
    web: Browser, body: Body, coordinator: User, visit: Visit
) -> None:
    web.sign_in(coordinator)
    set_up(web, body)
    web.post("/sign-out")
    colleague = accounts.coordinator(body)
    web.sign_in(colleague)
    web.get(f"/visits/{visit.id}/form/item/{PLAN}")
    change = {"id": "0198aaaa-0000-7000-8000-000000000001", "item": PLAN, "base": 0, "fields": {"value": ["Mine."]}}
    (result,) = web.post_json(f"/visits/{visit.id}/answers", {"changes": [change]}).get_json()["results"]
    assert result["outcome"] == "clash"
    assert "present" not in result


@pytest.mark.parametrize("headers", [{}, {"X-Kept-Form": "1"}])
def test_a_reading_is_audited_when_what_the_request_wrote_is_dropped(
    desk: Browser, body: Body, visit: Visit, headers: dict[str, str]
) -> None:
    set_up(desk, body)
    page = next(page.number for page in read_form(visit).pages if any(item.id == PLAN for item in page.items))
    sent = {f"{PLAN}.base": "1", f"{PLAN}.value": CANARY, f"{PLAN}.comment": "x" * 20_001}
    address = f"/visits/{visit.id}/form/{page}"
    data = {"csrf_token": desk.csrf_token} | sent
    response = desk._send("POST", address, data=data, headers=headers)
    assert CANARY in response.text
    db.session.rollback()
    assert db.session.scalars(select(AuditEvent.subject_id).where(AuditEvent.tag == "record:read")).all() == [visit.id]


def test_reading_is_audited_once_in_five_minutes_and_only_where_something_opened(
    desk: Browser, body: Body, visit: Visit, coordinator: User
) -> None:
    set_up(desk, body)

    def readings() -> list[AuditEvent]:
        db.session.rollback()
        return list(db.session.scalars(select(AuditEvent).where(AuditEvent.tag == "record:read")))

    desk.get(f"/visits/{visit.id}/form/1")
    assert readings() == []
    for _ in range(2):
        desk.get(f"/visits/{visit.id}/form/item/{PLAN}")
    (event,) = readings()
    assert (event.subject_id, event.actor_id) == (visit.id, coordinator.id)
    assert CANARY not in str(event.detail)


def test_a_key_that_was_exchanged_is_told_to_readers(desk: Browser, body: Body) -> None:
    set_up(desk, body)
    exchanged = "somebody exchanged it"
    desk.get(f"/keys/{body.id}")
    assert exchanged not in desk.main
    key = queries.current_key(body.id, Compartment.INTERVIEWS)
    assert key is not None
    key.public = new_pair().public
    db.session.commit()
    desk.get(f"/keys/{body.id}")
    assert desk.main.count(exchanged) == 1
