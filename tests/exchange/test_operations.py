"""Visit documents in and out: what an import makes, what an export says, and that nothing is lost on the way."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from monitor.accounts.models import Body, Mechanism, User
from monitor.answers.operations import Change
from monitor.answers.queries import guide_and_items, heads
from monitor.audit.models import AuditEvent
from monitor.db import db
from monitor.exchange.operations import (
    CapacityTypedOtherwise,
    ImportedBefore,
    UnfinishedAnswers,
    export_visit,
    import_visit,
)
from monitor.exchange.strict_json import UnfitDocument
from monitor.exchange.visit_document import write_document
from monitor.places import operations as place_operations
from monitor.places.models import Place
from monitor.recommendations import queries as recommendation_queries
from monitor.sealing.key_pairs import new_pair
from monitor.tenancy import across_mechanisms
from monitor.vault.models import Compartment
from monitor.vault.operations import KeysRefused
from monitor.visits import operations as visit_operations
from monitor.visits.figures import figures
from monitor.visits.models import Visit, VisitKind, VisitState
from tests.exchange.documents import FILES, Document, answer_to, as_bytes, bordeaux, put, spoilt
from tests.factories import places, visits
from tests.factories.keys import compartments
from tests.factories.recommendations import recommendation


def imported(data: Document | bytes, body: Body, at: datetime, **given: Any) -> Visit:
    raw = data if isinstance(data, bytes) else as_bytes(data)
    visit = import_visit(raw, body, by=None, at=at, **given).visit
    db.session.commit()
    return visit


def rows(model: type[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_published_visit_comes_back_to_the_byte(path: Path, body: Body, now: datetime) -> None:
    raw = path.read_bytes()
    visit = imported(raw, body, now)
    db.session.expire_all()
    assert write_document(export_visit(visit)).encode() == raw


def test_nothing_is_imported_under_a_key_that_was_exchanged(body: Body, now: datetime) -> None:
    key = compartments(body)[Compartment.INTERVIEWS]
    key.public = new_pair().public
    db.session.commit()
    with pytest.raises(KeysRefused):
        imported(bordeaux(), body, now)
    assert (rows(Visit), rows(Place)) == (0, 0)


def test_an_imported_visit_waits_for_review(body: Body, now: datetime) -> None:
    visit = imported(bordeaux(), body, now)
    assert (visit.state, visit.kind, visit.reference) == (
        VisitState.REVIEW, VisitKind.IN_DEPTH, "NOR : CPLX2220481X",
    )  # fmt: skip
    assert (visit.place.name, visit.place.type) == ("Centre pénitentiaire de Bordeaux-Gradignan", "remand-centre")
    assert visit.sheet.scope.form == "full"
    assert visit.language == "fr"
    assert figures(visit)["present"] == 864
    assert len(recommendation_queries.of_visit(visit)) == 7
    assert [member.user_id for member in visit.team] == [None] * len(bordeaux()["visit"]["team"])
    events = db.session.scalars(select(AuditEvent.tag).where(AuditEvent.subject_id == visit.id)).all()
    assert events[-1] == "visit:imported"


def test_a_visit_without_dates_kind_and_reference_is_named_by_its_place(body: Body, now: datetime) -> None:
    data = bordeaux()
    data["visit"] |= dict.fromkeys(("kind", "announcement", "started_on", "ended_on", "reference"))
    data["answers"] = data["answers"][2:]
    visit = imported(data, body, now)
    assert visit.reference is None
    assert visit.shown_reference == visit.place.code
    assert export_visit(visit) == data


def test_the_same_document_is_refused_and_named_unless_wanted_again(body: Body, now: datetime) -> None:
    first = imported(bordeaux(), body, now)
    with pytest.raises(ImportedBefore, match=str(first.id)) as refused:
        import_visit(as_bytes(bordeaux() | {"language": "en"}), body, by=None, at=now)
    assert refused.value.visit is first
    again = imported(bordeaux(), body, now, again=True)
    assert again.id != first.id
    assert again.place_id == first.place_id
    assert rows(Visit) == 2


@pytest.mark.parametrize(
    "change",
    [put("visit", "ended_on", value="2022-06-04"), put("source", "url", value="https://npm.example/2")],
    ids=["other days", "other source"],
)
def test_another_visit_to_the_same_place_is_no_repetition(change: Any, body: Body, now: datetime) -> None:
    first, second = imported(bordeaux(), body, now), imported(spoilt(change), body, now)
    assert first.place_id == second.place_id


def test_another_mechanism_imports_the_same_document_for_itself(body: Body, now: datetime) -> None:
    foreign = visits.in_other_mechanism()
    first = imported(bordeaux(), body, now)
    with across_mechanisms():
        second = imported(bordeaux(), foreign.body, now)
        assert second.place_id != first.place_id
        assert second.mechanism_id != first.mechanism_id


def test_a_place_that_differs_in_a_fact_is_not_merged_but_named(
    body: Body, mechanism: Mechanism, now: datetime
) -> None:
    facts = {key: value for key, value in bordeaux()["place"].items() if key != "capacity"}
    known = places.place(mechanism, **(facts | {"city": "Bordeaux"}))
    result = import_visit(as_bytes(bordeaux()), body, by=None, at=now)
    assert result.similar is known
    assert result.visit.place_id != known.id
    place_operations.update_place(
        known, {"city": "Gradignan"}, unit_types=(), base_version=known.version, by=None, at=now
    )
    result = import_visit(spoilt(put("visit", "ended_on", value="2022-06-04")), body, by=None, at=now)
    assert result.similar is None
    assert result.visit.place_id == known.id


def test_nothing_is_written_when_a_document_is_refused(body: Body, now: datetime) -> None:
    before = [rows(model) for model in (Visit, Place, AuditEvent)]
    with pytest.raises(UnfitDocument):
        import_visit(spoilt(put("recommendations", 6, "priority", value="soon")), body, by=None, at=now)
    assert [rows(model) for model in (Visit, Place, AuditEvent)] == before


def test_who_imported_a_visit_is_in_the_record(body: Body, coordinator: User, now: datetime) -> None:
    visit = import_visit(as_bytes(bordeaux()), body, by=coordinator, at=now).visit
    actors = db.session.scalars(
        select(AuditEvent.actor_id).where(AuditEvent.tag == "visit:imported", AuditEvent.subject_id == visit.id)
    ).all()
    assert actors == [coordinator.id]


# visits that were written here


@pytest.fixture
def visit(mechanism: Mechanism, monitor: User, now: datetime) -> Visit:
    """A visit of our own with texts, and answers by two changes each."""
    made = visits.under_way(places.place(mechanism, region="North", code="NORTHGATE"), lead=monitor, form="full")
    visit_operations.save_texts(
        made, purpose="See the wing.", summary="It is full.", base_version=made.version, by=monitor, at=now
    )
    said = [
        Change("talk-capacity", 400, "Counted beds.", ("document",)),
        Change("talk-population", {"men": {"sentenced": 380}, "women": {"suspect": 4}}),
        Change("env-light", "partly", "Two cells without a window.", ("observation",), True),
    ]
    visit_operations.record_answers(made, said, by=monitor, at=now)
    return made


def test_an_own_visit_is_exported_with_the_figures_of_its_reports(visit: Visit, mechanism: Mechanism) -> None:
    data = export_visit(visit)
    assert data["source"] == {
        "title": "NORTHGATE-2026-01", "publisher": mechanism.names["en"],
        "url": f"https://monitor.invalid/visits/{visit.id}", "note": "Internal. Not published.",
    }  # fmt: skip
    assert data["place"]["capacity"] == 400
    assert (data["population"]["present"], data["population"]["women"], data["population"]["remand"]) == (384, 4, 4)
    assert [answer["item"] for answer in data["answers"]][-3:] == ["talk-capacity", "talk-population", "env-light"]


def test_an_own_visit_survives_a_file(visit: Visit, body: Body, now: datetime) -> None:
    text = write_document(export_visit(visit))
    copy = imported(text.encode(), body, now)
    assert copy.place_id == visit.place_id
    assert write_document(export_visit(copy)) == text


def test_protected_answers_are_in_an_export(visit: Visit, monitor: User, now: datetime) -> None:
    item = next(
        item for item in guide_and_items(visit.sheet)[1].values() if item.is_protected and item.answer == "text"
    )
    visit_operations.record_answers(visit, [Change(item.id, "What nobody prints.")], by=monitor, at=now)
    assert {"item": item.id, "value": "What nobody prints."}.items() <= export_visit(visit)["answers"][-1].items()


@pytest.mark.parametrize(
    "change",
    [Change("env-temperature", "does_not_meet"), Change("env-temperature", None, "It was cold.")],
    ids=["comment missing", "value missing"],
)
def test_unfinished_answers_are_named_instead_of_exported(
    change: Change, visit: Visit, monitor: User, now: datetime
) -> None:
    visit_operations.record_answers(visit, [change], by=monitor, at=now)
    with pytest.raises(UnfinishedAnswers, match="env-temperature") as refused:
        export_visit(visit)
    assert refused.value.items == ["env-temperature"]


def test_answers_that_were_taken_back_are_not_exported(visit: Visit, monitor: User, now: datetime) -> None:
    visit_operations.record_answers(visit, [Change("env-light", None, base=1)], by=monitor, at=now)
    assert "env-light" not in {answer["item"] for answer in export_visit(visit)["answers"]}


def test_a_capacity_that_contradicts_its_answer_is_named(visit: Visit, monitor: User, now: datetime) -> None:
    visit_operations.save_figures(visit, {"capacity": 390}, by=monitor, at=now)
    with pytest.raises(CapacityTypedOtherwise, match=r"is 390 among the figures .* and 400 in item"):
        export_visit(visit)
    visit_operations.save_figures(visit, {"capacity": 400}, by=monitor, at=now)
    assert export_visit(visit)["place"]["capacity"] == 400


@pytest.mark.parametrize("item", ["prep-visit-type", "prep-announced", "talk-capacity"])
def test_not_examined_survives_in_items_that_say_the_same_as_a_field(
    item: str, visit: Visit, body: Body, monitor: User, now: datetime
) -> None:
    revision = next((head.revision for head in heads(visit.sheet, [item])), 0)
    visit_operations.record_answers(visit, [Change(item, "not_examined", base=revision)], by=monitor, at=now)
    data = export_visit(visit)
    assert export_visit(imported(data, body, now)) == data


def test_a_visit_of_which_little_is_written_comes_back_as_it_was(
    mechanism: Mechanism, monitor: User, now: datetime
) -> None:
    place = places.place(mechanism, type="prison", city="", region="")
    visit = visits.under_way(place, lead=monitor, form="full")
    bare = recommendation(visit, by=monitor, text="Mend the light.", addressee="", items=(), standards=())
    data = export_visit(visit)
    said = (data["place"]["city"], data["place"]["region"], data["visit"]["purpose"], data["visit"]["summary"])
    assert said == ("", "", "", "")
    received = imported(data, visit.body, now)
    assert export_visit(received) == data
    (again,) = recommendation_queries.of_visit(received)
    assert (again.text, again.authority, again.items) == (bare.text, None, [])


def test_figures_of_an_imported_visit_stay_what_the_document_said(body: Body, now: datetime) -> None:
    said = answer_to("talk-population", value={"women": {"suspect": 30}, "men": {"suspect": 800}})
    visit = imported(spoilt(said), body, now)
    exported = export_visit(visit)
    assert (exported["population"]["women"], exported["population"]["men"]) == (35, None)
    assert figures(visit)["men"] == 800, "a report uses what the answers say where the document was silent"


def test_an_answer_given_in_review_is_in_the_next_export(body: Body, coordinator: User, now: datetime) -> None:
    data = bordeaux()
    data["answers"] = [answer for answer in data["answers"] if answer["item"] != "talk-capacity"]
    data["place"]["capacity"] = data["population"]["capacity"] = None
    visit = imported(data, body, now)
    visit_operations.record_answers(visit, [Change("talk-capacity", 434)], by=coordinator, at=now)
    assert json.loads(write_document(export_visit(visit)))["population"]["capacity"] == 434
