"""Everything that left about a visit in one zip: made of what is there, handed over while all of it may leave."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from monitor.accounts.models import User
from monitor.authorities.models import Authority
from monitor.db import db
from monitor.jobs.queue import get_queue
from monitor.letters import bundles, operations
from monitor.letters.bundles import NothingLeft
from monitor.letters.models import Letter
from monitor.recommendations import following_up
from monitor.recommendations.following_up import ReplyDraft
from monitor.recommendations.models import Position, Recommendation
from monitor.reports import releases
from monitor.reports.content import Version
from monitor.reports.models import Document, DocumentKind, DocumentState, Outgoing, Paper, Problem, ReleaseCheck
from monitor.reports.operations import request_visit_report
from monitor.reports.tasks import RENDER, render_document
from monitor.tenancy import across_mechanisms
from monitor.visits import operations as visit_operations
from monitor.visits.models import Visit
from tests.client import Browser
from tests.factories.accounts import AT
from tests.factories.releases import let_leave
from tests.letters.conftest import TODAY, let_go


@pytest.fixture
def released(visit: Visit, letter: Letter, office: Authority, monitor: User, coordinator: User) -> list[Document]:
    """Both versions of an approved visit, released and waiting; one letter that was sent and one that was not."""
    visit_operations.submit(visit, by=monitor, at=AT)
    visit_operations.approve(visit, by=coordinator, at=AT)
    waiting = []
    for version in (Version.AUTHORITY, Version.PUBLIC):
        let_leave(visit, Outgoing(version.value), by=coordinator.id, at=AT)
        waiting.append(
            request_visit_report(visit, language=None, paper=Paper.A4, by=coordinator, at=AT, version=version)
        )
    let_go(letter, coordinator)
    document = operations.request_letter(letter, paper=Paper.A4, by=coordinator, at=AT)
    db.session.commit()
    run(document)
    operations.send_letter(letter, on=TODAY, today=TODAY, by=coordinator, at=AT)
    operations.begin_from(letter, today=TODAY, by=coordinator, at=AT)
    db.session.commit()
    return waiting


def run(document: Document) -> None:
    """Render a document as the worker does."""
    with across_mechanisms():
        render_document(document.id)
        db.session.commit()


def test_it_holds_what_was_released_and_sent_and_renders_only_what_waits(
    visit: Visit, released: list[Document], coordinator: User
) -> None:
    bundle = bundles.request_bundle(visit, by=coordinator, at=AT)
    db.session.commit()
    run(released[0])
    first = released[0].finished_at
    run(bundle)
    assert bundle.state is DocumentState.DONE
    assert released[0].finished_at == first
    with ZipFile(BytesIO(bundle.pdf or b"")) as made:
        assert set(made.namelist()) == {
            "report-authority-en.pdf", "report-public-en.pdf", "letter-1-urgent.pdf", "internal/follow-up.xlsx",
        }  # fmt: skip
        assert made.read("report-public-en.pdf") == released[1].pdf
    assert bundle.file_name.endswith(".zip")
    assert bundles.request_bundle(visit, by=coordinator, at=AT) is bundle


def test_the_follow_up_table_lies_beside_and_a_reply_makes_it_new(
    visit: Visit, released: list[Document], coordinator: User
) -> None:
    row = db.session.query(Recommendation).filter_by(visit_id=visit.id).first()
    assert row
    first = bundles.request_bundle(visit, by=coordinator, at=AT)
    db.session.commit()
    run(first)
    assert told_in(first, row) == "No answer yet"
    reply = ReplyDraft(TODAY, Position.ACCEPTED, "It will be done.", claims_done=False)
    following_up.record_reply(row, reply, today=TODAY, by=coordinator, at=AT)
    second = bundles.request_bundle(visit, by=coordinator, at=AT)
    db.session.commit()
    assert second is not first
    run(second)
    assert told_in(second, row) == "Accepted"


def told_in(bundle: Document, row: Recommendation) -> str:
    """Return the position that the table in a zip tells of a recommendation."""
    with ZipFile(BytesIO(bundle.pdf or b"")) as made:
        sheet = load_workbook(BytesIO(made.read("internal/follow-up.xlsx"))).active
    assert sheet is not None
    return next(str(line[7]) for line in sheet.iter_rows(values_only=True) if line[0] == row.reference)


def test_it_is_not_handed_over_while_a_part_may_not_leave(
    visit: Visit, released: list[Document], coordinator: User
) -> None:
    bundle = bundles.request_bundle(visit, by=coordinator, at=AT)
    db.session.commit()
    run(bundle)
    assert releases.refusal_of_document(bundle) is None
    for check in db.session.query(ReleaseCheck).filter_by(outgoing=Outgoing.PUBLIC):
        db.session.delete(check)
    db.session.flush()
    assert releases.refusal_of_document(bundle) is not None
    again = bundles.request_bundle(visit, by=coordinator, at=AT)
    assert len((again.scope_data or {})["documents"]) == 2


def test_a_part_that_may_no_longer_leave_stops_it(visit: Visit, released: list[Document], coordinator: User) -> None:
    bundle = bundles.request_bundle(visit, by=coordinator, at=AT)
    for check in db.session.query(ReleaseCheck).filter_by(outgoing=Outgoing.PUBLIC):
        db.session.delete(check)
    db.session.commit()
    run(bundle)
    assert (bundle.state, bundle.problem) == (DocumentState.FAILED, Problem.NOT_RELEASED)
    assert bundle.pdf is None


def test_of_a_visit_that_nothing_left_of_there_is_none(visit: Visit, coordinator: User) -> None:
    with pytest.raises(NothingLeft):
        bundles.request_bundle(visit, by=coordinator, at=AT)


def test_one_click_and_a_bar(web: Browser, visit: Visit, released: list[Document], coordinator: User) -> None:
    web.sign_in(coordinator)
    web.get(f"/visits/{visit.id}/documents")
    web.post(f"/visits/{visit.id}/documents/bundle", {})
    assert web.page.find("progress")
    assert get_queue().jobs[RENDER.name]
    assert get_queue().work_off() >= 1
    db.session.expire_all()
    bundle = db.session.query(Document).filter_by(kind=DocumentKind.BUNDLE).one()
    web.get(f"/documents/{bundle.id}")
    assert "Download the zip" in web.main
    web.get(f"/documents/{bundle.id}/file")
    assert web.response.mimetype == "application/zip"
    assert web.response.data.startswith(b"PK")
