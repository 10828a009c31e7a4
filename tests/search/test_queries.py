"""What is found, by whom, and that the index follows every way of writing."""

from datetime import date

import pytest
from sqlalchemy import select

from monitor.accounts.models import Body, Mechanism, Role, User
from monitor.authorities import operations as authority_operations
from monitor.authorities.models import AuthorityKind
from monitor.authorities.operations import Entry
from monitor.db import db, new_id
from monitor.places.models import Place
from monitor.recommendations import following_up
from monitor.recommendations import operations as recommendation_operations
from monitor.recommendations.following_up import ReplyDraft
from monitor.recommendations.models import Position
from monitor.search import keeping, queries
from monitor.search.models import SearchEntry, Subject
from monitor.search.queries import found
from monitor.tenancy import across_mechanisms, acting_for
from monitor.visits import operations as visit_operations
from monitor.visits.models import Finding, Visit
from tests.conftest import NOW
from tests.factories import accounts, places, recommendations, visits


@pytest.fixture
def prison(mechanism: Mechanism) -> Place:
    """A prison of the register."""
    return places.place(mechanism, name="Västra anstalten", code="P1", city="Norrköping")


@pytest.fixture
def visit(prison: Place, monitor: User, coordinator: User) -> Visit:
    """An approved visit with a recommendation."""
    made = visits.in_review(prison, lead=monitor)
    recommendations.recommendation(made, by=monitor, text="Mend the broken showers at once. Then the windows.")
    visit_operations.approve(made, by=coordinator, at=NOW)
    db.session.commit()
    return made


def names(user: User, subject: Subject, text: str) -> list[str | None]:
    return [hit.name for hit in found(user, subject, text, most=10)]


def test_a_place_is_found_without_its_accents(prison: Place, monitor: User) -> None:
    assert names(monitor, Subject.PLACE, "vastra norrk") == ["Västra anstalten"]
    assert names(monitor, Subject.PLACE, "vastra norrland") == []


def test_a_recommendation_is_found_by_its_words_and_its_place(visit: Visit, monitor: User) -> None:
    (hit,) = found(monitor, Subject.RECOMMENDATION, "SHOWERS vastra", most=10)
    assert "".join(piece.text for piece in hit.sentence) == "Mend the broken showers at once."
    assert [piece.text for piece in hit.sentence if piece.is_hit] == ["showers"]
    assert hit.place_name == "Västra anstalten"


def test_a_long_beginning_must_be_held_to_its_last_letter(visit: Visit, prison: Place, monitor: User) -> None:
    assert names(monitor, Subject.PLACE, "norrkopin") == ["Västra anstalten"]
    assert names(monitor, Subject.PLACE, "norrkopius") == []


def test_only_what_the_reader_may_see_is_found(visit: Visit, prison: Place, body: Body, coordinator: User) -> None:
    draft = visits.under_way(prison, lead=accounts.monitor(body))
    recommendations.recommendation(draft, by=coordinator, text="Repair the showers.")
    colleague, reviewer = accounts.monitor(body), accounts.person(body, Role.REVIEWER)
    elsewhere = accounts.monitor(accounts.other_body(body.mechanism))
    seen = [
        len(found(user, Subject.RECOMMENDATION, "showers", most=10))
        for user in (coordinator, colleague, reviewer, elsewhere)
    ]
    assert seen == [2, 1, 0, 0]
    assert names(elsewhere, Subject.PLACE, "anstalten") == ["Västra anstalten"]


def test_nothing_of_another_mechanism_is_found(visit: Visit) -> None:
    with across_mechanisms():
        made = accounts.coordinator(accounts.only_body(accounts.mechanism()))
        user_id, mechanism_id = made.id, made.mechanism_id
    with acting_for(mechanism_id):
        stranger = db.session.get_one(User, user_id)
        assert [hit for subject in Subject for hit in found(stranger, subject, "anstalten", most=10)] == []


def test_the_index_follows_a_text_that_changes(visit: Visit, monitor: User, coordinator: User) -> None:
    visit.summary = "Crowded cells."
    db.session.commit()
    assert len(found(monitor, Subject.VISIT, "crowded", most=10)) == 1
    visit.summary = "Empty cells."
    db.session.commit()
    assert found(monitor, Subject.VISIT, "crowded", most=10) == []


