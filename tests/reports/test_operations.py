"""Documents are asked for once, rendered in the background, and say what became of them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from monitor.answers.operations import Change
from monitor.audit.models import AuditEvent
from monitor.db import db, new_id
from monitor.guide.scope import Scope, UnfitScope
from monitor.jobs.limited import ChildFailed, Kind, LimitReached
from monitor.jobs.queue import WorkerEnds
from monitor.reports import operations, queries, tasks
from monitor.reports.models import DocumentState, Paper, Problem
from monitor.reports.rendering import Pdf
from monitor.reports.visit_report import ReportTooLarge
from monitor.visits.operations import record_answers
from tests.factories import accounts, places, visits
from tests.reports.reading import ReadPdf

CANARY = "canary-4711"


@pytest.fixture
def visit(mechanism, monitor):
    """A visit on which something was written."""
    made = visits.under_way(places.place(mechanism), lead=monitor)
    changes = [
        Change(item, value, comment, [], False, base=0, id=new_id())
        for item, value, comment in [("ill-investigation", "partly", "seen-4711"), ("int-fear", "yes", CANARY)]
    ]
    record_answers(made, changes, by=monitor, at=accounts.AT)
    db.session.commit()
    return made


@pytest.fixture
def ask(visit, monitor, now):
    """Ask for the report on the visit."""

    def request(**changes):
        chosen = {"language": None, "paper": Paper.A4, "by": monitor, "at": now} | changes
        return operations.request_visit_report(visit, **chosen)

    return request


def tags(document) -> list[str]:
    query = select(AuditEvent.tag).where(AuditEvent.subject_id == document.id).order_by(AuditEvent.sequence)
    return list(db.session.scalars(query))


def test_a_request_waits_and_is_recorded(ask, visit, monitor):
    document = ask()
    assert document.state is DocumentState.QUEUED
    assert (document.visit_id, document.requested_by_id) == (visit.id, monitor.id)
    assert document.language == visit.language
    assert tags(document) == ["document:requested"]


def test_the_same_content_is_rendered_once(ask, visit, monitor, now):
    first = ask()
    assert ask() is first
    assert ask(paper=Paper.LETTER) is not first
    assert ask(language="fr") is not first
    visit.summary = "Another."
    assert ask() is not first


def test_a_changed_look_or_a_failure_is_rendered_again(ask, monkeypatch, now):
    first = ask()
    monkeypatch.setattr(operations, "look_fingerprint", lambda look: "another")
    second = ask()
    assert second is not first
    operations.fail(second, Problem.FAULT, at=now)
    assert ask() is not second


def test_a_document_is_rendered_and_kept(ask, now):
    document = ask()
    db.session.commit()
    tasks.render_document(document.id)
    assert document.state is DocumentState.DONE
    assert document.progress == 100
    assert (document.pages, document.size) == (len(ReadPdf(document.pdf).pages), len(document.pdf))
    text = ReadPdf(document.pdf).text
    assert "seen-4711" in text
    assert CANARY not in text
    assert tags(document) == ["document:requested", "document:rendered"]
    (head,) = db.session.scalars(
        select(AuditEvent.mac).where(AuditEvent.tag == "document:requested", AuditEvent.subject_id == document.id)
    )
    assert head.hex() in text.replace(" ", "")


def test_a_finished_document_is_not_rendered_again(ask, monkeypatch):
    document = ask()
    monkeypatch.setattr(tasks, "visit_report_pdf", lambda *_, **__: Pdf(b"%PDF", ((),)))
    tasks.render_document(document.id)
    monkeypatch.setattr(tasks, "visit_report_pdf", lambda *_, **__: pytest.fail("rendered twice"))
    tasks.render_document(document.id)
    tasks.render_document(new_id())


@pytest.mark.parametrize(
    ("failure", "problem", "detail"),
    [
        (ReportTooLarge(Kind.MEMORY, (("Force", 9),)), Problem.TOO_LARGE, [["Force", 9]]),
        (LimitReached(Kind.PROCESSOR), Problem.TOO_LARGE, None),
        (ChildFailed("KeyError"), Problem.FAULT, None),
    ],
)
def test_a_failure_is_kept_with_its_reason(ask, monkeypatch, failure, problem, detail):
    def fail(*_, **__):
        raise failure

    document = ask()
    monkeypatch.setattr(tasks, "visit_report_pdf", fail)
    tasks.render_document(document.id)
    assert (document.state, document.problem, document.problem_detail) == (DocumentState.FAILED, problem, detail)
    assert document.pdf is None
    assert tags(document)[-1] == "document:failed"


def test_a_worker_that_ends_gives_its_document_back(ask, monkeypatch):
    def end(*_, **__):
        raise WorkerEnds

    document = ask()
    monkeypatch.setattr(tasks, "visit_report_pdf", end)
    with pytest.raises(WorkerEnds):
        tasks.render_document(document.id)
    assert document.state is DocumentState.QUEUED
    assert document.started_at is None


def test_progress_is_kept_but_not_with_every_page(ask, monkeypatch):
    moments = iter((10.0, 10.0, 10.1, 10.9, 10.9))
    monkeypatch.setattr(tasks.time, "monotonic", lambda: next(moments))
    document = ask()
    keep = tasks.progress_keeper(document)
    for percent in (5, 10, 15):
        keep(percent)
    assert document.progress == 15
    assert list(moments) == []


def test_lost_documents_are_found_again(ask, now):
    waiting = ask()
    assert list(queries.lost(now + timedelta(seconds=59))) == []
    assert list(queries.lost(now + timedelta(seconds=61))) == [waiting.id]
    operations.start(waiting, at=now)
    assert list(queries.lost(now + timedelta(minutes=14))) == []
    assert list(queries.lost(now + timedelta(minutes=16))) == [waiting.id]
    operations.finish(waiting, Pdf(b"%PDF", ((),)), at=now)
    assert list(queries.lost(now + timedelta(days=9))) == []


def test_an_unknown_scope_is_refused_when_asked_for(monitor, now):
    document = operations.request_blank_form(
        Scope("prison", form="core"), language="en", paper=Paper.A4, by=monitor, at=now
    )
    assert document.visit is None
    with pytest.raises(UnfitScope):
        Scope.from_json({"form": "castle"})


def test_documents_are_seen_with_their_visit_and_forms_by_their_owner(ask, body, monitor, coordinator, now):
    report = ask()
    form = operations.request_blank_form(Scope("prison"), language="en", paper=Paper.A4, by=monitor, at=now)
    db.session.flush()
    stranger = accounts.monitor(body)
    assert queries.get_document(monitor, report.id) is report
    assert queries.get_document(coordinator, report.id) is report
    assert queries.get_document(stranger, report.id) is None
    assert queries.get_document(monitor, form.id) is form
    assert queries.get_document(coordinator, form.id) is None


def test_file_names_tell_nothing(ask, visit):
    document = ask()
    assert document.file_name.startswith("report-")
    assert visit.place.name.lower() not in document.file_name
    assert visit.reference.lower() not in document.file_name
