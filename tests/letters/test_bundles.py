"""Everything about a visit that one person may open, in one zip, handed over while all that left may leave."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from flask import current_app
from openpyxl import load_workbook

from monitor.access.guard import Guard
from monitor.access.permissions import Permission
from monitor.accounts.models import Body, Role, User
from monitor.audit.models import AuditEvent
from monitor.authorities.models import Authority
from monitor.db import db
from monitor.jobs.queue import get_queue
from monitor.letters import operations, zipping
from monitor.letters.bundles import request_bundle
from monitor.letters.models import Letter, LetterState
from monitor.recommendations import following_up
from monitor.recommendations.following_up import ReplyDraft
from monitor.recommendations.models import Position, Recommendation
from monitor.reports import operations as reports
from monitor.reports import queries, releases
from monitor.reports.content import Version
from monitor.reports.document_words import title_of
from monitor.reports.models import Document, DocumentKind, DocumentState, Outgoing, Paper, Problem, ReleaseCheck
from monitor.reports.operations import request_visit_report
from monitor.reports.tasks import RENDER, render_document
from monitor.tenancy import across_mechanisms
from monitor.visits import operations as visit_operations
from monitor.visits.models import TeamRole, Visit
from monitor.visits.operations import Member
from tests.client import Browser
from tests.factories import accounts
from tests.factories.accounts import AT
from tests.factories.releases import let_leave
from tests.letters.conftest import TODAY, let_go
from tests.reports.reading import ReadPdf


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


def asked(visit: Visit, by: User) -> Document:
    """Ask for the zip as a page does, with the rules of the application."""
    bundle = request_bundle(visit, partial(guard().permits, by), by=by, at=AT)
    db.session.commit()
    return bundle


def guard() -> Guard:
    found = current_app.extensions["guard"]
    assert isinstance(found, Guard)
    return found


@contextmanager
def opened(bundle: Document) -> Iterator[ZipFile]:
    """Open what was made."""
    with ZipFile(BytesIO(bundle.pdf or b"")) as made:
        yield made


def contents_of(bundle: Document) -> str:
    with opened(bundle) as made:
        return made.read(made.namelist()[0]).decode("utf-8-sig")


WHOLE = [
    "contents.txt", "released/report-authority-en.pdf", "released/report-public-en.pdf", "sent/letter-1-urgent.pdf",
    "internal/report-en.pdf", "internal/follow-up-en.pdf", "internal/follow-up-en.xlsx", "drafts/letter-2-urgent.docx",
]  # fmt: skip


def test_it_holds_everything_and_renders_only_what_waits(
    visit: Visit, released: list[Document], coordinator: User
) -> None:
    bundle = asked(visit, coordinator)
    run(released[0])
    first = released[0].finished_at
    run(bundle)
    assert bundle.state is DocumentState.DONE
    assert released[0].finished_at == first
    with opened(bundle) as made:
        assert made.namelist() == WHOLE
        assert made.read("released/report-public-en.pdf") == released[1].pdf
        assert made.read("internal/report-en.pdf").startswith(b"%PDF")
    assert bundle.file_name.endswith(".zip")
    assert asked(visit, coordinator) is bundle


def test_the_list_of_contents_says_what_each_file_is_and_how_far(
    visit: Visit, released: list[Document], coordinator: User
) -> None:
    bundle = asked(visit, coordinator)
    run(bundle)
    said = contents_of(bundle)
    for name in WHOLE[1:]:
        assert name in said
    for sentence in (
        "Visit report, internal (English)", "Released on 14 March 2026.", "Sent on 14 March 2026",
        "not sent, and not to be passed on", f"Put together for {coordinator.name}.",
    ):  # fmt: skip
        assert sentence in said
    assert "Not in this zip" not in said


def test_a_letter_in_draft_says_so_and_comes_as_it_stands(
    visit: Visit, released: list[Document], coordinator: User
) -> None:
    first = asked(visit, coordinator)
    run(first)
    with opened(first) as made:
        text = docx.Document(BytesIO(made.read("drafts/letter-2-urgent.docx")))
    assert "Brouillon à usage interne" in text.sections[0].header.paragraphs[0].text
    draft = db.session.query(Letter).filter_by(state=LetterState.DRAFT).one()
    draft.blocks = {**draft.blocks, "why": "The cells burn."}
    second = asked(visit, coordinator)
    assert second is not first
    assert db.session.get(Document, first.id) is None
    run(second)
    with opened(second) as made:
        text = docx.Document(BytesIO(made.read("drafts/letter-2-urgent.docx")))
    assert "The cells burn." in [paragraph.text for paragraph in text.paragraphs]


def test_the_internal_report_follows_the_visit(visit: Visit, coordinator: User) -> None:
    first = asked(visit, coordinator)
    visit.summary = "It smells of smoke."
    second = asked(visit, coordinator)
    assert second is not first
    run(second)
    with opened(second) as made:
        assert [name for name in made.namelist() if "report" in name] == ["internal/report-en.pdf"]
        assert "It smells of smoke." in ReadPdf(made.read("internal/report-en.pdf")).text


def test_the_follow_up_table_lies_beside_and_a_reply_makes_it_new(
    visit: Visit, released: list[Document], coordinator: User
) -> None:
    row = db.session.query(Recommendation).filter_by(visit_id=visit.id).first()
    assert row
    first = asked(visit, coordinator)
    run(first)
    assert told_in(first, row) == "No answer yet"
    reply = ReplyDraft(TODAY, Position.ACCEPTED, "It will be done.", claims_done=False)
    following_up.record_reply(row, reply, today=TODAY, by=coordinator, at=AT)
    second = asked(visit, coordinator)
    assert second is not first
    run(second)
    assert told_in(second, row) == "Accepted"
    with opened(second) as made:
        assert "It will be done." in ReadPdf(made.read("internal/follow-up-en.pdf")).text


def told_in(bundle: Document, row: Recommendation) -> str:
    """Return the position that the table in a zip tells of a recommendation."""
    with opened(bundle) as made:
        sheet = load_workbook(BytesIO(made.read("internal/follow-up-en.xlsx"))).active
    assert sheet is not None
    return next(str(line[6]) for line in sheet.iter_rows(values_only=True) if line[0] == row.reference)


def test_nothing_goes_in_that_the_person_may_not_open(visit: Visit, body: Body, letter: Letter) -> None:
    expert = accounts.person(body, Role.OUTSIDE)
    team = [Member(member.user_id, member.role) for member in visit.team]
    visit_operations.set_team(visit, [*team, Member(expert.id, TeamRole.EXPERT)], by=None, at=AT)
    bundle = asked(visit, expert)
    run(bundle)
    assert not guard().permits(expert, Permission.PLACE_READ, visit.place)
    with opened(bundle) as made:
        assert made.namelist() == ["contents.txt", "internal/report-en.pdf", "drafts/letter-1-urgent.docx"]


def test_it_belongs_to_who_asked(visit: Visit, released: list[Document], coordinator: User, monitor: User) -> None:
    bundle = asked(visit, coordinator)
    own = asked(visit, monitor)
    assert own is not bundle
    assert queries.get_document(monitor, own.id) is own
    assert queries.get_document(monitor, bundle.id) is None
    assert bundle not in queries.of_visit(visit, monitor)
    assert bundle in queries.of_visit(visit, coordinator)


def test_it_is_not_handed_over_while_a_part_may_not_leave(
    visit: Visit, released: list[Document], coordinator: User
) -> None:
    bundle = asked(visit, coordinator)
    run(bundle)
    assert releases.refusal_of_document(bundle) is None
    for check in db.session.query(ReleaseCheck).filter_by(outgoing=Outgoing.PUBLIC):
        db.session.delete(check)
    db.session.flush()
    assert releases.refusal_of_document(bundle) is not None
    again = asked(visit, coordinator)
    run(again)
    assert releases.refusal_of_document(again) is None
    with opened(again) as made:
        assert "released/report-public-en.pdf" not in made.namelist()
    assert "Visit report, public (English): Nobody has checked this content yet" in contents_of(again)


def test_a_part_that_may_no_longer_leave_stops_it(visit: Visit, released: list[Document], coordinator: User) -> None:
    bundle = asked(visit, coordinator)
    for check in db.session.query(ReleaseCheck).filter_by(outgoing=Outgoing.PUBLIC):
        db.session.delete(check)
    db.session.commit()
    run(bundle)
    assert (bundle.state, bundle.problem) == (DocumentState.FAILED, Problem.NOT_RELEASED)
    assert bundle.pdf is None


def test_a_part_that_fails_is_named_and_the_others_are_kept(
    web: Browser, visit: Visit, released: list[Document], coordinator: User
) -> None:
    bundle = asked(visit, coordinator)
    internal = db.session.query(Document).filter_by(kind=DocumentKind.VISIT_REPORT, audience=Version.INTERNAL).one()
    reports.fail(internal, Problem.TOO_LARGE, at=AT)
    db.session.commit()
    run(bundle)
    assert bundle.state is DocumentState.DONE
    with opened(bundle) as made:
        assert made.namelist() == [name for name in WHOLE if name != "internal/report-en.pdf"]
    assert "Visit report, internal (English): The report takes more time or memory" in contents_of(bundle)
    web.sign_in(coordinator)
    web.get(f"/documents/{bundle.id}")
    assert "missing from the zip" in web.main
    assert "The report takes more time or memory" in web.main


def test_with_no_part_made_there_is_no_zip(visit: Visit, coordinator: User) -> None:
    bundle = asked(visit, coordinator)
    for part in queries.parts_of(bundle):
        reports.fail(part, Problem.FAULT, at=AT)
    db.session.commit()
    run(bundle)
    assert (bundle.state, bundle.problem) == (DocumentState.FAILED, Problem.FAULT)


def test_what_does_not_fit_is_left_out_and_named(
    visit: Visit, released: list[Document], coordinator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = asked(visit, coordinator)
    run(released[0])
    run(released[1])
    assert released[0].size
    assert released[1].size
    monkeypatch.setattr(zipping, "LARGEST", released[0].size + released[1].size - 1)
    run(bundle)
    with opened(bundle) as made:
        assert "released/report-authority-en.pdf" in made.namelist()
        assert "released/report-public-en.pdf" not in made.namelist()
    assert "Visit report, public (English): It does not fit into this zip." in contents_of(bundle)


def test_the_bar_says_which_document_is_being_made(
    web: Browser, visit: Visit, released: list[Document], coordinator: User
) -> None:
    bundle = asked(visit, coordinator)
    parts = queries.parts_of(bundle)
    run(parts[0])
    reports.start(bundle, at=AT)
    reports.start(parts[1], at=AT)
    parts[1].progress = 50
    db.session.commit()
    web.sign_in(coordinator)
    web.get(f"/documents/{bundle.id}")
    assert "(3 of 5)" in web.main
    told = web.ask(f"/documents/{bundle.id}/progress").get_json()
    assert len(parts) == 5
    assert (told["progress"], told["making"]) == (50, f"Being made: {title_of(parts[1])} (3 of 5)")


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
    taken = db.session.query(AuditEvent).filter_by(tag="document:downloaded").one()
    draft = db.session.query(Letter).filter_by(state=LetterState.DRAFT).one()
    assert taken.detail["letters"] == [str(draft.id)]
    assert len(taken.detail["documents"]) == 5
