"""Loading the training mechanism: everything in the files is there afterwards, and nothing is loaded twice."""

from collections import Counter
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from monitor.accounts.models import Mechanism, User
from monitor.accounts.passwords import is_right
from monitor.accounts.queries import get_mechanism
from monitor.answers.models import Answer
from monitor.audit.operations import verify_chain
from monitor.db import db
from monitor.demo import loading
from monitor.places.models import Place
from monitor.recommendations.models import Recommendation, Reply
from monitor.tenancy import across_mechanisms, acting_for
from monitor.visits import completeness
from monitor.visits.models import Finding, Visit, VisitState
from monitor.visits.queries import open_comments
from tests.conftest import NOW
from tests.demo.content import Content, read_content


@pytest.fixture(scope="module")
def content() -> Content:
    return read_content()


@pytest.fixture
def training(training_app: Flask) -> Iterator[Mechanism]:
    with across_mechanisms():
        mechanism = get_mechanism(loading.CODE)
    assert mechanism is not None
    with acting_for(mechanism.id):
        yield mechanism


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_everything_in_the_files_is_there(training: Mechanism, content: Content) -> None:
    assert training.is_training
    assert count(Place) == len(content.places)
    assert count(User) == len(content.users)
    assert count(Visit) == len(content.visits)
    assert count(Finding) == sum(len(visit["findings"]) for visit in content.visits.values())
    assert count(Recommendation) == sum(len(visit["recommendations"]) for visit in content.visits.values())
    led_on = {name: visit["state"] for name, visit in content.follow_up.items()}
    asked = Counter(led_on.get(name, visit["state"]) for name, visit in content.visits.items())
    assert count(Reply) == sum(len(visit["replies"]) for visit in content.follow_up.values())
    found = Counter(visit.state.value for visit in db.session.scalars(select(Visit)))
    assert found == asked
    assert set(found) == {state.value for state in VisitState}


def test_answers_stand_as_written_and_none_clashed(training: Mechanism, content: Content) -> None:
    planned = {"prep-visit-type", "prep-announced"}  # answered by the plan, too
    written = sum(len({a["item"] for a in visit["answers"]} | planned) for visit in content.visits.values())
    assert count(Answer) <= written
    assert count(Answer) >= sum(len(visit["answers"]) for visit in content.visits.values())
    for visit in db.session.scalars(select(Visit)):
        assert not [gap for gap in completeness.gaps(visit) if gap.kind is completeness.GapKind.CLASH]


def test_full_prison_visit_has_all_203_answers(training: Mechanism) -> None:
    visits = db.session.scalars(select(Visit).where(Visit.state == VisitState.APPROVED)).all()
    sizes = [db.session.scalar(select(func.count()).where(Answer.sheet_id == visit.sheet_id)) for visit in visits]
    assert max(size or 0 for size in sizes) == 203


def test_no_step_lies_after_the_loading_and_the_chain_is_whole(training: Mechanism) -> None:
    assert verify_chain(training.id).fault is None
    for visit in db.session.scalars(select(Visit)):
        moments = [visit.created_at, visit.submitted_at or NOW, visit.approved_at or NOW]
        assert moments == sorted(moments)
        assert moments[-1] <= NOW


def test_returned_visit_carries_its_comments(training: Mechanism, content: Content) -> None:
    returned = [visit for visit in content.visits.values() if visit["topic_comments"]]
    found = [comment for visit in db.session.scalars(select(Visit)) for comment in open_comments(visit)]
    assert len(found) == sum(len(visit["topic_comments"]) for visit in returned) > 0


def test_printed_sign_ins_open_the_accounts(training: Mechanism) -> None:
    people = {user.email: user for user in db.session.scalars(select(User))}
    sign_ins = loading.sign_ins()
    assert {email for email, _, _ in sign_ins} == set(people)
    assert all(is_right(password, people[email].verifier) for email, password, _ in sign_ins)
    assert not is_right(sign_ins[1][1], people[sign_ins[0][0]].verifier)


def test_second_loading_is_refused_and_changes_nothing(training: Mechanism, training_app: Flask) -> None:
    before = count(Visit)
    db.session.remove()
    cli = training_app.test_cli_runner()
    refused = cli.invoke(args=["demo", "load"])
    assert refused.exit_code == 1
    assert "loaded already" in refused.output
    quiet = cli.invoke(args=["demo", "load", "--if-empty"])
    assert (quiet.exit_code, quiet.output) == (0, "")
    assert count(Visit) == before
