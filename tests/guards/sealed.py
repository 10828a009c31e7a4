"""What of the world is sealed: keys of the body, and talks with everything that can be written about them.

Only for walks by somebody who reads: the other guards walk through a world whose body has no keys yet.
"""

from dataclasses import replace
from datetime import date

from flask import Flask

from monitor.accounts.models import Body, User
from monitor.accounts.queries import current_key
from monitor.db import db
from monitor.interviews import operations, protection
from monitor.interviews.models import ConsentStep, Kind, Risk, Talk
from monitor.interviews.operations import Counted, FullRecord, Line
from monitor.interviews.protection import Dates, Happened
from monitor.vault import operations as vault
from monitor.vault.keyring import Keyring
from monitor.vault.models import Compartment
from monitor.visits import operations as visits
from monitor.visits.models import TeamRole, Visit, VisitState
from tests.guards.entering import private_key_of, rows
from tests.guards.world import AT, FIRST_DAY, Say, World

DAY = date(2026, 3, 12)


def seal(app: Flask, world: World, say: Say) -> None:
    """Give the body keys that "everything" holds, and let that person write all there is about one talk."""
    with rows(app):
        person = db.session.get_one(User, world.people["everything"])
        body = db.session.get_one(Body, world.bodies[0])
        key, private = current_key(person), private_key_of(person)
        assert key is not None
        assert private is not None
        paper = vault.make_paper(body, by=person, at=AT).row
        for compartment in Compartment:
            vault.make_compartment(body, compartment, paper, [key], by=person, at=AT)
        visit = db.session.get_one(Visit, world.visits[VisitState.UNDER_WAY])
        _join(visit, person)
        _write(db.session.get_one(Talk, world.talks[VisitState.UNDER_WAY]), person, Keyring(key.id, private), say)
        protection.set_protection(
            visit, Risk.HIGH, say("protected"), Dates(call_by=FIRST_DAY), base="", by=person, at=AT
        )
        protection.add_measure(visit, say("protected"), FIRST_DAY, by=person, at=AT)
        told = Happened(on=FIRST_DAY, what=say("protected"), visit_id=visit.id, place_id=visit.place_id)
        protection.add_incident(body, replace(told, wishes=say("protected"), done=say("protected")), by=person, at=AT)


def _join(visit: Visit, person: User) -> None:
    """Put the person on the team as its doctor."""
    team = [visits.Member(member.user_id, member.role, member.label, tuple(member.sections)) for member in visit.team]
    visits.set_team(visit, [*team, visits.Member(person.id, TeamRole.DOCTOR)], by=person, at=AT)


def _write(talk: Talk, person: User, keyring: Keyring, say: Say) -> None:
    talk.author_id, talk.author = person.id, person
    line = Line(where=say("protected"), note=say("protected"))
    record = FullRecord(said=say("protected"), requests=say("protected"), groups=("women",))
    operations.write_record(talk, Counted(), line, record, base={}, by=person, at=AT)
    for kind in (Kind.ACT, Kind.PUBLISH):
        operations.set_consent(talk, kind, ConsentStep.GIVEN, on=DAY, scope=say("protected"), by=person, at=AT)
    operations.keep_name(talk, name=say("protected"), contact=say("protected"), keyring=keyring, by=person, at=AT)
    operations.add_medical(talk, injuries=say("protected"), notes=say("protected"), by=person, at=AT)
