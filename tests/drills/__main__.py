"""`python -m tests.drills`: every drill at full size, as one table of figures beside goals; exit status 1 at a miss."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from flask_migrate import upgrade

from monitor.db import db
from monitor.tenancy import across_mechanisms, acting_for
from tests.conftest import NOW, make_app
from tests.drills import release
from tests.factories import accounts

VISITS = 200


class Row(NamedTuple):
    """One figure and what it must be."""

    what: str
    figure: int
    goal: int


def release_rows(folder: Path) -> Iterator[Row]:
    """Release 200 visits with five planted secrets each."""
    app = make_app(folder / "instance")
    with app.app_context():
        upgrade()
        with across_mechanisms():
            mechanism = accounts.mechanism(at=NOW)
            db.session.commit()
        with acting_for(mechanism.id):
            found = release.run(accounts.only_body(mechanism), VISITS, NOW)
        db.session.remove()
        db.engine.dispose()
    yield Row("visits released", found.released, VISITS)
    yield Row("names and words planted in their texts", found.planted, VISITS * release.PLANTED_PER_VISIT)
    yield Row("of these shown by the release check", found.noticed, found.planted)
    yield Row("names and words found in released PDFs", found.leaked, 0)


def main() -> int:
    """Run every drill."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [*release_rows(Path(folder))]
    lines = [
        f"{row.what:48}{row.figure:>10}{row.goal:>10}{'' if row.figure == row.goal else '   MISSED'}" for row in rows
    ]
    sys.stdout.write("\n".join([f"{'drill':48}{'figure':>10}{'goal':>10}", *lines, ""]))
    return int(any(row.figure != row.goal for row in rows))


if __name__ == "__main__":
    sys.exit(main())
