"""Writing letters: begun from the visit, changed, made as PDF once they are checked, sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from monitor.accounts.models import User
from monitor.audit.operations import record_event
from monitor.authorities.models import Authority
from monitor.db import db, new_id
from monitor.letters import queries
from monitor.letters.assembly import assemble, content_of_letter
from monitor.letters.drawing import look_of
from monitor.letters.models import BLOCKS, TRANSMISSIONS, Letter, LetterKind, LetterState
from monitor.letters.prefill import Frame, language_for, prefill, usual_reply_day
from monitor.reports import releases
from monitor.reports.content import Version
from monitor.reports.models import Document, DocumentKind, DocumentState, Paper
from monitor.reports.operations import ask_for
from monitor.reports.releases import NotReleased, Refusal
from monitor.reports.rendering import look_fingerprint
from monitor.visits.models import Visit
from monitor.visits.states import SEEN_BY_THE_WHOLE_BODY


class Overtaken(Exception):
    """Somebody changed the letter meanwhile; nothing was written. `present` is what says something else by now."""

    def __init__(self, present: Mapping[str, Any], version: int) -> None:
        super().__init__("changed by somebody else meanwhile")
        self.present, self.version = present, version


class AlreadySent(Exception):
    """The letter was sent: it is kept as it is."""


class NoAddressee(Exception):
    """A letter to nobody cannot leave."""


class NotMade(Exception):
    """The PDF of exactly what the letter says now is not there, so nothing can have been sent."""


class OutOfTime(Exception):
    """A day of sending that lies in the future or before the day the letter is dated."""


@dataclass(frozen=True)
class LetterDraft:
    """What was typed: addressee, language (empty: the addressee's), dates, and the text of each block."""

    authority: Authority | None
    language: str
    dated: date
    reply_by: date | None
    blocks: Mapping[str, str]


def begin_letter(
    visit: Visit, kind: LetterKind, authority: Authority | None, *, today: date, by: User, at: datetime
) -> Letter:
    """Begin a letter about a visit, filled from what its report says. Raises NotReleased where it needs approval."""
    _check_approval(visit, kind)
    reply_by = usual_reply_day(visit, kind, authority, today)
    frame = Frame(visit, kind, authority, language_for(visit, authority), today, reply_by)
    texts = prefill(frame)
    return _add(frame, texts, texts, by, at)


def begin_from(letter: Letter, *, today: date, by: User, at: datetime) -> Letter:
    """Begin a new letter with the texts of another, of today's date."""
    reply_by = usual_reply_day(letter.visit, letter.kind, letter.authority, today)
    frame = Frame(letter.visit, letter.kind, letter.authority, letter.language, today, reply_by)
    offered = prefill(frame)
    return _add(frame, _followed(dict(letter.blocks), dict(letter.offered), offered), offered, by, at)


def _add(frame: Frame, texts: Mapping[str, str], offered: Mapping[str, str], by: User, at: datetime) -> Letter:
    visit = frame.visit
    made = Letter(
        id=new_id(), mechanism_id=visit.mechanism_id, visit_id=visit.id, visit=visit, kind=frame.kind,
        number=queries.last_number(visit) + 1, authority=frame.authority, language=frame.language, dated=frame.dated,
        reply_by=frame.reply_by, blocks=dict(texts), offered=dict(offered), state=LetterState.DRAFT,
        created_by_id=by.id, created_at=at,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    _audit("letter:begun", made, by, at, kind=frame.kind.value)
    return made


def update_letter(letter: Letter, draft: LetterDraft, *, base_version: int, by: User, at: datetime) -> None:
    """Change a letter. Blocks that still say what they were filled with follow the visit, language, day and addressee.

    Raises AlreadySent, or Overtaken when it is no longer the version its writer saw.
    """
    if not letter.is_draft:
        raise AlreadySent
    values = _columns(letter, draft)
    changed = [name for name, value in values.items() if getattr(letter, name) != value]
    if not changed:
        return
    if letter.version != base_version:
        raise Overtaken(_present(letter, values, changed), letter.version)
    for name in changed:
        setattr(letter, name, values[name])
    db.session.flush()
    _audit("letter:changed", letter, by, at, fields=changed)


def _columns(letter: Letter, draft: LetterDraft) -> dict[str, Any]:
    typed = {block.value: draft.blocks.get(block.value, "") for block in BLOCKS[letter.kind]}
    language = draft.language or language_for(letter.visit, draft.authority)
    offered = prefill(Frame(letter.visit, letter.kind, draft.authority, language, draft.dated, draft.reply_by))
    return {
        "authority": draft.authority, "language": language, "dated": draft.dated, "reply_by": draft.reply_by,
        "blocks": _followed(typed, dict(letter.offered), offered), "offered": offered,
    }  # fmt: skip


def blocks_now(letter: Letter) -> dict[str, str]:
    """Return the blocks of a draft as they are shown to be changed: those that nobody touched as the visit is now."""
    frame = Frame(letter.visit, letter.kind, letter.authority, letter.language, letter.dated, letter.reply_by)
    return _followed(dict(letter.blocks), dict(letter.offered), prefill(frame))


def _followed(texts: dict[str, str], before: dict[str, str], now: dict[str, str]) -> dict[str, str]:
    """Return the texts; those that stand as they were offered before, as they are offered now."""
    return {block: now.get(block, text) if text == before.get(block) else text for block, text in texts.items()}


def _present(letter: Letter, values: Mapping[str, Any], changed: Iterable[str]) -> dict[str, Any]:
    """Return the fields and blocks of a letter that differ from what was typed."""
    fields = {name: getattr(letter, name) for name in changed if name not in ("blocks", "offered")}
    return fields | {block: text for block, text in letter.blocks.items() if text != values["blocks"].get(block)}


def remove_letter(letter: Letter, *, by: User, at: datetime) -> None:
    """Remove a letter that was never sent. Raises AlreadySent."""
    if not letter.is_draft:
        raise AlreadySent
    _audit("letter:removed", letter, by, at)
    db.session.delete(letter)
    db.session.flush()


def request_letter(letter: Letter, *, paper: Paper, by: User, at: datetime) -> Document:
    """Have the PDF of a letter made. Raises AlreadySent, NoAddressee, and NotReleased without a check that stands."""
    if not letter.is_draft:
        raise AlreadySent
    if letter.authority is None:
        raise NoAddressee
    _check_approval(letter.visit, letter.kind)
    content, said = content_of_letter(letter), assemble(letter)
    refusal = releases.refusal_of_content(letter.visit, content.outgoing, content.language, content.fingerprint)
    if refusal is not None:
        raise NotReleased(refusal)
    wanted = Document(
        kind=DocumentKind.LETTER, visit_id=letter.visit_id, audience=Version.AUTHORITY, language=letter.language,
        paper=paper, content_hash=content.fingerprint, look=look_fingerprint(look_of(said, paper)),
    )  # fmt: skip
    document = ask_for(wanted, letter.mechanism_id, by=by, at=at)
    letter.document_id = document.id
    db.session.flush()
    return document


def ready_document(letter: Letter) -> Document | None:
    """Return the finished PDF of exactly what a letter says now and may hand out; None where there is none."""
    document = letter.document
    if document is None or document.state is not DocumentState.DONE or releases.refusal_of_document(document):
        return None
    if letter.is_draft and document.content_hash != content_of_letter(letter).fingerprint:
        return None
    return document


def send_letter(letter: Letter, *, on: date, today: date, by: User, at: datetime) -> None:
    """Record that a letter was sent on this day, as its PDF says; nothing of it changes afterwards.

    Raises AlreadySent, NotMade, OutOfTime.
    """
    if not letter.is_draft:
        raise AlreadySent
    document = ready_document(letter)
    if document is None:
        raise NotMade
    if not letter.dated <= on <= today:
        raise OutOfTime
    letter.state, letter.content_hash = LetterState.SENT, document.content_hash
    letter.sent_on, letter.sent_at, letter.sent_by_id = on, at, by.id
    db.session.flush()
    _audit("letter:sent", letter, by, at, content=letter.content_hash, document=str(document.id))


def _check_approval(visit: Visit, kind: LetterKind) -> None:
    if kind in TRANSMISSIONS and visit.state not in SEEN_BY_THE_WHOLE_BODY:
        raise NotReleased(Refusal.NOT_APPROVED)


def _audit(tag: str, letter: Letter, by: User, at: datetime, **detail: Any) -> None:
    record_event(
        tag, mechanism_id=letter.mechanism_id, subject_id=letter.id, by=by.id, at=at, visit=str(letter.visit_id),
        **detail,
    )  # fmt: skip
