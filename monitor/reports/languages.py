"""What a document needs to know of a language: its locale, its direction, and in which language the guide can speak."""

from babel import Locale, UnknownLocaleError

from monitor.guide.texts import interface_languages

PRIVATE_USE, KOSOVO = "X", "XK"


def locale_of(language: str) -> Locale:
    """Return the locale of a language code such as `ar` or `pt-BR`; English where the code is of no known language."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def direction(language: str) -> str:
    """Return `rtl` or `ltr` for a language code."""
    return str(locale_of(language).text_direction)


def guide_language(language: str) -> str:
    """Return the language in which the guide speaks to a reader of this one: itself, or that without its region."""
    return language if language in interface_languages() else language.partition("-")[0]


def country_name(code: str, language: str) -> str:
    """Return the name of a country, empty for a code of private use (a fictitious state)."""
    if code.startswith(PRIVATE_USE) and code != KOSOVO:
        return ""
    name: str | None = locale_of(language).territories.get(code)
    return name or ""
