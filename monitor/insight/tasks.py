"""Telling people by e-mail that something waits, at most once a day: how much of which kind, not what it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import force_locale, gettext, ngettext

from monitor.accounts.models import User
from monitor.config import MailServer, Settings
from monitor.db import db, reading
from monitor.insight import operations, queries
from monitor.insight.labels import KINDS
from monitor.insight.models import WaitingMail
from monitor.insight.queries import Tasks
from monitor.jobs.mail import MailFault, NotSent, Post, connected
from monitor.tenancy import acting_for
from monitor.web.filters import colon, number


@dataclass(frozen=True)
class Mail:
    """A mail that is due; plain, since no row outlives the transaction it was read in."""

    row_id: UUID
    mechanism_id: UUID
    to: str
    subject: str
    text: str
    known: frozenset[str]


def mail_what_waits(at: datetime) -> None:
    """Write to everybody who asked for it, for whom something new waits, and who had no mail today.

    No transaction is open while the mail server takes its time. A mail that fails is tried again the next day.
    """
    settings: Settings = current_app.extensions["settings"]
    if settings.mail_server is None:
        return
    with reading():
        people = queries.who_wants_mail()
        db.session.commit()
    due = [mail for row in people if (mail := _due(row.id, row.mechanism_id, at, settings.public_url)) is not None]
    if due:
        _send(due, settings.mail_server, at)


def _due(user_id: UUID, mechanism_id: UUID, at: datetime, address: str) -> Mail | None:
    """Return the mail for this person, noted as tried today; None where nothing is new or today's was tried."""
    with acting_for(mechanism_id):
        user = db.session.get_one(User, user_id)
        today = at.astimezone(ZoneInfo(user.mechanism.time_zone)).date()
        tasks, last = queries.tasks_of(user, today), queries.mail_of(user)
        if last is not None:
            operations.forget_done(last, tasks.known)
        told = frozenset(last.told if last else ())
        mail = None
        if tasks.known - told and (last is None or last.tried_on != today):
            row = operations.begin_mail(user, today=today)
            mail = Mail(row.id, mechanism_id, user.email, *_words(user.language, tasks, address), tasks.known)
        db.session.commit()
    return mail


def _words(language: str, tasks: Tasks, address: str) -> tuple[str, str]:
    """Return subject and text."""
    total = sum(tasks.counts.values())
    with force_locale(language):
        lines = [
            ngettext("%(num)s thing waits for you in Monitor.", "%(num)s things wait for you in Monitor.", total),
            "",
            *(f"{KINDS[kind]}{colon()}{number(count)}" for kind, count in tasks.counts.items()),
            "",
            address,
            "",
            gettext("You asked for this mail on your account page and can stop it there. It comes once a day at most."),
        ]
        return gettext("Something waits for you in Monitor"), "\n".join(lines) + "\n"


def _send(due: Sequence[Mail], server: MailServer, at: datetime) -> None:
    """Send mail by mail; where the connection fails, those that are left fail with it."""
    left = list(due)
    try:
        with connected(server) as post:
            while left:
                fault = _fault_of(post, left[0])
                _note(left.pop(0), fault, at)
    except NotSent as failed:
        for mail in left:
            _note(mail, failed.fault, at)


def _fault_of(post: Post, mail: Mail) -> MailFault | None:
    """Send one mail; return why the server does not take it, None where it did. Raises NotSent for all others too."""
    try:
        post.send(mail.to, mail.subject, mail.text)
    except NotSent as failed:
        if failed.fault is not MailFault.REFUSED:
            raise
        return failed.fault
    return None


def _note(mail: Mail, fault: MailFault | None, at: datetime) -> None:
    with acting_for(mail.mechanism_id):
        row = db.session.get_one(WaitingMail, mail.row_id)
        if fault is None:
            operations.finish_mail(row, mail.known, at=at)
        else:
            operations.fail_mail(row, fault, at=at)
        db.session.commit()
