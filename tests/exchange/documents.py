"""Visit documents for tests: real published visits, and spoilt copies of them."""

import copy
import json
from collections.abc import Callable
from datetime import date
from typing import Any

from monitor.config import ROOT
from monitor.exchange.strict_json import UnfitDocument
from monitor.exchange.visit_document import read_document
from monitor.guide.loading import get_guide

FOLDER = ROOT / "tests" / "data" / "visits"
FILES = sorted(FOLDER.glob("*.json"))
TODAY = date(2026, 3, 14)
Document = dict[str, Any]


def bordeaux() -> Document:
    """Return a document that uses nearly everything the format has."""
    data: Document = json.loads((FOLDER / "fr-bordeaux-gradignan-2022.json").read_text(encoding="utf-8"))
    return data


def as_bytes(data: object) -> bytes:
    """Return data as a file holds it; half characters as escapes."""
    return json.dumps(data).encode()


def problems_of(raw: bytes) -> tuple[str, ...]:
    """Return what is wrong with a document, nothing where it is taken."""
    try:
        read_document(raw, get_guide(), today=TODAY)
    except UnfitDocument as unfit:
        return unfit.problems
    return ()


def spoilt(spoil: Callable[[Document], object]) -> bytes:
    """Return the document of Bordeaux after `spoil` changed its data."""
    data = copy.deepcopy(bordeaux())
    spoil(data)
    return as_bytes(data)


def put(*path: str | int, value: Any) -> Callable[[Document], None]:
    """Return what sets the value at this path of keys and places in lists."""

    def spoil(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        data[path[-1]] = value

    return spoil


def drop(*path: str | int) -> Callable[[Document], None]:
    """Return what removes the key at this path."""

    def spoil(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        del data[path[-1]]

    return spoil


def answer_to(item: str, **values: Any) -> Callable[[Document], None]:
    """Return what changes the answer to this item, or adds one."""

    def spoil(data: Document) -> None:
        found = next((each for each in data["answers"] if each["item"] == item), None)
        if found is None:
            found = {"item": item, "value": "not_examined", "comment": "", "sources": [], "urgent": False}
            data["answers"].append(found)
        found.update(values)

    return spoil
