"""The visit form on paper: items, order, numbers and options of the screen, boxes to tick, lines to write on."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from itertools import groupby
from typing import Any
from uuid import UUID

import segno

from monitor.guide.answer_types import ANSWER_TYPES
from monitor.guide.catalogue import NO_JUDGEMENT, Guide, Item, Section
from monitor.guide.loading import get_guide
from monitor.guide.scope import PageTopic, Scope, by_topic, select_items
from monitor.guide.texts import Text, texts
from monitor.recommendations.labels import JUDGEMENTS
from monitor.reports import labels
from monitor.reports.fetching import SCHEME
from monitor.reports.languages import direction, guide_language
from monitor.reports.lines import typeset
from monitor.reports.rendering import Look, Pdf, render_html, render_limited
from monitor.web.squares import QUIET_ZONE

TEMPLATE = "reports/pdf/blank_form.html"
STYLES = ("report-form",)
CODED_STYLES = (*STYLES, "report-form-coded")
RECOMMENDATION = "recommendation-"
"""What the anchor of a recommendation begins with; behind it its id. That of an item is the id alone."""
CPU_SECONDS = 60
NOTE_LINES = {"rating": 2, "text": 4}
"""Lines to write on under an item, by answer type; one for the others."""
FURTHER_LINES = 26
"""Lines for further notes behind the last item: about a page, begun where the items end."""
MODULE_PIXELS = 8
SHORT_OPTION = 40  # characters that fit any line
LONGEST_BRIEF = 100
"""Characters of a recommendation in its row: about two lines."""
_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?؟])\s")


@dataclass(frozen=True, slots=True)
class FormSection:
    """A section of the guide with those of its topics and items that are on the form."""

    section: Section
    topics: tuple[PageTopic, ...]


@dataclass(frozen=True, slots=True)
class FormPart:
    """What one person carries: sections that begin on a sheet of their own; `section` names the only one."""

    sections: tuple[FormSection, ...]
    section: Section | None = None
    has_checks: bool = False
    """Whether the open recommendations stand before the sections."""


@dataclass(frozen=True, slots=True)
class OpenRecommendation:
    """A recommendation of an earlier visit to the place, to be checked on site."""

    id: UUID
    reference: str
    text: str
    language: str
    addressee: str
    due_on: date | None

    @property
    def brief(self) -> str:
        """What stands of it in its row: all of it, or its beginning with dots behind it."""
        return brief(self.text)

    @property
    def is_cut(self) -> bool:
        """True where the row does not hold all of it."""
        return len(" ".join(self.text.split())) > LONGEST_BRIEF


@dataclass(frozen=True, slots=True)
class BlankForm:
    """What is printed: the items of a scope in one language; `reference` and `place` of a visit, empty for any."""

    scope: Scope
    language: str
    paper: str = "a4"
    reference: str = ""
    guide_version: str | None = None
    mechanism: str = ""
    """Its name in the language of the form."""
    is_training: bool = False
    to_check: tuple[OpenRecommendation, ...] = ()
    """Of a visit: what earlier visits to the place recommended and is still open."""
    place: str = ""
    """Its name and town."""
    only: str = ""
    """The one section that is printed; empty for all."""
    shared: tuple[str, ...] = ()
    """Sections that begin on sheets of their own, so that the form can be shared out."""
    codes: tuple[str, ...] = ()
    """Of each page the digits by which it is found again, in groups as they are printed; empty: pages carry none."""


def blank_form_pdf(form: BlankForm, on_progress: Callable[[int], None] | None = None) -> Pdf:
    """Return the form as PDF, drawn in a limited child. Needs an application context and a process with one thread.

    Raises UnfitScope where the scope names what the guide does not have.
    """
    return render_limited(look_of(form), context_of(form), cpu_seconds=CPU_SECONDS, on_progress=on_progress)


def blank_form_html(form: BlankForm) -> str:
    """Return the HTML that the PDF is drawn from. Needs an application context."""
    return render_html(look_of(form), context_of(form))


def look_of(form: BlankForm) -> Look:
    """Return how the form is drawn."""
    if not form.codes:
        return Look(TEMPLATE, STYLES, form.language, form.paper)
    squares = {f"code-{page}": qr_code(code) for page, code in enumerate(form.codes, 1)}
    own_style = "\n".join(_coded_page(page, code, form.language) for page, code in enumerate(form.codes, 1))
    return Look(TEMPLATE, CODED_STYLES, form.language, form.paper, squares, own_style)


def qr_code(code: str) -> bytes:
    """Return the PNG of a QR code that holds the digits of a code and survives the loss of 30 percent (level H)."""
    square = BytesIO()
    made = segno.make(code.replace(" ", ""), error="h", micro=False, boost_error=False)
    made.save(square, kind="png", scale=MODULE_PIXELS, border=QUIET_ZONE)
    return square.getvalue()


def _coded_page(page: int, code: str, language: str) -> str:
    """Return the CSS that puts the code of a page into the outer corner above: in digits, and as a QR code."""
    corner = "@top-left" if direction(language) == "rtl" else "@top-right"
    return f'@page :nth({page}) {{ {corner} {{ content: "{code}"; background-image: url("{SCHEME}:code-{page}") }} }}'


def context_of(form: BlankForm) -> dict[str, Any]:
    """Return what the template reads."""
    guide = get_guide(form.guide_version)
    return {
        "form": form,
        "guide": guide,
        "parts": form_parts(form, form_sections(guide, select_items(guide, form.scope))),
        "texts": texts(guide, guide_language(form.language)),
        "no_judgement": [code for code in guide.ratings if code in NO_JUDGEMENT],
        "is_coded": is_coded,
        "note_lines": note_lines,
        "bound": bound,
        "evidence": labels.evidence,
        "further_lines": FURTHER_LINES,
        "recommendation": RECOMMENDATION,
        "page_mark": labels.page_mark,
        "typeset": typeset,
        "states": list(JUDGEMENTS.values()),
    }


def form_sections(guide: Guide, items: tuple[Item, ...]) -> tuple[FormSection, ...]:
    """Lay items, in the order of the guide, out under their sections and topics."""
    return tuple(
        FormSection(guide.section(section_id), by_topic(guide, group))
        for section_id, group in groupby(items, lambda item: item.section_id)
    )


def form_parts(form: BlankForm, sections: tuple[FormSection, ...]) -> tuple[FormPart, ...]:
    """Divide a form into what is carried together: all of it, the one section, or each shared section by itself.

    What is not shared stays together between the parts that are, so that the order is that of the guide.
    """
    if form.only:
        return tuple(FormPart((each,), each.section) for each in sections if each.section.id == form.only)
    if not form.shared:
        return (FormPart(sections, has_checks=bool(form.to_check)),)
    checks = (FormPart((), has_checks=True),) if form.to_check else ()
    return (*checks, *_shared_parts(form, sections))


def _shared_parts(form: BlankForm, sections: tuple[FormSection, ...]) -> Iterator[FormPart]:
    for is_shared, group in groupby(sections, lambda each: each.section.id in form.shared):
        if is_shared:
            yield from (FormPart((each,), each.section) for each in group)
        else:
            yield FormPart(tuple(group))


def is_coded(item: Item) -> bool:
    """Say whether the item also takes 'not examined' and 'not applicable'."""
    return ANSWER_TYPES[item.answer].is_coded


def bound(option: Text) -> Text:
    """Return the label of an option whose words stay on the line of its box, unless they are many."""
    return Text(option.replace(" ", "\N{NO-BREAK SPACE}"), option.language) if len(option) <= SHORT_OPTION else option


def brief(text: str) -> str:
    """Return a text on one line; too long for a row, cut behind a sentence if that keeps half, else behind a word."""
    line = " ".join(text.split())
    if len(line) <= LONGEST_BRIEF:
        return line
    begun = line[:LONGEST_BRIEF]
    ends = [found.start() for found in _BETWEEN_SENTENCES.finditer(begun)]
    end = ends[-1] if ends and ends[-1] >= LONGEST_BRIEF // 2 else begun.rfind(" ")
    return f"{line[:end] if end > 0 else begun} …"


def note_lines(item: Item) -> int:
    """Return how many lines there are to write on under an item, the one that also holds the sources among them."""
    return NOTE_LINES.get(item.answer, 1)
