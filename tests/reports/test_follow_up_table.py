"""The follow-up table as PDF: the claim and the check beside each other."""

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from monitor.accounts.models import Mechanism, User
from monitor.db import db, new_id
from monitor.recommendations.models import Evidence, Implementation, Position, Priority, Recommendation
from monitor.recommendations.tables import Extent, TableRow, Totals
from monitor.reports.follow_up_table import FollowUpTable, follow_up_html, follow_up_pdf
from monitor.reports.models import Document, DocumentKind, DocumentState
from monitor.reports.tasks import render_document
from monitor.tenancy import across_mechanisms
from monitor.visits.operations import approve
from tests.client import Browser
from tests.factories import places, visits
from tests.factories.accounts import AT
from tests.factories.recommendations import recommendation
from tests.factories.visit_records import letterhead
from tests.reports.conftest import IMPRINT
from tests.reports.reading import ReadPdf

ROW = TableRow(
    id=new_id(), reference="NP-2026-01", text="Give everybody light.\n\nAnd air.", place="Northgate Prison",
    addressee="Prison service", priority=Priority.IMMEDIATE, due_on=date(2026, 6, 30), position=Position.ACCEPTED,
    reply_due_on=date(2026, 4, 1), is_overdue=False, replied_on=date(2026, 3, 15), reply_text="New windows are in.",
    claims_done=True, implementation=Implementation.NOT_IMPLEMENTED, assessed_on=date(2026, 5, 18),
    evidence=Evidence.VISIT, note="The windows are <painted> over.", next_step="Write to the ministry.",
    next_step_on=date(2026, 6, 1),
)  # fmt: skip
UNANSWERED = replace(
    ROW, reference="NP-2026-02", position=Position.AWAITING, is_overdue=True, replied_on=None, reply_text="",
    claims_done=False, implementation=Implementation.NOT_ASSESSED, assessed_on=None, evidence=None, note="",
)  # fmt: skip
TABLE = FollowUpTable(
    Extent.PLACE, "Northgate Prison", (ROW, UNANSWERED), Totals(2, 1, 1, 0, 0, 0), letterhead(is_training=True), "en"
)


def test_claim_and_check_stand_in_one_row(drawing: Flask) -> None:
    pdf = ReadPdf(follow_up_pdf(TABLE, IMPRINT).data)
    for said in (
        "Follow-up: Northgate Prison", "Answered 1/2", "Implemented, verified 0/2", "NP-2026-01", "Immediate",
        "New windows are in.", "Not implemented (Seen on a visit)", "The windows are <painted> over.",
        "Write to the ministry.", "No answer, overdue since 1 April 2026", "State of 22 November 2026", "Training data",
        "Head of the audit record when printed: 117:9f3c.",
    ):  # fmt: skip
        assert said in pdf.text, said
    width, height = pdf.pike.pages[0].mediabox[2:]
    assert width > height
    assert {str(tag.S) for tag in pdf.tags()} >= {"/Table", "/TH", "/TD"}


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_it_is_drawn_in_every_direction(drawing: Flask, language: str) -> None:
    pdf = ReadPdf(follow_up_pdf(replace(TABLE, language=language), IMPRINT, paper="letter").data)
    assert "NP-2026-01" in pdf.text
    assert [round(float(side)) for side in pdf.pike.pages[0].mediabox] == [0, 0, 792, 612]


def test_the_same_content_has_the_same_hash(drawing: Flask) -> None:
    assert TABLE.content_hash == replace(TABLE).content_hash != replace(TABLE, rows=(ROW,)).content_hash
    assert follow_up_html(TABLE, IMPRINT) == follow_up_html(TABLE, IMPRINT)


def test_an_empty_table_says_so(drawing: Flask) -> None:
    assert "Nothing was recommended here yet" in follow_up_html(replace(TABLE, rows=()), IMPRINT)


@pytest.fixture
def asked(mechanism: Mechanism, monitor: User, coordinator: User) -> Recommendation:
    """A recommendation of an approved visit."""
    visit = visits.in_review(places.place(mechanism), lead=monitor)
    made = recommendation(visit, by=coordinator)
    approve(visit, by=coordinator, at=AT)
    db.session.commit()
    return made


def test_each_table_is_asked_for_made_and_handed_over(web: Browser, coordinator: User, asked: Recommendation) -> None:
    web.sign_in(coordinator)
    for path in (
        f"/places/{asked.visit.place_id}/follow-up", f"/authorities/{asked.authority_id}/follow-up",
        "/recommendations/follow-up?year=2026",
    ):  # fmt: skip
        web.get(path)
        web.submit("print", {"language": "fr", "paper": "letter"})
        assert "Follow-up table" in web.main
    found = db.session.scalars(select(Document)).all()
    assert [(one.kind, one.language, one.visit_id) for one in found] == [(DocumentKind.FOLLOW_UP, "fr", None)] * 3
    with across_mechanisms():
        for document in found:
            render_document(document.id)
            assert document.state is DocumentState.DONE, document.problem
        db.session.commit()
    web.get(f"/documents/{found[0].id}")
    response = web.client.get(f"/documents/{found[0].id}/file")
    assert str(asked.reference) in ReadPdf(response.data).text.replace(" ", "")  # its column is narrow
    web.get("/forms")
    assert "Follow-up table" not in web.main


def test_asking_twice_is_one_document_and_no_year_is_none(
    web: Browser, coordinator: User, asked: Recommendation
) -> None:
    web.sign_in(coordinator)
    for _ in range(2):
        web.get("/recommendations/follow-up?year=2026")
        web.submit("print")
    assert len(db.session.scalars(select(Document)).all()) == 1
    web.get("/recommendations/follow-up?year=2026")
    web.submit("print", {"year": "soon"}, status=400)
    web.get("/recommendations/follow-up?year=2026")
    web.submit("print", {"language": "tlh"}, status=400)


def test_a_table_belongs_to_who_asked_for_it(
    app: Flask, web: Browser, coordinator: User, monitor: User, asked: Recommendation
) -> None:
    web.sign_in(coordinator)
    web.get("/recommendations/follow-up?year=2026")
    web.submit("print")
    (document,) = db.session.scalars(select(Document))
    other = Browser(app)
    other.sign_in(monitor)
    other.get(f"/documents/{document.id}", status=404)
