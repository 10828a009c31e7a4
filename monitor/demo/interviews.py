"""The keys of the training bodies, and the private talks of a few training visits.

Everything is sealed as in earnest: to the coordinators, who read, and until approval to author and leader. The paper
keys are not printed; a reader makes a new one on the page of the keys.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from monitor.accounts.models import Body, Role, User
from monitor.demo.moments import Moments
from monitor.interviews import operations, protection
from monitor.interviews.models import AgeGroup, ConsentStep, Kind, Partner, Risk, Sex, Talk
from monitor.interviews.operations import Counted, FullRecord, Line
from monitor.interviews.protection import Dates
from monitor.vault import operations as vault
from monitor.vault import queries as keys
from monitor.vault.keyring import Keyring
from monitor.vault.models import Compartment
from monitor.visits.models import Visit

Data = Mapping[str, Any]
Users = Mapping[str, User]
KeyringOf = Callable[[User], Keyring]
DETAILS: Final = ("said", "requests", "groups", "topics")


def make_keys(code: str, body: Body, users: Users, data: Data, now: datetime) -> None:
    """Make a body's keys: its coordinators read interviews, the people named in `medical` read medical notes."""
    coordinators = [user for user in users.values() if user.has_role(Role.COORDINATOR, body.id)]
    own = keys.users_keys(user.id for user in users.values())
    paper = vault.make_paper(body, by=coordinators[0], at=now).row
    readers = {
        Compartment.INTERVIEWS: coordinators,
        Compartment.MEDICAL: [users[email] for email in data["medical"][code]],
    }
    for compartment, people in readers.items():
        granted = [own[user.id] for user in people]
        vault.make_compartment(body, compartment, paper, granted, by=coordinators[0], at=now)


def write_interviews(
    visit: Visit, data: Data, users: Users, leader: User, when: Moments, *, keyring_of: KeyringOf
) -> None:
    """Write the talks of a visit and how those who spoke are protected."""
    for talk in data["talks"]:
        author = users[talk["author"]] if "author" in talk else leader
        _talk(visit, talk, author, when.evening, keyring_of)
    if "risk" in data:
        _protect(visit, data, leader, when)


def _talk(visit: Visit, data: Data, author: User, at: datetime, keyring_of: KeyringOf) -> None:
    heard = 0 if data.get("agreed_to_talk") == "no" else data.get("people", 1)
    counted = Counted(
        Partner(data.get("partner", Partner.HELD)), Sex(data.get("sex", Sex.NOT_STATED)),
        AgeGroup(data.get("age", AgeGroup.NOT_STATED)), heard,
    )  # fmt: skip
    line = Line(
        data.get("where", ""), data.get("agreed_to_talk", "yes"), data.get("agreed_to_notes", "yes"),
        data.get("note", ""),
    )  # fmt: skip
    talk = operations.add_talk(visit, counted, line, by=author, at=at)
    if "said" in data:
        details = {name: data[name] for name in DETAILS if name in data}
        base = {row.kind: str(row.record_id) for row in talk.records}
        operations.write_record(talk, counted, line, FullRecord(**details), base=base, by=author, at=at)
    _consents(talk, data, author, at)
    if "name" in data:
        operations.keep_name(talk, **data["name"], keyring=keyring_of(author), by=author, at=at)
    if "medical" in data:
        operations.add_medical(talk, **data["medical"], by=author, at=at)
    if data.get("is_finished"):
        operations.finish(talk, by=author, at=at)
    if "supplement" in data:
        operations.supplement(talk, data["supplement"], by=author, at=at)


def _consents(talk: Talk, data: Data, author: User, at: datetime) -> None:
    for kind in (Kind.ACT, Kind.PUBLISH):
        if kind.value in data:
            said = data[kind.value]
            operations.set_consent(
                talk, kind, ConsentStep(said["step"]), on=at.date(), scope=said["scope"], by=author, at=at
            )


def _protect(visit: Visit, data: Data, leader: User, when: Moments) -> None:
    days = {name: timedelta(days=data[name]) for name in ("call_after", "return_after") if name in data}
    dates = Dates(**{f"{name.removesuffix('_after')}_by": when.last + span for name, span in days.items()})
    protection.set_protection(visit, Risk(data["risk"]), data["reasons"], dates, base="", by=leader, at=when.evening)
    for measure in data["measures"]:
        due = when.last + timedelta(days=measure["due_after"])
        protection.add_measure(visit, measure["text"], due, by=leader, at=when.evening)
