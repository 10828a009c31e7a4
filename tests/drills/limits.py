"""Counts how many passwords a server of several processes looks at, however many people try at the same moment."""

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from monitor.accounts.tries import MOST_OF_ADDRESS
from tests.drills.figures import Row
from tests.drills.installation import Installation, installed
from tests.drills.person import Person
from tests.factories import accounts
from tests.serving import Served, served

PROCESSES = 4
TRIES = 400
AT_ONCE = 16
UNKNOWN = "nobody@npm.example"
TOO_MANY = 429


@dataclass
class Tried:
    """What became of the tries at one address."""

    looked_at: int
    turned_away: int


def run(installation: Installation, processes: int = PROCESSES, tries: int = TRIES) -> dict[str, Tried]:
    """Try wrong passwords at an address that there is and at one that there is not, from many machines at once."""
    with installation.acting():
        known = accounts.monitor(installation.body).email
    with served("wsgi:app", installation.instance, workers=processes) as server:
        return {address: try_often(server, [address] * tries) for address in (known, UNKNOWN)}


def try_often(server: Served, addresses: list[str]) -> Tried:
    """Try a wrong password once at each of these, AT_ONCE at the same moment; says how many were looked at."""

    def work(share: list[str]) -> list[int]:
        with closing(Person(server)) as person:
            person.get("/sign-in")
            return [_try(person, address, number) for number, address in enumerate(share)]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        shares = pool.map(work, (addresses[start::AT_ONCE] for start in range(AT_ONCE)))
        statuses = [status for share in shares for status in share]
    assert set(statuses) <= {200, TOO_MANY}, set(statuses)
    return Tried(statuses.count(200), statuses.count(TOO_MANY))


def _try(person: Person, address: str, number: int) -> int:
    elsewhere = f"192.0.2.{number % 250}"
    person.headers |= {"X-Forwarded-For": elsewhere, "Forwarded": f"for={elsewhere}"}
    return person.post("/sign-in", {"email": address, "password": f"wrong walk number {number}"}).status


def figures(found: dict[str, Tried], tries: int) -> Iterator[Row]:
    """Give the figures beside their goals."""
    for address, tried in found.items():
        whose = "nobody's address" if address == UNKNOWN else "an address"
        yield Row(f"of {tries} passwords at {whose}, looked at", tried.looked_at, MOST_OF_ADDRESS)
        yield Row(f"of {tries} passwords at {whose}, turned away", tried.turned_away, tries - MOST_OF_ADDRESS)


def drill() -> Iterator[Row]:
    """Try 400 passwords at each of two addresses of a server of four processes."""
    with tempfile.TemporaryDirectory() as folder, installed(Path(folder)) as installation:
        yield from figures(run(installation), TRIES)
