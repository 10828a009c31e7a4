"""The one path that writes an answer: page, import, offline and paper all call `record`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Insert, insert, select, update

from monitor.answers import queries
from monitor.answers.models import EMPTY, Answer, AnswerChange, Outcome, Sheet, owner_of
from monitor.answers.sealing import Protection
from monitor.answers.server_key import Content, keep
from monitor.audit.operations import record_event
from monitor.db import db, new_id
from monitor.guide.answer_types import ANSWER_TYPES, UnfitAnswer, check_comment, check_sources
from monitor.guide.catalogue import Guide, Item
from monitor.guide.loading import get_guide
from monitor.guide.scope import Scope, select_items
from monitor.vault.from_devices import DeviceEnvelope
from monitor.vault.models import SealedRecord

ONE_EVENT_WITHIN = timedelta(minutes=5)
AS_THEY_ARE = {"dml_strategy": "raw"}
"""The rows name every column, so that SQLAlchemy can hand them over without weighing each one against the model."""
PLAIN: Final = ("value", "comment", "sources", "urgent")
"""Columns that hold what an item says in plain; the models call them `plain_value` and so on."""
TAKEN: Final = (
    "id", "mechanism_id", "sheet_id", "item_id", "revision", *(f"plain_{name}" for name in PLAIN), "kept", "sealed_id",
    "is_answered", "has_comment",
)  # fmt: skip
"""What a first head takes over from its change."""


def say_the_same(one: Content, other: Content | None) -> bool:
    """Whether two contents of an item are equal, whatever the order in which choices and sources were ticked."""
    return other is not None and _ordered(one) == _ordered(other)


def is_same_value(one: Any, other: Any) -> bool:
    """Whether two values of an item are equal, whatever the order in which choices were ticked."""
    return bool(_in_order(one) == _in_order(other))


def _ordered(content: Content) -> Content:
    value, comment, sources, urgent = content
    return _in_order(value), comment, sorted(sources), urgent


def _in_order(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value


@dataclass(frozen=True)
class SealedAnswer:
    """What a device sealed for a protected item, and what its row says in the clear: is there a value, a comment."""

    envelope: DeviceEnvelope
    is_answered: bool
    has_comment: bool


@dataclass(frozen=True)
class Change:
    """What somebody wants an answer to be: value (by answer type; None: unanswered), comment, sources and urgent flag.

    `base` is the revision they saw (0: none). `id` names the change for ever; a repeated one changes nothing. A device
    gives `sealed` instead of the content.
    """

    item: str
    value: Any
    comment: str = ""
    sources: Sequence[str] = ()
    urgent: bool = False
    base: int = 0
    id: UUID = field(default_factory=new_id)
    sealed: SealedAnswer | None = None

    @property
    def content(self) -> Content:
        """What it says, without who and when; nothing where a device sealed it."""
        return self.value, self.comment, list(self.sources), self.urgent

    @property
    def is_answered(self) -> bool:
        """Whether there is a value, sealed or not."""
        return self.sealed.is_answered if self.sealed else self.value is not None

    @property
    def has_comment(self) -> bool:
        """Whether there is a comment, sealed or not."""
        return self.sealed.has_comment if self.sealed else bool(self.comment)


@dataclass(frozen=True)
class Recorded:
    """What became of one change.

    `revision` is the one to base the next change on: what this change became, also when it is offered once more after
    somebody else has gone on; for a change that was not applied, the answer's revision now.
    """

    change_id: UUID
    item: str
    outcome: Outcome
    revision: int


class ItemNotOnSheet(Exception):
    """The change names an item that the sheet does not ask."""

    def __init__(self, item: str) -> None:
        super().__init__(f"item {item!r} is not on this form")
        self.item = item


class UnfitChange(Exception):
    """A change whose value, comment or sources do not fit its item; nothing of the batch is written."""

    def __init__(self, item: str, problem: UnfitAnswer) -> None:
        super().__init__(f"item {item!r}: {problem.message()}")
        self.item = item
        self.problem = problem


class CannotBeSealed(Exception):
    """A device sealed what is written in plain: the item is not protected, or its body has no keys.

    `code` is not_protected or no_key. Nothing of the batch is written.
    """

    def __init__(self, item: str, code: str) -> None:
        super().__init__(f"item {item!r} takes no sealed answer: {code}")
        self.item = item
        self.code = code


def make_sheet(mechanism_id: UUID, scope: Scope) -> Sheet:
    """Make an empty sheet by the newest guide. Raises guide.scope errors for unknown ids."""
    guide = get_guide()
    select_items(guide, scope)
    sheet = Sheet(id=new_id(), mechanism_id=mechanism_id, guide_version=guide.version, scope_data=scope.to_json())
    db.session.add(sheet)
    db.session.flush()
    return sheet


def check(sheet: Sheet, change: Change) -> Change:
    """Return the change with its texts normalised. Raises ItemNotOnSheet or UnfitChange."""
    guide, items = queries.guide_and_items(sheet)
    return _checked(guide, items, change)


def _checked(guide: Guide, items: Mapping[str, Item], change: Change) -> Change:
    item = items.get(change.item)
    if item is None:
        raise ItemNotOnSheet(change.item)
    try:
        if change.value is not None:
            ANSWER_TYPES[item.answer].check(item, change.value)
        comment = check_comment(change.comment)
        check_sources(guide, list(change.sources))
    except UnfitAnswer as problem:
        raise UnfitChange(change.item, problem) from problem
    return change if comment == change.comment else replace(change, comment=comment)


def record(
    sheet: Sheet, changes: Iterable[Change], *, by: UUID | None, at: datetime, protection: Protection | None = None
) -> list[Recorded]:
    """Write changes to the answers of a sheet and say what became of each, in the same order.

    A change based on the present revision is applied; one that says what stands already, or what its writer saw, is
    `unchanged` (the order of choices and sources says nothing); one based on an older revision is kept as a clash and
    the present answer stays. What protected items say is sealed with `protection`, and without it
    put under the server's key. What a device sealed stays closed, so that it never says the same; it is checked when a
    reader opens it. `by` is the user's id (None: a command), `at` the moment it was written. Raises ItemNotOnSheet,
    UnfitChange or CannotBeSealed before anything is written.
    """
    guide, items = queries.guide_and_items(sheet)
    checked = [_checked(guide, items, change) for change in changes]
    for change in checked:
        if change.sealed and not items[change.item].is_protected:
            raise CannotBeSealed(change.item, "not_protected")
        if change.sealed and protection is None:
            raise CannotBeSealed(change.item, "no_key")
    batch = _Batch(sheet, items, checked, protection, by=by, at=at)
    results = [batch.take(change) for change in checked]
    batch.write()
    return results


class _Batch:
    """The changes of one call, weighed against the heads in memory and written in bulk."""

    def __init__(
        self,
        sheet: Sheet,
        items: Mapping[str, Item],
        changes: list[Change],
        protection: Protection | None,
        *,
        by: UUID | None,
        at: datetime,
    ) -> None:
        self.sheet, self.items, self.by, self.at, self.protection = sheet, items, by, at, protection
        wanted = {change.item for change in changes}
        self.heads = {head.item_id: head for head in queries.heads(sheet, wanted)}
        self.known = queries.known_changes(sheet, [change.id for change in changes])
        revisions = {item: head.revision for item, head in self.heads.items()}
        earlier = {(c.item, c.base) for c in changes if 0 < c.base < revisions.get(c.item, 0)}
        past = queries.changes_at(sheet, earlier)
        if protection is not None:
            protection.open([*self.heads.values(), *past])
        self.now: dict[str, tuple[int, Content | None]] = {
            item: (head.revision, None if head.is_closed else head.content) for item, head in self.heads.items()
        }
        """item -> present revision and what it says; None where the writer cannot read it."""
        self.past = {(row.item_id, row.revision): row.content for row in past if not row.is_closed}
        self.sealed: list[SealedRecord] = []
        self.shared = {"mechanism_id": sheet.mechanism_id, "sheet_id": sheet.id, "by": by, "at": at}
        self.rows: list[dict[str, Any]] = []
        self.applied: dict[str, dict[str, Any]] = {}
        """item -> row of the last change that was applied to it."""

    def take(self, change: Change) -> Recorded:
        """Decide what becomes of one change and note what is to be written."""
        revision, content = self.now.get(change.item, (0, EMPTY))
        if change.id in self.known:
            outcome, became = self.known[change.id]
            return Recorded(change.id, change.item, outcome, became or revision)
        if not change.sealed and any(say_the_same(change.content, seen) for seen in (content, self._seen(change))):
            return Recorded(change.id, change.item, Outcome.UNCHANGED, revision)
        outcome = Outcome.APPLIED if change.base == revision else Outcome.CLASH
        became = revision + 1 if outcome is Outcome.APPLIED else None
        row = self._row(change, outcome, became)
        self.rows.append(row)
        self.known[change.id] = (outcome, became)
        if became is not None:
            self.now[change.item] = (became, None if change.sealed else change.content)
            self.applied[change.item] = row
        return Recorded(change.id, change.item, outcome, became or revision)

    def _seen(self, change: Change) -> Content | None:
        """Return what the writer saw before changing it; None for a revision that there never was."""
        return EMPTY if change.base == 0 else self.past.get((change.item, change.base))

    def _row(self, change: Change, outcome: Outcome, became: int | None) -> dict[str, Any]:
        plain, kept, sealed_id = change.content, None, None
        if self.items[change.item].is_protected:
            what = change.id if became is None else became
            if self.protection is None:
                kept = keep(self.sheet.mechanism_id, owner_of(self.sheet.id, change.item, what), plain)
            else:
                self.sealed.append(self._sealed(self.protection, change, what))
                sealed_id = self.sealed[-1].id
            plain = EMPTY
        return {
            **self.shared, **dict(zip(PLAIN, plain, strict=True)), "id": change.id, "item_id": change.item,
            "base_revision": change.base, "revision": became, "outcome": outcome, "event_id": None,
            "kept": kept, "sealed_id": sealed_id, "is_answered": change.is_answered, "has_comment": change.has_comment,
        }  # fmt: skip

    def _sealed(self, protection: Protection, change: Change, what: UUID | int) -> SealedRecord:
        if change.sealed:
            return protection.enclose(self.sheet.id, change.item, what, change.id, change.sealed.envelope)
        return protection.seal(self.sheet.id, change.item, what, change.content)

    def write(self) -> None:
        """Write audit event, changes and heads; nothing when no change said anything new."""
        if not self.rows:
            return
        self._audit()
        if self.sealed:
            db.session.add_all(self.sealed)
            db.session.flush()
        db.session.execute(insert(AnswerChange), self.rows, execution_options=AS_THEY_ARE)
        first = [row["id"] for item, row in self.applied.items() if item not in self.heads]
        if first:
            db.session.execute(_first_heads(first))
        for item, head in self.heads.items():
            if item in self.applied:
                _bring_up(head, self.applied[item])
        db.session.flush()

    def _audit(self) -> None:
        changed = {row["item_id"] for row in self.rows}
        answered = changed & self.heads.keys()  # of an item nobody had answered, no event can speak yet
        recent = queries.recent_events(self.sheet, answered, by=self.by, since=self.at - ONE_EVENT_WITHIN)
        fresh = sorted(changed - recent.keys())
        if fresh:
            event = record_event(
                "answer:changed", mechanism_id=self.sheet.mechanism_id, subject_id=self.sheet.id, by=self.by,
                at=self.at, items=fresh,
            )  # fmt: skip
            recent |= dict.fromkeys(fresh, event.id)
        for row in self.rows:
            row["event_id"] = recent[row["item_id"]]


def _first_heads(changes: Sequence[UUID]) -> Insert:
    """Return the statement that copies these changes to the heads of items nobody had answered, in the database."""
    taken = [getattr(AnswerChange, name) for name in (*TAKEN, "by", "at")]
    filled = [getattr(Answer, name) for name in (*TAKEN, "changed_by", "changed_at")]
    return insert(Answer).from_select(filled, select(*taken).where(AnswerChange.id.in_(changes)))


def _bring_up(head: Answer, row: Mapping[str, Any]) -> None:
    """Let a head say what its newest change says."""
    for name in PLAIN:
        setattr(head, f"plain_{name}", row[name])
    for name in ("revision", "kept", "sealed_id", "is_answered", "has_comment"):
        setattr(head, name, row[name])
    head.opened, head.is_damaged = None, False
    head.changed_by, head.changed_at = row["by"], row["at"]


def settle(
    sheet: Sheet, change: Change, *, by: UUID | None, at: datetime, protection: Protection | None = None
) -> Recorded:
    """Write what a person decided about an item with clashes, and mark its clashes settled unless it clashed again.

    `change.base` is the revision the person saw while deciding, so a still newer text is never overwritten either.
    """
    (result,) = record(sheet, [change], by=by, at=at, protection=protection)
    if result.outcome is not Outcome.CLASH:
        db.session.execute(
            update(AnswerChange)
            .where(
                AnswerChange.sheet_id == sheet.id,
                AnswerChange.item_id == change.item,
                AnswerChange.outcome == Outcome.CLASH,
            )
            .values(outcome=Outcome.SETTLED)
        )
        record_event(
            "answer:settled", mechanism_id=sheet.mechanism_id, subject_id=sheet.id, by=by, at=at, items=[change.item]
        )
    return result


def change_scope(sheet: Sheet, scope: Scope) -> None:
    """Ask other items on this sheet. Answers to items that are no longer asked stay stored and come back with them."""
    select_items(get_guide(sheet.guide_version), scope)
    sheet.scope_data = scope.to_json()
    db.session.flush()
