"""Keeping what mails told people; each mail leaves an audit event."""

from collections.abc import Collection
from datetime import date, datetime

from monitor.accounts.models import User
from monitor.audit.operations import record_event
from monitor.db import db, new_id
from monitor.insight import queries
from monitor.insight.models import WaitingMail
from monitor.jobs.mail import MailFault


def forget_done(mail: WaitingMail, waiting: Collection[str]) -> None:
    """Keep of what a person was told only what still waits: when it comes back it is new."""
    mail.told = [one for one in mail.told if one in waiting]
    db.session.flush()


def begin_mail(user: User, *, today: date) -> WaitingMail:
    """Note that a mail to this person is tried today, before anything is sent: a crash leads to no second one."""
    mail = queries.mail_of(user)
    if mail is None:
        mail = WaitingMail(id=new_id(), mechanism_id=user.mechanism_id, user_id=user.id)
        db.session.add(mail)
    mail.tried_on = today
    db.session.flush()
    return mail


def finish_mail(mail: WaitingMail, waiting: Collection[str], *, at: datetime) -> None:
    """Note that the person was told all this."""
    mail.told, mail.sent_at, mail.failed_at, mail.fault = sorted(waiting), at, None, None
    _audit("user:mail-sent", mail, at)


def fail_mail(mail: WaitingMail, fault: MailFault, *, at: datetime) -> None:
    """Note that the mail was not sent; what it would have told is as new tomorrow as today."""
    mail.failed_at, mail.fault = at, fault
    _audit("user:mail-failed", mail, at, fault=fault.value)


def _audit(tag: str, mail: WaitingMail, at: datetime, **detail: str) -> None:
    db.session.flush()
    record_event(tag, mechanism_id=mail.mechanism_id, subject_id=mail.user_id, by=None, at=at, **detail)
