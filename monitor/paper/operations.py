"""Having forms printed, marking pages, keeping and destroying scans."""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from monitor.accounts.models import User
from monitor.audit.operations import record_event
from monitor.db import db, new_id
from monitor.evidence import operations as evidence
from monitor.evidence.operations import Sent
from monitor.paper import queries
from monitor.paper.models import Mark, PageMark, PageScan, PrintedForm
from monitor.paper.printing import form_to_print
from monitor.reports.blank_form import look_of
from monitor.reports.content import Version
from monitor.reports.models import Document, DocumentKind, Paper
from monitor.reports.operations import ask_for
from monitor.reports.rendering import look_fingerprint
from monitor.visits.models import Visit


class ScanNotKept(Exception):
    """The page is checked, and the mechanism keeps no scans of checked pages."""


def request_print(visit: Visit, part: str, *, language: str, paper: Paper, by: User, at: datetime) -> Document:
    """Have the form of a visit printed, or the part of it that PrintedForm.part names.

    Where a printing says and looks the same, that one is returned: its pages can be printed and copied again.
    """
    document = Document(
        kind=DocumentKind.PRINTED_FORM, visit_id=visit.id, audience=Version.INTERNAL, language=language, paper=paper,
        requested_by=by,
    )  # fmt: skip
    printed = PrintedForm(
        id=new_id(), mechanism_id=visit.mechanism_id, visit_id=visit.id, number=queries.free_number(),
        guide_version=visit.sheet.guide_version, scope_data=visit.sheet.scope_data, part=part,
    )  # fmt: skip
    form = form_to_print(printed, visit, document)
    document.scope_data = printed.scope_data
    document.content_hash = sha256(repr(replace(form, codes=())).encode()).hexdigest()
    document.look = look_fingerprint(look_of(replace(form, codes=form.codes[:1])))
    asked = ask_for(document, visit.mechanism_id, by=by, at=at)
    if asked is document:
        printed.document_id = document.id
        db.session.add(printed)
        db.session.flush()
    return asked


def mark_entered(printed: PrintedForm, page: int, *, by: User, at: datetime) -> None:
    """Note that everything on a page is typed in."""
    _mark("page:entered", printed, page, by, at)


def mark_checked(printed: PrintedForm, page: int, *, by: User, at: datetime) -> int:
    """Note that what was typed was held against the paper; return how many scans that destroyed, for good.

    Scans stay where the mechanism's rule keeps them (data protection: paper is destroyed after checked entry).
    """
    doomed = queries.scans(printed, page) if by.mechanism.destroys_scans else []
    for scan in doomed:
        file = scan.file
        db.session.delete(scan)
        db.session.flush()
        evidence.remove_file(file, by=by, at=at)
    _mark("page:checked", printed, page, by, at, scans_destroyed=len(doomed))
    return len(doomed)


def attach_scan(printed: PrintedForm, page: int, sent: Sent, *, by: User, at: datetime) -> PageScan:
    """Seal a scan of a page as other files are; it is never for reports.

    Raises ScanNotKept for a page that is checked where the mechanism destroys scans then, UnfitFile, KeysRefused.
    """
    if by.mechanism.destroys_scans and Mark.CHECKED in queries.marks(printed).get(page, {}):
        raise ScanNotKept
    file = evidence.add_file(printed.visit, sent, by=by, at=at, is_for_reports=False)
    scan = PageScan(
        mechanism_id=printed.mechanism_id, printed_form_id=printed.id, page=page, file_id=file.id, file=file
    )
    db.session.add(scan)
    db.session.flush()
    return scan


def _mark(tag: str, printed: PrintedForm, page: int, by: User, at: datetime, *, scans_destroyed: int = 0) -> None:
    mark = Mark(tag.removeprefix("page:"))
    row = PageMark(
        mechanism_id=printed.mechanism_id, printed_form_id=printed.id, page=page, mark=mark, by_id=by.id, by=by, at=at,
        scans_destroyed=scans_destroyed,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    record_event(
        tag, mechanism_id=printed.mechanism_id, subject_id=printed.visit_id, by=by.id, at=at,
        number=printed.number, page=page, scans_destroyed=scans_destroyed,
    )  # fmt: skip
