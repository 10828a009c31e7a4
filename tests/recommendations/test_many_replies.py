"""Replies to many recommendations at once: every problem told, nothing written before it is agreed to."""

from datetime import date
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from monitor.accounts.models import Mechanism, User
from monitor.audit.models import AuditEvent
from monitor.db import db
from monitor.recommendations.many_replies import Check, Preview, RowProblem, preview
from monitor.recommendations.models import Implementation, Position, Recommendation, Reply, ReplyLetter
from monitor.recommendations.reply_columns import Words, entries_of_text
from monitor.recommendations.sheets import read_pasted
from monitor.visits.operations import approve
from tests.client import Browser
from tests.factories import accounts, places, visits
from tests.factories.accounts import AT
from tests.factories.recommendations import recommendation
from tests.recommendations.workbooks import HEADINGS, swollen, workbook

TODAY = date(2026, 3, 20)


@pytest.fixture
def rows(mechanism: Mechanism, monitor: User, coordinator: User) -> list[Recommendation]:
    """Two recommendations of an approved visit from 9 March 2026."""
    visit = visits.in_review(places.place(mechanism), lead=monitor)
    made = [recommendation(visit, by=coordinator) for _ in range(2)]
    approve(visit, by=coordinator, at=AT)
    db.session.commit()
    return made


@pytest.fixture
def desk(web: Browser, coordinator: User, rows: list[Recommendation]) -> Browser:
    """The coordinator's browser on the page."""
    web.sign_in(coordinator)
    web.get("/recommendations/replies")
    return web


def look(user: User, text: str) -> Preview:
    words = Words.of_all_languages()
    sheet = read_pasted(text)
    return preview(entries_of_text(sheet, words), sheet, Check(user, lambda _row: True, TODAY, words))


def all_replies() -> list[Reply]:
    db.session.expire_all()
    return list(db.session.scalars(select(Reply).order_by(Reply.id)))


def numbers(rows: list[Recommendation]) -> tuple[str, str]:
    return str(rows[0].reference), str(rows[1].reference)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("XX-2026-99;accepted;2026-03-15;Done.", RowProblem.UNKNOWN_NUMBER),
        (";accepted;2026-03-15;Done.", RowProblem.NO_NUMBER),
        ("{0};;2026-03-15;Done.", RowProblem.NO_POSITION),
        ("{0};awaiting;2026-03-15;Done.", RowProblem.UNKNOWN_POSITION),
        ("{0};accepted;;Done.", RowProblem.NO_DAY),
        ("{0};accepted;soon;Done.", RowProblem.UNREADABLE_DAY),
        ("{0};accepted;2026-02-31;Done.", RowProblem.UNREADABLE_DAY),
        ("{0};accepted;2026-03-21;Done.", RowProblem.IMPOSSIBLE_DAY),
        ("{0};accepted;2026-03-08;Done.", RowProblem.IMPOSSIBLE_DAY),
        ("{0};accepted;2026-03-15;", RowProblem.NO_TEXT),
        ("{0};accepted;2026-03-15;\x07", RowProblem.UNFIT_TEXT),
        ("{0};accepted;2026-03-15;" + "x" * 30_000, RowProblem.UNFIT_TEXT),
        ("{0};;;", RowProblem.NOT_FILLED),
        ("{0};accepted;2026-03-15;A\n{0};accepted;2026-03-16;B", RowProblem.TWICE),
    ],
    ids=[
        "unknown", "no number", "no position", "no such position", "no day", "unreadable", "no such day", "future",
        "before the visit", "no text", "control", "long", "empty", "twice",
    ],
)  # fmt: skip
def test_each_problem_is_told(coordinator: User, rows: list[Recommendation], line: str, problem: RowProblem) -> None:
    found = look(coordinator, line.format(*numbers(rows)))
    assert not found.sound
    assert all(row.problems == (problem,) for row in found.faulty)


def test_every_problem_of_a_row_is_told_at_once(coordinator: User, rows: list[Recommendation]) -> None:
    (row,) = look(coordinator, "none;perhaps;some day;").faulty
    assert row.problems == (
        RowProblem.UNKNOWN_NUMBER, RowProblem.UNKNOWN_POSITION, RowProblem.UNREADABLE_DAY, RowProblem.NO_TEXT,
    )  # fmt: skip


