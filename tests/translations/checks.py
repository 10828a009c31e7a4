"""What can be wrong with a catalogue: each check takes one and returns what it found, nothing when all is well."""

import re
from collections.abc import Iterable, Iterator
from gettext import c2py
from typing import Final

from babel.messages.catalog import Catalog, Message

UNSIGNED: Final = "machine-made, to be checked by a speaker"
PLACEHOLDER: Final = re.compile(r"%\(\w+\)s|\{\w+[^}]*\}")
COMMON_ENGLISH: Final = re.compile(r"(?i)\b(?:the|and|of|is|are|was|this|that|with|not|for|to|from|has|be|your?)\b")
SAME_IN_EVERY_SCRIPT: Final = {"Monitor", "A4", "Letter"}  # the product's name, and sizes of paper
LATIN: Final = re.compile("[A-Za-z]")
OWN_SCRIPT: Final = {"ar": re.compile("[\u0600-\u06ff]")}
FRENCH_SLIPS: Final = re.compile(r" [?!;:»]|« |'|\w[?!]")
NUMBERED: Final = {
    "fr": r"articles?|règles?|principes?|paragraphes?|pages?|n°|question",
    "ar": "(?:ال)?(?:مادة|مادتين|مادتان|مواد|قاعدة|فقرة|مبدأ|صفحة|رقم)",
}
"""Words that stand before a number and stay on its line."""
MEASURED: Final = {"fr": "h|min|cm|m|m²|km|%|°C|Ko|Mo|ans?|mois|jours?|heures?|minutes?|semaines?"}
"""Units that stay on the line of their number."""
NUMBERS: Final = range(1001)


def messages(catalogue: Catalog) -> Iterator[Message]:
    """Yield the messages without the header."""
    return (message for message in catalogue if message.id)


def sources(message: Message) -> tuple[str, ...]:
    """Return the English text, for a plural both."""
    return tuple(message.id) if message.pluralizable else (message.id,)


def forms(message: Message) -> tuple[str, ...]:
    """Return the translation in all its forms; one where there is no plural."""
    return tuple(message.string) if isinstance(message.string, list | tuple) else (message.string or "",)


def key(message: Message) -> tuple[str | None, tuple[str, ...]]:
    """Return what tells a message from every other."""
    return message.context, sources(message)


def unfinished(catalogue: Catalog) -> list[str]:
    """Messages that have no translation in one of their forms, or one that a tool has guessed."""
    return [sources(message)[0] for message in messages(catalogue) if message.fuzzy or not all(forms(message))]


def not_in(one: Catalog, other: Catalog) -> set[tuple[str | None, tuple[str, ...]]]:
    """Messages of one catalogue that the other does not have."""
    return {key(message) for message in messages(one)} - {key(message) for message in messages(other)}


def form_of(catalogue: Catalog, count: int) -> int:
    """Return which plural form the catalogue takes for a number, by the rule in its header."""
    return int(c2py(catalogue.plural_expr)(count))


def wrong_plural_rule(catalogue: Catalog) -> list[int]:
    """Numbers that the rule in the header puts together, or tells apart, otherwise than the language does."""
    assert catalogue.locale
    category_of: dict[int, str] = {}
    form_for: dict[str, int] = {}
    wrong = []
    for count in NUMBERS:
        form, category = form_of(catalogue, count), str(catalogue.locale.plural_form(count))
        if category_of.setdefault(form, category) != category or form_for.setdefault(category, form) != form:
            wrong.append(count)
    return wrong


def wrong_plural_count(catalogue: Catalog) -> list[str]:
    """Plural messages with more or fewer forms than the header names."""
    plural = (message for message in messages(catalogue) if message.pluralizable)
    return [message.id[0] for message in plural if len(forms(message)) != catalogue.num_plurals]


def wrong_placeholders(catalogue: Catalog) -> list[str]:
    """Translations that lack a placeholder or bring one of their own; a form for one number alone may leave it out."""
    of_one_number = _forms_of_one_number(catalogue)
    wrong = []
    for message in messages(catalogue):
        expected = set().union(*(PLACEHOLDER.findall(text) for text in sources(message)))
        for index, text in enumerate(forms(message)):
            found = set(PLACEHOLDER.findall(text))
            is_spelled_out = message.pluralizable and index in of_one_number
            if expected - ({"%(num)s"} if is_spelled_out else set()) > found or found - expected:
                wrong.append(text)
    return wrong


def left_in_english(catalogue: Catalog) -> list[str]:
    """Translations that hold a common English word, or Latin letters and none of the language's own script."""
    own = OWN_SCRIPT.get(str(catalogue.locale), LATIN)
    found = []
    for text in (text for message in messages(catalogue) for text in forms(message)):
        bare = PLACEHOLDER.sub("", text)
        is_foreign = LATIN.search(bare) and not own.search(bare) and text not in SAME_IN_EVERY_SCRIPT
        if COMMON_ENGLISH.search(bare) or is_foreign:
            found.append(text)
    return found


def french_slips(catalogue: Catalog) -> list[str]:
    """French texts with a plain space (or none) before ? ! ; : or inside quotation marks, or a straight apostrophe."""
    texts = (text for message in messages(catalogue) for text in forms(message))
    return [text for text in texts if FRENCH_SLIPS.search(PLACEHOLDER.sub("x", text))]


def loose_numbers(language: str, texts: Iterable[str]) -> list[str]:
    """Texts in which a line can end between `article` and its number, a number and its unit, or within `4 à 9`."""
    between = rf"(?i)\b(?:{NUMBERED[language]}) \d|\d\s(?:à|et|إلى) \d"
    slips = re.compile(rf"{between}|\d (?:{MEASURED[language]})\b" if language in MEASURED else between)
    return [text for text in texts if slips.search(PLACEHOLDER.sub("1", text))]


def has_status(catalogue: Catalog) -> bool:
    """Whether the header says who answers for the translation: a person with an address, or so far a machine."""
    translator = catalogue.last_translator or ""
    return translator == UNSIGNED or bool(re.fullmatch(r"[^<>]*[a-z][^<>]* <\S+@\S+>", translator))


def _forms_of_one_number(catalogue: Catalog) -> set[int]:
    taken = [form_of(catalogue, count) for count in NUMBERS]
    return {index for index in set(taken) if taken.count(index) == 1}
