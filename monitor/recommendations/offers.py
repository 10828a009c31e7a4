"""What the form of a recommendation offers: findings and answers by topic, and the standards that the chosen ones cite.

Choosing a finding chooses the answers it rests on; a recommendation keeps these, and its topics follow from them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from monitor.answers import queries as answers
from monitor.answers.models import Answer
from monitor.guide.answer_types import needs_comment
from monitor.guide.catalogue import Guide, Item
from monitor.visits import queries as visits
from monitor.visits.models import Visit

Citation = tuple[str, str]
"""Instrument and provision."""


@dataclass(frozen=True)
class OfferedTopic:
    """A topic with the items a recommendation can rest on."""

    id: str
    found: str
    """What its finding says, empty while none is written."""
    items: Sequence[Item]
    taken: Sequence[str]
    """The items that are chosen with the finding."""


@dataclass(frozen=True)
class Offer:
    """What can be chosen, in the guide's order."""

    guide: Guide
    topics: Sequence[OfferedTopic]

    @property
    def items(self) -> list[Item]:
        """Every item a recommendation can rest on."""
        return [item for topic in self.topics for item in topic.items]

    @property
    def standards(self) -> Mapping[Citation, Sequence[str]]:
        """Every standard that an item cites -> the items that do: it is offered while one of them is chosen."""
        found: dict[Citation, list[str]] = {}
        for item in self.items:
            for cited in dict.fromkeys((c.instrument, c.provision) for c in item.standards):
                found.setdefault(cited, []).append(item.id)
        return found

    def with_findings(self, items: Collection[str], findings: Collection[str]) -> list[str]:
        """Return the chosen items, with those of the findings that none is chosen of yet."""
        chosen = set(items)
        for topic in self.topics:
            if topic.id in findings and chosen.isdisjoint(item.id for item in topic.items):
                chosen.update(topic.taken)
        return [item.id for item in self.items if item.id in chosen]

    def findings_behind(self, items: Collection[str]) -> list[str]:
        """Return the topics of the findings that these items belong to."""
        return [topic.id for topic in self.topics if topic.found and any(item.id in items for item in topic.items)]


def offer(visit: Visit, *, topic: str | None, chosen: Collection[str]) -> Offer:
    """Return what was answered on a visit; besides, the whole of topics that are found, asked for or `chosen` of."""
    guide, items = answers.guide_and_items(visit.sheet)
    heads = {head.item_id: head for head in answers.heads(visit.sheet) if head.is_answered}
    found = {key: one.found or one.why for key, one in visits.findings(visit).items()}
    whole = {key for key, text in found.items() if text} | {items[id_].topic_id for id_ in chosen if id_ in items}
    shown = [item for item in items.values() if item.id in heads or item.topic_id in {*whole, topic}]
    order = list(guide.topics)
    shown.sort(key=lambda item: order.index(item.topic_id))
    return Offer(guide, [
        _topic(guide, id_, found.get(id_, ""), list(of_topic), heads)
        for id_, of_topic in groupby(shown, key=lambda item: item.topic_id)
    ])  # fmt: skip


def _topic(guide: Guide, id_: str, found: str, items: Sequence[Item], heads: Mapping[str, Answer]) -> OfferedTopic:
    """Put a topic together. A finding rests on what falls short, else on what was answered, else on all of it.

    Protected answers are never taken for it: somebody has to choose them.
    """
    open_ = [item for item in items if not item.is_protected]
    answered = [item for item in open_ if item.id in heads]
    short = [item for item in answered if needs_comment(guide, item, heads[item.id].value)]
    return OfferedTopic(id_, found, items, [item.id for item in short or answered or open_])
