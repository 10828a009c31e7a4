"""What a page of the form shows: its topics and answers, progress, hints, clashes, and who else is writing."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final
from uuid import UUID

from sqlalchemy import select

from monitor.accounts.models import User
from monitor.answers import queries as answers
from monitor.answers.models import Answer, AnswerChange
from monitor.db import db
from monitor.guide.answer_types import UnfitAnswer
from monitor.guide.catalogue import Guide, Item
from monitor.guide.hints import Hint, hints
from monitor.guide.scope import FormPage, pages
from monitor.visits.completeness import Progress, progress
from monitor.visits.models import Visit, VisitState
from monitor.visits.states import PREPARATION_SECTION
from monitor.visits.typed_answers import Typed, content_of, typed_content

LATELY: Final = timedelta(minutes=15)
"""How long somebody who wrote in a section is shown to others there."""


@dataclass(frozen=True)
class ShownItem:
    """One item of a page: the answer that stands, what its fields hold, and what is to be said beside them."""

    item: Item
    head: Answer | None
    typed: Typed
    hints: tuple[Hint, ...]
    clashes: tuple[AnswerChange, ...]
    """Other texts for the same item, which wait for a person."""
    problems: Mapping[str, UnfitAnswer]
    """What was typed and does not fit, by part: value, comment, sources."""
    is_open: bool
    """False where the state of the visit keeps it closed for now."""

    @property
    def is_sealed(self) -> bool:
        """Whether the answer that stands, or another text, is sealed and opens for others only."""
        return any(row.is_for_others for row in (self.head, *self.clashes) if row is not None)


@dataclass
class VisitForm:
    """The whole form of one visit with its answers, read at once; pages and items are picked from it."""

    visit: Visit
    guide: Guide
    items: Mapping[str, Item]
    heads: dict[str, Answer]
    open_clashes: Mapping[str, Sequence[AnswerChange]]
    typed: dict[str, Typed] = field(default_factory=dict)
    """What came back to the page because a part of it does not fit, by item."""
    problems: dict[str, Mapping[str, UnfitAnswer]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    """Item -> why what was typed for it cannot be written here at all (form_saving.Refusal); the text is in `typed`."""

    @cached_property
    def pages(self) -> tuple[FormPage, ...]:
        """The pages; none where the form has no items."""
        return pages(self.guide, self.items.values())

    @property
    def progress(self) -> dict[str, Progress]:
        """Section id -> how many of its items are answered."""
        return progress(self.items, list(self.heads.values()))

    @property
    def answered_of_asked(self) -> tuple[int, int]:
        """How many items of the whole form are answered, and how many there are."""
        return sum(map(self.is_answered, self.items)), len(self.items)

    @property
    def hints(self) -> dict[str, tuple[Hint, ...]]:
        """Item id -> figures of standards beside what was typed."""
        values = {head.item_id: head.value for head in self.heads.values() if head.item_id in self.items}
        return hints(self.guide, self.items.values(), values, self.visit.sheet.scope.place_types)

    def rows_of(self, items: Collection[str]) -> list[Answer | AnswerChange]:
        """Return the answers and other texts of these items: what a page has to open before it shows them."""
        heads = [self.heads[item] for item in items if item in self.heads]
        return [*heads, *(change for item in items for change in self.open_clashes.get(item, ()))]

    def page_number(self, item_id: str) -> int | None:
        """Return the page an item stands on; None where the form does not ask it."""
        return next((page.number for page in self.pages if any(item.id == item_id for item in page.items)), None)

    def first_page(self, section_id: str) -> tuple[int, str]:
        """Return the page on which a section begins, and its first topic there."""
        return next(
            (page.number, each.topic.id)
            for page in self.pages
            for each in page.topics
            if each.topic.section_id == section_id
        )

    def is_open(self, item: Item) -> bool:
        """Whether the item can be filled in the state the visit is in."""
        return self.visit.state is not VisitState.PLANNED or item.section_id == PREPARATION_SECTION

    def is_answered(self, item_id: str) -> bool:
        """Whether the item has a value."""
        head = self.heads.get(item_id)
        return head is not None and head.is_answered

    def next_unanswered(self, after: int) -> str | None:
        """Return the first unanswered item on the pages after page `after`, then on those before it."""
        in_turn = [*self.pages[after:], *self.pages[: after - 1]]
        open_items = (item for page in in_turn for item in page.items if self.is_open(item))
        return next((item.id for item in open_items if not self.is_answered(item.id)), None)

    def shown(self, page: FormPage) -> dict[str, ShownItem]:
        """Return what a page shows, by item."""
        found = self.hints
        return {item.id: self._shown_item(item, found.get(item.id, ())) for item in page.items}

    def shown_item(self, item_id: str) -> ShownItem:
        """Return what one item shows."""
        return self._shown_item(self.items[item_id], self.hints.get(item_id, ()))

    def _shown_item(self, item: Item, found: tuple[Hint, ...]) -> ShownItem:
        head = self.heads.get(item.id)
        return ShownItem(
            item=item,
            head=head,
            typed=self.typed.get(item.id) or typed_content(item.id, content_of(head), _base(head)),
            hints=found,
            clashes=tuple(self.open_clashes.get(item.id, ())),
            problems=self.problems.get(item.id, {}),
            is_open=self.is_open(item),
        )

    def assigned(self) -> dict[str, list[str]]:
        """Return section id -> names of those who look after it."""
        found: dict[str, list[str]] = {}
        for member in self.visit.team:
            for section in member.sections:
                found.setdefault(section, []).append(member.shown_name)
        return found

    def assigned_to(self, user_id: UUID) -> frozenset[str]:
        """Return the sections that this person looks after."""
        return frozenset(
            section for member in self.visit.team if member.user_id == user_id for section in member.sections
        )


def _base(head: Answer | None) -> int:
    """Return the revision that a writer has seen; none of an answer that others can open: writing it makes a clash."""
    return 0 if head is None or head.is_for_others else head.revision


def read_form(visit: Visit) -> VisitForm:
    """Read the form of a visit: three queries, however long it is."""
    guide, items = answers.guide_and_items(visit.sheet)
    clashing: dict[str, list[AnswerChange]] = {}
    for change in answers.clashes(visit.sheet):
        clashing.setdefault(change.item_id, []).append(change)
    heads = {head.item_id: head for head in answers.heads(visit.sheet)}
    return VisitForm(visit, guide, items, heads, clashing)


def other_writers(form: VisitForm, sections: Collection[str], *, besides: UUID, now: datetime) -> dict[str, list[str]]:
    """Return section id -> names of the others who wrote in it lately, in order of the alphabet."""
    wrote: dict[str, set[UUID]] = {}
    for head in form.heads.values():
        item = form.items.get(head.item_id)
        is_other = head.changed_by is not None and head.changed_by != besides
        if item and item.section_id in sections and is_other and now - head.changed_at <= LATELY:
            wrote.setdefault(item.section_id, set()).add(head.changed_by)  # type: ignore[arg-type]
    names = names_of({user for users in wrote.values() for user in users})
    return {section: sorted(names[user] for user in users if user in names) for section, users in wrote.items()}


def names_of(users: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return the names of these people by id; no query where there is nobody to name."""
    wanted = {user for user in users if user is not None}
    if not wanted:
        return {}
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {row.id: row.name for row in rows}
