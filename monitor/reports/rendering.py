"""Content -> HTML -> PDF: tagged, with bookmarks, drawn by WeasyPrint without network, files or scripts."""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from babel import Locale, UnknownLocaleError
from cssselect2 import ElementWrapper  # type: ignore[import-untyped]
from flask import current_app
from flask_babel import force_locale
from weasyprint import CSS, HTML
from weasyprint.logger import PROGRESS_LOGGER

from monitor.jobs.limited import tell_progress
from monitor.reports.fetching import FetchRefused, PicturesInHand

STYLES = Path(__file__).resolve().parents[2] / "static" / "css"
VARIANT = "pdf/ua-1"
PAPERS = ("a4", "letter")
SHARE_OF_LAYOUT = 70  # percent of the work that is done once the pages are laid out
USUAL_PAGES = 15
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Look:
    """How a document is drawn: template, stylesheets under static/css, paper, pictures by name (PNG), language."""

    template: str
    styles: tuple[str, ...]
    language: str
    paper: str = "a4"
    pictures: Mapping[str, bytes] | None = None

    @property
    def stylesheets(self) -> tuple[str, ...]:
        """The stylesheets in their order, those of paper and direction last."""
        turned = ("report-rtl.css",) if direction(self.language) == "rtl" else ()
        paper = (f"report-{self.paper}.css",) if self.paper != "a4" else ()
        return (*self.styles, *paper, *turned)


def render_html(look: Look, context: Mapping[str, Any]) -> str:
    """Return the document's HTML, headings in the look's language. Needs an application context."""
    with speaking(look.language):
        return current_app.jinja_env.get_template(look.template).render(
            context, language=look.language, direction=direction, paragraphs=paragraphs
        )


def draw_pdf(look: Look, html: str) -> bytes:
    """Return the PDF of a document's HTML, which must be well-formed XML; the same HTML gives the same pages.

    Raises FetchRefused when the document asked for anything but its own pictures: a fault of our templates.
    """
    fetcher = PicturesInHand(look.pictures or {})
    with _telling_progress():
        document: HTML = _ParsedDocument(html, fetcher)
        pages = document.render(stylesheets=[_stylesheet(name) for name in look.stylesheets], pdf_variant=VARIANT)
        tell_progress(SHARE_OF_LAYOUT)
        pdf: bytes = pages.write_pdf(pdf_variant=VARIANT)
    if fetcher.refused:
        raise FetchRefused(fetcher.refused)
    return pdf


def render_pdf(look: Look, context: Mapping[str, Any]) -> bytes:
    """Return the PDF of a document; to be called in a limited child (monitor/jobs/limited.py)."""
    return draw_pdf(look, render_html(look, context))


def warm(looks: Sequence[Look]) -> None:
    """Read templates and stylesheets now, so that children forked later need not. Needs an application context."""
    for look in looks:
        current_app.jinja_env.get_template(look.template)
        for name in look.stylesheets:
            _stylesheet(name)


def speaking(language: str) -> AbstractContextManager[None]:
    """Return a context in which gettext, dates and numbers speak this language."""
    return force_locale(str(_locale(language)))


def direction(language: str) -> str:
    """Return `rtl` or `ltr` for a language code such as `ar` or `pt-BR`."""
    return str(_locale(language).text_direction)


def paragraphs(text: str) -> list[list[str]]:
    """Cut a typed text into paragraphs (at empty lines) of lines; nothing is lost but the empty lines."""
    found: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.strip():
            found[-1].append(line.strip())
        elif found[-1]:
            found.append([])
    return [lines for lines in found if lines]


def _locale(language: str) -> Locale:
    """Return the locale of a language code; English where the code is of no known language."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


@cache
def _stylesheet(name: str) -> CSS:
    return CSS(string=(STYLES / name).read_text(encoding="utf-8"), url_fetcher=PicturesInHand({}))


class _ParsedDocument(HTML):
    """A document read by the XML parser of Python's library: it takes a twentieth of the time of an HTML parser."""

    def __init__(self, html: str, fetcher: PicturesInHand) -> None:
        root = ET.fromstring(NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", html))  # noqa: S314  # our own markup
        self.base_url = None
        self.url_fetcher = fetcher
        self.media_type = "print"
        self.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element


@contextmanager
def _telling_progress() -> Iterator[None]:
    """Turn WeasyPrint's messages on laid-out pages into steps of our own; the messages themselves go nowhere."""
    watcher, before = _PageWatcher(), (PROGRESS_LOGGER.level, PROGRESS_LOGGER.propagate)
    PROGRESS_LOGGER.setLevel(logging.INFO)
    PROGRESS_LOGGER.propagate = False
    PROGRESS_LOGGER.addHandler(watcher)
    try:
        yield
    finally:
        PROGRESS_LOGGER.removeHandler(watcher)
        PROGRESS_LOGGER.level, PROGRESS_LOGGER.propagate = before


class _PageWatcher(logging.Handler):
    """Counts pages; how many there will be is not known, so the step grows ever slower."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.pages = 0

    def emit(self, record: logging.LogRecord) -> None:
        if "Page" in record.getMessage():
            self.pages += 1
            tell_progress(round(SHARE_OF_LAYOUT * self.pages / (self.pages + USUAL_PAGES)))