def test_the_index_follows_the_name_of_a_place(visit: Visit, prison: Place, monitor: User) -> None:
    prison.name = "Eastholm"
    db.session.commit()
    assert names(monitor, Subject.RECOMMENDATION, "eastholm showers") == names(
        monitor, Subject.RECOMMENDATION, "showers"
    )
    assert found(monitor, Subject.RECOMMENDATION, "vastra showers", most=10) == []


def test_findings_are_found(prison: Place, monitor: User) -> None:
    draft = visits.under_way(prison, lead=monitor)
    texts = {"found": "Toilets without doors.", "why": "Nobody asked for doors."}
    owner = {"mechanism_id": draft.mechanism_id, "visit_id": draft.id}
    db.session.add(Finding(id=new_id(), topic_id="sanitation", changed_at=NOW, **owner, **texts))
    db.session.commit()
    assert names(monitor, Subject.FINDING, "toilets nobody") == ["sanitation"]


def test_replies_and_authorities_are_found(visit: Visit, coordinator: User, mechanism: Mechanism) -> None:
    row = db.session.scalars(select(recommendation_operations.Recommendation)).one()
    draft = ReplyDraft(date(2026, 3, 14), Position.ACCEPTED, "Plumbers were ordered.")
    following_up.record_reply(row, draft, today=date(2026, 3, 14), by=coordinator, at=NOW)
    entry = Entry("Ministry of Justice", AuthorityKind.MINISTRY, address="Lantern square 4")
    authority_operations.add_authority(mechanism.id, entry, by=coordinator, at=NOW)
    db.session.commit()
    assert len(found(coordinator, Subject.REPLY, "plumber", most=10)) == 1
    assert names(coordinator, Subject.AUTHORITY, "lantern") == ["Ministry of Justice"]


def test_what_is_removed_is_found_no_longer(prison: Place, monitor: User) -> None:
    draft = visits.under_way(prison, lead=monitor)
    row = recommendations.recommendation(draft, by=monitor, text="Repair the showers.")
    recommendation_operations.remove_recommendation(row, by=monitor, at=NOW)
    db.session.commit()
    assert found(monitor, Subject.RECOMMENDATION, "showers", most=10) == []


def test_results_go_on_where_the_page_ended(mechanism: Mechanism, monitor: User) -> None:
    for number in range(5):
        places.place(mechanism, name=f"Station {number}")
    first = found(monitor, Subject.PLACE, "station", most=3)
    rest = found(monitor, Subject.PLACE, "station", most=3, before=first[-1].entry_id)
    assert [hit.name for hit in (*first, *rest)] == [f"Station {number}" for number in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize("typed", ["", "  ", '"', "* OR -", "'; --", "()"])
def test_signs_are_no_words(prison: Place, monitor: User, typed: str) -> None:
    assert found(monitor, Subject.PLACE, typed, most=10) == []


@pytest.mark.parametrize("typed", ['"vastra', "vastra*", "(vastra", "vastra AND", "realm:vastra"])
def test_signs_of_the_query_language_are_not_obeyed(prison: Place, monitor: User, typed: str) -> None:
    assert names(monitor, Subject.PLACE, typed) in (["Västra anstalten"], [])


def test_rebuilding_finds_the_same(visit: Visit, monitor: User) -> None:
    before = sorted((entry.subject, entry.realm, entry.words) for entry in db.session.scalars(select(SearchEntry)))
    with across_mechanisms():
        assert keeping.rebuild() == len(before)
        db.session.commit()
    after = sorted((entry.subject, entry.realm, entry.words) for entry in db.session.scalars(select(SearchEntry)))
    assert after == before
    assert len(found(monitor, Subject.RECOMMENDATION, "showers", most=10)) == 1


def test_other_databases_look_at_each_entry(visit: Visit, monitor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "_has_word_index", lambda: False)
    assert len(found(monitor, Subject.RECOMMENDATION, "show vastra", most=10)) == 1
    assert found(monitor, Subject.RECOMMENDATION, "indows", most=10) == []
