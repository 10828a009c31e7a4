"""Handing mails to a mail server, for the worker: within limits of time, and with one word for what went wrong."""

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import localtime, make_msgid
from enum import StrEnum
from smtplib import SMTP, SMTP_SSL, SMTPConnectError, SMTPException, SMTPServerDisconnected
from typing import Final

from monitor.config import MailServer

PATIENCE: Final = 10  # seconds for each word of the server
ROUND: Final = 60  # seconds for all mails of one connection; the worker has other things to do


class MailFault(StrEnum):
    """Why a mail was not sent."""

    UNREACHABLE = "unreachable"
    """No connection, or it broke, or the server was too slow."""
    UNENCRYPTED = "unencrypted"
    """The server offers no encryption, or its certificate is not to be trusted."""
    NOT_SIGNED_IN = "not_signed_in"
    """The server does not take the name and password of the settings."""
    REFUSED = "refused"
    """The server does not take this mail, or not for this address."""


class NotSent(Exception):
    """A mail was not sent; `fault` says why."""

    def __init__(self, fault: MailFault) -> None:
        super().__init__(f"not sent: {fault}")
        self.fault = fault


class Post:
    """One connection to a mail server, on which mails are handed over as plain text."""

    def __init__(self, smtp: SMTP, sender: str) -> None:
        self._smtp, self._sender, self._end = smtp, sender, time.monotonic() + ROUND

    def send(self, to: str, subject: str, text: str) -> None:
        """Hand one mail over. Raises NotSent."""
        if time.monotonic() > self._end:
            raise NotSent(MailFault.UNREACHABLE)
        with _failing_as(MailFault.REFUSED):
            self._smtp.send_message(_message(self._sender, to, subject, text), self._sender, [to])


@contextmanager
def connected(server: MailServer) -> Iterator[Post]:
    """Speak to the mail server inside. Raises NotSent where it cannot be spoken to.

    Our own name is the sender's domain, so that nobody is told the machine's own.
    """
    name = _domain(server.sender)
    with _failing_as(MailFault.UNREACHABLE):
        if server.security == "smtps":
            context = ssl.create_default_context()
            smtp: SMTP = SMTP_SSL(server.host, server.port, name, timeout=PATIENCE, context=context)
        else:
            smtp = SMTP(server.host, server.port, name, timeout=PATIENCE)
    try:
        if server.security == "smtp+starttls":
            with _failing_as(MailFault.UNENCRYPTED):
                smtp.starttls(context=ssl.create_default_context())
        if server.user:
            with _failing_as(MailFault.NOT_SIGNED_IN):
                smtp.login(server.user, server.password)
        yield Post(smtp, server.sender)
        with suppress(OSError):  # every mail was answered for before the good-bye
            smtp.quit()
    finally:
        smtp.close()


@contextmanager
def _failing_as(fault: MailFault) -> Iterator[None]:
    """Raise NotSent with this fault for what the server says inside; a connection that fails says so itself.

    The error's own text is left behind: it may hold an address.
    """
    try:
        yield
    except ssl.SSLError:
        raise NotSent(MailFault.UNENCRYPTED) from None
    except (SMTPServerDisconnected, SMTPConnectError):
        raise NotSent(MailFault.UNREACHABLE) from None
    except (SMTPException, MessageError, ValueError, IndexError):  # the last three: no address at all
        raise NotSent(fault) from None
    except OSError:
        raise NotSent(MailFault.UNREACHABLE) from None


def _message(sender: str, to: str, subject: str, text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, Address(addr_spec=to), subject
    message["Date"], message["Message-ID"] = localtime(), make_msgid(domain=_domain(sender))
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, cte="quoted-printable")
    return message


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
