"""Interviews and all else that is said in confidence, typed into a real server."""

from dataclasses import dataclass, replace
from http import HTTPStatus
from io import BytesIO
from uuid import UUID

from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from monitor.accounts.models import Body
from monitor.db import db, new_id
from monitor.interviews.models import Kind, Talk
from tests.drills.person import Answer, Person
from tests.drills.phrases import Phrases
from tests.factories import confided_visits as confided
from tests.factories import places
from tests.factories import visits as visit_factory
from tests.files.hostile_pictures import scene

TALKS_OF_A_VISIT = 50
WITH_EVERYTHING = 10
"""One talk of this many has medical notes, consents, a name and a supplement as well."""
READ = "/account"
"""A light page: what was done is shown there, and not carried along in the cookie any more."""
IN_THE_OPEN = "in the open"
"""What is said in the purpose of a visit, which is not confidential: whoever searches must find it."""


@dataclass
class Confided:
    """A body whose people were told much: `writer` leads its visits and is its doctor, `reader` coordinates."""

    body: UUID
    reader: UUID
    writer: UUID
    visits: list[UUID]


def prepare(body: Body, talks: int, phrases: Phrases) -> Confided:
    """Make the people and the visits that this many talks belong to, one phrase in the open among them; commits."""
    people = confided.readers(body)
    people = replace(people, leader=people.doctor)
    visits = [
        visit_factory.under_way(places.place(body.mechanism), lead=people.leader)
        for _ in range(-(-talks // TALKS_OF_A_VISIT))
    ]
    visits[0].purpose = phrases.say(IN_THE_OPEN)
    db.session.commit()
    return Confided(body.id, people.coordinator.id, people.leader.id, [visit.id for visit in visits])


def plant(writer: Person, of: Confided, talks: int, phrases: Phrases) -> None:
    """Type talks, and what belongs to them and to their visits, as a monitor does. Raises AssertionError."""
    for number in range(talks):
        _line(writer, of.visits[number // TALKS_OF_A_VISIT], number, phrases)
        if number % WITH_EVERYTHING == 0:
            writer.get(READ)
    for number, (talk, line) in enumerate(_talks()):
        _record(writer, talk, line, number, phrases)
        if number % WITH_EVERYTHING == 0:
            writer.get(READ)
            _everything(writer, talk, number, phrases)
    for visit in of.visits:
        writer.get(READ)
        _of_visit(writer, of.body, visit, phrases)


def _taken(answer: Answer) -> None:
    assert answer.status == HTTPStatus.FOUND or '"applied"' in answer.text, (answer.status, answer.text[-1000:])


def _line(writer: Person, visit: UUID, number: int, phrases: Phrases) -> None:
    say = f"interview {number}"
    _taken(
        writer.post(
            f"/visits/{visit}/interviews/add", _counted() | {"where": phrases.say(say), "note": phrases.say(say)}
        )
    )


def _counted() -> dict[str, str]:
    return {
        "partner": "held", "sex": "woman", "age": "adult", "people": "1", "agreed_to_talk": "yes",
        "agreed_to_notes": "yes",
    }  # fmt: skip


def _talks() -> list[tuple[UUID, str]]:
    """Return each talk with the sealed version of its line, oldest first."""
    rows = db.session.scalars(select(Talk).order_by(Talk.id)).all()
    found = [(talk.id, str(row.record_id)) for talk in rows if (row := talk.only(Kind.LINE)) is not None]
    db.session.rollback()  # the server writes next
    return found


def _record(writer: Person, talk: UUID, line: str, number: int, phrases: Phrases) -> None:
    typed = {name: phrases.say(f"interview {number}") for name in ("where", "note", "said", "requests")}
    _taken(writer.post(f"/interviews/{talk}/record", _counted() | {"base_line": line} | typed))


def _everything(writer: Person, talk: UUID, number: int, phrases: Phrases) -> None:
    for consent in (Kind.ACT, Kind.PUBLISH):
        values = {"step": "given", "on": "2026-03-12", "scope": phrases.say(f"consent {number}")}
        _taken(
            writer.post(
                f"/interviews/{talk}/consent/{consent}",
                {f"{consent}-{name}": value for name, value in values.items()},
            )
        )
    texts = {name: phrases.say(f"medical note {number}") for name in ("injuries", "notes")}
    _taken(writer.post(f"/interviews/{talk}/medical", texts))
    texts = {name: phrases.say(f"name {number}") for name in ("name", "contact")}
    _taken(writer.post(f"/interviews/{talk}/name", texts))
    _taken(writer.post(f"/interviews/{talk}/finish", {}))
    _taken(writer.post(f"/interviews/{talk}/supplement", {"text": phrases.say(f"interview {number}")}))


def _of_visit(writer: Person, body: UUID, visit: UUID, phrases: Phrases) -> None:
    """Protected answers in two versions, a photo, the risk, a measure and a reprisal."""
    for base in (0, 1):
        change = {"id": str(new_id()), "item": confided.PROTECTED_ITEM, "base": base, "value": "yes",
                  "comment": phrases.say(f"protected answer of {visit}")}  # fmt: skip
        _taken(writer.post_json(f"/visits/{visit}/answers", {"changes": [change]}))
    picture = BytesIO()
    scene().save(picture, "JPEG", comment=phrases.say(f"photo of {visit}").encode())
    picture.seek(0)
    file = FileStorage(picture, f"{phrases.say(f'photo of {visit}')}.jpg", "file")
    _taken(writer.upload(f"/visits/{visit}/files", {"note": phrases.say(f"photo of {visit}")}, {"file": file}))
    protection = {"risk": "high", "reasons": phrases.say(f"risk of {visit}")}
    _taken(writer.post(f"/visits/{visit}/protection", protection))
    measure = {"text": phrases.say(f"measure of {visit}"), "due_on": "2026-04-01"}
    _taken(writer.post(f"/visits/{visit}/protection/measures", measure))
    incident = {name: phrases.say(f"reprisal of {visit}") for name in ("what", "wishes", "done")}
    _taken(writer.post("/interviews/incidents", {"body": str(body), "place": "", "on": "2026-03-13"} | incident))
