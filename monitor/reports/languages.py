"""What a document needs to know of a language: its locale, its direction, and in which language the guide can speak."""

import unicodedata

from babel import Locale, UnknownLocaleError

from monitor.guide.texts import ENGLISH, interface_languages

PRIVATE_USE, KOSOVO = "X", "XK"
STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl"}
"""Unicode's classes of letters that have a direction."""


def locale_of(language: str) -> Locale:
    """Return the locale of a language code such as `ar` or `pt-BR`; English where the code is of no known language."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def spoken_language(language: str) -> str:
    """Return the language of headings and guide texts of a document: English where the interface does not speak it."""
    return language if guide_language(language) in interface_languages() else ENGLISH


def language_name(code: str) -> str:
    """Return a language's own name as a list begins it: `Français`."""
    locale = locale_of(code)
    name = locale.get_display_name(locale) or code
    return name[:1].upper() + name[1:]


def direction(language: str) -> str:
    """Return `rtl` or `ltr` for a language code."""
    return str(locale_of(language).text_direction)


def direction_of(text: str, language: str) -> str:
    """Return `rtl` or `ltr` for a text by its first letter that has a direction, that of `language` where none has."""
    found = (STRONG.get(unicodedata.bidirectional(sign)) for sign in text)
    return next((one for one in found if one), None) or direction(language)


def guide_language(language: str) -> str:
    """Return the language in which the guide speaks to a reader of this one: itself, or that without its region."""
    return language if language in interface_languages() else language.partition("-")[0]


def country_name(code: str, language: str) -> str:
    """Return the name of a country, empty for a code of private use (a fictitious state)."""
    if code.startswith(PRIVATE_USE) and code != KOSOVO:
        return ""
    name: str | None = locale_of(language).territories.get(code)
    return name or ""
