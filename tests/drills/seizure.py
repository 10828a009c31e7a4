"""Takes a stopped server away with all it holds, and looks for what was said in confidence."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import LargeBinary, String, func, select

from monitor.accounts import own_keys
from monitor.accounts.models import User, UserKey, UserSession
from monitor.audit.models import AuditEvent
from monitor.db import Base, db, reading
from monitor.sealing.envelopes import KEY_BYTES, CannotOpen, open_under
from monitor.sealing.key_pairs import pair_of
from monitor.tenancy import across_mechanisms
from monitor.vault import contexts
from monitor.vault.keyring import Closed, Keyring, Owner, open_records
from monitor.vault.models import Compartment, Grant, SealedRecord
from tests.drills.figures import Row
from tests.drills.installation import Installation, installed
from tests.drills.person import Person
from tests.drills.phrases import Phrases
from tests.drills.planting import IN_THE_OPEN, Confided, plant, prepare
from tests.drills.records import every_record
from tests.serving import Served, served

TALKS = 1000
COOKIE = "_user_id"


@dataclass
class Seized:
    """What a script found in what was taken."""

    planted: Phrases
    bytes_searched: int = 0
    phrases_found: set[str] = field(default_factory=set)
    for_the_reader: int = 0
    """Records of the compartment that the reader, who is signed in, reads."""
    opened_without_cookie: int = 0
    opened_with_cookie: int = 0

    def kinds_planted(self, beginning: str) -> int:
        """Return in how many places of a kind something was said, such as interviews."""
        return len({where for where in self.planted.said.values() if where.startswith(beginning)})

    def kinds_found(self, beginning: str) -> int:
        """Return of how many places of a kind something was found."""
        return len({where for where in map(self.planted.said.get, self.phrases_found) if where.startswith(beginning)})


def run(installation: Installation, talks: int) -> Seized:
    """Serve, plant this many talks, sign a reader in, stop the server and search all of it; tries every key too."""
    app, folder = installation.app, installation.folder
    seized = Seized(Phrases())
    with installation.acting():
        confided = prepare(installation.body, talks, seized.planted)
    with tempfile.TemporaryDirectory() as temporary:  # a short path: the addresses of sockets lie in it
        with served(
            "wsgi:app", installation.instance, log=folder / "server.log", environment={"TMPDIR": temporary}
        ) as server:
            cookie = _use(server, installation, confided, talks, seized.planted)
            (folder / "environment").write_bytes(b"".join(environments(server)))
        search(Path(temporary), seized)
    search(folder, seized)
    secret = secret_in(app, cookie)
    with app.app_context(), across_mechanisms(), reading():
        records = every_record()
        of_interviews = SealedRecord.compartment == Compartment.INTERVIEWS
        seized.for_the_reader = db.session.scalar(select(func.count(SealedRecord.id)).where(of_interviews)) or 0
        seized.opened_without_cookie = len(opened(records, *stored_keys(folder)))
        seized.opened_with_cookie = len(opened(records, set(), {secret}))
        db.session.remove()
    return seized


def _use(server: Served, installation: Installation, confided: Confided, talks: int, phrases: Phrases) -> str:
    """Have the writer write and the reader read; returns the cookie of the reader, who stays signed in."""
    with installation.acting(), closing(Person(server)) as writer, closing(Person(server)) as reader:
        writer.sign_in(db.session.get_one(User, confided.writer))
        plant(writer, confided, talks, phrases)
        reader.sign_in(db.session.get_one(User, confided.reader))
        for visit in confided.visits:
            page = reader.get(f"/visits/{visit}/interviews").text
            assert any(phrase in page for phrase in phrases.said), "the reader reads what is not to be found"
        writer.post("/sign-out", {})
        return reader.cookies[installation.app.config["SESSION_COOKIE_NAME"]]


def environments(server: Served) -> Iterator[bytes]:
    """Yield the environment and the deleted files that are still open of each process of the server."""
    for process in server.processes():
        yield Path(f"/proc/{process}/environ").read_bytes()
        for handle in Path(f"/proc/{process}/fd").iterdir():
            with suppress(OSError):
                if handle.is_file() and str(handle.readlink()).endswith("(deleted)"):
                    yield handle.read_bytes()


def search(folder: Path, seized: Seized) -> None:
    """Look for every phrase in every file below a folder."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            seized.bytes_searched += len(data)
            seized.phrases_found |= seized.planted.found_in(data)


