"""Reply forms and lists as spreadsheets: they come back as they were filled, and hold no formula."""

import csv
from contextvars import Context
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from openpyxl import load_workbook
from sqlalchemy import select

from monitor.accounts.models import Mechanism, User
from monitor.audit.models import AuditEvent
from monitor.db import db
from monitor.recommendations.models import Implementation, Position, Recommendation, Reply
from monitor.recommendations.reply_columns import ANSWERS, Words, entries_of_file
from monitor.recommendations.sending import was_released
from monitor.recommendations.sheets import UnreadableSheet, read_file
from monitor.recommendations.spreadsheets import (
    LONGEST_FORM,
    FormPart,
    list_xlsx,
    neutral,
    reply_form_csv,
    reply_form_xlsx,
)
from monitor.recommendations.tables import table_rows
from monitor.recommendations.views import spreadsheets
from monitor.visits.operations import approve
from tests.accounts.conftest import sessions_of
from tests.client import Browser
from tests.factories import places, visits
from tests.factories.accounts import AT, PASSWORD
from tests.factories.recommendations import recommendation

FORMULA = '=HYPERLINK("http://x.example","Open")'
LANGUAGES = ["en", "fr", "ar"]


@pytest.fixture
def rows(mechanism: Mechanism, monitor: User, coordinator: User) -> list[Recommendation]:
    """Two recommendations of an approved visit, one of which would be a formula."""
    visit = visits.in_review(places.place(mechanism), lead=monitor)
    made = [recommendation(visit, by=coordinator, text=text) for text in (FORMULA, "Give everybody light.")]
    approve(visit, by=coordinator, at=AT)
    visit.sent_on = date(2026, 3, 30)
    for row in made:
        row.reply_due_on = date(2026, 6, 30)
    db.session.commit()
    return made


@pytest.fixture
def desk(web: Browser, coordinator: User, rows: list[Recommendation]) -> Browser:
    """The coordinator's browser."""
    web.sign_in(coordinator)
    return web


def opened(content: bytes) -> Any:
    return load_workbook(BytesIO(content)).active


def download(desk: Browser, path: str) -> bytes:
    db.session.commit()
    response = Context().run(desk.client.get, path)
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith("attachment")
    return bytes(response.data)


