"""Searching in what a reader's keys opened: nothing is indexed, nothing but the hits is shown."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from monitor.places.folding import folded

SENTENCE_END: Final = re.compile(r"(?<=[.!?؟。])\s+|\n+")
SHOWN_TEXTS: Final = ("where", "note", "said", "requests", "text", "injuries", "notes", "scope", "name", "contact")
"""The texts of sealed records of a talk; the rest of them are ids, dates and steps."""
LONGEST_SHOWN: Final = 300


def found_in(content: Mapping[str, Any], wanted: str) -> str | None:
    """Return the first sentence of a record that holds what is wanted, case and accents left aside; None without."""
    sought = folded(wanted.strip())
    texts = [text for name in SHOWN_TEXTS if isinstance(text := content.get(name), str) and text]
    for text in texts:
        if sought in folded(text):
            return _sentence(text, sought)
    return None


def _sentence(text: str, sought: str) -> str:
    sentences: Iterable[str] = SENTENCE_END.split(text)
    found = next((sentence for sentence in sentences if sought in folded(sentence)), text)
    return found if len(found) <= LONGEST_SHOWN else f"{found[:LONGEST_SHOWN]}…"
