"""The visit report as a document: content put into its template, drawn in a limited child."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final

from flask_babel import gettext

from monitor.jobs.limited import Kind, LimitReached
from monitor.recommendations.labels import ANSWERS, IMPLEMENTATIONS, KINDS, POSITIONS, SHORT_PRIORITIES
from monitor.reports import labels, word_files
from monitor.reports.assembly import PRIORITIES
from monitor.reports.charts import occupancy_bar, stacked
from monitor.reports.citations import provisions_line
from monitor.reports.content import Photo, Tally, Version, VisitReport, content_hash
from monitor.reports.fetching import SCHEME
from monitor.reports.languages import country_name, language_name
from monitor.reports.outline import outline
from monitor.reports.rendering import Look, Pdf, render_html, render_limited, speaking
from monitor.visits.labels import FIGURES, TEAM_ROLES
from monitor.visits.models import POPULATION_FIGURES

TEMPLATE = "reports/pdf/visit.html"
STYLES = ("report",)
LOGO = "logo"
CPU_SECONDS = 60
LONGEST_NAMED = 3
NO_PICTURES: Final[Mapping[str, bytes]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Imprint:
    """When a document is printed and the head of the audit record then; no part of its content."""

    printed_on: date
    audit_head: str = ""


class PictureExchanged(Exception):
    """The picture in hand is not the one that the report was checked with; `number` is the photo's."""

    def __init__(self, number: int) -> None:
        super().__init__(f"photo {number} is not the one that was checked")
        self.number = number


class ReportTooLarge(Exception):
    """The report needs more time or memory than a document may; `longest` names the topics with most text."""

    def __init__(self, kind: Kind, longest: tuple[tuple[str, int], ...]) -> None:
        names = ", ".join(f"{name} ({length:,} characters)" for name, length in longest)
        super().__init__(f"the report is too large to print ({kind}); the longest topics are: {names}")
        self.kind, self.longest = kind, longest


def visit_report_pdf(
    report: VisitReport,
    imprint: Imprint,
    *,
    paper: str = "a4",
    pictures: Mapping[str, bytes] = NO_PICTURES,
    on_progress: Callable[[int], None] | None = None,
) -> Pdf:
    """Return the report as PDF, rendered in a limited child.

    `pictures` are the photos that it prints (SHA-256 -> JPEG); raises PictureExchanged for one that is missing or is
    another. `on_progress` is told percents. Raises ReportTooLarge at a limit; nothing is ever cut. Needs an application
    context and a process with one thread.
    """
    context = context_of(report, imprint)
    look = look_of(report, paper)
    photos = {photo.digest: _verified(photo, pictures) for photo in report.photos}
    look = replace(look, pictures={**(look.pictures or {}), **photos})
    try:
        return render_limited(look, context, cpu_seconds=CPU_SECONDS, on_progress=on_progress)
    except LimitReached as limit:
        raise ReportTooLarge(limit.kind, longest_topics(report)) from limit


def _verified(photo: Photo, pictures: Mapping[str, bytes]) -> bytes:
    picture = pictures.get(photo.digest, b"")
    if sha256(picture).hexdigest() != photo.digest:
        raise PictureExchanged(photo.number)
    return picture


def visit_report_html(report: VisitReport, imprint: Imprint) -> str:
    """Return the HTML that the PDF is drawn from. Needs an application context."""
    return render_html(look_of(report), context_of(report, imprint))


def visit_report_text(report: VisitReport, imprint: Imprint) -> bytes:
    """Return the text of a report as DOCX, for drafting; the internal version is marked as a draft."""
    with speaking(report.language):
        mark = labels.version_mark(report.version)
        if report.version is Version.INTERNAL:
            mark = f"{mark}. {labels.draft_mark()}"
        title = gettext("Report on the visit to %(place)s", place=report.place.name)
    about = word_files.Imprint(title, report.letterhead.name, mark, report.language, imprint.printed_on)
    return word_files.word_file(visit_report_html(report, imprint), about)


def look_of(report: VisitReport, paper: str = "a4") -> Look:
    """Return how this report is drawn."""
    pictures = {LOGO: report.letterhead.logo} if report.letterhead.logo else {}
    return Look(TEMPLATE, STYLES, report.language, paper, pictures)


def context_of(report: VisitReport, imprint: Imprint) -> dict[str, Any]:
    """Return what the template reads."""
    return {
        "report": report,
        "imprint": imprint,
        "fingerprint": content_hash(report),
        "logo": f"{SCHEME}:{LOGO}",
        "picture": lambda photo: f"{SCHEME}:{photo.digest}",
        "population": [(name, report.figures.get(name)) for name in POPULATION_FIGURES],
        "priorities": PRIORITIES,
        "outline": outline,
        "rated_only": rated_only,
        "stacked": stacked,
        "occupancy_bar": occupancy_bar,
        "evidence": labels.evidence,
        "country": country_name,
        "language_name": language_name,
        "figure_names": FIGURES,
        "mark_text": labels.mark_text,
        "provisions_line": provisions_line,
        "page_mark": labels.page_mark,
        "priority_names": SHORT_PRIORITIES,
        "kind_names": KINDS,
        "positions": POSITIONS,
        "answers_to_choose": ANSWERS,
        "implementations": IMPLEMENTATIONS,
        "team": Counter(report.visit.team).items(),
        "team_roles": TEAM_ROLES,
        "version_mark": labels.version_mark,
        "version_note": labels.version_note,
    }


def rated_only(tally: Tally) -> Tally:
    """Return the tally without what was not rated."""
    return replace(tally, not_examined=0, not_applicable=0)


def longest_topics(report: VisitReport) -> tuple[tuple[str, int], ...]:
    """Return the topics with most text, longest first, with their length in characters."""
    lengths = [
        (
            str(topic.name),
            sum(len(note.text) for note in topic.notes)
            + sum(len(line.words) for line in topic.lines)
            + (len(topic.finding.found) + len(topic.finding.why) if topic.finding else 0),
        )
        for theme in report.themes
        for topic in theme.topics
    ]
    return tuple(sorted(lengths, key=lambda one: -one[1])[:LONGEST_NAMED])
