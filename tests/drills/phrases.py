"""Phrases that nobody says by chance, and the search for them in bytes of any kind."""

import random
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

LENGTH = 16
ARABIC = "".join(map(chr, (*range(0x0628, 0x063B), *range(0x0641, 0x0649))))
LATIN = "abcdefghijklmnopqrstuvwxyz"
RUN = re.compile(f"[{LATIN}{ARABIC}]{{{LENGTH},}}")
ESCAPED = re.compile(rb"(?i)\\u([0-9a-f]{4})")
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")


class Phrases:
    """What was said in confidence: phrase -> what it was said in."""

    def __init__(self, seed: int = 1) -> None:
        self.chance = random.Random(seed)  # noqa: S311  # made up, not secret
        self.said: dict[str, str] = {}

    def say(self, where: str) -> str:
        """Return a new phrase, in Latin and Arabic letters by turns."""
        letters = (LATIN, ARABIC)[len(self.said) % 2]
        phrase = "".join(self.chance.choice(letters) for _ in range(LENGTH))
        self.said[phrase] = where
        return phrase

    def found_in(self, data: bytes) -> set[str]:
        """Return the phrases that stand in these bytes, in one of ENCODINGS."""
        runs = (run[0] for text in readings(data) for run in RUN.finditer(text))
        parts = (run[at : at + LENGTH] for run in runs for at in range(len(run) - LENGTH + 1))
        return {part for part in parts if part in self.said}


def readings(data: bytes) -> Iterator[str]:
    """Yield bytes as texts: as UTF-8, as it travels in addresses and in JSON, and as UTF-16 from either byte on."""
    yield data.decode("utf-8", "replace").lower()
    yield unquote_to_bytes(data).decode("utf-8", "replace").lower()
    yield ESCAPED.sub(lambda found: chr(int(found[1], 16)).encode("utf-8", "replace"), data).decode("utf-8", "replace")
    for encoding in ENCODINGS[1:]:
        for start in (0, 1):
            yield data[start:].decode(encoding, "replace").lower()
