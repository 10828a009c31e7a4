"""Photos and documents of a visit: sealed as sent, opened by keys, made anew for reports."""

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from monitor.accounts.models import Body, Mechanism, Role, User
from monitor.accounts.queries import current_key
from monitor.answers.queries import guide_and_items
from monitor.audit.models import AuditEvent
from monitor.db import db
from monitor.evidence import operations, queries
from monitor.evidence.models import FileState, Reach, StoredFile
from monitor.evidence.operations import AlreadyChecked, NeverForReports, Sent
from monitor.files.limits import UnfitFile
from monitor.vault import operations as vault
from monitor.vault.keyring import Closed, open_record
from monitor.vault.models import Compartment, SealedRecord
from monitor.vault.operations import KeysRefused
from monitor.visits import operations as visit_operations
from monitor.visits.models import Visit
from tests.client import Browser
from tests.conftest import NOW
from tests.factories import accounts, places, visits
from tests.files.hostile_documents import ACTIVE, REFUSED
from tests.files.hostile_pictures import CANARY, HOSTILE, photo
from tests.interviews.conftest import open_by_password

NOTE = "The window of cell four, seen from the yard"
CAPTION = "A window of the yard side"


@pytest.fixture
def keys(body: Body, coordinator: User) -> None:
    """The keys of the body; the coordinator reads."""
    paper = vault.make_paper(body, by=coordinator, at=NOW).row
    key = current_key(coordinator)
    assert key is not None
    for compartment in Compartment:
        vault.make_compartment(body, compartment, paper, [key], by=coordinator, at=NOW)
    db.session.commit()


@pytest.fixture
def visit(mechanism: Mechanism, monitor: User) -> Visit:
    return visits.under_way(places.place(mechanism), lead=monitor)


@pytest.fixture
def file(keys: None, visit: Visit, monitor: User) -> StoredFile:
    """A photo that the leader added."""
    made = operations.add_file(visit, Sent(photo(), "IMG_0412.jpg", NOTE), by=monitor, at=NOW)
    db.session.commit()
    return made


def opened(file: StoredFile, user: User) -> object:
    return open_record(file.record_id, file.owner, open_by_password(user))


def opened_note(file: StoredFile, user: User) -> object:
    return open_record(file.note_id, file.owner_of_note, open_by_password(user))


def checked(file: StoredFile, reader: User, caption: str = CAPTION, reach: Reach = Reach.PUBLIC) -> None:
    """Let a reader make the copy for reports."""
    content = opened(file, reader)
    assert isinstance(content, dict)
    operations.check_file(file, content, caption, reach, by=reader, at=NOW)
    db.session.commit()


def send(web: Browser, visit: Visit, data: bytes, note: str = NOTE, item: str = "") -> None:
    """Send a file on the page of the visit."""
    web.get(f"/visits/{visit.id}/files")
    sent = {"file": (BytesIO(data), "IMG_0412.jpg"), "note": note, "item": item}
    web.post(f"/visits/{visit.id}/files", sent)


def test_what_was_sent_is_sealed_whole(file: StoredFile, coordinator: User, monitor: User) -> None:
    for record_id in (file.record_id, file.note_id):
        row = db.session.get_one(SealedRecord, record_id)
        for part in (CANARY, b"IMG_0412", NOTE.encode()):
            assert part not in row.content
    for person in (coordinator, monitor):
        content, note = opened(file, person), opened_note(file, person)
        assert isinstance(content, dict)
        assert isinstance(note, dict)
        assert Sent.opened(content, note) == Sent(photo(), "IMG_0412.jpg", NOTE)
    assert file.copy is None


def test_who_is_neither_reader_nor_author_opens_nothing(file: StoredFile, body: Body) -> None:
    assert opened(file, accounts.monitor(body)) is Closed.NOT_FOR_YOU


def test_a_file_does_not_open_in_the_place_of_another(file: StoredFile, visit: Visit, monitor: User) -> None:
    other = operations.add_file(visit, Sent(photo(), "b.jpg", ""), by=monitor, at=NOW)
    assert open_record(file.record_id, other.owner, open_by_password(monitor)) is Closed.DAMAGED


