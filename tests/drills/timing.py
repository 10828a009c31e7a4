"""Compares how long the answer to a wrong password takes at an address that there is and at one that there is not."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Literal

from monitor.accounts import passwords
from tests.drills.figures import Row
from tests.drills.installation import Installation, installed
from tests.drills.person import Person
from tests.factories import accounts
from tests.serving import served

PAIRS = 100
MOST_PERCENT = 5


def run(installation: Installation, pairs: int = PAIRS, work: Literal["full", "light"] = "full") -> float:
    """Return by how many percent the medians differ; with `work` the people's passwords cost other than the server's.

    The two kinds take turns, so that what else the machine does falls upon both.
    """
    with installation.acting():
        passwords.use_work(work)
        known = [accounts.monitor(installation.body).email for _ in range(pairs)]
        passwords.use_work("light")
    unknown = [f"nobody{number}@npm.example" for number in range(pairs)]
    seconds: dict[bool, list[float]] = {True: [], False: []}
    with served("wsgi:app", installation.instance, workers=1) as server, closing(Person(server)) as person:
        person.get("/sign-in")
        _try(person, "first@npm.example")
        for turn in range(pairs):
            for is_known in (True, False) if turn % 2 else (False, True):
                seconds[is_known].append(_try(person, (known if is_known else unknown)[turn]))
    of_known, of_unknown = median(seconds[True]), median(seconds[False])
    return 100 * abs(of_known - of_unknown) / of_unknown


def _try(person: Person, address: str) -> float:
    """Return the seconds that a wrong password took."""
    begun = time.perf_counter()
    answer = person.post("/sign-in", {"email": address, "password": "a wrong walk to the river"})
    assert answer.status == 200, answer
    return time.perf_counter() - begun


def figures(percent: float, pairs: int) -> Iterator[Row]:
    """Give the figure beside its goal."""
    yield Row(f"wrong passwords, {pairs} known and unknown addresses: % apart", percent, MOST_PERCENT, at_most=True)


def drill() -> Iterator[Row]:
    """Try one wrong password at each of 100 known and 100 unknown addresses of one server."""
    with tempfile.TemporaryDirectory() as folder, installed(Path(folder)) as installation:
        yield from figures(run(installation), PAIRS)
