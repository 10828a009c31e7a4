"""Replies to many recommendations at once, by their numbers: looked at first, row by row, and only then written."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from monitor.accounts.models import User
from monitor.guide.answer_types import UnfitAnswer, check_comment
from monitor.recommendations import following_up, queries
from monitor.recommendations.following_up import NotApproved, OutOfTime, ReplyDraft
from monitor.recommendations.models import Position, Recommendation, Reply
from monitor.recommendations.reply_columns import Entry, Words, day_of, months_come_first
from monitor.recommendations.sheets import Sheet


class RowProblem(StrEnum):
    """Why a row cannot be recorded as it is."""

    BROKEN = "broken"
    NO_NUMBER = "no_number"
    UNKNOWN_NUMBER = "unknown_number"
    NOT_ALLOWED = "not_allowed"
    TWICE = "twice"
    NOT_FILLED = "not_filled"
    NO_POSITION = "no_position"
    UNKNOWN_POSITION = "unknown_position"
    NO_DAY = "no_day"
    UNREADABLE_DAY = "unreadable_day"
    IMPOSSIBLE_DAY = "impossible_day"
    NO_TEXT = "no_text"
    UNFIT_TEXT = "unfit_text"
    UNKNOWN_DONE = "unknown_done"
    RECORDED = "recorded"


@dataclass(frozen=True)
class Defaults:
    """What holds for rows that say nothing of it themselves."""

    received_on: date | None = None
    position: Position | None = None


@dataclass(frozen=True)
class CheckedRow:
    """One row, what is wrong with it, and where nothing is, what would be recorded."""

    entry: Entry
    recommendation: Recommendation | None
    draft: ReplyDraft | None
    problems: tuple[RowProblem, ...]


@dataclass(frozen=True)
class Preview:
    """What would be recorded, and what not and why."""

    rows: tuple[CheckedRow, ...]

    @property
    def sound(self) -> list[CheckedRow]:
        """The rows that can be recorded."""
        return [row for row in self.rows if not row.problems]

    @property
    def faulty(self) -> list[CheckedRow]:
        """The rows that cannot."""
        return [row for row in self.rows if row.problems]


@dataclass(frozen=True)
class Check:
    """By whom and when rows are looked at: `may` says whether this person follows a recommendation up."""

    user: User
    may: Callable[[Recommendation], bool]
    today: date
    words: Words
    defaults: Defaults = Defaults()


def preview(entries: Sequence[Entry], sheet: Sheet, check: Check) -> Preview:
    """Look at every row; nothing is written. Every problem of a row is found, not only the first."""
    sheet = replace(sheet, months_first=months_come_first(entry.day for entry in entries))
    numbers = Counter(entry.number.casefold() for entry in entries)
    known = queries.by_reference(check.user, {entry.number for entry in entries if entry.number})
    recorded = queries.replies_to([row.id for row in known.values()])
    found = []
    for entry in entries:
        row = known.get(entry.number.casefold())
        problems = _problems_of_number(entry, row, check)
        if entry.number and numbers[entry.number.casefold()] > 1:
            problems.append(RowProblem.TWICE)
        draft, unread = _draft(entry, sheet, check)
        problems += unread
        if row is not None and draft is not None and not problems:
            problems = _problems_of_reply(row, draft, check.today, recorded.get(row.id, ()))
        found.append(CheckedRow(entry, row, None if problems else draft, tuple(problems)))
    return Preview(tuple(found))


def record(found: Preview, *, letter: UUID | None, today: date, by: User, at: datetime) -> int:
    """Record the sound rows, each as `following_up.record_reply` does, with the letter they came in; return how many.

    Raises what `record_reply` raises; look at the rows in the same transaction.
    """
    for row in found.sound:
        if row.recommendation is not None and row.draft is not None:
            following_up.record_reply(row.recommendation, row.draft, today=today, by=by, at=at, letter=letter)
    return len(found.sound)


def _problems_of_number(entry: Entry, row: Recommendation | None, check: Check) -> list[RowProblem]:
    if entry.is_broken:
        return []
    if not entry.number:
        return [RowProblem.NO_NUMBER]
    if row is None:
        return [RowProblem.UNKNOWN_NUMBER]
    return [] if check.may(row) else [RowProblem.NOT_ALLOWED]


def _draft(entry: Entry, sheet: Sheet, check: Check) -> tuple[ReplyDraft | None, list[RowProblem]]:
    """Return what the cells say, or what cannot be read of them."""
    if entry.is_broken or not entry.is_filled:
        return None, [RowProblem.BROKEN if entry.is_broken else RowProblem.NOT_FILLED]
    problems = []
    position = check.words.position(entry.position) if entry.position else check.defaults.position
    if position is None:
        problems.append(RowProblem.UNKNOWN_POSITION if entry.position else RowProblem.NO_POSITION)
    day = day_of(entry.day, sheet) if entry.day != "" else check.defaults.received_on
    if day is None:
        problems.append(RowProblem.UNREADABLE_DAY if entry.day != "" else RowProblem.NO_DAY)
    done = check.words.done(entry.done) if entry.done else False
    if done is None:
        problems.append(RowProblem.UNKNOWN_DONE)
    text = ""
    try:
        text = check_comment(entry.text)
    except UnfitAnswer:
        problems.append(RowProblem.UNFIT_TEXT)
    else:
        problems += [] if text else [RowProblem.NO_TEXT]
    if position is None or day is None or done is None or problems:
        return None, problems
    return ReplyDraft(day, position, text, done), []


def _problems_of_reply(
    row: Recommendation, draft: ReplyDraft, today: date, recorded: Sequence[Reply]
) -> list[RowProblem]:
    """Return what speaks against a reply that was read; the same one again is a form that was sent twice."""
    try:
        following_up.check_day(row, draft.received_on, today)
    except OutOfTime:
        return [RowProblem.IMPOSSIBLE_DAY]
    except NotApproved:
        return [RowProblem.NOT_ALLOWED]
    same = (draft.received_on, draft.position, draft.text)
    again = any((reply.received_on, reply.position, reply.text) == same for reply in recorded)
    return [RowProblem.RECORDED] if again else []
