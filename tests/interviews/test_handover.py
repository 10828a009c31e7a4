"""A leader named later opens what was recorded before, once somebody who opens it handed it over."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from monitor.accounts.models import Body, Role, User
from monitor.accounts.operations import add_user
from monitor.answers import queries as answers
from monitor.answers.operations import Change
from monitor.answers.sealing import sealed
from monitor.audit.models import AuditEvent
from monitor.db import db
from monitor.evidence.operations import Sent, add_file
from monitor.interviews import operations as talks
from monitor.interviews.models import Kind, Talk
from monitor.vault.keyring import Closed, Keyring, Owner, open_records
from monitor.visits import operations
from monitor.visits.models import TeamRole, Visit
from monitor.visits.operations import Member
from monitor.visits.sealing import hand_over, handover
from tests.client import Browser
from tests.conftest import NOW
from tests.factories import accounts
from tests.factories.keys import own_key
from tests.files.hostile_pictures import photo
from tests.interviews.conftest import KeyringOf

FEAR = "int-fear"
NOTE = "What was recorded before does not open for the leader yet"


@pytest.fixture
def successor(body: Body) -> User:
    """Who leads the visit from some day on."""
    return accounts.monitor(body, name="Sara Successor")


@pytest.fixture
def doctor(body: Body) -> User:
    return accounts.person(body, Role.HEALTH_MONITOR, name="Dora Doctor")


@pytest.fixture
def records(visit: Visit, talk: Talk, author: User, doctor: User) -> dict[UUID, Owner]:
    """Every kind of what the visit keeps sealed, medical notes excepted: record -> owner."""
    operations.record_answers(visit, [Change(FEAR, "yes", "They whispered.")], by=author, at=NOW)
    file = add_file(visit, Sent(photo(), "photo.jpg", ""), by=author, at=NOW)
    talks.add_medical(talk, injuries="Bruises", notes="", by=doctor, at=NOW)
    db.session.commit()
    told = {row.record_id: row.owner for row in talk.records if row.kind is not Kind.MEDICAL}
    return told | sealed(answers.heads(visit.sheet)) | {file.record_id: file.owner}


def lead_by(visit: Visit, successor: User, *others: User) -> None:
    team = [Member(successor.id, TeamRole.LEAD), *(Member(other.id, TeamRole.MONITOR) for other in others)]
    operations.set_team(visit, team, by=None, at=NOW)
    db.session.commit()


def closed(visit: Visit) -> int:
    """Return how many records of a visit do not open for its leader."""
    found = handover(visit, None)
    return len(found.closed) if found else 0


def opened(records: dict[UUID, Owner], keyring: Keyring) -> int:
    """Return how many of these records a person opens."""
    found = open_records(records, Keyring(keyring.user_key_id, keyring.private))
    return sum(not isinstance(content, Closed) for content in found.values())


@pytest.mark.parametrize("who", ["earlier leader", "reader"])
def test_everything_but_medical_notes_opens_after_the_handover(
    who: str, visit: Visit, talk: Talk, records: dict[UUID, Owner], leader: User, author: User, coordinator: User,
    successor: User, keyring_of: KeyringOf,
) -> None:  # fmt: skip
    giver = {"earlier leader": leader, "reader": coordinator}[who]
    lead_by(visit, successor, leader, author)
    own, waiting = keyring_of(successor), closed(visit)
    assert opened(records, own) == 0
    assert hand_over(visit, keyring_of(giver), by=giver, at=NOW) == waiting
    assert opened(records, own) == len(records)
    assert opened({row.record_id: row.owner for row in talk.records if row.kind is Kind.MEDICAL}, own) == 0
    assert handover(visit, own) is None
    assert hand_over(visit, keyring_of(giver), by=giver, at=NOW) == 0, "there is nothing left"
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == "visit:handed-over")).all()
    assert [(event.actor_id, event.detail["records"]) for event in events] == [(giver.id, waiting)]


def test_who_opens_a_part_hands_that_part_over(
    visit: Visit, records: dict[UUID, Owner], leader: User, author: User, successor: User, keyring_of: KeyringOf
) -> None:
    kept = add_file(visit, Sent(photo(), "photo.jpg", ""), by=leader, at=NOW)
    lead_by(visit, successor, author)
    assert hand_over(visit, keyring_of(author), by=author, at=NOW) >= len(records), "the author wrote them"
    own = keyring_of(successor)
    assert (opened(records, own), opened({kept.record_id: kept.owner}, own)) == (len(records), 0)
    before = closed(visit)
    operations.record_answers(visit, [Change(FEAR, "no", base=1)], by=author, at=NOW)
    found = handover(visit, keyring_of(leader))
    assert found is not None
    assert len(found.closed) == found.can_do == before, "new records are sealed to the leader there is"


def test_nobody_hands_over_what_they_cannot_open(
    visit: Visit, records: dict[UUID, Owner], monitor: User, successor: User, keyring_of: KeyringOf
) -> None:
    lead_by(visit, successor)
    for keyring in (None, keyring_of(monitor), keyring_of(successor)):
        found = handover(visit, keyring)
        assert found is not None
        assert found.can_do == 0
        assert hand_over(visit, keyring, by=monitor, at=NOW) == 0


def test_leader_who_reads_for_the_body_needs_nothing(
    visit: Visit, records: dict[UUID, Owner], coordinator: User, keyring_of: KeyringOf
) -> None:
    lead_by(visit, coordinator)
    assert handover(visit, keyring_of(coordinator)) is None


def test_leader_with_a_new_key_gets_what_the_old_one_opened(
    visit: Visit, records: dict[UUID, Owner], leader: User, coordinator: User, keyring_of: KeyringOf
) -> None:
    _, new = own_key(leader)
    assert opened(records, new) == 0
    hand_over(visit, keyring_of(coordinator), by=coordinator, at=NOW)
    assert opened(records, new) == len(records)


def test_from_the_approval_on_nothing_is_handed_over(
    visit: Visit, records: dict[UUID, Owner], leader: User, coordinator: User, successor: User, keyring_of: KeyringOf
) -> None:
    reader = keyring_of(coordinator)
    lead_by(visit, successor)
    assert handover(visit, reader) is not None
    visit.report_version = 2
    assert handover(visit, reader) is None, "it was approved and opened again"


def test_leader_hands_over_in_the_moment_of_naming_another(
    app: Flask, web: Browser, visit: Visit, records: dict[UUID, Owner], leader: User, successor: User,
    keyring_of: KeyringOf,
) -> None:  # fmt: skip
    web.sign_in(leader)
    web.get(f"/visits/{visit.id}/team")
    assert NOTE not in web.main
    web.submit("team", {f"role-{leader.id}": "monitor", f"role-{successor.id}": "lead"})
    assert "The team is saved." in web.page.get_text()
    assert opened(records, keyring_of(successor)) == len(records)


def test_team_page_says_what_stays_closed_and_offers_it_to_who_can_open_it(
    app: Flask, web: Browser, visit: Visit, records: dict[UUID, Owner], body: Body, coordinator: User, successor: User,
    keyring_of: KeyringOf,
) -> None:  # fmt: skip
    lead_by(visit, successor)
    web.sign_in(successor)
    web.get(f"/visits/{visit.id}/team")
    assert f"{closed(visit)} confidential records of this visit are not sealed to Sara Successor." in web.main
    assert "You cannot open them either." in web.main
    assert not web.page.find("form", id="hand-over")
    web.post(f"/visits/{visit.id}/team/hand-over")
    assert opened(records, keyring_of(successor)) == 0
    reader = Browser(app)
    reader.sign_in(coordinator)
    reader.get(f"/visits/{visit.id}/team")
    reader.submit("hand-over")
    assert "The team leader can open the confidential records of this visit now." in reader.page.get_text()
    assert NOTE not in reader.main
    assert opened(records, keyring_of(successor)) == len(records)


def test_team_page_says_that_a_leader_without_a_password_has_no_key(
    web: Browser, visit: Visit, records: dict[UUID, Owner], body: Body, coordinator: User
) -> None:
    invited = add_user(
        body.mechanism, email="new@npm.example", name="Nora New", roles=[(body.id, Role.MONITOR)], by=None, at=NOW
    )
    lead_by(visit, invited)
    web.sign_in(coordinator)
    web.get(f"/visits/{visit.id}/team")
    assert "Nora New has no key yet" in web.main
    assert not web.page.find("form", id="hand-over")