def test_approval_takes_the_keys_from_sender_and_leader(
    file: StoredFile, visit: Visit, monitor: User, coordinator: User
) -> None:
    visit_operations.submit(visit, by=monitor, at=NOW)
    visit_operations.approve(visit, by=coordinator, at=NOW)
    for open_it in (opened, opened_note):
        assert open_it(file, monitor) is Closed.NOT_FOR_YOU
        assert isinstance(open_it(file, coordinator), dict)


def test_a_checked_copy_tells_nothing_but_what_it_shows(file: StoredFile, coordinator: User) -> None:
    checked(file, coordinator)
    assert (file.state, file.media_type, file.checked_by_id) == (FileState.CHECKED, "image/jpeg", coordinator.id)
    assert file.copy is not None
    assert CANARY not in file.copy
    assert queries.unchecked(file.visit) == []
    with pytest.raises(AlreadyChecked):
        operations.set_aside(file, by=coordinator, at=NOW)


@pytest.mark.parametrize("make", (HOSTILE | REFUSED).values(), ids=list(HOSTILE | REFUSED))
def test_what_cannot_be_made_anew_is_kept_nowhere(
    make: Callable[[], bytes], keys: None, visit: Visit, monitor: User
) -> None:
    with pytest.raises(UnfitFile):
        operations.add_file(visit, Sent(make(), "x.jpg", ""), by=monitor, at=NOW)
    assert queries.of_visit(visit) == []
    assert db.session.scalars(select(SealedRecord)).all() == []


def test_a_body_without_keys_takes_no_file(visit: Visit, monitor: User) -> None:
    with pytest.raises(KeysRefused):
        operations.add_file(visit, Sent(photo(), "x.jpg", ""), by=monitor, at=NOW)
    assert queries.of_visit(visit) == []


def test_a_removed_file_leaves_nothing_but_its_events(file: StoredFile, monitor: User, visit: Visit) -> None:
    records, file_id = (file.record_id, file.note_id), file.id
    operations.remove_file(file, by=monitor, at=NOW)
    db.session.commit()
    assert [db.session.get(SealedRecord, id_) for id_ in records] == [None, None]
    tags = db.session.scalars(
        select(AuditEvent.tag).where(AuditEvent.subject_id == file_id).order_by(AuditEvent.sequence)
    )
    assert list(tags) == ["file:added", "file:removed"]


def test_a_file_goes_from_the_sender_to_the_checker_to_the_body(
    web: Browser, keys: None, visit: Visit, monitor: User, coordinator: User
) -> None:
    web.sign_in(monitor)
    send(web, visit, photo())
    assert "The file is sealed." in web.main
    assert "IMG_0412" not in web.main
    (file,) = queries.of_visit(visit)
    path = f"/files/{file.id}"
    web.get(path)
    assert "IMG_0412.jpg" in web.main
    assert web.page.select_one("main img")["alt"] == NOTE
    web.get(f"{path}/copy", status=403)
    web.post("/sign-out")
    web.sign_in(coordinator)
    web.get(path)
    web.post(f"{path}/check", {"decision": "use"})
    assert "Write what reports print below it." in web.main
    web.post(f"{path}/check", {"decision": "use", "caption": CAPTION, "reach": "authority"})
    assert "For reports" in web.main
    assert CAPTION in web.main
    assert [tag for tag in events(file) if tag != "file:added"] == ["record:read", "record:read", "file:checked"]


def events(file: StoredFile) -> list[str]:
    query = select(AuditEvent.tag).where(AuditEvent.subject_id == file.id).order_by(AuditEvent.sequence)
    return list(db.session.scalars(query))


@pytest.mark.parametrize("address", ["view", "copy"])
def test_files_are_handed_over_so_that_no_browser_runs_them(
    address: str, web: Browser, file: StoredFile, coordinator: User
) -> None:
    checked(file, coordinator)
    web.sign_in(coordinator)
    response = web._send("GET", f"/files/{file.id}/{address}")
    assert response.status_code == 200
    assert CANARY not in response.data
    assert Image.open(BytesIO(response.data)).size == (80, 120)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["Content-Disposition"] == f'attachment; filename="file-{file.id.hex[-8:]}.jpg"'
    assert response.headers["Cache-Control"] == "no-store"


