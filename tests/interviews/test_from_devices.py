"""The line of a talk that a device sealed: one line as any other, for whoever can open it."""

from typing import Any
from uuid import UUID

import pytest

from monitor.accounts.models import User
from monitor.accounts.queries import current_key
from monitor.db import db, new_id
from monitor.interviews import operations, queries
from monitor.interviews.models import Kind, Sex, Talk, TalkRecord
from monitor.interviews.operations import LONGEST_NOTE, LONGEST_PLACE, Counted, Line, TalkRefused
from monitor.tenancy import across_mechanisms, acting_for
from monitor.vault.devices import receive
from monitor.vault.keyring import Closed, Keyring, open_record
from monitor.vault.models import CompartmentKey, SealedRecord
from monitor.vault.operations import KeysRefused
from monitor.visits import operations as visits
from monitor.visits.models import Visit, VisitState
from tests.client import Browser
from tests.conftest import NOW
from tests.factories import places
from tests.factories.device_envelopes import device_envelope
from tests.factories.visits import under_way
from tests.interviews.conftest import KeyringOf, base_of

SAID = {"where": "Yard, north corner", "note": "A heron at night", "agreed_to_talk": "yes", "agreed_to_notes": "yes"}
COUNTED = Counted(sex=Sex.WOMAN, people=3)


class OnDevice:
    """A device of the author's that took a visit along."""

    def __init__(self, visit: Visit, key: CompartmentKey, *people: User) -> None:
        self.visit, self.key = visit, key
        self.people = [own for person in people if (own := current_key(person)) is not None]

    def hand_in(
        self, content: object = SAID, *, by: User, id_: UUID | None = None, named: tuple[object, ...] | None = None
    ) -> Talk:
        talk_id = id_ or new_id()
        owner = named or ("device talk", self.visit.id, talk_id)
        envelope = receive(device_envelope(self.key, owner, content, *self.people), self.visit.body_id)
        return operations.add_sealed_talk(self.visit, talk_id, COUNTED, envelope, by=by, at=NOW)


@pytest.fixture
def device(visit: Visit, interviews: CompartmentKey, author: User, leader: User) -> OnDevice:
    return OnDevice(visit, interviews, author, leader)


def line_of(talk: Talk, keyring: Keyring) -> dict[str, Any] | Closed:
    row = talk.only(Kind.LINE)
    assert row is not None
    return open_record(row.record_id, row.owner, Keyring(keyring.user_key_id, keyring.private))


def test_it_opens_for_author_leader_and_readers_and_nobody_else(
    device: OnDevice, author: User, leader: User, coordinator: User, monitor: User, keyring_of: KeyringOf
) -> None:
    talk = device.hand_in(by=author)
    assert [line_of(talk, keyring_of(who)) for who in (author, leader, coordinator)] == [SAID] * 3
    assert line_of(talk, keyring_of(monitor)) is Closed.NOT_FOR_YOU
    assert (talk.code, talk.sex, talk.people, talk.author_id) == ("T-01", Sex.WOMAN, 3, author.id)
    (row,) = db.session.query(SealedRecord)
    assert b"heron" not in row.content


def test_a_repeated_one_changes_nothing(device: OnDevice, visit: Visit, author: User) -> None:
    talk = device.hand_in(by=author)
    again = device.hand_in({}, by=author, id_=talk.id)
    assert (again.id, queries.count_of_visit(visit), db.session.query(TalkRecord).count()) == (talk.id, 1, 1)
    assert device.hand_in(by=author).code == "T-02"


def test_an_id_of_somebody_elses_or_of_another_visits_is_refused_and_nothing_told(
    device: OnDevice,
    visit: Visit,
    interviews: CompartmentKey,
    author: User,
    leader: User,
    stranger: tuple[User, Keyring],
) -> None:
    talk = device.hand_in(by=author)
    other_visit = OnDevice(under_way(places.place(visit.body.mechanism), lead=leader, team=(author,)), interviews)
    with across_mechanisms():
        other = db.session.get_one(User, stranger[0].id)
        theirs = under_way(places.place(other.mechanism), lead=other)
        foreign = operations.add_talk(theirs, Counted(), Line(), by=other, at=NOW).id
        db.session.commit()
    told = set()
    with acting_for(visit.mechanism_id):
        for at, by, id_ in ((device, leader, talk.id), (other_visit, author, talk.id), (device, author, foreign)):
            with pytest.raises(TalkRefused) as refused:
                at.hand_in(by=by, id_=id_)
            told.add((refused.value.code, str(refused.value)))
    assert len(told) == 1
    assert db.session.query(TalkRecord).count() == 1


def test_a_body_without_keys_takes_none(device: OnDevice, visit: Visit, author: User) -> None:
    device.key.replaced_at = NOW
    db.session.flush()
    with pytest.raises(KeysRefused):
        device.hand_in(by=author)
    assert queries.count_of_visit(visit) == 0