def stored_keys(folder: Path) -> tuple[set[bytes], set[str]]:
    """Return everything that lies in the files and in the database and could be a key: bytes, and texts.

    The seals of the audit chain are left out: thousands of hashes.
    """
    keys = {path.read_bytes() for path in folder.rglob("*.key")}
    texts: set[str] = set(re.findall(r"[\w-]{43}", (folder / "environment").read_text(errors="replace")))
    for mapper in Base.registry.mappers:
        for column in mapper.local_table.columns if mapper.class_ is not AuditEvent else ():
            if isinstance(column.type, LargeBinary | String):
                for value in db.session.scalars(select(column).where(column.is_not(None)).distinct()):
                    (keys if isinstance(value, bytes) else texts).add(value)
    texts |= {form for key in keys if len(key) == KEY_BYTES for form in (key.hex(), key.decode("latin-1"))}
    return {key for key in keys if len(key) == KEY_BYTES}, texts


def opened(records: dict[UUID, Owner], keys: set[bytes], secrets: set[str]) -> set[UUID]:
    """Return the records that open with these keys, or with what secrets of sessions lead to."""
    found: set[UUID] = set()
    for keyring in keyrings(keys, secrets):
        found |= {id_ for id_, content in open_records(records, keyring).items() if not isinstance(content, Closed)}
    for record in db.session.scalars(select(SealedRecord)):
        place = contexts.of_content(record.mechanism_id, record.body_id, record.id, records[record.id])
        for key in keys:
            with suppress(CannotOpen):
                open_under(key, record.content, place)
                found.add(record.id)
    return found


def keyrings(keys: set[bytes], secrets: set[str]) -> Iterator[Keyring]:
    """Yield what opens with keys as private keys or wrap keys of people, and with secrets of sessions."""
    public = {pair_of(key).public: key for key in keys}
    sessions = db.session.scalars(select(UserSession)).all()
    for user_key in db.session.scalars(select(UserKey)).all():
        if user_key.public in public:
            yield Keyring(user_key.id, public[user_key.public])
        for key in keys:
            with suppress(CannotOpen):
                yield Keyring(user_key.id, own_keys.unwrap(user_key, key))
        for session in sessions:
            for secret in secrets if session.user_id == user_key.user_id else ():
                with suppress(CannotOpen):
                    private = own_keys.borrow(session, secret)
                    if private is not None:
                        yield Keyring(user_key.id, private)
    for grant in db.session.scalars(select(Grant)).all():
        if grant.key.public in public:
            yield Keyring(grant.user_key_id, b"", {grant.compartment_key_id: public[grant.key.public]})


def secret_in(app: Flask, cookie: str) -> str:
    """Return the secret of the session that a cookie holds."""
    client = app.test_client()
    client.set_cookie(app.config["SESSION_COOKIE_NAME"], cookie)
    with client.session_transaction() as held:
        found: Any = held[COOKIE]
    return str(found)


def rows(seized: Seized, talks: int) -> Iterator[Row]:
    """Give the figures beside their goals."""
    others = [where for where in seized.planted.said.values() if not where.startswith(("interview", IN_THE_OPEN))]
    yield Row("interviews typed into a running server", seized.kinds_planted("interview"), talks)
    yield Row("of these found in all its files, environment, temporary files", seized.kinds_found("interview"), 0)
    found = len(seized.phrases_found) - seized.kinds_found("interview") - seized.kinds_found(IN_THE_OPEN)
    yield Row(f"of {len(others)} names, medical notes, answers, photos and the like found", found, 0)
    yield Row("phrases in the open found by the same search", seized.kinds_found(IN_THE_OPEN), 1)
    yield Row("records opened with all that is stored, a reader signed in", seized.opened_without_cookie, 0)
    yield Row("records opened with that reader's cookie besides", seized.opened_with_cookie, seized.for_the_reader)


def drill() -> Iterator[Row]:
    """Seize a server with 1,000 interviews."""
    with tempfile.TemporaryDirectory() as folder, installed(Path(folder)) as installation:
        yield from rows(run(installation, TALKS), TALKS)
