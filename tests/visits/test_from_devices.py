"""A protected answer that a device sealed goes down the one path, opens for its readers, is used only where it fits."""

from typing import Any

import pytest

from monitor.accounts.models import Body, User, UserKey
from monitor.answers import queries as answers
from monitor.answers.models import Answer, AnswerChange, Outcome
from monitor.answers.operations import CannotBeSealed, Change, Recorded, SealedAnswer
from monitor.answers.sealing import sealed, show
from monitor.db import db, new_id
from monitor.exchange.operations import export_visit, sealed_answers
from monitor.places.models import Place
from monitor.vault import sealing as vault
from monitor.vault.devices import receive
from monitor.vault.keyring import Keyring, open_records
from monitor.vault.models import Compartment, CompartmentKey, SealedRecord
from monitor.vault.queries import users_keys
from monitor.visits import operations
from monitor.visits.form_pages import read_form
from monitor.visits.models import TeamRole, Visit, VisitState
from monitor.visits.operations import Member
from monitor.visits.sealing import hand_over, handover
from tests.client import Browser
from tests.conftest import NOW
from tests.factories import visits
from tests.factories.device_envelopes import device_envelope
from tests.factories.keys import compartments, own_key

FEAR = "int-fear"
PLAN = "after-reprisal-plan"
SAID = {"fields": {"value": ["yes"]}, "comment": "They whispered.", "sources": ["private_interview"], "urgent": True}
CONTENT = ("yes", "They whispered.", ["private_interview"], True)
DAMAGED = "What was sealed here does not open, or does not fit the question."
Person = tuple[UserKey, Keyring]


@pytest.fixture
def reader(coordinator: User) -> Person:
    """The coordinator, who reads what the body keeps sealed."""
    return own_key(coordinator)


@pytest.fixture
def key(body: Body, reader: Person) -> CompartmentKey:
    return compartments(body, reader[0])[Compartment.INTERVIEWS]


@pytest.fixture
def visit(prison: Place, leader: User, member: User, key: CompartmentKey) -> Visit:
    """A visit under way, of a body with keys."""
    return visits.under_way(prison, lead=leader, team=(member,), form="full")


@pytest.fixture
def author(member: User) -> Person:
    return own_key(member)


@pytest.fixture
def by_leader(leader: User) -> Person:
    return own_key(leader)


class OnDevice:
    """A device that took a visit along: seals for the body's readers and the people it was told."""

    def __init__(self, visit: Visit, key: CompartmentKey, by: User, *people: Person) -> None:
        self.visit, self.key, self.by, self.people = visit, key, by, [person[0] for person in people]

    def change(
        self, content: object = SAID, *, item: str = FEAR, base: int = 0, named: tuple[object, ...] | None = None
    ) -> Change:
        id_ = new_id()
        owner = named or ("device answer", self.visit.sheet_id, item, id_)
        envelope = receive(device_envelope(self.key, owner, content, *self.people), self.visit.body_id)
        return Change(item, None, base=base, id=id_, sealed=SealedAnswer(envelope, is_answered=True, has_comment=True))

    def hand_in(self, *changes: Change) -> list[Recorded]:
        return operations.record_answers(self.visit, changes, by=self.by, at=NOW)

    def write(self, content: object = SAID, **more: Any) -> Recorded:
        (result,) = self.hand_in(self.change(content, **more))
        return result


@pytest.fixture
def device(visit: Visit, key: CompartmentKey, member: User, author: Person, by_leader: Person) -> OnDevice:
    return OnDevice(visit, key, member, author, by_leader)


def head(visit: Visit, item: str = FEAR) -> Answer:
    (found,) = answers.heads(visit.sheet, [item])
    return found


def read_by(person: Person | Keyring, row: Answer | AnswerChange) -> object:
    """What a person reads in a row; why it does not open otherwise."""
    keyring = person if isinstance(person, Keyring) else person[1]
    row.opened = None
    show([row], open_records(sealed([row]), Keyring(keyring.user_key_id, keyring.private)))
    return row.opened or ("damaged" if row.is_damaged else "closed")


def test_author_leader_and_readers_open_it_and_nobody_else(
    device: OnDevice, visit: Visit, reader: Person, author: Person, by_leader: Person, monitor: User
) -> None:
    assert device.write() == Recorded(head(visit).id, FEAR, Outcome.APPLIED, 1)
    row = head(visit)
    assert (row.plain_value, row.plain_comment, row.plain_urgent) == (None, "", False)
    assert (row.is_closed, row.is_answered, row.has_comment) == (True, True, True)
    assert [read_by(who, row) for who in (reader, author, by_leader)] == [CONTENT] * 3
    assert read_by(own_key(monitor), row) == "closed"


def test_a_repeated_change_changes_nothing(device: OnDevice, visit: Visit) -> None:
    change = device.change()
    assert device.hand_in(change) == device.hand_in(change) == [Recorded(change.id, FEAR, Outcome.APPLIED, 1)]
    assert len(answers.item_history(visit.sheet, FEAR)) == 1


