"""Whatever people type stays text: forty ways to smuggle a script into a page, in every field, on every page."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask_babel import lazy_gettext
from markupsafe import escape

from tests.guards.hostile import MARK, PAYLOADS, escapes, hostile
from tests.guards.printed import printed
from tests.guards.tour import Seen, Tour, walk
from tests.guards.world import Say, World


def test_there_are_forty_payloads_that_differ() -> None:
    assert len(set(PAYLOADS)) == 40


def test_no_text_becomes_more_than_text_on_any_page(settle: Callable[[Say], tuple[Flask, World]]) -> None:
    say = hostile()
    app, world = settle(say)
    found, shown = [], 0
    for seen in walk(app, world, say):
        found += escapes(seen)
        shown += MARK in seen.text
    for seen in Tour.of(app, world, say, "coordinator").pages():
        found += escapes(seen)
        shown += MARK in seen.text
    assert found == []
    assert shown > 150, "pages on which a payload stands as text"


def test_no_text_becomes_more_than_text_in_any_document(settle: Callable[[Say], tuple[Flask, World]]) -> None:
    documents = list(printed(*settle(hostile())))
    assert [problem for document in documents for problem in escapes(document)] == []
    assert sum(MARK in document.text for document in documents) > 20, "documents in which a payload stands as text"


def test_a_lazy_text_is_escaped_with_what_was_put_into_it(walked: Flask) -> None:
    with walked.test_request_context():
        text = lazy_gettext("Roles in %(body)s", body=PAYLOADS[0])
        assert walked.jinja_env.from_string("{{ text }}").render(text=text) == f"Roles in {escape(PAYLOADS[0])}"


# the guard of this guard


@pytest.mark.parametrize("payload", [each for each in PAYLOADS if "<" in each and "&lt;" not in each])
def test_a_payload_that_is_not_escaped_is_noticed(payload: str) -> None:
    page = f'<!doctype html><html><body><p>{payload}</p><p title="{payload}"></p></body></html>'
    noticed = escapes(Seen("/", "page", 200, "text/html", page))
    assert noticed, payload


@pytest.mark.parametrize("payload", ['" autofocus onfocus="smuggled(29)', '"><svg onload=smuggled(14)>'])
def test_a_payload_that_breaks_out_of_an_attribute_is_noticed(payload: str) -> None:
    assert escapes(Seen("/", "page", 200, "text/html", f'<!doctype html><input value="{payload}">'))


def test_an_address_that_runs_a_script_is_noticed() -> None:
    assert escapes(Seen("/", "page", 200, "text/html", '<!doctype html><a href=" JavaScript:smuggled()">x</a>'))
    assert not escapes(
        Seen("/", "page", 200, "text/html", '<!doctype html><a href="/visits">javascript:smuggled()</a>')
    )
