"""What points at people in any text: numbers that look like theirs, and words for a group of one or a few.

The words are data: languages, the words that make a group small, and the words for its people. They are written in
the plain form of monitor/reports/disguises.py; a text is held against every language, whichever it is written in.
"""

import re
from collections.abc import Iterator
from typing import Final

from monitor.reports.confidences import HitKind
from monitor.reports.disguises import Word, plain_words

Found = tuple[HitKind, int, int]
"""What was found, and where it stands in the text (start, end)."""

PEOPLE: Final = {
    "en": (
        "wom[ae]n|girls?|m[ae]n|boys?|child|children|minors?|juveniles?|foreigners?|nationals?|detainees?|prisoners?|"
        "inmates?|patients?|residents?|migrants?|refugees?|persons?|people|mothers?|doctors?|nurses?|guards?|officers?|"
        "foreign|pregnant|transgender|disabled|female|male|muslims?|christians?|jews?|jewish"
    ),
    "fr": (
        "femmes?|filles?|hommes?|garcons?|enfants?|mineure?s?|etrangere?s?|detenue?s?|prisonniere?s?|prisonniers?|"
        "patiente?s?|residente?s?|migrante?s?|refugiee?s?|personnes?|meres?|medecins?|infirmieres?|infirmiers?|"
        "surveillante?s?|agente?s?|musulmane?s?|chretiens?|chretiennes?|juive?s?|transgenre"
    ),
}  # fmt: skip
SMALL_GROUPS: Final = (
    rf"(?:only|sole|lone|single)(?: \w+){{0,2}} (?:{PEOPLE['en']})",
    rf"(?:one|two|three|four|[1-4]) of the (?:two|three|four|few|[2-4])(?: \w+)? (?:{PEOPLE['en']})",
    rf"(?:the (?:two|three|four|[2-4])|both)(?: \w+)? (?:{PEOPLE['en']})",
    rf"the (?:youngest|oldest)(?: \w+)? (?:{PEOPLE['en']})",
    r"one (?:woman|girl|boy|child|minor|foreigner|pregnant|transgender)",
    r"the only one (?:who|held|there|in)",
    rf"(?:seule?s?|unique) (?:{PEOPLE['fr']})",
    rf"(?:{PEOPLE['fr']}) (?:seule?s?|unique)",
    rf"(?:une?|deux|trois|quatre|[1-4]) des (?:deux|trois|quatre|[2-4]) (?:{PEOPLE['fr']})",
    rf"les (?:deux|trois|quatre|[2-4]) (?:{PEOPLE['fr']})",
    rf"(?:le|la) plus (?:jeune|agee?)(?: des)? (?:{PEOPLE['fr']})",
    r"(?:le|la) seule? (?:qui|a|dans)",
    r"\w+ (?:ال)?وحيد(?:ه|ين|ات|تين|تان)?",
    r"(?:احد|احدي) (?:الاثنين|الاثنتين|الثلاثه|الثلاث|الاربعه|الاربع)",
    r"ال(?:امرات|مرات|سجين|سجينت|نزيل|نزيلت|طفل|طفلت|اجنبي|اجنبيت|محتجز|محتجزت|قاصر)(?:ان|ين)",
)  # fmt: skip
"""Words for one or a few: `the only woman`, `one of the two nurses`, `la seule étrangère`, `المرأة الوحيدة`."""
ROOMS: Final = (
    "cells?|rooms?|dormitory|dormitories|dorm|bed|bunk|block|wing|ward|unit|cellules?|chambres?|dortoirs?|lit|"
    "quartier|batiment|aile|(?:ال|بال|لل)?(?:زنزانه|غرفه|عنبر|جناح|سرير|مهجع)"
)
NUMBER_WORDS: Final = "no|nr|number|n|numero|num|رقم"
NOT_A_ROOM: Final = "m|m2|metres?|meters?|sqm|square|people|persons?|personnes?|places|beds|lits|percent|hours?|heures?"
NUMBERED: Final = (
    "matricule|ecrou|badge|id|(?:prisoner|inmate|detainee|prisonniere?|detenue?|file|case|dossier|registration|identity)"
    rf" (?:{NUMBER_WORDS})|رقم (?:ال)?(?:سجين|سجينه|نزيل|نزيله|قيد|تسجيل|ملف|هويه)"
)
"""Words before a number that make it one of a person, however short it is."""
A_DAY: Final = r"\d+(?: \w+ (?:19|20)\d\d)?"
BORN: Final = (
    rf"(?:date of birth|birth date|dob|date de naissance|تاريخ (?:ال)?ميلاد\w*)[| ]+{A_DAY}",
    rf"(?:born|nee? (?:le|en)|مواليد|ولدت?)(?: \w+){{0,2}}? {A_DAY}",
)
"""A day or a year of birth: `born on 3 May 1987`, `née en 1987`."""
YEARS: Final = r"\d{1,2}"
OF_AGE: Final = (
    rf"aged {YEARS}", rf"{YEARS} years? (?:old|of age)", rf"agee?s? de {YEARS} ans",
    rf"(?:عمره|عمرها|يبلغ|تبلغ)(?: من العمر)? {YEARS}",
)  # fmt: skip
"""The age of one person: `a 17-year-old boy`."""
BETWEEN_AGES: Final = ("to", "and", "or", "et", "ou", "و", "الي")
"""What stands between two ages, or behind one from which a group begins: `aged 14 to 17`, `65 and over`."""
NAMED_GROUP: Final = (
    r"(?:(?:the|our|their) (?:only|sole|lone)|(?:le|la|l) (?:seule?|unique)) "
    r"(?!(?:article|rule|section|part|block|wing|ward|unit|room|cell)\b)(?P<named>[^\W\d]{4,})"
)
"""One of a people or a faith, when it is written with a capital: `the only Nigerian`."""
_NUMBERED = re.compile(rf"\b(?:{NUMBERED})(?: (?:{NUMBER_WORDS}))? \d+[a-z]?\b")
_BORN = re.compile(rf"\b(?:{'|'.join(BORN)})\b")
_OF_AGE = re.compile(
    "".join(rf"(?<!\b{word} )" for word in BETWEEN_AGES) + rf"\b(?:{'|'.join(OF_AGE)})\b"
    rf"(?! (?:\d+|a|{'|'.join(BETWEEN_AGES)})\b)"
)
_NAMED_GROUP = re.compile(rf"\b{NAMED_GROUP}\b")
_SMALL = re.compile(rf"\b(?:{'|'.join(SMALL_GROUPS)})\b")
_ROOM = re.compile(
    rf"(?<!\b[a-z] )\b(?:{ROOMS})(?: (?:{NUMBER_WORDS}))? (?:\d+[a-z]?|[a-z]{{1,2}}\d+|(?P<letter>[a-z]))\b"
    rf"(?! (?:{NOT_A_ROOM})\b)"
)
_PAUSE = re.compile(r"[,;:!?()«»“”\"\n؟،؛]|\.\s")
_NUMBER = re.compile(r"(?<![\w/.])(?:[A-Z]{1,3}[ -]?)?\d(?:[ .\-/]?\d){5,}(?!\w)|(?<![\w/])[A-Z]{1,3}-?\d{4,}(?!\w)")
_DATES = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}|(?:19|20)\d\d ?[-/ ] ?(?:19|20)\d\d")
"""What has as many digits as the number of a person, and is a day or two years."""


