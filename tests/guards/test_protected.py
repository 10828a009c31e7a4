"""Protected answers are shown to the team and the coordinators, and to nobody else on any page."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from monitor.guide.loading import get_guide
from monitor.visits.models import VisitState
from tests.guards.entering import signed_in
from tests.guards.tour import Tour
from tests.guards.world import Say, World

CANARY = "zebrafinch"
MOST_PAGES = 30
"""More than any form has."""

Settle = Callable[[Say], tuple[Flask, World]]


def say(kind: str) -> str:
    """Say a canary where an item is protected."""
    return CANARY if kind == "protected" else {"email": "amina"}.get(kind, f"A {kind}")


def texts(app: Flask, world: World, person: str) -> Iterator[tuple[str, str]]:
    """Yield (kind of page, text) of every page, and of each page of the form and each finding of an approved visit."""
    yield from ((seen.endpoint, seen.text) for seen in Tour.of(app, world, say, person).pages())
    client = signed_in(app, world.people[person])
    visit = f"/visits/{world.visits[VisitState.APPROVED]}"
    for number in range(1, MOST_PAGES + 1):
        yield "form", client.get(f"{visit}/form/{number}").text
    for topic in get_guide().topics:
        yield "finding", client.get(f"{visit}/findings/{topic}").text


@pytest.mark.parametrize("person", ["administrator", "other body", "foreign"])
def test_nobody_else_reads_a_protected_answer(person: str, settle: Settle) -> None:
    app, world = settle(say)
    assert {kind for kind, text in texts(app, world, person) if CANARY in text} == set()


def test_a_colleague_reads_the_rest_of_an_approved_visit_and_no_protected_answer(settle: Settle) -> None:
    app, world = settle(say)
    read = list(texts(app, world, "colleague"))
    assert {kind for kind, text in read if CANARY in text} == set()
    assert {kind for kind, text in read if "A text" in text} >= {
        "form", "finding", "visits.findings", "recommendations.of_visit",
    }  # fmt: skip


@pytest.mark.parametrize("person", ["member", "leader", "coordinator"])
def test_team_and_coordinators_read_them(person: str, settle: Settle) -> None:
    app, world = settle(say)
    shown = {kind for kind, text in texts(app, world, person) if CANARY in text}
    assert shown == {"form", "finding"}
