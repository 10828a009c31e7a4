"""Texts made alike for searching: without case, accents and other differences that people do not type."""

import unicodedata
from typing import Final

ALIKE: Final = str.maketrans(
    {
        "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d",
        "ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي", "ـ": "",
    }
)  # fmt: skip
"""Letters that Unicode does not take apart; in Arabic, letters that are typed for one another, and the stretching."""


def folded(text: str) -> str:
    """Return the text casefolded, without accents and Arabic vowel signs, every alef alike, for searching."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).translate(ALIKE)
