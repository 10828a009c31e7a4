"""Texts brought to one plain form, so that no way of writing hides a word: case, accents, look-alikes, invisible signs.

Every sign of the plain form remembers where it stood, so that a hit can be shown in the sentence as it was written.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from monitor.places.folding import ALIKE

LOOK_ALIKES: Final = str.maketrans(
    {
        # Cyrillic
        "а": "a", "в": "b", "е": "e", "һ": "h", "н": "h", "і": "i", "ј": "j", "к": "k", "м": "m", "о": "o", "р": "p",
        "ԛ": "q", "ѕ": "s", "т": "t", "у": "y", "х": "x", "с": "c", "ԁ": "d", "ԝ": "w", "ѵ": "v", "ӏ": "l", "г": "r",
        # Greek
        "α": "a", "β": "b", "ε": "e", "ζ": "z", "ι": "i", "κ": "k", "ο": "o", "ρ": "p", "σ": "o", "τ": "t", "χ": "x",
        "γ": "y", "ω": "w", "ϲ": "c", "ϳ": "j",
        # Latin small capitals, and letters of their own that look like common ones
        "ᴀ": "a", "ʙ": "b", "ᴄ": "c", "ᴅ": "d", "ᴇ": "e", "ꜰ": "f", "ɢ": "g", "ʜ": "h", "ɪ": "i", "ᴊ": "j", "ᴋ": "k",
        "ʟ": "l", "ᴍ": "m", "ɴ": "n", "ᴏ": "o", "ᴘ": "p", "ʀ": "r", "ꜱ": "s", "ᴛ": "t", "ᴜ": "u", "ᴠ": "v", "ᴡ": "w",
        "ʏ": "y", "ᴢ": "z", "ɑ": "a", "ɡ": "g", "ɩ": "i", "ɾ": "r", "ʋ": "v", "ɯ": "m", "օ": "o", "ո": "n", "հ": "h",
        "ս": "u", "ѓ": "r",
    }
)  # fmt: skip
"""Letter -> the Latin one that it can be mistaken for; both sides of every comparison pass through it."""
CAPITALS: Final = str.maketrans({"ν": "n", "η": "h", "υ": "y", "μ": "m"})
"""Greek letters whose capital looks like another Latin letter than the small one does."""
SMALL: Final = str.maketrans({"ν": "v", "η": "n", "υ": "u", "μ": "u"})
BLANKS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Signs that count as letters or symbols and show nothing."""
UNSEEN: Final = frozenset({"Cf", "Mn", "Me", "Cc"})
"""Classes of signs that nobody sees, or that only sit on another one: accents, joiners, marks of direction."""

TURNED: Final = re.compile("[\u202d\u202e][^\u202c\n]*")
"""What stands behind an override of direction: it is shown backwards, or Arabic letters from left to right."""

ARABIC_PREFIXES: Final = frozenset("وفبلكا")
"""Letters that Arabic writes together with the next word: and, so, with, for, like, the."""
LONGEST_PREFIX: Final = 3
LONG_TERM: Final = 5
LONGEST_SUFFIX: Final = 2


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: its plain form, and where it stands in the text (start, end)."""

    plain: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Plain:
    """The plain form of a text under one way of reading look-alikes."""

    words: tuple[Word, ...]
    squeezed: str
    """All plain words without anything between them."""
    _places: tuple[int, ...]
    """For each sign of `squeezed`, where it stood in the text."""
    _starts: tuple[int, ...]
    """Where words begin in `squeezed`; last, its length."""

    def find(self, term: str) -> Iterator[tuple[int, int]]:
        """Yield (start, end) in the text wherever the squeezed `term` stands from a word's beginning to a word's end.

        Whatever was put between its letters does not hide it. Letters that languages put before a name (Arabic) or
        behind a longer one (a genitive) belong to the word.
        """
        at = self.squeezed.find(term)
        while at != -1:
            if self._begins_at(at) and self._ends_at(at + len(term), len(term)):
                first, last = sorted((self._places[at], self._places[at + len(term) - 1]))
                yield first, last + 1
            at = self.squeezed.find(term, at + 1)

    def _begins_at(self, at: int) -> bool:
        start = self._starts[bisect_left(self._starts, at + 1) - 1]
        before = self.squeezed[start:at]
        return len(before) <= LONGEST_PREFIX and all(sign in ARABIC_PREFIXES for sign in before)

    def _ends_at(self, at: int, length: int) -> bool:
        rest = self._starts[bisect_left(self._starts, at)] - at
        return rest == 0 or (length >= LONG_TERM and rest <= LONGEST_SUFFIX)


def readings(text: str) -> tuple[Plain, ...]:
    """Return the plain forms of a text: one, and more where Greek letters can be read in two ways or it runs backwards.

    Nothing is remembered: most of what passes here is confidential.
    """
    orders = [tuple(enumerate(text)), *([tuple(_as_shown(text))] if TURNED.search(text) else [])]
    found: dict[str, Plain] = {}
    for signs in orders:
        for by_case in (False, True):
            reading = _plain(signs, by_case=by_case)
            found.setdefault(reading.squeezed, reading)
    return tuple(found.values())


def _as_shown(text: str) -> Iterator[tuple[int, str]]:
    """Yield the signs of a text and where they stand, those that an override of direction turns round backwards."""
    at = 0
    for turned in TURNED.finditer(text):
        yield from enumerate(text[at : turned.start()], at)
        yield from ((place, text[place]) for place in reversed(range(*turned.span())))
        at = turned.end()
    yield from enumerate(text[at:], at)


def squeezed(text: str) -> frozenset[str]:
    """Return a term as `Plain.find` looks for it, in each way of reading it; empty ones left out."""
    return frozenset(reading.squeezed for reading in readings(text) if reading.squeezed)


def plain_words(text: str) -> tuple[Word, ...]:
    """Return the words of a text in their plain form."""
    return readings(text)[0].words


def _plain(text: Sequence[tuple[int, str]], *, by_case: bool) -> Plain:
    """Return the plain form of signs, each with the place where it stands in the text."""
    words: list[Word] = []
    signs: list[str] = []
    places: list[int] = []
    starts: list[int] = []
    is_inside = False
    for place, sign in text:
        if unicodedata.category(sign) in UNSEEN and sign not in "\t\n\r":
            continue
        plain = "" if sign in BLANKS else _plain_sign(sign, by_case)
        if not plain:
            is_inside = is_inside and sign in BLANKS
            continue
        if not is_inside:
            starts.append(len(signs))
            words.append(Word("", place, place))
        is_inside = True
        last = words[-1]
        words[-1] = Word(last.plain + plain, last.start, place + 1)
        signs.extend(plain)
        places.extend([place] * len(plain))
    return Plain(tuple(words), "".join(signs), tuple(places), (*starts, len(signs)))


@lru_cache(maxsize=8192)
def _plain_sign(sign: str, by_case: bool) -> str:
    """Return the letters and digits that a sign stands for; nothing for what only stands between words."""
    is_small = by_case and sign.islower()
    found = ""
    for part in unicodedata.normalize("NFKD", sign):
        for letter in unicodedata.normalize("NFKD", part.casefold()):
            decimal = unicodedata.decimal(letter, None)
            if decimal is not None:
                found += str(decimal)
            elif letter.isalnum():
                found += letter.translate(ALIKE).translate(SMALL if is_small else CAPITALS).translate(LOOK_ALIKES)
    return found
