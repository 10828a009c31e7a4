"""Holds the texts of a report against what confidential records say; pure, with no database behind it."""

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from uuid import UUID

from monitor.interviews.searching import SENTENCE_END
from monitor.reports import patterns
from monitor.reports.confidences import NEVER_HARMLESS, RUN, Confidences, HitKind
from monitor.reports.disguises import plain_words, readings
from monitor.reports.passages import Passage, Spot
from monitor.reports.sounds import could_be_a_name, sound_of

SHOWN_AROUND: Final = 160
"""Letters of a long sentence that are shown before and behind a hit."""
STRONGER: Final = (
    HitKind.NAME, HitKind.CONTACT, HitKind.WORDS, HitKind.CODE, HitKind.NAME_PART, HitKind.DETAIL, HitKind.MENTIONED,
    HitKind.NUMBER, HitKind.CELL, HitKind.SMALL_GROUP, HitKind.PHOTO,
)  # fmt: skip
"""Of two hits of one talk at one place, the first of these is shown."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One place of a report that must be looked at."""

    kind: HitKind
    passage: Passage
    start: int
    end: int
    talk_id: UUID | None = None

    @property
    def may_be_harmless(self) -> bool:
        """Say whether a reader may find that it points at nobody."""
        return self.kind not in NEVER_HARMLESS

    @property
    def sentence(self) -> tuple[str, str, str]:
        """The sentence it stands in: what is before it, the hit itself, what is behind."""
        text = self.passage.text
        ends = [match.end() for match in SENTENCE_END.finditer(text)]
        begins = max((end for end in ends if end <= self.start), default=0)
        stops = min((end for end in ends if end >= self.end), default=len(text))
        before, behind = text[begins : self.start], text[self.end : stops].rstrip()
        return _end_of(before), text[self.start : self.end], _beginning_of(behind)

    def seal(self, key: bytes, visit_id: UUID) -> str:
        """Return the keyed hash (hex) by which this hit is known: of where it is and of the report's own sentence."""
        passage = self.passage
        place = (visit_id, self.kind, self.talk_id, passage.spot, passage.key, self.start, self.end, passage.text)
        return hmac.new(key, "\x1f".join(map(str, place)).encode(), sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class _Span:
    kind: HitKind
    start: int
    end: int
    talk_id: UUID | None = None


def _end_of(text: str) -> str:
    return text if len(text) <= SHOWN_AROUND else f"…{text[-SHOWN_AROUND:]}"


def _beginning_of(text: str) -> str:
    return text if len(text) <= SHOWN_AROUND else f"{text[:SHOWN_AROUND]}…"


def compare(passages: Iterable[Passage], confidences: Confidences) -> list[Hit]:
    """Return every hit in these texts, in their order; a photo is one by itself, whatever its caption says."""
    return [
        Hit(span.kind, passage, span.start, span.end, span.talk_id)
        for passage in passages
        for span in (*_photo(passage), *_strongest(_spans(passage, confidences)))
    ]


def _photo(passage: Passage) -> tuple[_Span, ...]:
    return (_Span(HitKind.PHOTO, 0, len(passage.text)),) if passage.spot is Spot.PHOTO else ()


def _spans(passage: Passage, confidences: Confidences) -> Iterator[_Span]:
    text = passage.text
    for reading in readings(text):
        for term in confidences.terms:
            for start, end in reading.find(term.plain):
                if term.kind is not HitKind.MENTIONED or text[start].isupper():
                    yield _Span(term.kind, start, end, term.talk_id)
    yield from _runs(text, confidences)
    yield from _sounds(text, confidences)
    if passage.is_about_the_visit:
        for kind, start, end in patterns.found_in(text):
            yield _Span(kind, start, end)


def _runs(text: str, confidences: Confidences) -> Iterator[_Span]:
    """Yield the longest stretches of words that stand in a talk as they stand here."""
    words = plain_words(text)
    begun: tuple[int, int, UUID | None] | None = None
    for at in range(len(words) - RUN + 1):
        run = tuple(word.plain for word in words[at : at + RUN])
        if run not in confidences.runs:
            continue
        talk_id, last = confidences.runs[run], at + RUN - 1
        if begun and begun[2] == talk_id and at <= begun[1] + 1:
            begun = (begun[0], last, talk_id)
        else:
            if begun:
                yield _Span(HitKind.WORDS, words[begun[0]].start, words[begun[1]].end, begun[2])
            begun = (at, last, talk_id)
    if begun:
        yield _Span(HitKind.WORDS, words[begun[0]].start, words[begun[1]].end, begun[2])


def _sounds(text: str, confidences: Confidences) -> Iterator[_Span]:
    """Yield the words that sound like a name behind a code, however they are spelt and in whichever script."""
    for word in plain_words(text) if confidences.sounds else ():
        written = text[word.start : word.end]
        sound = sound_of(written)
        if sound in confidences.sounds and could_be_a_name(written, sound):
            for talk_id in confidences.sounds[sound]:
                yield _Span(HitKind.NAME_PART, word.start, word.end, talk_id)


def _strongest(spans: Iterable[_Span]) -> list[_Span]:
    """Leave out what lies inside a stronger hit of the same talk, or of any talk for what patterns found."""
    kept: list[_Span] = []
    for span in sorted(set(spans), key=lambda span: (STRONGER.index(span.kind), span.start - span.end, span.start)):
        inside = [other for other in kept if other.start <= span.start and span.end <= other.end]
        if not any(span.talk_id in (None, other.talk_id) for other in inside):
            kept.append(span)
    return sorted(kept, key=lambda span: (span.start, span.end, STRONGER.index(span.kind), str(span.talk_id)))
