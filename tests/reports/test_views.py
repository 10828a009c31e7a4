"""The pages on which documents are asked for, watched and taken away."""

import pytest

from monitor.db import db
from monitor.jobs.queue import get_queue
from monitor.reports.models import Document, DocumentState, Problem
from monitor.reports.operations import fail
from tests.factories import accounts, places, visits
from tests.reports.reading import ReadPdf


@pytest.fixture
def visit(mechanism, monitor):
    return visits.under_way(places.place(mechanism, name="Westgate"), lead=monitor)


@pytest.fixture
def signed_in(web, monitor):
    web.sign_in(monitor)
    return web


def the_document() -> Document:
    db.session.expire_all()
    return db.session.query(Document).one()


def work_off() -> int:
    """Do what waits, as the worker does: in a session of its own."""
    db.session.commit()
    return get_queue().work_off()


def test_a_report_is_asked_for_made_and_downloaded(signed_in, visit):
    signed_in.get(f"/visits/{visit.id}/documents")
    page = signed_in.submit("request", {"paper": "letter"})
    document = the_document()
    assert document.state is DocumentState.QUEUED
    assert page.find("progress") is not None
    assert page.find("noscript").find("meta")["http-equiv"] == "refresh"
    signed_in.get(f"/documents/{document.id}/progress")
    assert signed_in.response.get_json() == {"state": "queued", "progress": 0, "making": "", "is_open": True}
    assert work_off() == 1
    page = signed_in.get(f"/documents/{document.id}")
    assert page.find("noscript") is None
    link = page.find("a", string="Download the PDF")
    signed_in.get(link["href"])
    answer = signed_in.response
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{the_document().file_name}"'
    assert "Westgate" not in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Westgate" in ReadPdf(answer.data).text
    listed = signed_in.get(f"/visits/{visit.id}/documents")
    assert "Ready" in listed.get_text()


def test_asking_twice_shows_the_same_document(signed_in, visit):
    for _ in range(2):
        signed_in.get(f"/visits/{visit.id}/documents")
        signed_in.submit("request")
    assert the_document()
    assert work_off() == 2
    assert work_off() == 0


def test_an_empty_form_for_any_place_is_printed(signed_in, visit):
    signed_in.get("/forms")
    page = signed_in.submit("blank-form", {"place_type": "court-cells", "form": "core", "language": "fr"})
    assert "Empty form" in page.get_text()
    assert work_off() == 1
    assert ReadPdf(the_document().pdf).root.Lang == "fr"
    assert "Ready" in signed_in.get("/forms").get_text()


@pytest.mark.parametrize("values", [{"language": "xx", "paper": "a4"}, {"language": "en", "paper": "a5"}])
def test_what_nobody_offers_is_refused(signed_in, visit, values):
    signed_in.get(f"/visits/{visit.id}/documents")
    signed_in.post(f"/visits/{visit.id}/documents/report", values, status=400)
    assert db.session.query(Document).count() == 0


def test_a_document_too_large_names_the_topics(signed_in, visit, now):
    signed_in.get(f"/visits/{visit.id}/documents")
    signed_in.submit("request")
    fail(the_document(), Problem.TOO_LARGE, at=now, longest=(("Use of force", 41_000),))
    db.session.commit()
    text = signed_in.get(f"/documents/{the_document().id}").get_text()
    assert "Use of force: 41,000 characters" in " ".join(text.split())
    assert "nothing is lost" in text


def test_a_document_that_is_not_made_cannot_be_downloaded(signed_in, visit):
    signed_in.get(f"/visits/{visit.id}/documents")
    signed_in.submit("request")
    signed_in.get(f"/documents/{the_document().id}/file", status=404)


def test_a_file_that_was_exchanged_is_not_handed_over_and_can_be_made_anew(signed_in, visit):
    signed_in.get(f"/visits/{visit.id}/documents")
    signed_in.submit("request")
    work_off()
    exchanged = the_document()
    exchanged.pdf = exchanged.pdf.replace(b"Westgate", b"Eastgate") + b"\n"
    db.session.commit()
    page = signed_in.get(f"/documents/{exchanged.id}/file")
    assert "somebody exchanged it in the database" in page.get_text()
    assert signed_in.response.mimetype == "text/html"
    signed_in.get(f"/visits/{visit.id}/documents")
    signed_in.submit("request")
    work_off()
    db.session.expire_all()
    (anew,) = db.session.query(Document).where(Document.id != exchanged.id)
    signed_in.get(f"/documents/{anew.id}/file")
    assert signed_in.response.mimetype == "application/pdf"


def test_documents_of_a_visit_one_may_not_see_do_not_exist(web, visit, body, monitor, now):
    web.sign_in(monitor)
    web.get(f"/visits/{visit.id}/documents")
    web.submit("request")
    document = the_document()
    other = web.__class__(web.client.application)
    other.sign_in(accounts.monitor(body))
    for path in ("", "/progress", "/file"):
        other.get(f"/documents/{document.id}{path}", status=404)
    other.get(f"/visits/{visit.id}/documents", status=404)


def test_an_empty_form_asked_for_at_a_place_has_its_type(signed_in, mechanism):
    place = places.place(mechanism, type="police-station")
    page = signed_in.get(f"/places/{place.id}")
    page = signed_in.get(page.find("a", string="Print an empty form")["href"])
    assert page.select_one("#place_type option[selected]")["value"] == "police-station"
    signed_in.submit("blank-form")
    assert the_document().scope_data["place_type"] == "police-station"
    assert signed_in.get("/forms?place_type=castle").select("#place_type option[selected]") == []
