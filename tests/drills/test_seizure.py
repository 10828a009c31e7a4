"""The drill of a seized server in small; what would be found if it lay open, or if a key lay beside it."""

from pathlib import Path

import pytest

from monitor.accounts.models import Body
from tests.drills.installation import installed
from tests.drills.phrases import ENCODINGS, Phrases
from tests.drills.records import every_record
from tests.drills.seizure import Seized, opened, rows, run, search
from tests.drills.swapped import plant

TALKS = 3


def test_nothing_said_in_confidence_is_found_on_a_seized_machine(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        found = run(installation, TALKS)
    assert [str(row) for row in rows(found, TALKS) if not row.is_met] == []
    assert found.for_the_reader > 2 * TALKS
    assert len(found.planted.said) > 6 * TALKS


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("before", [b"", b"\x01"], ids=["even", "odd"])
def test_a_phrase_that_lies_open_is_found(encoding: str, before: bytes, tmp_path: Path) -> None:
    phrases = Phrases()
    said = [phrases.say("interview 1"), phrases.say("interview 2")]
    folder = tmp_path / "inside"
    folder.mkdir()
    (folder / "page").write_bytes(before + f"He said: {said[0]}, and {said[1]}.".encode(encoding) + bytes(9))
    seized = Seized(phrases)
    search(tmp_path, seized)
    assert seized.kinds_found("interview") == 2


@pytest.mark.parametrize("written", ["%D8%A8" * 16, "\\u0628" * 16], ids=["in an address", "in JSON"])
def test_a_phrase_is_found_as_it_travels(written: str) -> None:
    phrases = Phrases()
    phrases.said["ب" * 16] = "interview 1"
    assert phrases.found_in(f"a={written}&b".encode()) == set(phrases.said)


def test_a_key_that_lies_beside_the_records_opens_them(body: Body) -> None:
    keyring = plant(body)
    records = every_record()
    assert opened(records, {bytes(32)}, {"some text"}) == set()
    assert opened(records, {keyring.private}, set()) == set(records)
