"""Places."""

from datetime import datetime
from itertools import count
from typing import Any

from monitor.accounts.models import Mechanism
from monitor.db import db
from monitor.places import operations
from monitor.places.models import Place
from tests.factories.accounts import AT

_numbers = count(1)


def place(of: Mechanism, *, unit_types: tuple[str, ...] = (), at: datetime = AT, **values: Any) -> Place:
    """Make a prison, or whatever `values` say."""
    defaults = {"name": f"Northgate prison {next(_numbers)}", "type": "prison", "country": "XA", "city": "Northgate"}
    made = operations.add_place(of.id, defaults | values, unit_types=unit_types, by=None, at=at)
    db.session.commit()
    return made
