"""Protected answers are sealed to readers, author and leader, and stay whole through clash, approval and export."""

from pathlib import Path

import pytest
from sqlalchemy import select

from monitor.accounts.models import Body, User
from monitor.answers import queries as answers
from monitor.answers.models import Answer, AnswerChange, Outcome
from monitor.answers.operations import Change
from monitor.answers.sealing import sealed, show
from monitor.db import db
from monitor.exchange.operations import export_visit, sealed_answers
from monitor.places.models import Place
from monitor.sealing.key_pairs import new_pair
from monitor.vault.devices import holders_for
from monitor.vault.keyring import Keyring, open_records
from monitor.visits import completeness, operations
from monitor.visits.models import Visit
from tests.conftest import NOW
from tests.factories import visits
from tests.factories.keys import compartments, own_key

CANARY = "kestrel over the water tower"
PLAN = "after-reprisal-plan"
FEAR = "int-fear"


@pytest.fixture
def visit(prison: Place, leader: User, member: User) -> Visit:
    """A visit under way, with a leader and a member."""
    return visits.under_way(prison, lead=leader, team=(member,), form="full")


@pytest.fixture
def reader(body: Body, coordinator: User) -> Keyring:
    """The coordinator, who reads what the body keeps sealed."""
    key, keyring = own_key(coordinator)
    compartments(body, key)
    return keyring


def write(visit: Visit, text: str, *, by: User, base: int = 0, keyring: Keyring | None = None) -> Outcome:
    change = Change(PLAN, text, base=base)
    (result,) = operations.record_answers(visit, [change], by=by, at=NOW, keyring=keyring)
    return result.outcome


def head(visit: Visit, item: str = PLAN) -> Answer:
    (found,) = answers.heads(visit.sheet, [item])
    return found


def read_by(keyring: Keyring, row: Answer | AnswerChange) -> object:
    """What a person reads in a row; None where it stays sealed."""
    row.opened = None
    show([row], open_records(sealed([row]), Keyring(keyring.user_key_id, keyring.private)))
    return row.value


def test_a_body_without_keys_seals_nothing_to_people(visit: Visit, leader: User) -> None:
    write(visit, CANARY, by=leader)
    assert (head(visit).sealed_id, head(visit).plain_value, head(visit).value) == (None, None, CANARY)


def test_author_leader_and_readers_open_it_and_nobody_else(
    visit: Visit, reader: Keyring, leader: User, member: User, monitor: User
) -> None:
    by_leader, by_member, by_other = (own_key(user)[1] for user in (leader, member, monitor))
    write(visit, CANARY, by=member)
    row = head(visit)
    assert (row.plain_value, row.plain_comment, row.is_closed, row.is_answered) == (None, "", True, True)
    assert [read_by(keyring, row) for keyring in (reader, by_leader, by_member)] == [CANARY] * 3
    assert read_by(by_other, row) is None


def test_nothing_is_sealed_to_an_own_key_that_was_exchanged(visit: Visit, reader: Keyring, leader: User) -> None:
    forged, key = new_pair(), own_key(leader)[0]
    key.public = forged.public
    write(visit, CANARY, by=leader)
    assert read_by(Keyring(key.id, forged.private), head(visit)) is None
    assert read_by(reader, head(visit)) == CANARY
    assert holders_for(visit.body_id, [leader.id])["people"] == []


def test_other_items_stay_in_plain(visit: Visit, reader: Keyring, leader: User) -> None:
    operations.record_answers(visit, [Change("san-cleaning", "meets")], by=leader, at=NOW)
    assert head(visit, "san-cleaning").sealed_id is None


def test_from_the_approval_on_readers_alone_open_it(
    prison: Place, body: Body, reader: Keyring, leader: User, coordinator: User
) -> None:
    by_leader = own_key(leader)[1]
    visit = visits.in_review(prison, lead=leader, form="full", answers=(Change(PLAN, CANARY),))
    assert read_by(by_leader, head(visit)) == CANARY
    operations.approve(visit, by=coordinator, at=NOW)
    assert read_by(by_leader, head(visit)) is None
    assert read_by(reader, head(visit)) == CANARY


def test_the_same_text_again_changes_nothing_where_its_writer_can_read(
    visit: Visit, reader: Keyring, leader: User
) -> None:
    own = own_key(leader)[1]
    write(visit, CANARY, by=leader)
    assert write(visit, CANARY, by=leader, base=1, keyring=own) is Outcome.UNCHANGED
    assert write(visit, "Another plan.", by=leader, base=1, keyring=own) is Outcome.APPLIED
    assert read_by(own, head(visit)) == "Another plan."


