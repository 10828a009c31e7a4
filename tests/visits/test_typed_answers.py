"""Reading what stands in the fields of one question, and writing it back into them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.answers.models import Answer
from monitor.guide.catalogue import Item
from monitor.guide.loading import get_guide
from monitor.guide.problems import PROBLEMS, TEXT_CAP, UnfitAnswer
from monitor.guide.texts import texts
from monitor.visits import problem_words
from monitor.visits.typed_answers import Typed, fields_of, read_typed

GUIDE = get_guide()
figures = st.one_of(st.integers(0, 10**9), st.floats(0, 10**9, allow_nan=False))
printable = st.characters(exclude_categories=["Cs", "Cc"])
plain_texts = st.text(printable, min_size=1, max_size=80).map(str.strip).filter(bool)


def values_of(item: Item) -> st.SearchStrategy[Any]:
    """Draw values that fit an item."""
    codes = st.sampled_from(["not_examined", "not_applicable"])
    ids = [choice.id for choice in item.choices]
    match item.answer:
        case "rating":
            return st.sampled_from([rating.code for rating in item.ratings])
        case "yes_no":
            return st.sampled_from(["yes", "no"]) | codes
        case "number":
            return figures | codes
        case "text":
            return plain_texts
        case "choice":
            return st.sampled_from(ids) | codes
        case "multi_choice":
            return st.lists(st.sampled_from([id_ for id_ in ids if id_ != "none"]), min_size=1, unique=True) | codes
        case _:
            return _tables(item) | codes


def _tables(item: Item) -> st.SearchStrategy[Any]:
    assert item.table is not None
    columns = {column.id: figures if column.takes_decimals else st.integers(0, 10**9) for column in item.table.columns}
    row = st.fixed_dictionaries({}, optional=columns).filter(bool)
    return st.fixed_dictionaries({}, optional={each.id: row for each in item.table.rows}).filter(bool)


answered = st.sampled_from(list(GUIDE.items.values())).flatmap(lambda item: st.tuples(st.just(item), values_of(item)))


@given(answered=answered)
def test_value_comes_back_as_it_was_from_the_fields_that_show_it(answered: tuple[Item, Any]) -> None:
    item, value = answered
    change, problems = read_typed(GUIDE, item, Typed(item.id, fields=fields_of(value)), None)
    assert problems == {}
    assert change.value == value


@given(answered=answered)
def test_value_given_without_fields_is_taken_as_it_is(answered: tuple[Item, Any]) -> None:
    item, value = answered
    change, problems = read_typed(GUIDE, item, Typed(item.id, value=value), None)
    assert (change.value, problems) == (value, {})


def standing(**given: Any) -> Answer:
    said = {"value": 7, "comment": "Stands.", "sources": ["register"], "urgent": False} | given
    return Answer(**{f"plain_{name}": value for name, value in said.items()})


@pytest.mark.parametrize(
    ("typed", "part", "code"),
    [
        (Typed("iso-hours", fields={"value": ["many"]}, comment="New."), "value", "not_a_number"),
        (Typed("iso-hours", fields={"value": ["22", "not_examined"]}, comment="New."), "value", "two_answers"),
        (Typed("iso-hours", fields={"value": ["22"]}, comment="x" * (TEXT_CAP + 1)), "comment", "text_too_long"),
        (Typed("iso-hours", fields={"value": ["22"]}, comment="a\x00b"), "comment", "control_characters"),
        (Typed("iso-hours", fields={"value": ["22"]}, comment="a\ud800"), "comment", "unpaired_surrogate"),
        (Typed("iso-hours", fields={"value": ["22"]}, comment="New.", sources=("talk",)), "sources", "unknown_source"),
        (Typed("iso-hours", value=True, comment="New."), "value", "not_a_number"),
    ],
)
def test_part_that_does_not_fit_keeps_what_stands_and_lets_the_others_through(
    typed: Typed, part: str, code: str
) -> None:
    change, problems = read_typed(GUIDE, GUIDE.items["iso-hours"], typed, standing())
    assert {name: problem.code for name, problem in problems.items()} == {part: code}
    assert change.value == (7 if part == "value" else 22)
    assert change.comment == ("Stands." if part == "comment" else "New.")
    assert change.sources == (("register",) if part == "sources" else ())


def test_every_problem_has_a_sentence() -> None:
    assert set(problem_words.PROBLEMS) == set(PROBLEMS)


def test_sentence_names_rows_and_columns_by_their_labels(app: object) -> None:
    item = GUIDE.items["tour-cell-sample"]
    words = texts(GUIDE, "en")
    problem = UnfitAnswer("cell_not_a_number", row=item.table.rows[0].id, column="area", typed="big")
    sentence = problem_words.problem_sentence(problem, item, words)
    assert sentence == "Room 1, Floor area (m2): “big” is not a number. Use digits only."


def test_sentence_shortens_a_long_text_and_survives_half_characters(app: object) -> None:
    problem = UnfitAnswer("not_a_number", typed="9\ud800" * 200)
    sentence = problem_words.problem_sentence(problem, GUIDE.items["iso-hours"], texts(GUIDE, "en"))
    assert len(sentence) < 200
    assert sentence.encode("utf-8")
