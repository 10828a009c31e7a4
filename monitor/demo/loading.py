"""Loads the training mechanism from its files, through the same operations that people's pages use.

The files in `monitor/demo/data` say how many days before the day of loading each visit began, so that the training
mechanism always looks lived in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml

from monitor.accounts import factors, own_keys
from monitor.accounts import operations as accounts
from monitor.accounts.models import Body, Mechanism, Role, User
from monitor.accounts.passwords import wrap_key_of
from monitor.accounts.queries import current_key, get_mechanism, list_bodies
from monitor.answers.operations import Change
from monitor.answers.queries import guide_and_items, heads
from monitor.demo.follow_up import lead_on
from monitor.demo.interviews import make_keys, write_interviews
from monitor.demo.moments import Moments
from monitor.guide.scope import Scope
from monitor.places.models import Place
from monitor.places.operations import add_place
from monitor.recommendations.models import Priority
from monitor.recommendations.operations import Draft, add_recommendation
from monitor.vault.keyring import Keyring
from monitor.visits import operations as visits
from monitor.visits.models import Announcement, TeamRole, Visit, VisitKind

CODE: Final = "TRAINING"
DATA: Final = Path(__file__).parent / "data"
PREPARATION_STATES: Final = frozenset({"planned", "cancelled"})
HALTS: Final = {"cancelled": "cancel", "refused": "refuse", "suspended": "suspend"}
Data = Mapping[str, Any]


class AlreadyLoaded(Exception):
    """The training mechanism is there; loading never overwrites what people tried."""


@dataclass(frozen=True)
class _World:
    """What the visits refer to: bodies and places by code, people by e-mail."""

    mechanism: Mechanism
    bodies: Mapping[str, Body]
    users: Mapping[str, User]
    places: Mapping[str, Place]
    passwords: Mapping[str, str]
    """By e-mail: the training people open their own keys with them, as they would when signing in."""

    def coordinator(self, body: Body) -> User:
        """Return the first coordinator of a body."""
        return next(user for user in self.users.values() if user.has_role(Role.COORDINATOR, body.id))

    def keyring(self, user: User) -> Keyring:
        """Return what a person can open with their password."""
        key, wrap_key = current_key(user), wrap_key_of(self.passwords[user.email], user.verifier)
        if key is None or wrap_key is None:
            raise LookupError(f"{user.email} has no key that opens by the password of the files")
        return Keyring(key.id, own_keys.unwrap(key, wrap_key))


def sign_ins() -> list[tuple[str, str, str]]:
    """Return (e-mail, password, roles) of every training user, as the files say."""
    return [(user["email"], user["password"], ", ".join(_role_names(user))) for user in _read("users.yaml")]


def _role_names(user: Data) -> list[str]:
    return sorted({role for held in user["roles"].values() for role in held})


def load(*, now: datetime) -> Mechanism:
    """Make the training mechanism with its people, places and visits. Raises AlreadyLoaded."""
    if get_mechanism(CODE) is not None:
        raise AlreadyLoaded(f"the mechanism {CODE} is loaded already; nothing was changed")
    mechanism = _mechanism(_read("mechanism.yaml"), now)
    world = _world(mechanism, now)
    today = now.astimezone(ZoneInfo(mechanism.time_zone)).date()
    interviews = _read("interviews.yaml")
    for code, body in world.bodies.items():
        make_keys(code, body, world.users, interviews, now)
    files = {path.stem: _read(path) for path in sorted((DATA / "visits").glob("*.yaml"))}
    made = {
        name: _visit(data, interviews["visits"].get(name), world, today, now)
        for name, data in sorted(files.items(), key=lambda file: -file[1]["days_ago_started"])
    }
    coordinators = {name: world.coordinator(visit.body) for name, visit in made.items()}
    lead_on(_read("follow_up.yaml"), made, coordinators, now)
    return mechanism


def _read(path: str | Path) -> Any:
    with (DATA / path).open(encoding="utf-8") as file:
        return yaml.load(file, Loader=yaml.CSafeLoader)


def _mechanism(data: Data, now: datetime) -> Mechanism:
    first, *others = data["bodies"]
    mechanism = accounts.add_mechanism(
        code=CODE, name=first["name"]["en"], names=data["name"], country=data["country"], at=now, is_training=True,
        codes_suffice=True,
        address=data["address"]["en"], legal_basis=data["legal_basis"], languages=data["languages"],
        time_zone=data["time_zone"], signatory_name=data["signatory"]["name"],
        signatory_title=data["signatory"]["title"], reply_days=data["reply_days"],
    )  # fmt: skip
    for body in others:
        accounts.add_body(mechanism, name=body["name"]["en"], by=None, at=now)
    return mechanism


def _world(mechanism: Mechanism, now: datetime) -> _World:
    codes = [body["code"] for body in _read("mechanism.yaml")["bodies"]]
    bodies = dict(zip(codes, list_bodies(mechanism.id), strict=True))
    users = {data["email"]: _user(data, mechanism, bodies, now) for data in _read("users.yaml")}
    places = {data["code"]: _place(data, mechanism, now) for data in _read("places.yaml")}
    passwords = {email: password for email, password, _roles in sign_ins()}
    return _World(mechanism, bodies, users, places, passwords)


def _user(data: Data, mechanism: Mechanism, bodies: Mapping[str, Body], now: datetime) -> User:
    roles = [(bodies[code].id, Role(role)) for code, held in data["roles"].items() for role in held]
    user = accounts.add_user(
        mechanism, email=data["email"], name=data["name"], roles=roles, by=None, at=now, language=data["language"]
    )
    accounts.set_password(user, data["password"], by=None, at=now)
    factors.give_codes(user, at=now)
    return user


def _place(data: Data, mechanism: Mechanism, now: datetime) -> Place:
    values = {name: value for name, value in data.items() if name != "unit_types"}
    return add_place(
        mechanism.id, {"country": mechanism.country, **values}, unit_types=data["unit_types"], by=None, at=now
    )


def _visit(data: Data, interviews: Data | None, world: _World, today: date, now: datetime) -> Visit:
    """Live the visit through: planned, filled, written, and led to its state, each at a believable moment."""
    first = today - timedelta(days=data["days_ago_started"])
    last = first + timedelta(days=data["days"] - 1)
    when = Moments(first, last, ZoneInfo(world.mechanism.time_zone), now)
    visit, leader, coordinator = _planned(data, world, first, last, when)
    if data["state"] not in PREPARATION_STATES:
        visits.start(visit, by=leader, at=when.arrival, on=first)
    _fill(visit, data, world, leader, when.evening)
    if interviews is not None:
        write_interviews(visit, interviews, world.users, leader, when, keyring_of=world.keyring)
    _write(visit, data, leader, first, when.desk)
    _lead_to_state(visit, data, leader, coordinator, when)
    return visit


def _planned(data: Data, world: _World, first: date, last: date, when: Moments) -> tuple[Visit, User, User]:
    place, body = world.places[data["place"]], world.bodies[data["body"]]
    team = [
        visits.Member(
            world.users[member["user"]].id if member["user"] else None,
            TeamRole(member["role"]),
            member["label"],
            tuple(member["sections"]),
        )
        for member in data["team"]
    ]
    leader = next(world.users[m["user"]] for m in data["team"] if m["role"] == "lead")
    coordinator = world.coordinator(body)
    scope = Scope(
        place.type, tuple(data["unit_types"]), data["form"], tuple(data["topics"]), tuple(data["extra_topics"])
    )
    plan = visits.Plan(VisitKind(data["kind"]), Announcement(data["announcement"]), first, last, data["language"])
    visit = visits.plan_visit(place, body.id, plan, scope, team, by=coordinator, at=when.planning)
    return visit, leader, coordinator


def _fill(visit: Visit, data: Data, world: _World, leader: User, at: datetime) -> None:
    """Write each answer by the person whose section it is, the rest by the leader."""
    by_section = {
        section: world.users[member["user"]]
        for member in reversed(data["team"])
        if member["user"]
        for section in member["sections"]
    }
    batches: dict[str, tuple[User, list[Change]]] = {}
    _, items = guide_and_items(visit.sheet)
    revisions = {head.item_id: head.revision for head in heads(visit.sheet)}
    for answer in data["answers"]:
        writer = by_section.get(items[answer["item"]].section_id, leader)
        change = Change(
            answer["item"], answer["value"], answer["comment"], tuple(answer["sources"]), answer["urgent"],
            base=revisions.get(answer["item"], 0),
        )  # fmt: skip
        batches.setdefault(writer.email, (writer, []))[1].append(change)
    for writer, changes in batches.values():
        visits.record_answers(visit, changes, by=writer, at=at)


def _write(visit: Visit, data: Data, leader: User, first: date, at: datetime) -> None:
    visits.save_texts(
        visit, purpose=data["purpose"], summary=data["summary"], base_version=visit.version, by=leader, at=at
    )
    figures = {**data["population"], **data["interviews"]}
    if any(value is not None for value in figures.values()):
        visits.save_figures(visit, figures, by=leader, at=at)
    for finding in data["findings"]:
        visits.save_finding(
            visit, finding["topic"], found=finding["found"], why=finding["why"], base_version=0, by=leader, at=at
        )
    for recommendation in data["recommendations"]:
        due = timedelta(days=recommendation["due_days"]) if recommendation["due_days"] is not None else None
        draft = Draft(
            text=recommendation["text"], addressee=recommendation["addressee"],
            priority=Priority(recommendation["priority"]), due_on=first + due if due is not None else None,
            items=recommendation["items"], standards=recommendation["standards"],
        )  # fmt: skip
        add_recommendation(visit, draft, by=leader, at=at)


def _lead_to_state(visit: Visit, data: Data, leader: User, coordinator: User, when: Moments) -> None:
    state = data["state"]
    if state in HALTS:
        visits.halt(visit, HALTS[state], reason=data["reason"], by=leader, at=when.evening)
    if state in ("review", "approved") or data["topic_comments"]:
        visits.submit(visit, by=leader, at=when.submission)
    if data["topic_comments"]:
        comments = {comment["topic"]: comment["text"] for comment in data["topic_comments"]}
        visits.return_visit(visit, comments, by=coordinator, at=when.decision)
    if state == "approved":
        visits.approve(visit, by=coordinator, at=when.decision)
