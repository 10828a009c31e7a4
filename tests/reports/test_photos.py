"""Checked photos in reports: which version prints which, how they stand on the pages, how their release is checked."""

from dataclasses import replace
from hashlib import sha256
from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from monitor.db import db
from monitor.evidence import operations as evidence
from monitor.evidence.models import Reach
from monitor.evidence.operations import Sent
from monitor.reports import releases
from monitor.reports.assembly import assemble
from monitor.reports.collection import collect_visit_report, pictures_of
from monitor.reports.confidences import HitKind
from monitor.reports.content import Version, content_hash
from monitor.reports.models import Settlement
from monitor.reports.passages import passages
from monitor.reports.record import RecordedPhoto
from monitor.reports.releases import NotSettled
from monitor.reports.visit_report import PictureExchanged, visit_report_html, visit_report_pdf
from monitor.vault.keyring import open_record
from tests.conftest import NOW
from tests.factories import confided_visits as confided
from tests.factories.visit_records import synthetic
from tests.files.hostile_pictures import photo, scene
from tests.interviews.conftest import open_by_password
from tests.reports.conftest import IMPRINT
from tests.reports.reading import ReadPdf

OPEN, RESTRICTED, PROTECTED, TEAMS_OWN = "food-quality", "talk-groups", "int-fear", "prep-devices"


def jpeg(width=400, height=300) -> bytes:
    """Return a photo as the check makes it; each size is another picture."""
    file = BytesIO()
    scene((width, height)).save(file, "JPEG")
    return file.getvalue()


def recorded(item=None, reach=Version.PUBLIC, picture=None, caption="A window") -> RecordedPhoto:
    return RecordedPhoto(item, caption, reach, sha256(picture or jpeg()).hexdigest())


def printed(version, *photos):
    return assemble(replace(synthetic("police-station"), photos=photos), None, version).photos


@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize("reach", Version)
def test_a_version_prints_the_photos_that_may_go_so_far(version, reach):
    order = list(Version)
    may = version is Version.INTERNAL or order.index(reach) >= order.index(version)
    assert len(printed(version, recorded(reach=reach))) == may


@pytest.mark.parametrize(
    ("item", "versions"),
    [
        (OPEN, list(Version)),
        (RESTRICTED, [Version.INTERNAL, Version.AUTHORITY]),
        (TEAMS_OWN, [Version.INTERNAL]),
        (PROTECTED, []),
    ],
)
def test_a_photo_goes_no_further_than_its_question(item, versions):
    assert [version for version in Version if printed(version, recorded(item))] == versions


def test_photos_are_numbered_in_the_order_of_the_form():
    photos = printed(Version.INTERNAL, recorded(OPEN), recorded(RESTRICTED), recorded())
    assert [(one.number, bool(one.item)) for one in photos] == [(1, False), (2, True), (3, True)]
    numbers = [tuple(map(int, one.item.split("."))) for one in photos[1:]]
    assert numbers == sorted(numbers)


@pytest.fixture(scope="module")
def with_photos():
    """A report with five photos of different shapes, and the pictures."""
    pictures = [jpeg(*size) for size in ((1400, 1050), (1050, 1400), (1400, 500), (300, 1400), (900, 900))]
    photos = tuple(
        recorded(OPEN if number % 2 else None, picture=picture, caption=f"Caption {number}")
        for number, picture in enumerate(pictures)
    )
    report = assemble(replace(synthetic("police-station"), photos=photos))
    return report, {sha256(picture).hexdigest(): picture for picture in pictures}


def test_photos_are_printed_with_number_caption_and_question(drawing, with_photos):
    report, pictures = with_photos
    made = visit_report_pdf(report, IMPRINT, pictures=pictures)
    text = ReadPdf(made.data).text
    for one in report.photos:
        assert f"Photo {one.number}" in text
        assert one.caption in text
        assert one.item in text
    with pikepdf.open(BytesIO(made.data)) as pdf:
        sizes = {(int(image.Width), int(image.Height)) for page in pdf.pages for image in page.get_images().values()}
    assert {(1400, 1050), (1050, 1400), (1400, 500), (300, 1400), (900, 900)} <= sizes


