"""Content -> HTML -> PDF: tagged, with bookmarks, drawn by WeasyPrint without network, files or scripts."""

import json
import logging
import re
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from cssselect2 import ElementWrapper  # type: ignore[import-untyped]
from flask import current_app
from flask_babel import force_locale
from weasyprint import CSS, HTML
from weasyprint.logger import PROGRESS_LOGGER

from monitor.jobs.limited import run_limited, tell_progress
from monitor.reports.fetching import FetchRefused, PicturesInHand
from monitor.reports.languages import direction, direction_of, locale_of

ROOT = Path(__file__).resolve().parents[2]
STYLES = ROOT / "static" / "css"
TEMPLATES = "reports/"
PDF_TEMPLATES = ROOT / "templates" / "reports" / "pdf"
FINGERPRINT_LENGTH = 16
VARIANT = "pdf/ua-1"
PAPERS = ("a4", "letter")
BASE = "report-base.css"
SHARE_OF_LAYOUT = 70  # percent of the work that is done once the pages are laid out
USUAL_PAGES = 15
LENGTH = struct.Struct("!I")
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
PROGRESS_LOGGER.propagate = False  # its messages are steps for us, no news for the log


@dataclass(frozen=True, slots=True)
class Look:
    """How a document is drawn: template, stylesheets of static/css (without .css), language, paper, pictures."""

    template: str
    styles: tuple[str, ...]
    language: str
    paper: str = "a4"
    pictures: Mapping[str, bytes] | None = None
    own_style: str = ""
    """CSS of this one document, behind all others."""

    @property
    def stylesheets(self) -> tuple[str, ...]:
        """The files of stylesheets in their order, those of paper and direction last."""
        turned = [f"{style}-rtl" for style in self.styles] if direction(self.language) == "rtl" else []
        paper = [f"report-{self.paper}"] if self.paper != "a4" else []
        return tuple(f"{name}.css" for name in (*self.styles, *paper, *turned))


@dataclass(frozen=True, slots=True)
class Pdf:
    """A finished document."""

    data: bytes
    anchors: tuple[tuple[str, ...], ...]
    """Of each page the names of the anchors that stand on it, in order."""

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return len(self.anchors)


def render_html(look: Look, context: Mapping[str, Any]) -> str:
    """Return the document's HTML, headings in the look's language. Needs an application context."""
    with speaking(look.language):
        return current_app.jinja_env.get_template(look.template).render(
            context, language=look.language, direction=direction, direction_of=direction_of, paragraphs=paragraphs
        )


def draw_pdf(look: Look, html: str) -> Pdf:
    """Draw the PDF of a document's HTML, which must be well-formed XML; the same HTML gives the same pages.

    Raises FetchRefused when the document asked for anything but its own pictures: a fault of our templates.
    """
    fetcher = PicturesInHand(look.pictures or {})
    with _telling_progress():
        document: HTML = _ParsedDocument(html, fetcher)
        styles = [*map(_stylesheet, look.stylesheets), _css(look.own_style)]
        pages = document.render(stylesheets=styles, pdf_variant=VARIANT)
        tell_progress(SHARE_OF_LAYOUT)
        data: bytes = pages.write_pdf(pdf_variant=VARIANT)
    if fetcher.refused:
        raise FetchRefused(fetcher.refused)
    return Pdf(data, tuple(tuple(page.anchors) for page in pages.pages))


def render_limited(
    look: Look, context: Mapping[str, Any], *, cpu_seconds: int, on_progress: Callable[[int], None] | None = None
) -> Pdf:
    """Return the PDF of a document, rendered in a child without network, files or much memory.

    `on_progress` is told percents. Raises LimitReached, ChildFailed and NotSingleThreaded as `run_limited` does. Needs
    an application context.
    """
    warm([look])
    answer = run_limited(_render, look, context, cpu_seconds=cpu_seconds, on_progress=on_progress)
    (length,) = LENGTH.unpack_from(answer)
    anchors, data = answer[LENGTH.size : LENGTH.size + length], answer[LENGTH.size + length :]
    return Pdf(data, tuple(map(tuple, json.loads(anchors))))


def _render(look: Look, context: Mapping[str, Any]) -> bytes:
    pdf = draw_pdf(look, render_html(look, context))
    anchors = json.dumps(pdf.anchors).encode()
    return LENGTH.pack(len(anchors)) + anchors + pdf.data


def warm(looks: Sequence[Look]) -> None:
    """Read templates and stylesheets now, so that children forked later need not. Needs an application context."""
    for name in current_app.jinja_env.list_templates(filter_func=lambda name: name.startswith(TEMPLATES)):
        current_app.jinja_env.get_template(name)
    for name in (BASE, *(name for look in looks for name in look.stylesheets)):
        _stylesheet(name)


def look_fingerprint(look: Look) -> str:
    """Return a short hash of the templates and stylesheets, so that a stored document is known to be of an old look."""
    digest = sha256(look.paper.encode())
    for path in sorted([*(STYLES / name for name in (BASE, *look.stylesheets)), *PDF_TEMPLATES.glob("*.html")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:FINGERPRINT_LENGTH]


def speaking(language: str) -> AbstractContextManager[None]:
    """Return a context in which gettext, dates and numbers speak this language."""
    return force_locale(str(locale_of(language)))


def paragraphs(text: str) -> list[list[str]]:
    """Cut a typed text into paragraphs (at empty lines) of lines; nothing is lost but the empty lines."""
    found: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.strip():
            found[-1].append(line.strip())
        elif found[-1]:
            found.append([])
    return [lines for lines in found if lines]


@cache
def _stylesheet(name: str) -> CSS:
    return _css((STYLES / name).read_text(encoding="utf-8"))


def _css(text: str) -> CSS:
    return CSS(string=text, url_fetcher=PicturesInHand({}))


class _ParsedDocument(HTML):
    """A document read by the XML parser of Python's library: it takes a twentieth of the time of an HTML parser."""

    def __init__(self, html: str, fetcher: PicturesInHand) -> None:
        root = ET.fromstring(NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", html))  # noqa: S314  # our own markup
        self.base_url = None
        self.url_fetcher = fetcher
        self.media_type = "print"
        self.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        """Give our short sheet instead of a browser's, which makes six styles of notes for every element."""
        return [_stylesheet(BASE)]


@contextmanager
def _telling_progress() -> Iterator[None]:
    """Turn WeasyPrint's messages on laid-out pages into steps of our own."""
    watcher = _PageWatcher()
    PROGRESS_LOGGER.setLevel(logging.INFO)
    PROGRESS_LOGGER.addHandler(watcher)
    try:
        yield
    finally:
        PROGRESS_LOGGER.removeHandler(watcher)


class _PageWatcher(logging.Handler):
    """Counts pages; how many there will be is not known, so the step grows ever slower."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.pages = 0

    def emit(self, record: logging.LogRecord) -> None:
        if "Page" in record.getMessage():
            self.pages += 1
            tell_progress(round(SHARE_OF_LAYOUT * self.pages / (self.pages + USUAL_PAGES)))
