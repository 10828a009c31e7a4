"""Protected items: what they say is sealed to the body's readers, their author and the visit's leader.

While a body has no keys, what protected items say lies under the server's key (`server_key`), and is sealed by
`seal_what_lies_open` when its first reader sets the keys up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from monitor.answers import queries
from monitor.answers.models import EMPTY, Said, Sheet, owner_of, owner_on_device
from monitor.answers.server_key import Content
from monitor.db import db
from monitor.vault.from_devices import DeviceEnvelope
from monitor.vault.keyring import Closed, Keyring, Owner, open_records
from monitor.vault.models import SealedRecord
from monitor.vault.sealing import Sealer


@dataclass(frozen=True)
class Protection:
    """How protected items of one sheet are written: sealed to whom, and opened by whom for comparing."""

    sealer: Sealer
    keyring: Keyring | None = None
    """Of the person who writes: what they may read is compared, so that the same text again changes nothing."""

    def seal(self, sheet_id: UUID, item_id: str, what: UUID | int, content: Content) -> SealedRecord:
        """Make the record of one revision or clash."""
        value, comment, sources, urgent = content
        said = {"value": value, "comment": comment, "sources": list(sources), "urgent": urgent}
        return self.sealer.seal(owner_of(sheet_id, item_id, what), said)

    def enclose(
        self, sheet_id: UUID, item_id: str, what: UUID | int, change_id: UUID, made: DeviceEnvelope
    ) -> SealedRecord:
        """Make the record of one revision or clash that a device has sealed."""
        named = owner_on_device(sheet_id, item_id, change_id)
        return self.sealer.enclose(owner_of(sheet_id, item_id, what), made, named)

    def open(self, rows: Iterable[Said]) -> None:
        """Open what the writer may read of these rows."""
        show(rows, open_records(sealed(rows), self.keyring))


def sealed(rows: Iterable[Any]) -> dict[UUID, Owner]:
    """Return record -> owner of the sealed ones among answers and changes."""
    return {row.sealed_id: row.owner for row in rows if row.sealed_id is not None}


def show(rows: Iterable[Any], found: Mapping[UUID, dict[str, Any] | Closed]) -> None:
    """Let rows say what their records were found to hold; those that stay closed say nothing."""
    for row in rows:
        content = found.get(row.sealed_id, Closed.NOT_FOR_YOU) if row.sealed_id else Closed.NOT_FOR_YOU
        row.is_damaged = content is Closed.DAMAGED
        if not isinstance(content, Closed):
            row.opened = (content["value"], content["comment"], content["sources"], content["urgent"])


def seal_what_lies_open(sheet: Sheet, protection: Protection) -> int:
    """Seal every protected answer and change of a sheet that is not sealed yet; returns how many were sealed.

    One that does not open under the server's key is left as it is: nothing is thrown away.
    """
    _, items = queries.guide_and_items(sheet)
    protected = [item.id for item in items.values() if item.is_protected]
    heads, changes = queries.lying_open(sheet, protected)
    made: dict[Said, SealedRecord] = {}
    revisions: dict[tuple[str, int], SealedRecord] = {}
    for change in changes:
        if change.is_closed:
            continue
        what = change.id if change.revision is None else change.revision
        made[change] = protection.seal(sheet.id, change.item_id, what, change.content)
        if change.revision is not None:
            revisions[change.item_id, change.revision] = made[change]
    made |= {head: revisions[place] for head in heads if (place := (head.item_id, head.revision)) in revisions}
    db.session.add_all(made.values())
    db.session.flush()
    for row, record in made.items():
        row.plain_value, row.plain_comment, row.plain_sources, row.plain_urgent = EMPTY
        row.kept, row.sealed_id = None, record.id
    db.session.flush()
    return len(made)
