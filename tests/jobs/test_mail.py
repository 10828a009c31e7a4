"""Mails are handed to a real server on this machine: encrypted where it is not ours, and each failure has a name."""

from pathlib import Path

import pytest

from monitor.config import MailServer
from monitor.jobs import mail
from monitor.jobs.mail import MailFault, NotSent, connected
from tests.jobs.mail_server import HOST, PASSWORD, USER, MailServerAtHand, mail_server

SENDER = "monitor@npm.example"
TO = "amina@npm.example"


def client_of(server: MailServerAtHand, **given: str) -> MailServer:
    values = {"security": server.security, "host": HOST, "user": "", "password": "", "sender": SENDER, **given}
    return MailServer(port=server.port, **values)  # type: ignore[arg-type]


def fault_of(server: MailServer, to: str = TO) -> MailFault | None:
    try:
        with connected(server) as post:
            post.send(to, "Subject", "Text")
    except NotSent as failed:
        return failed.fault
    return None


@pytest.fixture
def trusts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Certificates of the test's server are trusted as those of public servers are."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))


@pytest.mark.parametrize("security", ["smtps", "smtp+starttls"])
def test_a_mail_goes_encrypted_and_signed_in(tmp_path: Path, trusts: None, security: str) -> None:
    with mail_server(tmp_path, security) as server:
        server.needs_sign_in = True
        assert fault_of(client_of(server)) is MailFault.REFUSED
        assert fault_of(client_of(server, user=USER, password=PASSWORD)) is None
    (message,) = server.taken
    assert (message["From"], message["To"], message["Subject"]) == (SENDER, TO, "Subject")
    assert message.get_content().strip() == "Text"


@pytest.mark.parametrize("security", ["smtps", "smtp+starttls"])
def test_nothing_is_said_to_a_server_without_a_trusted_certificate(tmp_path: Path, security: str) -> None:
    with mail_server(tmp_path, security) as server:
        assert fault_of(client_of(server, user=USER, password=PASSWORD)) is MailFault.UNENCRYPTED
    assert not [line for line in server.said if line.startswith(("AUTH", "MAIL", "RCPT"))]


def test_nothing_is_said_when_encryption_was_taken_off_the_line(tmp_path: Path, trusts: None) -> None:
    with mail_server(tmp_path, "smtp") as server:
        client = client_of(server, security="smtp+starttls", user=USER, password=PASSWORD)
        assert fault_of(client) is MailFault.UNENCRYPTED
    assert not [line for line in server.said if line.startswith(("AUTH", "MAIL", "RCPT"))]


def test_a_wrong_password_an_unknown_address_and_no_address_have_names(tmp_path: Path) -> None:
    with mail_server(tmp_path) as server:
        server.unknown = {TO}
        assert fault_of(client_of(server, user=USER, password="wrong")) is MailFault.NOT_SIGNED_IN
        assert fault_of(client_of(server)) is MailFault.REFUSED
        assert fault_of(client_of(server), "a,b@npm.example") is MailFault.REFUSED
        assert fault_of(client_of(server), "bo@npm.example") is None
    assert [message["To"] for message in server.taken] == ["bo@npm.example"]


def test_a_server_that_is_not_there_hangs_up_or_takes_too_long_cannot_be_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server(tmp_path) as server:
        server.hangs_up_at = {TO}
        assert fault_of(client_of(server)) is MailFault.UNREACHABLE
        monkeypatch.setattr(mail, "ROUND", -1)
        assert fault_of(client_of(server), "bo@npm.example") is MailFault.UNREACHABLE
    assert fault_of(client_of(server)) is MailFault.UNREACHABLE
    assert server.taken == []


def test_a_mail_tells_neither_the_machine_nor_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.getfqdn", lambda *_: "machine.of.ours")
    with mail_server(tmp_path) as server:
        fault_of(client_of(server))
    (message,) = server.taken
    assert set(message.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
        "Content-Transfer-Encoding",
    }  # fmt: skip
    assert "machine.of.ours" not in message.as_string() + "".join(server.said)
    assert server.said[0] == "ehlo npm.example"


def test_a_line_break_in_an_address_adds_no_header(tmp_path: Path) -> None:
    with mail_server(tmp_path) as server:
        assert fault_of(client_of(server), "amina@npm.example\r\nBcc: police@state.example") is MailFault.REFUSED
    assert server.taken == []
