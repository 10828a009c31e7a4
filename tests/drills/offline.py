"""Two devices with wrong clocks and the office write to the same visits, while what they send is lost, comes twice or
in another order; compares what stands at the end with a model."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from monitor.accounts.models import User
from monitor.db import db
from tests.client import Browser
from tests.drills.figures import Row
from tests.drills.installation import Installation, installed
from tests.factories import accounts, places, visits
from tests.sync.conftest import AtHand
from tests.sync.model import CLOCKS, STEP, Play, Tally

ORDERS = 1000
FEWEST, MOST = 10, 40
"""Steps of one order."""


def run(installation: Installation, orders: int) -> Tally:
    """Carry out this many random orders, each on a visit of its own; the same ones at each run."""
    tally = Tally()
    with installation.acting():
        leader = accounts.monitor(installation.body)
        at_hand = [_device(installation, leader) for _ in CLOCKS]

        @settings(
            max_examples=orders, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(st.lists(STEP, min_size=FEWEST, max_size=MOST))
        def play(steps: list[Any]) -> None:
            prison = places.place(installation.body.mechanism)
            Play(visits.under_way(prison, lead=leader, form="full"), leader, at_hand, tally).run(steps)

        play()
        db.session.rollback()
    return tally


def _device(installation: Installation, leader: User) -> AtHand:
    web = Browser(installation.app)
    web.sign_in(leader)
    web.get("/")
    device = AtHand(web)
    device.set_up()
    return device


def figures(found: Tally, orders: int) -> Iterator[Row]:
    """Give the figures beside their goals."""
    yield Row("random orders of two devices and the office", found.orders, orders)
    yield Row(f"of {found.texts} texts, missing", len(found.lost), 0)
    yield Row("doubled", len(found.doubled), 0)
    yield Row("clashes that are shown, beside those of the model", found.clashes, found.clashes_of_model)
    yield Row("other things that are not as the model says", len(found.astray), 0)


def drill() -> Iterator[Row]:
    """Carry out a thousand orders."""
    with tempfile.TemporaryDirectory() as folder, installed(Path(folder)) as installation:
        yield from figures(run(installation, ORDERS), ORDERS)