def test_the_next_one_of_the_same_device_follows_and_one_that_saw_less_clashes(
    device: OnDevice, visit: Visit, reader: Person, coordinator: User
) -> None:
    later = SAID | {"fields": {"value": ["no"]}}
    assert device.write().revision == 1
    assert device.write(later, base=1) == Recorded(
        answers.item_history(visit.sheet, FEAR)[1].id, FEAR, Outcome.APPLIED, 2
    )
    assert device.write(base=0).outcome is Outcome.CLASH
    (clash,) = answers.clashes(visit.sheet)
    assert [read_by(reader, row) for row in (head(visit), clash)] == [("no", *CONTENT[1:]), CONTENT]
    settled = operations.settle_clash(
        visit, Change(FEAR, "yes", "Both.", base=2), by=coordinator, at=NOW, keyring=reader[1]
    )
    assert settled.outcome is Outcome.APPLIED
    assert answers.clashes(visit.sheet) == []
    assert read_by(reader, head(visit)) == ("yes", "Both.", [], False)


def test_what_a_page_wrote_meanwhile_stays_and_the_devices_text_is_kept(
    device: OnDevice, visit: Visit, leader: User, reader: Person
) -> None:
    operations.record_answers(visit, [Change(FEAR, "no")], by=leader, at=NOW)
    assert device.write().outcome is Outcome.CLASH
    assert read_by(reader, head(visit)) == ("no", "", [], False)


def test_only_protected_items_of_a_body_with_keys_take_it(
    device: OnDevice, visit: Visit, prison: Place, leader: User
) -> None:
    with pytest.raises(CannotBeSealed) as refused:
        device.hand_in(device.change(), device.change(item="san-cleaning"))
    assert (refused.value.code, refused.value.item) == ("not_protected", "san-cleaning")
    change = device.change()
    device.key.replaced_at = NOW
    db.session.flush()
    with pytest.raises(CannotBeSealed) as refused:
        device.hand_in(change)
    assert refused.value.code == "no_key"
    assert answers.heads(visit.sheet, [FEAR, "san-cleaning"]) == []


@pytest.mark.parametrize(
    "content",
    [
        {}, [], "yes", {"value": "yes"}, SAID | {"value": "yes"}, {**SAID, "urgent": True, "by": "somebody"},
        SAID | {"fields": {"value": ["perhaps"]}}, SAID | {"fields": {"value": ["yes", "no"]}},
        SAID | {"fields": {"value": "yes"}}, SAID | {"fields": ["yes"]}, SAID | {"fields": {"value": [True]}},
        SAID | {"comment": None}, SAID | {"comment": "x" * 20_001}, SAID | {"comment": "\0"},
        SAID | {"sources": ["the neighbours"]}, SAID | {"sources": [[]]}, SAID | {"sources": "private_interview"},
        b'{"fields": {}, "comment": "\\ud83d", "sources": [], "urgent": false}',
        b'{"fields": {}, "comment": NaN, "sources": [], "urgent": false}', b"not JSON",
    ],
    ids=range(20),
)  # fmt: skip
def test_what_does_not_fit_its_item_is_damaged(content: object, device: OnDevice, visit: Visit, reader: Person) -> None:
    device.write(content)
    row = head(visit)
    assert (read_by(reader, row), row.is_damaged, row.content) == ("damaged", True, (None, "", [], False))


def test_it_is_read_as_a_page_is(device: OnDevice, visit: Visit, reader: Person) -> None:
    said = {"fields": {"value": ["  Call.\r\nVisit. "]}, "comment": " Soon ", "sources": [], "urgent": "yes"}
    device.write(said, item=PLAN)
    assert read_by(reader, head(visit, PLAN)) == ("Call.\nVisit.", "Soon", [], False)
    empty = {"fields": {}, "comment": "", "sources": [], "urgent": False}
    device.write(empty, item=PLAN, base=1)
    assert read_by(reader, head(visit, PLAN)) == (None, "", [], False)


@pytest.mark.parametrize("what", ["another form", "another item", "no change", "a talk", "nothing"])
def test_what_was_sealed_for_something_else_is_damaged(
    what: str, device: OnDevice, visit: Visit, reader: Person
) -> None:
    named = {
        "another form": ("device answer", new_id(), FEAR, new_id()),
        "another item": ("device answer", visit.sheet_id, PLAN, new_id()),
        "no change": ("device answer", visit.sheet_id, FEAR),
        "a talk": ("device talk", visit.id, new_id()),
        "nothing": ("",),
    }[what]
    change = device.change(named=named)
    device.hand_in(change)
    assert read_by(reader, head(visit)) == "damaged", "it is bound to another place"
    seal_again_as(head(visit), change, named)
    assert read_by(reader, head(visit)) == "damaged", "it opens, and says that it belongs to another place"


def seal_again_as(row: Answer | AnswerChange, change: Change, named: tuple[object, ...]) -> None:
    """Put a record in place of the row's that tells truly for what the device sealed it."""
    assert change.sealed is not None
    assert row.sealed_id is not None
    body_id = db.session.get_one(SealedRecord, row.sealed_id).body_id
    sealer = vault.sealer(body_id, Compartment.INTERVIEWS, at=NOW)
    row.sealed_id = vault.store(sealer.enclose(row.owner, change.sealed.envelope, named)).id
    db.session.flush()


