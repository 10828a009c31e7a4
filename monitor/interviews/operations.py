"""Writing talks and what is sealed about them.

Sealing needs nobody's private key. What a consent permits is checked in the session of a person who can open it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from monitor.accounts.models import User
from monitor.answers.operations import Change
from monitor.audit.operations import record_event
from monitor.db import db, new_id
from monitor.guide.plain_text import clean_text
from monitor.guide.problems import UnfitAnswer
from monitor.interviews import queries
from monitor.interviews.models import WRITTEN_ONCE, AgeGroup, ConsentStep, Kind, Partner, Sex, Talk, TalkRecord
from monitor.interviews.sealing import sealer_for_visit
from monitor.vault import sealing as vault
from monitor.vault.from_devices import DeviceEnvelope
from monitor.vault.keyring import Closed, Keyring, open_record
from monitor.vault.models import Compartment, SealedRecord
from monitor.visits.models import Visit
from monitor.visits.operations import record_answers

NO: Final = "no"
AGREEMENTS: Final = {"yes", NO, ""}
LONGEST_PLACE: Final = 200
LONGEST_NOTE: Final = 500
TRIES_FOR_A_NUMBER: Final = 5
TOO_MANY: Final = "too many people write talks of this visit at the same moment"


class TalkRefused(Exception):
    """Something about a talk that cannot be; `code` names the reason for a page."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True)
class Counted:
    """What of a line stands in the clear: only what is counted."""

    partner: Partner = Partner.HELD
    sex: Sex = Sex.NOT_STATED
    age: AgeGroup = AgeGroup.NOT_STATED
    people: int = 1


@dataclass(frozen=True)
class Line:
    """What of a line is sealed; the two agreements are "yes", "no" or empty where it is not known."""

    where: str = field(default="", repr=False)
    agreed_to_talk: str = field(default="yes", repr=False)
    agreed_to_notes: str = field(default="yes", repr=False)
    note: str = field(default="", repr=False)

    def content(self) -> dict[str, Any]:
        """Return the line as it is sealed."""
        agreed = {"agreed_to_talk": self.agreed_to_talk, "agreed_to_notes": self.agreed_to_notes}
        return {"where": self.where, "note": self.note, **agreed}


