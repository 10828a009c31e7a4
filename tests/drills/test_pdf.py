"""The drill of hostile documents in small; and that it tells a document that brought a file along."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from weasyprint import HTML
from weasyprint.urls import URLFetcher

from tests.drills import pdf
from tests.reports.hostile import BOMBS, page, vectors


def test_there_are_twenty_vectors_and_eighteen_bombs_and_each_is_read_as_a_document() -> None:
    markup = [*vectors(9, "/nowhere"), *BOMBS.values()]
    assert (len(set(markup)), len(BOMBS)) == (38, 18)
    for each in markup:
        ET.fromstring(page(each))  # noqa: S314 - our own markup


def test_no_vector_reaches_out(empty_instance: Path) -> None:
    found = pdf.draw(empty_instance, ())
    assert (found.vectors, found.reached_out) == (20, [])


def test_a_document_that_brought_a_file_along_is_told(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(pdf.CANARY)
    markup = page(f'<link rel="attachment" href="{secret.as_uri()}"/>')
    assert pdf.holds_a_file(HTML(string=markup, url_fetcher=URLFetcher()).write_pdf())
    assert not pdf.holds_a_file(HTML(string=page("<p>x</p>")).write_pdf())


@pytest.mark.parametrize("seconds", [0.4, 1.2])
def test_slow_pages_miss_the_goal(seconds: float) -> None:
    (*_others, row) = pdf.figures(pdf.Drawn(p95=seconds), 0)
    assert row.is_met == (seconds < 1)
