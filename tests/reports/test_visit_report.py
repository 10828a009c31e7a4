"""The PDF of a visit report, read back as its readers and their machines read it."""

import re
from dataclasses import replace
from datetime import date
from io import BytesIO

import pikepdf
import pytest
from bs4 import BeautifulSoup

from monitor.reports import visit_report
from monitor.reports.assembly import assemble
from monitor.reports.content import Version
from monitor.reports.outline import outline
from monitor.reports.record import RecordedRecommendation
from monitor.reports.rendering import speaking
from monitor.reports.visit_report import ReportTooLarge, longest_topics, visit_report_html, visit_report_pdf
from tests.factories.visit_records import answer, from_document, synthetic
from tests.reports.conftest import DOCUMENTS, IMPRINT
from tests.reports.reading import ReadPdf

CANARY = "canary-4711"
SHAPES = {"meets": "●", "partly": "◐", "does_not_meet": "○"}
SCRIPTS = {
    "Latin": "Überwachung garçon Łódź żółw",
    "Cyrillic": "Наблюдение места лишения свободы",
    "Greek": "Παρακολούθηση χώρου κράτησης",
    "Arabic": "زيارة مكان الاحتجاز",
}


@pytest.fixture(scope="module")
def headings(drawing, report):
    """The titles of sections, themes and topics with their numbers, in order."""
    with speaking("en"):
        found = outline(report)
    flat = []
    for section in found.sections.values():
        flat.append((1, section))
        if section.key == "findings":
            for theme in found.themes:
                flat.append((2, theme.heading))
                flat.extend((3, heading) for heading, _topic in theme.topics)
    return flat


def test_the_document_says_what_it_is(read):
    assert read.root.Lang == "en"
    assert str(read.pike.docinfo.Title) == "Report on the visit to Northgate Prison"
    assert bool(read.root.ViewerPreferences.DisplayDocTitle)
    with read.pike.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"


def test_every_piece_of_the_page_is_tagged(read):
    assert bool(read.root.MarkInfo.Marked)
    kinds = {str(tag.S) for tag in read.tags()}
    assert {"/H1", "/H2", "/H3", "/H4", "/P", "/Table", "/TR", "/TH", "/TD", "/Figure", "/Link"} <= kinds
    figures = [tag for tag in read.tags() if tag.S == "/Figure"]
    assert figures
    assert all(str(figure.get("/Alt", "")).strip() for figure in figures)


def test_bookmarks_lead_to_every_section_theme_and_topic(read, headings):
    expected = [(level, f"{heading.number}\u2002{heading.title}") for level, heading in headings]
    numbered = [(level, title) for level, title, _page in read.outline() if "\u2002" in title]
    assert numbered == expected


def test_the_contents_name_the_page_of_every_section_and_theme(read):
    contents = read.pages[1]
    listed = [one for one in read.outline() if one[0] < 3 and "\u2002" in one[1]]
    assert len(listed) > 15
    for _level, title, page in listed:
        assert f"{' '.join(title.split())} {page}" in contents


def test_every_page_but_the_cover_carries_reference_mark_and_number(read):
    count = len(read.pages)
    for number, text in enumerate(read.pages[1:], 2):
        assert "SYN-2026-01 · Northgate Prison" in text
        assert "TRAINING DATA · INTERNAL" in text
        assert f"National Preventive Mechanism of Veluria · Page {number} of {count}" in text
    assert "Page" not in read.pages[0]


def test_training_is_said_on_training_documents_only(read, drawing):
    assert "Training data: the place, the people and the events are made up." in read.pages[0]
    plain = visit_report_pdf(assemble(synthetic("police-station", answers=[])), IMPRINT)
    assert "training" not in ReadPdf(plain.data).text.lower()


def test_the_cover_speaks_for_the_mechanism_on_one_page(read):
    cover = read.pages[0]
    assert read.pages[1].startswith("Contents")
    for text in ("12 Harbour Square · 1010 Port Velur", "Act on the Prevention", "22 November 2026", "INTERNAL"):
        assert text in cover
    pictures = [tag for tag in read.tags() if tag.S == "/Figure" and "Veluria" in str(tag.Alt)]
    assert len(pictures) == 1


def test_no_heading_stands_alone_at_the_foot_of_a_page(read, headings):
    titles = {heading.title for _level, heading in headings} | {"What we found", "Notes, not yet a finding"}
    for text in read.pages[2:]:
        body = text.rpartition("National Preventive Mechanism of Veluria · Page")[0].rstrip()
        assert not [title for title in titles if body.endswith(title)]


def test_answers_stand_in_the_order_of_the_guide(drawing, report):
    html = visit_report_html(report, IMPRINT)
    for theme in report.themes:
        for topic in theme.topics:
            block = html.partition(f'id="topic-{topic.id}"')[2].partition("<h4")[0]
            places = [block.index(f">{line.number:\u2007<5}\u2002") for line in topic.lines]
            assert places == sorted(places)