def found_in(text: str) -> Iterator[Found]:
    """Yield everything in a text that looks as if it pointed at people."""
    yield from _numbers(text)
    words = plain_words(text)
    line, starts = _line(text, words)
    for match in _SMALL.finditer(line):
        yield HitKind.SMALL_GROUP, *_place(match, words, starts)
    for match in _OF_AGE.finditer(line):
        yield HitKind.SMALL_GROUP, *_place(match, words, starts)
    for match in _NAMED_GROUP.finditer(line):
        start, end = _place(match, words, starts)
        if text[end - len(match["named"])].isupper():
            yield HitKind.SMALL_GROUP, start, end
    for pattern in (_NUMBERED, _BORN):
        for match in pattern.finditer(line):
            yield HitKind.NUMBER, *_place(match, words, starts)
    for match in _ROOM.finditer(line):
        start, end = _place(match, words, starts)
        if match["letter"] is None or text[end - 1].isupper():
            yield HitKind.CELL, start, end


def _numbers(text: str) -> Iterator[Found]:
    """Look at the digits of every script, and past signs that nobody sees."""
    seen = [(sign, at) for at, sign in enumerate(text) if sign.isprintable() or sign.isspace()]
    line = "".join(str(int(sign)) if sign.isdecimal() else sign for sign, _at in seen)
    for match in _NUMBER.finditer(line):
        if not _DATES.fullmatch(match[0]):
            yield HitKind.NUMBER, seen[match.start()][1], seen[match.end() - 1][1] + 1


def _line(text: str, words: tuple[Word, ...]) -> tuple[str, list[int]]:
    """Return the plain words in one line, with a mark where a sentence or a part of it ends, and where each begins."""
    line, starts = "", []
    for number, word in enumerate(words):
        before = words[number - 1] if number else None
        if before and before.plain not in NUMBER_WORDS.split("|") and _PAUSE.search(text[before.end : word.start]):
            line += "| "
        starts.append(len(line))
        line += f"{word.plain} "
    return line, starts


def _place(match: re.Match[str], words: tuple[Word, ...], starts: list[int]) -> tuple[int, int]:
    covered = [word for word, at in zip(words, starts, strict=True) if match.start() <= at < match.end()]
    return covered[0].start, covered[-1].end
