"""Writing the register."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from monitor.audit.models import AuditEvent
from monitor.audit.operations import verify_chain
from monitor.db import db
from monitor.places import operations, queries
from monitor.places.importing import Plan, ReadyPlace
from monitor.places.models import Place, PlaceImport
from monitor.places.operations import CodeMaker, CodeTaken, Overtaken
from tests.factories import accounts, places

FACTS = {"type": "prison", "code": "", "country": "XA", "city": "", "region": "", "address": "", "notes": "",
         "authority": None, "capacity": None, "latitude": None, "longitude": None}  # fmt: skip


def tags(mechanism):
    query = select(AuditEvent).where(AuditEvent.mechanism_id == mechanism.id).order_by(AuditEvent.sequence)
    return [event.tag for event in db.session.scalars(query)]


def ready(*names, **facts):
    return [ReadyPlace(line, FACTS | {"name": name} | facts) for line, name in enumerate(names, start=2)]


def test_codes_are_short_and_free():
    codes = CodeMaker({"NORTHGATE"})
    assert [codes.make(name) for name in ("Northgate", "Northgaté", "مركز", "Prison of the long river")] == [
        "NORTHGATE-2", "NORTHGATE-3", "PLACE", "PRISON-OF-THE-LO"
    ]  # fmt: skip


def test_many_names_that_begin_alike_get_codes_of_their_own():
    codes = CodeMaker(())
    made = [codes.make("Federal correctional institution") for _ in range(2_000)]
    assert len(set(made)) == 2_000


def test_a_code_is_given_once(mechanism):
    places.place(mechanism, code="ONE")
    with pytest.raises(CodeTaken):
        places.place(mechanism, code="ONE")
    other = places.place(mechanism, code="TWO")
    with pytest.raises(CodeTaken):
        operations.update_place(
            other, {"code": "ONE"}, unit_types=(), base_version=other.version, by=None, at=places.AT
        )


def test_a_change_tells_the_names_of_its_fields_alone(mechanism, now):
    place = places.place(mechanism, name="Northgate", unit_types=("juvenile-centre",))
    operations.update_place(
        place, {"name": "Southgate", "city": place.city}, unit_types=(), base_version=1, by=None, at=now
    )
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc())).first()
    assert (event.tag, event.detail) == ("place:changed", {"fields": ["name", "unit_types"]})
    assert (place.version, place.unit_types) == (2, ())
    assert place.search_text.startswith("southgate")


def test_changing_units_alone_moves_the_version(mechanism, now):
    place = places.place(mechanism)
    operations.update_place(place, {}, unit_types=("juvenile-centre",), base_version=1, by=None, at=now)
    assert place.version == 2


def test_an_outdated_change_writes_nothing_and_says_what_stands(mechanism, now):
    place = places.place(mechanism, name="Northgate")
    operations.update_place(place, {"name": "Southgate"}, unit_types=(), base_version=1, by=None, at=now)
    with pytest.raises(Overtaken) as overtaken:
        operations.update_place(place, {"name": "Eastgate"}, unit_types=(), base_version=1, by=None, at=now)
    assert (overtaken.value.present["name"], overtaken.value.version) == ("Southgate", 2)
    assert place.name == "Southgate"


def test_an_outdated_change_that_says_the_same_is_no_conflict(mechanism, now):
    place = places.place(mechanism, name="Northgate")
    operations.update_place(place, {"name": "Southgate"}, unit_types=(), base_version=1, by=None, at=now)
    operations.update_place(place, {"name": "Southgate"}, unit_types=(), base_version=1, by=None, at=now)
    assert place.version == 2


def test_an_import_is_written_at_once_with_one_event(mechanism, now):
    found = [*ready("Northgate", "Northgate"), *ready("Other", code="NORTHGATE")]
    assert operations.import_places(mechanism.id, found, skipped=4, refused=1, by=None, at=now) == 3
    assert queries.codes_taken(mechanism.id) == {"NORTHGATE", "NORTHGATE-2", "NORTHGATE-3"}
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc())).first()
    assert (event.tag, event.detail) == ("place:imported", {"imported": 3, "skipped": 4, "refused": 1})
    assert verify_chain(mechanism.id).fault is None


def test_an_imported_place_can_be_changed_like_any_other(mechanism, now):
    operations.import_places(mechanism.id, ready("Northgate"), skipped=0, refused=0, by=None, at=now)
    place = db.session.scalars(select(Place)).one()
    operations.update_place(place, {"name": "Southgate"}, unit_types=(), base_version=place.version, by=None, at=now)
    assert place.version == 2


def test_importing_nothing_leaves_no_trace(mechanism, now):
    before = tags(mechanism)
    assert operations.import_places(mechanism.id, [], skipped=3, refused=0, by=None, at=now) == 0
    assert tags(mechanism) == before


def test_a_person_has_one_waiting_file_and_nobody_else_finds_it(coordinator, body, now):
    first = operations.keep_upload(coordinator, "a.csv", b"a", at=now)
    second = operations.keep_upload(coordinator, "b.csv", b"b", at=now)
    assert queries.get_waiting_import(coordinator, first.id) is None
    assert queries.get_waiting_import(coordinator, second.id).content == b"b"
    assert queries.get_waiting_import(accounts.coordinator(body), second.id) is None


def test_files_that_nobody_decided_about_go_after_a_day(coordinator, body, now):
    operations.keep_upload(coordinator, "a.csv", b"a", at=now)
    operations.keep_upload(accounts.coordinator(body), "b.csv", b"b", at=now + timedelta(hours=25))
    assert [waiting.file_name for waiting in db.session.scalars(select(PlaceImport))] == ["b.csv"]


def test_a_plan_is_kept_with_its_file(coordinator, now):
    waiting = operations.keep_upload(coordinator, "a.csv", b"a", at=now)
    plan = Plan({"name": "Nom"}, "XA", {"Prison": "prison", "Bureau": None}, "")
    operations.keep_plan(waiting, plan, "utf-8", by=coordinator, at=now)
    db.session.expire_all()
    assert Plan(**queries.get_waiting_import(coordinator, waiting.id).plan) == plan


def test_regions_and_authorities_are_offered_by_frequency_then_name(mechanism, monkeypatch):
    for region in ("Élan", "Dorr", "Dorr", "", "Zell", "Zell"):
        places.place(mechanism, region=region, authority=None)
    assert queries.regions(mechanism.id) == ["Dorr", "Élan", "Zell"]
    assert queries.authorities(mechanism.id) == []
    monkeypatch.setattr(queries, "MOST_CHOICES", 2)
    assert queries.regions(mechanism.id) == ["Dorr", "Zell"]
