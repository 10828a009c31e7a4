"""Whether an answer that a device sealed fits its question: checked when somebody opens it, for nobody can before."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from monitor.answers.models import Sheet, owner_on_device
from monitor.db import db
from monitor.guide.loading import get_guide
from monitor.visits.typed_answers import MalformedChange, read_change, read_typed

PARTS: Final = {"fields", "comment", "sources", "urgent"}


def fitting_answer(owner: Sequence[object], named: Sequence[str], content: dict[str, Any]) -> dict[str, Any] | None:
    """Return what a device sealed for a protected item as the server would have sealed it; None where it does not fit.

    A device seals {fields, comment, sources, urgent}, as the page of the form sends them; it is read as a page is. See
    vault.from_devices.fitting.
    """
    _kind, sheet_id, item_id, what = owner
    sheet = db.session.get(Sheet, sheet_id)
    item = get_guide(sheet.guide_version).items.get(str(item_id)) if sheet else None
    if sheet is None or item is None or content.keys() != PARTS or not _names(named, sheet.id, item.id, what):
        return None
    try:
        typed = read_change({**content, "item": item.id, "id": named[-1]})
    except MalformedChange:
        return None
    change, problems = read_typed(get_guide(sheet.guide_version), item, typed, None)
    if problems:
        return None
    value, comment, sources, urgent = change.content
    return {"value": value, "comment": comment, "sources": sources, "urgent": urgent}


def _names(named: Sequence[str], sheet_id: UUID, item_id: str, what: object) -> bool:
    """Say whether the device sealed it for this item, and for this very change where that clashed.

    Of an answer that stands only the revision is known, to which the server's own envelope is bound.
    """
    change_id = what if isinstance(what, UUID) else named[-1] if named else ""
    return list(named) == [str(part) for part in owner_on_device(sheet_id, item_id, change_id)]
