"""What can be found by its words: one entry for each place, visit, finding, recommendation, reply and authority."""

from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, String, column, table
from sqlalchemy.orm import Mapped, mapped_column

from monitor.db import Base
from monitor.tenancy import OwnedByMechanism


class Subject(StrEnum):
    """What an entry stands for."""

    PLACE = "place"
    VISIT = "visit"
    FINDING = "finding"
    RECOMMENDATION = "recommendation"
    REPLY = "reply"
    AUTHORITY = "authority"


class SearchEntry(OwnedByMechanism, Base):
    """The words of one row, kept by search/keeping.py whenever the row is written."""

    __tablename__ = "search_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    """Counts up, so that what was written last is found first; also the number of its line in WORD_INDEX."""
    subject: Mapped[Subject]
    subject_id: Mapped[UUID] = mapped_column(unique=True)
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"), index=True)
    """Who may see this visit may see the entry; empty for the registers."""
    realm: Mapped[str] = mapped_column(String(60))
    """One word for kind and owner (see `realm_of`): it keeps the words of others out of a reader's way."""
    words: Mapped[str]
    """Each word once, made alike, with a space before it."""


WORD_INDEX: Final = table("search_index", column("rowid", Integer), column("search_index", String))
"""SQLite's full text over `realm` and `words`, made and kept by triggers of migration 002. To match is to compare the
column that is named like the table. A migration that makes `search_entry` anew must make the triggers anew."""


def realm_of(subject: Subject, owner: UUID) -> str:
    """Return the word that stands for this kind of row of a body, or of a mechanism where bodies share it.

    It begins with a letter for private use, so that nothing that somebody looks for is the beginning of it.
    """
    return f"\ue000{subject}{owner.hex}"
