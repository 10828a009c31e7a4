"""The text of a document as a Word file, for drafting: walked from the HTML that its PDF is drawn from.

So both say the same, in the same languages and directions. Pictures, charts and the table of contents stay behind.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final
from xml.etree import ElementTree as ET

import docx
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from monitor.reports.languages import direction
from monitor.reports.rendering import NOT_IN_XML

STYLES: Final = {
    "h1": "Title", "h2": "Heading 1", "h3": "Heading 2", "h4": "Heading 3", "h5": "Heading 4", "li": "List Bullet",
}  # fmt: skip
BLOCKS: Final = frozenset({*STYLES, "p", "div", "ul", "body"})
LEFT_OUT: Final = frozenset({"head", "svg", "img"})
PDF_ONLY: Final = "pdf-only"
"""Class of what leads to pages of the PDF: its table of contents."""
SPACES: Final = re.compile(r"[ \t\n\r]+")
MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
Holder = WordDocument | _Cell
"""What takes paragraphs."""


@dataclass(frozen=True, slots=True)
class Imprint:
    """What a Word file says of itself: `mark` stands on every page."""

    title: str
    author: str
    mark: str
    language: str
    on: date


@dataclass(frozen=True, slots=True)
class _Tone:
    """How a piece of text is set."""

    language: str
    is_rtl: bool
    is_bold: bool = False


@dataclass(slots=True)
class _Open:
    """A paragraph that is being gathered."""

    style: str | None
    tone: _Tone
    pieces: list[tuple[str, _Tone]] = field(default_factory=list)


def word_file(html: str, imprint: Imprint) -> bytes:
    """Return the text of a document's HTML, which must be well-formed XML, as a DOCX file."""
    made = docx.Document()
    about, at = made.core_properties, datetime(imprint.on.year, imprint.on.month, imprint.on.day)  # noqa: DTZ001
    about.title, about.author, about.language = imprint.title, imprint.author, imprint.language
    about.comments, about.last_modified_by, about.created, about.modified = "", imprint.author, at, at
    tone = _Tone(imprint.language, direction(imprint.language) == "rtl")
    head = made.sections[0].header.paragraphs[0]
    _set(head, [(imprint.mark, replace(tone, is_bold=True))], tone)
    root = ET.fromstring(NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", html))  # noqa: S314  # our own markup
    _Walk(made).through(root, tone)
    file = BytesIO()
    made.save(file)
    return file.getvalue()


class _Walk:
    """Puts elements into one holder, paragraph by paragraph."""

    def __init__(self, holder: Holder) -> None:
        self.holder = holder
        self.open: _Open | None = None
        self.first = holder.paragraphs[0] if isinstance(holder, _Cell) else None
        """The paragraph that every cell is born with."""

    def through(self, element: ET.Element, tone: _Tone) -> None:
        """Walk an element and everything in it."""
        self._element(element, tone)
        self._close()

    def _element(self, element: ET.Element, tone: _Tone) -> None:
        tag = element.tag.rpartition("}")[2]
        if tag in LEFT_OUT or PDF_ONLY in element.get("class", "").split():
            return
        tone = _turned(element, tone)
        if tag == "table":
            self._close()
            self._table(element, tone)
        elif tag == "br":
            self._say("\n", tone)
        elif tag in BLOCKS:
            self._close()
            self.open = _Open(STYLES.get(tag), tone)
            self._inside(element, tone)
            self._close()
        else:
            self._inside(element, replace(tone, is_bold=tone.is_bold or tag in ("b", "strong")))

    def _inside(self, element: ET.Element, tone: _Tone) -> None:
        self._say(SPACES.sub(" ", element.text or ""), tone)
        for child in element:
            self._element(child, tone)
            self._say(SPACES.sub(" ", child.tail or ""), tone)

    def _say(self, text: str, tone: _Tone) -> None:
        if text.strip(" ") or (text and self.open and self.open.pieces):
            self.open = self.open or _Open(None, tone)
            self.open.pieces.append((text, tone))

    def _close(self) -> None:
        """Write the open paragraph, if anything was said in it."""
        gathered, self.open = self.open, None
        pieces = list(_tidy(gathered.pieces)) if gathered else []
        if gathered and pieces:
            paragraph, self.first = self.first or self.holder.add_paragraph(), None
            if gathered.style:
                paragraph.style = gathered.style
            _set(paragraph, pieces, gathered.tone)

    def _table(self, element: ET.Element, tone: _Tone) -> None:
        rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in element.iter("tr")]
        width = max(map(len, rows), default=0)
        if not width:
            return
        table = self.holder.add_table(len(rows), width)
        if isinstance(table, Table) and tone.is_rtl:
            table._tbl.tblPr.append(OxmlElement("w:bidiVisual"))  # noqa: SLF001  # python-docx has no name for it
        table.style = "Table Grid" if isinstance(self.holder, WordDocument) else table.style
        for made, row in zip(table.rows, rows, strict=True):
            for cell, source in zip(made.cells, row, strict=False):
                _Walk(cell).through(_as_inline(source), replace(_turned(source, tone), is_bold=source.tag == "th"))


def _as_inline(cell: ET.Element) -> ET.Element:
    """Return a cell as an element that begins no paragraph of its own."""
    copied = ET.Element("span", cell.attrib)
    copied.text, copied[:] = cell.text, list(cell)
    return copied


def _turned(element: ET.Element, tone: _Tone) -> _Tone:
    """Return the tone with the language and direction that an element names."""
    language, way = element.get("lang"), element.get("dir")
    return replace(
        tone, language=language or tone.language, is_rtl=way == "rtl" if way in ("rtl", "ltr") else tone.is_rtl
    )


def _tidy(pieces: list[tuple[str, _Tone]]) -> Iterator[tuple[str, _Tone]]:
    """Yield pieces without spaces at the ends of the paragraph, or doubled between pieces."""
    ends_in_space = True
    last = len(pieces) - 1
    while last >= 0 and not pieces[last][0].strip(" \n"):
        last -= 1
    for place, (piece, tone) in enumerate(pieces[: last + 1]):
        text = piece.lstrip(" ") if ends_in_space else piece
        text = text.rstrip(" \n") if place == last else text
        if text:
            ends_in_space = text.endswith((" ", "\n"))
            yield text, tone


def _set(paragraph: Paragraph, pieces: list[tuple[str, _Tone]], tone: _Tone) -> None:
    """Write pieces into a paragraph that runs as `tone` says."""
    if tone.is_rtl:
        paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))  # noqa: SLF001  # python-docx has no name for it
    for text, own in pieces:
        run = paragraph.add_run(text)
        if own.is_bold:
            run.bold = run.font.cs_bold = True
        if own.is_rtl:
            run.font.rtl = True
        language: Any = OxmlElement("w:lang")
        language.set(qn("w:bidi" if own.is_rtl else "w:val"), own.language)
        run._r.get_or_add_rPr().append(language)  # noqa: SLF001  # the same
