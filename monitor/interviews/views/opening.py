"""Opening sealed records of talks for a page, each reading noted."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from monitor.interviews.models import Kind, Talk, TalkRecord
from monitor.vault import reading
from monitor.vault.keyring import Closed

Content = dict[str, Any] | Closed
"""What a record says, or why it does not open."""


def open_rows(rows: Iterable[TalkRecord], *, subject_id: UUID) -> dict[UUID, Content]:
    """Open records of talks for the person signed in; returns row -> content."""
    listed = list(rows)
    found = reading.read({row.record_id: row.owner for row in listed}, subject_id=subject_id)
    return {row.id: found[row.record_id] for row in listed}


def open_lines(talks: Iterable[Talk], *, subject_id: UUID) -> dict[UUID, Content]:
    """Open the lines of talks; returns talk -> content."""
    rows = {talk.id: row for talk in talks if (row := talk.only(Kind.LINE)) is not None}
    found = open_rows(rows.values(), subject_id=subject_id)
    return {talk_id: found[row.id] for talk_id, row in rows.items()}


def open_kinds(talk: Talk, kinds: Collection[Kind]) -> dict[UUID, Content]:
    """Open the records of one talk that are of these kinds; returns row -> content."""
    return open_rows([row for row in talk.records if row.kind in kinds], subject_id=talk.id)
