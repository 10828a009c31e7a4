"""The settings of one installation, read once from the environment (names start with MONITOR_)."""

import os
import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_bytes
from typing import Final, Literal, Self
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

KEY_BYTES = 32
ROOT = Path(__file__).resolve().parent.parent
MAIL_PORTS: Final = {"smtps": 465, "smtp+starttls": 587, "smtp": 25}
"""How a mail server is spoken to -> the usual port."""
THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
MAIL_ADDRESS: Final = re.compile(r"[!-?A-~]+@[!-?A-~]+")
"""Visible ASCII with one @ inside."""


class UnusableSettings(Exception):
    """A setting has a value that the application cannot run with; the text names the setting and the mend."""


@dataclass(frozen=True)
class MailServer:
    """Where mails are handed over, and as whom."""

    security: str
    """A key of MAIL_PORTS: TLS from the start, TLS before anything is said, or none."""
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    sender: str

    @classmethod
    def of(cls, url: str, sender: str) -> Self:
        """Read an address such as smtp+starttls://user:password@mail.example.org:587. Raises ValueError."""
        form = "write it like smtp+starttls://user:password@mail.example.org:587"
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise ValueError(form) from None  # its own text would hold the password
        if parts.scheme not in MAIL_PORTS or not parts.hostname or parts.path.strip("/") or "?" in url:
            raise ValueError(f"{form}; smtps:// has TLS from the start")
        if parts.scheme == "smtp" and parts.hostname not in THIS_MACHINE:
            raise ValueError(
                "smtp:// speaks without encryption, so it reaches this machine alone; use smtp+starttls://"
            )
        if bool(parts.username) != bool(parts.password):
            raise ValueError(f"a name and a password go together; {form}")
        return cls(
            parts.scheme, parts.hostname, port or MAIL_PORTS[parts.scheme],
            unquote(parts.username or ""), unquote(parts.password or ""), sender,
        )  # fmt: skip


class Settings(BaseSettings):
    """Every setting there is. Paths are absolute; a wrong value stops the start with a clear sentence."""

    model_config = SettingsConfigDict(env_prefix="MONITOR_", frozen=True)

    instance: Path = ROOT / "instance"
    """Folder of the database and the keys; never in version control."""
    database_url: str = ""
    """SQLAlchemy address of the database; empty means SQLite in the instance folder."""
    public_url: str = ""
    """Address people type, such as https://monitor.example.org; empty means that only this machine is served."""
    mail_url: SecretStr = SecretStr("")
    """Mail server, such as smtp+starttls://user:password@mail.example.org:587; empty means that no mail is sent."""
    mail_from: str = ""
    """Address that mails come from."""
    environment: Literal["production", "testing"] = "production"
    """`testing` is for the test suite alone: it allows light password parameters."""
    password_work: Literal["full", "light"] = "full"
    """How costly a password guess is; `light` only with environment=testing."""

    @field_validator("instance")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @field_validator("public_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError("must start with https:// or http://")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _light_work_only_in_tests(self) -> Self:
        if self.password_work == "light" and self.environment != "testing":
            raise ValueError("password_work: 'light' is for tests only; production needs 'full'")
        return self

    @model_validator(mode="after")
    def _mail_is_whole(self) -> Self:
        url = self.mail_url.get_secret_value()
        if bool(url) != bool(self.mail_from):
            raise ValueError("mail_url and mail_from go together: set both, or neither")
        if url and not MAIL_ADDRESS.fullmatch(self.mail_from):
            raise ValueError("mail_from: must be an address, such as monitor@npm.example")
        if url and not self.public_url:
            raise ValueError("mail_url: mails lead people to public_url, so set that too")
        try:
            self.mail_server  # noqa: B018  # reading it checks it
        except ValueError as fault:
            raise ValueError(f"mail_url: {fault}") from None
        return self

    @property
    def mail_server(self) -> MailServer | None:
        """The mail server, None where none is set."""
        url = self.mail_url.get_secret_value()
        return MailServer.of(url, self.mail_from) if url else None

    @property
    def is_secure(self) -> bool:
        """True when people come over https, so that cookies may be marked Secure."""
        return self.public_url.startswith("https://")

    @property
    def sqlalchemy_url(self) -> str:
        """The database address with the SQLite default filled in."""
        return self.database_url or f"sqlite:///{self.database_file}"

    @property
    def database_file(self) -> Path:
        """Where SQLite keeps the rows when no other database is set."""
        return self.instance / "monitor.db"

    def key(self, name: str, *, outlives_rows: bool = False) -> bytes:
        """Return 32 secret bytes kept in `<instance>/<name>.key`, made at first use, readable by the owner alone.

        Unless it may come anew beside rows that are there (`outlives_rows`), one that is missing beside a database
        stops the start: what was sealed with it would be lost or look forged. Raises UnusableSettings for that, and
        when other accounts of the machine can read the file, when it is damaged, or when it cannot be written, as on a
        full disk.
        """
        self.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.instance / f"{name}.key"
        if not path.exists():
            if self.database_file.exists() and not outlives_rows:
                raise UnusableSettings(
                    f"{path.name}: this key file is missing, and {self.database_file.name} was written with it. "
                    "Put it back from where the database comes"
                )
            try:
                self._write_new_key(path)
            except OSError as error:
                raise UnusableSettings(f"{path.name}: this key file cannot be written: {error.strerror}") from error
        if path.stat().st_mode & 0o077:
            raise UnusableSettings(f"{path.name}: other accounts can read this key file; run: chmod 600 {path}")
        secret = path.read_bytes()
        if len(secret) != KEY_BYTES:
            raise UnusableSettings(f"{path.name}: this key file must hold {KEY_BYTES} bytes but holds {len(secret)}")
        return secret

    @staticmethod
    def _write_new_key(path: Path) -> None:
        """Write the key so that it exists whole or not at all, also when two processes start at once."""
        draft = path.with_suffix(f".{os.getpid()}.new")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(token_bytes(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink(missing_ok=True)


def load_settings(**values: object) -> Settings:
    """Return the settings from the environment, `values` going first. Raises UnusableSettings naming each fault."""
    try:
        return Settings(**values)  # type: ignore[arg-type]  # pydantic checks them
    except ValidationError as error:
        reasons = [f"MONITOR_{'_'.join(map(str, e['loc'])).upper() or 'SETTINGS'}: {e['msg']}" for e in error.errors()]
        raise UnusableSettings("; ".join(reasons)) from error
