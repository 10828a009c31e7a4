"""A pseudo-language: every word on a page that did not come through gettext, the guide's texts or the data is found."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from zoneinfo import available_timezones

import flask_babel
import flask_wtf.i18n
import pytest
from babel import Locale
from babel.support import NullTranslations
from bs4 import BeautifulSoup, Tag
from bs4.element import PreformattedString
from flask import Flask

from monitor.guide.loading import get_guide
from monitor.guide.texts import GuideTexts, Text
from monitor.places.csv_files import ENCODINGS
from tests.guards.printed import printed
from tests.guards.tour import Seen, walk
from tests.guards.world import HEADERS, World

OPEN, CLOSE, DATA = "⟦", "⟧", "◆"
TYPED = f"{DATA}7{DATA}"
"""What every field of the world and of the walk holds: no letter, so that codes made from it hold none either."""
SPOKEN_ATTRIBUTES = ("alt", "aria-label", "aria-description", "label", "placeholder", "title")
UNSEEN = ("script", "style", "kbd", "code")
"""What a key is called stands on the key; a written key or a code is letters, not words."""
WORD = re.compile(r"[^\W\d_]{2,}")
"""Two letters of any script; a single one is a mark, such as the A of A4."""
MONTHS = "|".join(name for code in ("en", "fr") for name in Locale(code).months["format"]["wide"].values())
BY_BABEL = re.compile(
    rf"\b(?:{MONTHS})\b"
    r"|\b(?:in )?\d+ (?:second|minute|hour|day|month|year)s?(?: ago)?\b"
)
"""Dates and spans are written by Babel in every language it knows."""
ADDRESSES = re.compile(r"\S+@\S+\.example|\S+\.(?:csv|json|png|pdf)\b|https?://\S+")


class Pseudo(NullTranslations):
    """Puts every translated text between brackets."""

    def gettext(self, message: str) -> str:
        return f"{OPEN}{message}{CLOSE}"

    def ngettext(self, one: str, many: str, number: int) -> str:
        return self.gettext(one if number == 1 else many)

    def pgettext(self, _context: str, message: str) -> str:
        return self.gettext(message)

    def npgettext(self, _context: str, one: str, many: str, number: int) -> str:
        return self.ngettext(one, many, number)

    ugettext, ungettext, upgettext, unpgettext = gettext, ngettext, pgettext, npgettext


def strings_in(thing: Any) -> Iterator[str]:
    """Yield every string of an object of the guide."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, dict) or hasattr(thing, "items"):
        for value in thing.values():
            yield from strings_in(value)
    elif isinstance(thing, tuple):
        for each in thing:
            yield from strings_in(each)
    elif hasattr(thing, "__dataclass_fields__"):
        for name in thing.__dataclass_fields__:
            yield from strings_in(getattr(thing, name))


def proper_names() -> list[str]:
    """Return what stands in one language: instruments and articles of the guide, names of lands, languages, zones."""
    guide, english = get_guide(), Locale("en")
    names = {*strings_in((guide.instruments, guide.articles, guide.features)), *ENCODINGS, *HEADERS}
    names |= {each.usual_operators for each in guide.place_types.values()}
    names |= {each.usual_visit for each in guide.place_types.values()}
    names |= {*english.territories.values(), *english.languages.values(), "XA"}
    names |= {zone.replace("_", " ") for zone in available_timezones()}
    names |= {str(Locale(code).get_display_name(code)) for code in ("ar", "en", "fr")}
    return sorted((name for name in names if WORD.search(name)), key=len, reverse=True)


PROPER_NAMES = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, proper_names()))})(?!\w)", re.IGNORECASE)