def test_a_clash_is_bound_to_its_very_change(device: OnDevice, visit: Visit, reader: Person) -> None:
    device.write()
    named = ("device answer", visit.sheet_id, FEAR, new_id())
    change = device.change(named=named)
    device.hand_in(change)
    (clash,) = answers.clashes(visit.sheet)
    assert read_by(reader, clash) == "damaged"
    seal_again_as(clash, change, named)
    assert read_by(reader, clash) == "damaged"


def test_what_is_sealed_is_never_taken_for_nothing(device: OnDevice, visit: Visit, reader: Person) -> None:
    sealed_one = device.change()
    assert [result.revision for result in device.hand_in(sealed_one, Change(FEAR, None, base=1))] == [1, 2]
    assert read_by(reader, head(visit)) == (None, "", [], False)


def test_a_reader_writes_anew_what_is_damaged(
    device: OnDevice, visit: Visit, reader: Person, coordinator: User, monitor: User
) -> None:
    device.write({"fields": {}})
    device.write({"fields": {}})
    form = read_form(visit)
    rows = form.rows_of([FEAR])
    show(rows, open_records(sealed(rows), own_key(monitor)[1]))
    assert (form.shown_item(FEAR).is_sealed, form.shown_item(FEAR).typed.base) == (True, 0), "others may open it"
    show(rows, open_records(sealed(rows), reader[1]))
    assert (form.shown_item(FEAR).is_sealed, form.shown_item(FEAR).typed.base) == (False, 1)
    change = Change(FEAR, "no", base=form.shown_item(FEAR).typed.base)
    operations.settle_clash(visit, change, by=coordinator, at=NOW, keyring=reader[1])
    assert (read_by(reader, head(visit)), answers.clashes(visit.sheet)) == (("no", "", [], False), [])


def test_pages_say_that_it_is_damaged_and_show_what_fits(
    web: Browser, visit: Visit, key: CompartmentKey, member: User, leader: User
) -> None:
    device = OnDevice(visit, key, member)
    device.people = [*users_keys([leader.id]).values()]
    device.write(SAID | {"comment": "A heron on the roof."})
    device.write({"fields": {"value": ["A plover in the yard."]}}, item=PLAN)
    db.session.commit()
    web.sign_in(leader)
    for item, text, is_damaged in ((FEAR, "A heron on the roof.", False), (PLAN, "A plover in the yard.", True)):
        web.get(f"/visits/{visit.id}/form/{read_form(visit).page_number(item)}")
        question = web.page.find(id=f"item-{item}")
        assert (text in question.get_text(), DAMAGED in question.get_text()) == (not is_damaged, is_damaged)


# who opens it later


def test_from_the_approval_on_readers_alone_open_it(
    device: OnDevice, visit: Visit, reader: Person, author: Person, by_leader: Person, coordinator: User
) -> None:
    device.write()
    late = device.change(item=PLAN)
    visit.state = VisitState.REVIEW
    operations.approve(visit, by=coordinator, at=NOW)
    device.hand_in(late)
    for row in (head(visit), head(visit, PLAN)):
        assert [read_by(who, row) for who in (reader, author, by_leader)] == [CONTENT, "closed", "closed"]


@pytest.mark.parametrize("is_named_before", [True, False])
def test_a_leader_named_later_opens_it_after_the_handover(
    is_named_before: bool, device: OnDevice, visit: Visit, reader: Person, author: Person, member: User, monitor: User
) -> None:
    change, own = device.change(), own_key(monitor)
    team = [Member(monitor.id, TeamRole.LEAD), Member(member.id, TeamRole.MONITOR)]
    if is_named_before:
        operations.set_team(visit, team, by=None, at=NOW)
    device.hand_in(change)
    operations.set_team(visit, team, by=None, at=NOW)
    assert read_by(own, head(visit)) == "closed"
    found = handover(visit, author[1])
    assert found is not None
    assert (found.closed, found.can_do) == ({head(visit).sealed_id: head(visit).owner}, 1)
    assert hand_over(visit, author[1], by=member, at=NOW) == 1
    assert [read_by(who, head(visit)) for who in (own, author, reader)] == [CONTENT] * 3
    assert handover(visit, own[1]) is None


def test_an_older_answer_in_place_of_the_newest_does_not_open(device: OnDevice, visit: Visit, reader: Person) -> None:
    device.write()
    older = head(visit).sealed_id
    device.write(SAID | {"comment": "Later."}, base=1)
    head(visit).sealed_id = older
    assert read_by(reader, head(visit)) == "damaged"


def test_documents_leave_it_out_and_the_count_says_so(device: OnDevice, visit: Visit) -> None:
    device.write()
    assert sealed_answers(visit) == 1
    assert FEAR not in [answer["item"] for answer in export_visit(visit)["answers"]]
