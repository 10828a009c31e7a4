"""Reading recommendations: those of the visits a person may see, and no others."""

from dataclasses import replace
from datetime import datetime

import pytest

from monitor.accounts.models import Body, Mechanism, User
from monitor.db import db
from monitor.guide.loading import get_guide
from monitor.recommendations import operations, queries
from monitor.recommendations.models import Priority, Recommendation
from monitor.recommendations.offers import offer
from monitor.tenancy import across_mechanisms
from monitor.visits.models import Visit, VisitState
from tests.factories import accounts, places, visits
from tests.factories.recommendations import DRAFT


@pytest.fixture
def visit(mechanism: Mechanism, monitor: User) -> Visit:
    """A visit under way at a place of a peculiar name."""
    return visits.under_way(places.place(mechanism, name="Žižkov cells_1"), lead=monitor)


@pytest.fixture
def row(visit: Visit, monitor: User, now: datetime) -> Recommendation:
    """A recommendation of that visit."""
    return operations.add_recommendation(visit, DRAFT, by=monitor, at=now)


def found(user: User, text: str = "", priority: Priority | None = None) -> list[Recommendation]:
    return list(db.session.scalars(queries.matching(user, text, priority)))


def test_a_recommendation_is_seen_with_its_visit(row: Recommendation, visit: Visit, monitor: User, body: Body) -> None:
    colleague, coordinator = accounts.monitor(body), accounts.coordinator(body)
    for state, seers in (
        (VisitState.UNDER_WAY, [monitor, coordinator]),
        (VisitState.REVIEW, [monitor, coordinator]),
        (VisitState.APPROVED, [monitor, coordinator, colleague]),
    ):
        visit.state = state
        db.session.flush()
        everybody = [monitor, coordinator, colleague, accounts.administrator(body)]
        assert [each for each in everybody if queries.get_recommendation(each, row.id)] == seers
        assert [each for each in everybody if found(each)] == seers


def test_a_recommendation_of_another_mechanism_is_not_there(monitor: User, now: datetime) -> None:
    foreign = visits.in_other_mechanism(state=VisitState.APPROVED)
    with across_mechanisms():
        made = operations.add_recommendation(foreign, DRAFT, by=None, at=now)
        db.session.commit()
        id_ = made.id
    assert queries.get_recommendation(monitor, id_) is None
    assert found(monitor) == []


@pytest.mark.parametrize(
    ("text", "priority", "expected"),
    [
        ("", None, True),
        ("zizkov", None, True),
        ("CELLS_1", None, True),
        ("cellsx1", None, False),
        ("prison SERVICE", None, True),
        ("two hours outside", None, True),
        ("OUTSIDE two", None, True),
        ("zizkov outside", None, True),
        ("hours inside", None, False),
        ("utside", None, False),
        ("%", None, False),
        ("", Priority.SHORT, True),
        ("", Priority.LONG, False),
        ("zizkov", Priority.LONG, False),
    ],
)
@pytest.mark.usefixtures("row")
def test_the_list_finds_by_place_addressee_text_and_priority(
    text: str, priority: Priority | None, expected: bool, monitor: User
) -> None:
    assert bool(found(monitor, text, priority)) is expected


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Réparer les fenêtres.", "REPARER fenetre"),
        ("إصلاح النوافذ في الزنازين", "اصلاح نوافذ"),
        ("Wyremontować łazienkę", "lazienke"),
    ],
)
def test_the_list_finds_words_without_case_accents_and_arabic_article(
    visit: Visit, monitor: User, now: datetime, text: str, typed: str
) -> None:
    made = operations.add_recommendation(visit, replace(DRAFT, text=text), by=monitor, at=now)
    operations.add_recommendation(visit, replace(DRAFT, text="Something else."), by=monitor, at=now)
    assert found(monitor, typed) == [made]


def test_words_find_nothing_of_a_visit_that_one_may_not_see(
    row: Recommendation, body: Body, mechanism: Mechanism
) -> None:
    for stranger in (accounts.monitor(body), accounts.coordinator(accounts.other_body(mechanism))):
        assert found(stranger, "two hours outside") == []


def test_recommendations_of_a_visit_come_by_number(visit: Visit, monitor: User, now: datetime) -> None:
    for text in ("b", "a", "c"):
        operations.add_recommendation(visit, replace(DRAFT, text=text), by=monitor, at=now)
    assert [each.text for each in queries.of_visit(visit)] == ["b", "a", "c"]


def test_a_topic_offers_its_items_and_their_standards(visit: Visit) -> None:
    offered = offer(visit, topic="initial-talk", chosen=())
    assert {item.topic_id for item in offered.items} == {"initial-talk"}
    assert ("srt-2024", "para. 55") in offered.standards
    assert len(offered.standards) == len(set(offered.standards))


def test_without_a_topic_what_was_answered_is_offered(visit: Visit, monitor: User, now: datetime) -> None:
    assert offer(visit, topic=None, chosen=()).items == []
    visits.operations.record_answers(visit, [visits.Change("talk-capacity", 400)], by=monitor, at=now)
    assert [item.id for item in offer(visit, topic=None, chosen=()).items] == ["talk-capacity"]


def topic_of(item: str) -> str:
    return get_guide().items[item].topic_id


def test_what_was_chosen_is_offered_with_its_topic(visit: Visit) -> None:
    offered = [item.id for item in offer(visit, topic=None, chosen=["talk-capacity"]).items]
    assert "talk-population" in offered
    both = offer(visit, topic="food-water", chosen=["talk-capacity"]).topics
    assert [topic.id for topic in both] == [topic_of("talk-capacity"), "food-water"]
    assert offer(visit, topic=None, chosen=["no-such-item"]).items == []
