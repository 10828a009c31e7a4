"""Languages and time zones: which one this request speaks, and which there are."""

from gettext import GNUTranslations
from pathlib import Path
from typing import Any, Final

from babel import Locale
from flask import Flask, current_app, g, has_request_context, request, session
from flask_babel import Babel, LazyString, get_locale, refresh
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

SOURCE_LANGUAGE: Final = "en"
CHOICE: Final = "lang"
"""Where the session cookie keeps the language a person chose."""
MACHINE_MADE: Final = "machine-made"
"""How the header Last-Translator of a catalogue begins until a speaker who has checked it puts their own name there.

It is this header because the tools that update and compile catalogues drop those that gettext does not know.
"""


class UnknownLanguage(ValueError):
    """There is no translation into the language that was asked for."""


def init_locale(app: Flask) -> None:
    """Set Flask-Babel up, find the languages there are, and give templates what `<html lang dir>` needs."""
    escape_lazy_texts()
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "translations")
    Babel(app, locale_selector=select_language, timezone_selector=select_time_zone)
    folders = app.config["BABEL_TRANSLATION_DIRECTORIES"].split(";")
    catalogues = _find_catalogues([Path(app.root_path, folder) for folder in folders])
    app.extensions["languages"] = {code: _own_name(code) for code in sorted({*catalogues, SOURCE_LANGUAGE})}
    app.extensions["machine_made_languages"] = {code for code, path in catalogues.items() if _is_machine_made(path)}
    app.jinja_env.globals.update(
        available_languages=available_languages,
        page_language=page_language,
        text_direction=text_direction,
        translation_status=translation_status,
    )


def escape_lazy_texts() -> None:
    """Let templates escape lazy texts like any other text.

    Flask-Babel declares them to be HTML as they are, with everything that was put into them: a name, a title.
    """
    if "__html__" in vars(LazyString):
        del LazyString.__html__


def available_languages() -> dict[str, str]:
    """Return the languages of the interface: code (`ar`, `pt_BR`) -> the language's own name, in order of code."""
    found: dict[str, str] = current_app.extensions["languages"]
    return found


def choose_language(code: str) -> None:
    """Keep this language for the browser session. Raises UnknownLanguage when there is none of this code.

    Signing in and out empties the cookie's session: call it again with the person's own language after that.
    """
    if code not in available_languages():
        raise UnknownLanguage(code)
    session[CHOICE] = code
    refresh()


def select_language() -> str:
    """Return the language to answer in: chosen in this session, else the person's, else the browser's, else English."""
    if not has_request_context():
        return SOURCE_LANGUAGE
    available = available_languages()
    for wish in (session.get(CHOICE), _language_of_person()):
        if wish in available:
            return str(wish)
    by_tag = {code.replace("_", "-"): code for code in available}
    return by_tag[request.accept_languages.best_match(by_tag, SOURCE_LANGUAGE) or SOURCE_LANGUAGE]


def select_time_zone() -> str:
    """Return the name of the mechanism's time zone, UTC where no mechanism is known."""
    mechanism: Any = g.get("mechanism")
    return str(mechanism.time_zone) if mechanism else "UTC"


def page_language() -> str:
    """Return the language of this page as HTML writes it: `en`, `pt-BR`."""
    return str(get_locale() or SOURCE_LANGUAGE).replace("_", "-")


def text_direction(language: str | None = None) -> str:
    """Return `rtl` or `ltr` for a language as HTML writes it; for this page's own when none is given."""
    return str(Locale.parse(language or page_language(), sep="-").text_direction)


def translation_status(language: str | None = None) -> str:
    """Return `machine-made` or `checked` for a language as HTML writes it; for this page's own when none is given."""
    code = (language or page_language()).replace("-", "_")
    return MACHINE_MADE if code in current_app.extensions["machine_made_languages"] else "checked"


def _language_of_person() -> str | None:
    """Return the signed-in person's language; None also when the database fails, so that the error page has words."""
    try:
        language: str | None = getattr(current_user, "language", None)
    except SQLAlchemyError:
        return None
    return language


def _find_catalogues(folders: list[Path]) -> dict[str, Path]:
    return {path.parent.parent.name: path for folder in folders for path in folder.glob("*/LC_MESSAGES/*.mo")}


def _is_machine_made(catalogue: Path) -> bool:
    with catalogue.open("rb") as file:
        return GNUTranslations(file).info().get("last-translator", "").startswith(MACHINE_MADE)


def _own_name(code: str) -> str:
    name = Locale.parse(code).get_display_name(code) or code
    return name[:1].upper() + name[1:]
