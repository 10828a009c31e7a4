"""Finding entries by their words, within what the reader may see; nothing is counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, false, or_, select

from monitor.accounts.models import User
from monitor.db import db
from monitor.search.models import WORD_INDEX, SearchEntry, Subject, realm_of
from monitor.search.sources import OF_SUBJECT, texts_of
from monitor.search.words import Piece, sentence_with, wanted_words
from monitor.visits import queries as visits
from monitor.visits.models import Visit

LONGEST_BEGINNING: Final = 8
"""Letters of a word's beginning that the index keeps; beginnings as long as that are found without gathering."""


@dataclass(frozen=True)
class Hit:
    """One row that holds the words looked for; `entry_id` is where the next page goes on."""

    entry_id: int
    subject: Subject
    page_id: UUID
    name: str | None
    place_name: str | None
    started_on: date | None
    sentence: Sequence[Piece]


def visible_to(user: User) -> Select[SearchEntry]:
    """Return the entries this person may see: those of visits they may see, and the registers of their mechanism.

    Who may read no register is to be asked for no entries of registers (see search/views.py).
    """
    seen = visits.visible_to(user).where(Visit.id == SearchEntry.visit_id)
    return select(SearchEntry).where(
        SearchEntry.mechanism_id == user.mechanism_id,
        or_(
            SearchEntry.visit_id.is_(None),
            seen.with_only_columns(Visit.id).correlate(SearchEntry).exists(),
        ),
    )


def found(user: User, subject: Subject, text: str, *, most: int, before: int | None = None) -> list[Hit]:
    """Return the newest rows of a kind that hold every word of the text, or words that begin so; at most `most`.

    `before`: only entries older than this one. A text without a word finds nothing.
    """
    wanted = wanted_words(text)
    if not wanted:
        return []
    number = WORD_INDEX.c.rowid if _has_word_index() else SearchEntry.id
    query = visible_to(user).where(SearchEntry.subject == subject, *_holding(user, subject, wanted))
    if before is not None:
        query = query.where(number < before)
    entries = db.session.scalars(query.order_by(number.desc()).limit(most)).all()
    return _told(subject, entries, wanted)


def ids_holding(user: User, text: str, *, subject: Subject) -> Select[UUID]:
    """Select the ids of the rows of a kind that hold every word of the text; nothing without a word.

    Of bodies of this person; whether they may see a row is for the query to ask that these ids are looked for in.
    """
    wanted = wanted_words(text)
    holding = _holding(user, subject, wanted) if wanted else [false()]
    return select(SearchEntry.subject_id).where(SearchEntry.subject == subject, *holding)


def _has_word_index() -> bool:
    return db.engine.dialect.name == "sqlite"


def _holding(user: User, subject: Subject, wanted: Sequence[str]) -> list[ColumnElement[bool]]:
    """Return the conditions of holding every word; without SQLite's index each entry is looked at."""
    if not _has_word_index():
        return [SearchEntry.words.contains(f" {word}") for word in wanted]
    bodies = {held.body_id for held in user.roles}
    owners = bodies if OF_SUBJECT[subject].is_of_a_visit else {user.mechanism_id}
    realms = " OR ".join(f'"{realm_of(subject, owner)}"' for owner in sorted(owners))
    words = " AND ".join(f'"{word[:LONGEST_BEGINNING]}"*' for word in wanted)
    longer = [word for word in wanted if len(word) > LONGEST_BEGINNING]
    return [
        WORD_INDEX.c.rowid == SearchEntry.id,
        WORD_INDEX.c.search_index.match(f"({realms}) AND {words}"),
        *(SearchEntry.words.contains(f" {word}") for word in longer),
    ]


def _told(subject: Subject, entries: Sequence[SearchEntry], wanted: Sequence[str]) -> list[Hit]:
    """Return what the results say of the rows behind these entries, read from the rows themselves."""
    source = OF_SUBJECT[subject]
    rows = db.session.execute(source.rows.where(source.model.id.in_([entry.subject_id for entry in entries])))
    by_id = {row.id: row for row in rows}
    return [_hit(entry, by_id[entry.subject_id], wanted) for entry in entries]


def _hit(entry: SearchEntry, row: Row[Any], wanted: Sequence[str]) -> Hit:
    return Hit(
        entry.id, entry.subject, row.page_id, row.name, row.place_name, row.started_on,
        sentence_with(texts_of(row), wanted),
    )  # fmt: skip
