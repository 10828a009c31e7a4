"""Risk, dates and measures of a visit; reprisals that nobody but the readers of a body can open."""

from datetime import date, timedelta

import pytest
from sqlalchemy import inspect, select

from monitor.accounts.models import Body, Mechanism, User
from monitor.db import db
from monitor.interviews import protection, queries
from monitor.interviews.models import Incident, Risk
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


def due(user: User, today: date = TODAY) -> list[tuple[Task, date]]:
    return [(each.task, each.due_on) for each in queries.protection_due(user, today)]


def test_the_level_is_sealed_and_the_old_one_destroyed(
    visit: Visit, leader: User, author: User, coordinator: User, keyring_of: KeyringOf
) -> None:
    first = protection.set_protection(visit, Risk.LOW, "", Dates(), by=leader, at=NOW).record_id
    row = protection.set_protection(visit, Risk.HIGH, "Informers", Dates(call_by=TODAY), by=leader, at=NOW)
    for person in (leader, coordinator):
        assert open_record(row.record_id, row.owner, keyring_of(person)) == {"risk": "high", "reasons": "Informers"}
    assert open_record(row.record_id, row.owner, keyring_of(author)) is Closed.NOT_FOR_YOU
    assert db.session.get(SealedRecord, first) is None


def test_who_cannot_read_the_level_can_still_change_the_dates(
    visit: Visit, leader: User, author: User, keyring_of: KeyringOf
) -> None:
    with pytest.raises(ValueError, match="first time"):
        protection.set_protection(visit, None, "", Dates(), by=author, at=NOW)
    protection.set_protection(visit, Risk.HIGH, "Informers", Dates(), by=leader, at=NOW)
    row = protection.set_protection(visit, None, "", Dates(return_by=TODAY), by=author, at=NOW)
    assert row.return_by == TODAY
    assert open_record(row.record_id, row.owner, keyring_of(leader)) == {"risk": "high", "reasons": "Informers"}


def test_dates_remind_leader_and_coordinators_until_they_are_done(
    visit: Visit, leader: User, author: User, coordinator: User, body: Body
) -> None:
    later = TODAY + timedelta(days=10)
    protection.set_protection(visit, Risk.HIGH, "", Dates(call_by=TODAY, return_by=later), by=leader, at=NOW)
    measure = protection.add_measure(visit, "Call the lawyer", TODAY - timedelta(days=1), by=leader, at=NOW)
    expected = [(Task.MEASURE, measure.due_on), (Task.CALL, TODAY)]
    assert due(leader) == due(coordinator) == expected
    assert due(author) == due(accounts.monitor(body)) == []
    assert due(leader, later) == [*expected, (Task.RETURN, later)]
    assert protection.measure_done(visit, measure.id, TODAY, by=leader, at=NOW)
    done = Dates(call_by=TODAY, called_on=TODAY, return_by=later)
    protection.set_protection(visit, None, "", done, by=leader, at=NOW)
    assert due(leader) == []


def test_a_measure_of_another_visit_is_not_touched(visit: Visit, leader: User) -> None:
    assert not protection.measure_done(visit, visit.id, TODAY, by=leader, at=NOW)


def test_measures_are_left_to_the_readers_at_approval(
    visit: Visit, leader: User, coordinator: User, keyring_of: KeyringOf
) -> None:
    row = protection.set_protection(visit, Risk.HIGH, "Informers", Dates(), by=leader, at=NOW)
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
