"""The guide as it is read: by section, by type of place, by standard."""

import pytest

from monitor.guide.catalogue import Guide
from monitor.guide.queries import items_citing, neighbours, outline
from monitor.guide.scope import UnfitScope


def test_outline_holds_the_whole_guide(guide: Guide) -> None:
    sections = outline(guide)
    assert [each.section.id for each in sections] == [section.id for section in guide.sections]
    assert [item.id for each in sections for item in each.items] == list(guide.items)


@pytest.mark.parametrize("place_type", ["prison", "transport", "other-place"])
def test_outline_of_a_type_holds_what_applies_and_its_themes(guide: Guide, place_type: str) -> None:
    sections = outline(guide, place_type)
    shown = [item.id for each in sections for item in each.items]
    assert shown == [item.id for item in guide.items.values() if item.applies_to(place_type)]
    themes = tuple(each.section.id for each in sections if each.section.kind == "theme")
    assert themes == guide.place_types[place_type].themes
    assert all(each.topics and all(topic.items for topic in each.topics) for each in sections)


def test_unknown_type_is_refused(guide: Guide) -> None:
    with pytest.raises(UnfitScope, match="castle"):
        outline(guide, "castle")


def test_neighbours_skip_what_does_not_apply(guide: Guide) -> None:
    sections = outline(guide, "prison")
    beside = neighbours(sections, "personnel")
    assert beside.previous is not None
    assert beside.following is not None
    assert (beside.previous.id, beside.following.id) == ("health", "groups")
    assert neighbours(sections, "phase-preparation").previous is None
    assert neighbours(sections, "groups").following is None
    with pytest.raises(KeyError):
        neighbours(sections, "police")


def test_every_provision_names_the_items_that_rest_on_it_once(guide: Guide) -> None:
    citing = items_citing(guide, "cpt-space")
    assert [item.id for item in citing["para. 9"]] == ["tour-cell-sample", "space-shared", "space-single"]
    assert all(items for instrument in guide.instruments for items in items_citing(guide, instrument).values())
    with pytest.raises(KeyError):
        items_citing(guide, "magna-carta")


def test_anchors_are_unique_within_an_instrument(guide: Guide) -> None:
    for instrument in guide.instruments.values():
        anchors = [provision.anchor for provision in instrument.provisions.values()]
        assert len(set(anchors)) == len(anchors)
        assert all(anchors)
    assert guide.instruments["opcat"].provisions["Article 20(a)"].anchor == "article-20-a"
