"""A loose page finds its place: by its code, in the paper's order, by the one path that writes answers."""

from collections.abc import Callable
from datetime import datetime

import pytest

from monitor.accounts.models import Body, Mechanism, User
from monitor.answers.queries import heads
from monitor.audit.models import AuditEvent
from monitor.db import db
from monitor.guide.scope import Scope
from monitor.paper import operations, queries
from monitor.paper.codes import PageCode
from monitor.paper.models import Mark, PrintedForm
from monitor.recommendations.queries import seen_on
from monitor.reports.blank_form import RECOMMENDATION
from monitor.visits.form_pages import read_form
from monitor.visits.models import Visit
from tests.client import Browser
from tests.factories import accounts, places, visits
from tests.factories.accounts import AT
from tests.factories.recommendations import recommendation

Printing = Callable[..., PrintedForm]


@pytest.fixture
def signed_in(web: Browser, monitor: User) -> Browser:
    web.sign_in(monitor)
    return web


def code_of(printed: PrintedForm, page: int = 1) -> str:
    return PageCode(printed.number, page).shown


def address(printed: PrintedForm, page: int = 1) -> str:
    return f"/visits/{printed.visit_id}/paper/{PageCode(printed.number, page)}"


def type_code(web: Browser, code: str, here: str = "/paper") -> str:
    """Type a code into the box of a page; return where that leads."""
    page = web.get(here)
    box = page.select_one(".code-box")
    assert box is not None
    hidden = {str(field["name"]): str(field["value"]) for field in box.select("input[type=hidden]")}
    query = "&".join(f"{name}={value}" for name, value in ({"code": code} | hidden).items())
    web.get(f"{box['action']}?{query}")
    assert web.response is not None
    return str(web.response.request.path)


def asked(web: Browser) -> list[str]:
    return [str(item["data-item"]) for item in web.page.select("[data-item]")]


def test_the_pages_that_read_codes_and_no_others_may_ask_for_the_camera(
    signed_in: Browser, printed: PrintedForm
) -> None:
    own = f"/visits/{printed.visit_id}"
    for path, is_used in (("/paper", True), (f"{own}/paper", True), (address(printed), True), (own, False)):
        signed_in.get(path)
        assert signed_in.response is not None
        policy = signed_in.response.headers["Permissions-Policy"]
        assert ("camera=(self)" in policy, "camera=()" in policy) == (is_used, not is_used)


def test_a_typed_code_opens_its_page_in_the_papers_order(signed_in: Browser, printed: PrintedForm) -> None:
    pages = printed.pages or []
    for number, names in enumerate(pages, 1):
        assert type_code(signed_in, code_of(printed, number)) == address(printed, number)
        assert asked(signed_in) == names
    assert "No question stands on this page" in signed_in.main


def test_the_groups_of_a_code_keep_their_order_where_the_page_runs_from_right_to_left(
    signed_in: Browser, printed: PrintedForm
) -> None:
    type_code(signed_in, code_of(printed))
    heading = signed_in.page.select_one("h1")
    assert heading is not None
    assert f"\u2066{code_of(printed)}\u2069" in heading.get_text()


def test_options_and_sources_stand_in_the_order_of_the_paper(signed_in: Browser, printed: PrintedForm) -> None:
    signed_in.get(address(printed))
    guide = read_form(printed.visit).guide
    for item in signed_in.page.select("[data-item]"):
        assert [box["value"] for box in item.select(".item-sources input")] == list(guide.evidence_sources)


