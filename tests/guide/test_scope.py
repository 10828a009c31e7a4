"""A scope chooses items; pages lay them out without splitting a topic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.guide.catalogue import Guide
from monitor.guide.loading import get_guide
from monitor.guide.scope import PAGE_ITEMS, Scope, UnfitScope, pages, select_items

GUIDE = get_guide()
types = st.sampled_from(sorted(GUIDE.place_types))
topics = st.lists(st.sampled_from(sorted(GUIDE.topics)), max_size=4).map(tuple)
scopes = st.builds(
    Scope,
    place_type=types,
    unit_types=st.lists(types, max_size=3).map(tuple),
    form=st.sampled_from(["full", "core", "topics"]),
    topics=topics,
    extra_topics=topics,
)


def ids(scope: Scope) -> list[str]:
    return [item.id for item in select_items(GUIDE, scope)]


@pytest.mark.parametrize(
    ("place_type", "full", "core"), [("prison", 203, 42), ("transport", 86, 25), ("military-detention", 217, 44)]
)
def test_full_and_core_forms_have_their_items(place_type: str, full: int, core: int) -> None:
    assert len(ids(Scope(place_type))) == full
    assert len(ids(Scope(place_type, form="core"))) == core


def test_unit_types_add_their_items() -> None:
    mixed = ids(Scope("prison", unit_types=("juvenile-centre",)))
    assert set(mixed) == set(ids(Scope("prison"))) | set(ids(Scope("juvenile-centre")))
    assert len(mixed) > 203


def test_core_form_with_a_unit_holds_core_items_of_both() -> None:
    mixed = Scope("prison", unit_types=("juvenile-centre",), form="core")
    assert {item.id for item in select_items(GUIDE, mixed) if item.topic_id == "children"}
    assert all(item.is_core for item in select_items(GUIDE, mixed))


def test_chosen_topics_hold_only_items_of_the_types() -> None:
    chosen = select_items(GUIDE, Scope("transport", form="topics", topics=("force", "police-custody")))
    assert {item.topic_id for item in chosen} == {"force"}
    assert all(item.applies_to("transport") for item in chosen)


def test_extra_topic_adds_all_its_items_whatever_the_type() -> None:
    plain, added = Scope("prison", form="core"), Scope("prison", form="core", extra_topics=("immigration",))
    assert set(ids(added)) - set(ids(plain)) == {item.id for item in GUIDE.topics["immigration"].items}


@pytest.mark.parametrize(
    ("scope", "sentence"),
    [
        (Scope("castle"), "There is no place type “castle” in the guide."),
        (Scope("prison", unit_types=("dungeon",)), "There is no place type “dungeon” in the guide."),
        (Scope("prison", topics=("weather",)), "There is no topic “weather” in the guide."),
        (Scope("prison", extra_topics=("force", "wind")), "There is no topic “wind” in the guide."),
    ],
)
def test_unknown_ids_are_refused_by_name(scope: Scope, sentence: str) -> None:
    with pytest.raises(UnfitScope) as raised:
        select_items(GUIDE, scope)
    assert str(raised.value) == sentence


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"form": "short"}, "form"),
        ({"form": ["full"]}, "form"),
        ({"place_type": None}, "place type"),
        ({"unit_types": "prison"}, "list of unit types"),
        ({"topics": [1]}, "list of topics"),
        ({"extra_topics": None}, "list of extra topics"),
    ],
)
def test_stored_scope_of_another_shape_is_refused(change: dict[str, object], kind: str) -> None:
    with pytest.raises(UnfitScope) as raised:
        Scope.from_json(Scope("prison").to_json() | change)
    assert raised.value.kind == kind


@given(scopes)
def test_scope_survives_storage(scope: Scope) -> None:
    assert Scope.from_json(scope.to_json()) == scope


@given(scopes)
def test_pages_hold_every_item_once_in_order_and_split_no_topic(scope: Scope) -> None:
    items = select_items(GUIDE, scope)
    laid = pages(GUIDE, items)
    order = {item_id: position for position, item_id in enumerate(GUIDE.items)}
    assert [item.id for page in laid for item in page.items] == [item.id for item in items]
    assert [item.id for item in items] == sorted({item.id for item in items}, key=order.__getitem__)
    topics_seen = [page_topic.topic.id for page in laid for page_topic in page.topics]
    assert len(topics_seen) == len(set(topics_seen))
    assert [page.number for page in laid] == list(range(1, len(laid) + 1))
    assert all(len(page.items) <= PAGE_ITEMS for page in laid)


@pytest.mark.parametrize(("form", "count"), [("core", 4), ("full", 20)])
def test_prison_forms_have_few_pages(guide: Guide, form: str, count: int) -> None:
    assert len(pages(guide, select_items(guide, Scope.from_json(Scope("prison").to_json() | {"form": form})))) == count
