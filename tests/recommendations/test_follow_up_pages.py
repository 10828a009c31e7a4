"""The pages on which replies and checks are recorded."""

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from monitor.accounts.models import Mechanism, User
from monitor.db import db
from monitor.recommendations import queries
from monitor.recommendations.models import Implementation, Recommendation, ReplyLetter
from monitor.visits.operations import approve
from tests.client import Browser
from tests.factories import places, visits
from tests.factories.accounts import AT
from tests.factories.recommendations import recommendation

PDF = b"%PDF-1.7 a letter"


@pytest.fixture
def row(mechanism: Mechanism, monitor: User, coordinator: User) -> Recommendation:
    """A recommendation of an approved visit."""
    visit = visits.in_review(places.place(mechanism), lead=monitor)
    made = recommendation(visit, by=coordinator)
    approve(visit, by=coordinator, at=AT)
    db.session.commit()
    return made


@pytest.fixture
def desk(web: Browser, coordinator: User) -> Browser:
    """The coordinator's browser."""
    web.sign_in(coordinator)
    return web


def reply(desk: Browser, row: Recommendation, **values: object) -> None:
    desk.get(f"/recommendations/{row.id}/reply")
    desk.submit("reply", {"position": "accepted", "text": "All is mended.", "claims_done": "y", **values})


def test_claim_and_check_stand_side_by_side(desk: Browser, row: Recommendation) -> None:
    reply(desk, row)
    assert "The authority: Accepted (says that it is carried out)" in desk.main
    assert "Reported as implemented, not checked" in desk.main
    desk.get(f"/recommendations/{row.id}/assess")
    desk.submit("assessment", {"implementation": "not_implemented", "evidence": "third_source", "note": "Cold."})
    assert "The mechanism: Not implemented (Heard from a third source)" in desk.main
    assert "Cold." in desk.main
    assert "All is mended." in desk.main
    db.session.expire_all()
    assert row.implementation is Implementation.NOT_IMPLEMENTED


def test_a_letter_comes_back_as_it_came(desk: Browser, row: Recommendation) -> None:
    reply(desk, row, letter=(BytesIO(PDF), "our answer.pdf"))
    (kept,) = queries.replies(row)
    assert kept.letter
    response = desk.client.get(f"/reply-letters/{kept.letter.id}")
    assert response.data == PDF
    assert response.headers["Content-Disposition"] == f'attachment; filename="reply-{kept.letter.id.hex[-8:]}.pdf"'


@pytest.mark.parametrize(
    ("name", "content"),
    [("answer.html", b"<script>"), ("answer.pdf", b"<script>"), ("answer.png", PDF)],
    ids=["page", "no PDF", "no picture"],
)
def test_other_files_are_refused_and_the_text_kept(
    desk: Browser, row: Recommendation, name: str, content: bytes
) -> None:
    reply(desk, row, letter=(BytesIO(content), name))
    assert "Choose a PDF" in desk.main
    assert "All is mended." in desk.main
    assert not queries.replies(row)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"position": ""}, "Choose what the authority answered."),
        ({"received_on": ""}, "Give the day on which the reply was received."),
        ({"received_on": "2999-01-01"}, "Give a day between the visit and today."),
        ({"position": "awaiting"}, "Not a valid choice."),
    ],
    ids=["no position", "no day", "future", "no answer"],
)
def test_a_faulty_reply_is_told(desk: Browser, row: Recommendation, values: dict[str, str], sentence: str) -> None:
    reply(desk, row, **values)
    assert sentence in desk.main
    assert "All is mended." in desk.main
    assert not queries.replies(row)


def test_of_a_reply_that_is_refused_no_letter_is_kept(desk: Browser, row: Recommendation) -> None:
    reply(desk, row, received_on="2999-01-01", letter=(BytesIO(PDF), "our answer.pdf"))
    assert "Give a day between the visit and today." in desk.main
    assert db.session.scalar(select(ReplyLetter.id)) is None


def test_what_was_seen_on_a_visit_asks_for_the_visit(desk: Browser, row: Recommendation, monitor: User) -> None:
    later = visits.under_way(row.visit.place, lead=monitor)
    desk.get(f"/recommendations/{row.id}/assess")
    desk.submit("assessment", {"implementation": "implemented_verified", "evidence": "visit"})
    assert "Choose the visit on which it was seen." in desk.main
    desk.submit("assessment", {"visit": str(later.id)})
    assert "Implemented, verified (Seen on a visit)" in desk.main


def test_who_neither_coordinates_nor_owns_it_only_reads(
    app: Flask, row: Recommendation, monitor: User, coordinator: User
) -> None:
    other = Browser(app)
    other.sign_in(monitor)
    other.get(f"/recommendations/{row.id}")
    assert "Record a reply" not in other.main
    other.get(f"/recommendations/{row.id}/reply", status=403)
    row.owner_id = monitor.id
    db.session.commit()
    other.get(f"/recommendations/{row.id}/reply")


def test_a_next_step_that_somebody_wrote_meanwhile_is_shown_and_stays(desk: Browser, row: Recommendation) -> None:
    desk.get(f"/recommendations/{row.id}/assess")
    row.next_step = "Write to the ministry."
    db.session.commit()
    desk.submit("assessment", {"implementation": "not_implemented", "evidence": "third_source", "next_step": "Mine."})
    assert "Write to the ministry." in desk.main
    assert "Somebody else saved this while you were writing" in desk.main
    db.session.expire_all()
    assert row.next_step == "Write to the ministry."
    assert not queries.assessments(row)
    desk.submit("assessment")
    db.session.expire_all()
    assert row.next_step == "Mine.", "whoever has seen both may save"
    assert len(queries.assessments(row)) == 1
