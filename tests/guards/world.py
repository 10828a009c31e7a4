"""A small world in which every page has something to show; the guards walk through it.

One mechanism with two bodies, a visit in every state, and one row behind every kind of id in an address. Every text
that a person could have typed comes from `say`, so that a guard can look for it in pages and logs.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from monitor.accounts import factors
from monitor.accounts import operations as accounts
from monitor.accounts.models import Body, Mechanism, Role, User
from monitor.accounts.passkeys import NewPasskey
from monitor.answers.operations import Change
from monitor.answers.queries import guide_and_items, heads
from monitor.db import db, new_id
from monitor.evidence.models import FileState, StoredFile
from monitor.guide.catalogue import Item
from monitor.guide.scope import Scope
from monitor.interviews.models import AgeGroup, Partner, Sex, Talk
from monitor.letters import operations as letters
from monitor.letters.models import LetterKind
from monitor.paper import operations as paper
from monitor.paper.codes import PageCode
from monitor.paper.models import WHOLE
from monitor.paper.queries import of_document
from monitor.places import operations as places
from monitor.places.importing import Plan as ImportPlan
from monitor.places.models import Place
from monitor.recommendations import following_up
from monitor.recommendations.following_up import Judgement, ReplyDraft
from monitor.recommendations.models import Evidence, Implementation, Position
from monitor.recommendations.operations import add_recommendation, number_for_good
from monitor.recommendations.queries import of_visit
from monitor.reports import operations as reports
from monitor.reports.models import Document, Outgoing, Paper
from monitor.reports.rendering import Pdf
from monitor.sync import operations as devices
from monitor.tenancy import across_mechanisms
from monitor.vault.models import Compartment, SealedRecord
from monitor.visits import corrections
from monitor.visits import operations as visits
from monitor.visits.models import Announcement, CorrectionOutcome, TeamRole, Visit, VisitKind, VisitState
from monitor.visits.states import SEEN_BY_THE_WHOLE_BODY
from tests.factories.accounts import PASSWORD, only_body
from tests.factories.recommendations import DRAFT
from tests.factories.releases import let_leave

AT = datetime(2026, 3, 14, 8, 0, tzinfo=UTC)
FIRST_DAY, LAST_DAY = date(2026, 3, 9), date(2026, 3, 11)
PATHS = {
    VisitState.PLANNED: (),
    VisitState.UNDER_WAY: ("start", "submit", "return"),
    VisitState.REVIEW: ("start", "submit"),
    VisitState.APPROVED: ("start", "submit", "approve"),
    VisitState.SENT_DRAFT: ("start", "submit", "approve", "send_draft"),
    VisitState.CANCELLED: ("cancel",),
    VisitState.REFUSED: ("refuse",),
    VisitState.SUSPENDED: ("start", "suspend"),
}
"""The steps that lead a visit of the world to its state. The states after SENT_DRAFT permit what APPROVED does, which
tests/test_permission_map.py holds them to: a visit in each would only make every walk longer."""
TOPIC = "food-water"
PAGE = PageCode("48217305", 1)
"""A page of the form of the visit under way, as it was printed."""
HEADERS = ("Nombre", "Tipo", "Ciudad")
"""Columns of registers, in words that no page of ours holds."""

Say = Callable[[str], str]
"""Returns what somebody typed into a field of this kind: `name`, `line`, `text`, `email`; `protected` where the item
is protected (OPCAT Article 21(2))."""


def plain(kind: str) -> str:
    """Say something ordinary."""
    return {"email": "amina"}.get(kind, f"A {kind} that somebody typed")


@dataclass
class World:
    """Ids of what was made; rows belong to the session that made them."""

    people: dict[str, UUID] = field(default_factory=dict)
    visits: dict[VisitState, UUID] = field(default_factory=dict)
    recommendations: dict[VisitState, UUID] = field(default_factory=dict)
    documents: dict[VisitState, UUID] = field(default_factory=dict)
    talks: dict[VisitState, UUID] = field(default_factory=dict)
    letters: dict[VisitState, UUID] = field(default_factory=dict)
    """Files of replies."""
    outgoing: dict[VisitState, UUID] = field(default_factory=dict)
    """Letters to an authority."""
    files: dict[VisitState, UUID] = field(default_factory=dict)
    places: list[UUID] = field(default_factory=list)
    bodies: list[UUID] = field(default_factory=list)
    authority_id: UUID | None = None
    own_form: UUID | None = None
    import_id: UUID | None = None
    session_id: UUID | None = None
    """A session of the coordinator."""
    device_id: UUID | None = None
    """A device of the coordinator, which took a visit along."""
    passkey_id: UUID | None = None
    """A passkey of the coordinator."""
    link: str = ""
    correction: str = ""
    """What an authority calls wrong in the draft that was sent to it."""


def build(say: Say = plain) -> World:
    """Make the world; commits."""
    with across_mechanisms():
        world = World()
        mechanism = _mechanism(say, "MAIN")
        body = only_body(mechanism)
        other = accounts.add_body(mechanism, name=say("name"), by=None, at=AT)
        foreign = only_body(_mechanism(say, "FOREIGN"))
        people = _people(world, body, other, foreign, say)
        world.bodies = [body.id, other.id]
        prison = _places(world, mechanism, say)
        for state in PATHS:
            _visit(world, prison, state, people, say)
        _waiting_import(world, people["coordinator"], say)
        accounts.set_password(people["everything"], PASSWORD, by=None, at=AT)
        form = reports.request_blank_form(
            Scope("prison", form="core"), language="en", paper=Paper.A4, by=people["coordinator"], at=AT
        )
        world.own_form = form.id
        accounts.open_session(people["coordinator"], private_key=None, at=datetime.now(UTC))
        (session,) = accounts.queries.list_sessions(people["coordinator"], datetime.now(UTC))
        world.session_id = session.id
        made = NewPasskey(b"a passkey of the coordinator", b"its public key", 0, [])
        factors.add_passkey(people["coordinator"], made, say("line"), session=session, at=AT)
        made_device = devices.make_device(say("line"), by=people["coordinator"], at=AT)
        world.device_id = made_device.row.id
        taken = db.session.get_one(Visit, world.visits[VisitState.UNDER_WAY])
        devices.take_along(taken, made_device.row, by=people["coordinator"], at=AT)
        (passkey,) = factors.factors_of(people["coordinator"]).passkeys
        world.passkey_id = passkey.id
        world.link = accounts.make_link(people["invited"], by=None, at=datetime.now(UTC))
        db.session.commit()
    return world


def _mechanism(say: Say, code: str) -> Mechanism:
    return accounts.add_mechanism(
        code=code, name=say("name"), country="XA", at=AT, languages=["en", "fr"], names={"en": say("name")},
        address=say("text"), legal_basis={"en": say("text")}, signatory_name=say("name"),
        signatory_title={"en": say("line")},
    )  # fmt: skip


def _people(world: World, body: Body, other: Body, foreign: Body, say: Say) -> dict[str, User]:
    roles: dict[str, list[tuple[Body, Role]]] = {
        "invited": [(body, Role.MONITOR)],
        "disabled": [(body, Role.COORDINATOR)],
        "colleague": [(body, Role.MONITOR)],
        "member": [(body, Role.MONITOR)],
        "leader": [(body, Role.MONITOR)],
        "coordinator": [(body, Role.COORDINATOR)],
        "administrator": [(body, Role.ADMINISTRATOR)],
        "reviewer": [(body, Role.REVIEWER)],
        "expert": [(body, Role.OUTSIDE)],
        "visitor": [(body, Role.OUTSIDE)],
        "health monitor": [(body, Role.HEALTH_MONITOR)],
        "data protection": [(body, Role.DATA_PROTECTION)],
        "other body": [(other, Role.COORDINATOR)],
        "foreign": [(foreign, Role.COORDINATOR), (foreign, Role.ADMINISTRATOR)],
        "everything": [(body, role) for role in Role],
    }
    people = {}
    for number, (name, held) in enumerate(roles.items()):
        user = accounts.add_user(
            held[0][0].mechanism, email=f"{say('email')}@person{number}.example", name=say("name"),
            roles=[(each.id, role) for each, role in held], by=None, at=AT,
        )  # fmt: skip
        people[name], world.people[name] = user, user.id
    return people


def _places(world: World, mechanism: Mechanism, say: Say) -> Place:
    made = [
        places.add_place(
            mechanism.id,
            {
                "name": say("name"), "type": type_, "country": "XA", "city": say("name"), "region": say("name"),
                "authority": say("line"), "address": say("text"), "notes": say("text"), "capacity": 120,
                "latitude": 12.5, "longitude": 7.25,
            },
            unit_types=("juvenile-centre",) if type_ == "prison" else (), by=None, at=AT,
        )
        for type_ in ("prison", "court-cells")
    ]  # fmt: skip
    world.places = [place.id for place in made]
    return made[0]


def _visit(world: World, place: Place, state: VisitState, people: dict[str, User], say: Say) -> None:
    leader, coordinator = people["leader"], people["coordinator"]
    team = [
        visits.Member(leader.id, TeamRole.LEAD, sections=("treatment",)),
        visits.Member(people["member"].id, TeamRole.MONITOR),
        visits.Member(people["expert"].id, TeamRole.EXPERT),
        visits.Member(None, TeamRole.EXPERT, say("line")),
    ]
    plan = visits.Plan(VisitKind.IN_DEPTH, Announcement.UNANNOUNCED, FIRST_DAY, LAST_DAY, "en")
    scope = Scope("prison", ("juvenile-centre",), extra_topics=("police-custody",))
    visit = visits.plan_visit(
        place, world.bodies[0], plan, scope, team, by=coordinator, at=AT, reference=f"{say('line')} {len(world.visits)}"
    )
    world.visits[state] = visit.id
    for step in PATHS[state]:
        _take(visit, step, leader, coordinator, say)
    _write(world, visit, state, leader, say)
    if state in SEEN_BY_THE_WHOLE_BODY:
        number_for_good(visit)
    if state is VisitState.APPROVED:
        _answer(world, visit, coordinator, say)
    if state is VisitState.SENT_DRAFT:
        received = corrections.receive(visit, say("text"), say("text"), received_on=LAST_DAY, by=coordinator, at=AT)
        corrections.answer(received, CorrectionOutcome.NOT_TAKEN, say("text"), by=coordinator, at=AT)
        world.correction = received.id.hex
    if state is VisitState.UNDER_WAY:
        text = Change("final-urgent", f"{say('text')} 2", say("text"))
        visits.record_answers(visit, [text], by=people["member"], at=AT)
        _print(visit, leader)


def _print(visit: Visit, leader: User) -> None:
    """Print its form: a page with two questions of it and one that it does not ask, and a page of notes."""
    document = paper.request_print(visit, WHOLE, language="en", paper=Paper.A4, by=leader, at=AT)
    _finish(document)
    printed = of_document(document)
    printed.number, printed.pages = PAGE.number, [["talk-capacity", "final-urgent", "reg-chronology"], []]
    paper.mark_entered(printed, PAGE.page, by=leader, at=AT)


def _answer(world: World, visit: Visit, coordinator: User, say: Say) -> None:
    """Let the authority answer the recommendation with a letter, and say what was found out."""
    (row,) = of_visit(visit)
    letter = following_up.keep_letter(
        visit.mechanism_id, f"{say('line')}.pdf", "application/pdf", b"%PDF-1.7", by=coordinator, at=AT
    )
    reply = ReplyDraft(LAST_DAY, Position.ACCEPTED, say("text"))
    following_up.record_reply(row, reply, today=LAST_DAY, by=coordinator, at=AT, letter=letter)
    found = Judgement(Implementation.PARTLY, Evidence.DOCUMENT, LAST_DAY, say("text"), next_step=say("text"))
    following_up.assess(row, found, today=LAST_DAY, by=coordinator, at=AT)
    world.letters[VisitState.APPROVED] = letter


def _take(visit: Visit, step: str, leader: User, coordinator: User, say: Say) -> None:
    match step:
        case "start":
            visits.start(visit, by=leader, at=AT)
            visits.record_answers(visit, list(_changes(visit, say)), by=leader, at=AT)
        case "submit":
            visits.submit(visit, by=leader, at=AT)
        case "return":
            visits.return_visit(visit, {TOPIC: say("text")}, reason=say("text"), by=coordinator, at=AT)
        case "approve":
            visits.approve(visit, by=coordinator, at=AT)
        case "send_draft":
            visits.move_on(visit, step, by=coordinator, at=AT)
        case _:
            visits.halt(visit, step, reason=say("text"), by=leader, at=AT)


def _changes(visit: Visit, say: Say) -> Iterator[Change]:
    """Answer the first item of each kind of answer, and protected ones; comment on all."""
    revisions = {head.item_id: head.revision for head in heads(visit.sheet)}
    kinds: set[tuple[str, bool]] = set()
    for item in guide_and_items(visit.sheet)[1].values():
        if (item.answer, item.is_protected) not in kinds or item.id in ("talk-capacity", "talk-population"):
            kinds.add((item.answer, item.is_protected))
            comment = say("protected" if item.is_protected else "text")
            yield Change(item.id, _value(item, say), comment, item.sources[:1], item.is_core, revisions.get(item.id, 0))
    if "final-urgent" not in revisions:
        yield Change("final-urgent", say("text"), say("text"))


def _value(item: Item, say: Say) -> Any:
    match item.answer:
        case "rating":
            return "partly"
        case "yes_no":
            return "no"
        case "number":
            return 100
        case "text":
            return say("protected" if item.is_protected else "text")
        case "choice":
            return item.choices[0].id
        case "multi_choice":
            return [choice.id for choice in item.choices if choice.id != "none"][:2]
        case _:
            assert item.table is not None
            return {row.id: {column.id: 3 for column in item.table.columns} for row in item.table.rows}


def _write(world: World, visit: Visit, state: VisitState, leader: User, say: Say) -> None:
    visits.save_texts(visit, purpose=say("text"), summary=say("text"), base_version=visit.version, by=leader, at=AT)
    visits.save_figures(visit, {"present": 118}, by=leader, at=AT)
    visits.save_finding(visit, TOPIC, found=say("text"), why=say("text"), base_version=0, by=leader, at=AT)
    draft = replace(DRAFT, text=say("text"), addressee=say("line"))
    recommendation = add_recommendation(visit, draft, by=leader, at=AT)
    world.recommendations[state] = recommendation.id
    if state is VisitState.APPROVED:
        world.authority_id = recommendation.authority_id
    letter = letters.begin_letter(visit, LetterKind.URGENT, recommendation.authority, today=LAST_DAY, by=leader, at=AT)
    letter.blocks = {block: say("text") for block in letter.blocks}
    world.outgoing[state] = letter.id
    document = reports.request_visit_report(visit, language="en", paper=Paper.A4, by=leader, at=AT)
    if state in SEEN_BY_THE_WHOLE_BODY:
        _finish(document)
    world.documents[state] = document.id
    talk = Talk(
        id=new_id(), mechanism_id=visit.mechanism_id, visit_id=visit.id, number=1, author_id=world.people["member"],
        created_at=AT, partner=Partner.HELD, sex=Sex.WOMAN, age=AgeGroup.ADULT, people=1,
    )  # fmt: skip
    db.session.add(talk)
    world.talks[state] = talk.id
    world.files[state] = _file(visit, state, world.people["member"])
    if state is VisitState.APPROVED:
        let_leave(visit, Outgoing.EXPORT, by=world.people["coordinator"], at=AT)


def _file(visit: Visit, state: VisitState, sender: UUID) -> UUID:
    """Add a photo that no key opens; that of the approved visit was checked."""
    sealed, note = (
        SealedRecord(
            id=new_id(), mechanism_id=visit.mechanism_id, body_id=visit.body_id, compartment=Compartment.INTERVIEWS,
            content=b"sealed", sealed_at=AT,
        )
        for _part in ("file", "note")
    )  # fmt: skip
    db.session.add_all([sealed, note])
    db.session.flush()
    file = StoredFile(
        id=new_id(), mechanism_id=visit.mechanism_id, body_id=visit.body_id, visit_id=visit.id, record_id=sealed.id,
        note_id=note.id, size=6, added_by_id=sender, added_at=AT,
    )  # fmt: skip
    if state in SEEN_BY_THE_WHOLE_BODY:
        file.state, file.copy, file.media_type = FileState.CHECKED, b"\xff\xd8\xff", "image/jpeg"
        file.checked_by_id, file.checked_at = sender, AT
    db.session.add(file)
    db.session.flush()
    return file.id


def _finish(document: Document) -> None:
    reports.finish(document, Pdf(b"%PDF-1.7", ((),)), at=AT)
    db.session.flush()


def _waiting_import(world: World, user: User, say: Say) -> None:
    kind = say("line")
    rows = [HEADERS, (say("line"), kind, say("line")), ("", kind, say("line"))]
    content = "\n".join(",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in rows)
    waiting = places.keep_upload(user, f"{say('line')}.csv", content.encode(), at=datetime.now(UTC))
    plan = ImportPlan(dict(zip(("name", "type", "city"), HEADERS, strict=True)), "XA", {kind: "prison"})
    places.keep_plan(waiting, plan, None, by=user, at=AT)
    world.import_id = waiting.id
