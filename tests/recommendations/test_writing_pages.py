"""Writing a recommendation on its page: what it holds comes back, and saving anew loses nothing."""

from datetime import date

import pytest

from monitor.accounts.models import Mechanism, User
from monitor.answers.operations import Change
from monitor.authorities.models import AuthorityKind
from monitor.authorities.operations import Entry, add_authority
from monitor.db import db, new_id
from monitor.guide.catalogue import Item
from monitor.guide.loading import get_guide
from monitor.recommendations.labels import PRIORITIES, ROOT_CAUSES
from monitor.recommendations.models import Implementation, Kind, Priority, Question, Reach, Recommendation, RootCause
from monitor.recommendations.offers import offer
from monitor.visits import operations as visit_operations
from monitor.visits.models import Visit
from tests.client import Browser
from tests.factories import places, visits
from tests.factories.accounts import AT
from tests.factories.recommendations import recommendation

KEPT = (
    "kind", "text", "public_text", "authority_id", "root_cause", "reach", "priority", "due_on", "items", "standards",
    "questions", "suits_fund", "repeated_from_id", "repeats", "owner_id",
)  # fmt: skip


@pytest.fixture
def row(mechanism: Mechanism, monitor: User, coordinator: User) -> Recommendation:
    """A recommendation in which every field says something."""
    place = places.place(mechanism)
    earlier = recommendation(visits.approved(place, lead=monitor, by=coordinator), by=coordinator)
    earlier.reference = "NORTHGATE-2026-01"
    return recommendation(
        visits.under_way(place, lead=monitor), by=monitor, kind=Kind.DUTY, public_text="Less.",
        root_cause=RootCause.TRAINING, reach=Reach.TYPE, questions=(Question.SPECIFIC, Question.TIMED), suits_fund=True,
        repeated_from=earlier, owner_id=monitor.id,
    )  # fmt: skip


def values(row: Recommendation) -> dict[str, object]:
    db.session.expire_all()
    return {name: getattr(row, name) for name in KEPT}


@pytest.mark.parametrize(
    "is_over", [False, True], ids=["as it stood", "when what it repeats is settled and its owner gone"]
)
def test_saving_as_it_stands_changes_nothing(
    web: Browser, row: Recommendation, monitor: User, coordinator: User, is_over: bool
) -> None:
    if is_over:
        assert row.repeated_from
        row.repeated_from.implementation = Implementation.VERIFIED
        monitor.is_enabled = False
        db.session.commit()
    before = values(row)
    web.sign_in(coordinator)
    web.get(f"/recommendations/{row.id}/edit")
    web.submit("recommendation", {"text": "Another sentence."})
    assert "The recommendation is saved." in web.page.get_text()
    assert values(row) == before | {"text": "Another sentence."}


WATER, FOOD = (get_guide().items[id_] for id_ in ("water-access", "food-quality"))
PROTECTED = next(item for item in get_guide().items.values() if item.is_protected)


@pytest.fixture
def visit(mechanism: Mechanism, monitor: User) -> Visit:
    """A visit with one answer that falls short, one of its topic that does not, and a finding about it."""
    made = visits.under_way(places.place(mechanism), lead=monitor)
    changes = [Change(WATER.id, "does_not_meet", "Cold.", id=new_id()), Change(FOOD.id, "meets", id=new_id())]
    visit_operations.record_answers(made, changes, by=monitor, at=AT)
    write_finding(made, WATER.topic_id, "The water is shut off at night.", monitor)
    return made


def write_finding(visit: Visit, topic: str, found: str, by: User) -> None:
    visit_operations.save_finding(visit, topic, found=found, why="", base_version=0, by=by, at=AT)
    db.session.commit()


def boxes(web: Browser, name: str) -> dict[str, bool]:
    """Return the values of the tick boxes that are shown -> whether each is ticked."""
    shown = (box for box in web.page.find_all("input", attrs={"name": name}) if not box.find_parent(hidden=True))
    return {str(box["value"]): box.has_attr("checked") for box in shown}


def cited_by(*items: Item) -> set[str]:
    return {f"{cited.instrument}|{cited.provision}" for item in items for cited in item.standards}


