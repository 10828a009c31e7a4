"""What people type can neither fetch, nor read a file, nor break the page; and a document that tries is refused."""

import socket
from collections.abc import Iterator

import pytest
from weasyprint import HTML
from weasyprint.urls import URLFetcher

from monitor.jobs.limited import MEBIBYTE, ChildFailed, Kind, LimitReached, run_limited
from monitor.reports.assembly import assemble
from monitor.reports.fetching import SCHEME, PicturesInHand
from monitor.reports.rendering import draw_pdf
from monitor.reports.visit_report import visit_report_html, visit_report_pdf
from tests.drills.pdf import CANARY, holds_a_file
from tests.factories.visit_records import answer, logo_png, synthetic
from tests.reports.conftest import IMPRINT
from tests.reports.hostile import BOMBS, LOOK, drawn_or_refused, page, vectors, was_called
from tests.reports.reading import ReadPdf

FEW_BOMBS = ("words without end", "a very wide cell", "many rows")
"""The drill of documents lights all of them."""


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret.txt"
    path.write_text(CANARY)
    return path


def test_typed_markup_is_printed_as_text(drawing, server, secret):
    typed = vectors(server.getsockname()[1], str(secret))
    record = synthetic(
        "police-station",
        answers=[
            answer(item.id, None, text)
            for item, text in zip(synthetic("police-station").items.values(), typed * 2, strict=False)
        ],
        findings=lambda topic: typed[len(topic) % len(typed)] if topic == "force" else "",
        summary="\n".join(typed),
        purpose=typed[0],
        place_name=f"Place {typed[0]}",
        reference='"><img src="x"/>',
    )
    pdf = visit_report_pdf(assemble(record), IMPRINT)  # FetchRefused would end it
    found = ReadPdf(pdf.data)
    squeezed = found.text.replace(" ", "")
    for text in typed:
        assert text.replace(" ", "")[:30] in squeezed
    assert not was_called(server)
    assert not holds_a_file(pdf.data)


def test_markup_that_is_let_through_fetches_nothing_and_fails_the_document(drawing, server, secret):
    refused = 0
    for markup in vectors(server.getsockname()[1], str(secret)):
        pdf = drawn_or_refused(page(markup))
        if pdf is None:
            refused += 1
            continue
        assert not holds_a_file(pdf)
    assert refused >= 14
    assert not was_called(server)


def test_the_same_markup_reaches_out_when_the_usual_fetcher_is_used(server):
    (first, *_rest) = vectors(server.getsockname()[1], "/nowhere")
    HTML(string=page(first), url_fetcher=URLFetcher(timeout=0.1)).render()
    assert was_called(server)


def test_only_pictures_in_hand_are_given():
    fetcher = PicturesInHand({"logo": logo_png()})
    assert fetcher.fetch(f"{SCHEME}:logo").read() == logo_png()
    for address in (f"{SCHEME}:other", "data:,x", "file:///etc/hostname", "http://127.0.0.1/", "relative", ""):
        with pytest.raises(ValueError, match="refused"):
            fetcher.fetch(address)
        with pytest.raises(ValueError, match="refused"):
            fetcher.open(address)
    assert fetcher.refused == 12


def test_characters_that_no_document_can_hold_are_shown_as_missing(drawing):
    record = synthetic(answers=[], summary="a\x00b\x0cc\ud800d\uffffe", place_name="Tab\tand \u202e turned")
    text = ReadPdf(visit_report_pdf(assemble(record), IMPRINT).data).text
    assert text.count("\N{REPLACEMENT CHARACTER}") >= 3


def test_every_text_of_a_report_is_escaped(drawing):
    record = synthetic(
        "police-station",
        comment=lambda item: "<b>&amp;</b>",
        findings=lambda topic: "<i>x</i>" if topic == "force" else "",
        summary="<u>x</u>",
    )
    html = visit_report_html(assemble(record), IMPRINT)
    assert "<u>" not in html
    assert "<i>" not in html
    assert "&lt;b&gt;&amp;amp;&lt;/b&gt;" in html
    assert "<b>&amp;</b>" not in html


@pytest.mark.parametrize("name", FEW_BOMBS)
def test_a_bomb_ends_at_the_limit_and_harms_nobody(drawing, name):
    with pytest.raises(LimitReached) as limit:
        run_limited(lambda: draw_pdf(LOOK, page(BOMBS[name])).data, cpu_seconds=1)
    assert limit.value.kind is Kind.PROCESSOR


def test_a_deep_nest_ends_as_a_failure(drawing):
    with pytest.raises(ChildFailed, match="RecursionError"):
        run_limited(lambda: draw_pdf(LOOK, page("<div>" * 3000 + "</div>" * 3000)).data, cpu_seconds=20)


def test_memory_ends_a_document_too(drawing):
    with pytest.raises(LimitReached) as limit:
        run_limited(lambda: draw_pdf(LOOK, page("<p>word </p>" * 20_000)).data, memory_bytes=64 * MEBIBYTE)
    assert limit.value.kind is Kind.MEMORY
