"""Mails that say how much waits: to who asked, when something is new, once a day, and nothing of what it is."""

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import select

from monitor.accounts import operations as people
from monitor.accounts.models import Body, Mechanism, User
from monitor.audit.models import AuditEvent
from monitor.db import db
from monitor.insight import queries
from monitor.insight.tasks import mail_what_waits
from monitor.jobs.mail import MailFault
from monitor.jobs.queue import WorkerEnds, get_queue
from monitor.places.models import Place
from monitor.tenancy import across_mechanisms, acting_for
from monitor.visits import operations
from monitor.visits.models import Visit
from tests.client import Browser
from tests.factories import accounts, places, recommendations, visits
from tests.jobs.mail_server import HOST, MailServerAtHand, mail_server

SUNDAY = datetime(2026, 3, 15, 4, 0, tzinfo=UTC)
MONDAY = SUNDAY + timedelta(days=1)
TUESDAY = MONDAY + timedelta(days=1)
PUBLIC = "https://monitor.npm.example"


@pytest.fixture
def server(app: Flask, tmp_path: Path) -> Iterator[MailServerAtHand]:
    """A mail server that the application is set to use."""
    with mail_server(tmp_path) as made:
        use(app, mail_url=SecretStr(f"smtp://{HOST}:{made.port}"))
        yield made


def use(app: Flask, **settings: object) -> None:
    given = {"mail_from": "monitor@npm.example", "public_url": PUBLIC, **settings}
    app.extensions["settings"] = app.extensions["settings"].model_copy(update=given)


@pytest.fixture
def wants(coordinator: User) -> User:
    """A coordinator who asked for mails."""
    return ask(coordinator)


def ask(user: User, wants_mail: bool = True) -> User:
    people.update_user(user, name=user.name, language=user.language, wants_mail=wants_mail, by=user, at=accounts.AT)
    db.session.commit()
    return user


@pytest.fixture
def prison(mechanism: Mechanism) -> Place:
    """A prison of the register."""
    return places.place(mechanism, name="Northgate", code="NORTHGATE")


@pytest.fixture
def leader(body: Body) -> User:
    """A monitor who leads visits."""
    return accounts.monitor(body, name="Amina Diallo")


def to_review(prison: Place, leader: User) -> Visit:
    visit = visits.in_review(prison, lead=leader)
    db.session.commit()
    return visit


def look(at: datetime) -> None:
    with across_mechanisms():
        mail_what_waits(at)


def test_a_mail_says_how_much_of_which_kind_and_nothing_else(
    server: MailServerAtHand, wants: User, prison: Place, leader: User, caplog: pytest.LogCaptureFixture
) -> None:
    visit = to_review(prison, leader)
    sent = visits.in_review(prison, lead=leader)
    row = recommendations.recommendation(sent, by=leader, addressee="Governor of Northgate")
    operations.approve(sent, by=wants, at=SUNDAY)
    row.reply_due_on = SUNDAY.date() - timedelta(days=1)
    db.session.commit()
    with caplog.at_level(logging.DEBUG):
        look(SUNDAY)
    (message,) = server.taken
    assert message["To"] == wants.email
    assert message["Subject"] == "Something waits for you in Monitor"
    assert message.get_content().splitlines() == [
        "2 things wait for you in Monitor.", "", "Replies overdue: 1", "To review: 1", "", PUBLIC, "",
        "You asked for this mail on your account page and can stop it there. It comes once a day at most.",
    ]  # fmt: skip
    for content in ("Northgate", "NORTHGATE", "Amina", visit.reference, row.text, str(visit.id), "Governor"):
        assert str(content) not in message.as_string() + message.get_content() + caplog.text
    assert wants.email not in caplog.text


def test_a_mail_speaks_the_language_of_its_reader(
    server: MailServerAtHand, wants: User, prison: Place, leader: User
) -> None:
    for language in ("fr", "ar"):
        people.update_user(wants, name=wants.name, language=language, by=wants, at=accounts.AT)
        to_review(prison, leader)
        look(SUNDAY if language == "fr" else MONDAY)
    french, arabic = (message.get_content() for message in server.taken)
    assert "Monitor" in french
    assert PUBLIC in arabic
    assert not {"wait", "thing", "review"} & set((french + arabic).replace(":", " ").split())


def test_only_something_new_is_worth_another_mail(
    server: MailServerAtHand, wants: User, prison: Place, leader: User
) -> None:
    first = to_review(prison, leader)
    look(SUNDAY)
    look(MONDAY)
    assert len(server.taken) == 1
    to_review(prison, leader)
    look(TUESDAY)
    assert "2 things wait" in server.taken[1].get_content()
    operations.return_visit(first, {}, reason="Nearly there.", by=wants, at=TUESDAY)
    look(TUESDAY + timedelta(days=1))
    operations.submit(first, by=leader, at=TUESDAY)
    look(TUESDAY + timedelta(days=2))
    assert len(server.taken) == 3  # what came back is new again


def test_there_is_one_mail_a_day_at_most(server: MailServerAtHand, wants: User, prison: Place, leader: User) -> None:
    for hour in range(0, 20, 5):
        to_review(prison, leader)
        look(SUNDAY + timedelta(hours=hour))
    assert len(server.taken) == 1
    look(MONDAY)
    assert "4 things wait" in server.taken[1].get_content()


def test_nothing_waiting_or_nobody_asking_means_no_mail(
    app: Flask, server: MailServerAtHand, coordinator: User, wants: User, prison: Place, leader: User
) -> None:
    look(SUNDAY)
    ask(wants, wants_mail=False)
    to_review(prison, leader)
    look(SUNDAY)
    use(app, mail_url=SecretStr(""))
    ask(wants)
    look(SUNDAY)
    assert server.said == []


