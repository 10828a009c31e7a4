"""The visit form on paper: items, order, numbers and options of the screen, boxes to tick, lines to write on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from monitor.guide.answer_types import ANSWER_TYPES
from monitor.guide.catalogue import NO_JUDGEMENT, Guide, Item, Section
from monitor.guide.loading import get_guide
from monitor.guide.scope import PageTopic, Scope, select_items
from monitor.guide.texts import Text, texts
from monitor.recommendations.labels import JUDGEMENTS
from monitor.reports import labels
from monitor.reports.languages import guide_language
from monitor.reports.lines import typeset
from monitor.reports.rendering import Look, Pdf, render_html, render_limited

TEMPLATE = "reports/pdf/blank_form.html"
STYLES = ("report-form",)
CPU_SECONDS = 60
NOTE_LINES = {"rating": 2, "text": 4}
"""Lines to write on under an item, by answer type; one for the others."""
FURTHER_LINES = 26
"""Lines for further notes behind the last item: about a page, begun where the items end."""
SHORT_OPTION = 40  # characters that fit any line


@dataclass(frozen=True, slots=True)
class FormSection:
    """A section of the guide with those of its topics and items that are on the form."""

    section: Section
    topics: tuple[PageTopic, ...]


@dataclass(frozen=True, slots=True)
class OpenRecommendation:
    """A recommendation of an earlier visit to the place, to be checked on site."""

    reference: str
    text: str
    language: str
    addressee: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class BlankForm:
    """What is printed: the items of a scope in one language; `reference` of a planned visit, empty for any visit."""

    scope: Scope
    language: str
    paper: str = "a4"
    reference: str = ""
    guide_version: str | None = None
    is_training: bool = False
    to_check: tuple[OpenRecommendation, ...] = ()
    """Of a visit: what earlier visits to the place recommended and is still open."""


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
    return Look(TEMPLATE, STYLES, form.language, form.paper)


def context_of(form: BlankForm) -> dict[str, Any]:
    """Return what the template reads."""
    guide = get_guide(form.guide_version)
    return {
        "form": form,
        "guide": guide,
        "sections": form_sections(guide, select_items(guide, form.scope)),
        "texts": texts(guide, guide_language(form.language)),
        "no_judgement": [code for code in guide.ratings if code in NO_JUDGEMENT],
        "is_coded": is_coded,
        "note_lines": note_lines,
        "bound": bound,
        "evidence": labels.evidence,
        "further_lines": FURTHER_LINES,
        "page_mark": labels.page_mark,
        "typeset": typeset,
        "states": list(JUDGEMENTS.values()),
    }


def form_sections(guide: Guide, items: tuple[Item, ...]) -> tuple[FormSection, ...]:
    """Lay items, in the order of the guide, out under their sections and topics."""
    return tuple(
        FormSection(
            guide.section(section_id),
            tuple(
                PageTopic(guide.topics[topic_id], tuple(own)) for topic_id, own in groupby(group, lambda i: i.topic_id)
            ),
        )
        for section_id, group in groupby(items, lambda item: item.section_id)
    )


def is_coded(item: Item) -> bool:
    """Say whether the item also takes 'not examined' and 'not applicable'."""
    return ANSWER_TYPES[item.answer].is_coded


def bound(option: Text) -> Text:
    """Return the label of an option whose words stay on the line of its box, unless they are many."""
    return Text(option.replace(" ", "\N{NO-BREAK SPACE}"), option.language) if len(option) <= SHORT_OPTION else option


def note_lines(item: Item) -> int:
    """Return how many lines there are to write on under an item, the one that also holds the sources among them."""
    return NOTE_LINES.get(item.answer, 1)
