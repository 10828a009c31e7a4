"""The pages of what protects those who spoke: the risk, the days to call and return, measures, and incidents."""

from sqlalchemy import select

from monitor.accounts.models import Body, User
from monitor.db import db
from monitor.interviews import queries
from monitor.interviews.models import Incident, Kind, Talk
from monitor.visits.models import Visit
from tests.factories import accounts
from tests.interviews.conftest import SignedIn, only_talk


def test_protection_is_set_and_measures_are_taken(
    visit: Visit, leader: User, author: User, signed_in: SignedIn
) -> None:
    desk = signed_in(leader)
    desk.get(f"/visits/{visit.id}/protection")
    desk.submit("level", {"reasons": "Informers"})
    assert "Choose a level." in desk.page.get_text()
    desk.submit("level", {"risk": "high", "reasons": "Informers", "call_by": "2026-03-12"})
    assert "Risk: High" in desk.main
    desk.submit("measure", {"text": "Call the lawyer", "due_on": "2026-03-13"})
    assert "Call the lawyer" in desk.main
    other = signed_in(author)
    page = other.get(f"/visits/{visit.id}/protection")
    assert page.find("form", id="level") is None
    assert "12 March 2026" in other.main
    for secret in ("Informers", "Risk: High", "Call the lawyer"):
        assert secret not in other.response.text
    desk.get("/")
    assert "Due after visits" in desk.main
    assert "Call the lawyer" not in desk.main
    other.get("/")
    assert "Due after visits" not in other.main
    desk.get(f"/visits/{visit.id}/protection")
    measure = queries.measures_of(visit)[0].id
    desk.post(f"/visits/{visit.id}/protection/measures/done", {"measure": str(measure)})
    assert "The measure is done." in desk.main


def test_who_saved_second_sees_the_first_and_loses_nothing(
    visit: Visit, leader: User, coordinator: User, signed_in: SignedIn
) -> None:
    address = f"/visits/{visit.id}/protection"
    desk, other = signed_in(leader), signed_in(coordinator)
    desk.get(address)
    other.get(address)
    desk.submit("level", {"risk": "high", "reasons": "Informers", "call_by": "2026-03-12"})
    other.submit("level", {"risk": "low", "reasons": "Nothing heard"})
    for seen in ("Somebody saved another level", "Risk: High", "Informers", "12 March 2026", "Nothing heard"):
        assert seen in other.main
    desk.get(address)
    assert "Risk: High" in desk.main
    other.submit("level")
    assert "Risk: Low" in other.main
    assert "Informers" not in other.main


def test_a_level_that_does_not_open_is_not_destroyed_unasked(
    visit: Visit, body: Body, leader: User, signed_in: SignedIn
) -> None:
    address = f"/visits/{visit.id}/protection"
    desk = signed_in(leader)
    desk.get(address)
    desk.submit("level", {"risk": "high", "reasons": "Informers"})
    stranger = accounts.coordinator(body)
    other = signed_in(stranger)
    other.get(address)
    assert "do not open with your key" in other.main
    other.submit("level", {"call_by": "2026-03-12"})
    assert "Saved." in other.main
    other.submit("level", {"risk": "low"})
    assert "does not open with your key" in other.main
    desk.get(address)
    assert "Informers" in desk.main
    other.submit("level", {"risk": "low", "replaces_unread": "y"})
    desk.get(address)
    assert "Risk: Low" in desk.main
    assert "Informers" not in desk.main


def test_a_day_that_passed_is_marked_until_it_is_done(visit: Visit, leader: User, signed_in: SignedIn) -> None:
    desk = signed_in(leader)
    for days, marked in (
        ({"call_by": "2026-03-12", "return_by": "2999-03-12"}, 1),
        ({"call_by": "2026-03-12", "return_by": "2026-03-13"}, 2),
        ({"call_by": "2026-03-12", "called_on": "2026-03-12", "return_by": "2026-03-13"}, 1),
        ({"call_by": "2026-03-12", "called_on": "2026-03-12", "return_by": ""}, 0),
    ):
        desk.get(f"/visits/{visit.id}/protection")
        desk.submit("level", {"risk": "high", **days})
        assert desk.main.count("Past its day") == marked


def test_what_was_said_or_done_on_a_day_to_come_is_refused(
    talk: Talk, visit: Visit, leader: User, signed_in: SignedIn
) -> None:
    desk, to_come = signed_in(leader), "2999-01-01"
    given = {"act-step": "given", "act-on": to_come, "act-scope": "Tell the prison doctor"}
    happened = {"body": str(visit.body_id), "place": "", "on": to_come, "what": "Moved to isolation."}
    desk.get(f"/interviews/{talk.id}")
    for address, sent in (
        (f"/interviews/{talk.id}/consent/act", given),
        (f"/visits/{visit.id}/protection", {"risk": "high", "called_on": to_come}),
        (f"/visits/{visit.id}/protection", {"risk": "high", "returned_on": to_come}),
        ("/interviews/incidents", happened),
    ):
        desk.post(address, sent)
        assert "This day is still to come." in desk.main
        assert to_come in str(desk.page)
    assert only_talk().of_kind(Kind.ACT) == []
    assert queries.protection_of(visit) is None
    assert db.session.scalars(select(Incident)).all() == []


def test_an_incident_is_told_by_a_monitor_and_read_by_a_reader(
    visit: Visit, author: User, coordinator: User, signed_in: SignedIn
) -> None:
    desk = signed_in(author)
    desk.get(f"/interviews/incidents?visit={visit.id}")
    desk.submit("incident", {"on": "2026-03-13", "what": "He was put into isolation."})
    assert "The incident is sealed." in desk.page.get_text()
    assert "put into isolation" not in desk.response.text
    reader = signed_in(coordinator)
    reader.get("/interviews/incidents")
    assert "He was put into isolation." in reader.main
    assert f"/visits/{visit.id}/protection" in str(reader.page.select_one("main article"))
    reader.get(f"/visits/{visit.id}/protection")
    assert "He was put into isolation." not in reader.main
    assert db.session.scalars(select(Incident)).one().year == 2026
