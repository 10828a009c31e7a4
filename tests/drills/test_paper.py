"""The drill of forms on paper in small; and that it tells codes that are not read."""

from pathlib import Path

from tests.drills import paper


def test_the_core_form_of_the_smallest_type_is_read(empty_instance: Path) -> None:
    found = paper.run(empty_instance, ["transport"], "core")
    assert (found.forms, found.items, found.wrong) == (1, 25, [])
    assert all(row.is_met for row in paper.figures(found))


def test_what_is_not_read_misses_the_goal() -> None:
    found = paper.Printed(forms=1, pages=4, wrong=["page 2: []"], photos_read=3)
    assert [row.is_met for row in paper.figures(found)] == [False, False]
