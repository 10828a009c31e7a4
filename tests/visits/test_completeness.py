"""What is listed before a visit is sent for review, what keeps it back, and how far each section is."""

from datetime import datetime

import pytest

from monitor.accounts.models import User
from monitor.answers.operations import Change
from monitor.answers.queries import guide_and_items, heads
from monitor.guide.catalogue import Item
from monitor.places.models import Place
from monitor.visits import operations
from monitor.visits.completeness import MUST_BE_CLOSED, GapKind, Progress, gaps, progress
from monitor.visits.models import Visit
from tests.factories import visits


@pytest.fixture
def visit(prison: Place, leader: User) -> Visit:
    """A full visit on its way, of which nothing but the plan is known."""
    return visits.under_way(prison, lead=leader, form="full")


def items(visit: Visit) -> list[Item]:
    return list(guide_and_items(visit.sheet)[1].values())


def a_rated(visit: Visit, *, core: bool) -> str:
    return next(item.id for item in items(visit) if item.answer == "rating" and item.is_core is core)


def say(visit: Visit, by: User, at: datetime, *changes: Change) -> None:
    operations.record_answers(visit, changes, by=by, at=at)


def of(visit: Visit, item: str) -> set[GapKind]:
    return {gap.kind for gap in gaps(visit) if gap.item.id == item}


def test_every_open_core_item_is_shown_in_the_order_of_the_form_and_keeps_nothing_back(visit: Visit) -> None:
    core = [item.id for item in items(visit) if item.is_core]
    assert [(gap.item.id, gap.kind) for gap in gaps(visit)] == [(item, GapKind.CORE_UNANSWERED) for item in core]
    assert GapKind.CORE_UNANSWERED not in MUST_BE_CLOSED


@pytest.mark.parametrize(
    ("value", "comment", "expected"),
    [
        ("meets", "", set()),
        ("partly", "", {GapKind.COMMENT_MISSING}),
        ("does_not_meet", "", {GapKind.COMMENT_MISSING}),
        ("partly", "Two of six wings.", set()),
        ("not_examined", "", set()),
        ("not_applicable", "", set()),
        (None, "Somebody said so.", {GapKind.VALUE_MISSING}),
    ],
)
@pytest.mark.parametrize("core", [True, False])
def test_an_answer_leaves_open_what_it_lacks(
    value: str | None, comment: str, expected: set[GapKind], core: bool, visit: Visit, leader: User, now: datetime
) -> None:
    item = a_rated(visit, core=core)
    say(visit, leader, now, Change(item, value, comment))
    assert of(visit, item) == expected
    assert expected <= MUST_BE_CLOSED


def test_an_answer_that_was_taken_back_is_open_again(visit: Visit, leader: User, now: datetime) -> None:
    core, other = a_rated(visit, core=True), a_rated(visit, core=False)
    for item in (core, other):
        say(visit, leader, now, Change(item, "meets"))
        say(visit, leader, now, Change(item, None, base=1))
    assert (of(visit, core), of(visit, other)) == ({GapKind.CORE_UNANSWERED}, set())


def test_two_texts_for_one_item_are_a_gap_of_their_own(visit: Visit, leader: User, member: User, now: datetime) -> None:
    item = a_rated(visit, core=False)
    say(visit, leader, now, Change(item, "meets"))
    say(visit, member, now, Change(item, "partly"))
    assert of(visit, item) == {GapKind.CLASH}
    assert GapKind.CLASH in MUST_BE_CLOSED


def test_what_the_form_no_longer_asks_keeps_nothing_back(visit: Visit, leader: User, now: datetime) -> None:
    item = a_rated(visit, core=False)
    say(visit, leader, now, Change(item, "partly"))
    plan = operations.Plan(visit.kind, visit.announcement, visit.started_on, visit.ended_on, visit.language)
    operations.update_plan(visit, plan, type(visit.sheet.scope)("prison", form="core"), by=leader, at=now)
    assert of(visit, item) == set()


def test_progress_counts_answers_by_section(visit: Visit, leader: User, now: datetime) -> None:
    asked = guide_and_items(visit.sheet)[1]
    rated = a_rated(visit, core=True)
    other = next(item.id for item in asked.values() if item.answer == "rating" and item.id != rated)
    say(visit, leader, now, Change(rated, "not_examined"), Change(other, None, "A note alone is no answer."))
    found = progress(asked, heads(visit.sheet))
    section = asked[rated].section_id
    assert found[section].answered == 1
    assert list(found) == list(dict.fromkeys(item.section_id for item in asked.values()))
    assert sum(each.asked for each in found.values()) == len(asked)
    assert found["phase-preparation"] == Progress(1, 8), "the kind of the visit is known from its plan"


def test_progress_leaves_out_what_the_form_does_not_ask(visit: Visit, leader: User, now: datetime) -> None:
    item = a_rated(visit, core=False)
    say(visit, leader, now, Change(item, "meets"))
    asked = {id_: each for id_, each in guide_and_items(visit.sheet)[1].items() if each.is_core}
    assert progress(asked, heads(visit.sheet)) == {
        section: Progress(0, sum(1 for each in asked.values() if each.section_id == section))
        for section in dict.fromkeys(each.section_id for each in asked.values())
    }
