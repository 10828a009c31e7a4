"""Scans of pages: sealed, never for reports, and destroyed after checked entry where the mechanism says so."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO

import pytest

from monitor.accounts.models import Mechanism, User
from monitor.audit.models import AuditEvent
from monitor.db import db
from monitor.evidence.models import FileState, StoredFile
from monitor.evidence.operations import Sent
from monitor.evidence.queries import unchecked
from monitor.paper import operations, queries
from monitor.paper.codes import PageCode
from monitor.paper.models import Mark, PageScan, PrintedForm
from monitor.paper.operations import ScanNotKept
from monitor.vault.models import SealedRecord
from monitor.visits.models import Visit
from tests.client import Browser
from tests.files.hostile_pictures import photo

pytestmark = pytest.mark.usefixtures("readers")


@pytest.fixture
def scanned(printed: PrintedForm, monitor: User, now: datetime) -> Callable[[int], PageScan]:
    """Attach a scan to a page."""

    def attach(page: int = 1) -> PageScan:
        scan = operations.attach_scan(printed, page, Sent(photo(), "scan.jpg", ""), by=monitor, at=now)
        db.session.commit()
        return scan

    return attach


def sealed_records() -> int:
    return db.session.query(SealedRecord).count()


def test_a_scan_is_sealed_and_never_waits_to_be_used_in_reports(scanned: Callable[..., PageScan], visit: Visit) -> None:
    scan = scanned()
    assert scan.file.state is FileState.REFUSED
    assert list(unchecked(visit)) == []
    assert photo()[:40] not in db.session.get_one(SealedRecord, scan.file.record_id).content


def test_scans_stay_where_the_mechanism_keeps_them(
    scanned: Callable[..., PageScan], printed: PrintedForm, monitor: User, now: datetime
) -> None:
    scanned()
    assert operations.mark_checked(printed, 1, by=monitor, at=now) == 0
    assert len(queries.scans(printed, 1)) == 1


def test_checked_entry_destroys_the_scans_of_the_page_and_of_no_other(
    scanned: Callable[..., PageScan], printed: PrintedForm, mechanism: Mechanism, monitor: User, now: datetime
) -> None:
    before = sealed_records()
    files = [scanned(1).file_id, scanned(1).file_id]
    other = scanned(2)
    monitor.mechanism.destroys_scans = True
    assert operations.mark_checked(printed, 1, by=monitor, at=now) == 2
    db.session.commit()
    db.session.expire_all()
    assert [scan.id for scan in queries.scans(printed)] == [other.id]
    assert all(db.session.get(StoredFile, file) is None for file in files)
    assert sealed_records() == before + 2, "the file and the note of the other page's scan"
    assert queries.marks(printed)[1][Mark.CHECKED].scans_destroyed == 2
    tags = [event.tag for event in db.session.query(AuditEvent)]
    assert tags.count("file:removed") == 2
    event = db.session.query(AuditEvent).filter_by(tag="page:checked").one()
    assert event.detail["scans_destroyed"] == 2


def test_a_checked_page_takes_no_further_scan_where_none_are_kept(
    scanned: Callable[..., PageScan], printed: PrintedForm, monitor: User, now: datetime
) -> None:
    monitor.mechanism.destroys_scans = True
    operations.mark_checked(printed, 1, by=monitor, at=now)
    with pytest.raises(ScanNotKept):
        scanned(1)
    assert scanned(2).page == 2


def test_a_scan_that_is_deleted_among_the_files_leaves_its_page(
    scanned: Callable[..., PageScan], printed: PrintedForm, coordinator: User, web: Browser
) -> None:
    file_id = scanned().file_id
    web.sign_in(coordinator)
    web.get(f"/files/{file_id}")
    web.post(f"/files/{file_id}/remove")
    db.session.expire_all()
    assert list(queries.scans(printed)) == []


def test_a_scan_is_attached_on_the_page_and_what_is_no_scan_is_refused(
    printed: PrintedForm, monitor: User, web: Browser
) -> None:
    web.sign_in(monitor)
    here = f"/visits/{printed.visit_id}/paper/{PageCode(printed.number, 1)}"
    web.get(here)
    web.post(f"{here}/scans", {"file": (BytesIO(b"no picture"), "scan.jpg")})
    assert "Only photos" in web.main
    web.post(f"{here}/scans")
    assert "Choose a file." in web.main
    web.post(f"{here}/scans", {"file": (BytesIO(photo()), "scan.jpg")})
    assert "Scan 1" in web.main
    assert "with a scan" in web.get(f"/visits/{printed.visit_id}/paper").get_text()


def test_the_page_says_before_the_check_that_scans_will_go(
    scanned: Callable[..., PageScan], printed: PrintedForm, monitor: User, web: Browser, now: datetime
) -> None:
    scanned()
    operations.mark_entered(printed, 1, by=monitor, at=now)
    here = f"/visits/{printed.visit_id}/paper/{PageCode(printed.number, 1)}"
    web.sign_in(monitor)
    web.get(here)
    assert "is destroyed then" not in web.main
    monitor.mechanism.destroys_scans = True
    web.get(here)
    assert "The scan of this page is destroyed then" in web.main
    web.post(f"{here}/checked")
    assert "One scan of it was destroyed." in web.main
    assert "None." in web.main
