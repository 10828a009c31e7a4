"""Two devices with wrong clocks and the office write to one visit, in generated orders, through the real scripts."""

import json
from collections.abc import Callable
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Route

from monitor.accounts.models import Body, Mechanism
from tests.browser.offline.conftest import Opener
from tests.browser.offline.merging import Stage, Tally
from tests.browser.offline.orders import Fate, order
from tests.factories import places

ORDERS, STEPS = 5, 15
OWN = (1, "own", False)
HAND_IN = "**/hand-in"
Tampering = Callable[[Route], None]


@pytest.fixture
def stage(open_window: Opener, mechanism: Mechanism, body: Body) -> Stage:
    return Stage(places.place(mechanism), body, open_window)


def test_nothing_is_lost_or_overwritten_and_nothing_clashes_without_need(stage: Stage) -> None:
    tally = Tally()
    for seed in range(ORDERS):
        steps = order(Random(seed), STEPS)  # noqa: S311  # made up, not secret
        stage.play(steps, tally)
        assert tally.wrong == [], steps
    assert tally.texts > ORDERS * STEPS / 5
    assert tally.clashes > 0
    assert tally.merged > 0
    assert tally.met.keys() >= {*Fate}


def types(which: int) -> tuple[Any, ...]:
    return "type", which, "san-shower", OWN


def synchronises(which: int) -> tuple[Any, ...]:
    return "synchronise", which, "/hand-in", Fate.ANSWERED, False, None


def rewriting(**said: Any) -> Tampering:
    """Let each record say something else than the device does; what is given may be a function."""

    def rewrite(route: Route) -> None:
        sent = route.request.post_data_json
        records = [json.loads(text) for text in sent["records"]]
        for record in records:
            record.update({name: value() if callable(value) else value for name, value in said.items()})
        route.continue_(post_data=json.dumps(sent | {"records": [json.dumps(record) for record in records]}))

    return rewrite


def swallow(route: Route) -> None:
    """Say that everything arrived, and let nothing arrive."""
    sent = route.request.post_data_json
    results = [{"id": json.loads(text)["id"], "outcome": "applied", "revision": 1} for text in sent.get("records", [])]
    route.fulfill(json={"results": results, "answers": {}, "findings": {}, "checks": {}, "missing": []})


def forget_answers(route: Route) -> None:
    """Give a visit along without the answers that stand at the office."""
    answer = route.fetch()
    route.fulfill(response=answer, json=answer.json() | {"answers": {}})


def test_each_rule_that_is_broken_is_seen(stage: Stage) -> None:
    office = ("office", "san-shower", OWN, 0)
    broken: dict[str, tuple[dict[str, Tampering], list[Any]]] = {
        "overwritten": ({HAND_IN: rewriting(base=1)}, [types(0), synchronises(0), types(1), synchronises(1)]),
        "needless": ({HAND_IN: rewriting(base=0)}, [types(1), synchronises(1), types(1), synchronises(1)]),
        "lost": ({HAND_IN: swallow, "**/receipt": swallow}, [types(1), synchronises(1)]),
        "doubled": (
            {HAND_IN: rewriting(id=lambda: str(uuid4()))}, [types(1), synchronises(1), office, ("deliver", 1, 0)],
        ),
        "apart": ({"**/take-along": forget_answers}, [types(1), synchronises(1)]),
    }  # fmt: skip
    seen = {}
    for rule, (tamperings, steps) in broken.items():
        found = Tally()
        page = stage.devices[1][1].page
        for address, tampering in tamperings.items():
            page.route(address, tampering)
        stage.play(steps, found)
        page.unroute_all()
        seen[rule] = getattr(found, rule) != []
    assert seen == dict.fromkeys(broken, True)