def test_what_is_entered_goes_the_one_way_and_the_page_is_noted(
    signed_in: Browser, printed: PrintedForm, visit: Visit, monitor: User
) -> None:
    item = next(item for item in read_form(visit).items.values() if item.answer == "rating")
    signed_in.get(address(printed))
    signed_in.submit("answers", {f"{item.id}.value": "meets", f"{item.id}.comment": "Seen."}, button="go=entered")
    (head,) = [head for head in heads(visit.sheet) if head.item_id == item.id]
    assert (head.value, head.comment, head.changed_by, head.revision) == ("meets", "Seen.", monitor.id, 1)
    mark = queries.marks(printed)[1][Mark.ENTERED]
    assert mark.by_id == monitor.id
    event = db.session.query(AuditEvent).filter_by(tag="page:entered").one()
    assert event.detail["page"] == 1
    assert signed_in.response is not None
    assert signed_in.response.request.path == address(printed, 2)
    listed = signed_in.get(f"/visits/{visit.id}/paper").get_text()
    assert "Entered" in listed


def test_a_page_with_something_to_mend_is_not_noted_and_nothing_is_lost(
    signed_in: Browser, printed: PrintedForm, visit: Visit
) -> None:
    items = [read_form(visit).items[name] for name in (printed.pages or [])[0]]
    number = next(item for item in items if item.answer == "number")
    rating = next(item for item in items if item.answer == "rating")
    signed_in.get(address(printed))
    typed = {f"{number.id}.value": "about ten", f"{rating.id}.value": "meets"}
    signed_in.submit("answers", typed, button="go=entered")
    assert "one thing to mend" in signed_in.main
    kept = signed_in.page.find("input", attrs={"name": f"{number.id}.value", "type": "text"})
    assert kept is not None
    assert kept["value"] == "about ten"
    assert [head.item_id for head in heads(visit.sheet)] == [rating.id]
    assert queries.marks(printed) == {}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("4821 7305 03 6", "does not fit together"),
        ("4821", "11 or 12 digits"),
        ("4821 7305 03 5", "There is no such page"),
    ],
)
def test_a_code_that_leads_nowhere_says_why_and_stays_in_the_box(signed_in: Browser, typed: str, said: str) -> None:
    type_code(signed_in, typed)
    assert said in signed_in.main
    box = signed_in.page.find("input", id="code")
    assert box is not None
    assert box["value"] == typed


def test_a_page_beyond_the_last_is_no_page(signed_in: Browser, printed: PrintedForm) -> None:
    type_code(signed_in, code_of(printed, len(printed.pages or []) + 1))
    assert "There is no such page" in signed_in.main
    signed_in.get(address(printed, 99), status=404)


def test_a_page_of_another_visit_says_so_and_offers_to_open_it_there(
    signed_in: Browser, printed: PrintedForm, monitor: User, mechanism: Mechanism
) -> None:
    other = visits.under_way(places.place(mechanism, name="Eastgate"), lead=monitor)
    type_code(signed_in, code_of(printed), f"/visits/{other.id}/paper")
    assert "belongs to another visit: Westgate" in signed_in.main
    link = signed_in.page.find("a", string="Open it there")
    assert link is not None
    assert link["href"] == address(printed)
    signed_in.get(f"/visits/{other.id}/paper/{PageCode(printed.number, 1)}")
    assert "belongs to another visit: Westgate" in signed_in.main
    signed_in.post(f"/visits/{other.id}/paper/{PageCode(printed.number, 1)}", {"go": "entered"}, status=404)
    assert queries.marks(printed) == {}


def test_a_page_of_a_visit_one_may_not_see_does_not_exist(web: Browser, printed: PrintedForm, body: Body) -> None:
    web.sign_in(accounts.monitor(body))
    type_code(web, code_of(printed))
    assert "There is no such page" in web.main
    web.get(address(printed), status=404)


def test_a_page_of_another_mechanism_does_not_exist(web: Browser, printed: PrintedForm) -> None:
    elsewhere = visits.in_other_mechanism()
    (leader,) = [member.user for member in elsewhere.team if member.user]
    web.sign_in(leader)
    type_code(web, code_of(printed))
    assert "There is no such page" in web.main


