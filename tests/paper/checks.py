"""Printed forms of types of place, and what is wrong with one: held against the screen, page by page."""

from monitor.guide.loading import get_guide
from monitor.guide.scope import FormKind, Scope, pages, select_items
from monitor.paper.codes import PageCode
from monitor.paper.printing import with_codes
from monitor.reports.blank_form import BlankForm
from monitor.reports.rendering import Pdf
from tests.paper.reading import codes_in, pictures
from tests.reports.reading import ReadPdf

GUIDE = get_guide()
NUMBER = "48217305"


def form_of_type(place_type: str, form: FormKind) -> BlankForm:
    """Return the form of a visit to a place of this type."""
    return with_codes(
        BlankForm(Scope(place_type, form=form), "en", place="Westgate, Harbour", reference="WES-1"), NUMBER
    )


def items_on_screen(scope: Scope) -> list[str]:
    """The items in the order in which the pages of the screen ask them."""
    return [item.id for page in pages(GUIDE, select_items(GUIDE, scope)) for item in page.items]


def wrong_in(pdf: Pdf, scope: Scope) -> list[str]:
    """Say what is wrong with a printed form: a code that is not read, an item missing or out of order."""
    wrong = [
        f"page {page}: {codes_in(picture)}"
        for page, picture in enumerate(pictures(pdf.data), 1)
        if codes_in(picture) != [str(PageCode(NUMBER, page))]
    ]
    if [name for names in pdf.anchors for name in names] != items_on_screen(scope):
        wrong.append("the items differ from the screen")
    for number, (text, names) in enumerate(zip(ReadPdf(pdf.data).pages, pdf.anchors, strict=True), 1):
        if PageCode(NUMBER, number).shown not in text:
            wrong.append(f"page {number} does not say its code in digits")
        rest = text
        for item in (GUIDE.items[name] for name in names):
            _before, found, rest = rest.partition(f"{item.number} {' '.join(item.question.split())}")
            if not found:
                wrong.append(f"page {number} does not ask {item.id} where it should")
    return wrong
