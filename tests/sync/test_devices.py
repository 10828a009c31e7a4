"""Devices: who sees and withdraws them, what one learns by its secret alone, and what a package holds."""

from monitor.accounts.models import Body, User
from monitor.answers.operations import Change
from monitor.db import db
from monitor.guide.loading import get_guide
from monitor.places.models import Place
from monitor.sync.models import Device, TakenAlong
from monitor.visits import operations
from monitor.visits.models import Visit, VisitState
from monitor.visits.states import PREPARATION_SECTION
from tests.client import Browser
from tests.conftest import NOW
from tests.factories import accounts, visits
from tests.sync.conftest import AtHand
from tests.sync.conftest import answer as answer_of


def state_of(web: Browser, secret: str) -> object:
    answer = web.ask("/device/state", {"X-Device": secret})
    assert answer.status_code == 200
    return answer.get_json()["is_withdrawn"]


def test_a_device_learns_by_its_secret_alone_that_it_was_withdrawn(device: AtHand) -> None:
    assert state_of(device.web, device.secret) is False
    device.web.post(f"/devices/{device.id}/withdraw")
    device.web.client.delete_cookie("monitor")
    assert state_of(device.web, device.secret) is True
    assert state_of(device.web, device.secret + "x") is False
    assert state_of(device.web, "") is False


def over(device: AtHand) -> object:
    return device.web.ask("/device/state", {"X-Device": device.secret}).get_json()["over"]


def test_a_device_learns_which_visits_its_person_may_work_on_no_more(device: AtHand, visit: Visit) -> None:
    assert over(device) == []
    visit.state = VisitState.REVIEW
    db.session.commit()
    assert over(device) == []  # it holds none
    visit.state = VisitState.UNDER_WAY
    db.session.commit()
    device.take(visit)
    assert over(device) == []
    visit.state = VisitState.REVIEW
    db.session.commit()
    device.web.client.delete_cookie("monitor")
    assert over(device) == [str(visit.id)]


def test_whoever_left_the_team_or_the_mechanism_keeps_nothing_on_a_device(
    device: AtHand, visit: Visit, leader: User
) -> None:
    device.take(visit)
    leader.is_enabled = False
    db.session.commit()
    assert over(device) == [str(visit.id)]


def test_the_server_keeps_no_secret_of_a_device(device: AtHand) -> None:
    row = db.session.query(Device).one()
    assert device.secret.encode() not in row.secret_hash
    assert device.secret not in repr(vars(row))


def test_monitors_see_their_own_devices_and_coordinators_all(device: AtHand, body: Body, web: Browser) -> None:
    own = web.get("/devices")
    assert "Laptop of the office" in own.get_text()
    other, coordinator = accounts.monitor(body), accounts.coordinator(body)
    db.session.commit()
    web.sign_in(other)
    assert "Laptop of the office" not in web.get("/devices").get_text()
    web.get(f"/devices/{device.id}/withdraw", status=404)
    web.sign_in(coordinator)
    assert "Laptop of the office" in web.get("/devices").get_text()
    web.get(f"/devices/{device.id}/withdraw")
    web.post(f"/devices/{device.id}/withdraw")
    assert db.session.query(Device).one().withdrawn_by_id == coordinator.id


def test_a_package_holds_the_form_the_answers_and_the_place(
    device: AtHand, visit: Visit, leader: User, prison: Place, body: Body
) -> None:
    before = visits.approved(prison, lead=leader, by=accounts.coordinator(body), form="full")
    operations.record_answers(visit, [Change("san-shower", 2, "Cold.", ("observation",))], by=leader, at=NOW)
    db.session.commit()
    pack = device.take(visit)
    assert pack["format"] == 1
    assert pack["guide"] == get_guide().version
    assert pack["visit"]["place"] == prison.name
    assert pack["answers"]["san-shower"] == {
        "fields": {"value": ["2"]}, "comment": "Cold.", "sources": ["observation"], "urgent": False, "base": 1,
    }  # fmt: skip
    asked = [item for page in pack["pages"] for topic in page for item in topic["items"]]
    assert len(asked) == len(set(asked)) > 200
    assert pack["last"]["on"] == before.started_on.isoformat() if before.started_on else pack["last"]
    assert [one["state"] for one in pack["history"]] == ["approved"]
    assert db.session.query(TakenAlong).one().handed_in_at is None


def test_what_protected_items_say_never_goes_along(
    device: AtHand, visit: Visit, leader: User, coordinator: User
) -> None:
    secret = "He named the officer of wing B."
    asked = [item for page in device.take(visit)["pages"] for topic in page for item in topic["items"]]
    item = next(item for item in asked if get_guide().items[item].is_protected)
    operations.record_answers(visit, [Change(item, None, secret)], by=leader, at=NOW)
    db.session.commit()
    answer = device.ask(visit, "take-along")
    assert secret not in answer.text
    assert answer.get_json()["answers"][item] == {"is_answered": False, "base": 1}  # the person's own, to be replaced
    operations.record_answers(visit, [Change(item, None, f"{secret} Twice.", base=1)], by=coordinator, at=NOW)
    db.session.commit()
    assert device.take(visit)["answers"][item] == {"is_answered": False}
    told = device.ask(visit, "hand-in", records=[])
    assert secret not in told.text
    told = device.ask(visit, "hand-in", records=[answer_of(item, comment="I saw nothing of it.")])
    assert [result["outcome"] for result in told.get_json()["results"]] == ["clash"]
    assert secret not in told.text


def test_a_planned_visit_goes_along_with_its_preparation_open(device: AtHand, prison: Place, leader: User) -> None:
    planned = visits.planned(prison, lead=leader, form="full")
    db.session.commit()
    pack = device.take(planned)
    asked = [item for page in pack["pages"] for topic in page for item in topic["items"]]
    open_ = set(asked) - set(pack["closed"])
    assert open_
    assert {get_guide().items[item].section_id for item in open_} == {PREPARATION_SECTION}


def test_letting_go_is_noted_once(device: AtHand, visit: Visit) -> None:
    device.take(visit)
    for _ in range(2):
        assert device.ask(visit, "let-go").status_code == 200
    assert db.session.query(TakenAlong).one().removed_at is not None


def test_a_device_needs_a_name(device: AtHand) -> None:
    for name in ("", " ", "x" * 61, 3, None):
        assert device.web.post_json("/devices", {"name": name}).status_code == 400
