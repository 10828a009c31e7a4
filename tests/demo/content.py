"""Reads the data of the training mechanism as it lies in its files."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parents[2] / "monitor" / "demo" / "data"


@dataclass(frozen=True)
class Content:
    """The five kinds of files, visits by the name of their file."""

    mechanism: dict[str, Any]
    users: dict[str, dict[str, Any]]
    places: dict[str, dict[str, Any]]
    visits: dict[str, dict[str, Any]]
    follow_up: dict[str, dict[str, Any]]


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def read_content() -> Content:
    """Give everything in monitor/demo/data, users by e-mail and places by code."""
    users, places = _read(DATA / "users.yaml"), _read(DATA / "places.yaml")
    content = Content(
        mechanism=_read(DATA / "mechanism.yaml"),
        users={user["email"]: user for user in users},
        places={place["code"]: place for place in places},
        visits={path.stem: _read(path) for path in sorted((DATA / "visits").glob("*.yaml"))},
        follow_up=_read(DATA / "follow_up.yaml"),
    )
    assert len(content.users) == len(users), "an e-mail stands twice in users.yaml"
    assert len(content.places) == len(places), "a code stands twice in places.yaml"
    return content
