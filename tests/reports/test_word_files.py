"""The text of a report as a Word file: all that the PDF says in words, each language in its direction."""

import re
from datetime import date
from io import BytesIO

import docx
from bs4 import BeautifulSoup
from docx.oxml.ns import qn
from flask import Flask

from monitor.reports.assembly import assemble
from monitor.reports.content import Version, VisitReport
from monitor.reports.visit_report import visit_report_html, visit_report_text
from monitor.reports.word_files import Imprint, word_file
from tests.factories.visit_records import synthetic
from tests.reports.conftest import IMPRINT


def words(text: str) -> str:
    return " ".join(re.split(r"\s+", text)).strip()


def opened(data: bytes) -> docx.document.Document:
    return docx.Document(BytesIO(data))


def texts(file: docx.document.Document) -> list[str]:
    """Every paragraph of a file in its order, those of tables too."""
    return [
        words("".join(run.text or "" for run in paragraph.iter(qn("w:t"))))
        for paragraph in file.element.body.iter(qn("w:p"))
    ]


def test_it_says_all_that_the_pdf_says(drawing: Flask, report: VisitReport) -> None:
    page = BeautifulSoup(visit_report_html(report, IMPRINT), "lxml")
    for left_out in page.select("head, svg, .pdf-only"):
        left_out.decompose()
    said = re.sub(r"\s", "", page.get_text())
    written = re.sub(r"\s", "", "".join(texts(opened(visit_report_text(report, IMPRINT)))))
    assert written == said


def test_headings_have_the_levels_of_the_report(drawing: Flask, report: VisitReport) -> None:
    file = opened(visit_report_text(report, IMPRINT))
    headings = {p.style.name: words(p.text) for p in file.paragraphs if p.style.name != "Normal"}
    assert {"Title", "Heading 1", "Heading 2", "Heading 3", "Heading 4"} <= set(headings)
    assert file.core_properties.author == report.letterhead.name
    assert "python-docx" not in (file.core_properties.comments or "")


def test_an_internal_version_is_marked_as_a_draft_on_every_page(drawing: Flask) -> None:
    record = synthetic("police-station")
    for version, is_draft in ((Version.INTERNAL, True), (Version.AUTHORITY, False)):
        file = opened(visit_report_text(assemble(record, version=version), IMPRINT))
        mark = file.sections[0].header.paragraphs[0].text
        assert ("Draft for internal use" in mark) == is_draft
        assert mark


def test_arabic_runs_from_right_to_left_and_english_in_it_does_not(drawing: Flask) -> None:
    file = opened(visit_report_text(assemble(synthetic("police-station"), "ar"), IMPRINT))
    turned = [
        paragraph for paragraph in file.element.body.iter(qn("w:p")) if paragraph.find(f".//{qn('w:bidi')}") is not None
    ]
    assert len(turned) > 50
    english = [run for run in file.element.body.iter(qn("w:r")) if "Convention" in "".join(run.itertext())]
    assert english
    assert all(run.find(f".//{qn('w:rtl')}") is None for run in english)
    assert file.element.body.find(f".//{qn('w:bidiVisual')}") is not None


def test_spaces_and_what_xml_cannot_hold(drawing: Flask) -> None:
    html = "<html><body><p>  One <b> two</b>\n three\x02<br/>four </p><div>bare<p>inner</p>tail</div></body></html>"
    file = opened(word_file(html, Imprint("A title", "We", "Mark", "en", date(2026, 3, 14))))
    assert [paragraph.text for paragraph in file.paragraphs] == [
        "One two three\N{REPLACEMENT CHARACTER}\nfour",
        "bare",
        "inner",
        "tail",
    ]