@pytest.mark.parametrize("begins", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_nothing_runs_as_a_formula_in_a_csv(begins: str) -> None:
    assert neutral(begins) == f"'{begins}"
    assert neutral(f"1{begins}") == f"1{begins}"


@pytest.mark.parametrize("begins", ["=1+1", "+1", "-1", "@x", "\tx", FORMULA])
def test_nothing_runs_as_a_formula_in_a_workbook(rows: list[Recommendation], begins: str) -> None:
    rows[0].text = begins
    cell = opened(reply_form_xlsx(FormPart(rows), "en"))["B2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (begins, "s", True)
    assert not opened(reply_form_xlsx(FormPart(rows), "en"))["B3"].quotePrefix


def test_what_cannot_stand_in_a_workbook_is_marked(rows: list[Recommendation]) -> None:
    rows[0].text = "a\x0bb"
    assert opened(reply_form_xlsx(FormPart(rows), "en"))["B2"].value == "a\N{REPLACEMENT CHARACTER}b"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_filled_form_is_read_back(app: Flask, rows: list[Recommendation], language: str) -> None:
    book = load_workbook(BytesIO(reply_form_xlsx(FormPart(rows), language)))
    sheet: Any = book.active
    lists = [str(one.sqref) for one in sheet.data_validations.dataValidation]
    assert lists == ["E2:E3", "H2:H3"]
    offered = sheet.data_validations.dataValidation[0].formula1.strip('"').split(",")
    assert sheet["D2"].value.date() == date(2026, 6, 30)
    assert {cell.number_format for cell in sheet["F"][1:]} == {"yyyy-mm-dd"}
    assert sheet.sheet_view.rightToLeft is (language == "ar")
    for line, word in ((2, offered[0]), (3, offered[2])):
        sheet[f"E{line}"], sheet[f"F{line}"], sheet[f"G{line}"] = word, date(2026, 3, 15), "Our answer."
    kept = BytesIO()
    book.save(kept)
    words = Words.of_all_languages()
    _sheet, entries = entries_of_file(read_file("form.xlsx", kept.getvalue()), words)
    assert [(one.number, words.position(one.position), one.day, one.text) for one in entries] == [
        (rows[0].reference, next(iter(ANSWERS)), date(2026, 3, 15), "Our answer."),
        (rows[1].reference, list(ANSWERS)[2], date(2026, 3, 15), "Our answer."),
    ]


def test_a_form_as_csv_says_the_same(app: Flask, rows: list[Recommendation]) -> None:
    text = reply_form_csv(FormPart(rows), "en").decode("utf-8-sig")
    head, first, _second = csv.reader(StringIO(text))
    assert head[:4] == ["Number", "Recommendation", "Addressee", "To be answered by"]
    assert first == [rows[0].reference, f"'{FORMULA}", "Prison service", "2026-06-30"]


def test_forms_are_handed_over_and_noted(desk: Browser, rows: list[Recommendation]) -> None:
    visit, authority = rows[0].visit_id, rows[0].authority_id
    desk.get(f"/visits/{visit}/recommendations")
    assert desk.page.find("a", href=f"/visits/{visit}/reply-form")
    desk.get(f"/authorities/{authority}")
    assert desk.page.find("a", href=f"/authorities/{authority}/reply-form?as=csv")
    for path in (f"/visits/{visit}/reply-form", f"/authorities/{authority}/reply-form"):
        assert [cell.value for cell in opened(download(desk, path))["A"]][1:] == [row.reference for row in rows]
        assert download(desk, f"{path}?as=csv").startswith(b"\xef\xbb\xbfNumber,")
        desk.get(f"{path}?as=ods", status=404)
    rows[0].implementation = Implementation.NO_LONGER_RELEVANT
    db.session.commit()
    assert [cell.value for cell in opened(download(desk, f"/visits/{visit}/reply-form"))["A"]][1:] == [
        rows[1].reference
    ]
    tags = list(db.session.scalars(select(AuditEvent.tag).where(AuditEvent.tag.endswith("form-downloaded"))))
    assert set(tags) == {"visit:form-downloaded", "authority:form-downloaded"}


def test_what_was_not_released_is_in_no_form(
    desk: Browser, rows: list[Recommendation], monkeypatch: pytest.MonkeyPatch
) -> None:
    visit, authority = rows[0].visit, f"/authorities/{rows[0].authority_id}"
    visit.sent_on = None
    for row in rows:
        row.reply_due_on = None
    db.session.commit()
    assert desk.get(f"/visits/{visit.id}/recommendations").find("a", download=True) is None
    desk.get(f"/visits/{visit.id}/reply-form")
    assert "once the version for the authority passed its release check" in desk.main
    assert desk.get(authority).find("a", download=True) is None
    assert [cell.value for cell in opened(download(desk, f"{authority}/reply-form"))["A"]] == ["Number"]
    monkeypatch.setitem(was_released, "send_final", lambda _visit: True)
    assert desk.get(f"/visits/{visit.id}/recommendations").find("a", download=True)
    assert len(opened(download(desk, f"/visits/{visit.id}/reply-form"))["A"]) == 1 + len(rows)


def test_the_way_out_and_back(desk: Browser, rows: list[Recommendation]) -> None:
    book = load_workbook(BytesIO(download(desk, f"/authorities/{rows[0].authority_id}/reply-form")))
    sheet: Any = book.active
    sheet["E2"], sheet["F2"], sheet["G2"], sheet["H2"] = "Accepted", "15.03.2026", "=Done", "Yes"
    sheet["G2"].data_type = "s"
    kept = BytesIO()
    book.save(kept)
    kept.seek(0)
    desk.get("/recommendations/replies")
    desk.submit("replies", {"file": (kept, "reply-form.xlsx")})
    assert "1 row can be recorded. 1 row has a problem." in desk.main
    desk.submit("record")
    (reply,) = db.session.scalars(select(Reply))
    assert (reply.recommendation_id, reply.position, reply.text, reply.claims_done) == (
        rows[0].id, Position.ACCEPTED, "=Done", True,
    )  # fmt: skip


def test_a_list_that_no_form_holds_goes_into_several_that_say_so(
    desk: Browser, rows: list[Recommendation], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/authorities/{rows[0].authority_id}"
    assert "One form does not hold them all" not in desk.get(address).get_text()
    monkeypatch.setattr("monitor.recommendations.spreadsheets.LONGEST_FORM", 1)
    monkeypatch.setattr("monitor.recommendations.views.spreadsheets.LONGEST_FORM", 1)
    page = desk.get(address)
    assert "One form does not hold them all: there are 2" in page.get_text()
    links = [str(link["href"]) for link in page.find_all("a", download=True)]
    assert links == [f"{address}/reply-form?page={part}{kind}" for part in (1, 2) for kind in ("", "&as=csv")]
    read = []
    for part, link in enumerate(links[::2], start=1):
        content = download(desk, link)
        assert f"Form {part} of 2: the others hold further" in str(opened(content)["B3"].value)
        _sheet, entries = entries_of_file(read_file("form.xlsx", content), Words.of_all_languages())
        read += [entry.number for entry in entries]
    assert read == [row.reference for row in rows]


def test_the_longest_form_is_read_back_whole(rows: list[Recommendation]) -> None:
    part = FormPart([rows[0]] * LONGEST_FORM, 1, 2)
    for name, content in (("form.xlsx", reply_form_xlsx(part, "en")), ("form.csv", reply_form_csv(part, "en"))):
        _sheet, entries = entries_of_file(read_file(name, content), Words.of_all_languages())
        assert len(entries) == LONGEST_FORM
    longer = FormPart([rows[0]] * (LONGEST_FORM + 1), 1, 2)
    with pytest.raises(UnreadableSheet):
        read_file("form.csv", reply_form_csv(longer, "en"))


def test_the_list_is_what_one_sees(desk: Browser, rows: list[Recommendation]) -> None:
    desk.get("/recommendations/?q=light")
    link = desk.page.find("a", string="Download this list (XLSX)")
    sheet = opened(download(desk, link["href"]))
    assert [cell.value for cell in sheet["B"]] == [None, "Recommendation", "Give everybody light."]
    assert [sheet.auto_filter.ref, sheet.freeze_panes, sheet.print_title_rows] == ["A2:Q3", "B3", "$1:$2"]
    assert sheet.print_area == "'Recommendations'!$A$1:$J$3"
    sheet = opened(download(desk, "/recommendations/list.xlsx"))
    assert {cell.value: cell.data_type for cell in sheet["B"]}[FORMULA] == "s"
    tag = "mechanism:recommendations-downloaded"
    (event, *_rest) = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == tag))
    assert event.detail["rows"] == 1
    assert "light" not in str(event.detail)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_print_of_a_list_fills_a_page_in_letters_that_can_be_read(
    app: Flask, rows: list[Recommendation], language: str
) -> None:
    rows[0].text = "Give everybody two hours outside a day, whatever the weather. " * 6
    with force_locale(language):
        sheet = opened(list_xlsx(table_rows(rows, date(2026, 5, 1)), is_training=False))
    printed = [str(column) for column in "ABCDEFGHIJ"]
    assert sheet.print_area.endswith("!$A$1:$J$4")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", int(sheet.PAPERSIZE_A4))
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, 0)
    assert sum(sheet.column_dimensions[letter].width for letter in printed) < 220  # about 7 points
    assert all(sheet[f"{letter}3"].alignment.wrap_text for letter in printed)
    needed = len(rows[0].text) / sheet.column_dimensions["B"].width
    assert sheet.row_dimensions[3].height >= 15 * needed
    assert sheet.row_dimensions[4].height < sheet.row_dimensions[3].height