def test_small_letters_and_other_dashes_are_the_same_number(coordinator: User, rows: list[Recommendation]) -> None:
    first, second = numbers(rows)
    text = f"{first.lower()};accepted;2026-03-15;A\n{second.replace('-', chr(0x2013))};rejected;2026-03-15;B"
    assert [row.recommendation for row in look(coordinator, text).sound] == rows


def test_a_recommendation_one_may_not_see_is_unknown(mechanism: Mechanism, rows: list[Recommendation]) -> None:
    stranger = accounts.coordinator(accounts.other_body(mechanism))
    (row,) = look(stranger, f"{rows[0].reference};accepted;2026-03-15;A").faulty
    assert row.problems == (RowProblem.UNKNOWN_NUMBER,)


def test_half_of_a_file_wrong_lists_all_and_writes_nothing(desk: Browser, rows: list[Recommendation]) -> None:
    first, second = numbers(rows)
    content = workbook(
        [HEADINGS, (first, "Accepted", date(2026, 3, 15), "All is mended.", "yes"), ("XX-1", "Accepted", 46101, "A"),
         (second, "Perhaps", "31.02.2026", "B"), ("XX-2",)],
    )  # fmt: skip
    desk.submit("replies", {"file": (BytesIO(content), "form.xlsx")})
    assert "1 row can be recorded. 3 rows have a problem." in desk.main
    assert "The position is none of the list. The date cannot be read." in desk.main
    assert not all_replies()
    desk.submit("record")
    assert "1 reply is recorded." in desk.main
    (reply,) = all_replies()
    assert (reply.recommendation_id, reply.position, reply.received_on) == (
        rows[0].id, Position.ACCEPTED, date(2026, 3, 15),
    )  # fmt: skip
    assert reply.letter
    assert (reply.letter.file_name, reply.letter.content) == ("form.xlsx", content)
    assert rows[0].implementation is Implementation.REPORTED
    letter = desk.client.get(f"/reply-letters/{reply.letter.id}")
    assert letter.data == content


def test_a_csv_as_a_spreadsheet_shows_it_is_read(desk: Browser, rows: list[Recommendation]) -> None:
    """As LibreOffice writes it: what the cells show, a title in the first cells, and merged cells once."""
    first, second = numbers(rows)
    lines = [
        "Ministry of Justice,,,,", ",,,,", "Answer,Date of the answer,Carried out,Number,Position of the authority",
        f'"Mended, all of it",03/15/2026,TRUE,{first},Accepted', f"No.,03/12/26 14:30:00,FALSE,{second},rejected",
    ]  # fmt: skip
    desk.submit("replies", {"file": (BytesIO("\n".join(lines).encode()), "form-Answers.csv")})
    assert "a problem" not in desk.main
    assert "12 March 2026" in desk.main
    desk.submit("record")
    assert [(reply.received_on, reply.claims_done, reply.text) for reply in all_replies()] == [
        (date(2026, 3, 15), True, "Mended, all of it"), (date(2026, 3, 12), False, "No."),
    ]  # fmt: skip


def test_a_csv_is_kept_once_for_all_its_replies(desk: Browser, rows: list[Recommendation]) -> None:
    lines = [";".join(HEADINGS), *(f"{number};rejected;15.03.2026;No.;no" for number in numbers(rows))]
    desk.submit("replies", {"file": (BytesIO("\r\n".join(lines).encode()), "form.csv")})
    assert "a problem" not in desk.main
    desk.submit("record")
    (letter,) = db.session.scalars(select(ReplyLetter))
    assert [reply.letter_id for reply in all_replies()] == [letter.id] * 2
    response = desk.client.get(f"/reply-letters/{letter.id}")
    assert response.headers["Content-Disposition"].endswith('.csv"')