def test_a_pdf_is_handed_over_without_what_acts_in_it(
    web: Browser, keys: None, visit: Visit, coordinator: User
) -> None:
    web.sign_in(coordinator)
    send(web, visit, ACTIVE["a form that sends"]())
    (file,) = queries.of_visit(visit)
    response = web._send("GET", f"/files/{file.id}/view")
    assert response.mimetype == "application/pdf"
    assert CANARY not in response.data


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Only photos (JPEG, PNG, WebP) and PDF files are taken."),
        (photo()[:900], "This file is damaged"),
        (REFUSED["a password"](), "This PDF asks for a password."),
    ],
)
def test_a_refused_file_gets_a_sentence_and_the_note_stays(
    data: bytes, words: str, web: Browser, keys: None, visit: Visit, monitor: User
) -> None:
    web.sign_in(monitor)
    send(web, visit, data)
    assert words in web.main
    assert NOTE in web.page.find("textarea").get_text()
    assert queries.of_visit(visit) == []


def test_a_body_without_keys_says_so(web: Browser, visit: Visit, monitor: User) -> None:
    web.sign_in(monitor)
    send(web, visit, photo())
    assert "This body has no keys yet." in web.main


def test_a_member_without_a_key_cannot_check_and_is_told_why(
    web: Browser, file: StoredFile, body: Body, mechanism: Mechanism
) -> None:
    other = accounts.coordinator(body)
    web.sign_in(other)
    web.get(f"/files/{file.id}")
    assert "you hold no key of it" in web.main
    web.post(f"/files/{file.id}/check", {"decision": "use"})
    assert "Only somebody who can open this file can check it." in web.main
    db.session.refresh(file)
    assert file.state is FileState.UNCHECKED
    web.get(f"/files/{file.id}/view", status=404)


def test_nobody_from_elsewhere_finds_a_file(
    web: Browser, file: StoredFile, mechanism: Mechanism, body: Body, administrator: User
) -> None:
    strangers = (
        accounts.coordinator(accounts.other_body(mechanism)),
        administrator,
        accounts.person(body, Role.OUTSIDE),
    )
    for person in strangers:
        web.sign_in(person)
        for address in ("", "/view", "/copy"):
            web.get(f"/files/{file.id}{address}", status=404)
        web.post("/sign-out")


@pytest.fixture
def protected_item(visit: Visit) -> str:
    """A question of the visit's form whose answers never leave."""
    _guide, items = guide_and_items(visit.sheet)
    return next(id_ for id_, item in items.items() if item.is_protected)


def test_a_file_of_a_protected_question_never_gets_a_copy(
    keys: None, visit: Visit, monitor: User, coordinator: User, protected_item: str
) -> None:
    file = operations.add_file(visit, Sent(photo(), "a.jpg", ""), by=monitor, at=NOW, item_id=protected_item)
    with pytest.raises(NeverForReports):
        checked(file, coordinator)
    assert (file.state, file.copy) == (FileState.UNCHECKED, None)


def test_the_page_of_a_file_of_a_protected_question_offers_no_report(
    web: Browser, keys: None, visit: Visit, monitor: User, coordinator: User, protected_item: str
) -> None:
    file = operations.add_file(visit, Sent(photo(), "a.jpg", ""), by=monitor, at=NOW, item_id=protected_item)
    db.session.commit()
    web.sign_in(coordinator)
    web.get(f"/files/{file.id}")
    assert "no report ever uses it" in web.main
    assert web.page.select_one("#check-file") is None
    web.post(f"/files/{file.id}/check", {"decision": "use", "caption": CAPTION, "reach": "public"})
    assert "no report ever uses it" in web.main


@pytest.fixture
def open_item(visit: Visit) -> str:
    """A question of the visit's form whose answers may be reported."""
    _guide, items = guide_and_items(visit.sheet)
    return next(id_ for id_, item in items.items() if item.sensitivity == "open")


