"""What was said in confidence is found in a report, and each place is changed or settled."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from monitor.audit.models import AuditEvent
from monitor.db import db
from monitor.evidence import operations as evidence
from monitor.evidence.operations import Sent
from monitor.interviews import protection
from monitor.interviews.models import ConsentStep, Kind
from monitor.interviews.protection import Happened
from monitor.reports import releases
from monitor.reports.collection import collect_visit_report
from monitor.reports.confidences import HitKind
from monitor.reports.content import Version
from monitor.reports.models import ReleaseCheck, SettledHit, Settlement
from monitor.reports.passages import passages
from monitor.reports.releases import NotSettled, Refusal
from monitor.visits import operations as visits
from tests.conftest import NOW
from tests.factories import confided_visits as confided
from tests.factories.confidences import DISGUISES, confidence
from tests.files.hostile_pictures import photo
from tests.reports.release_check.conftest import PERSON, refused, the_talk

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
