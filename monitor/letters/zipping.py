"""The zip of a visit: a list of contents, its documents made one after the other, tables and drafts beside them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from io import BytesIO
from typing import Final
from zipfile import ZIP_STORED, ZipFile
from zoneinfo import ZoneInfo

from flask_babel import gettext

from monitor.db import db
from monitor.jobs.limited import ChildFailed
from monitor.letters.bundles import drafts_of, left_of
from monitor.letters.drafting import letter_text
from monitor.letters.labels import KINDS
from monitor.letters.models import Letter
from monitor.letters.queries import of_document
from monitor.recommendations.spreadsheets import list_xlsx
from monitor.recommendations.tables import Coverage, covered, table_rows
from monitor.reports import releases
from monitor.reports.content import Version
from monitor.reports.document_words import EXCHANGED, problem_of, title_of
from monitor.reports.languages import language_name, spoken_language
from monitor.reports.models import Document, DocumentKind
from monitor.reports.queries import is_as_made, parts_of
from monitor.reports.release_words import REFUSALS
from monitor.reports.releases import NotReleased
from monitor.reports.rendering import Pdf, speaking
from monitor.reports.tasks import Drawing, render_document
from monitor.visits.models import Visit
from monitor.web.filters import colon, comma, day, day_range

CONTENTS: Final = "contents.txt"
LARGEST: Final = 200 * 1024 * 1024
"""Bytes of documents that one zip takes; it is put together in memory."""


@dataclass(frozen=True, slots=True)
class File:
    """One file of a zip: what it is, how far it is, and how its bytes are read."""

    name: str
    title: str
    state: str
    size: int
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Missing:
    """A document that is not in a zip, and why."""

    title: str
    reason: str


def drawing_of(bundle: Document) -> Drawing:
    """Return how a bundle is put together; how far it is, is told by its parts."""
    return lambda _on_progress: _draw(bundle)


def _draw(bundle: Document) -> Pdf:
    """Put a bundle together; parts that still wait are rendered first, and one that fails is named as missing.

    Raises NotReleased where a part may no longer leave, ChildFailed where no part could be made.
    """
    parts = parts_of(bundle)
    for part in parts:
        render_document(part.id)
    refusal = releases.refusal_of_document(bundle)
    if refusal is not None:
        raise NotReleased(refusal)
    if bundle.visit is None or not any(part.size for part in parts):
        raise ChildFailed("no part of the bundle could be made")
    with speaking(spoken_language(bundle.language)):
        return Pdf(_zip(bundle, bundle.visit, parts), anchors=())


def _zip(bundle: Document, visit: Visit, parts: Sequence[Document]) -> bytes:
    time_zone = ZoneInfo(visit.body.mechanism.time_zone)
    today = datetime.now(UTC).astimezone(time_zone).date()
    whole = [part for part in parts if part.size and _is_as_made(part)]
    found = [*_documents(whole, time_zone), *_tables(bundle, parts, today), *_drafts(bundle, visit, today)]
    files, missing = _within(LARGEST, found)
    missing += _failed(parts) + _exchanged(parts, whole) + _held_back(visit, parts)
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_STORED) as made:  # its files are compressed already
        made.writestr(CONTENTS, _contents(bundle, visit, files, missing).encode("utf-8-sig"))
        for file in files:
            made.writestr(file.name, file.read())
    return packed.getvalue()


def _documents(parts: Sequence[Document], time_zone: ZoneInfo) -> Iterator[File]:
    """Yield the documents that were made, what left before what stays; their names tell neither place nor date."""
    for part in sorted(parts, key=lambda part: part.audience is Version.INTERNAL):
        asked_on, letter = part.requested_at.astimezone(time_zone).date(), of_document(part)
        if letter:
            name, title = f"sent/{_name(letter)}.pdf", _title(letter)
            state = gettext("Sent on %(day)s; kept as it was sent.", day=day(letter.sent_on))
        elif part.audience is Version.INTERNAL:
            stem = "follow-up" if part.kind is DocumentKind.FOLLOW_UP else "report"
            name, title = f"internal/{stem}-{part.language}.pdf", str(title_of(part))
            state = gettext("As it stood on %(day)s.", day=day(asked_on))
        else:
            name, title = f"released/report-{part.audience.value}-{part.language}.pdf", str(title_of(part))
            state = gettext("Released on %(day)s.", day=day(asked_on))
        yield File(name, _in_language(title, part.language), state, part.size or 0, partial(_file_of, part))


def _file_of(part: Document) -> bytes:
    """Read a document's file, and let go of it: one is held at a time."""
    data = part.pdf or b""
    db.session.expire(part, ["pdf"])
    return data