def test_an_old_page_enters_what_is_still_asked_and_names_the_rest(
    signed_in: Browser, printed: PrintedForm, visit: Visit
) -> None:
    names = (printed.pages or [])[0]
    kept = read_form(visit).items[names[3]]
    visit.sheet.scope = Scope("prison", form="topics", topics=(kept.topic_id, "food-water"))
    db.session.commit()
    signed_in.get(address(printed))
    still = [name for name in names if name in read_form(visit).items]
    assert asked(signed_in) == still
    assert kept.id in still
    assert len(still) < len(names)
    assert "was changed since this page was printed" in signed_in.main
    gone = [read_form(visit).guide.items[name] for name in names if name not in still]
    assert all(f"{item.number} {item.question}" in signed_in.main for item in gone)
    signed_in.submit("answers", {f"{kept.id}.comment": "Still here."}, button="go=entered")
    assert [head.comment for head in heads(visit.sheet)] == ["Still here."]
    assert "questions of the form are not on it" in signed_in.get(f"/visits/{visit.id}/paper").get_text()


def test_only_who_fills_the_form_enters_and_checks(
    web: Browser, printed: PrintedForm, visit: Visit, coordinator: User, monitor: User
) -> None:
    web.sign_in(monitor)
    web.get(address(printed))
    visits.operations.submit(visit, by=monitor, at=visit.created_at)
    db.session.commit()
    for path in ("", "/checked", "/scans"):
        web.post(f"{address(printed)}{path}", {"go": "entered"}, status=403)
    web.get(address(printed))
    assert web.page.find("form", id="answers") is None
    assert queries.marks(printed) == {}


def test_a_page_is_checked_after_it_is_entered(
    signed_in: Browser, printed: PrintedForm, monitor: User, coordinator: User, now: datetime
) -> None:
    signed_in.get(address(printed))
    signed_in.post(f"{address(printed)}/checked")
    assert "not marked as entered yet" in signed_in.main
    operations.mark_entered(printed, 1, by=coordinator, at=now)
    signed_in.get(address(printed))
    signed_in.post(f"{address(printed)}/checked")
    assert {mark: row.by_id for mark, row in queries.marks(printed)[1].items()} == {
        Mark.ENTERED: coordinator.id, Mark.CHECKED: monitor.id,
    }  # fmt: skip


def test_what_was_seen_of_a_recommendation_is_entered_on_its_page(
    signed_in: Browser, printed: PrintedForm, visit: Visit, monitor: User, coordinator: User
) -> None:
    before = visits.in_review(visit.place, lead=monitor)
    row = recommendation(before, by=coordinator, text="Mend the showers.")
    visits.operations.approve(before, by=coordinator, at=AT)
    printed.pages = [[f"{RECOMMENDATION}{row.id.hex}", *(printed.pages or [])[0]]]
    db.session.commit()
    signed_in.get(address(printed))
    assert "Mend the showers." in signed_in.main
    signed_in.submit("checks", {f"state-{row.id.hex}": "partly_implemented", f"note-{row.id.hex}": "Two of five run."})
    assert signed_in.response is not None
    assert signed_in.response.request.path == address(printed)
    assert "Two of five run." in signed_in.main
    assert seen_on(visit)[row.id].note == "Two of five run."


def test_the_form_is_printed_from_its_page(signed_in: Browser, visit: Visit) -> None:
    signed_in.get(f"/visits/{visit.id}/paper")
    signed_in.submit("print-form", {"part": "treatment"})
    (printed,) = queries.of_visit(visit)
    assert printed.part == "treatment"
    assert signed_in.response is not None
    assert signed_in.response.request.path == f"/documents/{printed.document_id}"
    assert "Only: " in signed_in.get(f"/visits/{visit.id}/paper").get_text()


def test_a_part_that_nobody_offers_is_not_printed(signed_in: Browser, visit: Visit) -> None:
    signed_in.get(f"/visits/{visit.id}/paper")
    signed_in.submit("print-form", {"part": "castle"})
    assert list(queries.of_visit(visit)) == []
