"""Reading printings, what became of their pages, and scans; every read for a person starts from the visits they see."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from monitor.accounts.models import User
from monitor.db import db
from monitor.paper.codes import new_number
from monitor.paper.models import Mark, PageMark, PageScan, PrintedForm
from monitor.reports.models import Document
from monitor.visits.models import Visit
from monitor.visits.queries import visible_to


def get_printed(user: User, number: str) -> PrintedForm | None:
    """Find the printing with this number, of a visit that this person may see."""
    seen = visible_to(user).with_only_columns(Visit.id)
    return db.session.scalar(select(PrintedForm).where(PrintedForm.number == number, PrintedForm.visit_id.in_(seen)))


def of_visit(visit: Visit) -> Sequence[PrintedForm]:
    """Return the printings of a visit, newest first."""
    query = select(PrintedForm).where(PrintedForm.visit_id == visit.id).order_by(PrintedForm.id.desc())
    return db.session.scalars(query).all()


def of_document(document: Document) -> PrintedForm:
    """Return the printing that a document was asked for."""
    return db.session.scalars(select(PrintedForm).where(PrintedForm.document_id == document.id)).one()


def free_number() -> str:
    """Return a number that no printing of the mechanism has."""
    while True:
        number = new_number()
        if db.session.scalar(select(PrintedForm.id).where(PrintedForm.number == number)) is None:
            return number


def marks(printed: PrintedForm) -> dict[int, dict[Mark, PageMark]]:
    """Return page -> the last mark of each kind."""
    found: dict[int, dict[Mark, PageMark]] = {}
    query = select(PageMark).where(PageMark.printed_form_id == printed.id).order_by(PageMark.id)
    for mark in db.session.scalars(query):
        found.setdefault(mark.page, {})[mark.mark] = mark
    return found


def scans(printed: PrintedForm, page: int | None = None) -> Sequence[PageScan]:
    """Return the scans of a printing, or of one page of it, oldest first."""
    query = select(PageScan).where(PageScan.printed_form_id == printed.id).order_by(PageScan.id)
    if page is not None:
        query = query.where(PageScan.page == page)
    return db.session.scalars(query).all()


def files_that_are_scans(visit: Visit) -> set[UUID]:
    """Return the files of a visit that are scans of its pages."""
    query = select(PageScan.file_id).join(PrintedForm).where(PrintedForm.visit_id == visit.id)
    return set(db.session.scalars(query))
