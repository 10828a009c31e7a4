"""Talks are sealed to people; a finished one is supplemented, never changed; nothing is kept without its consent."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from monitor.accounts.models import Body, User
from monitor.audit.models import AuditEvent
from monitor.db import db, new_id
from monitor.interviews import operations, queries
from monitor.interviews.models import AgeGroup, ConsentStep, Kind, Partner, Sex, Talk, TalkRecord
from monitor.interviews.operations import Counted, FullRecord, Line, TalkRefused
from monitor.interviews.sealing import seal_for_visit
from monitor.vault import operations as vault
from monitor.vault.keyring import Closed, Keyring, open_record
from monitor.vault.models import CompartmentKey, SealedRecord
from monitor.vault.operations import KeysRefused
from monitor.visits import operations as visit_operations
from monitor.visits.models import TeamRole, Visit
from monitor.visits.operations import Member
from tests.conftest import NOW
from tests.factories import accounts, places, visits
from tests.interviews.conftest import LINE, RECORD, KeyringOf, SignedIn, base_of, set_up

DAY = date(2026, 3, 12)


def opened(talk: Talk, kind: Kind, keyring: Keyring | None) -> object:
    row = talk.of_kind(kind)[-1]
    return open_record(row.record_id, row.owner, keyring)


def approve(visit: Visit, leader: User, coordinator: User) -> None:
    visit_operations.submit(visit, by=leader, at=NOW)
    visit_operations.approve(visit, by=coordinator, at=NOW)
    db.session.commit()


def test_codes_are_given_in_a_line_per_visit(visit: Visit, author: User, leader: User) -> None:
    codes = [operations.add_talk(visit, Counted(), LINE, by=author, at=NOW).code for _ in range(3)]
    assert codes == ["T-01", "T-02", "T-03"]
    other = visits.under_way(visit.place, lead=leader)
    assert operations.add_talk(other, Counted(), LINE, by=leader, at=NOW).code == "T-01"


def test_a_number_taken_at_the_same_moment_is_not_given_twice(
    visit: Visit, author: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = operations.add_talk(visit, Counted(), LINE, by=author, at=NOW)
    monkeypatch.setattr(queries, "next_number", lambda _visit: first.number)
    assert operations.add_talk(visit, Counted(), LINE, by=author, at=NOW).code == "T-02"


def test_nothing_is_recorded_before_the_body_has_keys(body: Body, monitor: User) -> None:
    visit = visits.under_way(places.place(body.mechanism), lead=monitor)
    with pytest.raises(KeysRefused) as refused:
        operations.add_talk(visit, Counted(), LINE, by=monitor, at=NOW)
    assert refused.value.code == "no_key"


def test_author_leader_and_reader_open_a_talk_and_nobody_else(
    talk: Talk, author: User, leader: User, coordinator: User, administrator: User, body: Body, keyring_of: KeyringOf
) -> None:
    member, colleague = accounts.monitor(body), accounts.coordinator(body)
    for kind, content in ((Kind.LINE, LINE.content()), (Kind.RECORD, RECORD.content())):
        for person in (author, leader, coordinator):
            assert opened(talk, kind, keyring_of(person)) == content
        for person in (member, colleague, administrator):
            assert opened(talk, kind, keyring_of(person)) is Closed.NOT_FOR_YOU
        assert opened(talk, kind, None) is Closed.NOT_FOR_YOU


def test_a_reader_of_another_body_opens_nothing(talk: Talk, body: Body, keyring_of: KeyringOf) -> None:
    other = accounts.other_body(body.mechanism)
    reader = accounts.coordinator(other)
    set_up(other, reader)
    assert opened(talk, Kind.LINE, keyring_of(reader)) is Closed.NOT_FOR_YOU


def test_a_reader_of_another_mechanism_opens_nothing(talk: Talk, stranger: tuple[User, Keyring]) -> None:
    assert opened(talk, Kind.LINE, stranger[1]) is Closed.NOT_FOR_YOU


def test_from_approval_on_readers_alone_open_it(
    talk: Talk, visit: Visit, author: User, leader: User, coordinator: User, keyring_of: KeyringOf
) -> None:
    approve(visit, leader, coordinator)
    for person in (author, leader):
        assert opened(talk, Kind.RECORD, keyring_of(person)) is Closed.NOT_FOR_YOU
    assert opened(talk, Kind.RECORD, keyring_of(coordinator)) == RECORD.content()
    operations.supplement(talk, "He called us.", by=author, at=NOW)
    assert opened(talk, Kind.SUPPLEMENT, keyring_of(author)) is Closed.NOT_FOR_YOU
    assert opened(talk, Kind.SUPPLEMENT, keyring_of(coordinator)) == {"text": "He called us."}


def test_a_monitor_with_a_grant_opens_it_after_approval(
    talk: Talk, visit: Visit, interviews: CompartmentKey, author: User, leader: User, coordinator: User,
    monitor: User, keyring_of: KeyringOf,
) -> None:  # fmt: skip
    approve(visit, leader, coordinator)
    to = vault.key_to_grant_to(monitor.id)
    vault.grant(interviews, to, keyring_of(coordinator), by=coordinator, at=NOW)
    assert opened(talk, Kind.RECORD, keyring_of(monitor)) == RECORD.content()


def test_records_exchanged_between_talks_do_not_open(
    talk: Talk, visit: Visit, author: User, keyring_of: KeyringOf
) -> None:
    other = operations.add_talk(visit, Counted(), replace(LINE, note="Spoke well of the food"), by=author, at=NOW)
    one, two = talk.only(Kind.LINE), other.only(Kind.LINE)
    assert one is not None
    assert two is not None
    keyring = keyring_of(author)
    assert open_record(two.record_id, one.owner, keyring) is Closed.DAMAGED
    assert open_record(one.record_id, two.owner, keyring) is Closed.DAMAGED
    records = [db.session.get_one(SealedRecord, row.record_id) for row in (one, two)]
    records[0].content, records[1].content = records[1].content, records[0].content
    db.session.flush()
    assert opened(talk, Kind.LINE, keyring) is opened(other, Kind.LINE, keyring) is Closed.DAMAGED
    assert opened(talk, Kind.RECORD, keyring) == RECORD.content()


def test_what_was_written_before_is_destroyed(talk: Talk, author: User, keyring_of: KeyringOf) -> None:
    base = {kind: base_of(talk, kind) for kind in (Kind.LINE, Kind.RECORD)}
    operations.write_record(talk, Counted(people=3), LINE, FullRecord(said="Nothing."), base=base, by=author, at=NOW)
    assert talk.people == 3
    left = {str(id_) for id_ in db.session.scalars(select(SealedRecord.id))}
    assert left.isdisjoint(base.values())
    assert opened(talk, Kind.RECORD, keyring_of(author)) == FullRecord(said="Nothing.").content()


def test_an_overtaken_record_is_not_written(talk: Talk, author: User, keyring_of: KeyringOf) -> None:
    old = {kind: base_of(talk, kind) for kind in (Kind.LINE, Kind.RECORD)}
    newer = FullRecord(said="A newer text.")
    operations.write_record(talk, Counted(), LINE, newer, base=old, by=author, at=NOW)
    with pytest.raises(TalkRefused) as refused:
        operations.write_record(talk, Counted(), LINE, RECORD, base=old, by=author, at=NOW)
    assert refused.value.code == "overtaken"
    assert opened(talk, Kind.RECORD, keyring_of(author)) == newer.content()


def test_approval_finishes_what_its_author_did_not(
    talk: Talk, visit: Visit, author: User, leader: User, coordinator: User
) -> None:
    approve(visit, leader, coordinator)
    base = {kind: base_of(talk, kind) for kind in (Kind.LINE, Kind.RECORD)}
    with pytest.raises(TalkRefused) as refused:
        operations.write_record(talk, Counted(), LINE, FullRecord(said="x"), base=base, by=author, at=NOW)
    assert refused.value.code == "finished"


def test_a_finished_record_is_supplemented_not_changed(talk: Talk, author: User, keyring_of: KeyringOf) -> None:
    with pytest.raises(TalkRefused) as refused:
        operations.supplement(talk, "Too early.", by=author, at=NOW)
    assert refused.value.code == "not_finished"
    operations.finish(talk, by=author, at=NOW)
    base = {kind: base_of(talk, kind) for kind in (Kind.LINE, Kind.RECORD)}
    with pytest.raises(TalkRefused) as refused:
        operations.write_record(talk, Counted(), LINE, FullRecord(said="x"), base=base, by=author, at=NOW)
    assert refused.value.code == "finished"
    for text in ("First.", "Second."):
        operations.supplement(talk, text, by=author, at=NOW)
    keyring = keyring_of(author)
    found = [open_record(row.record_id, row.owner, keyring) for row in talk.of_kind(Kind.SUPPLEMENT)]
    assert found == [{"text": "First."}, {"text": "Second."}]
    assert opened(talk, Kind.RECORD, keyring) == RECORD.content()


@pytest.mark.parametrize("refused", [{"agreed_to_talk": "no"}, {"agreed_to_notes": "no"}])
def test_no_note_without_agreement_to_notes(visit: Visit, author: User, refused: dict[str, str]) -> None:
    with pytest.raises(TalkRefused) as error:
        operations.add_talk(visit, Counted(), replace(LINE, **refused), by=author, at=NOW)
    assert error.value.code == "no_notes"
    talk = operations.add_talk(visit, Counted(), Line(where="Yard", **refused), by=author, at=NOW)
    with pytest.raises(TalkRefused):
        operations.write_record(
            talk, Counted(), Line(**refused), RECORD, base={Kind.LINE: base_of(talk, Kind.LINE)}, by=author, at=NOW
        )


def test_medical_notes_open_for_their_author_and_health_readers_alone(
    talk: Talk, visit: Visit, author: User, leader: User, coordinator: User, body: Body, keyring_of: KeyringOf
) -> None:
    doctor = accounts.monitor(body)
    team = [Member(leader.id, TeamRole.LEAD), Member(author.id, TeamRole.MONITOR), Member(doctor.id, TeamRole.DOCTOR)]
    visit_operations.set_team(visit, team, by=leader, at=NOW)
    operations.add_medical(talk, injuries="Bruises", notes="", by=doctor, at=NOW)
    assert opened(talk, Kind.MEDICAL, keyring_of(doctor)) == {"injuries": "Bruises", "notes": ""}
    for person in (author, leader, coordinator):
        assert opened(talk, Kind.MEDICAL, keyring_of(person)) is Closed.NOT_FOR_YOU


def test_consents_stand_as_not_asked_and_keep_every_step(talk: Talk, author: User, keyring_of: KeyringOf) -> None:
    keyring = keyring_of(author)
    assert operations.present_step(talk, Kind.PUBLISH, keyring) is None
    for step in (ConsentStep.GIVEN, ConsentStep.TAKEN_BACK):
        operations.set_consent(talk, Kind.PUBLISH, step, on=DAY, scope="One sentence", by=author, at=NOW)
    assert operations.present_step(talk, Kind.PUBLISH, keyring) is ConsentStep.TAKEN_BACK
    assert operations.present_step(talk, Kind.PUBLISH, None) is Closed.NOT_FOR_YOU
    assert len(talk.of_kind(Kind.PUBLISH)) == 2
    with pytest.raises(ValueError, match="no consent"):
        operations.set_consent(talk, Kind.LINE, ConsentStep.GIVEN, on=DAY, scope="", by=author, at=NOW)


def test_a_name_needs_a_request_and_the_consent_to_act(
    talk: Talk, visit: Visit, author: User, monitor: User, keyring_of: KeyringOf
) -> None:
    def keep(of: Talk, keyring: Keyring | None) -> str:
        with pytest.raises(TalkRefused) as refused:
            operations.keep_name(of, name="N. N.", contact="", keyring=keyring, by=author, at=NOW)
        return refused.value.code

    keyring = keyring_of(author)
    without_request = operations.add_talk(visit, Counted(), LINE, by=author, at=NOW)
    assert keep(without_request, keyring) == "no_request"
    assert keep(talk, keyring) == "no_consent"
    operations.set_consent(talk, Kind.ACT, ConsentStep.REFUSED, on=DAY, scope="", by=author, at=NOW)
    assert keep(talk, keyring) == "no_consent"
    operations.set_consent(talk, Kind.ACT, ConsentStep.GIVEN, on=DAY, scope="Tell the doctor", by=author, at=NOW)
    assert keep(talk, keyring_of(monitor)) == "no_request"
    operations.keep_name(talk, name="N. N.", contact="Sister", keyring=keyring, by=author, at=NOW)
    assert opened(talk, Kind.NAME, keyring) == {"name": "N. N.", "contact": "Sister"}
    assert queries.open_cases(visit) == 1


@pytest.mark.parametrize("way", ["deleted", "forged"])
def test_a_consent_altered_behind_the_log_counts_as_not_given(
    talk: Talk, author: User, coordinator: User, keyring_of: KeyringOf, signed_in: SignedIn, way: str
) -> None:
    """Who writes the database can delete the step that took it back, or seal one to the readers' public keys."""
    keyring = keyring_of(author)
    operations.set_consent(talk, Kind.ACT, ConsentStep.GIVEN, on=DAY, scope="All", by=author, at=NOW)
    altered = "somebody altered them in the database"
    assert altered not in signed_in(coordinator).get(f"/interviews/{talk.id}").get_text()
    if way == "deleted":
        operations.set_consent(talk, Kind.ACT, ConsentStep.TAKEN_BACK, on=DAY, scope="", by=author, at=NOW)
        db.session.delete(talk.of_kind(Kind.ACT)[-1])
    else:
        row = TalkRecord(id=new_id(), mechanism_id=talk.mechanism_id, talk_id=talk.id, kind=Kind.ACT)
        said = {"step": ConsentStep.GIVEN.value, "on": DAY.isoformat(), "scope": "Everything"}
        row.record_id = seal_for_visit(talk.visit, row.owner, said, by=author, at=NOW).id
        row.author_id, row.written_at = author.id, NOW
        talk.records.append(row)
    db.session.commit()
    assert operations.present_step(talk, Kind.ACT, keyring) is Closed.DAMAGED
    refused = operations.refusal_of_name(talk, keyring)
    assert refused is not None
    assert refused.code == "no_consent"
    assert altered in signed_in(coordinator).get(f"/interviews/{talk.id}").get_text()
    operations.set_consent(talk, Kind.ACT, ConsentStep.GIVEN, on=DAY, scope="Asked again", by=author, at=NOW)
    assert operations.present_step(talk, Kind.ACT, keyring) is ConsentStep.GIVEN
    assert altered not in signed_in(coordinator).get(f"/interviews/{talk.id}").get_text()


