"""Documents whose words run in two directions or stand in two languages: each piece is marked for what it is."""

import re
from dataclasses import replace

import pytest

from monitor.guide.catalogue import Citation
from monitor.guide.texts import Text
from monitor.reports.assembly import assemble
from monitor.reports.content import TeamMember
from monitor.reports.languages import direction_of, language_name, spoken_language
from monitor.reports.record import RecordedRecommendation
from monitor.reports.visit_report import visit_report_html, visit_report_pdf
from tests.factories.visit_records import answer, letterhead, synthetic
from tests.reports.conftest import IMPRINT
from tests.reports.reading import ReadPdf

ISOLATED = re.compile("\u2068([^\u2069]*)\u2069")
ROOMS = {"room-1": {"area": 5.8, "people": 2}}


def html_in(language: str, **changes) -> str:
    return visit_report_html(assemble(synthetic("police-station", **changes), language), IMPRINT)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("14 Lantern Square", "ar", "ltr"),
        ("14، ساحة الفانوس", "en", "rtl"),
        ("(כלא)", "en", "rtl"),
        ("12 / 7", "ar", "rtl"),
        ("12 / 7", "en", "ltr"),
        ("", "ar", "rtl"),
    ],
)
def test_a_text_runs_as_its_first_letter_does(text, language, expected):
    assert direction_of(text, language) == expected


def test_languages_are_named_in_themselves_as_a_list_begins_them():
    assert [language_name(code) for code in ("en", "fr", "ar", "sv")] == ["English", "Français", "العربية", "Svenska"]


def test_a_document_speaks_english_where_the_interface_has_no_words():
    assert [spoken_language(code) for code in ("fr", "fr-CA", "ar", "el", "he", "qaa")] == [
        "fr", "fr-CA", "ar", "en", "en", "en",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["sv", "qaa"])
def test_headings_in_english_are_dated_in_english_around_texts_of_another_language(drawing, language):
    html = visit_report_html(assemble(synthetic(language=language, answers=[], summary="Sammanfattning.")), IMPRINT)
    assert '<html lang="en" dir="ltr">' in html
    assert "14–17 March 2026" in html
    assert f'<p lang="{language}" dir="ltr">Sammanfattning.</p>' in html


def test_guide_texts_without_translation_are_marked_as_english(drawing):
    report = assemble(synthetic(language="fr", answers=[]))
    partly = replace(report, place=replace(report.place, type=Text("Lock-up", "en")))
    assert '<span lang="en" dir="ltr">Lock-up</span>' in visit_report_html(partly, IMPRINT)


def test_standards_are_one_english_piece_up_to_their_full_stop(drawing):
    one = RecordedRecommendation(1, "x", "y", "short", None, ("force-record",), (Citation("nmr", "Rule 24"),))
    changes = {"answers": [answer("force-record", "partly", "c")], "recommendations": [one]}
    pieces = re.findall('<span lang="en" dir="ltr">([^<]*)</span></p>', html_in("ar", **changes))
    assert "Nelson Mandela Rules: Rule 24." in pieces
    assert len(pieces) == 2
    assert all(piece.endswith(".") and not piece.endswith("..") for piece in pieces)
    assert "Nelson Mandela Rules: Rule 24.</p>" in html_in("en", **changes)


def test_sources_of_figures_do_not_break_over_lines_where_that_would_turn_them(drawing):
    changes = {"answers": [answer("tour-cell-sample", ROOMS)]}
    turned, straight = (ISOLATED.findall(html_in(language, **changes)) for language in ("ar", "en"))
    assert len(turned) == len(straight) > 1
    assert any(" " in source for source in straight)
    assert [source.replace("\N{NO-BREAK SPACE}", " ") for source in turned] == straight
    assert not any(" " in source for source in turned)


def test_a_note_runs_in_its_own_direction_with_the_sources_in_the_documents(drawing):
    html = html_in("ar", answers=[answer("force-record", "partly", "Seen on 3 May.", ("observation",), urgent=True)])
    (note,) = re.findall('<p class="note".*?</p>', html)
    assert note.startswith(
        '<p class="note" lang="en" dir="ltr"><b>9.11</b> <span lang="ar" dir="rtl"><b class="urgent">'
    )
    assert 'Seen on 3 May. <span lang="ar" dir="rtl">(' in note


def test_a_note_in_another_script_than_its_visit_runs_in_its_own_direction(drawing):
    record = synthetic(language="ar", summary="Two beds.", answers=[answer("force-record", "partly", "Seen.")])
    html = visit_report_html(assemble(record), IMPRINT)
    assert '<p dir="ltr">Two beds.</p>' in html
    assert '<p class="note" dir="ltr">' in html


def test_names_and_addresses_keep_their_order_on_an_arabic_cover(drawing):
    html = html_in("ar", answers=[])
    assert '<p class="address"><span dir="ltr">12 Harbour Square · 1010 Port Velur</span></p>' in html
    assert '<h1><span dir="ltr">Northgate Prison</span></h1>' in html
    local = html_in("ar", answers=[], letterhead=letterhead(address="14، ساحة الفانوس"), place_name="سجن النعيم")
    assert '<p class="address">14، ساحة الفانوس</p>' in local
    assert "<h1>سجن النعيم</h1>" in local


@pytest.mark.parametrize(("language", "between"), [("en", "; "), ("fr", "\N{NO-BREAK SPACE}; "), ("ar", "؛ ")])
def test_lists_are_joined_as_each_language_does(drawing, language, between):
    report = assemble(synthetic("police-station", answers=[answer("force-weapons", ["baton", "dogs"])]), language)
    (topic,) = report.themes[0].topics
    assert between.join(topic.lines[0].choices) in visit_report_html(report, IMPRINT)


def test_the_running_head_of_an_arabic_report_keeps_a_name_as_written(drawing):
    found = ReadPdf(visit_report_pdf(assemble(synthetic(answers=[]), "ar"), IMPRINT).data)
    assert all("Northgate Prison" in page for page in found.pages[1:])
    assert "NORTHGATE" not in found.text


def test_members_who_are_named_alike_share_a_line(drawing):
    team = (TeamMember("lead", "Head"), *[TeamMember("monitor", "Inspector")] * 3)
    html = html_in("en", answers=[], team=team)
    assert "<div>Head · Team leader</div>" in html
    assert html.count("Inspector") == 1
    assert "<div>3 × Inspector · " in html


def test_names_in_other_scripts_are_drawn_and_embedded(drawing):
    names = "გლდანი Նուբարաշեն מגידו กลาง तिहाड़"
    found = ReadPdf(visit_report_pdf(assemble(synthetic(answers=[], summary=names)), IMPRINT).data)
    assert {
        f"Noto-Sans-{script}" for script in ("Georgian", "Armenian", "Hebrew", "Thai", "Devanagari")
    } <= found.fonts()