@dataclass(frozen=True)
class FullRecord:
    """The record behind a line; groups, topics and items are ids."""

    said: str = field(default="", repr=False)
    requests: str = field(default="", repr=False)
    groups: tuple[str, ...] = field(default=(), repr=False)
    topics: tuple[str, ...] = field(default=(), repr=False)
    items: tuple[str, ...] = field(default=(), repr=False)

    def content(self) -> dict[str, Any]:
        """Return the record as it is sealed."""
        lists = {"groups": list(self.groups), "topics": list(self.topics), "items": list(self.items)}
        return {"said": self.said, "requests": self.requests, **lists}

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to seal."""
        return not any(self.content().values())


def add_talk(visit: Visit, counted: Counted, line: Line, *, by: User, at: datetime) -> Talk:
    """Write one line; the system gives the code.

    Raises TalkRefused (no_notes) for a note without agreement to notes, KeysRefused while the body has no key.
    """
    _check_notes(line, FullRecord())
    vault.sealer(visit.body_id, Compartment.INTERVIEWS, at=at)  # refuses before anything is written
    talk = _numbered(visit, counted, by, at)
    _seal(talk, Kind.LINE, line.content(), by=by, at=at)
    _audit("talk:added", talk, by, at)
    return talk


def add_sealed_talk(
    visit: Visit, talk_id: UUID, counted: Counted, envelope: DeviceEnvelope, *, by: User, at: datetime
) -> Talk:
    """Write one line that a device sealed, under the id that the device made; the system gives the code.

    What it says, nobody can check before somebody opens it: see `fitting_line`. The same id again changes nothing.
    Raises TalkRefused (no_number), also for an id that is another person's, another visit's or another mechanism's;
    KeysRefused while the body has no key.
    """
    known = db.session.get(Talk, talk_id)
    if known is not None:
        if (known.visit_id, known.author_id) != (visit.id, by.id):
            raise TalkRefused("no_number", TOO_MANY)
        return known
    sealer = sealer_for_visit(visit, by=by, at=at)
    talk = _numbered(visit, counted, by, at, talk_id)
    row = _new_record(talk, Kind.LINE)
    _keep(talk, row, sealer.enclose(row.owner, envelope, owner_on_device(talk)), by, at)
    _audit("talk:added", talk, by, at)
    return talk


def fitting_line(owner: Sequence[object], named: Sequence[str], content: dict[str, Any]) -> dict[str, Any] | None:
    """Return what a device sealed as the line of a talk, as far as it may be shown; None where it is no such line.

    A note of somebody who did not agree to notes is left out and everything else shown: what the person refused is
    honoured, and that they refused is not lost. See vault.from_devices.fitting.
    """
    talk = db.session.get(Talk, UUID(str(owner[1])))
    if talk is None or owner[2] != Kind.LINE.value or list(named) != [str(part) for part in owner_on_device(talk)]:
        return None
    if content.keys() != Line().content().keys() or not all(isinstance(text, str) for text in content.values()):
        return None
    try:
        line = Line(**{name: clean_text(text) for name, text in content.items()})
    except UnfitAnswer:
        return None
    agreed = (line.agreed_to_talk, line.agreed_to_notes)
    if not {*agreed} <= AGREEMENTS or len(line.where) > LONGEST_PLACE or len(line.note) > LONGEST_NOTE:
        return None
    return replace(line, note="").content() if NO in agreed else line.content()


def owner_on_device(talk: Talk) -> tuple[object, ...]:
    """Name a talk as the device does that seals its line."""
    return "device talk", talk.visit_id, talk.id


def _numbered(visit: Visit, counted: Counted, by: User, at: datetime, talk_id: UUID | None = None) -> Talk:
    """Return a new talk under the next free number; where somebody takes it at the same moment, under the one after.

    Raises TalkRefused where `talk_id` is another talk's.
    """
    for attempt in range(TRIES_FOR_A_NUMBER):
        talk = Talk(
            id=talk_id or new_id(), mechanism_id=visit.mechanism_id, visit_id=visit.id, visit=visit, author_id=by.id,
            author=by,
            number=queries.next_number(visit) + attempt, created_at=at, partner=counted.partner, sex=counted.sex,
            age=counted.age, people=counted.people, records=[],
        )  # fmt: skip
        try:
            with db.session.begin_nested():
                db.session.add(talk)
        except IntegrityError:
            continue
        return talk
    raise TalkRefused("no_number", TOO_MANY)


def _check_notes(line: Line, record: FullRecord) -> None:
    if NO in (line.agreed_to_talk, line.agreed_to_notes) and (line.note or not record.is_empty):
        raise TalkRefused("no_notes", "the person did not agree to notes")


def write_record(
    talk: Talk, counted: Counted, line: Line, record: FullRecord, *, base: Mapping[Kind, str], by: User, at: datetime
) -> None:
    """Write line and record anew while they are not finished; what they said before is destroyed.

    `base` names the sealed versions that the writer saw, by kind; empty where there was none. Raises TalkRefused
    (finished, overtaken, no_notes) and KeysRefused.
    """
    if talk.is_finished:
        raise TalkRefused("finished", "a finished record can be supplemented, not changed")
    for kind in (Kind.LINE, Kind.RECORD):
        present = talk.only(kind)
        if (str(present.record_id) if present else "") != base.get(kind, ""):
            raise TalkRefused("overtaken", "another version was saved meanwhile")
    _check_notes(line, record)
    talk.partner, talk.sex, talk.age, talk.people = counted.partner, counted.sex, counted.age, counted.people
    _seal(talk, Kind.LINE, line.content(), by=by, at=at)
    _seal(talk, Kind.RECORD, record.content(), by=by, at=at)
    _audit("talk:written", talk, by, at)


def finish(talk: Talk, *, by: User, at: datetime) -> None:
    """Say that line and record are complete; from then on they are never changed. Finishing twice changes nothing."""
    if not talk.is_finished:
        talk.finished_at = at
        _audit("talk:finished", talk, by, at)


def supplement(talk: Talk, text: str, *, by: User, at: datetime) -> TalkRecord:
    """Add to a finished record. Raises TalkRefused (not_finished) for one that can still be changed itself."""
    if not talk.is_finished:
        raise TalkRefused("not_finished", "a record that is not finished is changed itself")
    row = _seal(talk, Kind.SUPPLEMENT, {"text": text}, by=by, at=at)
    _audit("talk:supplemented", talk, by, at)
    return row


def add_medical(talk: Talk, *, injuries: str, notes: str, by: User, at: datetime) -> TalkRecord:
    """Add injuries and medical notes, sealed to the health members and their author. Raises KeysRefused."""
    row = _seal(talk, Kind.MEDICAL, {"injuries": injuries, "notes": notes}, by=by, at=at)
    _audit("talk:medical-added", talk, by, at)
    return row


def set_consent(
    talk: Talk, kind: Kind, step: ConsentStep, *, on: date, scope: str, by: User, at: datetime
) -> TalkRecord:
    """Add a step to a consent: what the person said, on which day, and for what exactly.

    Without consent to act no name is kept: refusing it or taking it back destroys the key. Raises ValueError for a
    kind that is no consent.
    """
    if kind not in (Kind.ACT, Kind.PUBLISH):
        raise ValueError(f"{kind} is no consent")
    row = _seal(talk, kind, {"step": step.value, "on": on.isoformat(), "scope": scope}, by=by, at=at)
    _audit("talk:consent-noted", talk, by, at, consent=kind.value, step=str(row.id))
    if kind is Kind.ACT and step is not ConsentStep.GIVEN:
        delete_name(talk, by=by, at=at, reason="consent")
    return row


def keep_name(talk: Talk, *, name: str, contact: str, keyring: Keyring | None, by: User, at: datetime) -> TalkRecord:
    """Keep who stands behind a code, apart from the record; a name kept before is replaced.

    Raises TalkRefused where `refusal_of_name` gives a reason.
    """
    refused = refusal_of_name(talk, keyring)
    if refused is not None:
        raise refused
    row = _seal(talk, Kind.NAME, {"name": name, "contact": contact}, by=by, at=at)
    _audit("talk:name-kept", talk, by, at)
    return row


def refusal_of_name(talk: Talk, keyring: Keyring | None) -> TalkRefused | None:
    """Return why no name may be kept; None where it may.

    The acting person must be able to open a request for action (no_request), and a consent to act that stands as given
    (no_consent).
    """
    record = talk.only(Kind.RECORD)
    opened = open_record(record.record_id, record.owner, keyring) if record else None
    if not isinstance(opened, dict) or not opened["requests"]:
        return TalkRefused("no_request", "no request for action can be read in this talk")
    if present_step(talk, Kind.ACT, keyring) is not ConsentStep.GIVEN:
        return TalkRefused("no_consent", "the person did not agree to action")
    return None


def present_step(talk: Talk, kind: Kind, keyring: Keyring | None) -> ConsentStep | Closed | None:
    """Return how a consent stands: its last step, None while nobody has asked, Closed where it cannot be read.

    One whose steps were altered behind the log cannot be read.
    """
    if (talk.id, kind) in queries.altered_consents([talk]):
        return Closed.DAMAGED
    steps = talk.of_kind(kind)
    if not steps:
        return None
    opened = open_record(steps[-1].record_id, steps[-1].owner, keyring)
    return opened if isinstance(opened, Closed) else ConsentStep(opened["step"])


def delete_name(talk: Talk, *, by: User, at: datetime, reason: str = "case_ended") -> bool:
    """Destroy the key from code to name, when the case ends; say whether there was one."""
    row = talk.only(Kind.NAME)
    if row is None:
        return False
    talk.records.remove(row)
    db.session.delete(row)
    db.session.flush()
    vault.destroy([row.record_id])
    _audit("talk:name-deleted", talk, by, at, reason=reason)
    return True


def take_over_counts(visit: Visit, *, by: User, at: datetime) -> list[str]:
    """Answer the items that ask how many people the team talked to from the lines; returns the items answered.

    What somebody typed is never overwritten. Raises as visits.operations.record_answers.
    """
    changes = [
        Change(
            offer.item.id, offer.table, offer.comment, offer.sources or offer.item.sources, offer.urgent,
            base=offer.revision,
        )
        for offer in queries.offers(visit)
        if offer.is_open
    ]  # fmt: skip
    if changes:
        record_answers(visit, changes, by=by, at=at)
    return [change.item for change in changes]


def let_go_at_approval(visit: Visit) -> None:
    """Take the keys of a visit's records away from author and leader: from approval on the body's readers open them."""
    vault.let_go(queries.sealed_of_visit(visit))


def _seal(talk: Talk, kind: Kind, content: Mapping[str, Any], *, by: User, at: datetime) -> TalkRecord:
    """Seal one record of a talk. Of a kind that a talk has once, the version before is destroyed."""
    row = talk.only(kind) if kind in WRITTEN_ONCE else None
    before = row.record_id if row else None
    row = row or _new_record(talk, kind)
    compartment = Compartment.MEDICAL if kind is Kind.MEDICAL else Compartment.INTERVIEWS
    sealer = sealer_for_visit(talk.visit, compartment=compartment, by=by, author_id=talk.author_id, at=at)
    _keep(talk, row, sealer.seal(row.owner, content), by, at)
    if before is not None:
        vault.destroy([before])
    return row


def _new_record(talk: Talk, kind: Kind) -> TalkRecord:
    return TalkRecord(id=new_id(), mechanism_id=talk.mechanism_id, talk_id=talk.id, kind=kind)


def _keep(talk: Talk, row: TalkRecord, sealed: SealedRecord, by: User, at: datetime) -> None:
    """Let a record of a talk hold this sealed content."""
    row.record_id, row.author_id, row.written_at = vault.store(sealed).id, by.id, at
    if row not in talk.records:
        talk.records.append(row)
    db.session.flush()


def _audit(tag: str, talk: Talk, by: User, at: datetime, **detail: Any) -> None:
    record_event(tag, mechanism_id=talk.mechanism_id, subject_id=talk.id, by=by.id, at=at, **detail)