def test_a_question_leads_to_its_files_and_says_how_many(
    web: Browser, keys: None, visit: Visit, monitor: User, open_item: str
) -> None:
    web.sign_in(monitor)
    send(web, visit, photo(), item=open_item)
    send(web, visit, photo())
    assert [file.item_id for file in queries.of_visit(visit)] == [open_item, None]
    web.get(f"/visits/{visit.id}/form/item/{open_item}")
    links = [link for link in web.page.select(f"#item-{open_item} a") if "Photos and files" in link.get_text()]
    assert [link.get_text(strip=True) for link in links] == ["Photos and files: 1"]
    web.get(links[0]["href"])
    assert len(web.page.select("main tbody tr")) == 1
    assert web.page.select_one("main form input[name=item]")["value"] == open_item
    web.get(f"/visits/{visit.id}/files")
    assert len(web.page.select("main tbody tr")) == 2


@pytest.mark.parametrize("item", ["nowhere", "../x"])
def test_a_question_that_the_form_does_not_ask_has_no_files(
    item: str, web: Browser, keys: None, visit: Visit, monitor: User
) -> None:
    web.sign_in(monitor)
    web.get(f"/visits/{visit.id}/files?item={item}", status=404)
    web.post(f"/visits/{visit.id}/files", {"file": (BytesIO(photo()), "a.jpg"), "item": item}, status=404)
    assert queries.of_visit(visit) == []


def test_a_caption_is_changed_after_the_check(web: Browser, file: StoredFile, coordinator: User) -> None:
    web.sign_in(coordinator)
    web.get(f"/files/{file.id}")
    web.post(f"/files/{file.id}/caption", {"caption": "Too early", "reach": "public"}, status=404)
    checked(file, coordinator)
    web.get(f"/files/{file.id}")
    web.post(f"/files/{file.id}/caption", {"caption": "A room", "reach": "internal"})
    db.session.refresh(file)
    assert (file.caption, file.reach) == ("A room", Reach.INTERNAL)
    assert events(file)[-1] == "file:described"


def test_a_body_keeps_files_of_a_place_for_itself(
    web: Browser, keys: None, visit: Visit, monitor: User, coordinator: User, mechanism: Mechanism
) -> None:
    path = f"/places/{visit.place_id}"
    web.sign_in(monitor)
    web.get(f"{path}/files")
    body = web.page.select_one("main input[name=body]")["value"]
    web.post(f"{path}/files", {"file": (BytesIO(photo()), "plan.jpg"), "note": NOTE, "body": body})
    (file,) = queries.of_place(monitor, visit.place)
    assert (file.visit_id, str(file.body_id), queries.of_visit(visit)) == (None, body, [])
    assert opened(file, monitor) is Closed.NOT_FOR_YOU
    assert isinstance(opened(file, coordinator), dict)
    web.get(path)
    assert "Photos and files: 1" in web.main
    web.get(f"/files/{file.id}")
    assert "you hold no key of it" in web.main
    web.post("/sign-out")
    web.sign_in(coordinator)
    web.get(f"/files/{file.id}")
    web.post(f"/files/{file.id}/check", {"decision": "use", "caption": CAPTION, "reach": "internal"})
    assert CAPTION in web.main
    web.post("/sign-out")
    web.sign_in(accounts.coordinator(accounts.other_body(mechanism)))
    web.get(path)
    assert "Photos and files: 0" in web.main
    for address in ("", "/view", "/copy"):
        web.get(f"/files/{file.id}{address}", status=404)


def test_nobody_adds_a_file_of_a_place_for_a_body_of_others(
    web: Browser, keys: None, visit: Visit, monitor: User, mechanism: Mechanism
) -> None:
    other = accounts.other_body(mechanism)
    web.sign_in(monitor)
    web.get(f"/places/{visit.place_id}/files")
    sent = {"file": (BytesIO(photo()), "plan.jpg"), "note": NOTE, "body": str(other.id)}
    web.post(f"/places/{visit.place_id}/files", sent)
    assert db.session.scalars(select(StoredFile)).all() == []
