"""Names by their sound: the same one spelt otherwise, or written in another script.

What was said in Arabic or Russian is told in a report in French or English, and one name has many spellings there:
محمد, Мухаммед, Mohamed and Muhammad keep the same consonants in the same order. Vowels are left out, as Arabic leaves
them out; consonants that languages write for one another count as one.
"""

import re
import unicodedata
from typing import Final

from anyascii import anyascii

SHORTEST: Final = 3
"""So many consonants make a name of a word with a capital."""
SHORTEST_WITHOUT_CAPITALS: Final = 4
"""In scripts that have none, every word could be a name: fewer consonants would be those of many words."""
ARABIC_ARTICLE: Final = "ال"
WRITTEN_ALIKE: Final = (
    (r"[^a-z]", ""), (r"tch|sch|sh|ch", "s"), (r"kh", "h"), (r"gh|dj", "j"), (r"ph", "f"), (r"([dtbw])h", r"\1"),
    (r"c(?=[eiy])|z|x", "s"), (r"[cq]", "k"), (r"g", "j"), (r"v", "f"), (r"p", "b"), (r"(.)\1+", r"\1"),
    (r"(?<=.)h$", ""), (r"[aeiouwy]", ""),
)  # fmt: skip
"""What is replaced one after the other, in small Latin letters: how French, English and German write one sound."""
_WRITTEN_ALIKE: Final = tuple((re.compile(pattern), by) for pattern, by in WRITTEN_ALIKE)


def sound_of(word: str) -> str:
    """Return the consonants of a word in small Latin letters, empty where they are too few to tell a name."""
    seen = "".join(sign for sign in word if unicodedata.category(sign) not in {"Cf", "Mn"})
    sound = anyascii(seen.removeprefix(ARABIC_ARTICLE)).casefold()
    for pattern, by in _WRITTEN_ALIKE:
        sound = pattern.sub(by, sound)
    return sound if len(sound) >= SHORTEST else ""


def could_be_a_name(word: str, sound: str) -> bool:
    """Say whether a word of a text with this sound may stand for a name: it has a capital, or enough consonants."""
    has_cases = word.upper() != word.lower()
    return word[:1].isupper() if has_cases else len(sound) >= SHORTEST_WITHOUT_CAPITALS
