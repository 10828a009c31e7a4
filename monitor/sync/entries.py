"""The records that a device hands in: read from their text, and taken in through the one path of each kind.

A record is JSON, written once on the device and never again: {"id", "kind", ...}. `id` is a UUID of version 7.

    answer           item, base, fields, comment, sources, urgent, settles: as the page of the form sends it; or item,
                     base, sealed {envelope, is_answered, has_comment}: what a device sealed of a protected item
    talk             counted {partner, sex, age, people}, envelope: one line of a talk, sealed on the device
    finding          topic, found, why, base (version that was seen; 0: none)
    recommendation   text, addressee, priority (empty: medium), items
    check            recommendation, state, note, base (id of what this visit had noted then; empty: nothing)
    photo            name, note, item (empty: of the visit), data (base64)
"""

import json
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from monitor.access.permissions import Permission
from monitor.accounts.models import User
from monitor.answers.models import Answer, AnswerChange
from monitor.answers.operations import CannotBeSealed, Change, SealedAnswer
from monitor.evidence.operations import Sent, add_file
from monitor.files.limits import UnfitFile
from monitor.guide.plain_text import clean_text
from monitor.guide.problems import UnfitAnswer
from monitor.interviews.forms import LARGEST_GROUP
from monitor.interviews.models import AgeGroup, Partner, Sex
from monitor.interviews.operations import Counted, TalkRefused, add_sealed_talk
from monitor.recommendations import queries as recommendations
from monitor.recommendations.following_up import OutOfTime, check_on_site
from monitor.recommendations.models import JUDGED, Implementation, Priority
from monitor.recommendations.operations import Draft, add_recommendation
from monitor.vault.devices import receive
from monitor.vault.from_devices import EnvelopeRefused
from monitor.vault.keyring import Keyring
from monitor.vault.operations import KeysRefused
from monitor.visits.form_pages import VisitForm
from monitor.visits.form_saving import Saved, save_typed
from monitor.visits.models import Visit
from monitor.visits.operations import record_answers, save_finding
from monitor.visits.seen import Overtaken
from monitor.visits.typed_answers import LARGEST_REVISION, MalformedChange, Typed, read_change

LONGEST_ADDRESSEE: Final = 200
LONGEST_FILE_NAME: Final = 200
APPLIED: Final = "applied"
REFUSED: Final = "refused"


class NotAnEntry(ValueError):
    """The text is no record of a device; `id` is the record's id where one can be read."""

    def __init__(self, id_: UUID | None = None) -> None:
        super().__init__("not a record of a device")
        self.id = id_


class Unfit(Exception):
    """A record that is read and cannot be taken in; `reason` names why for a page (words.REFUSALS)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Entry:
    """One record as it was read; `digest` is the SHA-256 of its text."""

    id: UUID
    kind: str
    data: Mapping[str, Any] = field(repr=False)
    digest: bytes

    def text(self, name: str, cap: int | None = None) -> str:
        """Return a text of the record as it is stored. Raises Unfit."""
        value = self.data.get(name, "")
        if not isinstance(value, str):
            raise Unfit("malformed")
        try:
            cleaned = clean_text(value)
        except UnfitAnswer as problem:
            raise Unfit(problem.code) from problem
        if cap is not None and len(cleaned) > cap:
            raise Unfit("text_too_long")
        return cleaned


@dataclass(frozen=True)
class Result:
    """What became of one record: applied, unchanged, clash or refused (`reason` says why); `saved` of an answer."""

    id: UUID | None
    outcome: str
    reason: str = ""
    saved: Saved | None = None
    revision: int | None = None
    """Of a sealed answer and of a finding: the one to base the next change on."""

    @classmethod
    def refused(cls, id_: UUID | None, reason: str) -> "Result":
        """Return a refusal; the device keeps the record."""
        return cls(id_, REFUSED, reason)

    @property
    def has_arrived(self) -> bool:
        """Whether the server holds the record now."""
        return self.outcome != REFUSED


@dataclass(frozen=True)
class Batch:
    """What all records of one step share: who hands in, when, what they may, and the form as it stands."""

    by: User
    at: datetime
    form: VisitForm
    today: date
    """In the mechanism's time zone."""
    may: Callable[[Permission], bool]
    open_rows: Callable[[Iterable[Answer | AnswerChange]], None]
    """Opens sealed rows in the session of the person."""
    keyring: Keyring | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Kind:
    """How one kind of record is taken in; what comes back is in the order of the entries."""

    permission: Permission
    write: Callable[[Visit, Sequence[Entry], Batch], list[Result]]
    is_asked_again: bool = False
    """Whether a repeated record goes down its path again, which answers for it as for the first time."""

    def take_in(self, visit: Visit, entries: Sequence[Entry], batch: Batch) -> list[Result]:
        """Write the records, as far as the person may."""
        if not batch.may(self.permission):
            return [Result.refused(entry.id, "not_permitted") for entry in entries]
        return self.write(visit, entries, batch)


