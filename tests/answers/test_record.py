"""The one path that writes an answer: nothing twice, nothing lost, nothing of another person written over."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from monitor.accounts.models import Mechanism, User
from monitor.answers import queries
from monitor.answers.models import Answer, AnswerChange, Outcome, Sheet
from monitor.answers.operations import Change, UnfitChange, make_sheet, record, settle
from monitor.audit.models import AuditEvent
from monitor.db import db, new_id
from monitor.guide.scope import Scope

NOW = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
ITEM, OTHER = "san-cleaning", "health-access"


def head(sheet: Sheet, item: str = ITEM) -> Answer:
    """Return the answer that stands, as the database holds it."""
    db.session.expire_all()
    (found,) = queries.heads(sheet, [item])
    return found


def test_answer_is_written_when_nobody_answered_before(sheet: Sheet, monitor: User) -> None:
    (result,) = record(sheet, [Change(ITEM, "partly", "Dirty.", ("observation",), True)], by=monitor.id, at=NOW)
    found = head(sheet)
    assert (result.outcome, result.revision) == (Outcome.APPLIED, 1)
    assert (found.value, found.comment, found.sources, found.urgent) == (
        "partly", "Dirty.", ["observation"], True,
    )  # fmt: skip
    assert (found.changed_by, found.changed_at) == (monitor.id, NOW)


def test_change_goes_on_from_the_revision_it_is_based_on(sheet: Sheet, monitor: User) -> None:
    record(sheet, [Change(ITEM, "partly")], by=monitor.id, at=NOW)
    (result,) = record(sheet, [Change(ITEM, "meets", base=1)], by=monitor.id, at=NOW)
    assert (result.outcome, head(sheet).value, head(sheet).revision) == (Outcome.APPLIED, "meets", 2)


def test_several_changes_of_one_item_in_one_call_are_taken_in_turn(sheet: Sheet, monitor: User) -> None:
    changes = [Change(ITEM, "partly"), Change(OTHER, "meets"), Change(ITEM, "meets", base=1)]
    results = record(sheet, changes, by=monitor.id, at=NOW)
    assert [result.revision for result in results] == [1, 1, 2]
    assert head(sheet).value == "meets"


def test_second_text_is_kept_as_a_clash_when_two_started_from_the_same(sheet: Sheet, monitor: User) -> None:
    record(sheet, [Change(ITEM, "meets", "First.")], by=monitor.id, at=NOW)
    (result,) = record(sheet, [Change(ITEM, "partly", "Second.")], by=None, at=NOW)
    assert (result.outcome, result.revision) == (Outcome.CLASH, 1)
    assert head(sheet).comment == "First."
    assert [change.comment for change in queries.clashes(sheet)] == ["Second."]


def test_different_items_never_clash(sheet: Sheet, monitor: User) -> None:
    record(sheet, [Change(ITEM, "meets")], by=monitor.id, at=NOW)
    (result,) = record(sheet, [Change(OTHER, "partly")], by=None, at=NOW)
    assert result.outcome is Outcome.APPLIED


@pytest.mark.parametrize(
    "seen",
    [
        Change("int-concerns", ["violence", "discipline"], "Much.", ("register", "observation")),
        Change("int-concerns", None),
    ],
    ids=["answered", "empty"],
)
def test_untouched_item_of_an_old_page_changes_nothing(sheet: Sheet, monitor: User, seen: Change) -> None:
    base = 0
    if seen.value:
        (first,) = record(sheet, [seen], by=monitor.id, at=NOW)
        base = first.revision
    record(sheet, [Change("int-concerns", ["food"], base=base)], by=None, at=NOW)
    again = replace(seen, id=new_id(), base=base, value=seen.value and list(reversed(seen.value)),
                    sources=tuple(reversed(seen.sources)))  # fmt: skip
    (result,) = record(sheet, [again], by=monitor.id, at=NOW)
    assert result.outcome is Outcome.UNCHANGED
    assert head(sheet, "int-concerns").value == ["food"]
    assert queries.clashes(sheet) == []


def test_repeated_change_is_written_once_and_keeps_its_own_revision(sheet: Sheet, monitor: User) -> None:
    change = Change(ITEM, "meets", "First.")
    record(sheet, [change], by=monitor.id, at=NOW)
    record(sheet, [Change(ITEM, "partly", "Others went on.", base=1)], by=None, at=NOW)
    (result,) = record(sheet, [change], by=monitor.id, at=NOW)
    assert (result.outcome, result.revision) == (Outcome.APPLIED, 1)
    assert head(sheet).comment == "Others went on."
    assert len(queries.item_history(sheet, ITEM)) == 2


def test_nothing_of_a_call_is_written_when_one_change_does_not_fit(sheet: Sheet, monitor: User) -> None:
    with pytest.raises(UnfitChange):
        record(sheet, [Change(ITEM, "meets"), Change(OTHER, "excellent")], by=monitor.id, at=NOW)
    assert queries.heads(sheet) == []


def test_changes_of_one_item_within_five_minutes_share_one_audit_event(sheet: Sheet, monitor: User) -> None:
    for minute, value in enumerate(["meets", "partly", "meets"]):
        record(sheet, [Change(ITEM, value, base=minute)], by=monitor.id, at=NOW + timedelta(minutes=minute))
    record(sheet, [Change(ITEM, "partly", base=3)], by=monitor.id, at=NOW + timedelta(minutes=9))
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == "answer:changed")).all()
    assert [event.detail for event in events] == [{"items": [ITEM]}, {"items": [ITEM]}]


def test_clash_is_settled_by_what_a_person_wrote_from_both(sheet: Sheet, monitor: User) -> None:
    record(sheet, [Change(ITEM, "meets", "First.")], by=monitor.id, at=NOW)
    record(sheet, [Change(ITEM, "partly", "Second.")], by=None, at=NOW)
    settle(sheet, Change(ITEM, "partly", "First. Second.", base=1), by=monitor.id, at=NOW)
    assert queries.clashes(sheet) == []
    assert (head(sheet).comment, head(sheet).revision) == ("First. Second.", 2)
    assert [row.comment for row in queries.item_history(sheet, ITEM)] == ["First.", "Second.", "First. Second."]


def test_clash_stays_open_when_a_newer_text_came_while_it_was_settled(sheet: Sheet, monitor: User) -> None:
    record(sheet, [Change(ITEM, "meets", "First.")], by=monitor.id, at=NOW)
    record(sheet, [Change(ITEM, "partly", "Second.")], by=None, at=NOW)
    record(sheet, [Change(ITEM, "meets", "Newer.", base=1)], by=monitor.id, at=NOW)
    result = settle(sheet, Change(ITEM, "partly", "Both.", base=1), by=monitor.id, at=NOW)
    assert result.outcome is Outcome.CLASH
    assert head(sheet).comment == "Newer."
    assert [change.comment for change in queries.clashes(sheet)] == ["Second.", "Both."]


@dataclass
class Writer:
    """A page in somebody's browser: what it last saw, and what it sent last."""

    seen: dict[str, int] = field(default_factory=dict)
    last: dict[str, Change] = field(default_factory=dict)


