"""Protected answers on the pages of a visit: sealed when the keys are made, opened by reader and leader alone."""

import pytest
from sqlalchemy import select

from monitor.accounts.models import Body, User
from monitor.answers import queries as answers
from monitor.answers.operations import Change
from monitor.audit.models import AuditEvent
from monitor.db import db
from monitor.places.models import Place
from monitor.visits import operations
from monitor.visits.form_pages import read_form
from monitor.visits.models import Visit
from tests.client import Browser
from tests.conftest import NOW
from tests.factories import accounts, places, visits
from tests.vault.conftest import CANARY, set_up

PLAN = "after-reprisal-plan"


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


@pytest.fixture
def outsider(web: Browser, body: Body, coordinator: User, visit: Visit) -> Browser:
    """A coordinator at that question who came after the keys were made, and opens nothing."""
    web.sign_in(coordinator)
    set_up(web, body)
    web.post("/sign-out")
    web.sign_in(accounts.coordinator(body))
    web.get(f"/visits/{visit.id}/form/item/{PLAN}")
    return web


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
    outsider: Browser, visit: Visit, monitor: User
) -> None:
    web = outsider
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


def test_a_sealed_answer_never_empties_the_fields_of_a_page(outsider: Browser, visit: Visit) -> None:
    change = {"id": "0198aaaa-0000-7000-8000-000000000001", "item": PLAN, "base": 0, "fields": {"value": ["Mine."]}}
    (result,) = outsider.post_json(f"/visits/{visit.id}/answers", {"changes": [change]}).get_json()["results"]
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
