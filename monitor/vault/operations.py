"""Making and replacing keys, granting and taking away. What needs a key takes a keyring.

No function here can open anything by itself: the private key of a compartment is in memory only while it is made, or
while a reader's own session opened it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select

from monitor.accounts.models import Body, User, UserKey
from monitor.accounts.queries import exchanged_keys
from monitor.audit.operations import record_event
from monitor.db import db, new_id
from monitor.sealing import written_keys
from monitor.sealing.envelopes import CannotOpen, open_with, seal_to
from monitor.sealing.key_pairs import KeyPair, fingerprint, new_pair, pair_of
from monitor.vault import contexts, queries
from monitor.vault.keyring import Keyring
from monitor.vault.models import Compartment, CompartmentKey, Grant, PaperKey, RecordKeyWrap

REWRAPPED_AT_ONCE: Final = 200
on_first_reader: list[Callable[[Body, datetime], None]] = []
"""What upper domains do when a body gets its keys: seal what lies open. Filled by create_app."""


class KeysRefused(Exception):
    """Something about keys that cannot be; `code` names the reason for a page."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True)
class MadePaper:
    """A paper key that was just made, and what is to be printed; the secret exists nowhere else."""

    row: PaperKey
    secret: bytes

    @property
    def text(self) -> str:
        """What stands on the paper."""
        return written_keys.write(self.secret)


