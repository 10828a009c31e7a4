"""What the findings pages show: each topic with its answers, comments and report text."""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.answers import queries as answers
from monitor.answers.models import Answer
from monitor.guide.catalogue import Item, Topic
from monitor.visits import queries
from monitor.visits.models import Finding, ReviewComment, Visit


@dataclass(frozen=True)
class TopicNotes:
    """One topic of a visit: its items on the form, their answers, the finding, the coordinator's open comments."""

    topic: Topic
    items: tuple[Item, ...]
    heads: Mapping[str, Answer]
    finding: Finding | None
    comments: tuple[ReviewComment, ...]

    @property
    def answered(self) -> int:
        """How many of its items have an answer."""
        return sum(1 for item in self.items if item.id in self.heads and self.heads[item.id].is_answered)

    @property
    def has_notes(self) -> bool:
        """Whether there is a comment to make a finding of."""
        return any(head.has_comment for head in self.heads.values())

    @property
    def waits_for_finding(self) -> bool:
        """Whether there are notes that nobody has made a finding of."""
        return self.has_notes and self.finding is None


def topics_of(visit: Visit) -> list[TopicNotes]:
    """Return every topic on the visit's form, in the order of the guide."""
    guide, items = answers.guide_and_items(visit.sheet)
    heads = {head.item_id: head for head in answers.heads(visit.sheet)}
    found, comments = queries.findings(visit), queries.open_comments(visit)
    result = []
    for topic_id in dict.fromkeys(item.topic_id for item in items.values()):
        own = tuple(item for item in items.values() if item.topic_id == topic_id)
        result.append(
            TopicNotes(
                topic=guide.topics[topic_id],
                items=own,
                heads={item.id: heads[item.id] for item in own if item.id in heads},
                finding=found.get(topic_id),
                comments=tuple(comment for comment in comments if comment.topic_id == topic_id),
            )
        )
    return result
