"""Printing the form of a visit: which part of it, with which codes, and what came to stand on which page."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from monitor.db import db
from monitor.guide.loading import get_guide
from monitor.guide.scope import select_items
from monitor.jobs.limited import ChildFailed
from monitor.paper import queries
from monitor.paper.codes import PageCode
from monitor.paper.models import SHARED, WHOLE, PrintedForm
from monitor.reports.blank_form import BlankForm, blank_form_pdf
from monitor.reports.models import Document
from monitor.reports.operations import form_of
from monitor.reports.rendering import Pdf
from monitor.reports.tasks import Drawing
from monitor.visits.models import Visit

SPARE_PAGES: Final = 6
"""Pages without any item: notes, empty backs of sheets."""
SIGNS_OF_A_PAGE: Final = 2_000
"""A recommendation of more signs may need more than one page."""


def assigned_sections(visit: Visit) -> frozenset[str]:
    """Return the sections that somebody on the team looks after; whom is not said on paper."""
    return frozenset(section for member in visit.team for section in member.sections)


def form_to_print(printed: PrintedForm, visit: Visit, document: Document) -> BlankForm:
    """Return what is printed: the form of the visit, the chosen part of it, and the code of each page."""
    form = form_of(printed.scope, visit, document.language, document.paper, document.requested_by.mechanism)
    form = replace(form, guide_version=printed.guide_version)
    if printed.part == SHARED:
        form = replace(form, shared=tuple(sorted(assigned_sections(visit))))
    elif printed.part != WHOLE:
        form = replace(form, only=printed.part, to_check=())
    return with_codes(form, printed.number)


def with_codes(form: BlankForm, number: str) -> BlankForm:
    """Return the form with a code for every page that it can have."""
    return replace(form, codes=tuple(PageCode(number, page).shown for page in range(1, most_pages(form) + 1)))


def most_pages(form: BlankForm) -> int:
    """Return more pages than a form can have: any two items share one, parts begin new ones, and some to spare."""
    items = len(select_items(get_guide(form.guide_version), form.scope))
    checks = sum(1 + len(one.text) // SIGNS_OF_A_PAGE for one in form.to_check)
    return items // 2 + checks + 4 * len(form.shared) + SPARE_PAGES


def drawing_of(document: Document) -> Drawing:
    """Read the form that a document was asked for; drawing it notes what stands on which page."""
    printed = queries.of_document(document)
    form = form_to_print(printed, printed.visit, document)

    def draw(on_progress: Callable[[int], None]) -> Pdf:
        pdf = blank_form_pdf(form, on_progress=on_progress)
        if pdf.pages > len(form.codes):
            raise ChildFailed("PageWithoutCode")
        printed.pages = [list(names) for names in pdf.anchors]
        db.session.flush()
        return pdf

    return draw