def make_paper(body: Body, *, by: User | None, at: datetime) -> MadePaper:
    """Make a body's paper key. Raises KeysRefused when there is one."""
    if queries.current_paper(body.id):
        raise KeysRefused("paper_exists", "the body has a paper key already")
    pair = new_pair()
    row = PaperKey(
        id=new_id(), mechanism_id=body.mechanism_id, body_id=body.id, public=pair.public,
        made_by=by.id if by else None, made_at=at,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    _audit("paper-key:made", body.mechanism_id, row.id, by, at, body=str(body.id))
    return MadePaper(row, pair.private)


def replace_paper(body: Body, keyring: Keyring, *, by: User, at: datetime) -> MadePaper:
    """Make a new paper key in place of a lost or seen one; every compartment gets a new key with it.

    Who has the old paper and an old copy of the database holds the keys so far: they open nothing that is sealed from
    now on. Records move to the new keys by `rewrap_some`. Raises KeysRefused when the acting person cannot open a key
    that is in use: its readers must let that person read first, or one who reads all of them does it.
    """
    with db.session.begin_nested():  # whole or not at all: a refusal comes while keys are given out
        old = queries.current_paper(body.id)
        keys = queries.keys(body.id)
        needed = [
            key for key in keys if queries.count_of_wraps(key) or (key.replaced_at is None and queries.readers(key))
        ]
        opened = [(key, _opened(key, keyring)) for key in needed]
        opened += [(key, private) for key in keys if key not in needed and (private := keyring.compartment(key.id))]
        if old is not None:
            old.retired_at = at
            db.session.flush()
        made = make_paper(body, by=by, at=at)
        for key, private in opened:
            key.paper_id = made.row.id
            key.on_paper = seal_to(made.row.public, private, contexts.of_paper(key.id, made.row.id))
        for key in [key for key in keys if key.replaced_at is None]:
            _replace_key(key, made.row, queries.readers(key), by=by, at=at)
        db.session.flush()
        return made


def paper_pair(paper: PaperKey, typed: str) -> KeyPair:
    """Return the pair of the paper key that was typed or scanned. Raises KeysRefused when it is not that key."""
    try:
        pair = pair_of(written_keys.read(typed, written_keys.PAPER_BYTES))
    except written_keys.NotAWrittenKey as error:
        raise KeysRefused("not_a_key", "what was typed is no key: a letter is missing or wrong") from error
    if pair.public != paper.public:
        raise KeysRefused("other_key", "this is a key, but not the one that is in use")
    return pair


def drill(paper: PaperKey, typed: str, *, by: User, at: datetime) -> None:
    """Record that the paper is readable and fits, by opening with it every compartment that rests on it.

    Raises KeysRefused; then nothing is recorded.
    """
    pair = paper_pair(paper, typed)
    for key in db.session.scalars(select(CompartmentKey).where(CompartmentKey.paper_id == paper.id)):
        _open_from_paper(key, pair)
    paper.drilled_at = at
    db.session.flush()
    _audit("paper-key:drilled", paper.mechanism_id, paper.id, by, at)


def set_up(body: Body, own: UserKey, health: Iterable[UserKey], *, by: User, at: datetime) -> MadePaper:
    """Make a body's paper key and both compartments: `own` reads interviews, `health` the medical notes.

    Raises KeysRefused; then nothing was made.
    """
    with db.session.begin_nested():
        paper = make_paper(body, by=by, at=at)
        make_compartment(body, Compartment.INTERVIEWS, paper.row, [own], by=by, at=at)
        make_compartment(body, Compartment.MEDICAL, paper.row, health, by=by, at=at)
    return paper


def make_compartment(
    body: Body, compartment: Compartment, paper: PaperKey, readers: Iterable[UserKey], *, by: User | None, at: datetime
) -> CompartmentKey:
    """Make the first key of a compartment, granted to these people's keys. Raises KeysRefused when there is one."""
    if queries.current_key(body.id, compartment):
        raise KeysRefused("compartment_exists", f"the body has a key for {compartment} already")
    key, private = _new_key(body, compartment, 1, paper, by=by, at=at)
    for reader in readers:
        _grant(key, private, reader, by=by, at=at)
    if compartment is Compartment.INTERVIEWS:
        for act in on_first_reader:
            act(body, at)
    return key


def _new_key(
    body: Body, compartment: Compartment, number: int, paper: PaperKey, *, by: User | None, at: datetime
) -> tuple[CompartmentKey, bytes]:
    """Make a key that nobody reads yet; returns it with its private half, to be granted."""
    pair, id_ = new_pair(), new_id()
    key = CompartmentKey(
        id=id_, mechanism_id=body.mechanism_id, body_id=body.id, compartment=compartment, number=number,
        public=pair.public, paper_id=paper.id,
        on_paper=seal_to(paper.public, pair.private, contexts.of_paper(id_, paper.id)), made_by=by.id if by else None,
        made_at=at,
    )  # fmt: skip
    db.session.add(key)
    db.session.flush()
    said = {"body": str(body.id), "compartment": compartment, "number": number, "fingerprint": fingerprint(pair.public)}
    _audit("compartment-key:made", body.mechanism_id, id_, by, at, **said)
    return key, pair.private


def key_to_grant_to(user_id: UUID) -> UserKey:
    """Return the own key of a person who is to read. Raises KeysRefused for one who never chose a password."""
    key = queries.users_keys([user_id]).get(user_id)
    if key is None:
        raise KeysRefused("other_has_no_key", "the person has no key of their own yet")
    return key


def grant(key: CompartmentKey, to: UserKey, keyring: Keyring, *, by: User, at: datetime) -> Grant:
    """Let a further person read a compartment, with its older keys: a device may have sealed to one of them.

    Raises KeysRefused when the acting person cannot open the compartment, or an older key that records rest on, or the
    other one reads it already.
    """
    if queries.grant_of(key, to.user_id):
        raise KeysRefused("reads_already", "this person can read the compartment already")
    with db.session.begin_nested():
        for other in _older(key):
            private = _opened(other, keyring) if _is_in_use(other) else keyring.compartment(other.id)
            if private is not None and queries.grant_of(other, to.user_id) is None:
                _grant(other, private, to, by=by, at=at)
        return _grant(key, _opened(key, keyring), to, by=by, at=at)


def grant_from_paper(key: CompartmentKey, to: UserKey, typed: str, *, by: User, at: datetime) -> Grant:
    """Let a person read a compartment again with the paper key: for a body all of whose readers lost their keys.

    Older keys open too, as far as they rest on this paper. Raises KeysRefused when the typed key is not the one that
    the compartment, or an older key that records rest on, was sealed to.
    """
    made: Grant | None = None
    with db.session.begin_nested():
        for other in [key, *_older(key)]:
            if other.paper_id != key.paper_id and not _is_in_use(other):
                continue
            paper = db.session.get_one(PaperKey, other.paper_id)
            if queries.grant_of(other, to.user_id) is None:
                private = _open_from_paper(other, paper_pair(paper, typed))
                given = _grant(other, private, to, by=by, at=at, from_paper=True)
                made = made or given
    if made is None:
        raise KeysRefused("reads_already", "this person can read the compartment already")
    return made


def _older(key: CompartmentKey) -> list[CompartmentKey]:
    """Return the keys of a compartment that this one replaced."""
    return [
        other
        for other in queries.keys(key.body_id)
        if other.compartment == key.compartment and other.number < key.number
    ]


def _is_in_use(key: CompartmentKey) -> bool:
    return key.replaced_at is None or queries.count_of_wraps(key) > 0


def _opened(key: CompartmentKey, keyring: Keyring) -> bytes:
    private = keyring.compartment(key.id)
    if private is None:
        raise KeysRefused("not_a_reader", "only a reader of the compartment can do this")
    return private


def _open_from_paper(key: CompartmentKey, paper: KeyPair) -> bytes:
    try:
        return open_with(paper.private, key.on_paper, contexts.of_paper(key.id, key.paper_id))
    except CannotOpen as error:
        raise KeysRefused("paper_does_not_open", "the compartment does not open with this paper key") from error


def _grant(
    key: CompartmentKey, private: bytes, to: UserKey, *, by: User | None, at: datetime, from_paper: bool = False
) -> Grant:
    if exchanged_keys([to]):
        raise KeysRefused("exchanged_key", "the stored own key of the person is not the one that was made for them")
    made = Grant(
        id=new_id(), mechanism_id=key.mechanism_id, compartment_key_id=key.id, user_key_id=to.id, user_id=to.user_id,
        wrapped=seal_to(to.public, private, contexts.of_grant(key.id, to.id)), granted_by=by.id if by else None,
        granted_at=at,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    _audit("grant:made", key.mechanism_id, key.id, by, at, reader=str(to.user_id), from_paper=from_paper)
    return made


def remove_reader(key: CompartmentKey, user_id: UUID, keyring: Keyring, *, by: User, at: datetime) -> CompartmentKey:
    """Take a compartment away from a person and replace its key, which the others get; returns the new key.

    The person's grants of all keys of the compartment go at once. Records are sealed to the new key afterwards, step by
    step (`rewrap_some`). Raises KeysRefused when nobody would be left to read, or the acting person cannot open it; who
    was deactivated or is no longer entitled reads nothing, and does not count.
    """
    _opened(key, keyring)
    remaining = [held for held in queries.readers(key) if held.user_id != user_id]
    entitled = {person.id for person in queries.entitled(key.body_id, key.compartment)}
    if not any(held.user_id in entitled for held in remaining):
        raise KeysRefused("last_reader", "nobody would be left who can read the compartment")
    same = [other.id for other in queries.keys(key.body_id) if other.compartment == key.compartment]
    with db.session.begin_nested():
        db.session.execute(delete(Grant).where(Grant.compartment_key_id.in_(same), Grant.user_id == user_id))
        _audit("grant:removed", key.mechanism_id, key.id, by, at, reader=str(user_id))
        return _replace_key(key, db.session.get_one(PaperKey, key.paper_id), remaining, by=by, at=at)


def _replace_key(
    key: CompartmentKey, paper: PaperKey, readers: Iterable[Grant], *, by: User, at: datetime
) -> CompartmentKey:
    """Make the key that takes the place of this one, and give it to these readers."""
    key.replaced_at = at
    db.session.flush()
    new, private = _new_key(db.session.get_one(Body, key.body_id), key.compartment, key.number + 1, paper, by=by, at=at)
    for held in readers:
        _grant(new, private, held.user_key, by=by, at=at)
    return new


def rewrap_some(new: CompartmentKey, keyring: Keyring, *, at: datetime, by: User) -> int:
    """Seal the keys of some records of replaced keys to the new one; returns how many are left.

    Called again and again until nothing is left; an interrupted series goes on where it stopped, and every record opens
    all the while. A record key that does not open is left as it is and not counted: nothing is thrown away.
    """
    left = 0
    budget = REWRAPPED_AT_ONCE
    for old in queries.keys(new.body_id):
        if old.compartment != new.compartment or old.id == new.id:
            continue
        wraps = db.session.scalars(
            select(RecordKeyWrap).where(RecordKeyWrap.compartment_key_id == old.id).order_by(RecordKeyWrap.id)
        ).all()
        for wrap in wraps:
            if budget == 0:
                left += 1
                continue
            record_key = keyring.record_key(wrap)
            if record_key is None:
                continue
            wrap.wrapped = seal_to(new.public, record_key, contexts.of_record_key(wrap.record_id, new.id))
            wrap.compartment_key_id = new.id
            budget -= 1
    db.session.flush()
    if left == 0:
        _audit("compartment-key:records-moved", new.mechanism_id, new.id, by, at)
    return left


def _audit(tag: str, mechanism_id: UUID, subject_id: UUID, by: User | None, at: datetime, **detail: Any) -> None:
    record_event(tag, mechanism_id=mechanism_id, subject_id=subject_id, by=by.id if by else None, at=at, **detail)