steps = st.lists(
    st.tuples(
        st.sampled_from([0, 1]),
        st.sampled_from(["look", "write", "write", "send again", "settle"]),
        st.sampled_from([ITEM, OTHER]),
        st.sampled_from(["meets", "partly", None]),
        st.sampled_from(["", "a", "b", "long text\nwith lines"]),
    ),
    max_size=14,
)


@given(steps=steps)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_is_lost_whatever_the_order_of_two_writers(mechanism: Mechanism, steps: list[Any]) -> None:
    sheet = make_sheet(mechanism.id, Scope("prison"))
    writers, offered = (Writer(), Writer()), set()
    for number, (who, deed, item, value, text) in enumerate(steps):
        writer = writers[who]
        if deed == "look":
            writer.seen = {found.item_id: found.revision for found in queries.heads(sheet)}
            continue
        change = Change(item, value, f"{text} {number}".strip(), base=writer.seen.get(item, 0))
        if deed == "send again":
            change = writer.last.get(item, change)
        if deed == "settle":
            result = settle(sheet, change, by=None, at=NOW)
        else:
            (result,) = record(sheet, [change], by=None, at=NOW)
        writer.last[item] = change
        offered.add((item, change.value, change.comment))
        if result.outcome is Outcome.APPLIED:
            writer.seen[item] = result.revision
    kept = select(AnswerChange).where(
        AnswerChange.sheet_id == sheet.id,
        AnswerChange.outcome.in_([Outcome.APPLIED, Outcome.CLASH, Outcome.SETTLED]),
    )
    texts = {(row.item_id, row.value, row.comment) for row in db.session.scalars(kept)}
    texts |= {(found.item_id, found.value, found.comment) for found in queries.heads(sheet)}
    assert offered <= texts
