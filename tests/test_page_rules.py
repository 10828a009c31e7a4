"""The rules that every page keeps notice each fault, also on a page that is like a sound one seen before."""

import pytest
from bs4 import BeautifulSoup
from html5lib.html5parser import ParseError

from tests.page_rules import check_page, markup_of

SOUND = """<!DOCTYPE html>
<html lang="en"><head><title>Places – Monitor</title><script src="/static/page.js"></script></head>
<body><h1>Places</h1>
<form method="post"><label for="name">Name of the place</label><input id="name" name="name" value="Old prison">
<label>City <select name="city"><option value="1">Port &amp; Sand</option></select></label>
<input type="hidden" name="token" value="a1b2"><textarea id="notes" aria-label="Notes">A "note"</textarea></form>
<table><tr><th id="row">Beds</th></tr></table></body></html>
"""
MARKUP_FAULTS = {
    "paragraph in a table": ("<table>", "<table><p>beds</p>"),
    "unclosed": ("</form>", ""),
    "bare ampersand": ("Old prison", "Old & new &prison"),
    "entity that is none": ("Name of", "Name &of;"),
    "quote in a value": ("Old prison", 'Old "prison"'),
    "same attribute twice": ('name="name"', 'name="name" name="name"'),
    "control character": ("Name of", "Name\x01of"),
    "control character in a value": ("Old prison", "Old\x02prison"),
    "visible input in a table": ("<tr>", '<input type="text" aria-label="Beds"><tr>'),
    "comment that ends badly": ("<form", "<!-- a > b -- c <b> --!><form"),
}
OTHER_FAULTS = {
    "no h1": ("<h1>Places</h1>", "<p>Places</p>"),
    "two h1": ("<h1>", "<h1>Places</h1><h1>"),
    "title of another page": ("<title>Places", "<title>Visits"),
    "no title": ("<title>Places – Monitor</title>", ""),
    "same id twice": ('id="row"', 'id="notes"'),
    "label of another field": ('for="name"', 'for="city"'),
    "label of nothing": ('<label for="name">Name of the place</label><input id="name"', "<label>Name</label><input"),
    "empty label": ('aria-label="Notes"', 'aria-label=""'),
    "style of a heading": ("<h1>", '<h1 style="">'),
    "script in the page": ('<script src="/static/page.js">', "<script>"),
}


def check(text: str) -> None:
    check_page(text, BeautifulSoup(text, "html.parser"))


def with_fault(old: str, new: str) -> str:
    return SOUND.replace(old, new, 1)


def test_a_sound_page_passes() -> None:
    check(SOUND)


@pytest.mark.parametrize("fault", MARKUP_FAULTS)
def test_invalid_markup_is_noticed_after_the_sound_page(fault: str) -> None:
    check(SOUND)
    with pytest.raises(ParseError):
        check(with_fault(*MARKUP_FAULTS[fault]))


@pytest.mark.parametrize("fault", OTHER_FAULTS)
def test_other_faults_are_noticed_after_the_sound_page(fault: str) -> None:
    check(SOUND)
    with pytest.raises(AssertionError):
        check(with_fault(*OTHER_FAULTS[fault]))


@pytest.mark.parametrize(
    ("old", "new"), [("Old prison", "New: prison (2)"), ("Beds", "Rooms, 3"), ('"notes"', '"n-1"')]
)
def test_pages_that_differ_in_plain_words_are_parsed_once(old: str, new: str) -> None:
    assert markup_of(with_fault(old, new)) == markup_of(SOUND)


@pytest.mark.parametrize(("old", "new"), [("hidden", "text"), ("Beds", "Beds <b>2</b>"), ('id="row"', 'class="row"')])
def test_pages_of_other_markup_are_parsed_anew(old: str, new: str) -> None:
    assert markup_of(with_fault(old, new)) != markup_of(SOUND)
