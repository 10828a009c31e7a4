"""Writing the register of places."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, insert
from sqlalchemy.orm.attributes import flag_modified

from monitor.accounts.models import User
from monitor.audit.operations import record_event
from monitor.db import db, new_id
from monitor.places import queries
from monitor.places.folding import folded
from monitor.places.importing import Plan, ReadyPlace
from monitor.places.models import Place, PlaceImport, PlaceUnit

LONGEST_STEM: Final = 16
LONGEST_FILE_NAME: Final = 255
WAITS_AT_MOST: Final = timedelta(days=1)
SEARCHED: Final = ("name", "code", "city", "region", "authority")


class CodeTaken(Exception):
    """Another place of the mechanism has this code."""

    def __init__(self, code: str) -> None:
        super().__init__(f"another place has the code {code}")
        self.code = code


class Overtaken(Exception):
    """Somebody else changed the place after its page was opened; `present` is what the register says now."""

    def __init__(self, present: Mapping[str, Any], version: int) -> None:
        super().__init__("changed by somebody else meanwhile")
        self.present, self.version = present, version


class CodeMaker:
    """Makes short codes that are free, however many names begin alike."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._numbers: dict[str, int] = {}

    def make(self, name: str) -> str:
        """Return a free code made from the name, its letters and digits in capitals, and count it as taken."""
        stem = _SIGNS_BETWEEN.sub("-", folded(name).upper()).strip("-")[:LONGEST_STEM].strip("-") or "PLACE"
        number = self._numbers.get(stem, 1)
        while (code := stem if number == 1 else f"{stem}-{number}") in self._taken:
            number += 1
        self._numbers[stem] = number + 1
        self._taken.add(code)
        return code


_SIGNS_BETWEEN: Final = re.compile(r"[^A-Z0-9]+")


def add_place(
    mechanism_id: UUID, values: Mapping[str, Any], *, unit_types: Iterable[str] = (), by: UUID | None, at: datetime
) -> Place:
    """Add a place; `values` are named as the columns, `code` is made from the name when empty. Raises CodeTaken."""
    fields = dict(values)
    taken = queries.codes_taken(mechanism_id)
    fields["code"] = fields.get("code") or CodeMaker(taken).make(fields["name"])
    if fields["code"] in taken:
        raise CodeTaken(fields["code"])
    place = Place(id=new_id(), mechanism_id=mechanism_id, created_at=at, **fields, search_text=_search_text(fields))
    place.units = _units(place, unit_types)
    db.session.add(place)
    db.session.flush()
    record_event("place:added", mechanism_id=mechanism_id, subject_id=place.id, by=by, at=at)
    return place


def update_place(
    place: Place,
    values: Mapping[str, Any],
    *,
    unit_types: Iterable[str],
    base_version: int,
    by: UUID | None,
    at: datetime,
) -> None:
    """Change a place; `base_version` is the version its writer saw. Raises Overtaken, CodeTaken.

    Only the names of changed fields are audited.
    """
    present = {name: getattr(place, name) for name in values}
    changed = [name for name, value in values.items() if present[name] != value]
    wanted = tuple(sorted(set(unit_types) - {values.get("type", place.type)}))
    if wanted != tuple(sorted(place.unit_types)):
        changed.append("unit_types")
    if not changed:
        return
    if place.version != base_version:
        raise Overtaken(present | {"unit_types": place.unit_types}, place.version)
    code = values.get("code", place.code)
    if code != place.code and queries.get_place_by_code(place.mechanism_id, code):
        raise CodeTaken(code)
    for name, value in values.items():
        setattr(place, name, value)
    place.units = _units(place, wanted)
    place.search_text = _search_text({name: getattr(place, name) for name in SEARCHED})
    flag_modified(place, "search_text")  # units alone would not move the version
    db.session.flush()
    record_event(
        "place:changed", mechanism_id=place.mechanism_id, subject_id=place.id, by=by, at=at, fields=sorted(changed)
    )


def import_places(
    mechanism_id: UUID, ready: Sequence[ReadyPlace], *, skipped: int, refused: int, by: UUID | None, at: datetime
) -> int:
    """Write all places of a preview at once and return their number; one audit event tells the counts.

    A row without a code gets one made from its name. The codes must have been checked in the same transaction.
    """
    codes = CodeMaker(
        [*queries.codes_taken(mechanism_id), *(place.values["code"] for place in ready if place.values["code"])]
    )
    rows = []
    for place in ready:
        values = place.values | {"code": place.values["code"] or codes.make(place.values["name"])}
        rows.append(
            values
            | {
                "id": new_id(), "mechanism_id": mechanism_id, "created_at": at, "version": 1,
                "search_text": _search_text(values),
            }
        )  # fmt: skip
    if rows:
        db.session.execute(insert(Place), rows, execution_options={"render_nulls": True})
        record_event(
            "place:imported", mechanism_id=mechanism_id, subject_id=mechanism_id, by=by, at=at,
            imported=len(rows), skipped=skipped, refused=refused,
        )  # fmt: skip
    return len(rows)


def keep_upload(user: User, file_name: str, content: bytes, *, at: datetime) -> PlaceImport:
    """Keep an uploaded file until its import is decided; the person's earlier one and every stale one go."""
    drop_stale_uploads(at)
    db.session.execute(delete(PlaceImport).where(PlaceImport.made_by_id == user.id))
    waiting = PlaceImport(
        id=new_id(), mechanism_id=user.mechanism_id, made_by_id=user.id, made_at=at,
        file_name=file_name[-LONGEST_FILE_NAME:], content=content,
    )  # fmt: skip
    db.session.add(waiting)
    db.session.flush()
    record_event("place-import:uploaded", mechanism_id=user.mechanism_id, subject_id=waiting.id, by=user.id, at=at)
    return waiting


def keep_plan(waiting: PlaceImport, plan: Plan, encoding: str | None, *, by: User, at: datetime) -> None:
    """Keep what was chosen for a waiting file."""
    waiting.plan, waiting.encoding = plan.to_json(), encoding
    db.session.flush()
    record_event("place-import:planned", mechanism_id=waiting.mechanism_id, subject_id=waiting.id, by=by.id, at=at)


def drop_upload(waiting: PlaceImport, *, by: User, at: datetime) -> None:
    """Remove a waiting file, imported or not."""
    db.session.delete(waiting)
    db.session.flush()
    record_event("place-import:removed", mechanism_id=waiting.mechanism_id, subject_id=waiting.id, by=by.id, at=at)


def drop_stale_uploads(at: datetime) -> None:
    """Remove the files that nobody has decided about for a day, of the mechanism acted for or of all."""
    db.session.execute(delete(PlaceImport).where(PlaceImport.made_at < at - WAITS_AT_MOST))


def _search_text(values: Mapping[str, Any]) -> str:
    return folded(" ".join(values[name] for name in SEARCHED if values.get(name)))


def _units(place: Place, unit_types: Collection[str] | Iterable[str]) -> list[PlaceUnit]:
    kept = {unit.type: unit for unit in place.units or []}
    wanted = sorted(set(unit_types) - {place.type})
    return [
        kept.get(type_) or PlaceUnit(id=new_id(), mechanism_id=place.mechanism_id, place_id=place.id, type=type_)
        for type_ in wanted
    ]
