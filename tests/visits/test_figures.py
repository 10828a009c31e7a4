"""Population and interview figures: what the answers give, and what was typed instead."""

from datetime import datetime
from typing import Any

import pytest

from monitor.accounts.models import User
from monitor.answers.operations import Change
from monitor.places.models import Place
from monitor.visits import operations
from monitor.visits.figures import figures, figures_from
from monitor.visits.models import INTERVIEW_FIGURES, POPULATION_FIGURES
from tests.factories import visits

POPULATION = {
    "men": {"suspect": 120, "sentenced": 250, "other": 2},
    "women": {"sentenced": 14},
    "boys": {"suspect": 3},
    "girls": {"suspect": 1},
    "other": {"administrative": 5},
}


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, {}),
        ({"talk-capacity": 400}, {"capacity": 400}),
        ({"talk-capacity": 0}, {"capacity": 0}),
        ({"talk-capacity": 400.5}, {}),
        ({"talk-capacity": "not_examined"}, {}),
        (
            {"talk-population": POPULATION},
            {"present": 395, "men": 372, "women": 14, "children": 4, "remand": 124, "sentenced": 264},
        ),
        ({"talk-population": {"women": {"administrative": 7}}}, {"present": 7, "women": 7}),
        ({"talk-population": {"men": {"sentenced": 0}}}, {"present": 0, "men": 0, "sentenced": 0}),
        ({"talk-population": "not_applicable"}, {}),
        ({"talk-groups": {"foreign": {"number": 31}}}, {"foreign_nationals": 31}),
        ({"talk-groups": {"older": {"number": 4}}}, {}),
        ({"talk-groups": "not_examined"}, {}),
        ({"int-count": {"men": {"individual": 20, "group": 11}, "girls": {"group": 1}}}, {"persons_held": 32}),
        ({"staff-int-count": {"health": {"number": 3}, "management": {"number": 1}}}, {"staff": 4}),
        ({"int-count": "not_applicable", "staff-int-count": None}, {}),
    ],
)
def test_figures_are_what_the_answers_say(answers: dict[str, Any], expected: dict[str, int]) -> None:
    assert figures_from(answers) == expected


def test_a_typed_figure_prevails_and_every_name_is_there(prison: Place, leader: User, now: datetime) -> None:
    visit = visits.under_way(prison, lead=leader, form="full")
    said = [Change("talk-capacity", 400), Change("talk-population", POPULATION)]
    operations.record_answers(visit, said, by=leader, at=now)
    operations.save_figures(visit, {"present": 0, "staff": 9}, by=leader, at=now)
    found = figures(visit)
    assert tuple(found) == (*POPULATION_FIGURES, *INTERVIEW_FIGURES)
    assert (found["capacity"], found["present"], found["men"], found["staff"]) == (400, 0, 372, 9)
    assert (found["foreign_nationals"], found["persons_held"]) == (None, None)
    operations.save_figures(visit, {"present": None}, by=leader, at=now)
    assert figures(visit)["present"] == 395


def test_figures_follow_a_changed_answer(prison: Place, leader: User, now: datetime) -> None:
    visit = visits.under_way(prison, lead=leader)
    operations.record_answers(visit, [Change("talk-capacity", 400)], by=leader, at=now)
    operations.record_answers(visit, [Change("talk-capacity", 410, base=1)], by=leader, at=now)
    assert figures(visit)["capacity"] == 410
    operations.record_answers(visit, [Change("talk-capacity", None, base=2)], by=leader, at=now)
    assert figures(visit)["capacity"] is None