@pytest.mark.parametrize(
    "content",
    [
        {}, [], SAID | {"said": "more"}, SAID | {"note": None}, SAID | {"note": ["x"]},
        SAID | {"agreed_to_talk": "maybe"}, SAID | {"agreed_to_notes": True}, SAID | {"note": "x" * (LONGEST_NOTE + 1)},
        SAID | {"where": "x" * (LONGEST_PLACE + 1)}, SAID | {"where": "\0"},
        {name: SAID[name] for name in ("where", "note", "agreed_to_talk")},
    ],
    ids=range(11),
)  # fmt: skip
def test_what_is_no_line_is_damaged(
    content: object, device: OnDevice, author: User, coordinator: User, keyring_of: KeyringOf
) -> None:
    assert line_of(device.hand_in(content, by=author), keyring_of(coordinator)) is Closed.DAMAGED


@pytest.mark.parametrize("refused", ["agreed_to_talk", "agreed_to_notes"])
def test_a_note_nobody_agreed_to_is_never_shown_and_the_refusal_is(
    refused: str, device: OnDevice, author: User, coordinator: User, keyring_of: KeyringOf
) -> None:
    talk = device.hand_in(SAID | {refused: "no"}, by=author)
    assert line_of(talk, keyring_of(coordinator)) == SAID | {refused: "no", "note": ""}


def test_what_was_sealed_for_something_else_is_damaged(
    device: OnDevice, visit: Visit, author: User, coordinator: User, keyring_of: KeyringOf
) -> None:
    for named in (
        ("device talk", visit.id, new_id()),
        ("device talk", new_id(), new_id()),
        ("device answer", visit.id),
    ):
        talk = device.hand_in(by=author, named=named)
        assert line_of(talk, keyring_of(coordinator)) is Closed.DAMAGED
        row = talk.only(Kind.LINE)
        assert row is not None
        assert operations.fitting_line(row.owner, list(map(str, named)), dict(SAID)) is None


def test_only_a_line_comes_from_a_device(device: OnDevice, visit: Visit, author: User) -> None:
    talk = device.hand_in(by=author)
    named = ["device talk", str(visit.id), str(talk.id)]
    for kind in Kind:
        found = operations.fitting_line(("talk", str(talk.id), kind.value, "row"), named, dict(SAID))
        assert (found == SAID) == (kind is Kind.LINE)


def test_it_goes_on_as_every_line_does(
    device: OnDevice, author: User, coordinator: User, keyring_of: KeyringOf
) -> None:
    talk = device.hand_in(by=author)
    base = {Kind.LINE: base_of(talk, Kind.LINE)}
    record = operations.FullRecord(said="He was beaten.")
    operations.write_record(talk, COUNTED, Line(where="Kitchen"), record, base=base, by=author, at=NOW)
    found = line_of(talk, keyring_of(coordinator))
    assert isinstance(found, dict)
    assert found["where"] == "Kitchen"
    assert db.session.query(SealedRecord).count() == 2, "what the device sealed is destroyed"


def test_author_and_leader_let_go_of_it_at_the_approval(
    device: OnDevice, visit: Visit, author: User, leader: User, coordinator: User, keyring_of: KeyringOf
) -> None:
    talk = device.hand_in(by=author)
    visit.state = VisitState.REVIEW
    visits.approve(visit, by=coordinator, at=NOW)
    found = [line_of(talk, keyring_of(who)) for who in (author, leader, coordinator)]
    assert found == [Closed.NOT_FOR_YOU, Closed.NOT_FOR_YOU, SAID]


def test_it_stands_in_the_list_and_is_found_by_searching(
    web: Browser, device: OnDevice, visit: Visit, author: User
) -> None:
    device.hand_in(by=author)
    device.hand_in({"where": "Plover"}, by=author)
    db.session.commit()
    web.sign_in(author)
    web.get(f"/visits/{visit.id}/interviews")
    assert "A heron at night" in web.main
    assert "damaged" in web.main
    assert "Plover" not in web.main
    web.submit("search", {"q": "heron"})
    assert "A heron at night" in web.main


def test_its_author_writes_a_damaged_line_anew(
    web: Browser, device: OnDevice, author: User, coordinator: User, keyring_of: KeyringOf
) -> None:
    talk = device.hand_in({"where": "Plover"}, by=author)
    db.session.commit()
    web.sign_in(author)
    web.get(f"/interviews/{talk.id}/record")
    assert "The line of this talk is damaged." in web.page.get_text()
    web.submit("record", {"where": "Kitchen"})
    assert "T-01 is written and sealed." in web.page.get_text()
    db.session.expire_all()
    found = line_of(talk, keyring_of(coordinator))
    assert isinstance(found, dict)
    assert found["where"] == "Kitchen"
