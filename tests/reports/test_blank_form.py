"""The form on paper: everything the screen asks, in its order, ready to be written on."""

import re
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from monitor.guide.catalogue import Item
from monitor.guide.loading import get_guide
from monitor.guide.scope import Scope, UnfitScope, select_items
from monitor.guide.texts import texts
from monitor.recommendations.labels import JUDGEMENTS
from monitor.reports.blank_form import (
    LONGEST_BRIEF,
    RECOMMENDATION,
    BlankForm,
    OpenRecommendation,
    blank_form_html,
    blank_form_pdf,
    brief,
    note_lines,
)
from tests.reports.reading import ReadPdf

GUIDE = get_guide()
BOX = "☐"
CORE = BlankForm(Scope("police-station", form="core"), "en")


@pytest.fixture(scope="module")
def core(drawing):
    return ReadPdf(blank_form_pdf(CORE).data)


def labels(item: Item) -> list[str]:
    """The options of an item, as the screen names them."""
    words = texts(GUIDE, "en")
    match item.answer:
        case "rating":
            return [words.rating(rating.code) for rating in item.ratings]
        case "yes_no":
            return ["Yes", "No", "Not examined", "Not applicable"]
        case "text":
            return []
        case _:
            return [*(choice.label for choice in item.choices), "Not examined", "Not applicable"]


def test_every_item_stands_in_order_with_its_number_and_options(core):
    items = select_items(GUIDE, CORE.scope)
    rest = core.text
    for item in items:
        _before, found, rest = rest.partition(f"{item.number} {item.question}")
        assert found, item.id
        own = rest.partition(f"{BOX} observation")[0]
        for label in labels(item):
            assert f"{BOX} {label}" in own, (item.id, label)
        assert own.count(BOX) >= len(labels(item))


def test_tables_have_a_cell_for_every_row_and_column(drawing):
    html = blank_form_html(replace(CORE, scope=Scope("prison")))
    for item in (item for item in select_items(GUIDE, Scope("prison")) if item.table):
        part = html.partition(f"<b>{item.number}</b>")[2].partition('<div class="item"')[0]
        for row in item.table.rows:
            assert f'<th class="row" scope="row">{row.label}</th>' in part.replace("&#39;", "'")
        cells = part.count("<td></td>")
        assert cells == len(item.table.rows) * len(item.table.columns)


def test_every_page_has_room_for_the_reference_and_none_for_names(core):
    for number, page in enumerate(core.pages, 1):
        assert "Visit reference: \N{HORIZONTAL ELLIPSIS}" in page
        assert "Write no names of people held." in page
        assert f"Page {number} of {len(core.pages)}" in page


def test_the_words_of_an_option_stay_beside_its_box(drawing):
    html = blank_form_html(CORE)
    assert html.count(f"{BOX}\N{NO-BREAK SPACE}Not\N{NO-BREAK SPACE}examined") > 10
    assert not re.search(f"{BOX} |Not examined \\u2002", html)


def test_further_notes_have_about_a_page(core):
    with_notes = [page for page in core.pages if "Further notes" in page]
    assert len(with_notes) == 1
    assert "Further notes" in " ".join(core.pages[-2:])


def test_a_planned_visit_gives_its_reference(drawing):
    found = ReadPdf(blank_form_pdf(replace(CORE, reference="VELPOL-2026-02", is_training=True)).data)
    assert all("Visit reference: VELPOL-2026-02" in page for page in found.pages)
    assert all("Training data" in page for page in found.pages)


def test_first_pages_alone_name_the_mechanism(drawing):
    found = ReadPdf(
        blank_form_pdf(replace(CORE, mechanism="Commission of Nerevia", shared=("treatment", "safety"))).data
    )
    assert str(found.pike.docinfo["/Author"]) == "Commission of Nerevia"
    naming = [number for number, page in enumerate(found.pages) if "Commission of Nerevia" in page]
    first = [number for number, page in enumerate(found.pages) if "Sheet filled by" in page]
    assert naming == first
    assert 1 < len(first) < len(found.pages)


def test_protected_questions_are_marked(core):
    for item in select_items(GUIDE, CORE.scope):
        question = f"{item.number} {item.question}"
        following = core.text.partition(question)[2][:12]
        assert ("(protected)" in following) == item.is_protected, item.id


def test_core_questions_are_marked_on_the_full_form_only(drawing):
    full = blank_form_html(replace(CORE, scope=Scope("police-station")))
    assert full.count(" ◆") == sum(item.is_core for item in select_items(GUIDE, Scope("police-station")))
    assert "◆" not in blank_form_html(CORE)


