"""What fits each kind of answer, as visit documents hold it and as forms post it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from monitor.guide import answer_types
from monitor.guide.answer_types import (
    ANSWER_TYPES,
    PROBLEMS,
    UnfitAnswer,
    by_unique_name,
    check_comment,
    check_sources,
    is_judgement,
    needs_comment,
)
from monitor.guide.catalogue import Guide
from monitor.guide.loading import get_guide

VISITS = sorted((Path(__file__).parents[1] / "data" / "visits").glob("*.json"))
RATING, YES_NO, NUMBER, TABLE, TEXT, CHOICE, MULTI, CELLS = (
    "tour-climate",
    "prep-risk",
    "space-single",
    "talk-population",
    "prep-objectives",
    "prep-devices",
    "prep-prior-info",
    "tour-cell-sample",
)


def check(item_id: str, value: object) -> None:
    item = get_guide().items[item_id]
    ANSWER_TYPES[item.answer].check(item, value)


def read(item_id: str, *fields: tuple[str, str]) -> object:
    item = get_guide().items[item_id]
    return ANSWER_TYPES[item.answer].read(item, MultiDict((f"a.value{name}", text) for name, text in fields), "a")


def refusal(act: Callable[..., object], *args: object) -> tuple[str, dict[str, object]]:
    with pytest.raises(UnfitAnswer) as raised:
        act(*args)
    assert raised.value.message() == str(raised.value)
    return raised.value.code, dict(raised.value.params)


def test_answer_types_are_those_of_the_catalogue(guide: Guide) -> None:
    assert set(ANSWER_TYPES) == {item.answer for item in guide.items.values()}
    assert guide.items[TABLE].answer == guide.items[CELLS].answer == "count_table"


def test_start_stops_when_two_answer_types_share_a_name() -> None:
    with pytest.raises(ValueError, match="two answer types are named 'yes_no'"):
        by_unique_name([answer_types.YesNo(), answer_types.Number(), answer_types.YesNo()])


@pytest.mark.parametrize("path", VISITS, ids=lambda path: path.stem)
def test_published_visits_fit(guide: Guide, path: Path) -> None:
    answers = json.loads(path.read_text(encoding="utf-8"))["answers"]
    assert answers
    for answer in answers:
        item = guide.items[answer["item"]]
        ANSWER_TYPES[item.answer].check(item, answer["value"])
        assert check_comment(answer["comment"]) == answer["comment"]
        check_sources(guide, answer["sources"])
        if needs_comment(guide, item, answer["value"]):
            assert answer["comment"]


def test_five_published_visits_are_there() -> None:
    assert len(VISITS) == 5


@pytest.mark.parametrize(
    ("item_id", "value"),
    [
        (RATING, "partly"),
        (RATING, "not_examined"),
        (YES_NO, "no"),
        (YES_NO, "not_applicable"),
        (NUMBER, 0),
        (NUMBER, 6.4),
        (NUMBER, 10**9),
        (NUMBER, "not_examined"),
        (TABLE, {"men": {"suspect": 3, "sentenced": 0}, "girls": {"other": 1}}),
        (TABLE, "not_applicable"),
        (CELLS, {"room-1": {"area": 9.5, "people": 2, "locked": 21.5}}),
        (TEXT, "not_examined"),
        (TEXT, "a\n\tb"),
        (CHOICE, "none"),
        (CHOICE, "not_examined"),
        (MULTI, ["courts", "media"]),
        (MULTI, ["none"]),
        (MULTI, "not_examined"),
    ],
)
def test_value_fits(item_id: str, value: object) -> None:
    check(item_id, value)


@pytest.mark.parametrize(
    ("item_id", "value", "code"),
    [
        (RATING, "good", "not_a_rating"),
        (RATING, None, "not_a_rating"),
        (RATING, ["meets"], "not_a_rating"),
        (YES_NO, "maybe", "not_yes_or_no"),
        (YES_NO, True, "not_yes_or_no"),
        (YES_NO, {}, "not_yes_or_no"),
        (NUMBER, "6", "not_a_number"),
        (NUMBER, True, "not_a_number"),
        (NUMBER, float("nan"), "not_a_number"),
        (NUMBER, float("inf"), "not_a_number"),
        (NUMBER, -0.5, "negative"),
        (NUMBER, 10**9 + 1, "too_large"),
        (NUMBER, 10**400, "too_large"),
        (NUMBER, 1e10, "too_large"),
        (TABLE, {}, "not_a_table"),
        (TABLE, [], "not_a_table"),
        (TABLE, {"dogs": {"suspect": 1}}, "unknown_row"),
        (TABLE, {"men": {}}, "empty_row"),
        (TABLE, {"men": 4}, "empty_row"),
        (TABLE, {"men": {"area": 1}}, "unknown_column"),
        (TABLE, {"men": {"suspect": 1.5}}, "cell_not_whole"),
        (TABLE, {"men": {"suspect": 2.0}}, "cell_not_whole"),
        (TABLE, {"men": {"suspect": True}}, "cell_not_a_number"),
        (TABLE, {"men": {"suspect": "not_examined"}}, "cell_not_a_number"),
        (TABLE, {"men": {"suspect": -1}}, "cell_negative"),
        (TABLE, {"men": {"suspect": 10**9 + 1}}, "cell_too_large"),
        (CELLS, {"room-1": {"people": 1.5}}, "cell_not_whole"),
        (CELLS, {"room-1": {"area": float("nan")}}, "cell_not_a_number"),
        (TEXT, "", "not_a_text"),
        (TEXT, 5, "not_a_text"),
        (TEXT, " a", "not_stripped"),
        (TEXT, " ", "not_stripped"),
        (TEXT, "a\x00", "control_characters"),
        (CHOICE, "lots", "unknown_choice"),
        (CHOICE, ["none"], "unknown_choice"),
        (MULTI, "courts", "not_a_list_of_choices"),
        (MULTI, [], "not_a_list_of_choices"),
        (MULTI, ["courts", "moon"], "unknown_choice"),
        (MULTI, ["courts", "courts"], "choice_twice"),
        (MULTI, [["courts"]], "unknown_choice"),
        (MULTI, ["courts", "not_examined"], "unknown_choice"),
        (MULTI, ["none", "courts"], "none_with_others"),
    ],
)
def test_value_does_not_fit(item_id: str, value: object, code: str) -> None:
    assert refusal(check, item_id, value)[0] == code


@pytest.mark.parametrize(
    ("item_id", "fields", "value"),
    [
        (RATING, [("", "meets")], "meets"),
        (YES_NO, [("", "yes")], "yes"),
        (NUMBER, [("", "6,5")], 6.5),
        (NUMBER, [("", " "), ("", "not_examined")], "not_examined"),
        (TABLE, [(".men.suspect", "٣"), (".men.other", "")], {"men": {"suspect": 3}}),
        (TABLE, [(".girls.other", "0")], {"girls": {"other": 0}}),
        (TABLE, [("", "not_applicable"), (".men.suspect", " ")], "not_applicable"),
        (CELLS, [(".room-2.area", "9,5"), (".room-2.people", "2")], {"room-2": {"area": 9.5, "people": 2}}),
        (TEXT, [("", " one\r\ntwo ")], "one\ntwo"),
        (TEXT, [("", "not_examined")], "not_examined"),
        (CHOICE, [("", "some")], "some"),
        (MULTI, [("", "courts"), ("", "media")], ["courts", "media"]),
        (MULTI, [("", "not_examined")], "not_examined"),
    ],
)  # fmt: skip
def test_posted_fields_are_read(item_id: str, fields: list[tuple[str, str]], value: object) -> None:
    assert read(item_id, *fields) == value


@pytest.mark.parametrize("item_id", [RATING, YES_NO, NUMBER, TABLE, TEXT, CHOICE, MULTI])
def test_empty_control_is_no_answer(item_id: str) -> None:
    assert read(item_id) is None
    assert read(item_id, ("", " ")) is None
    assert read(item_id, ("", ""), (".men.suspect", "")) is None


@pytest.mark.parametrize(
    ("item_id", "fields", "code", "params"),
    [
        (RATING, [("", "good")], "not_a_rating", {"typed": "good"}),
        (RATING, [("", "meets"), ("", "partly")], "two_answers", {"first": "meets", "second": "partly"}),
        (NUMBER, [("", "six")], "not_a_number", {"typed": "six"}),
        (NUMBER, [("", "6"), ("", "not_examined")], "two_answers", {"first": "6", "second": "not_examined"}),
        (NUMBER, [("", "1000000001")], "too_large", {"typed": 10**9 + 1, "cap": 10**9}),
        (MULTI, [("", "courts"), ("", "not_examined")], "two_answers", {"first": "courts", "second": "not_examined"}),
        (MULTI, [("", "not_applicable"), ("", "not_examined")], "two_answers", None),
        (MULTI, [("", "none"), ("", "courts")], "none_with_others", {}),
        (TABLE, [(".men.suspect", "few")], "cell_not_a_number", {"row": "men", "column": "suspect", "typed": "few"}),
        (TABLE, [(".men.suspect", "1,250")], "cell_ambiguous_number", None),
        (TABLE, [(".men.suspect", "1.5")], "cell_not_whole", {"row": "men", "column": "suspect", "typed": 1.5}),
        (TABLE, [("", "not_examined"), (".men.suspect", "1")], "two_answers", {"first": "not_examined", "second": "1"}),
        (TABLE, [("", "12")], "not_a_table", {}),
        (TEXT, [("", "a\x00")], "control_characters", {"position": 2}),
    ],
)
def test_unfit_fields_are_refused(
    item_id: str, fields: list[tuple[str, str]], code: str, params: dict[str, object] | None
) -> None:
    found_code, found_params = refusal(read, item_id, *fields)
    assert found_code == code
    assert params is None or found_params == params


def test_every_problem_is_a_whole_sentence() -> None:
    names = ["typed", "cap", "row", "column", "choice", "first", "second", "length", "position", "source"]
    for code in PROBLEMS:
        message = UnfitAnswer(code, **dict.fromkeys(names, "x")).message()
        assert message.endswith(".")
        assert "%" not in message


def test_message_is_short_and_printable_when_the_value_is_neither() -> None:
    message = UnfitAnswer("not_a_rating", typed="\ud800" + "x" * 5000).message()
    assert len(message) < 150
    assert message.encode("utf-8")


posts = st.lists(
    st.tuples(
        st.sampled_from(["", ".men.suspect", ".room-1.area", ".lead.women"]),
        st.one_of(st.text(max_size=6), st.sampled_from(["meets", "yes", "not_examined", "none", "courts", "1.5", "3"])),
    ),
    max_size=3,
)  # fmt: skip


@given(st.sampled_from([RATING, YES_NO, NUMBER, TABLE, CELLS, TEXT, CHOICE, MULTI]), posts)
def test_what_a_form_accepts_survives_a_visit_document(item_id: str, fields: list[tuple[str, str]]) -> None:
    try:
        value = read(item_id, *fields)
    except UnfitAnswer:
        return
    if value is not None:
        carried = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8"))
        assert carried == value
        check(item_id, carried)


def test_sources_are_checked(guide: Guide) -> None:
    check_sources(guide, [])
    check_sources(guide, ["observation", "register"])
    assert refusal(check_sources, guide, "register")[0] == "not_a_list_of_sources"
    assert refusal(check_sources, guide, ["hearsay"]) == ("unknown_source", {"source": "hearsay"})
    assert refusal(check_sources, guide, [None])[0] == "unknown_source"
    assert refusal(check_sources, guide, ["register", "register"])[0] == "source_twice"


@pytest.mark.parametrize(
    ("item_id", "value", "judges", "wants_comment"),
    [
        (RATING, "meets", True, False),
        (RATING, "partly", True, True),
        (RATING, "does_not_meet", True, True),
        (RATING, "not_examined", False, False),
        (RATING, "not_applicable", False, False),
        (RATING, None, False, False),
        (TEXT, "partly", False, False),
        (YES_NO, "no", False, False),
    ],
)
def test_only_substantive_ratings_judge(
    guide: Guide, item_id: str, value: object, judges: bool, wants_comment: bool
) -> None:
    item = guide.items[item_id]
    assert is_judgement(item, value) is judges
    assert needs_comment(guide, item, value) is wants_comment