def _is_as_made(part: Document) -> bool:
    is_whole = is_as_made(part)
    db.session.expire(part, ["pdf"])
    return is_whole


def _tables(bundle: Document, parts: Sequence[Document], today: date) -> Iterator[File]:
    """Yield as XLSX what is in the zip as a follow-up table, made or not."""
    for part in parts:
        if part.kind is DocumentKind.FOLLOW_UP:
            query = covered(bundle.requested_by, Coverage.from_json(part.scope_data or {}))
            rows = table_rows(db.session.scalars(query).all(), today)
            data = list_xlsx(rows, is_training=bundle.requested_by.mechanism.is_training)
            state = gettext("As it stood on %(day)s.", day=day(today))
            title = _in_language(str(title_of(part)), part.language)
            yield File(f"internal/follow-up-{part.language}.xlsx", title, state, len(data), partial(bytes, data))


def _drafts(bundle: Document, visit: Visit, today: date) -> Iterator[File]:
    """Yield the letters that are still drafted, as texts that say so on every page."""
    wanted = (bundle.scope_data or {})["letters"]
    for letter in drafts_of(visit):
        if str(letter.id) in wanted:
            data = letter_text(letter, is_released=False, on=today)
            state = gettext("Draft of %(day)s; not sent, and not to be passed on.", day=day(today))
            title = _in_language(_title(letter), letter.language)
            yield File(f"drafts/{_name(letter)}.docx", title, state, len(data), partial(bytes, data))


def _name(letter: Letter) -> str:
    return f"letter-{letter.number}-{letter.kind.value}"


def _title(letter: Letter) -> str:
    return comma().join(filter(None, [str(KINDS[letter.kind]), letter.addressee]))


def _in_language(title: str, language: str) -> str:
    return gettext("%(document)s (%(language)s)", document=title, language=language_name(language))


def _within(most: int, files: Sequence[File]) -> tuple[list[File], list[Missing]]:
    """Return the files that fit into so many bytes together, and those that do not."""
    kept, left = [], []
    for file in files:
        if file.size <= most:
            kept.append(file)
            most -= file.size
        else:
            left.append(Missing(file.title, gettext("It does not fit into this zip. Download it by itself.")))
    return kept, left


def _failed(parts: Sequence[Document]) -> list[Missing]:
    return [Missing(_titled(part), str(problem_of(part))) for part in parts if part.size is None]


def _exchanged(parts: Sequence[Document], whole: Sequence[Document]) -> list[Missing]:
    return [Missing(_titled(part), str(EXCHANGED)) for part in parts if part.size and part not in whole]


def _held_back(visit: Visit, parts: Sequence[Document]) -> list[Missing]:
    """Return what left once and may not be handed over now, since its check no longer stands."""
    found = [(part, releases.refusal_of_document(part)) for part in left_of(visit) if part not in parts]
    return [Missing(_titled(part), str(REFUSALS[refusal])) for part, refusal in found if refusal]


def _titled(part: Document) -> str:
    letter = of_document(part)
    return _in_language(_title(letter) if letter else str(title_of(part)), part.language)


def _contents(bundle: Document, visit: Visit, files: Sequence[File], missing: Sequence[Missing]) -> str:
    """Return the list of contents, as plain text."""
    place = comma().join(filter(None, [visit.place.name, visit.place.city]))
    days = day_range(visit.started_on, visit.ended_on)
    lines = [
        visit.body.mechanism.name(bundle.language),
        colon().join([gettext("Visit"), comma().join(filter(None, [place, days, visit.reference]))]),
        gettext("Put together for %(name)s.", name=bundle.requested_by.name),
        "",
        gettext('What lies in "released" and "sent" has left you. All the rest stays with you.'),
    ]
    for file in files:
        lines += ["", file.name, f"  {file.title}", f"  {file.state}"]
    if missing:
        lines += ["", gettext("Not in this zip:")]
        lines += [f"  {one.title}{colon()}{one.reason}" for one in missing]
    return "\n".join(lines) + "\n"
