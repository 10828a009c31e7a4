"""The drill of counted tries in small; and that it counts what is looked at."""

from pathlib import Path

from tests.drills import limits
from tests.drills.installation import installed
from tests.serving import served

TRIES = 24


def test_exactly_the_limit_is_looked_at_and_one_try_each_is_not_turned_away(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        found = limits.run(installation, 2, TRIES)
        with served("wsgi:app", installation.instance) as server:
            each = limits.try_often(server, [f"person{number}@other.example" for number in range(12)])
    assert [str(row) for row in limits.figures(found, TRIES) if not row.is_met] == []
    assert (each.looked_at, each.turned_away) == (12, 0)
