"""Hints hold what is typed against the figures of standards, exactly, and set nothing."""

import pytest

from monitor.guide.catalogue import Guide
from monitor.guide.hints import CAPACITY, OCCUPANCY, POPULATION, ROOMS, SHARED_ROOM, SINGLE_ROOM, Hint, hints

PRISON = ("prison",)


def hints_of(guide: Guide, item_id: str, values: dict[str, object]) -> tuple[Hint, ...]:
    return hints(guide, [guide.items[item_id]], values, PRISON).get(item_id, ())


def seen(found: tuple[Hint, ...]) -> list[tuple[float, str, float, bool]]:
    return [(hint.measured, hint.benchmark.comparator, hint.benchmark.value, hint.is_met) for hint in found]


def test_items_that_hints_rest_on_are_in_the_guide(guide: Guide) -> None:
    assert {CAPACITY, POPULATION, OCCUPANCY, ROOMS, SHARED_ROOM, SINGLE_ROOM} <= set(guide.items)
    for item_id in (OCCUPANCY, SHARED_ROOM, SINGLE_ROOM):
        assert guide.items[item_id].benchmarks


def test_all_benchmarks_of_a_number_are_shown_inside_and_outside(guide: Guide) -> None:
    found = hints_of(guide, SINGLE_ROOM, {SINGLE_ROOM: 6})
    assert seen(found) == [(6, "min", 6, True), (6, "min", 5.4, True), (6, "min", 7, False)]
    assert {(hint.kind, hint.unit, hint.row_id) for hint in found} == {("benchmark", "m2", None)}


@pytest.mark.parametrize(
    ("item_id", "value", "met"),
    [
        ("iso-hours", 22, [False]),  # below excludes the value
        ("iso-hours", 21.9, [True]),
        ("iso-longest", 15, [True, False]),  # max includes it
        ("iso-longest", 15.5, [False, False]),
        (SHARED_ROOM, 3.4, [False, True]),  # min includes it
        ("legal-overstay", 0, [True]),
    ],
)
def test_min_and_max_include_their_value_and_below_does_not(
    guide: Guide, item_id: str, value: float, met: list[bool]
) -> None:
    assert [hint.is_met for hint in hints_of(guide, item_id, {item_id: value})] == met


@pytest.mark.parametrize("value", [None, "not_examined", "not_applicable", True, "six", {"room-1": {}}])
def test_there_is_no_hint_when_no_number_was_given(guide: Guide, value: object) -> None:
    assert hints(guide, guide.items.values(), {SINGLE_ROOM: value, CAPACITY: value}, PRISON) == {}


def test_single_rooms_are_held_against_single_and_others_against_shared(guide: Guide) -> None:
    rooms = {
        "room-1": {"area": 6.5, "people": 1},
        "room-2": {"area": 10.2, "people": 3},
        "room-3": {"area": 9},
        "room-4": {"area": 9, "people": 0},
        "room-5": {"people": 2, "beds": 2},
    }
    found = hints_of(guide, ROOMS, {ROOMS: rooms})
    assert [(hint.row_id, hint.unit) for hint in found] == [("room-1", "m2")] * 3 + [("room-2", "m2/person")] * 2
    assert [hint.is_met for hint in found] == [True, True, False, False, True]  # 10.2 / 3 is 3.4, not a hair less
    assert {hint.kind for hint in found} == {"room"}
    assert {hint.benchmark.item_id for hint in found} == {SINGLE_ROOM, SHARED_ROOM}


def test_occupancy_is_computed_from_capacity_and_population(guide: Guide) -> None:
    values: dict[str, object] = {
        CAPACITY: 80,
        POPULATION: {"men": {"suspect": 40, "sentenced": 50}, "women": {"other": 6}},
    }
    for item_id in (OCCUPANCY, POPULATION):
        (hint,) = hints_of(guide, item_id, values)
        assert (hint.kind, hint.measured, hint.unit, hint.is_met) == ("occupancy", 120, "percent", False)
    assert hints_of(guide, CAPACITY, values) == ()


def test_typed_and_computed_occupancy_stand_side_by_side(guide: Guide) -> None:
    values: dict[str, object] = {CAPACITY: 100, POPULATION: {"men": {"other": 100}}, OCCUPANCY: 104}
    found = hints_of(guide, OCCUPANCY, values)
    assert [(hint.kind, hint.measured, hint.is_met) for hint in found] == [
        ("benchmark", 104, False),
        ("occupancy", 100, True),
    ]


@pytest.mark.parametrize(
    "values",
    [
        {CAPACITY: 0, POPULATION: {"men": {"other": 3}}},
        {CAPACITY: "not_examined", POPULATION: {"men": {"other": 3}}},
        {CAPACITY: 10, POPULATION: "not_examined"},
        {CAPACITY: 10},
    ],
)
def test_occupancy_is_unknown_when_a_part_is(guide: Guide, values: dict[str, object]) -> None:
    assert hints_of(guide, OCCUPANCY, values) == ()


def test_figures_for_rooms_are_not_held_against_vehicles(guide: Guide) -> None:
    values: dict[str, object] = {
        ROOMS: {"room-1": {"area": 2, "people": 2}},
        CAPACITY: 4,
        POPULATION: {"men": {"other": 6}},
    }
    assert hints(guide, guide.items.values(), values, ("transport",)) == {}
    both = hints(guide, guide.items.values(), values, ("transport", "prison"))
    assert set(both) == {ROOMS, POPULATION, OCCUPANCY}