def test_a_row_of_a_form_shows_its_text_and_has_room_for_the_reply(rows: list[Recommendation]) -> None:
    rows[0].text = "Give everybody two hours outside a day, whatever the weather. " * 6
    sheet = opened(reply_form_xlsx(FormPart(rows), "en"))
    assert [sheet.row_dimensions[line].height for line in (1, 2, 3)] == [30, 105, 60]


def test_no_row_is_higher_than_a_spreadsheet_takes(rows: list[Recommendation]) -> None:
    rows[0].text = "A line.\n" * 200
    assert opened(reply_form_xlsx(FormPart(rows), "en")).row_dimensions[2].height <= 409


def test_the_list_leaves_after_the_password_and_no_page_is_saved_in_its_place(
    desk: Browser, rows: list[Recommendation], coordinator: User
) -> None:
    link = desk.get("/recommendations/").find("a", string="Download this list (XLSX)")
    assert not link.has_attr("download")
    for session in sessions_of(coordinator):
        session.stepped_up_at = None
    db.session.commit()
    desk.get(link["href"])
    assert desk.response.request.path == "/session/step-up"
    desk.submit("step-up", {"password": PASSWORD})
    assert opened(desk.response.data)["B"][2].value


def test_the_list_says_that_nobody_checked_it_for_release_and_a_reply_form_does_not(
    desk: Browser, rows: list[Recommendation]
) -> None:
    mark = "Internal: not checked for release. Do not pass it on."
    sheet = opened(download(desk, "/recommendations/list.xlsx"))
    assert (sheet["A1"].value, sheet.oddFooter.center.text) == (mark, mark)
    form = opened(reply_form_xlsx(FormPart(rows), "en"))
    assert (form["A1"].value, form.oddFooter.center.text) == ("Number", None)


def test_a_list_that_is_too_long_is_not_cut(
    desk: Browser, rows: list[Recommendation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreadsheets, "MOST_EXPORTED", 1)
    desk.get("/recommendations/list.xlsx")
    assert "At most 1 recommendations fit one file. Narrow the filters." in desk.main


def test_who_does_not_send_reports_takes_no_form_of_a_visit(
    web: Browser, rows: list[Recommendation], monitor: User
) -> None:
    web.sign_in(monitor)
    web.get(f"/visits/{rows[0].visit_id}/reply-form", status=403)


@pytest.mark.parametrize("is_training", [False, True])
def test_a_workbook_of_the_training_mechanism_says_so(rows: list[Recommendation], is_training: bool) -> None:
    rows[0].visit.body.mechanism.is_training = is_training
    listed = list_xlsx(table_rows(rows, date(2026, 5, 1)), is_training=is_training)
    for content in (reply_form_xlsx(FormPart(rows), "en"), listed):
        sheet = opened(content)
        assert (sheet.title == "Training data", sheet.oddHeader.center.text) == (
            is_training, "Training data" if is_training else None,
        )  # fmt: skip
