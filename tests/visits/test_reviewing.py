"""Comments on a visit in review: reviewers and coordinators write them, the team reads them if the visit goes back."""

import pytest

from monitor.accounts.models import Body, Role, User
from monitor.places.models import Place
from monitor.visits import operations, queries
from monitor.visits.models import Visit
from monitor.visits.states import WrongState
from tests.client import Browser
from tests.conftest import NOW
from tests.factories import accounts, visits

TOPIC = "food-water"
TEXT = "Is the figure of the kitchen from the register?"


@pytest.fixture
def reviewer(body: Body) -> User:
    return accounts.person(body, Role.REVIEWER, name="Rosa Reyes")


@pytest.fixture
def visit(prison: Place, leader: User) -> Visit:
    return visits.in_review(prison, lead=leader, form="full")


def test_a_reviewer_reads_the_draft_and_comments_on_a_topic(web: Browser, visit: Visit, reviewer: User) -> None:
    web.sign_in(reviewer)
    web.get(f"/visits/{visit.id}")
    web.get(f"/visits/{visit.id}/comments/{TOPIC}")
    web.submit("comment", {"text": ""})
    assert "Write the comment." in web.main
    web.submit("comment", {"text": TEXT})
    assert "Your comment is saved." in web.main
    assert TEXT in web.main
    (comment,) = queries.open_comments(visit)
    assert (comment.topic_id, comment.text, comment.by) == (TOPIC, TEXT, reviewer.id)
    web.get(f"/visits/{visit.id}/comments/moon", status=404)


def test_a_reviewer_changes_nothing_else(web: Browser, visit: Visit, reviewer: User) -> None:
    web.sign_in(reviewer)
    web.get(f"/visits/{visit.id}")
    for path in ("approve", "return", "submit", "texts", f"findings/{TOPIC}"):
        response = web._send("POST", f"/visits/{visit.id}/{path}", data={"csrf_token": web.csrf_token})
        assert response.status_code in (403, 404, 405), path
    web.get(f"/visits/{visit.id}/document", status=403)
    web.get(f"/places/{visit.place_id}", status=403)
    assert web.page.find("a", href=f"/places/{visit.place_id}") is None


def test_comments_stand_for_the_coordinator_and_are_over_with_the_review(
    visit: Visit, reviewer: User, coordinator: User
) -> None:
    operations.comment(visit, TOPIC, TEXT, by=reviewer, at=NOW)
    operations.return_visit(visit, {}, reason="See the comment.", by=coordinator, at=NOW)
    assert [comment.text for comment in queries.open_comments(visit)] == [TEXT]
    visit = sent_again(visit)
    operations.comment(visit, TOPIC, "Better now.", by=reviewer, at=NOW)
    operations.approve(visit, by=coordinator, at=NOW)
    assert list(queries.open_comments(visit)) == []


def sent_again(visit: Visit) -> Visit:
    """Send the visit for review again, which closes the comments."""
    leader = visit.leader
    assert leader is not None
    assert leader.user is not None
    operations.submit(visit, by=leader.user, at=NOW)
    assert list(queries.open_comments(visit)) == []
    return visit


def test_outside_review_nobody_comments(visit: Visit, coordinator: User, reviewer: User) -> None:
    operations.approve(visit, by=coordinator, at=NOW)
    with pytest.raises(WrongState):
        operations.comment(visit, TOPIC, TEXT, by=reviewer, at=NOW)
    assert queries.get_visit(reviewer, visit.id) is None