def test_a_table_of_figures_stays_on_one_page(drawing, report):
    html = visit_report_html(report, IMPRINT)
    table = '<table class="figures columns'
    blocks = re.findall(f'<div class="whole">(?:(?!</div>).)*{table}', html, re.DOTALL)
    assert len(blocks) == html.count(table) > 1


def test_the_fills_of_the_bars_are_named_beside_them(drawing, report):
    html = visit_report_html(report, IMPRINT)
    for rating in ("meets", "partly", "does_not_meet"):
        assert f'<span class="fill {rating}">■</span>\u00a0{SHAPES[rating]} ' in html


def test_no_page_holds_the_imprint_alone(read):
    assert "Head of the audit record when printed: 117:9f3c" in read.pages[1]
    assert "117:9f3c" not in " ".join(read.pages[2:])


def test_the_signature_is_not_parted_from_the_text_before_it(read):
    (page,) = [text for text in read.pages if "Ilse Marant" in text]
    assert not page.replace("SYN-2026-01 · Northgate Prison TRAINING DATA · INTERNAL", "").lstrip().startswith("Ilse")


def test_tables_repeat_their_heads_on_every_page_they_reach(drawing):
    instruments = synthetic("prison", comment=lambda item: "")
    pages = ReadPdf(visit_report_pdf(assemble(instruments), IMPRINT).data).pages
    reached = [text for text in pages if "Ratings given Number of questions" in text]
    assert len(reached) > 1


def test_fonts_are_embedded_and_every_script_is_drawn(drawing):
    words = " ".join(SCRIPTS.values())
    pdf = visit_report_pdf(assemble(synthetic(answers=[], summary=words)), IMPRINT)
    found = ReadPdf(pdf.data)
    assert {"Noto-Sans", "Noto-Sans-Bold", "Noto-Sans-Arabic"} <= found.fonts()
    assert all(name.startswith("Noto-Sans") for name in found.fonts())
    for script in ("Latin", "Cyrillic", "Greek"):
        assert SCRIPTS[script] in found.text
    assert set(SCRIPTS["Arabic"]) <= set(found.text)


def test_an_arabic_report_runs_from_right_to_left(drawing):
    record = synthetic("police-station", language="ar", answers=[answer("force-record", "partly", "ملاحظة")])
    report = assemble(record)
    html = visit_report_html(report, IMPRINT)
    assert '<html lang="ar" dir="rtl">' in html
    assert "report-rtl.css" in visit_report.look_of(report).stylesheets
    found = ReadPdf(visit_report_pdf(report, IMPRINT).data)
    assert found.root.Lang == "ar"
    assert "Noto-Sans-Arabic" in found.fonts()


def test_texts_in_another_language_than_the_report_are_marked(drawing):
    record = synthetic(language="fr", summary="Visite complète.", answers=[])
    html = visit_report_html(assemble(record, "en"), IMPRINT)
    assert '<p lang="fr" dir="ltr">Visite complète.</p>' in html
    assert '<p lang="fr"' not in visit_report_html(assemble(record), IMPRINT)


def test_a_comment_of_the_greatest_length_loses_nothing(drawing):
    words = [f"w{n}" for n in range(3600)]
    comment = " ".join(words)[:20_000].rpartition(" ")[0]
    record = synthetic("police-station", answers=[answer("force-record", "partly", comment)])
    text = ReadPdf(visit_report_pdf(assemble(record), IMPRINT).data).text
    assert [word for word in comment.split() if word not in set(text.split())] == []


def test_a_word_without_end_stays_on_the_page(drawing):
    record = synthetic(answers=[answer("force-record", "partly", "x" * 3000)])
    text = ReadPdf(visit_report_pdf(assemble(record), IMPRINT).data).text
    assert text.replace(" ", "").count("x" * 60) > 0
    assert sum(len(word) for word in text.split() if set(word) == {"x"}) == 3000


def test_recommendations_stay_whole_on_a_page(drawing):
    def one(number: int) -> RecordedRecommendation:
        text = f"start-{number} " + "Mend it and say by when. " * (number % 9 + 4) + f"end-{number}"
        return RecordedRecommendation(number, text, f"Office {number % 4}", "short", date(2026, 5, 1), (), ())

    record = synthetic(answers=[], recommendations=[one(n) for n in range(1, 31)])
    pages = ReadPdf(visit_report_pdf(assemble(record), IMPRINT).data).pages
    for n in range(1, 31):
        assert [f"start-{n} " in page for page in pages] == [f"end-{n} " in page for page in pages]


