"""Protected answers before the first reader: under the server's key, bound to their place, in no plain column."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from monitor.accounts.models import User
from monitor.answers import queries, server_key
from monitor.answers.models import EMPTY, Answer, AnswerChange, Outcome, Sheet, owner_of
from monitor.answers.operations import Change, record, settle
from monitor.answers.server_key import keep, open_kept
from monitor.config import Settings
from monitor.db import db, new_id
from tests.answers.test_record import NOW, head

FEAR, PLAIN = "int-fear", "san-cleaning"
CANARY = "kestrel over the water tower"
SAID = ("yes", CANARY, ["interview-detainee"], True)


def write(sheet: Sheet, by: User, text: str = CANARY, base: int = 0, item: str = FEAR) -> Outcome:
    value = "yes" if item == FEAR else "partly"
    (result,) = record(sheet, [Change(item, value, text, ("observation",), True, base=base)], by=by.id, at=NOW)
    return result.outcome


def rows() -> list[Answer | AnswerChange]:
    db.session.expire_all()
    return [*db.session.scalars(select(Answer)), *db.session.scalars(select(AnswerChange))]


def stored() -> bytes:
    """Everything that lies in the database's folder, as somebody finds it who takes it."""
    db.session.remove()
    db.engine.dispose()
    folder = Path(str(db.engine.url.database)).parent
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_what_a_protected_item_says_is_in_no_plain_column_and_reads_as_ever(sheet: Sheet, monitor: User) -> None:
    write(sheet, monitor)
    for row in rows():
        assert (row.plain_value, row.plain_comment, row.plain_sources, row.plain_urgent) == EMPTY
        assert (row.sealed_id, row.is_closed, row.is_answered, row.has_comment) == (None, False, True, True)
        assert row.content == ("yes", CANARY, ["observation"], True)


def test_other_items_stay_in_plain_columns(sheet: Sheet, monitor: User) -> None:
    write(sheet, monitor, item=PLAIN)
    assert [(row.kept, row.plain_comment) for row in rows()] == [(None, CANARY)] * 2


def test_the_database_file_holds_none_of_it(sheet: Sheet, monitor: User) -> None:
    write(sheet, monitor)
    write(sheet, monitor, f"Again: {CANARY}", base=1)
    db.session.commit()
    everything = stored()
    assert CANARY.encode() not in everything
    assert CANARY.encode("utf-16-le") not in everything


def test_a_plain_item_is_found_in_the_database_file(sheet: Sheet, monitor: User) -> None:
    """The guard of the guard above."""
    write(sheet, monitor, item=PLAIN)
    db.session.commit()
    assert CANARY.encode() in stored()


def test_changes_clashes_and_decisions_go_on_as_with_plain_answers(sheet: Sheet, monitor: User) -> None:
    assert write(sheet, monitor) is Outcome.APPLIED
    assert write(sheet, monitor, base=1) is Outcome.UNCHANGED, "the same text again"
    assert write(sheet, monitor, "Another.", base=1) is Outcome.APPLIED
    assert write(sheet, monitor, "Of somebody who saw nothing.") is Outcome.CLASH
    (clash,) = queries.clashes(sheet)
    assert (clash.comment, head(sheet, FEAR).comment) == ("Of somebody who saw nothing.", "Another.")
    settle(sheet, Change(FEAR, "yes", "Both.", base=2), by=monitor.id, at=NOW)
    assert [row.comment for row in queries.item_history(sheet, FEAR)] == [
        CANARY, "Another.", "Of somebody who saw nothing.", "Both.",
    ]  # fmt: skip


Alter = Callable[[Sheet, bytes], bytes]


def flipped(_sheet: Sheet, kept: bytes) -> bytes:
    return kept[:-1] + bytes([kept[-1] ^ 1])


def cut(_sheet: Sheet, kept: bytes) -> bytes:
    return kept[:-20]


def of_another_item(sheet: Sheet, _kept: bytes) -> bytes:
    return keep(sheet.mechanism_id, owner_of(sheet.id, "int-count", 1), SAID)


def of_an_older_revision(sheet: Sheet, _kept: bytes) -> bytes:
    return keep(sheet.mechanism_id, owner_of(sheet.id, FEAR, 0), SAID)


def of_another_form(sheet: Sheet, _kept: bytes) -> bytes:
    return keep(sheet.mechanism_id, owner_of(new_id(), FEAR, 1), SAID)


def of_another_mechanism(sheet: Sheet, _kept: bytes) -> bytes:
    return keep(new_id(), owner_of(sheet.id, FEAR, 1), SAID)


@pytest.mark.parametrize(
    "alter", [flipped, cut, of_another_item, of_an_older_revision, of_another_form, of_another_mechanism]
)
def test_what_was_altered_or_exchanged_stays_closed_and_is_not_written_over(
    sheet: Sheet, monitor: User, alter: Alter
) -> None:
    write(sheet, monitor)
    found = head(sheet, FEAR)
    assert found.kept is not None
    found.kept = alter(sheet, found.kept)
    db.session.flush()
    found = head(sheet, FEAR)
    assert (found.is_closed, found.content) == (True, EMPTY)
    assert write(sheet, monitor, "Another.") is Outcome.CLASH


def test_another_key_opens_nothing(app: Flask, sheet: Sheet) -> None:
    owner = owner_of(sheet.id, FEAR, 1)
    kept = keep(sheet.mechanism_id, owner, SAID)
    assert open_kept(sheet.mechanism_id, owner, kept) == SAID
    settings: Settings = app.extensions["settings"]
    server_key.use_key(b"k" * 32)
    try:
        assert open_kept(sheet.mechanism_id, owner, kept) is None
    finally:
        server_key.use_key(settings.key("answers"))
    assert open_kept(sheet.mechanism_id, owner, kept) == SAID


def test_lengths_are_told_in_steps_alone(sheet: Sheet) -> None:
    owner = owner_of(sheet.id, FEAR, 1)
    lengths = {len(keep(sheet.mechanism_id, owner, ("yes", "x" * number, [], False))) for number in range(200)}
    assert len(lengths) == 1