def test_a_topic_leads_to_its_photos(drawing, with_photos):
    html = visit_report_html(with_photos[0], IMPRINT)
    numbers = [one.number for one in with_photos[0].photos if one.topic]
    assert numbers
    for number in numbers:
        assert f'<a href="#photo-{number}">' in html


def test_a_picture_that_is_missing_or_another_is_not_printed(drawing, with_photos):
    report, pictures = with_photos
    for wrong in ({}, dict.fromkeys(pictures, jpeg(10, 10))):
        with pytest.raises(PictureExchanged):
            visit_report_pdf(report, IMPRINT, pictures=wrong)


# photos of a recorded visit, and their release


@pytest.fixture
def people(body):
    """A body with its readers."""
    return confided.readers(body)


@pytest.fixture
def visit(people):
    """An approved visit with one photo that all reports may print, and one that nobody has checked."""
    made = confided.visit(people)
    for name in ("window", "not checked"):
        file = evidence.add_file(made, Sent(photo(), f"{name}.jpg", ""), by=people.leader, at=NOW)
        if name == "window":
            opened = open_record(file.record_id, file.owner, open_by_password(people.coordinator))
            evidence.check_file(file, opened, "A window", Reach.PUBLIC, by=people.coordinator, at=NOW)
    confided.approve(made, people, NOW)
    return made


def hits(visit, people):
    material = confided.material(visit, open_by_password(people.coordinator))
    found = releases.hits_in(passages(collect_visit_report(visit, None, Version.PUBLIC)), visit, material)
    return [hit for hit in found if hit.kind is HitKind.PHOTO], material


def test_a_report_prints_checked_photos_alone_and_holds_their_pictures(visit):
    report = collect_visit_report(visit)
    assert [one.caption for one in report.photos] == ["A window"]
    (picture,) = pictures_of(visit, report).values()
    assert sha256(picture).hexdigest() == report.photos[0].digest
    assert Image.open(BytesIO(picture)).format == "JPEG"


def test_a_photo_is_released_by_looking_at_it_and_in_no_other_way(visit, people):
    (hit,), material = hits(visit, people)
    assert [one for one in Settlement if releases.may_settle(hit, one, material)] == [Settlement.LOOKED_AT]
    keyring = open_by_password(people.coordinator)
    with pytest.raises(NotSettled):
        confided.check(visit, keyring, people.coordinator, NOW)
    settled = {releases.seal_of(hit, visit): Settlement.LOOKED_AT}
    confided.check(visit, keyring, people.coordinator, NOW, settlements=settled)
    report = collect_visit_report(visit, None, Version.PUBLIC)
    assert releases.refusal_of(visit, Version.PUBLIC, "en", content_hash(report)) is None


@pytest.mark.parametrize("change", ["caption", "picture"])
def test_another_caption_or_picture_voids_the_check(change, visit, people):
    (hit,), _material = hits(visit, people)
    settled = {releases.seal_of(hit, visit): Settlement.LOOKED_AT}
    confided.check(visit, open_by_password(people.coordinator), people.coordinator, NOW, settlements=settled)
    file = next(one for one in evidence.queries.of_visit(visit) if one.caption)
    if change == "caption":
        evidence.describe_file(file, "Another", Reach.PUBLIC, by=people.coordinator, at=NOW)
    else:
        file.copy_hash = "0" * 64
        db.session.flush()
    report = collect_visit_report(visit, None, Version.PUBLIC)
    assert releases.refusal_of(visit, Version.PUBLIC, "en", content_hash(report)) is releases.Refusal.NOT_CHECKED


def test_words_are_not_settled_by_looking(visit, people):
    confided.say(visit, "She was the only woman.", people, NOW)
    material = confided.material(visit, open_by_password(people.coordinator))
    found = releases.hits_in(passages(collect_visit_report(visit, None, Version.PUBLIC)), visit, material)
    (hit,) = [one for one in found if one.kind is HitKind.SMALL_GROUP]
    assert not releases.may_settle(hit, Settlement.LOOKED_AT, material)
