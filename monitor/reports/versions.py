"""What each version of a visit report leaves out; protected items are in none (OPCAT Article 21)."""

from collections.abc import Mapping
from typing import Any, Final

from monitor.guide.catalogue import Item
from monitor.reports.content import TeamMember, Version
from monitor.reports.placement import PART_OF_ITEM, Part

TEAMS_OWN: Final = frozenset(
    {
        "prep-objectives", "prep-prior-info", "prep-risk", "prep-devices", "int-selection", "after-debrief",
        "after-next-visit", "after-data-safe",
    }
)  # fmt: skip
"""How the team prepares, protects its sources and goes on: for the mechanism alone."""
WIDENING: Final = (Version.INTERNAL, Version.AUTHORITY, Version.PUBLIC)
"""Versions from the fewest readers to the most."""
REPORTED_TEXTS: Final = frozenset({Part.CAUSES, Part.GOOD_PRACTICES, Part.IMMEDIATE})
"""Sections that are written for the reader in the form itself; other typed answers are notes."""
PEOPLE_COUNTED: Final = frozenset(
    {
        "talk-population", "talk-groups", "talk-events", "int-count", "iso-people", "legal-overstay", "imm-children",
        "act-count", "mental-misplaced", "death-count", "care-status-count", "care-restraint-count",
    }
)  # fmt: skip
"""Items whose figures count people held."""
SMALL_GROUP: Final = range(1, 5)
"""Figures of a public version that would point at people."""
BREAKDOWNS: Final = (("women", "men", "children"), ("remand", "sentenced"), ("foreign_nationals",), ("persons_held",))
"""Figures of the population that add up to all: with one of them hidden, another would give it away."""
TINY_PLACE: Final = 20
"""Places with fewer people: whoever knows the day of the visit knows who was there."""


def prints(version: Version, item: Item, value: Any = None) -> bool:
    """Say whether a version prints the answer to an item; `value` is the answer, None while there is none."""
    if item.is_protected:
        return False
    if version is Version.INTERNAL:
        return True
    if item.id in TEAMS_OWN or (item.answer == "text" and PART_OF_ITEM.get(item.id) not in REPORTED_TEXTS):
        return False
    if version is Version.AUTHORITY:
        return True
    return item.sensitivity == "open" and not (item.id in PEOPLE_COUNTED and points_at_few(value))


def prints_photo(version: Version, reach: Version, item: Item | None) -> bool:
    """Say whether a version prints a photo that may go as far as `reach`; `item` is its question, None without one.

    A photo of a protected question is in none, one of a question of the team's own stays inside, one of a restricted
    question is not for the public.
    """
    if item is not None and item.is_protected:
        return False
    if version is Version.INTERNAL:
        return True
    is_theirs = item is not None and item.id in TEAMS_OWN
    is_kept_from = version is Version.PUBLIC and item is not None and item.sensitivity != "open"
    return not is_theirs and not is_kept_from and WIDENING.index(reach) >= WIDENING.index(version)


def points_at_few(value: Any) -> bool:
    """Say whether a figure, or one cell of a table, counts from one to four people."""
    if isinstance(value, Mapping):
        return any(points_at_few(part) for part in value.values())
    return isinstance(value, int | float) and value in SMALL_GROUP


def figures_of(version: Version, figures: Mapping[str, int | None]) -> dict[str, int | None]:
    """Return the figures that a version prints: for the public, no breakdown in which a group is small."""
    if version is not Version.PUBLIC:
        return dict(figures)
    hidden = {name for names in BREAKDOWNS if any(points_at_few(figures.get(name)) for name in names) for name in names}
    return {name: None if name in hidden else figure for name, figure in figures.items()}


def team_of(version: Version, team: tuple[TeamMember, ...]) -> tuple[TeamMember, ...]:
    """Return the team as a version names it: outside the mechanism by its parts alone."""
    return team if version is Version.INTERNAL else tuple(TeamMember(member.role, "") for member in team)


def is_by_month(version: Version, figures: Mapping[str, int | None]) -> bool:
    """Say whether a version prints the month of a visit instead of its days, since the place is tiny."""
    people = figures.get("present") if figures.get("present") is not None else figures.get("capacity")
    return version is Version.PUBLIC and people is not None and people < TINY_PLACE
