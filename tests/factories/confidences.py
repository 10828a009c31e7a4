"""Things said in confidence, planted where they belong and where they do not, in every disguise."""

import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

SYLLABLES = ("ba", "dor", "fa", "gim", "ho", "jun", "ka", "lem", "mo", "nur", "pe", "ras", "si", "tov", "vu", "zan")
LETTERS = {"a": "а", "e": "е", "o": "о", "p": "р", "c": "с", "x": "х", "i": "і", "A": "А", "O": "О", "M": "М", "K": "К"}
"""Latin letters and the Cyrillic ones that look the same."""
UNSEEN = "\u200b\u200c\u200d\u2060\u00ad\u202a\u202c"


def plain(text: str, _seed: int) -> str:
    return text


def capitals(text: str, _seed: int) -> str:
    return text.upper()


def look_alikes(text: str, seed: int) -> str:
    chosen = random.Random(seed)  # noqa: S311  # made up, not secret
    return "".join(LETTERS.get(sign, sign) if chosen.random() < 0.7 else sign for sign in text)


def unseen_signs(text: str, seed: int) -> str:
    chosen = random.Random(seed)  # noqa: S311  # made up, not secret
    return text[0] + "".join(chosen.choice(UNSEEN) + sign for sign in text[1:])


def accents(text: str, seed: int) -> str:
    chosen = random.Random(seed)  # noqa: S311  # made up, not secret
    return text[0] + "".join(sign + chosen.choice(("", "\u0301", "\u0323")) for sign in text[1:-1]) + text[-1]


def full_width(text: str, _seed: int) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


def spaced(text: str, _seed: int) -> str:
    return " ".join(sign for sign in text if not sign.isspace())


def bold(text: str, _seed: int) -> str:
    return "".join(
        unicodedata.lookup(f"MATHEMATICAL BOLD {'CAPITAL' if sign.isupper() else 'SMALL'} {sign.upper()}")
        if sign.isascii() and sign.isalpha()
        else sign
        for sign in text
    )


Disguise = Callable[[str, int], str]
DISGUISES: dict[str, Disguise] = {
    function.__name__: function
    for function in (plain, capitals, look_alikes, unseen_signs, accents, full_width, spaced, bold)
}


@dataclass(frozen=True)
class Confidence:
    """One person's name, number, and words; nobody has them."""

    name: str
    contact: str
    words: str


def confidence(seed: int) -> Confidence:
    """Make up a person; another seed gives another one."""
    chosen = random.Random(f"person {seed}")  # noqa: S311  # made up, not secret

    def word(length: int) -> str:
        return "".join(chosen.choice(SYLLABLES) for _ in range(length))

    first, last = word(3).capitalize(), f"{word(3)}{seed:04}".translate(str.maketrans("0123456789", "abcdefghij"))
    digits = "".join(str(chosen.randrange(10)) for _ in range(9))
    return Confidence(
        name=f"{first} {last.capitalize()}", contact=f"0{digits}", words=" ".join(word(2) for _ in range(9))
    )
