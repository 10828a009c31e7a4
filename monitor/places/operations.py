"""Writing the register of places."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from monitor.audit.operations import record_event
from monitor.db import db, new_id
from monitor.places import queries
from monitor.places.models import Place, PlaceUnit

LONGEST_CODE = 40


class CodeTaken(Exception):
    """Another place of the mechanism has this code."""

    def __init__(self, code: str) -> None:
        super().__init__(f"another place has the code {code}")
        self.code = code


def folded(text: str) -> str:
    """Return the text casefolded and without accents, for searching."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def suggest_code(name: str, taken: set[str]) -> str:
    """Return a free short code made from the name: its letters and digits in capitals, numbered when taken."""
    stem = re.sub(r"[^A-Z0-9]+", "-", folded(name).upper()).strip("-")[:16].strip("-") or "PLACE"
    number, code = 1, stem
    while code in taken:
        number += 1
        code = f"{stem}-{number}"
    return code


def add_place(
    mechanism_id: UUID, values: Mapping[str, Any], *, unit_types: Iterable[str] = (), by: UUID | None, at: datetime
) -> Place:
    """Add a place; `values` are named as the columns, `code` is made from the name when empty. Raises CodeTaken."""
    fields = dict(values)
    taken = queries.codes_taken(mechanism_id)
    fields["code"] = fields.get("code") or suggest_code(fields["name"], taken)
    if fields["code"] in taken:
        raise CodeTaken(fields["code"])
    place = Place(id=new_id(), mechanism_id=mechanism_id, created_at=at, **fields, search_text="")
    place.search_text = _search_text(place)
    place.units = _units(place, unit_types)
    db.session.add(place)
    db.session.flush()
    record_event("place:added", mechanism_id=mechanism_id, subject_id=place.id, by=by, at=at)
    return place


def update_place(
    place: Place, values: Mapping[str, Any], *, unit_types: Iterable[str], by: UUID | None, at: datetime
) -> None:
    """Change a place. Raises CodeTaken. The names of changed fields are audited."""
    code = values.get("code", place.code)
    if code != place.code and queries.get_place_by_code(place.mechanism_id, code):
        raise CodeTaken(code)
    changed = [name for name, value in values.items() if getattr(place, name) != value]
    for name in changed:
        setattr(place, name, values[name])
    if tuple(sorted(set(unit_types))) != tuple(sorted(place.unit_types)):
        changed.append("unit_types")
        place.units = _units(place, unit_types)
    if changed:
        place.search_text = _search_text(place)
        db.session.flush()
        record_event(
            "place:changed", mechanism_id=place.mechanism_id, subject_id=place.id, by=by, at=at, fields=sorted(changed)
        )


def _search_text(place: Place) -> str:
    return folded(" ".join(filter(None, [place.name, place.code, place.city, place.authority])))


def _units(place: Place, unit_types: Iterable[str]) -> list[PlaceUnit]:
    kept = {unit.type: unit for unit in place.units or []}
    wanted = sorted(set(unit_types) - {place.type})
    return [
        kept.get(type_) or PlaceUnit(id=new_id(), mechanism_id=place.mechanism_id, place_id=place.id, type=type_)
        for type_ in wanted
    ]