def read_entry(text: str) -> Entry:
    """Read one record. Raises NotAnEntry; what it says is checked where it is written."""
    try:
        data = json.loads(text)
        id_ = UUID(data["id"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise NotAnEntry from error
    if data.get("kind") not in KINDS:
        raise NotAnEntry(id_)
    return Entry(id_, data["kind"], data, sha256(text.encode("utf-8", "surrogatepass")).digest())


def _answers(visit: Visit, entries: Sequence[Entry], batch: Batch) -> list[Result]:
    sealed = [entry for entry in entries if "sealed" in entry.data]
    found = {entry.id: _sealed_answer(visit, entry, batch) for entry in sealed}
    found |= _plain_answers([entry for entry in entries if "sealed" not in entry.data], batch)
    return [found.get(entry.id) or Result.refused(entry.id, "malformed") for entry in entries]


def _sealed_answer(visit: Visit, entry: Entry, batch: Batch) -> Result:
    """Write what a device sealed of one protected item; what it says shows when somebody opens it."""
    try:
        change = _sealed_change(visit, entry, batch)
        (recorded,) = record_answers(visit, [change], by=batch.by, at=batch.at, keyring=batch.keyring)
    except Unfit as unfit:
        return Result.refused(entry.id, unfit.reason)
    except EnvelopeRefused:
        return Result.refused(entry.id, "envelope")
    except KeysRefused as refused:
        return Result.refused(entry.id, refused.code)
    except CannotBeSealed as refused:
        return Result.refused(entry.id, "no_key" if refused.code == "no_key" else "malformed")
    return Result(entry.id, recorded.outcome.value, revision=recorded.revision)


def _sealed_change(visit: Visit, entry: Entry, batch: Batch) -> Change:
    """Read a sealed answer. Raises Unfit and EnvelopeRefused."""
    item = batch.form.items.get(str(entry.data.get("item")))
    said, base = entry.data["sealed"], entry.data.get("base", 0)
    if item is None or not batch.form.is_open(item):
        raise Unfit("not_on_form")
    if not isinstance(said, dict) or type(base) is not int or not 0 <= base < LARGEST_REVISION:
        raise Unfit("malformed")
    envelope = receive(said.get("envelope"), visit.body_id)
    sealed = SealedAnswer(envelope, said.get("is_answered") is True, said.get("has_comment") is True)
    return Change(item.id, None, base=base, id=entry.id, sealed=sealed)


def _plain_answers(entries: Sequence[Entry], batch: Batch) -> dict[UUID, Result]:
    typed = {entry.id: change for entry in entries if (change := _change(entry)) is not None}
    items = [change.item for change in typed.values()]
    batch.open_rows(batch.form.rows_of(items))
    saved = save_typed(batch.form, typed.values(), by=batch.by, at=batch.at, keyring=batch.keyring)
    batch.open_rows(batch.form.rows_of(items))
    return {each.typed.id: _of_answer(each) for each in saved}


def _change(entry: Entry) -> Typed | None:
    try:
        return read_change(dict(entry.data))
    except MalformedChange:
        return None


def _of_answer(saved: Saved) -> Result:
    outcome = saved.recorded.outcome.value if saved.recorded else REFUSED
    return Result(saved.typed.id, outcome, saved=saved)


def _one_by_one(
    write: Callable[[Visit, Entry, Batch], int | None],
) -> Callable[[Visit, Sequence[Entry], Batch], list[Result]]:
    """Return how records are taken in that do not depend on one another.

    `write` returns the revision to base the next change on, if there is one, and raises Unfit.
    """

    def take_in(visit: Visit, entries: Sequence[Entry], batch: Batch) -> list[Result]:
        return [attempt(visit, entry, batch) for entry in entries]

    def attempt(visit: Visit, entry: Entry, batch: Batch) -> Result:
        try:
            return Result(entry.id, APPLIED, revision=write(visit, entry, batch))
        except Unfit as unfit:
            return Result.refused(entry.id, unfit.reason)

    return take_in


def _talk(visit: Visit, entry: Entry, batch: Batch) -> None:
    said: Any = entry.data.get("counted")
    try:
        counted = Counted(Partner(said["partner"]), Sex(said["sex"]), AgeGroup(said["age"]), int(said["people"]))
    except (KeyError, TypeError, ValueError) as error:
        raise Unfit("malformed") from error
    if not 0 <= counted.people <= LARGEST_GROUP:  # nobody, where the person did not want to talk
        raise Unfit("malformed")
    try:
        envelope = receive(entry.data.get("envelope"), visit.body_id)
        add_sealed_talk(visit, entry.id, counted, envelope, by=batch.by, at=batch.at)
    except EnvelopeRefused as refused:
        raise Unfit("envelope") from refused
    except KeysRefused as refused:
        raise Unfit(refused.code) from refused
    except TalkRefused as refused:
        raise Unfit("altered") from refused


def _finding(visit: Visit, entry: Entry, batch: Batch) -> int:
    topic, base = entry.data.get("topic"), entry.data.get("base", 0)
    if topic not in {item.topic_id for item in batch.form.items.values()}:
        raise Unfit("not_on_form")
    if type(base) is not int or not 0 <= base < LARGEST_REVISION:
        raise Unfit("malformed")
    found, why = entry.text("found"), entry.text("why")
    try:
        saved = save_finding(visit, str(topic), found=found, why=why, base_version=base, by=batch.by, at=batch.at)
    except Overtaken as overtaken:
        raise Unfit("overtaken") from overtaken
    return saved.version


def _recommendation(visit: Visit, entry: Entry, batch: Batch) -> None:
    text, items = entry.text("text"), entry.data.get("items", [])
    if not text:
        raise Unfit("empty")
    if not isinstance(items, list) or not all(item in batch.form.items for item in items):
        raise Unfit("not_on_form")
    try:
        priority = Priority(entry.data.get("priority") or Priority.MEDIUM)
    except ValueError as error:
        raise Unfit("malformed") from error
    draft = Draft(text, entry.text("addressee", LONGEST_ADDRESSEE), priority, None, items, [])
    add_recommendation(visit, draft, by=batch.by, at=batch.at)


def _check(visit: Visit, entry: Entry, batch: Batch) -> None:
    rows = {str(row.id): row for row in recommendations.to_check(batch.by, visit)}
    row = rows.get(str(entry.data.get("recommendation")))
    if row is None:
        raise Unfit("not_to_check")
    if entry.data.get("state") not in JUDGED:
        raise Unfit("malformed")
    state, note = Implementation(entry.data["state"]), entry.text("note")
    before = recommendations.seen_on(visit).get(row.id)
    if before is not None and (before.implementation, before.note) == (state, note):
        return
    if entry.data.get("base", "") != (str(before.id) if before else ""):
        raise Unfit("checked_meanwhile")
    try:
        check_on_site(visit, {row: (state, note)}, today=batch.today, by=batch.by, at=batch.at)
    except OutOfTime as problem:
        raise Unfit("check_day") from problem


def _photo(visit: Visit, entry: Entry, batch: Batch) -> None:
    item = entry.data.get("item") or None
    if item is not None and item not in batch.form.items:
        raise Unfit("not_on_form")
    try:
        data = b64decode(entry.data.get("data", ""), validate=True)
    except (NotBase64, TypeError, ValueError) as error:
        raise Unfit("malformed") from error
    sent = Sent(data, entry.text("name", LONGEST_FILE_NAME), entry.text("note"))
    try:
        add_file(visit, sent, by=batch.by, at=batch.at, item_id=item)
    except UnfitFile as unfit:
        raise Unfit(f"file_{unfit.reason.value}") from unfit
    except KeysRefused as refused:
        raise Unfit(refused.code) from refused


KINDS: Final[Mapping[str, Kind]] = {
    "answer": Kind(Permission.VISIT_FILL, _answers, is_asked_again=True),
    "finding": Kind(Permission.FINDING_WRITE, _one_by_one(_finding)),
    "recommendation": Kind(Permission.VISIT_RECOMMEND, _one_by_one(_recommendation)),
    "check": Kind(Permission.VISIT_CHECK, _one_by_one(_check)),
    "talk": Kind(Permission.INTERVIEW_ADD, _one_by_one(_talk)),
    "photo": Kind(Permission.FILE_ADD, _one_by_one(_photo)),
}