@pytest.mark.parametrize("way", ["disabled", "training", "no_role"])
def test_who_cannot_work_gets_no_mail(
    server: MailServerAtHand, wants: User, administrator: User, prison: Place, leader: User, way: str
) -> None:
    to_review(prison, leader)
    match way:
        case "disabled":
            people.set_enabled(wants, False, by=administrator, at=accounts.AT)
        case "training":
            wants.mechanism.is_training = True
        case "no_role":
            people.set_roles(wants, [], by=administrator, at=accounts.AT)
    db.session.commit()
    look(SUNDAY)
    assert server.taken == []


def test_each_mechanism_is_told_of_its_own(
    app: Flask, server: MailServerAtHand, wants: User, prison: Place, leader: User
) -> None:
    with across_mechanisms():
        other = accounts.mechanism()
        elsewhere = ask(accounts.coordinator(accounts.only_body(other)))
        address = elsewhere.email
        db.session.commit()
    to_review(prison, leader)
    look(SUNDAY)
    assert [message["To"] for message in server.taken] == [wants.email]
    with acting_for(other.id):
        there = places.place(other)
        visits.in_review(there, lead=accounts.monitor(accounts.only_body(other)))
        db.session.commit()
    look(MONDAY)
    assert [message["To"] for message in server.taken] == [wants.email, address]
    assert "1 thing waits" in server.taken[1].get_content()


def test_a_mail_that_failed_is_tried_the_next_day_and_told_to_the_administrator(
    server: MailServerAtHand, wants: User, leader: User, administrator: User, prison: Place, body: Body, web: Browser
) -> None:
    other = ask(accounts.coordinator(body))
    server.unknown = {wants.email}
    to_review(prison, leader)
    look(SUNDAY)
    look(SUNDAY + timedelta(hours=1))
    assert [message["To"] for message in server.taken] == [other.email]
    web.sign_in(administrator)
    web.get("/")
    assert "The mail server does not take a mail for this address." in web.main
    assert wants.name in web.main
    assert other.name not in web.main
    server.unknown = set()
    look(MONDAY)
    assert [message["To"] for message in server.taken] == [other.email, wants.email]
    web.get("/")
    assert "mail server" not in web.main
    tags = db.session.scalars(select(AuditEvent.tag).where(AuditEvent.tag.startswith("user:mail-"))).all()
    assert sorted(tags) == ["user:mail-failed", "user:mail-sent", "user:mail-sent"]


def test_a_server_that_hangs_up_fails_all_that_are_left(
    server: MailServerAtHand, wants: User, leader: User, prison: Place, body: Body
) -> None:
    second, third = ask(accounts.coordinator(body)), ask(accounts.coordinator(body))
    server.hangs_up_at = {second.email}
    to_review(prison, leader)
    look(SUNDAY)
    assert [message["To"] for message in server.taken] == [wants.email]
    assert {mail.user_id: mail.fault for mail in queries.failed_mails()} == {
        second.id: MailFault.UNREACHABLE, third.id: MailFault.UNREACHABLE,
    }  # fmt: skip
    server.hangs_up_at = set()
    look(MONDAY)
    assert [message["To"] for message in server.taken] == [wants.email, second.email, third.email]


def test_no_lock_is_held_while_the_mail_server_takes_its_time(
    app: Flask, server: MailServerAtHand, wants: User, prison: Place, leader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_review(prison, leader)
    held = []
    monkeypatch.setattr("monitor.jobs.mail.Post.send", lambda *_: held.append(db.session.registry().in_transaction()))
    look(SUNDAY)
    assert held == [False]


def test_a_worker_that_dies_while_sending_sends_it_the_next_day(
    server: MailServerAtHand, wants: User, prison: Place, leader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_review(prison, leader)
    with monkeypatch.context() as patched:
        patched.setattr("monitor.jobs.mail.Post.send", Mock(side_effect=WorkerEnds))
        with pytest.raises(WorkerEnds):
            look(SUNDAY)
    db.session.rollback()
    look(SUNDAY + timedelta(hours=1))
    assert server.taken == []
    look(MONDAY)
    assert len(server.taken) == 1


def test_the_upkeep_of_the_application_sends_them(
    server: MailServerAtHand, wants: User, prison: Place, leader: User
) -> None:
    to_review(prison, leader)
    get_queue().keep_up()
    assert len(server.taken) == 1


def test_what_a_mail_counts_is_what_the_start_page_shows(coordinator: User, prison: Place, leader: User) -> None:
    today = date(2026, 3, 20)
    visits.under_way(prison, lead=leader, started_on=date(2026, 1, 5), ended_on=date(2026, 1, 6))
    visits.planned(prison, lead=leader, started_on=date(2026, 3, 1), ended_on=None)
    to_review(prison, leader)
    shown = queries.waiting_for(coordinator, today)
    assert queries.tasks_of(coordinator, today).counts == {
        "late_drafts": len(shown.late_drafts), "to_review": len(shown.to_review),
        "not_started": len(shown.not_started),
    }  # fmt: skip
    assert queries.tasks_of(leader, today).counts == {"late_drafts": 1}


def test_the_switch_is_offered_only_where_mails_can_be_sent(
    app: Flask, server: MailServerAtHand, coordinator: User, web: Browser
) -> None:
    web.sign_in(coordinator)
    web.get("/account")
    web.submit("profile", {"wants_mail": True})
    db.session.refresh(coordinator)
    assert coordinator.wants_mail is True
    use(app, mail_url=SecretStr(""))
    web.get("/account")
    assert not web.page.select("[name=wants_mail]")
    web.submit("profile", {"name": "Another name"})
    db.session.refresh(coordinator)
    assert (coordinator.name, coordinator.wants_mail) == ("Another name", True)