def test_who_cannot_read_makes_a_clash_that_the_leader_settles(
    visit: Visit, reader: Keyring, leader: User, member: User
) -> None:
    own_key(member)
    own = own_key(leader)[1]
    write(visit, CANARY, by=leader)
    assert write(visit, "A plan of mine.", by=member) is Outcome.CLASH
    (clash,) = answers.clashes(visit.sheet)
    assert (read_by(own, head(visit)), read_by(own, clash)) == (CANARY, "A plan of mine.")
    change = Change(PLAN, f"{CANARY}. A plan of mine.", base=1)
    operations.settle_clash(visit, change, by=leader, at=NOW, keyring=own)
    assert answers.clashes(visit.sheet) == []
    assert read_by(own, head(visit)) == f"{CANARY}. A plan of mine."


def test_an_older_revision_put_in_place_of_the_newest_does_not_open(
    visit: Visit, reader: Keyring, leader: User
) -> None:
    own = own_key(leader)[1]
    write(visit, CANARY, by=leader)
    older = head(visit).sealed_id
    write(visit, "Another plan.", by=leader, base=1, keyring=own)
    row = head(visit)
    row.sealed_id = older
    db.session.flush()
    assert read_by(own, row) is None


def test_what_lay_under_the_servers_key_is_sealed_when_the_first_reader_sets_the_keys_up(
    visit: Visit, body: Body, leader: User, member: User, coordinator: User
) -> None:
    own = own_key(leader)[1]
    write(visit, "First.", by=leader)
    write(visit, CANARY, by=leader, base=1)
    assert write(visit, f"Or: {CANARY}", by=member) is Outcome.CLASH
    db.session.commit()
    key, keyring = own_key(coordinator)
    compartments(body, key)
    db.session.commit()
    (clash,) = answers.clashes(visit.sheet)
    for row in (head(visit), clash):
        assert row.kept is None
        assert CANARY in str(read_by(keyring, row))
        assert CANARY in str(read_by(own, row))
    db.session.remove()
    db.engine.dispose()  # the last connection that closes brings the log of the database into its file
    assert CANARY.encode() not in stored()


def test_what_does_not_open_under_the_servers_key_is_kept_as_it_is(
    visit: Visit, body: Body, leader: User, coordinator: User
) -> None:
    write(visit, CANARY, by=leader)
    operations.record_answers(visit, [Change(FEAR, "yes", comment=CANARY)], by=leader, at=NOW)
    rows = [*db.session.scalars(select(AnswerChange).where(AnswerChange.item_id == PLAN)), head(visit)]
    for row in rows:
        row.kept = b"damaged"
    db.session.flush()
    key, keyring = own_key(coordinator)
    compartments(body, key)
    assert [(row.kept, row.sealed_id) for row in rows] == [(b"damaged", None)] * 2
    assert read_by(keyring, head(visit, FEAR)) == "yes", "the others are sealed"
    assert sealed_answers(visit) == 2, "it is counted as left out of documents, with the sealed one"


def stored() -> bytes:
    """Everything that lies in the database's folder."""
    folder = Path(str(db.engine.url.database)).parent
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_progress_and_gaps_need_no_key(visit: Visit, reader: Keyring, leader: User) -> None:
    _, items = answers.guide_and_items(visit.sheet)
    before = completeness.progress(items, answers.heads(visit.sheet))[items[FEAR].section_id].answered
    assert FEAR in {gap.item.id for gap in completeness.gaps(visit)}
    operations.record_answers(visit, [Change(FEAR, "yes", comment=CANARY)], by=leader, at=NOW)
    after = completeness.progress(items, answers.heads(visit.sheet))[items[FEAR].section_id].answered
    assert after == before + 1
    assert FEAR not in {gap.item.id for gap in completeness.gaps(visit)}


def test_an_export_leaves_sealed_answers_out_and_counts_them(
    prison: Place, body: Body, reader: Keyring, leader: User
) -> None:
    visit = visits.in_review(
        prison, lead=leader, form="full", answers=(Change(PLAN, CANARY), Change("san-cleaning", "meets"))
    )
    document = export_visit(visit)
    told = {answer["item"] for answer in document["answers"]}
    assert "san-cleaning" in told
    assert PLAN not in told
    assert CANARY not in str(document)
    assert sealed_answers(visit) == 1
