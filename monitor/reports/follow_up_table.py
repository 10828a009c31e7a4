"""The follow-up table as a document: what was asked, what the authority says, what the mechanism found out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from monitor.accounts.models import User
from monitor.db import db
from monitor.recommendations import tables
from monitor.recommendations.labels import EVIDENCE, IMPLEMENTATIONS, POSITIONS, SHORT_PRIORITIES
from monitor.recommendations.tables import Coverage, Extent, TableRow, Totals
from monitor.reports import labels
from monitor.reports.collection import letterhead
from monitor.reports.content import Letterhead, Version
from monitor.reports.rendering import Look, Pdf, render_html, render_limited
from monitor.reports.visit_report import Imprint

TEMPLATE = "reports/pdf/follow_up.html"
STYLES = ("report-follow-up",)
CPU_SECONDS = 60


@dataclass(frozen=True, slots=True)
class FollowUpTable:
    """What is printed: a table in one language, of a place, an authority or a year."""

    extent: Extent
    name: str
    """Of the place or office, or the year."""
    rows: tuple[TableRow, ...]
    totals: Totals
    letterhead: Letterhead
    language: str

    @property
    def content_hash(self) -> str:
        """SHA-256 of what it says."""
        return sha256(repr(self).encode()).hexdigest()


def collect_follow_up(coverage: Coverage, language: str, *, user: User, today: date) -> FollowUpTable:
    """Return the table as far as this person may see it, overdue being what is overdue today."""
    query = tables.covered(user, coverage)
    return FollowUpTable(
        extent=coverage.extent,
        name=tables.name_of(coverage),
        rows=tables.table_rows(db.session.scalars(query).all(), today),
        totals=tables.totals(query),
        letterhead=letterhead(user.mechanism, language),
        language=language,
    )


def follow_up_pdf(
    table: FollowUpTable, imprint: Imprint, *, paper: str = "a4", on_progress: Callable[[int], None] | None = None
) -> Pdf:
    """Return the table as PDF, drawn in a limited child. Needs an application context and a process with one thread."""
    context = context_of(table, imprint)
    return render_limited(look_of(table, paper), context, cpu_seconds=CPU_SECONDS, on_progress=on_progress)


def follow_up_html(table: FollowUpTable, imprint: Imprint) -> str:
    """Return the HTML that the PDF is drawn from. Needs an application context."""
    return render_html(look_of(table), context_of(table, imprint))


def look_of(table: FollowUpTable, paper: str = "a4") -> Look:
    """Return how the table is drawn."""
    return Look(TEMPLATE, STYLES, table.language, paper)


def context_of(table: FollowUpTable, imprint: Imprint) -> dict[str, Any]:
    """Return what the template reads."""
    return {
        "table": table,
        "imprint": imprint,
        "positions": POSITIONS,
        "implementations": IMPLEMENTATIONS,
        "evidence": EVIDENCE,
        "priorities": SHORT_PRIORITIES,
        "page_mark": labels.page_mark,
        "version_mark": labels.version_mark,
        "internal": Version.INTERNAL,
    }
