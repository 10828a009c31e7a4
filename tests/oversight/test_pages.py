"""The pages of oversight: who reads the log, what it says, and that it says nothing else."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from monitor.accounts import operations as accounts_operations
from monitor.accounts.models import Body, Mechanism, Role, User
from monitor.audit.models import AuditEvent
from monitor.audit.operations import record_event, verify_chain
from monitor.audit.queries import chain_head
from monitor.db import db, new_id
from monitor.reports.models import Outgoing
from monitor.tenancy import acting_for
from monitor.visits.models import Visit
from tests.client import Browser
from tests.factories import accounts, places, visits
from tests.factories.releases import let_leave
from tests.statements import statements


@pytest.fixture
def watcher(body: Body) -> User:
    """The data protection person of the mechanism."""
    return accounts.person(body, Role.DATA_PROTECTION, name="Noor Haddad")


@pytest.fixture
def visit(mechanism: Mechanism, monitor: User, coordinator: User) -> Visit:
    """An approved visit."""
    return visits.approved(places.place(mechanism, name="Northgate Prison"), lead=monitor, by=coordinator)


def lines(web: Browser) -> list[str]:
    """Return what the table of events says, line by line."""
    return [row.get_text(" ", strip=True) for row in web.page.select("tbody tr")]


def follow(web: Browser, words: str) -> None:
    """Follow the link with these words."""
    web.get(str(web.page.find("a", string=words)["href"]))


def count_queries(web: Browser, address: str) -> int:
    """Return how many reading statements a page takes."""
    with statements() as seen:
        web.get(address)
    return sum(1 for statement in seen if statement.lstrip().startswith("SELECT"))


def test_the_data_protection_person_sees_who_did_what_and_no_content(
    web: Browser, watcher: User, visit: Visit, monitor: User, coordinator: User
) -> None:
    web.sign_in(watcher)
    page = web.get("/administration/log")
    text = page.get_text(" ", strip=True)
    assert any("The visit was approved" in line and coordinator.name in line for line in lines(web))
    assert any("The visit began" in line and monitor.name in line for line in lines(web))
    assert "Northgate" not in text
    assert visit.shown_reference not in text


def test_the_log_is_filtered_by_person_kind_day_and_record(
    web: Browser, watcher: User, visit: Visit, monitor: User, coordinator: User
) -> None:
    web.sign_in(watcher)
    web.get(f"/administration/log?person={coordinator.id}&kind=visits")
    assert ["The visit was approved" in line for line in lines(web)] == [True]
    web.get("/administration/log?person=command&kind=people")
    assert lines(web)
    assert all("a command or background job" in line for line in lines(web))
    web.get("/administration/log?kind=visits&since=2026-03-15")
    assert lines(web) == []
    web.get("/administration/log?kind=visits&since=2026-03-14&until=2026-03-14")
    assert len(lines(web)) == 5
    web.get(f"/administration/log?record={visit.id}")
    assert len(lines(web)) == 5
    assert web.page.find("p", class_="note").get_text(strip=True) == "Only what was done to one record."


@pytest.mark.parametrize(
    "wrong", ["person=x", "kind=moon", "since=2026-13-40", "until=9999-12-31", "record=1", "since=0001-01-01", "page=0"]
)
def test_a_wrong_filter_asks_for_nothing(wrong: str, web: Browser, watcher: User, visit: Visit) -> None:
    web.sign_in(watcher)
    web.get("/administration/log")
    everything = len(lines(web))
    web.get(f"/administration/log?{wrong}")
    assert len(lines(web)) == everything


def test_a_reading_of_confidential_records_stands_in_the_log(
    web: Browser, watcher: User, coordinator: User, visit: Visit
) -> None:
    record_event(
        "record:read", mechanism_id=visit.mechanism_id, subject_id=visit.id, by=coordinator.id, at=visit.created_at,
        records=[str(new_id())],
    )  # fmt: skip
    db.session.commit()
    web.sign_in(watcher)
    web.get("/administration/log?kind=reading")
    assert len(lines(web)) == 1
    assert coordinator.name in lines(web)[0]


def test_a_download_of_a_visit_stands_in_the_log(web: Browser, coordinator: User, visit: Visit) -> None:
    let_leave(visit, Outgoing.EXPORT, by=coordinator.id, at=visit.created_at)
    db.session.commit()
    web.sign_in(coordinator)
    web.client.get(f"/visits/{visit.id}/document")
    web.get(f"/visits/{visit.id}/log")
    assert "The visit was downloaded as a visit document" in lines(web)[0]
    with acting_for(visit.mechanism_id):
        assert verify_chain(visit.mechanism_id).fault is None


def test_the_log_of_a_visit_holds_its_recommendations_and_is_reached_from_its_history(
    web: Browser, coordinator: User, visit: Visit, monitor: User
) -> None:
    for tag in ("recommendation:removed", "recommendation:added"):
        record_event(
            tag, mechanism_id=visit.mechanism_id, subject_id=new_id(), by=monitor.id, at=visit.created_at,
            visit=str(visit.id if tag.endswith("removed") else new_id()),
        )  # fmt: skip
    db.session.commit()
    web.sign_in(coordinator)
    web.get(f"/visits/{visit.id}/history")
    follow(web, "Everything that was done to this visit")
    assert len(lines(web)) == 6
    assert "A recommendation was removed" in lines(web)[0]


def test_only_leader_and_coordinator_reach_the_log_of_a_visit(
    web: Browser, visit: Visit, monitor: User, body: Body, administrator: User
) -> None:
    web.sign_in(monitor)
    web.get(f"/visits/{visit.id}/log")
    for person, status in ((accounts.monitor(body), 403), (administrator, 404)):
        web.post("/sign-out")
        web.sign_in(person)
        web.get(f"/visits/{visit.id}/log", status=status)


def test_a_person_sees_what_the_log_says_of_themselves_and_of_nobody_else(
    web: Browser, visit: Visit, monitor: User, coordinator: User
) -> None:
    web.sign_in(monitor)
    page = web.get("/account/log")
    assert any("The visit was sent for review" in line for line in lines(web))
    assert "approved" not in page.get_text()


def test_pages_of_fifty_take_the_same_few_queries(web: Browser, watcher: User, mechanism: Mechanism) -> None:
    web.sign_in(watcher)
    few = count_queries(web, "/administration/log")
    people = [accounts.monitor(accounts.only_body(mechanism)) for _ in range(4)]
    for number in range(120):
        record_event(
            "place:changed", mechanism_id=mechanism.id, subject_id=new_id(), by=people[number % 4].id,
            at=accounts.AT + timedelta(seconds=number),
        )  # fmt: skip
    db.session.commit()
    assert count_queries(web, "/administration/log") == few
    assert len(lines(web)) == 50
    assert web.page.find("nav", class_="pages")


def test_the_check_says_that_the_log_is_whole(web: Browser, watcher: User, visit: Visit) -> None:
    web.sign_in(watcher)
    page = web.get("/administration/log/check")
    assert "never checked" in page.get_text()
    page = web.post("/administration/log/check")
    assert "Whole." in page.get_text()
    assert watcher.name in page.get_text()
    assert chain_head(visit.mechanism_id) in page.get_text()


def test_the_check_says_that_an_event_was_altered(web: Browser, watcher: User, visit: Visit) -> None:
    db.session.execute(update(AuditEvent).where(AuditEvent.sequence == 3).values(tag="visit:approve"))
    db.session.commit()
    web.sign_in(watcher)
    page = web.post("/administration/log/check")
    assert "The log was altered." in page.get_text()
    assert "The first fault is at event 3." in page.get_text()


def printed(web: Browser, head: str) -> str:
    """Type a head from a report; return what is said of it."""
    web.get(f"/administration/log/check?head={head}")
    return web.page.select_one("p.note[role=status]").get_text(strip=True)


def test_a_printed_head_shows_what_a_cut_chain_hides(web: Browser, watcher: User, visit: Visit) -> None:
    head = chain_head(visit.mechanism_id)
    number, mac = head.split(":")
    web.sign_in(watcher)
    assert printed(web, head).startswith("The log holds this event as it was printed")
    assert printed(web, head[: len(number) + 17]).startswith("The log holds this event as it was printed")
    assert printed(web, f"{number}:{'0' * 64}").startswith("The log holds another event")
    assert printed(web, "117").startswith("This is no head")
    assert printed(web, f"{number}:{mac[:5]}").startswith("This is no head")
    with acting_for(visit.mechanism_id):
        db.session.execute(delete(AuditEvent).where(AuditEvent.sequence >= int(number)))
        db.session.commit()
        assert verify_chain(visit.mechanism_id).fault is None
    assert printed(web, head).startswith("The log is shorter")


def test_the_data_protection_person_reads_settings_and_roles_and_changes_nothing(
    app: Flask, web: Browser, watcher: User, monitor: User, mechanism: Mechanism
) -> None:
    web.sign_in(watcher)
    page = web.get("/administration/overview")
    row = page.find("th", string=monitor.name).find_parent("tr")
    assert "Monitor" in row.get_text()
    assert page.find("main").find("form") is None
    for address in ("/administration/users", "/administration/mechanism", "/visits/", "/places"):
        web.get(address, status=403)
    assert "Northgate" not in web.get("/").get_text()


def test_names_of_removed_people_leave_a_word(web: Browser, watcher: User, mechanism: Mechanism) -> None:
    record_event("place:changed", mechanism_id=mechanism.id, subject_id=new_id(), by=new_id(), at=accounts.AT)
    db.session.commit()
    web.sign_in(watcher)
    web.get("/administration/log?kind=places")
    assert "somebody who was removed" in lines(web)[0]


def test_a_change_of_roles_names_the_person(web: Browser, watcher: User, monitor: User, administrator: User) -> None:
    accounts_operations.set_enabled(monitor, False, by=administrator, at=accounts.AT)
    db.session.commit()
    web.sign_in(watcher)
    web.get(f"/administration/log?kind=people&person={administrator.id}")
    assert len(lines(web)) == 1
    assert "A person was deactivated" in lines(web)[0]
    assert monitor.name in lines(web)[0]


def test_events_of_another_mechanism_are_not_there(web: Browser, watcher: User, visit: Visit) -> None:
    other = visits.in_other_mechanism()
    web.sign_in(watcher)
    web.get(f"/administration/log?record={other.id}")
    assert lines(web) == []
    with acting_for(visit.mechanism_id):
        assert db.session.scalar(select(AuditEvent.id).where(AuditEvent.subject_id == visit.id).limit(1))
