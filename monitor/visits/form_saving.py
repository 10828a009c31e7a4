"""Saving what a page of the form sends: every part that fits, and word of every part that does not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

from monitor.accounts.models import User
from monitor.answers.models import Outcome
from monitor.answers.operations import Change, Recorded
from monitor.guide.answer_types import ANSWER_TYPES, NOT_EXAMINED, UnfitAnswer
from monitor.vault.keyring import Keyring
from monitor.vault.models import Compartment
from monitor.vault.queries import current_key, exchanged
from monitor.visits import operations
from monitor.visits.form_pages import VisitForm, read_form
from monitor.visits.typed_answers import Typed, content_of, read_typed, typed_content


class Refusal(StrEnum):
    """Why an item cannot be written at all."""

    NOT_ON_FORM = "not_on_form"
    NOT_YET_OPEN = "not_yet_open"
    KEY_EXCHANGED = "key_exchanged"
    """The item is protected, and what it says would be sealed to a key that somebody exchanged."""


@dataclass
class Saved:
    """What became of one item: `recorded` stays None where it was refused; `problems` are parts that do not fit."""

    typed: Typed
    change: Change | None = None
    problems: dict[str, UnfitAnswer] = field(default_factory=dict)
    refusal: Refusal | None = None
    recorded: Recorded | None = None

    @property
    def is_clash(self) -> bool:
        """Whether somebody else had changed the item meanwhile."""
        return self.recorded is not None and self.recorded.outcome is Outcome.CLASH


def save_typed(
    form: VisitForm, typed: Iterable[Typed], *, by: User, at: datetime, keyring: Keyring | None = None
) -> list[Saved]:
    """Write what was typed, as far as it fits; afterwards `form` holds the answers as they stand then.

    `keyring` is what the writer can open; rows of protected items in `form` are to be opened before.
    """
    wanted = list(typed)
    items = [form.items[each.item] for each in wanted if each.item in form.items]
    key = current_key(form.visit.body_id, Compartment.INTERVIEWS) if any(item.is_protected for item in items) else None
    can_seal = key is None or not exchanged([key])
    found = [_prepare(form, each, can_seal=can_seal) for each in wanted]
    plain = [saved for saved in found if saved.change and not saved.typed.settles]
    changes = [saved.change for saved in plain if saved.change]
    results = operations.record_answers(form.visit, changes, by=by, at=at, keyring=keyring)
    for saved, result in zip(plain, results, strict=True):
        saved.recorded = result
    for saved in found:
        if saved.change and saved.typed.settles:
            saved.recorded = operations.settle_clash(form.visit, saved.change, by=by, at=at, keyring=keyring)
    now = read_form(form.visit)
    form.heads, form.open_clashes = now.heads, now.open_clashes
    form.problems = {saved.typed.item: saved.problems for saved in found if saved.problems}
    form.typed = {saved.typed.item: _to_mend(saved) for saved in found if saved.problems}
    refused = [saved for saved in found if saved.refusal and _says_something_else(form, saved.typed)]
    form.refused = {saved.typed.item: saved.refusal for saved in refused if saved.refusal}
    form.typed |= {saved.typed.item: saved.typed for saved in refused}
    return found


def _says_something_else(form: VisitForm, typed: Typed) -> bool:
    """Whether the fields hold something else than they were filled with, as far as that can be read here."""
    stands = typed_content(typed.item, content_of(form.heads.get(typed.item)), typed.base)
    return _in_order(typed) != _in_order(stands)


def _in_order(typed: Typed) -> tuple[object, ...]:
    filled = {name: sorted(text.strip() for text in texts if text.strip()) for name, texts in typed.fields.items()}
    fields = {name: texts for name, texts in filled.items() if texts}
    return fields, typed.comment.replace("\r\n", "\n").strip(), sorted(typed.sources), typed.urgent


def _to_mend(saved: Saved) -> Typed:
    """Return what goes back into the fields, based on what was saved of it."""
    if saved.recorded is None or saved.is_clash:
        return saved.typed
    return replace(saved.typed, base=saved.recorded.revision)


def _prepare(form: VisitForm, typed: Typed, *, can_seal: bool) -> Saved:
    item = form.items.get(typed.item)
    if item is None:
        return Saved(typed, refusal=Refusal.NOT_ON_FORM)
    if not form.is_open(item):
        return Saved(typed, refusal=Refusal.NOT_YET_OPEN)
    if item.is_protected and not can_seal:
        return Saved(typed, refusal=Refusal.KEY_EXCHANGED)
    head = form.heads.get(item.id)
    if typed.only_if_unanswered and head is not None and head.is_answered:
        return Saved(typed, recorded=Recorded(typed.id, item.id, Outcome.UNCHANGED, head.revision))
    change, problems = read_typed(form.guide, item, typed, head)
    return Saved(typed, change, problems)


def rest_not_examined(form: VisitForm, typed: Sequence[Typed], topic_id: str) -> list[Typed]:
    """Return what was typed, with "not examined" for every item of the topic that nobody has answered.

    Nothing typed or stored gives way; a text stays empty.
    """
    return [_not_examined(each) if _is_open_end(form, each, topic_id) else each for each in typed]


def _is_open_end(form: VisitForm, typed: Typed, topic_id: str) -> bool:
    item = form.items.get(typed.item)
    if item is None:
        return False
    is_empty = not any(text.strip() for texts in typed.fields.values() for text in texts)
    can_be = item.topic_id == topic_id and ANSWER_TYPES[item.answer].is_coded
    return can_be and is_empty and not form.is_answered(item.id)


def _not_examined(typed: Typed) -> Typed:
    return replace(typed, fields={"value": [NOT_EXAMINED]})


def taken(form: VisitForm, change_id: UUID, typed: Typed) -> Typed | None:
    """Return the text of an open clash as the decision about the item that `typed` shows; None where it is not its."""
    change = next((each for each in form.open_clashes.get(typed.item, ()) if each.id == change_id), None)
    if change is None or change.is_closed:
        return None
    text = typed_content(typed.item, content_of(change), typed.base)
    return replace(text, id=uuid5(typed.id, str(change_id)), settles=True)