def test_pasted_lines_take_what_holds_for_all_from_the_page(desk: Browser, rows: list[Recommendation]) -> None:
    first, second = numbers(rows)
    text = f"{first}: Mended,\nand painted.\n{second}: New windows."
    desk.submit("replies", {"text": text, "received_on": "2026-03-12", "position": "accepted"})
    desk.submit("record")
    assert "2 replies are recorded." in desk.main
    assert [(reply.text, reply.received_on, reply.letter_id) for reply in all_replies()] == [
        ("Mended,\nand painted.", date(2026, 3, 12), None), ("New windows.", date(2026, 3, 12), None),
    ]  # fmt: skip
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == "recommendation:replied")).all()
    assert len(events) == 2


def test_the_same_replies_are_not_recorded_twice(desk: Browser, rows: list[Recommendation]) -> None:
    text = f"{rows[0].reference};accepted;2026-03-15;Mended."
    desk.submit("replies", {"text": text})
    before = desk.page
    desk.submit("record")
    desk.page = before
    desk.post("/recommendations/replies/record", {
        "text": text, "received_on": "2026-03-15", "position": "", "sound": "1", "faulty": "0",
    })  # fmt: skip
    assert "Something has changed meanwhile. Nothing was recorded" in desk.main
    assert "Exactly this reply is recorded already." in desk.main
    assert text in desk.page.find(id="text").get_text()
    assert len(all_replies()) == 1


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("form.ods", b"PK\x03\x04", "Choose a file saved as CSV or XLSX"),
        ("form.xlsx", b"PK\x03\x04", "The file cannot be read."),
        ("form.xlsx", swollen(workbook([HEADINGS]), 30_000_000), "The file is too large for a reply form"),
        ("form.csv", b"Name;Age\nA;1", "No row of the file names its columns"),
    ],
    ids=["other", "damaged", "bomb", "no headings"],
)
def test_a_file_that_cannot_be_read_says_why(desk: Browser, name: str, content: bytes, sentence: str) -> None:
    desk.submit("replies", {"file": (BytesIO(content), name), "received_on": "2026-03-12"})
    assert sentence in desk.main
    assert desk.page.find(id="received_on")["value"] == "2026-03-12"
    assert not desk.page.find(id="kept_file")["value"]


def test_nothing_typed_is_lost_on_an_error(desk: Browser, rows: list[Recommendation]) -> None:
    content = workbook([HEADINGS, (rows[0].reference, "Accepted", "2026-03-15", "A")])
    desk.submit("replies", {"file": (BytesIO(content), "form.xlsx"), "received_on": ""})
    assert "Give the day on which the replies were received." in desk.main
    assert "form.xlsx is read." in desk.main
    desk.submit("replies", {"received_on": "2026-03-12"})
    assert "1 row can be recorded." in desk.main
    desk.submit("replies", {"text": "NP-1: Too."})
    assert "Either paste the replies or choose a file, not both." in desk.main
    assert "NP-1: Too." in desk.page.find(id="text").get_text()
    desk.submit("replies", {"text": " "})
    assert "1 row can be recorded." in desk.main


def test_who_does_not_coordinate_records_one_by_one(app: Flask, rows: list[Recommendation], monitor: User) -> None:
    other = Browser(app)
    other.sign_in(monitor)
    other.get("/recommendations/")
    assert "Record replies" not in other.main
    other.get("/recommendations/replies", status=403)


def test_each_row_asks_whether_one_follows_it_up(coordinator: User, rows: list[Recommendation]) -> None:
    words = Words.of_all_languages()
    sheet = read_pasted("\n".join(f"{number};accepted;2026-03-15;A" for number in numbers(rows)))
    check = Check(coordinator, lambda row: row is rows[1], TODAY, words)
    found = preview(entries_of_text(sheet, words), sheet, check)
    assert [row.problems for row in found.rows] == [(RowProblem.NOT_ALLOWED,), ()]


def test_the_page_stands_on_the_list_and_on_the_authority(desk: Browser, rows: list[Recommendation]) -> None:
    desk.get("/recommendations/")
    assert desk.page.find("a", href="/recommendations/replies")
    desk.get(f"/authorities/{rows[0].authority_id}")
    assert desk.page.find("a", href="/recommendations/replies")
