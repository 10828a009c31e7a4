"""Risk, dates and measures of a visit; reprisals that nobody but the readers of a body can open."""

from datetime import date, timedelta

import pytest
from sqlalchemy import inspect, select

from monitor.accounts.models import Body, Mechanism, User
from monitor.db import db
from monitor.interviews import protection, queries
from monitor.interviews.models import Incident, Risk, VisitProtection
from monitor.interviews.operations import TalkRefused
from monitor.interviews.protection import Dates, Happened
from monitor.interviews.queries import Task
from monitor.vault.keyring import Closed, open_record
from monitor.vault.models import CompartmentKey, SealedRecord
from monitor.visits import operations as visit_operations
from monitor.visits.models import Visit
from tests.conftest import NOW
from tests.factories import accounts
from tests.interviews.conftest import KeyringOf

TODAY = date(2026, 3, 14)
HAPPENED = Happened(on=date(2025, 12, 30), what="Moved to isolation.", wishes="Stay silent", done="Nothing yet")


def set_level(visit: Visit, risk: Risk | None, reasons: str, dates: Dates, *, by: User) -> VisitProtection:
    """Save what stands now and is seen."""
    row = queries.protection_of(visit)
    base = row.state if row else ""
    return protection.set_protection(visit, risk, reasons, dates, base=base, by=by, at=NOW)


def due(user: User, today: date = TODAY) -> list[tuple[Task, date]]:
    return [(each.task, each.due_on) for each in queries.protection_due(user, today)]


def test_the_level_is_sealed_and_the_old_one_destroyed(
    visit: Visit, leader: User, author: User, coordinator: User, keyring_of: KeyringOf
) -> None:
    first = set_level(visit, Risk.LOW, "", Dates(), by=leader).record_id
    row = set_level(visit, Risk.HIGH, "Informers", Dates(call_by=TODAY), by=leader)
    for person in (leader, coordinator):
        assert open_record(row.record_id, row.owner, keyring_of(person)) == {"risk": "high", "reasons": "Informers"}
    assert open_record(row.record_id, row.owner, keyring_of(author)) is Closed.NOT_FOR_YOU
    assert db.session.get(SealedRecord, first) is None


def test_who_cannot_read_the_level_can_still_change_the_dates(
    visit: Visit, leader: User, author: User, keyring_of: KeyringOf
) -> None:
    with pytest.raises(ValueError, match="first time"):
        set_level(visit, None, "", Dates(), by=author)
    set_level(visit, Risk.HIGH, "Informers", Dates(), by=leader)
    row = set_level(visit, None, "", Dates(return_by=TODAY), by=author)
    assert row.return_by == TODAY
    assert open_record(row.record_id, row.owner, keyring_of(leader)) == {"risk": "high", "reasons": "Informers"}


def test_whoever_saw_another_level_or_other_dates_replaces_nothing(visit: Visit, leader: User) -> None:
    first = set_level(visit, Risk.LOW, "", Dates(), by=leader)
    seen = first.state
    set_level(visit, Risk.HIGH, "Informers", Dates(), by=leader)
    now = set_level(visit, None, "", Dates(call_by=TODAY), by=leader)
    record, state = now.record_id, now.state
    for base in ("", seen, state.replace(TODAY.isoformat(), "-")):
        with pytest.raises(TalkRefused, match="meanwhile"):
            protection.set_protection(visit, Risk.LOW, "", Dates(), base=base, by=leader, at=NOW)
    row = queries.protection_of(visit)
    assert row is not None
    assert (row.record_id, row.call_by) == (record, TODAY)
    assert db.session.get(SealedRecord, record) is not None


def test_dates_remind_leader_and_coordinators_until_they_are_done(
    visit: Visit, leader: User, author: User, coordinator: User, body: Body
) -> None:
    later = TODAY + timedelta(days=10)
    set_level(visit, Risk.HIGH, "", Dates(call_by=TODAY, return_by=later), by=leader)
    measure = protection.add_measure(visit, "Call the lawyer", TODAY - timedelta(days=1), by=leader, at=NOW)
    expected = [(Task.MEASURE, measure.due_on), (Task.CALL, TODAY)]
    assert due(leader) == due(coordinator) == expected
    assert due(author) == due(accounts.monitor(body)) == []
    assert due(leader, later) == [*expected, (Task.RETURN, later)]
    assert protection.measure_done(visit, measure.id, TODAY, by=leader, at=NOW)
    done = Dates(call_by=TODAY, called_on=TODAY, return_by=later)
    set_level(visit, None, "", done, by=leader)
    assert due(leader) == []


def test_a_measure_of_another_visit_is_not_touched(visit: Visit, leader: User) -> None:
    assert not protection.measure_done(visit, visit.id, TODAY, by=leader, at=NOW)


def test_measures_are_left_to_the_readers_at_approval(
    visit: Visit, leader: User, coordinator: User, keyring_of: KeyringOf
) -> None:
    row = set_level(visit, Risk.HIGH, "Informers", Dates(), by=leader)
    measure = protection.add_measure(visit, "Call the lawyer", None, by=leader, at=NOW)
    assert open_record(measure.record_id, measure.owner, keyring_of(leader)) == {"text": "Call the lawyer"}
    visit_operations.submit(visit, by=leader, at=NOW)
    visit_operations.approve(visit, by=coordinator, at=NOW)
    db.session.commit()
    for sealed in (row, measure):
        assert open_record(sealed.record_id, sealed.owner, keyring_of(leader)) is Closed.NOT_FOR_YOU
        assert isinstance(open_record(sealed.record_id, sealed.owner, keyring_of(coordinator)), dict)


def test_an_incident_is_read_by_readers_alone_and_counted_by_the_year(
    mechanism: Mechanism, body: Body, interviews: CompartmentKey, monitor: User, coordinator: User,
    keyring_of: KeyringOf,
) -> None:  # fmt: skip
    row = protection.add_incident(body, HAPPENED, by=monitor, at=NOW)
    assert open_record(row.record_id, row.owner, keyring_of(monitor)) is Closed.NOT_FOR_YOU
    assert open_record(row.record_id, row.owner, keyring_of(coordinator)) == HAPPENED.content()
    assert queries.incidents_in_year(mechanism.id, 2025) == 1
    assert queries.incidents_in_year(mechanism.id, 2026) == 0


def test_the_row_of_an_incident_names_neither_visit_nor_place(visit: Visit, body: Body, monitor: User) -> None:
    told = Happened(on=TODAY, what="Beaten.", visit_id=visit.id, place_id=visit.place_id)
    protection.add_incident(body, told, by=monitor, at=NOW)
    (row,) = db.session.scalars(select(Incident))
    held = {getattr(row, column.key) for column in inspect(Incident).columns}
    assert held.isdisjoint({visit.id, visit.place_id, monitor.id})