def leftover(text: str) -> str:
    """Return what of a text came neither through a translation nor from data."""
    text = re.sub(f"{DATA}[^{DATA}]*{DATA}", " ", text)
    while OPEN in text and (shorter := re.sub(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}", " ", text)) != text:
        text = shorter
    if WORD.search(text):
        text = BY_BABEL.sub(" ", PROPER_NAMES.sub(" ", ADDRESSES.sub(" ", text)))
    return " ".join(text.split()) if WORD.search(text) else ""


def spoken(page: BeautifulSoup) -> Iterator[tuple[str, str]]:
    """Yield (where, text) of everything on a page that a person reads or hears."""
    for text in page.find_all(string=True):
        if not isinstance(text, PreformattedString) and text.parent is not None and text.parent.name not in UNSEEN:
            yield text.parent.name, str(text)
    for tag in page.find_all(True):
        if isinstance(tag, Tag):
            yield from _spoken_attributes(tag)


def _spoken_attributes(tag: Tag) -> Iterator[tuple[str, str]]:
    for name, value in tag.attrs.items():
        is_button = name == "value" and tag.name == "input" and tag.get("type") in ("submit", "button", "reset")
        is_for_scripts = name.startswith("data-") and re.match(rf"[A-Z{OPEN}].* ", str(value))
        if name in SPOKEN_ATTRIBUTES or is_button or is_for_scripts:
            yield f"{tag.name} {name}", str(value)


def spoken_in_json(value: Any) -> Iterator[tuple[str, str]]:
    """Yield the sentences that a script gets to show."""
    if isinstance(value, str) and " " in value:
        yield "json", value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from spoken_in_json(each)


def untranslated(seen: Seen) -> list[str]:
    """Return every piece of an answer that did not come through a translation; nobody reads that of a redirect."""
    if 300 <= seen.status < 400:
        return []
    if seen.mimetype == "text/html":
        pieces = spoken(BeautifulSoup(seen.text, "lxml"))
    elif seen.mimetype == "application/json" and seen.endpoint != "exchange.export_document":
        pieces = spoken_in_json(json.loads(seen.text))
    else:
        return []
    return [f"{seen.endpoint}: <{where}> {rest}" for where, text in pieces if (rest := leftover(text))]


@pytest.fixture
def speaking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page speaks the pseudo-language."""
    monkeypatch.setattr(flask_babel.Domain, "get_translations", lambda _self: Pseudo())
    monkeypatch.setattr(flask_wtf.i18n, "_get_translations", Pseudo)
    monkeypatch.setattr(
        GuideTexts, "_text", lambda _self, english, *_key: Text(f"{OPEN}{english}{CLOSE}" if english else "", "en")
    )


@pytest.mark.usefixtures("speaking")
def test_every_word_on_every_page_can_be_translated(settle: Callable[..., tuple[Flask, World]]) -> None:
    app, world = settle(lambda kind: "7" if kind == "email" else TYPED)
    app.extensions["shells"] = {}  # those that all tests share speak English
    found = {
        piece
        for seen in walk(app, world, lambda kind: "7" if kind == "email" else TYPED)
        for piece in untranslated(seen)
    }
    assert sorted(found) == []


@pytest.mark.usefixtures("speaking")
def test_every_word_of_every_document_can_be_translated(settle: Callable[..., tuple[Flask, World]]) -> None:
    documents = list(printed(*settle(lambda kind: "7" if kind == "email" else TYPED)))
    assert {seen.endpoint.split()[0] for seen in documents} == {"report", "letter", "follow-up", "printed", "blank"}
    assert sorted({piece for seen in documents for piece in untranslated(as_printed(seen))}) == []


def as_printed(document: Seen) -> Seen:
    """Say of a document what stands on every page, and leave out what is marked as English: how standards are cited."""
    page = BeautifulSoup(document.text, "lxml")
    for part in page.select("html:not([lang=en]) [lang=en]"):
        part.decompose()
    around = [str(page.body.attrs.pop(f"data-page-{part}")) for part in ("before", "between", "after")]
    page.body["title"] = f"{page.body.attrs.pop('data-mark', '')} {''.join(around)}"
    return replace(document, text=str(page))


# the guard of this guard


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"{OPEN}Visits{CLOSE}", ""),
        (f"{OPEN}Visit to {OPEN}a prison{CLOSE} {TYPED}{CLOSE}, 7/12", ""),
        (f"{TYPED} – 9–11 March 2026", ""),
        ("in 3 days", ""),
        ("Europe/London", ""),
        ("A4", ""),
        (f"{TYPED} by nobody", "by nobody"),
        (f"{OPEN}Saved{CLOSE} at last", "at last"),
        ("Saved", "Saved"),
        ("محفوظ", "محفوظ"),
    ],
)
def test_what_is_left_of_a_text_is_what_nobody_translates(text: str, left: str) -> None:
    assert leftover(text) == left


@pytest.mark.parametrize(
    "html",
    [
        "<p>Saved</p>",
        "<title>Saved</title>",
        "<img alt='Saved'>",
        "<button aria-label='Saved'></button>",
        "<input placeholder='Saved'>",
        "<input type='submit' value='Saved'>",
        "<template><p>Saved</p></template>",
        "<p data-text='Saved at last'></p>",
        "<option>Saved</option>",
        "<svg><title>Saved</title></svg>",
    ],
)
def test_a_word_that_nobody_translates_is_noticed_wherever_it_stands(html: str) -> None:
    assert len(untranslated(Seen("/", "page", 200, "text/html", html))) == 1


def test_a_word_of_a_document_that_nobody_translates_is_noticed() -> None:
    pages = 'data-page-before="⟦Page " data-page-between=" of " data-page-after="⟧"'
    cited = '<span lang="en">Rule 44.</span>'
    for mark, text, found in (("⟦Internal⟧", "⟦Facts⟧", 0), ("Internal", "⟦Facts⟧", 1), ("⟦Internal⟧", "Facts", 1)):
        html = f'<body data-mark="{mark}" {pages}><p>{text}</p>{cited}</body>'
        assert len(untranslated(as_printed(Seen("", "report", 200, "text/html", html)))) == found


def test_names_of_fields_and_code_for_scripts_are_no_words_for_people() -> None:
    html = "<input name='summary' value='Text' data-state='half-saved'><script>let saved;</script><!-- Saved -->"
    assert untranslated(Seen("/", "page", 200, "text/html", html)) == []


def test_a_sentence_for_a_script_is_noticed() -> None:
    said = json.dumps({"outcome": "applied", "problems": [f"{OPEN}Too long{CLOSE}", "Not saved."]})
    assert untranslated(Seen("/", "page", 200, "application/json", said)) == ["page: <json> Not saved."]