def test_a_partner_is_no_addressee(web: Browser, row: Recommendation, coordinator: User) -> None:
    entry = Entry("Union of Lawyers", AuthorityKind.NGO)
    partner = add_authority(row.mechanism_id, entry, by=coordinator, at=AT)
    db.session.commit()
    web.sign_in(coordinator)
    web.get(f"/recommendations/{row.id}/edit")
    web.submit("recommendation", {"addressee": " Union of Lawyers ", "text": "Another sentence."})
    assert "Union of Lawyers is a partner, without a duty to act." in web.main
    assert "Another sentence." in web.main
    assert row.addressee == "Prison service"
    row.authority_id = partner.id  # as an import may have it: not out of sight
    db.session.commit()
    web.get(f"/authorities/{partner.id}")
    assert "Give everybody two hours outside a day." in web.main


def test_a_finding_brings_the_answers_that_fall_short_and_their_standards(
    web: Browser, visit: Visit, monitor: User
) -> None:
    web.sign_in(monitor)
    web.get(f"/visits/{visit.id}/recommendations/new")
    assert boxes(web, "findings") == {WATER.topic_id: False}
    assert boxes(web, "standards") == {}
    web.submit("recommendation", {"text": "Open the taps.", "findings": [WATER.topic_id]}, button="offer=yes")
    assert "Open the taps." in web.main
    assert "Choose a priority" not in web.main
    assert {value for value, ticked in boxes(web, "items").items() if ticked} == {WATER.id}
    assert set(boxes(web, "standards")) == cited_by(WATER)
    assert db.session.query(Recommendation).count() == 0
    first = min(cited_by(WATER))
    web.submit("recommendation", {"priority": "short", "standards": [first]})
    (made,) = db.session.query(Recommendation).all()
    assert (made.items, len(made.standards), made.text) == ([WATER.id], 1, "Open the taps.")
    web.get(f"/recommendations/{made.id}/edit")
    assert boxes(web, "findings") == {WATER.topic_id: True}
    assert first in boxes(web, "standards")


def test_from_the_page_of_a_finding_it_is_chosen_already(web: Browser, visit: Visit, monitor: User) -> None:
    web.sign_in(monitor)
    web.get(f"/visits/{visit.id}/recommendations/new?topic={WATER.topic_id}")
    assert boxes(web, "findings") == {WATER.topic_id: True}
    assert set(boxes(web, "standards")) == cited_by(WATER)
    web.submit("recommendation", {"text": "Open the taps.", "priority": "short"})
    assert db.session.query(Recommendation).one().items == [WATER.id]


def test_chosen_answers_stay_as_they_were_chosen(web: Browser, visit: Visit, monitor: User) -> None:
    web.sign_in(monitor)
    web.get(f"/visits/{visit.id}/recommendations/new?topic={WATER.topic_id}")
    web.submit("recommendation", {"items": [FOOD.id]}, button="offer=yes")
    assert {value for value, ticked in boxes(web, "items").items() if ticked} == {FOOD.id}
    assert set(boxes(web, "standards")) == cited_by(FOOD)


def test_a_protected_answer_is_never_taken_with_a_finding(visit: Visit, monitor: User) -> None:
    write_finding(visit, PROTECTED.topic_id, "People are afraid.", monitor)
    (topic,) = [one for one in offer(visit, topic=None, chosen=()).topics if one.id == PROTECTED.topic_id]
    assert PROTECTED.id in [item.id for item in topic.items]
    assert PROTECTED.id not in topic.taken


def test_every_field_that_somebody_changed_meanwhile_is_shown(
    web: Browser, row: Recommendation, coordinator: User
) -> None:
    web.sign_in(coordinator)
    web.get(f"/recommendations/{row.id}/edit")
    row.priority, row.public_text, row.suits_fund = Priority.IMMEDIATE, "Theirs in public.", False
    row.due_on, row.owner_id, row.root_cause = date(2027, 3, 1), None, RootCause.LAW
    db.session.commit()
    theirs = values(row)
    web.submit("recommendation", {"text": "Mine."})
    assert "Somebody else saved this while you were writing" in web.main
    panel = web.page.select_one("form [role=alert]")
    assert panel
    shown = {head.get_text(): text.get_text() for head in panel("h3") if (text := head.find_next_sibling("p"))}
    assert shown == {
        "Recommendation": row.text, "Priority": str(PRIORITIES[Priority.IMMEDIATE]), "To be done by": "1 March 2027",
        "Text for the public version, where it differs": "Theirs in public.", "Who follows it up": "empty",
        "Why it happens": str(ROOT_CAUSES[RootCause.LAW]), "Suitable for the Special Fund (OPCAT Article 26)": "No",
    }  # fmt: skip
    assert values(row) == theirs
    web.submit("recommendation")
    assert values(row)["text"] == "Mine.", "whoever has seen both may save"
