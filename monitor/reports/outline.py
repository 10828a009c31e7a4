"""The sections of a visit report that have something to say, with their numbers and headings."""

from dataclasses import dataclass

from flask_babel import gettext

from monitor.reports.assembly import IMPRESSIONS
from monitor.reports.content import Theme, Topic, Version, VisitReport
from monitor.reports.placement import Part

ANNEX = "annex"
REPLY_FORM = "reply-form"
PHOTOS = "photos"


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading: `key` is also the anchor that the table of contents points to."""

    key: str
    number: str
    title: str


@dataclass(frozen=True, slots=True)
class ThemeHeading:
    """A theme and its topics with their headings."""

    heading: Heading
    theme: Theme
    topics: tuple[tuple[Heading, Topic], ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """All headings: sections by key in printed order, the themes of the findings, and topic id -> number."""

    sections: dict[str, Heading]
    themes: tuple[ThemeHeading, ...]
    topic_numbers: dict[str, str]


def outline(report: VisitReport) -> Outline:
    """Return the headings of a report, numbered; sections fed by nothing are left out and do not count."""
    found = _sections(report)
    themes = _themes(report, found["findings"].number) if "findings" in found else ()
    numbers = {topic.id: heading.number for theme in themes for heading, topic in theme.topics}
    return Outline(found, themes, numbers)


def _sections(report: VisitReport) -> dict[str, Heading]:
    titles = {
        "summary": (gettext("Summary"), True),
        "visit": (gettext("The visit"), True),
        "cooperation": (gettext("Cooperation and access"), _has(report, Part.COOPERATION)),
        "place": (gettext("The place"), True),
        "follow-up": (gettext("Follow-up of earlier recommendations"), bool(report.follow_up)),
        "findings": (gettext("Findings by theme"), bool(report.themes) or _has(report, Part.CAUSES)),
        "good-practices": (gettext("Good practices"), _has(report, Part.GOOD_PRACTICES)),
        "immediate": (gettext("Immediate observations"), _has(report, Part.IMMEDIATE) or bool(report.urgent_letters)),
        "recommendations": (gettext("Recommendations"), True),
        "limits": (gettext("Not examined and limits"), True),
    }
    present = [(key, title) for key, (title, is_present) in titles.items() if is_present]
    found = {key: Heading(key, str(number), title) for number, (key, title) in enumerate(present, 1)}
    annexes = {
        ANNEX: (gettext("Annex: ratings, measurements and standards"), True),
        REPLY_FORM: (gettext("Annex: reply form"), is_to_be_answered(report)),
        PHOTOS: (gettext("Annex: photos"), bool(report.photos)),
    }
    present = [(key, title) for key, (title, is_present) in annexes.items() if is_present]
    letters = (gettext("A"), gettext("B"), gettext("C"))
    found |= {key: Heading(key, letter, title) for letter, (key, title) in zip(letters, present, strict=False)}
    return found


def is_to_be_answered(report: VisitReport) -> bool:
    """Say whether the authority is to fill in what becomes of the recommendations: in its own version alone."""
    return report.version is Version.AUTHORITY and bool(report.recommendations)


def _themes(report: VisitReport, number: str) -> tuple[ThemeHeading, ...]:
    found = []
    for n, theme in enumerate(report.themes, 1):
        title = gettext("General impressions") if theme.id == IMPRESSIONS else theme.name
        heading = Heading(f"theme-{theme.id}", f"{number}.{n}", title)
        topics = tuple(
            (Heading(f"topic-{topic.id}", f"{heading.number}.{m}", topic.name), topic)
            for m, topic in enumerate(theme.topics, 1)
        )
        found.append(ThemeHeading(heading, theme, topics))
    return tuple(found)


def _has(report: VisitReport, part: Part) -> bool:
    return bool(report.lines[part] or report.notes[part])