def test_more_lines_are_given_where_more_is_written():
    by_type = {item.answer: note_lines(item) for item in GUIDE.items.values()}
    assert by_type["text"] > by_type["rating"] > by_type["yes_no"] == 1


def test_the_core_form_is_short_enough_to_carry(core):
    assert len(core.pages) <= 9


def test_arabic_runs_from_right_to_left_and_letter_is_letter(drawing):
    html = blank_form_html(replace(CORE, language="ar"))
    assert '<html lang="ar" dir="rtl">' in html
    assert texts(GUIDE, "ar").question(GUIDE.items["int-count"]) in html
    found = ReadPdf(blank_form_pdf(replace(CORE, language="ar", paper="letter")).data)
    assert tuple(round(float(side)) for side in found.pike.pages[0].MediaBox[2:]) == (612, 792)
    assert "Noto-Sans-Arabic" in found.fonts()


def test_unit_types_add_their_items(drawing):
    html = blank_form_html(replace(CORE, scope=Scope("prison", ("juvenile-centre",))))
    assert GUIDE.items["juv-school"].question in html
    assert GUIDE.items["juv-school"].question not in blank_form_html(replace(CORE, scope=Scope("prison")))


def test_an_unknown_place_type_is_refused(drawing):
    with pytest.raises(UnfitScope, match="no place type"):
        blank_form_pdf(replace(CORE, scope=Scope("castle")))


def test_nothing_is_printed_in_colour(core):
    for page in core.pike.pages:
        content = page.Contents.read_bytes().decode("latin-1").split("\n")
        colours = {tuple(line.split()[:3]) for line in content if line.endswith((" rg", " RG"))}
        assert all(red == green == blue for red, green, blue in colours)


def to_check(text: str, count: int) -> tuple[OpenRecommendation, ...]:
    """Open recommendations with numbers of their own."""
    due = date(2026, 12, 13)
    return tuple(
        OpenRecommendation(uuid4(), f"NORTHGATE-2025-01/{number}", text, "en", "Director of Northgate Prison", due)
        for number in range(1, count + 1)
    )


LONG = (
    "Review every stay in isolation with the person present, and end it unless there is a written reason. "
    "Tell the person in writing, in a language he or she understands, and record the review in the register."
)


def test_forty_open_recommendations_leave_the_first_question_on_the_third_page(drawing):
    pdf = blank_form_pdf(replace(CORE, to_check=to_check(LONG, 40)))
    assert sum(name.startswith(RECOMMENDATION) for names in pdf.anchors for name in names) == 40
    questions = [number for number, names in enumerate(pdf.anchors, 1) if set(names) & set(GUIDE.items)]
    assert min(questions) == 3


def test_what_is_cut_in_its_row_stands_in_full_behind_the_questions_by_its_number(drawing):
    short, long = replace(to_check("Mend the showers.", 1)[0], reference="HILL-2025-01/9"), to_check(LONG, 1)[0]
    read = ReadPdf(blank_form_pdf(replace(CORE, to_check=(short, long))).data)
    rows, _, full = read.text.partition("whose text is cut above, in full")
    assert f"{brief(LONG)} by 13 December 2026" in rows
    assert LONG not in rows
    assert f"{long.reference} {LONG}" in full
    assert short.text in rows
    assert short.reference not in full
    assert "in full" not in ReadPdf(blank_form_pdf(replace(CORE, to_check=(short,))).data).text


def test_a_row_has_a_box_for_each_judgement(drawing):
    html = blank_form_html(replace(CORE, to_check=to_check("Mend the showers.", 2)))
    assert html.count('<td class="tick">☐</td>') == 2 * len(JUDGEMENTS)
    for word in JUDGEMENTS.values():
        assert f'<th scope="col">{word}</th>' in html


@pytest.mark.parametrize(
    ("text", "begun"),
    [
        ("Mend the showers.", "Mend the showers."),
        ("Mend\nthe  showers.", "Mend the showers."),
        ("a" * LONGEST_BRIEF, "a" * LONGEST_BRIEF),
        ("a" * (LONGEST_BRIEF + 1), "a" * LONGEST_BRIEF + " …"),
        ("Mend them. " + "word " * 30, "Mend them. " + "word " * 17 + "…"),
        ("word " * 12 + "end. " + "word " * 30, "word " * 12 + "end. …"),
        ("كلمة " * 15 + "نهاية؟ " + "كلمة " * 20, "كلمة " * 15 + "نهاية؟ …"),
    ],
    ids=["short", "lines", "just fits", "one word", "a short sentence", "a sentence", "Arabic"],
)
def test_a_long_text_is_cut_behind_a_sentence_or_a_word(text, begun):
    assert brief(text) == begun
