"""Nothing leaves the mechanism that was not compared, in a reader's session, with what was said in confidence."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from monitor.accounts.models import Body
from monitor.audit.models import AuditEvent
from monitor.db import db
from monitor.evidence import operations as evidence
from monitor.evidence.operations import Sent
from monitor.interviews import operations as talks
from monitor.interviews import protection
from monitor.interviews.models import ConsentStep, Kind
from monitor.interviews.protection import Happened
from monitor.reports import operations, releases, tasks
from monitor.reports.collection import collect_visit_report
from monitor.reports.confidences import HitKind
from monitor.reports.content import Version, content_hash
from monitor.reports.models import DocumentState, Paper, Problem, ReleaseCheck, SettledHit, Settlement
from monitor.reports.passages import passages
from monitor.reports.releases import NothingOpened, NotReleased, NotSettled, Refusal
from monitor.vault.keyring import Closed
from monitor.visits import operations as visits
from tests.conftest import NOW
from tests.factories import confided_visits as confided
from tests.factories.confidences import DISGUISES, confidence
from tests.files.hostile_pictures import photo
from tests.interviews.conftest import KeyringOf, open_by_password
from tests.reports.reading import ReadPdf

PERSON = confidence(0)


@pytest.fixture
def people(body: Body) -> confided.Readers:
    return confided.readers(body)


@pytest.fixture
def keyring_of(app: object) -> KeyringOf:
    return open_by_password


@pytest.fixture
def visit(people, keyring_of):
    """An approved visit with one talk; all of it opens for the coordinator."""
    made = confided.visit(people)
    confided.talk(made, people.leader, PERSON, NOW, keyring=keyring_of(people.leader))
    confided.approve(made, people, NOW)
    return made


@pytest.fixture
def check(visit, people, keyring_of):
    """Check a version as the coordinator."""

    def compare(version=Version.PUBLIC, settlements=None):
        return confided.check(visit, keyring_of(people.coordinator), people.coordinator, NOW, version, settlements)

    return compare


@pytest.fixture
def ask(visit, people):
    """Ask for a version as the coordinator."""

    def request(version=Version.PUBLIC, **changes):
        chosen = {"language": None, "paper": Paper.A4, "by": people.coordinator, "at": NOW} | changes
        made = operations.request_visit_report(visit, version=version, **chosen)
        db.session.commit()
        return made

    return request


@pytest.fixture
def write(visit, people):
    """Write the finding anew."""

    def say(text):
        confided.say(visit, text, people, NOW)
        db.session.commit()

    return say


@pytest.fixture
def hits(visit, people, keyring_of):
    """What the coordinator is shown."""

    def compared(version=Version.PUBLIC):
        material = confided.material(visit, keyring_of(people.coordinator))
        return releases.hits_in(passages(collect_visit_report(visit, None, version)), visit, material), material

    return compared


def refused(ask, version=Version.PUBLIC, **changes) -> Refusal:
    with pytest.raises(NotReleased) as caught:
        ask(version, **changes)
    db.session.rollback()
    return caught.value.refusal


def refusal_of(visit, version=Version.PUBLIC):
    report = collect_visit_report(visit, None, version)
    return releases.refusal_of(visit, version, report.language, content_hash(report))


def the_talk(visit):
    return releases.interviews.of_visit(visit)[0]


# what is found


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_name_is_found_in_every_disguise(write, check, disguise):
    write(f"Food is cold. {DISGUISES[disguise](PERSON.name, 1)} told us.")
    with pytest.raises(NotSettled):
        check()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"{PERSON.name} spoke.", HitKind.NAME),
        (f"Call {PERSON.contact}.", HitKind.CONTACT),
        ("See T-01.", HitKind.CODE),
        (f"They said: {PERSON.words}", HitKind.WORDS),
        ("It was in the second yard, behind the kitchen.", HitKind.DETAIL),
        ("She was the only woman.", HitKind.SMALL_GROUP),
        ("C'était la seule femme.", HitKind.SMALL_GROUP),
        ("كانت المرأة الوحيدة", HitKind.SMALL_GROUP),
        ("In cell 14.", HitKind.CELL),
        ("Prisoner 48112993.", HitKind.NUMBER),
    ],
)
def test_what_was_said_in_confidence_is_found_in_a_finding(write, hits, text, kind):
    write(text)
    assert kind in {hit.kind for hit in hits()[0]}


def test_words_of_protected_answers_are_found(people, keyring_of, hits):
    made = confided.visit(people, seed=7)
    confided.say(made, f"We heard: {confidence(7).words}", people, NOW)
    material = confided.material(made, keyring_of(people.leader))
    found = releases.hits_in(passages(collect_visit_report(made, None, Version.PUBLIC)), made, material)
    assert [hit.kind for hit in found] == [HitKind.WORDS]


def test_an_ordinary_report_has_no_hit(hits):
    assert hits(Version.PUBLIC)[0] == []
    assert hits(Version.AUTHORITY)[0] == []


# how hits are settled


def test_words_said_are_changed_or_covered_by_a_consent(visit, people, write, hits, check):
    write(f"They said: {PERSON.words}")
    (hit,), material = hits()
    seal = releases.seal_of(hit, visit)
    for settlement in Settlement:
        with pytest.raises(NotSettled):
            check(settlements={seal: settlement})
    confided.consent(the_talk(visit), Kind.PUBLISH, ConsentStep.GIVEN, people.coordinator, NOW)
    assert check(settlements={seal: Settlement.CONSENT}).hits == 1
    with pytest.raises(NotSettled):
        check(settlements={seal: Settlement.MANY})
    assert material.consents == {}


@pytest.mark.parametrize("step", [ConsentStep.REFUSED, ConsentStep.TAKEN_BACK])
def test_a_consent_that_does_not_stand_covers_nothing(visit, people, write, hits, check, step):
    write(f"They said: {PERSON.words}")
    for each in (ConsentStep.GIVEN, step):
        confided.consent(the_talk(visit), Kind.PUBLISH, each, people.coordinator, NOW)
    (hit,), _ = hits()
    with pytest.raises(NotSettled):
        check(settlements={releases.seal_of(hit, visit): Settlement.CONSENT})


def test_a_consent_of_another_talk_covers_nothing(visit, people, keyring_of, write, hits, check):
    visits.reopen(visit, reason="one more talk", by=people.coordinator, at=NOW)
    other = confided.talk(visit, people.coordinator, confidence(9), NOW, keyring=keyring_of(people.coordinator))
    confided.consent(other, Kind.PUBLISH, ConsentStep.GIVEN, people.coordinator, NOW)
    write(f"They said: {PERSON.words}")
    (hit,), _ = hits()
    with pytest.raises(NotSettled):
        check(settlements={releases.seal_of(hit, visit): Settlement.CONSENT})


def test_a_pattern_may_be_harmless_for_a_reason(visit, write, hits, check):
    write("In cell 14 it is cold.")
    (hit,), _ = hits()
    made = check(settlements={releases.seal_of(hit, visit): Settlement.NOT_A_PERSON})
    assert [settled.settlement for settled in made.settled] == [Settlement.NOT_A_PERSON]


def test_no_text_is_stored(visit, people, write, hits, check):
    confided.consent(the_talk(visit), Kind.PUBLISH, ConsentStep.GIVEN, people.coordinator, NOW)
    write(f"They said: {PERSON.words}. In cell 14.")
    found, _ = hits()
    chosen = {releases.seal_of(hit, visit): Settlement.CONSENT if hit.talk_id else Settlement.MANY for hit in found}
    check(settlements=chosen)
    rows = [*db.session.scalars(select(ReleaseCheck)), *db.session.scalars(select(SettledHit))]
    stored = " ".join(str(vars(row)) for row in rows)
    detail = " ".join(str(event.detail) for event in db.session.scalars(select(AuditEvent)))
    for text in (PERSON.words[:12], PERSON.name, "cell 14", "T-01"):
        assert text not in stored
        assert text not in detail
    assert len(rows) == 3


# what a check is good for


def test_a_version_is_released_after_its_check_and_kept(visit, people, check, ask):
    assert refused(ask) is Refusal.NOT_CHECKED
    made = check()
    document = ask()
    assert (document.audience, document.requested_by_id) == (Version.PUBLIC, people.coordinator.id)
    assert document.content_hash == made.content_hash
    tasks.render_document(document.id)
    assert document.state is DocumentState.DONE
    read = ReadPdf(document.pdf)
    assert all("public version" in page.casefold() for page in read.pages)
    assert "The kitchen is clean" in read.text
    assert releases.released_of(visit) == [document]
    tags = [event.tag for event in db.session.scalars(select(AuditEvent).where(AuditEvent.subject_id == document.id))]
    assert tags == ["document:released", "document:rendered"]


def test_the_check_of_another_version_or_language_is_none(check, ask):
    check(Version.PUBLIC)
    assert refused(ask, Version.AUTHORITY) is Refusal.NOT_CHECKED
    assert refused(ask, Version.PUBLIC, language="fr") is Refusal.NOT_CHECKED


def test_a_visit_in_review_can_be_checked_and_not_released(visit, people, check, ask):
    visits.reopen(visit, reason="more to say", by=people.coordinator, at=NOW)
    check()
    assert refused(ask) is Refusal.NOT_APPROVED
    visits.approve(visit, by=people.coordinator, at=NOW)
    assert ask().state is DocumentState.QUEUED


def test_a_changed_text_voids_the_check(check, ask, write):
    check()
    write("The kitchen is dirty.")
    assert refused(ask) is Refusal.NOT_CHECKED


def test_a_text_changed_behind_the_request_is_not_drawn(check, ask, write):
    check()
    document = ask()
    write(f"{PERSON.name} says that the kitchen is dirty.")
    tasks.render_document(document.id)
    assert (document.state, document.problem, document.pdf) == (DocumentState.FAILED, Problem.NOT_RELEASED, None)


def test_a_checked_text_is_not_drawn_under_another_documents_hash(check, ask, write):
    check()
    document = ask()
    write("The kitchen is dirty.")
    check()
    tasks.render_document(document.id)
    assert document.problem is Problem.NOT_RELEASED


def test_a_consent_taken_back_voids_check_and_document(visit, people, write, hits, check, ask):
    confided.consent(the_talk(visit), Kind.PUBLISH, ConsentStep.GIVEN, people.coordinator, NOW)
    write(f"They said: {PERSON.words}")
    (hit,), _ = hits()
    check(settlements={releases.seal_of(hit, visit): Settlement.CONSENT})
    document = ask()
    tasks.render_document(document.id)
    assert releases.refusal_of_document(document) is None
    confided.consent(the_talk(visit), Kind.PUBLISH, ConsentStep.TAKEN_BACK, people.coordinator, NOW)
    assert releases.refusal_of_document(document) is Refusal.NOT_COMPARED
    assert refused(ask) is Refusal.NOT_COMPARED
    with pytest.raises(NotSettled):
        check(settlements={releases.seal_of(hit, visit): Settlement.CONSENT})


def test_what_is_written_afterwards_must_be_compared_too(visit, people, check, ask):
    check()
    talk = the_talk(visit)
    talks.finish(talk, by=people.leader, at=NOW)
    talks.supplement(talk, "More was said.", by=people.coordinator, at=NOW)
    assert refused(ask) is Refusal.NOT_COMPARED
    check()
    assert ask().state is DocumentState.QUEUED


def test_a_name_deleted_when_the_case_ends_changes_nothing(visit, people, check, ask):
    check()
    assert talks.delete_name(the_talk(visit), by=people.coordinator, at=NOW)
    assert ask().state is DocumentState.QUEUED


# second paths


def test_a_job_without_a_check_draws_nothing(ask, check, visit):
    check()
    document = ask()
    for row in db.session.scalars(select(ReleaseCheck)):
        db.session.delete(row)
    db.session.commit()
    tasks.render_document(document.id)
    assert (document.problem, document.pdf) == (Problem.NOT_RELEASED, None)


def test_an_internal_document_turned_public_is_not_drawn(ask):
    document = ask(Version.INTERNAL)
    document.audience = Version.PUBLIC
    db.session.commit()
    tasks.render_document(document.id)
    assert document.problem is Problem.NOT_RELEASED


def test_the_command_writes_the_internal_version_alone(visit, check, cli, tmp_path):
    check()
    path, id_ = tmp_path / "report.pdf", str(visit.id)
    db.session.commit()
    for words in (["--version", "public"], ["--audience", "public"]):
        assert cli.invoke(args=["reports", "visit", id_, "--out", str(path), *words]).exit_code == 2
        assert not path.exists()
    assert cli.invoke(args=["reports", "visit", id_, "--out", str(path)]).exit_code == 0
    assert all("internal" in page.casefold() for page in ReadPdf(path.read_bytes()).pages)


# who can check


@pytest.fixture
def with_medical_note(people, keyring_of):
    """An approved visit of which one person reads the talks and another one the medical note."""
    doctor = people.doctor
    made = confided.visit(people)
    leader = keyring_of(people.leader)
    confided.talk(made, people.leader, PERSON, NOW, medical="Burns on both lower arms", keyring=leader)
    confided.approve(made, people, NOW)
    return made, doctor


def test_two_readers_together_compare_everything(with_medical_note, people, keyring_of):
    visit, doctor = with_medical_note
    confided.check(visit, keyring_of(people.coordinator), people.coordinator, NOW)
    assert refusal_of(visit) is Refusal.NOT_COMPARED
    confided.check(visit, keyring_of(doctor), doctor, NOW)
    assert refusal_of(visit) is None


def test_who_can_open_nothing_cannot_check(visit, people):
    with pytest.raises(NothingOpened):
        confided.check(visit, None, people.coordinator, NOW)


def test_damaged_records_are_not_passed_over(visit, people, keyring_of, ask):
    row = the_talk(visit).only(Kind.NAME)
    record = db.session.get(releases.interviews.TalkRecord, row.id)
    sealed = db.session.get(confided.vault.SealedRecord, record.record_id)
    sealed.content = sealed.content[:-1] + bytes([sealed.content[-1] ^ 1])
    db.session.commit()
    confided.check(visit, keyring_of(people.coordinator), people.coordinator, NOW)
    assert refused(ask) is Refusal.NOT_COMPARED


def test_a_body_without_keys_has_nothing_to_open_and_is_still_checked(body, coordinator, monitor):
    made = confided.Readers(body, coordinator, coordinator, monitor)
    visit = confided.visit(made, seed=3)
    confided.say(visit, f"We heard: {confidence(3).words}", made, NOW)
    with pytest.raises(NotSettled):
        confided.check(visit, None, coordinator, NOW)
    confided.say(visit, "The kitchen is clean.", made, NOW)
    assert confided.check(visit, None, coordinator, NOW).compared == []


@pytest.fixture
def kept(body, coordinator, monitor):
    """An approved visit of a body without keys, and its one protected answer, which lies under the server's key."""
    made = confided.Readers(body, coordinator, coordinator, monitor)
    visit = confided.visit(made, seed=3)
    confided.approve(visit, made, NOW)
    protected = next(row for row in releases.answers.heads(visit.sheet) if row.kept)
    return visit, protected