def test_a_protected_canary_is_nowhere_in_the_file(drawing):
    protected = [
        answer("int-fear", "yes", CANARY, urgent=True),
        answer("ill-sexual", "yes", CANARY),
        answer("after-reprisal-plan", CANARY, CANARY),
    ]
    seen = answer("force-record", "partly", "seen-4711")
    pdf = visit_report_pdf(assemble(synthetic(answers=[*protected, seen])), IMPRINT)
    found = ReadPdf(pdf.data)
    plain = BytesIO()
    found.pike.save(plain, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.all)
    assert "seen-4711" in found.text
    assert CANARY not in found.text
    assert CANARY.encode() not in plain.getvalue()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_real_visits_are_drawn_with_all_their_texts(drawing, path):
    record = from_document(path)
    pdf = visit_report_pdf(assemble(record), IMPRINT)
    read = ReadPdf(pdf.data)
    text = read.text.replace(" ", "")
    assert pdf.pages == len(read.pages)
    for one in record.recommendations:
        assert "".join(one.text.split())[:60] in text
    if record.language != "ar":
        for one in record.answers:
            if not record.guide.items[one.item].is_protected:
                assert "".join(one.comment.split())[:40] in text


def test_the_same_content_is_drawn_the_same(drawing):
    report = assemble(synthetic(answers=[answer("force-record", "partly", "c")]))
    assert visit_report_pdf(report, IMPRINT).data == visit_report_pdf(report, IMPRINT).data


def test_letter_paper_is_letter(drawing):
    report = assemble(synthetic(answers=[]))
    for paper, size in (("a4", (595, 842)), ("letter", (612, 792))):
        found = ReadPdf(visit_report_pdf(report, IMPRINT, paper=paper).data)
        assert tuple(round(float(side)) for side in found.pike.pages[0].MediaBox[2:]) == size


def test_progress_is_told_while_pages_are_laid_out(drawing):
    told: list[int] = []
    visit_report_pdf(assemble(synthetic("police-station")), IMPRINT, on_progress=told.append)
    assert told == sorted(told)
    assert len(told) > 5
    assert told[-1] < 100


def test_a_report_beyond_the_limit_names_its_longest_topics(drawing, monkeypatch):
    monkeypatch.setattr(visit_report, "CPU_SECONDS", 1)
    long, longer = "word " * 4000, "word " * 3999 + "words"
    record = synthetic(
        answers=[
            *(answer(item.id, None, long) for item in synthetic().items.values() if item.topic_id == "space"),
            answer("force-record", "partly", longer),
        ]
    )
    report = assemble(record)
    with pytest.raises(ReportTooLarge) as limit:
        visit_report_pdf(report, IMPRINT)
    assert [name for name, _length in limit.value.longest] == ["Accommodation and space", "Use of force and weapons"]
    assert "Accommodation and space" in str(limit.value)


def test_only_texts_count_for_the_longest_topics():
    report = assemble(synthetic(answers=[answer("force-record", "partly", "four")]))
    assert longest_topics(report) == (("Use of force and weapons", 4),)


def test_a_recommendation_without_a_day_says_within_how_many_days(drawing):
    def asked(number, due_on, due_days):
        return RecordedRecommendation(
            number, f"Do {number}.", "Prison service", "short", due_on, (), (), due_days=due_days
        )

    record = replace(synthetic(), recommendations=[asked(1, None, 30), asked(2, date(2026, 12, 24), None)])
    html = visit_report_html(assemble(record), IMPRINT)
    first, second = (html.split(f'id="recommendation-{number}"')[1].split("</p>")[0] for number in (1, 2))
    assert "within 30 days of this report" in first
    assert "24 December" in second
    assert "of this report" not in second


def test_the_annex_lists_every_figure_beside_what_standards_name(drawing):
    rooms = {"room-1": {"area": 9, "people": 3}}
    record = synthetic(answers=[answer("iso-longest", 30), answer("tour-cell-sample", rooms), answer("iso-hours", 4)])
    html = visit_report_html(assemble(record), IMPRINT)
    table = BeautifulSoup(html, "lxml").select_one("table.measured")
    rows = [[" ".join(cell.text.split()) for cell in row.find_all(["th", "td"])] for row in table.select("tbody tr")]
    assert [(row[0], row[2]) for row in rows] == [("3.5", "3 m²/person"), ("9.21", "4 hours/day"), ("9.22", "30 days")]
    assert [row[3].count("not in line") for row in rows] == [2, 0, 2]
    assert "measured" not in visit_report_html(assemble(synthetic(answers=[])), IMPRINT)


@pytest.mark.parametrize("version", Version)
def test_the_authority_alone_gets_a_form_to_answer_on(drawing, version):
    record = from_document(DOCUMENTS[1])
    page = BeautifulSoup(visit_report_html(assemble(record, version=version), IMPRINT), "lxml")
    rows = [row.td.find(string=True) for row in page.select(".reply-form tbody tr")]
    asked = [one.text for one in record.recommendations]
    assert sorted(rows) == sorted(asked if version is Version.AUTHORITY else [])


def test_the_cover_names_the_language_and_that_of_the_texts(drawing):
    record = synthetic(language="fr", answers=[])
    said = [BeautifulSoup(visit_report_html(assemble(record, code), IMPRINT), "lxml") for code in ("en", "fr")]
    facts = [{row.th.text: " ".join(row.td.text.split()) for row in page.select(".facts tr")} for page in said]
    assert facts[0]["Language"] == "English; texts of the team: Français"
    assert facts[1]["Langue"] == "Français"
