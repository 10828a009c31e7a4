"""The drill of a day on a device in small; and that it sees what it searches for."""

import random
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright

from tests.drills import devices
from tests.drills.installation import installed
from tests.drills.photos import planted_in
from tests.drills.phrases import Phrases

KILLS, ASKED, BESIDE = 2, 6, 5
TIMED = {"words lost beyond the one being typed", "seconds before a kill that the oldest lost letter was typed"}
"""What a kill takes is a matter of moments, which a busy machine draws out: the drill in full says it."""
STATES = {"filling", "locked", "closed", "signed out", "handing in", "handed in", "wiped"}


def test_nothing_confirmed_is_lost_or_readable(tmp_path: Path, chromium: Any, playwright: Playwright) -> None:
    with installed(tmp_path) as installation:
        found = devices.run(playwright, installation, KILLS, ASKED)
    missed = [row for row in devices.figures(found, KILLS) if not row.is_met and row.what not in TIMED]
    assert [str(row) for row in missed] == []
    assert found.words_lost <= KILLS
    assert found.confirmed >= ASKED - KILLS + BESIDE
    assert found.seen.keys() >= STATES


def test_a_phrase_in_a_file_is_seen(tmp_path: Path) -> None:
    phrases = Phrases()
    first, second = phrases.say("a question"), phrases.say("a talk")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "log").write_bytes(b"\x00\x01" + first.encode("utf-16-le"))
    (tmp_path / "cache").write_bytes(second.encode())
    assert planted_in(tmp_path, phrases, []) == {first, second}


@pytest.mark.parametrize("form", [bytes, b64encode, lambda piece: b64encode(piece).decode().encode("utf-16-le")])
def test_a_part_of_a_photo_in_a_file_is_seen(tmp_path: Path, form: Callable[[bytes], bytes]) -> None:
    picture = random.Random(1).randbytes(9000)  # noqa: S311  # made up, not secret
    (tmp_path / "blob").write_bytes(b"head" + form(picture[4500:]))
    assert planted_in(tmp_path, Phrases(), [random.Random(2).randbytes(9000), picture]) == {"picture 1"}  # noqa: S311


def test_fewer_kills_than_asked_for_are_a_miss() -> None:
    found = devices.Found(killed_browsers=KILLS, killed_servers=KILLS - 1)
    missed = [row.what for row in devices.figures(found, KILLS) if not row.is_met]
    assert missed == ["servers killed in a handing in, 0 after a part of it"]


@pytest.mark.parametrize(
    ("kept", "lost"),
    [
        ("they hit us on arrival", 0),
        ("they hit us on ar", 0),
        ("they hit us on", 0),  # the word being typed
        ("they hit us o", 1),
        ("they", 3),
        ("", 4),
        ("thex hit us on arrival", 1),
        ("they hit us on arrivall", 1),
    ],
)
def test_words_lost_are_counted_beyond_the_one_being_typed(kept: str, lost: int) -> None:
    assert devices.words_lost("they hit us on arrival", "they hit us on arrival", kept) == lost


@pytest.mark.parametrize(("kept", "lost"), [("they hit us", 0), ("they hit ", 1), ("they hit ux", 1)])
def test_a_word_that_just_ended_counts_as_being_typed(kept: str, lost: int) -> None:
    assert devices.words_lost("they hit us o", "they hit us on arrival", kept) == lost
