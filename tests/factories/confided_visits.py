"""Visits whose interviews hold something that a report must not say."""

from dataclasses import dataclass
from datetime import date, datetime

from monitor.accounts.models import Body, Role, User
from monitor.accounts.queries import current_key
from monitor.answers.operations import Change
from monitor.db import db, new_id
from monitor.interviews import operations as talks
from monitor.interviews.models import ConsentStep, Kind, Talk
from monitor.interviews.operations import Counted, FullRecord, Line
from monitor.reports import releases
from monitor.reports.content import Version
from monitor.reports.models import Outgoing, ReleaseCheck, Settlement
from monitor.reports.releases import Material
from monitor.vault import operations as vault
from monitor.vault.keyring import Keyring, open_records
from monitor.vault.models import Compartment
from monitor.visits import operations as visits
from monitor.visits.models import Visit
from tests.factories import accounts, places
from tests.factories import visits as visit_factory
from tests.factories.confidences import Confidence, confidence

TOPIC = "food-water"
PROTECTED_ITEM = "int-fear"


@dataclass
class Readers:
    """Who reads what in a body: the coordinator interviews, the health monitor medical notes; the leader by writing."""

    body: Body
    coordinator: User
    doctor: User
    leader: User


def readers(body: Body) -> Readers:
    """Make the people of a body, and its keys."""
    coordinator = accounts.coordinator(body, name="Cora Coordinator")
    doctor = accounts.person(body, Role.HEALTH_MONITOR, name="Dora Doctor")
    made = Readers(body, coordinator, doctor, accounts.monitor(body, name="Leo Leader"))
    paper = vault.make_paper(body, by=coordinator, at=accounts.AT).row
    for compartment, reader in ((Compartment.INTERVIEWS, coordinator), (Compartment.MEDICAL, doctor)):
        key = current_key(reader)
        assert key is not None
        vault.make_compartment(body, compartment, paper, [key], by=coordinator, at=accounts.AT)
    db.session.commit()
    return made


def visit(of: Readers, *, language: str = "en", place_type: str = "police-station", seed: int = 0) -> Visit:
    """Make a visit under way with an answer, a comment, a protected answer and a recommendation."""
    place = places.place(of.body.mechanism, name=f"Westgate {seed}", type=place_type)
    made = visit_factory.under_way(place, lead=of.leader, language=language)
    person = confidence(seed)
    changes = [
        Change(
            "ill-investigation", "partly", f"Comment that nobody else reads, {person.words}", ["register"], id=new_id()
        ),
        Change(PROTECTED_ITEM, "yes", f"{person.name}: {person.words}", [], id=new_id()),
    ]
    visits.record_answers(made, changes, by=of.leader, at=accounts.AT)
    say(made, "The kitchen is clean. Food is warm.", of, accounts.AT)
    db.session.commit()
    return made


def say(of: Visit, found: str, by: Readers, at: datetime) -> None:
    """Write the finding on food."""
    present = visits.queries.findings(of).get(TOPIC)
    visits.save_finding(
        of, TOPIC, found=found, why="", base_version=present.version if present else 0, by=by.leader, at=at
    )


def talk(of: Visit, by: User, person: Confidence, at: datetime, *, medical: str = "", keyring: Keyring) -> Talk:
    """Make a talk with everything: line, record, consent to act, name, and a medical note where there is one."""
    line = Line(where="Second yard, behind the kitchen", note="")
    record = FullRecord(said=f"{person.words}.", requests="Asks for a doctor.")
    made = talks.add_talk(of, Counted(), line, by=by, at=at)
    base = {row.kind: str(row.record_id) for row in made.records}
    talks.write_record(made, Counted(), line, record, base=base, by=by, at=at)
    consent(made, Kind.ACT, ConsentStep.GIVEN, by, at)
    talks.keep_name(made, name=person.name, contact=person.contact, keyring=keyring, by=by, at=at)
    if medical:
        talks.add_medical(made, injuries=medical, notes="", by=by, at=at)
    db.session.commit()
    return made


def consent(of: Talk, kind: Kind, step: ConsentStep, by: User, at: datetime) -> None:
    """Note what the person said about a consent."""
    talks.set_consent(of, kind, step, on=date(2026, 3, 12), scope="My words about the night", by=by, at=at)
    db.session.commit()


def approve(of: Visit, by: Readers, at: datetime) -> None:
    """Lead a visit through its review."""
    visits.submit(of, by=by.leader, at=at)
    visits.approve(of, by=by.coordinator, at=at)
    db.session.commit()


def material(of: Visit, keyring: Keyring | None) -> Material:
    """Open what a keyring opens."""
    return releases.open_material(of, lambda records: open_records(records, keyring))


def check(
    of: Visit, keyring: Keyring, by: User, at: datetime, version: Version = Version.PUBLIC,
    settlements: dict[str, Settlement] | None = None,
) -> ReleaseCheck:  # fmt: skip
    """Check a version with what a keyring opens."""
    content = releases.makers[Outgoing(version.value)](of, None)
    made = releases.check(content, material(of, keyring), settlements or {}, by=by, at=at)
    db.session.commit()
    return made
