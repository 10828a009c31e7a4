"""What confidential records say that a report must not: names, ways to reach somebody, codes, places, own words."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from monitor.reports.disguises import plain_words, squeezed
from monitor.reports.sounds import sound_of


class HitKind(StrEnum):
    """What a text of a report has in common with what must not be told."""

    NAME = "name"
    """The whole name behind a code."""
    NAME_PART = "name_part"
    """One word of such a name."""
    CONTACT = "contact"
    """How to reach the person."""
    CODE = "code"
    """The code of a talk."""
    DETAIL = "detail"
    """Where the talk took place, a room, a number that was mentioned."""
    MENTIONED = "mentioned"
    """A name, or what is written like one, that was mentioned in a talk."""
    WORDS = "words"
    """Several words as they were said or written down."""
    NUMBER = "number"
    """A number that looks like that of a person."""
    CELL = "cell"
    """A number that looks like that of a cell, a room, a bed."""
    SMALL_GROUP = "small_group"
    """Words that point at one person or a few."""
    PHOTO = "photo"
    """A photo: what it shows is compared by eyes alone."""


NEVER_HARMLESS: Final = frozenset({HitKind.NAME, HitKind.CONTACT, HitKind.CODE, HitKind.WORDS})
"""These are changed, or covered by a consent; nobody can say that they mean nothing."""
RUN: Final = 6
"""So many words in the order in which they were said tell who said them."""
SHORTEST_PART: Final = 3
SHORTEST_MENTIONED: Final = 4
SHORTEST_NUMBER: Final = 4
WORDS_OF_A_PLACE: Final = 3
"""A place described in so many words is one that few people were at; "the yard" is everybody's."""
NO_NAMES: Final = frozenset(
    {"and", "the", "von", "van", "der", "den", "del", "della", "des", "les", "bin", "ibn", "ben", "abu", "mrs", "mme"}
)
SPOKEN: Final = (
    "note", "said", "requests", "text", "injuries", "notes", "comment", "value", "reasons", "what", "wishes", "done",
    "file_name",
)  # fmt: skip
"""The fields of confidential records that hold what was said, or about whom."""
PIECE_END: Final = re.compile(r"[,;:\n()]+")
SENTENCE_BEGINS: Final = re.compile(r"(?:^|[.!?:\n\"“«(]\s*)$")
LEADING_NOUGHTS: Final = re.compile(r"(?<=\D)0+(?=\d)")
NOUNS_WITH_CAPITALS: Final = frozenset({"de", "lb"})


@dataclass(frozen=True, slots=True)
class Confided:
    """One opened record: its fields, and the talk it belongs to, None where it belongs to none."""

    content: Mapping[str, Any] = field(repr=False)
    talk_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """Something to look for in a report: its squeezed plain form."""

    plain: str = field(repr=False)
    kind: HitKind
    talk_id: UUID | None


@dataclass(frozen=True, slots=True)
class Confidences:
    """All that is to be looked for."""

    terms: frozenset[Term] = field(repr=False)
    runs: Mapping[tuple[str, ...], UUID | None] = field(repr=False)
    """Runs of words as they were said -> the talk."""
    sounds: Mapping[str, frozenset[UUID | None]] = field(repr=False)
    """Sounds of names -> the talks behind whose codes they are."""


def confidences(
    records: Iterable[Confided], codes: Mapping[UUID, str], known: frozenset[str], language: str
) -> Confidences:
    """Return what these records say that a report must not.

    `codes` are those of the talks, `known` the plain words of names that the report states openly (the place, the
    authority), `language` that in which the visit was written.
    """
    terms: set[Term] = {
        Term(plain, HitKind.CODE, id_) for id_, code in codes.items() for plain in squeezed(code) | _shorter(code)
    }
    runs: dict[tuple[str, ...], UUID | None] = {}
    sounds: dict[str, frozenset[UUID | None]] = {}
    for record in records:
        for kind, text in _sayings(record.content, language):
            if kind is HitKind.NAME_PART and (sound := sound_of(text)):
                sounds[sound] = sounds.get(sound, frozenset()) | {record.talk_id}
            openly = known if kind is HitKind.MENTIONED else frozenset()
            terms |= {Term(plain, kind, record.talk_id) for plain in squeezed(text) - openly}
        for name in SPOKEN:
            words = [word.plain for word in plain_words(_text(record.content, name))]
            for at in range(len(words) - RUN + 1):
                runs.setdefault(tuple(words[at : at + RUN]), record.talk_id)
    return Confidences(frozenset(terms), runs, sounds)


def _shorter(code: str) -> frozenset[str]:
    """Return a code as people say it, without the noughts before its number."""
    return squeezed(LEADING_NOUGHTS.sub("", code))


def _text(content: Mapping[str, Any], name: str) -> str:
    value = content.get(name)
    return value if isinstance(value, str) else ""


def _sayings(content: Mapping[str, Any], language: str) -> Iterator[tuple[HitKind, str]]:
    """Yield what is to be looked for in a record, as it was written."""
    yield from _name(_text(content, "name"))
    yield from _contact(_text(content, "contact"))
    where = _text(content, "where")
    if len(plain_words(where)) >= WORDS_OF_A_PLACE:
        yield HitKind.DETAIL, where
    for text in (where, *(_text(content, name) for name in SPOKEN)):
        yield from ((HitKind.DETAIL, word) for word in _numbered(text))
        if language.partition("-")[0] not in NOUNS_WITH_CAPITALS:
            yield from ((HitKind.MENTIONED, word) for word in capitalised_inside(text))


def _name(name: str) -> Iterator[tuple[HitKind, str]]:
    words = plain_words(name)
    if len(words) > 1:
        yield HitKind.NAME, name
    parts = [word for word in words if len(word.plain) >= SHORTEST_PART and word.plain not in NO_NAMES]
    for part in parts or words:
        yield HitKind.NAME_PART, name[part.start : part.end]


def _contact(contact: str) -> Iterator[tuple[HitKind, str]]:
    """Yield each piece of several words or with a number, and each word with a capital."""
    for piece in PIECE_END.split(contact):
        numbers = "".join(sign for sign in piece if sign.isdecimal())
        if len(numbers) >= SHORTEST_NUMBER:
            yield HitKind.CONTACT, numbers
        if len(plain_words(piece)) > 1 or "@" in piece:
            yield HitKind.CONTACT, piece
    for word in plain_words(contact):
        written = contact[word.start : word.end]
        if len(word.plain) >= SHORTEST_MENTIONED and written[:1].isupper():
            yield HitKind.NAME_PART, written


def _numbered(text: str) -> Iterator[str]:
    """Yield words such as B12, and long numbers."""
    for word in plain_words(text):
        digits = sum(sign.isdecimal() for sign in word.plain)
        if digits and (digits < len(word.plain) or digits >= SHORTEST_NUMBER):
            yield word.plain


def capitalised_inside(text: str) -> Iterator[str]:
    """Yield the words that begin with a capital where no sentence begins: mostly names."""
    for word in plain_words(text):
        written = text[word.start : word.end]
        is_name_like = unicodedata.category(written[0]) == "Lu" and len(word.plain) >= SHORTEST_MENTIONED
        if is_name_like and not SENTENCE_BEGINS.search(text[: word.start]):
            yield written
