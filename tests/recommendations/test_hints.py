"""What is noticed about a recommendation, and that it never blocks."""

import pytest

from monitor.accounts.models import Mechanism, User
from monitor.recommendations.hints import Hint, asks_for_two_actions, hints
from monitor.visits import operations
from monitor.visits.models import Visit
from tests.factories import places, visits
from tests.factories.accounts import AT
from tests.factories.recommendations import recommendation


@pytest.fixture
def visit(mechanism: Mechanism, monitor: User) -> Visit:
    """A visit under way."""
    return visits.under_way(places.place(mechanism), lead=monitor)


@pytest.mark.parametrize(
    ("language", "text", "is_noticed"),
    [
        ("en", "Repair the showers and train the night staff.", True),
        ("en", "Repair the showers on all floors.", False),
        ("en", "Repair the showers. Train the staff.", False),
        ("fr", "Réparer les douches et former le personnel de nuit.", True),
        ("fr", "Réparer les douches de tous les étages.", False),
        ("ar", "إصلاح الحمامات وتدريب الموظفين.", True),
        ("ar", "إصلاح الحمامات في جميع الطوابق.", False),
        ("el", "Repair the showers and train the staff.", False),
    ],
    ids=["en two", "en one", "en apart", "fr two", "fr one", "ar two", "ar one", "unknown language"],
)
def test_two_actions_in_one_sentence_are_noticed(language: str, text: str, is_noticed: bool) -> None:
    assert asks_for_two_actions(text, language) is is_noticed


def test_what_is_missing_is_noticed_and_saved_all_the_same(visit: Visit, monitor: User) -> None:
    bare = recommendation(visit, by=monitor, text="Repair the showers.", addressee="", due_on=None, items=())
    assert hints(bare) == [Hint.NO_ADDRESSEE, Hint.NO_DEADLINE, Hint.NO_ANSWER]


def test_a_finding_on_one_of_its_topics_is_enough(visit: Visit, monitor: User) -> None:
    row = recommendation(visit, by=monitor, items=("san-cleaning",))
    assert hints(row) == [Hint.NO_FINDING]
    topic = "sanitation"
    operations.save_finding(visit, topic, found="Dirty.", why="", base_version=0, by=monitor, at=AT)
    assert hints(row) == []
