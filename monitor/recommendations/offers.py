"""What the form of a recommendation offers: items with notes, and the standards those items cite."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from monitor.answers import queries as answers
from monitor.guide.catalogue import Guide, Item
from monitor.visits.models import Visit


@dataclass(frozen=True)
class Offer:
    """Items a recommendation can rest on and the (instrument, provision) pairs they cite, in the guide's order."""

    guide: Guide
    items: Sequence[Item]
    standards: Sequence[tuple[str, str]]


def offer(visit: Visit, *, topic: str | None, chosen: Collection[str]) -> Offer:
    """Return the items of one topic, or all answered ones, with those already `chosen`; and their standards."""
    guide, items = answers.guide_and_items(visit.sheet)
    answered = {head.item_id for head in answers.heads(visit.sheet) if head.is_answered}
    topics = {topic} if topic else {items[id_].topic_id for id_ in chosen if id_ in items}
    shown = [
        item
        for item in items.values()
        if item.id in chosen or (item.topic_id in topics if topics else item.id in answered)
    ]
    standards = dict.fromkeys((c.instrument, c.provision) for item in shown for c in item.standards)
    return Offer(guide, shown, list(standards))
