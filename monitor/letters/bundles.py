"""Everything that left the mechanism about a visit, in one zip: released reports and letters that were sent.

What became of its recommendations lies beside them, apart: it was compared with nothing, and stays in the mechanism.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from hashlib import sha256
from io import BytesIO
from typing import Final
from zipfile import ZIP_STORED, ZipFile
from zoneinfo import ZoneInfo

from monitor.accounts.models import User
from monitor.jobs.limited import ChildFailed
from monitor.letters.queries import of_document, sent_of
from monitor.recommendations import queries as recommendations
from monitor.recommendations.spreadsheets import list_cells, list_xlsx
from monitor.recommendations.tables import TableRow, table_rows
from monitor.reports import releases
from monitor.reports.content import Version
from monitor.reports.languages import spoken_language
from monitor.reports.models import Document, DocumentKind, DocumentState, Paper
from monitor.reports.operations import ask_for
from monitor.reports.queries import parts_of
from monitor.reports.releases import NotReleased
from monitor.reports.rendering import Pdf, speaking
from monitor.reports.tasks import Drawing, render_document
from monitor.visits.models import Visit

LOOK: Final = "zip"
ALL: Final = 100
TABLE: Final = "internal/follow-up.xlsx"


class NothingLeft(Exception):
    """Nothing about the visit was released or sent, or nothing of it may be handed over now."""


def request_bundle(visit: Visit, *, by: User, at: datetime) -> Document:
    """Have everything that left about a visit put together; what is rendered already is taken as it is.

    Raises NothingLeft.
    """
    parts = _parts(visit)
    if not parts:
        raise NothingLeft
    ids = sorted(str(part.id) for part in parts)
    with speaking(spoken_language(visit.language)):
        said = " ".join([*ids, repr(list(list_cells(_followed_up(visit, at))))])
    wanted = Document(
        kind=DocumentKind.BUNDLE, visit_id=visit.id, audience=Version.INTERNAL, language=visit.language,
        paper=Paper.A4, scope_data={"documents": ids}, content_hash=sha256(said.encode()).hexdigest(),
        look=LOOK,
    )  # fmt: skip
    return ask_for(wanted, visit.mechanism_id, by=by, at=at)


def _followed_up(visit: Visit, at: datetime) -> Sequence[TableRow]:
    """Return what became of the visit's recommendations; none before they have numbers."""
    rows = [row for row in recommendations.of_visit(visit) if row.reference]
    return table_rows(rows, at.astimezone(ZoneInfo(visit.body.mechanism.time_zone)).date())


def _parts(visit: Visit) -> list[Document]:
    """Return the newest report of each version and language, and the letters; only what may be handed over."""
    reports: dict[tuple[Version, str], Document] = {}
    for document in releases.released_of(visit):
        if document.kind is DocumentKind.VISIT_REPORT and document.state is not DocumentState.FAILED:
            reports.setdefault((document.audience, document.language), document)
    letters = [letter.document for letter in sent_of(visit) if letter.document]
    return [part for part in (*reports.values(), *letters) if releases.refusal_of_document(part) is None]


def drawing_of(bundle: Document) -> Drawing:
    """Return how a bundle is put together."""
    return partial(_draw, bundle)


def _draw(bundle: Document, on_progress: Callable[[int], None]) -> Pdf:
    """Put a bundle together; parts that still wait are rendered first.

    Raises NotReleased where a part may no longer leave, ChildFailed where one could not be made.
    """
    parts = parts_of(bundle)
    for number, part in enumerate(parts):
        on_progress(ALL * number // len(parts))
        render_document(part.id)
    refusal = releases.refusal_of_document(bundle)
    if refusal is not None:
        raise NotReleased(refusal)
    return Pdf(_zip(parts, _table(bundle)), anchors=())


def _table(bundle: Document) -> bytes:
    """Return the follow-up table as XLSX, empty where the visit recommends nothing."""
    if bundle.visit is None:
        return b""
    rows = _followed_up(bundle.visit, bundle.requested_at)
    with speaking(spoken_language(bundle.language)):
        return list_xlsx(rows) if rows else b""


def _zip(parts: Sequence[Document], table: bytes) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_STORED) as made:  # a PDF and a workbook are compressed already
        for part in parts:
            if part.pdf is None:
                raise ChildFailed("a part of the bundle could not be made")
            made.writestr(_name(part), part.pdf)
        if table:
            made.writestr(TABLE, table)
    return file.getvalue()


def _name(part: Document) -> str:
    """Return a name that tells neither place nor date."""
    letter = of_document(part) if part.kind is DocumentKind.LETTER else None
    if letter:
        return f"letter-{letter.number}-{letter.kind.value}.pdf"
    return f"report-{part.audience.value}-{part.language}.pdf"
