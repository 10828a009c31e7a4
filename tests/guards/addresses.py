"""Every address of the application with ids of the world filled in."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from flask import Flask
from werkzeug.routing import Rule, UUIDConverter

from monitor.visits.models import VisitState
from tests.guards.world import PAGE, TOPIC, World

WORDS: dict[str, str | int] = {
    "compartment": "interviews",
    "consent": "act",
    "filename": "css/monitor.css",
    "instrument_id": "opcat",
    "item_id": "talk-capacity",
    "page": 2,
    "page_code": str(PAGE),
    "place_type_id": "prison",
    "section_id": "treatment",
    "stage": "send_final",
    "step": "suspend",
    "topic_id": TOPIC,
    "version": "public",
}
"""Argument of an address that is no id of a row -> a value that there is."""


@dataclass(frozen=True)
class Address:
    """One address and one method; `state` is that of the visit behind the id, where there is one."""

    rule: Rule
    method: str
    path: str
    argument: str | None
    """Name of the id in it."""
    state: VisitState | None

    def __str__(self) -> str:
        return f"{self.method} {self.rule.rule}" + (f" [{self.state}]" if self.state else "")


def id_argument(rule: Rule) -> str | None:
    """Return the name of the id in a rule, None where it has none."""
    return next((name for name, kind in rule._converters.items() if isinstance(kind, UUIDConverter)), None)


def subjects(world: World, argument: str | None) -> list[tuple[VisitState | None, UUID | None]]:
    """Return (state of the visit, id) of each row that this argument can name."""
    by_state = {
        "visit_id": world.visits,
        "recommendation_id": world.recommendations,
        "document_id": world.documents,
        "file_id": world.files,
        "letter_id": world.letters,
        "outgoing_id": world.outgoing,
        "talk_id": world.talks,
    }
    if argument in by_state:
        own_form = [(None, world.own_form)] if argument == "document_id" else []
        return [*by_state[argument].items(), *own_form]
    return [(None, one_of(world, argument))]


def one_of(world: World, argument: str | None) -> UUID | None:
    """Return the row behind an id that does not depend on a visit."""
    rows = {
        None: None,
        "authority_id": world.authority_id,
        "body_id": world.bodies[0],
        "import_id": world.import_id,
        "passkey_id": world.passkey_id,
        "place_id": world.places[0],
        "session_id": world.session_id,
        "user_id": world.people["colleague"],
    }
    return rows[argument]


def every_address(app: Flask, world: World) -> Iterator[Address]:
    """Yield each rule with each of its methods and each row that its id can name."""
    for rule in app.url_map.iter_rules():
        argument = id_argument(rule)
        for state, id_ in subjects(world, argument):
            words = WORDS | {"secret": world.link, "correction": world.correction}
            values = {name: words[name] for name in rule.arguments - {argument}} | ({argument: id_} if argument else {})
            built = rule.build(values)
            assert built is not None, rule.rule
            for method in sorted(rule.methods or ()):
                if method not in ("HEAD", "OPTIONS"):
                    yield Address(rule, method, built[1], argument, state)
