"""The drill of answering times in small; and that it sees a person whose password is answered sooner."""

from pathlib import Path
from typing import Literal

import pytest

from tests.drills import timing
from tests.drills.installation import installed

PAIRS = 3
FAR = 60
"""Percent: a busy machine shakes so few tries by some tens of them."""


@pytest.mark.parametrize(("work", "is_far"), [("full", False), ("light", True)])
def test_known_addresses_answer_like_unknown_ones(tmp_path: Path, work: Literal["full", "light"], is_far: bool) -> None:
    with installed(tmp_path) as installation:
        percent = timing.run(installation, PAIRS, work)
    assert (percent > FAR) is is_far, percent