def test_a_damaged_answer_under_the_servers_key_holds_the_release(kept, coordinator):
    visit, protected = kept
    confided.check(visit, None, coordinator, NOW)
    assert refusal_of(visit) is None
    protected.kept = protected.kept[:-1] + bytes([protected.kept[-1] ^ 1])
    db.session.commit()
    assert refusal_of(visit) is Refusal.NOT_COMPARED
    material = releases.open_material(visit, lambda records: {})
    assert material.closed == {protected.id: Closed.DAMAGED}
    with pytest.raises(NothingOpened):
        confided.check(visit, None, coordinator, NOW)
    assert refusal_of(visit) is Refusal.NOT_COMPARED


# reprisals and notes of files are confidential too


@pytest.fixture
def reprisal(visit, people):
    """Record a reprisal of a year; where it happened and to whom stands inside."""

    def record(year, what="Taken to isolation because Xavier Quillmore had spoken to us"):
        happened = Happened(on=date(year, 6, 1), what=what, visit_id=visit.id)
        made = protection.add_incident(people.body, happened, by=people.leader, at=NOW)
        db.session.commit()
        return made

    return record


def test_words_of_a_reprisal_are_found(reprisal, visit, write, hits):
    reprisal(visit.started_on.year)
    write("We know of Quillmore.")
    assert [hit.kind for hit in hits()[0]] == [HitKind.MENTIONED]


def test_a_reprisal_that_came_to_be_known_voids_a_check_and_an_earlier_one_does_not(reprisal, visit, check, ask):
    check()
    reprisal(visit.started_on.year - 1)
    ask()
    reprisal(visit.started_on.year)
    assert refused(ask) is Refusal.NOT_COMPARED


def test_which_reprisals_are_about_the_visit_shows_nowhere(reprisal, visit, check):
    """A check names all of the year, those of other visits too; else it would say what the row keeps to itself."""
    made = {reprisal(visit.started_on.year).record_id, reprisal(visit.started_on.year + 1).record_id}
    assert made <= {UUID(id_) for id_ in check().compared}


def test_the_note_of_a_file_is_compared_and_a_new_file_voids_the_check(visit, people, write, hits, check, ask):
    check()
    sent = Sent(photo(), "IMG_1.jpg", "The bed of Quillmore, who told us so much")
    evidence.add_file(visit, sent, by=people.leader, at=NOW)
    db.session.commit()
    assert refused(ask) is Refusal.NOT_COMPARED
    write("Seen: the bed of Quillmore, who told us so much.")
    assert HitKind.WORDS in {hit.kind for hit in hits()[0]}
