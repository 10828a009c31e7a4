"""In which section of the visit report an item of a phase is printed; every other one stands with its topic."""

from enum import StrEnum


class Part(StrEnum):
    """Sections of the report that are filled from single items."""

    VISIT = "visit"
    COOPERATION = "cooperation"
    PLACE = "place"
    CAUSES = "causes"
    GOOD_PRACTICES = "good_practices"
    IMMEDIATE = "immediate"
    LIMITS = "limits"


_ITEMS = {
    Part.VISIT: (
        "prep-visit-type", "prep-announced", "prep-objectives", "prep-prior-info", "prep-open-recs", "prep-team",
        "prep-risk", "prep-devices", "tour-areas", "docs-seen", "int-count", "int-selection", "int-interpreter",
        "staff-int-count",
    ),
    Part.COOPERATION: (
        "talk-access-delay", "talk-obstruction", "talk-mandate", "int-private", "int-consent", "staff-int-private",
        "final-held", "final-commitments", "final-no-reprisals",
    ),
    Part.PLACE: (
        "talk-capacity", "talk-population", "talk-groups", "talk-events", "staff-table", "talk-management-view",
    ),
    Part.CAUSES: ("after-root-causes",),
    Part.GOOD_PRACTICES: ("after-good-practice",),
    Part.IMMEDIATE: ("final-urgent", "after-urgent"),
    Part.LIMITS: ("after-debrief", "after-next-visit", "after-data-safe"),
}  # fmt: skip

PART_OF_ITEM = {item: part for part, items in _ITEMS.items() for item in items}
AREAS_SEEN = "tour-areas"
NOT_AREAS = {"other"}
PRINTED_AS_FACTS = {"prep-visit-type": "kind", "prep-announced": "announcement", "talk-capacity": "capacity"}
"""Items whose answer the visit keeps as a field of its own: printed once, from the field, when it has a value."""
