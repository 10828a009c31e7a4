"""What a letter says, as plain data: no database, no page."""

from dataclasses import dataclass
from datetime import date

from monitor.letters.models import Block, LetterKind
from monitor.reports.content import Letterhead


@dataclass(frozen=True, slots=True)
class Part:
    """One block with its text; empty ones are left out of a letter."""

    block: Block
    text: str


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """A recommendation that the addressee is asked to answer."""

    number: int
    reference: str
    text: str
    reply_by: date


@dataclass(frozen=True, slots=True)
class ReplyForm:
    """The annex of a transmission: a row for each recommendation, to be filled in by the addressee."""

    language: str
    text_language: str
    """In which the recommendations are written."""
    rows: tuple[ReplyRow, ...]


@dataclass(frozen=True, slots=True)
class LetterContent:
    """Everything a letter prints, in its order."""

    kind: LetterKind
    language: str
    letterhead: Letterhead
    reference: str
    addressee: str
    address: str
    city: str
    dated: date
    place: str
    parts: tuple[Part, ...]
    reply_form: ReplyForm | None

    @property
    def text_language(self) -> str:
        """Language of what was typed: that of the letter."""
        return self.language
