"""Printing the form of a visit: which part, with what on it, and the note of what stands on which page."""

from collections.abc import Callable
from datetime import datetime

import pytest

from monitor.accounts.models import User
from monitor.db import db
from monitor.guide.scope import Scope
from monitor.paper import operations, queries
from monitor.paper import printing as paper_printing
from monitor.paper.codes import PageCode
from monitor.paper.models import SHARED, WHOLE, PrintedForm
from monitor.paper.printing import form_to_print, most_pages
from monitor.reports import tasks
from monitor.reports.blank_form import RECOMMENDATION, blank_form_html
from monitor.reports.models import Document, DocumentState, Paper, Problem
from monitor.visits.form_pages import read_form
from monitor.visits.models import Visit
from monitor.visits.operations import approve
from tests.factories import visits
from tests.factories.accounts import AT
from tests.factories.recommendations import recommendation
from tests.reports.reading import ReadPdf

ASSIGNED = ["treatment", "health"]


@pytest.fixture
def printing(monitor: User, now: datetime) -> Callable[..., Document]:
    """Have the form of a visit printed."""

    def make(visit: Visit, part: str = WHOLE, language: str = "en") -> Document:
        return operations.request_print(visit, part, language=language, paper=Paper.A4, by=monitor, at=now)

    return make


def html_of(document: Document) -> str:
    printed = queries.of_document(document)
    return blank_form_html(form_to_print(printed, printed.visit, document))


def test_drawing_notes_what_stands_on_which_page(visit: Visit, printing: Callable[..., Document]) -> None:
    document = printing(visit)
    tasks.render_document(document.id)
    assert document.state is DocumentState.DONE
    printed = queries.of_document(document)
    assert printed.pages is not None
    assert [name for names in printed.pages for name in names] == list(read_form(visit).items)
    pages = ReadPdf(document.pdf or b"").pages
    assert len(pages) == len(printed.pages)
    for number, text in enumerate(pages, 1):
        assert PageCode(printed.number, number).shown in text
    assert "Westgate, Harbour" in pages[0]


def test_the_same_form_is_one_printing_and_a_changed_one_another(
    visit: Visit, printing: Callable[..., Document]
) -> None:
    first = printing(visit)
    assert printing(visit) is first
    assert len(queries.of_visit(visit)) == 1
    visit.sheet.scope = Scope("prison", form="topics", topics=("food-water",))
    db.session.flush()
    second = printing(visit)
    assert queries.of_document(second).number != queries.of_document(first).number
    assert queries.of_document(first).is_old
    assert not queries.of_document(second).is_old


def test_chosen_topics_are_printed(visit: Visit, printing: Callable[..., Document]) -> None:
    visit.sheet.scope = Scope("prison", form="topics", topics=("food-water",))
    html = html_of(printing(visit))
    items = list(read_form(visit).items.values())
    assert 0 < len(items) < 15
    assert html.count('<div class="item"') == len(items)
    assert "Chosen topics" in html


def test_nobody_is_named(visit: Visit, printing: Callable[..., Document], monitor: User) -> None:
    visit.team[0].sections = ASSIGNED
    for part in (WHOLE, SHARED, "treatment"):
        assert monitor.name not in html_of(printing(visit, part))


def test_each_assigned_section_begins_on_a_sheet_of_its_own(visit: Visit, printing: Callable[..., Document]) -> None:
    visit.team[0].sections = ASSIGNED
    document = printing(visit, SHARED)
    tasks.render_document(document.id)
    pages = queries.of_document(document).pages or []
    items = read_form(visit).items
    assert [name for names in pages for name in names] == list(items)
    for names in pages:
        sections = {items[name].section_id for name in names}
        assert len(sections) == 1 or not sections & set(ASSIGNED)
    for section in ASSIGNED:
        own = [number for number, names in enumerate(pages, 1) if section in {items[name].section_id for name in names}]
        assert own[0] % 2 == 1, "two people's questions stand on one sheet"


def test_one_section_is_printed_alone(visit: Visit, printing: Callable[..., Document]) -> None:
    html = html_of(printing(visit, "treatment"))
    wanted = [item for item in read_form(visit).items.values() if item.section_id == "treatment"]
    assert html.count('<div class="item"') == len(wanted)
    assert all(f'id="{item.id}"' in html for item in wanted)


def test_there_are_codes_for_more_pages_than_a_form_can_have(visit: Visit, printing: Callable[..., Document]) -> None:
    visit.team[0].sections = ASSIGNED
    document = printing(visit, SHARED)
    form = form_to_print(queries.of_document(document), visit, document)
    tasks.render_document(document.id)
    assert len(form.codes) == most_pages(form) > len(queries.of_document(document).pages or [])


def test_a_form_with_too_few_codes_is_not_handed_out(
    visit: Visit, printing: Callable[..., Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper_printing, "most_pages", lambda _form: 2)
    document = printing(visit)
    tasks.render_document(document.id)
    assert (document.state, document.problem) == (DocumentState.FAILED, Problem.FAULT)
    assert queries.of_document(document).pages is None


def test_a_number_that_is_taken_is_not_given_again(
    visit: Visit, printing: Callable[..., Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = queries.of_document(printing(visit)).number
    offered = iter([taken, "00000001"])
    monkeypatch.setattr(queries, "new_number", lambda: next(offered))
    assert queries.free_number() == "00000001"


def test_a_printing_is_found_by_those_who_see_its_visit(
    visit: Visit, printing: Callable[..., Document], monitor: User, coordinator: User, body: object
) -> None:
    printed: PrintedForm = queries.of_document(printing(visit))
    assert queries.get_printed(monitor, printed.number) is printed
    assert queries.get_printed(coordinator, printed.number) is printed
    visit.team.clear()
    db.session.flush()
    assert queries.get_printed(monitor, printed.number) is None


def test_the_open_recommendations_of_the_place_stand_first(
    visit: Visit, printing: Callable[..., Document], monitor: User, coordinator: User
) -> None:
    before = visits.in_review(visit.place, lead=monitor)
    row = recommendation(before, by=coordinator, text="Mend the showers.")
    approve(before, by=coordinator, at=AT)
    db.session.flush()
    document = printing(visit)
    tasks.render_document(document.id)
    pages = queries.of_document(document).pages or []
    assert pages[0][0] == f"{RECOMMENDATION}{row.id.hex}"
    assert "Mend the showers." in ReadPdf(document.pdf or b"").pages[0]
    assert "Mend the showers." not in html_of(printing(visit, "treatment"))


@pytest.mark.parametrize(("text", "direction"), [("Mend the showers.", "ltr"), ("إصلاح الحمامات.", "rtl")])
def test_a_recommendation_runs_as_it_was_written_on_a_form_of_another_language(
    text: str, direction: str, visit: Visit, printing: Callable[..., Document], monitor: User, coordinator: User
) -> None:
    before = visits.in_review(visit.place, lead=monitor)
    recommendation(before, by=coordinator, text=text)
    approve(before, by=coordinator, at=AT)
    db.session.flush()
    for language in ("ar", "en"):
        assert f'<span lang="en" dir="{direction}">{text}</span>' in html_of(printing(visit, language=language))
