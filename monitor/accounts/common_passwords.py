"""Long passwords that are guessed first: well-known words with figures, signs, years and walks of keys around them.

Lists of stolen passwords hold few of 15 characters and more; nearly all of them are made like that. The words stand in
`common_words.txt`, of the languages that such lists are full of.
"""

from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Final

MOST_WORDS: Final = 2
"""Different well-known words that a password may be made of and still be easy; three in a row are rare in any list."""
LONGEST_FILLER: Final = 3
"""Letters of the words between words, such as `my` and `the`, which do not count."""
SHORTEST_WALK: Final = 3
LETTERS_FOR: Final = str.maketrans("@4301$5789!", "aaeoissbbgi")
"""What stands for a letter in `P@ssw0rd`; a 1 stands for i here, and for l in the second reading."""
SECOND_READING: Final = str.maketrans("1!", "ll")
WALKS: Final = (
    "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop",
    "qsdfghjklm", "wxcvbn", "1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "йцукенгшщзхъ", "фывапролджэ",
)  # fmt: skip


@cache
def common_words() -> dict[int, frozenset[str]]:
    """Return the well-known words by their length."""
    words = sorted((Path(__file__).parent / "common_words.txt").read_text(encoding="utf-8").split(), key=len)
    return {length: frozenset(of_length) for length, of_length in groupby(words, key=len)}


def is_common(plain: str) -> bool:
    """Say whether a casefolded password is nothing but one or two well-known words and what people put around them."""
    texts = (plain, plain.translate(LETTERS_FOR), plain.translate(SECOND_READING).translate(LETTERS_FOR))
    reached: dict[int, set[frozenset[str]]] = {0: {frozenset()}}
    for position in range(len(plain)):
        for words in reached.get(position, set()):
            for length, word in _pieces(texts, position):
                used = words | {word} if word else words
                if len(used) <= MOST_WORDS:
                    reached.setdefault(position + length, set()).add(used)
    return len(plain) in reached


def _pieces(texts: tuple[str, ...], position: int) -> list[tuple[int, str]]:
    """Return (length, word or nothing) of each piece that begins here."""
    plain = texts[0]
    begun = {text[position:] for text in texts}
    words = {text[:length] for length, known in common_words().items() for text in begun if text[:length] in known}
    found = [(len(word), word if len(word) > LONGEST_FILLER else "") for word in words]
    if not plain[position].isalpha():
        found.append((1, ""))
    found.extend((walk, "") for text in texts if (walk := _walk(text, position)))
    held = len(plain) - position - len(plain[position:].lstrip(plain[position]))
    if held >= SHORTEST_WALK:
        found.append((held, ""))  # a key held down
    return found


def _walk(plain: str, position: int) -> int:
    """Return how far a walk along a row of keys goes from here, 0 where there is none."""
    best = 0
    for row in WALKS:
        for way in (row, row[::-1]):
            length = SHORTEST_WALK
            while plain[position : position + length] in way and position + length <= len(plain):
                best = max(best, length)
                length += 1
    return best
