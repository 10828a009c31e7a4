"""Texts taken apart into words that are alike, and the sentence that holds those looked for."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from monitor.places.folding import folded

WORD: Final = re.compile(r"[^\W_]+")
ARTICLE: Final = re.compile(r"^[وف]?(?:ال|بال|كال|لل)(?=\w{2})")
"""The Arabic article and the little words before it, all written as one with their noun."""
SENTENCE_END: Final = re.compile(r"(?<=[.!?؟。])\s+|\n+")
WRITTEN_WORD: Final = re.compile(r"\w(?:\S*\w)?")
"""A word as it stands in a text, with what holds its parts together (an apostrophe, a hyphen, a vowel sign)."""
MOST_WORDS: Final = 12
LONGEST_SENTENCE: Final = 300
BEFORE_A_HIT: Final = 100


def words_of(text: str) -> list[str]:
    """Return the words of a text without case, accents and Arabic article, in their order."""
    return [ARTICLE.sub("", word) for word in WORD.findall(folded(text))]


def kept_words(texts: Iterable[str]) -> str:
    """Return each word of the texts once, each with a space before it, as an entry keeps them."""
    return "".join(f" {word}" for word in dict.fromkeys(word for text in texts for word in words_of(text)))


def wanted_words(text: str) -> list[str]:
    """Return the words somebody looks for, each once; a word that begins another says nothing more."""
    found = list(dict.fromkeys(words_of(text)))[:MOST_WORDS]
    return [word for word in found if not any(other != word and other.startswith(word) for other in found)]


@dataclass(frozen=True)
class Piece:
    """A part of a sentence; `is_hit` where it is what was looked for."""

    text: str
    is_hit: bool


def sentence_with(texts: Sequence[str], wanted: Sequence[str]) -> list[Piece]:
    """Return in pieces the sentence that holds most of the words; the first one where none holds any."""
    sentences = [sentence.strip() for text in texts for sentence in SENTENCE_END.split(text) if sentence.strip()]
    if not sentences:
        return []
    best = max(sentences, key=lambda sentence: sum(_holds(sentence, word) for word in wanted))
    return list(_pieces(_shortened(best, wanted), wanted))


def _holds(text: str, *wanted: str) -> bool:
    return any(found.startswith(word) for found in words_of(text) for word in wanted)


def _hits(text: str, wanted: Sequence[str]) -> list[re.Match[str]]:
    return [match for match in WRITTEN_WORD.finditer(text) if _holds(match.group(), *wanted)]


def _shortened(text: str, wanted: Sequence[str]) -> str:
    """Return the text, or of a long one the part around the first hit."""
    if len(text) <= LONGEST_SENTENCE:
        return text
    first = next((match.start() for match in _hits(text, wanted)), 0)
    begin = text.find(" ", first - BEFORE_A_HIT, first) + 1 if first > BEFORE_A_HIT else 0
    end = begin + LONGEST_SENTENCE
    return ("… " if begin else "") + text[begin:end] + ("…" if end < len(text) else "")


def _pieces(text: str, wanted: Sequence[str]) -> Iterable[Piece]:
    done = 0
    for match in _hits(text, wanted):
        if match.start() > done:
            yield Piece(text[done : match.start()], is_hit=False)
        yield Piece(match.group(), is_hit=True)
        done = match.end()
    if done < len(text):
        yield Piece(text[done:], is_hit=False)
