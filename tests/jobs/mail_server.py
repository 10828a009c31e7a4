"""A mail server on this machine that keeps what it is given, and can be asked to behave badly."""

import base64
import contextlib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"
USER, PASSWORD = "monitor@npm.example", "p@ss/word:of mail"


class Conversation(StreamRequestHandler):
    """What is said on one connection (RFC 5321, with STARTTLS and AUTH PLAIN)."""

    server: "MailServerAtHand"
    timeout = 10

    def handle(self) -> None:
        self.is_signed_in = False
        with contextlib.suppress(OSError):  # a client that distrusts us breaks the connection
            if self.server.security == "smtps":
                self._encrypt()
            self._say("220 ready")
            while line := self.rfile.readline().decode().strip():
                self.server.said.append(line)
                if not self._answer(*line.partition(" ")[::2]):
                    break

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def _encrypt(self) -> None:
        self.rfile.close()
        self.wfile.close()
        self.request = self.server.context.wrap_socket(self.request, server_side=True, do_handshake_on_connect=False)
        self.setup()
        self.request.do_handshake()

    def _answer(self, verb: str, rest: str) -> bool:
        """Answer one line; return whether the talk goes on."""
        match verb.upper():
            case "EHLO":
                offers = ["STARTTLS"] if self.server.security == "smtp+starttls" else []
                self._say("\r\n".join(f"250-{offer}" for offer in ["here", *offers, "AUTH PLAIN"]) + "\r\n250 8BITMIME")
            case "STARTTLS":
                self._say("220 go ahead")
                self._encrypt()
            case "AUTH":
                given = base64.b64decode(rest.partition(" ")[2]).decode().split("\0")[1:]
                self.is_signed_in = given == [USER, PASSWORD]
                self._say("235 welcome" if self.is_signed_in else "535 who are you")
            case "MAIL" if self.server.needs_sign_in and not self.is_signed_in:
                self._say("530 sign in first")
            case "RCPT" if any(address in rest for address in self.server.unknown):
                self._say("550 nobody of that name")
            case "RCPT" if any(address in rest for address in self.server.hangs_up_at):
                return False
            case "DATA":
                self._say("354 go on")
                self._take()
            case "QUIT":
                self._say("221 good-bye")
                return False
            case _:
                self._say("250 so be it")
        return True

    def _take(self) -> None:
        lines = iter(self.rfile.readline, b".\r\n")
        message = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.server.taken.append(message)
        self._say("250 taken")


class MailServerAtHand(ThreadingTCPServer):
    """The server, with what it was told and what it refuses."""

    daemon_threads = False  # closing waits for every talk to end
    allow_reuse_address = True

    def __init__(self, security: str, certificate: Path) -> None:
        super().__init__((HOST, 0), Conversation)
        self.security = security
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate)
        self.taken: list[EmailMessage] = []
        self.said: list[str] = []
        """Every line outside of mails."""
        self.unknown: set[str] = set()
        self.hangs_up_at: set[str] = set()
        self.needs_sign_in = False

    @property
    def port(self) -> int:
        return int(self.server_address[1])


@contextmanager
def mail_server(folder: Path, security: str = "smtp") -> Iterator[MailServerAtHand]:
    """Serve mails inside; the certificate is `certificate.pem` in the folder."""
    certificate = folder / "certificate.pem"
    certificate.write_bytes(_certificate())
    with MailServerAtHand(security, certificate) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def _certificate() -> bytes:
    """Return a certificate for this machine, signed by itself, with its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "here")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + made.public_bytes(serialization.Encoding.PEM)
