"""Reply forms as LibreOffice saves them, and as Excel writes its files (tests/data/replies)."""

from datetime import date
from pathlib import Path
from typing import Final

import pytest
from flask import Flask

from monitor.accounts.models import Mechanism, User
from monitor.db import db
from monitor.recommendations.many_replies import Check, preview
from monitor.recommendations.models import Position, Recommendation
from monitor.recommendations.reply_columns import Words, entries_of_file
from monitor.recommendations.sheets import read_file
from tests.factories import places, visits
from tests.factories.recommendations import recommendation

FOLDER: Final = Path(__file__).parents[1] / "data" / "replies"
TODAY: Final = date(2026, 8, 1)
YES, IN_PART, NO = Position.ACCEPTED, Position.ACCEPTED_IN_PART, Position.REJECTED
Said = tuple[Position, date, str, bool]
DAYS: Final = [date(2026, 7, day) for day in (20, 21, 22)]
NEVER: Final = "There are not enough staff."

FILES: Final[dict[str, list[Said]]] = {
    "libreoffice-days-as-numbers.xlsx": [
        (YES, DAYS[0], "All radiators work\nsince the first of July.", True),
        (IN_PART, DAYS[1], "One register is kept; nobody countersigns.", False),
        (NO, DAYS[2], NEVER, False),
    ],
    "libreoffice-days-as-text-columns-moved.csv": [
        (YES, DAYS[0], "All radiators work; since the first of July.", True),
        (IN_PART, DAYS[1], "One register is kept.", False),
        (NO, DAYS[2], '"Not" enough staff.', False),
    ],
    "libreoffice-american.csv": [
        (YES, DAYS[0], "Done.", True),
        (Position.INFORMATION_GIVEN, date(2026, 7, 5), "We look into it.", False),
        (NO, DAYS[2], "No, never.", False),
    ],
    "libreoffice-merged-french-1904.xlsx": [
        (YES, DAYS[0], "Les deux sont faits.", True),
        (YES, DAYS[0], "Les deux sont faits.", True),
        (NO, DAYS[2], "Le personnel manque.", False),
    ],
    "excel-style-1904.xlsx": [
        (YES, DAYS[0], "All radiators work.", True),
        (YES, DAYS[1], "One register is kept; nobody countersigns.", False),
        (NO, DAYS[2], NEVER, False),
    ],
}


@pytest.fixture
def rows(mechanism: Mechanism, monitor: User, coordinator: User) -> list[Recommendation]:
    """The three recommendations that the forms were printed for, sent in June."""
    visit = visits.approved(places.place(mechanism), lead=monitor, by=coordinator)
    made = [recommendation(visit, by=coordinator, text=text) for text in ("Heat.", "Register.", "Outside.")]
    for number, row in enumerate(made, start=1):
        row.reference = f"NORTHGATE-2026-0{number}"
    db.session.commit()
    return made


def test_every_file_is_tried() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {*FILES, "README.md"}


@pytest.mark.parametrize("name", FILES)
def test_a_saved_form_says_what_was_filled_in(
    name: str, app: Flask, rows: list[Recommendation], coordinator: User
) -> None:
    words = Words.of_all_languages()
    sheet, entries = entries_of_file(read_file(name, (FOLDER / name).read_bytes()), words)
    found = preview(entries, sheet, Check(coordinator, lambda _row: True, TODAY, words))
    assert [row.problems for row in found.rows] == [()] * len(rows)
    assert [row.recommendation for row in found.rows] == rows
    drafts = [row.draft for row in found.rows if row.draft]
    assert [(one.position, one.received_on, one.text, one.claims_done) for one in drafts] == FILES[name]