@pytest.mark.parametrize("way", ["case_ended", "consent"])
def test_a_name_goes_with_the_case_and_with_the_consent(
    talk: Talk, author: User, keyring_of: KeyringOf, way: str
) -> None:
    operations.set_consent(talk, Kind.ACT, ConsentStep.GIVEN, on=DAY, scope="All", by=author, at=NOW)
    row = operations.keep_name(talk, name="N. N.", contact="", keyring=keyring_of(author), by=author, at=NOW)
    sealed = row.record_id
    if way == "consent":
        operations.set_consent(talk, Kind.ACT, ConsentStep.TAKEN_BACK, on=DAY, scope="", by=author, at=NOW)
    else:
        assert operations.delete_name(talk, by=author, at=NOW)
    db.session.commit()
    assert db.session.get(SealedRecord, sealed) is None
    assert talk.only(Kind.NAME) is None
    assert not operations.delete_name(talk, by=author, at=NOW)
    (event,) = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == "talk:name-deleted"))
    assert event.detail == {"reason": way}


def test_the_counts_of_lines_fill_open_items_and_never_typed_ones(visit: Visit, leader: User) -> None:
    for counted in (
        Counted(Partner.HELD, Sex.MAN, AgeGroup.ADULT), Counted(Partner.HELD, Sex.MAN, AgeGroup.ADULT, 4),
        Counted(Partner.HELD, Sex.WOMAN, AgeGroup.CHILD), Counted(Partner.HELD, people=2),
        Counted(Partner.CUSTODIAL, people=2), Counted(Partner.HELD, Sex.MAN, people=0),
    ):  # fmt: skip
        operations.add_talk(visit, counted, Line(), by=leader, at=NOW)
    counts = queries.counts(visit)
    assert (counts.talks, counts.people, counts.refusals) == (5, 10, 1)
    expected = {"men": {"individual": 1, "group": 4}, "girls": {"individual": 1}, "other": {"group": 2}}
    assert counts.tables == {"int-count": expected, "staff-int-count": {"custodial": {"number": 2}}}
    assert operations.take_over_counts(visit, by=leader, at=NOW) == ["int-count"]
    (offer,) = queries.offers(visit)
    assert (offer.present, offer.differs) == (expected, False)
    operations.add_talk(visit, Counted(Partner.HELD, Sex.MAN), Line(), by=leader, at=NOW)
    assert operations.take_over_counts(visit, by=leader, at=NOW) == []
    (offer,) = queries.offers(visit)
    assert (offer.present, offer.differs) == (expected, True)


def test_no_event_says_what_was_said(talk: Talk, author: User, keyring_of: KeyringOf) -> None:
    operations.set_consent(talk, Kind.ACT, ConsentStep.GIVEN, on=DAY, scope="canary scope", by=author, at=NOW)
    operations.keep_name(talk, name="canary", contact="canary", keyring=keyring_of(author), by=author, at=NOW)
    operations.finish(talk, by=author, at=NOW)
    operations.supplement(talk, "canary", by=author, at=NOW)
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.subject_id == talk.id)).all()
    assert [event.tag for event in events] == [
        "talk:added", "talk:written", "talk:consent-noted", "talk:name-kept", "talk:finished", "talk:supplemented",
    ]  # fmt: skip
    said = [event.detail for event in events if event.detail]
    assert said == [{"consent": "act", "step": str(talk.of_kind(Kind.ACT)[0].id)}]
