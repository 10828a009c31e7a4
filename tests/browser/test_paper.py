"""A page of paper typed in with the keyboard alone, then the next one by its code."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, Playwright, expect

from monitor.accounts.models import Body, Mechanism, User
from monitor.answers import queries as answers
from monitor.answers.models import Answer
from monitor.db import db
from monitor.guide.catalogue import Item
from monitor.paper import operations, queries
from monitor.paper.codes import PageCode
from monitor.paper.models import WHOLE, Mark, PrintedForm
from monitor.reports.blank_form import RECOMMENDATION, qr_code
from monitor.reports.models import Paper
from monitor.visits.form_pages import read_form
from monitor.visits.models import Visit
from tests.browser.conftest import CHROMIUM, QUIET
from tests.conftest import NOW
from tests.factories import accounts, places, visits
from tests.factories.recommendations import recommendation
from tests.paper.reading import photographed

PER_PAGE = 12
Opener = Callable[..., Page]


@pytest.fixture
def monitor(body: Body) -> User:
    return accounts.monitor(body, name="Amina Diallo")


@pytest.fixture
def printed(mechanism: Mechanism, monitor: User) -> PrintedForm:
    """The core form of a visit under way, twelve items on a page."""
    visit = visits.under_way(places.place(mechanism), lead=monitor)
    document = operations.request_print(visit, WHOLE, language="en", paper=Paper.A4, by=monitor, at=NOW)
    made = queries.of_document(document)
    items = list(read_form(visit).items)
    made.pages = [items[first : first + PER_PAGE] for first in range(0, len(items), PER_PAGE)]
    db.session.commit()
    return made


def items_of(printed: PrintedForm, page: int) -> list[Item]:
    items = read_form(printed.visit).items
    return [items[name] for name in (printed.pages or [])[page - 1]]


def code(printed: PrintedForm, page: int) -> str:
    return PageCode(printed.number, page).shown


def answer(page: Page, item: Item) -> object:
    """Answer the question that has the focus as fast as one can, and go on; return what it should say then."""
    keys = page.keyboard
    expect(page.locator(f"#item-{item.id} :focus")).to_have_count(1)
    if item.answer == "text":
        keys.type(f"Paper says: {item.number}")
        keys.press("Control+Enter")
        return f"Paper says: {item.number}"
    if item.answer == "number":
        keys.type("42")
        keys.press("Enter")
        return 42
    if item.table is not None:
        keys.type("7")
        for _row in item.table.rows:
            keys.press("Enter")
        return {item.table.rows[0].id: {item.table.columns[0].id: 7}}
    keys.press("1")
    if item.answer == "rating":
        keys.press("s")
        keys.press("2")
        keys.press("c")
        keys.type("Seen.")
        keys.press("Control+Enter")
    else:
        keys.press("Enter")
    first = {"rating": "meets", "yes_no": "yes"}.get(item.answer) or item.choices[0].id
    return [first] if item.answer == "multi_choice" else first


def heads(visit: Visit) -> dict[str, Answer]:
    db.session.rollback()
    db.session.expire_all()
    return {head.item_id: head for head in answers.heads(visit.sheet)}


def type_page(page: Page, printed: PrintedForm, number: int) -> dict[str, object]:
    """Type a whole page of paper, from the code to the key that ends it."""
    expected = {item.id: answer(page, item) for item in items_of(printed, number)}
    expect(page.locator("[data-entered]")).to_be_focused()
    page.keyboard.press("Enter")
    return expected


def test_pages_of_twelve_items_are_typed_without_touching_the_mouse(
    open_window: Opener, printed: PrintedForm, monitor: User
) -> None:
    visit = printed.visit
    page = open_window(monitor)
    page.add_init_script("addEventListener('pointerdown', () => sessionStorage.setItem('touched', 'yes'), true)")
    page.goto("/paper")
    page.locator("#code").focus()
    page.keyboard.type(code(printed, 1))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(code(printed, 1))
    expected = type_page(page, printed, 1)
    assert len(expected) == PER_PAGE
    expect(page.get_by_role("heading", level=1)).to_contain_text(code(printed, 2))
    found = heads(visit)
    assert {name: found[name].value for name in expected} == expected
    rating = next(item for item in items_of(printed, 1) if item.answer == "rating")
    assert found[rating.id].comment == "Seen."
    assert found[rating.id].sources == [list(read_form(visit).guide.evidence_sources)[1]]
    assert queries.marks(printed)[1][Mark.ENTERED].by_id == monitor.id

    expect(page.locator(f"#item-{items_of(printed, 2)[0].id} :focus")).to_have_count(1)
    page.keyboard.press("Escape")  # the focus may be in a text field, where letters are text
    page.keyboard.press("g")
    expect(page.locator("#code")).to_be_focused()
    page.keyboard.type(code(printed, 4).replace(" ", ""))  # as a scanner sends it
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(code(printed, 4))
    expected = type_page(page, printed, 4)
    page.wait_for_url(f"**/visits/{visit.id}/paper")
    found = heads(visit)
    assert {name: found[name].value for name in expected} == expected
    assert page.evaluate("sessionStorage.getItem('touched')") is None


def test_what_does_not_fit_keeps_the_page_open(open_window: Opener, printed: PrintedForm, monitor: User) -> None:
    page = open_window(monitor)
    page.goto(f"/visits/{printed.visit_id}/paper/{PageCode(printed.number, 1)}")
    number = next(item for item in items_of(printed, 1) if item.answer == "number")
    page.locator(f"[name='{number.id}.value']").first.fill("about ten")
    page.locator("[data-entered]").press("Enter")
    expect(page.locator(f"#item-{number.id} :focus")).to_have_count(1)
    expect(page.locator(f"#problem-{number.id}")).to_be_visible()
    assert heads(printed.visit) == {}
    assert queries.marks(printed) == {}


def test_what_is_typed_is_saved_before_another_page_opens(
    open_window: Opener, printed: PrintedForm, monitor: User
) -> None:
    page = open_window(monitor)
    page.goto(f"/visits/{printed.visit_id}/paper/{PageCode(printed.number, 1)}")
    first = items_of(printed, 1)[0]
    expect(page.locator(f"#item-{first.id} :focus")).to_have_count(1)
    page.keyboard.press("c")
    page.keyboard.type("Typed a moment ago.")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.type(code(printed, 3))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(code(printed, 3))
    assert heads(printed.visit)[first.id].comment == "Typed a moment ago."


def test_what_was_chosen_of_a_recommendation_is_not_left_behind(
    open_window: Opener, printed: PrintedForm, monitor: User, body: Body
) -> None:
    before, boss = visits.in_review(printed.visit.place, lead=monitor), accounts.coordinator(body)
    row = recommendation(before, by=boss, text="Mend the showers.")
    visits.operations.approve(before, by=boss, at=NOW)
    printed.pages = [[f"{RECOMMENDATION}{row.id.hex}", *(printed.pages or [])[0]]]
    page = open_window(monitor)
    page.goto(f"/visits/{printed.visit_id}/paper/{PageCode(printed.number, 1)}")
    seen = page.locator(".entry-checks select")
    expect(page.locator(".form-item :focus")).to_have_count(1)
    seen.select_option("in_progress")
    page.locator("[data-entered]").press("Enter")
    expect(seen).to_be_focused()
    expect(page.locator("[data-status]")).to_have_text("Record what was seen")
    page.get_by_role("button", name="Record what was seen").press("Enter")
    expect(page.locator(".entry-checks .quiet")).to_contain_text("In progress")
    expect(page.locator(".form-item :focus")).to_have_count(1)
    page.locator("[data-entered]").press("Enter")
    page.wait_for_url(f"**/visits/{printed.visit_id}/paper")
    db.session.rollback()
    assert Mark.ENTERED in queries.marks(printed)[1]


def test_a_square_is_read_by_the_browser_itself_where_it_can(
    open_window: Opener, printed: PrintedForm, monitor: User
) -> None:
    """The reader is a stand-in: Chromium has its own on telephones alone."""
    page = open_window(monitor)
    page.add_init_script(
        """window.BarcodeDetector = class {
          static async getSupportedFormats() { return ["qr_code"]; }
          async detect(bitmap) { return bitmap.width > 100 ? [{ rawValue: CODE }] : []; }
        };""".replace("CODE", repr(str(PageCode(printed.number, 2))))
    )
    page.on("request", lambda request: library.append(request.url) if "jsqr" in request.url else None)
    library: list[str] = []
    page.goto("/paper")
    page.locator(".camera input").set_input_files(photo(Image.new("L", (40, 40), 255)))
    expect(page.get_by_text("No code was found in the picture.")).to_be_visible()
    page.locator(".camera input").set_input_files(photo(Image.new("L", (400, 400), 255)))
    expect(page.get_by_role("heading", level=1)).to_contain_text(code(printed, 2))
    assert library == []


def test_a_square_is_read_off_a_photo_by_any_other_browser(
    open_window: Opener, printed: PrintedForm, monitor: User
) -> None:
    page = open_window(monitor)
    page.on("request", lambda request: library.append(request.url) if "jsqr" in request.url else None)
    library: list[str] = []
    page.goto("/paper")
    expect(page.get_by_text("Photograph the square", exact=True)).to_be_visible()
    assert library == []  # it comes when it is needed
    page.locator(".camera input").set_input_files(photo(square("https://elsewhere.example")))
    expect(page.get_by_text("No code was found in the picture.")).to_be_visible()
    page.locator(".camera input").set_input_files(photo(photographed(square(str(PageCode(printed.number, 3))))))
    expect(page.get_by_role("heading", level=1)).to_contain_text(code(printed, 3))
    assert len(library) == 1


def test_a_page_is_held_before_the_camera(
    open_window: Opener, playwright: Playwright, printed: PrintedForm, monitor: User, tmp_path: Path
) -> None:
    film = tmp_path / "film.mjpeg"
    film.write_bytes(photo(square(str(PageCode(printed.number, 2))).convert("RGB"), "JPEG")["buffer"] * 8)
    filming = playwright.chromium.launch(
        executable_path=CHROMIUM,
        args=[*QUIET, "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"],
    )
    page = open_window(monitor, browser=filming)
    page.goto(f"/visits/{printed.visit_id}/paper")
    page.get_by_role("button", name="Show it to the camera").click()
    expect(page.get_by_text("The camera cannot be used")).to_be_visible()  # nobody allowed it
    page.context.grant_permissions(["camera"])
    page.get_by_role("button", name="Show it to the camera").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(code(printed, 2))
    filming.close()


def square(text: str) -> Image.Image:
    """A square in the corner of an empty page, as a camera sees it."""
    page = Image.new("L", (1280, 960), 235)
    with Image.open(BytesIO(qr_code(text))) as made:
        page.paste(made.convert("L").resize((190, 190)), (900, 120))
    return page


def photo(picture: Image.Image, kind: str = "PNG") -> FilePayload:
    file = BytesIO()
    picture.save(file, kind)
    return FilePayload(name="photo", mimeType="image/png", buffer=file.getvalue())
