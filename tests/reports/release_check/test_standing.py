"""Nothing leaves the mechanism that was not compared, in a reader's session, with what was said in confidence."""

from hashlib import sha256

import pytest
from sqlalchemy import select

from monitor.audit.models import AuditEvent
from monitor.db import db
from monitor.interviews import operations as talks
from monitor.interviews.models import ConsentStep, Kind
from monitor.recommendations.queries import of_visit
from monitor.reports import releases, tasks
from monitor.reports.collection import collect_visit_report
from monitor.reports.content import Version
from monitor.reports.models import DocumentState, Problem, ReleaseCheck, Settlement
from monitor.reports.passages import passages
from monitor.reports.releases import NothingOpened, NotSettled, Refusal
from monitor.vault.keyring import Closed
from monitor.vault.models import SealedRecord
from monitor.visits import operations as visits
from tests.conftest import NOW
from tests.factories import accounts
from tests.factories import confided_visits as confided
from tests.factories.confidences import confidence
from tests.factories.recommendations import recommendation
from tests.reports.reading import ReadPdf
from tests.reports.release_check.conftest import PERSON, refusal_of, refused, the_talk

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
    released, rendered = db.session.scalars(select(AuditEvent).where(AuditEvent.subject_id == document.id))
    assert (released.tag, released.actor_id) == ("document:released", people.coordinator.id)
    assert rendered.tag == "document:rendered"
    assert rendered.detail["file"] == sha256(document.pdf).hexdigest()


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


def test_the_check_of_a_visit_in_review_holds_after_its_first_approval(people, keyring_of):
    visit = confided.visit(people)
    recommendation(visit, by=people.leader)
    visits.submit(visit, by=people.leader, at=NOW)
    confided.check(visit, keyring_of(people.coordinator), people.coordinator, NOW)
    visits.approve(visit, by=people.coordinator, at=NOW)
    (numbered,) = of_visit(visit)
    assert numbered.reference is not None
    assert refusal_of(visit) is None


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


def test_a_consent_taken_back_stays_so_when_somebody_deletes_that_step(visit, people, write, hits, check, ask):
    confided.consent(the_talk(visit), Kind.PUBLISH, ConsentStep.GIVEN, people.coordinator, NOW)
    write(f"They said: {PERSON.words}")
    (hit,), _ = hits()
    check(settlements={releases.seal_of(hit, visit): Settlement.CONSENT})
    ask()
    confided.consent(the_talk(visit), Kind.PUBLISH, ConsentStep.TAKEN_BACK, people.coordinator, NOW)
    talk = the_talk(visit)
    db.session.delete(talk.of_kind(Kind.PUBLISH)[-1])
    db.session.commit()
    assert refused(ask) is Refusal.NOT_COMPARED
    with pytest.raises(NotSettled):
        check(settlements={releases.seal_of(hit, visit): Settlement.CONSENT})


def test_who_opens_a_consent_taken_back_and_not_the_words_completes_no_check(people, keyring_of, body):
    """Readers' checks count together; here the second one alone sees that the consent is gone, and not the words."""
    visit = confided.visit(people)
    talk = confided.talk(visit, people.leader, PERSON, NOW, keyring=keyring_of(people.leader))
    visits.submit(visit, by=people.leader, at=NOW)
    confided.consent(talk, Kind.PUBLISH, ConsentStep.GIVEN, people.coordinator, NOW)
    confided.say(visit, f"They said: {PERSON.words}", people, NOW)
    keyring = keyring_of(people.coordinator)
    texts = passages(collect_visit_report(visit, None, Version.PUBLIC))
    (hit,) = releases.hits_in(texts, visit, confided.material(visit, keyring))
    settled = {releases.seal_of(hit, visit): Settlement.CONSENT}
    confided.check(visit, keyring, people.coordinator, NOW, settlements=settled)
    assert refusal_of(visit) is None
    other = accounts.coordinator(body)
    confided.consent(talk, Kind.PUBLISH, ConsentStep.TAKEN_BACK, other, NOW)
    confided.check(visit, keyring_of(other), other, NOW)
    assert refusal_of(visit) is Refusal.NOT_COMPARED
    with pytest.raises(NotSettled):
        confided.check(visit, keyring, people.coordinator, NOW, settlements=settled)


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
    sealed = db.session.get(SealedRecord, record.record_id)
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
