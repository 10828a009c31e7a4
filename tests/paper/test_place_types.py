"""The form of every type of place on paper: its codes are read off pictures, its items are those of the screen."""

from dataclasses import replace

import pytest
from flask import Flask
from PIL import Image

from monitor.guide.loading import get_guide
from monitor.guide.scope import Scope
from monitor.guide.texts import texts
from monitor.paper.codes import PageCode
from monitor.reports.blank_form import BlankForm, blank_form_pdf
from monitor.reports.rendering import Pdf
from tests.paper.checks import NUMBER, form_of_type, items_on_screen, wrong_in
from tests.paper.reading import codes_in, photographed, pictures
from tests.reports.reading import ReadPdf

GUIDE = get_guide()


def core(place_type: str) -> BlankForm:
    return form_of_type(place_type, "core")


@pytest.mark.parametrize("place_type", GUIDE.place_types)
def test_the_printed_form_of_a_place_type_is_the_screens_and_its_codes_are_read(
    place_type: str, drawing: Flask
) -> None:
    form = core(place_type)
    assert wrong_in(blank_form_pdf(form), form.scope) == []


@pytest.fixture(scope="module")
def police(drawing: Flask) -> Pdf:
    return blank_form_pdf(core("police-station"))


def test_a_form_with_the_codes_of_another_is_told(drawing: Flask) -> None:
    form = replace(core("transport"), codes=core("transport").codes[1:])
    pdf = blank_form_pdf(form)
    found = wrong_in(pdf, form.scope)
    assert [line for line in found if line.startswith("page 1:")] == [f"page 1: ['{PageCode(NUMBER, 2)}']"]
    assert "the items differ from the screen" in wrong_in(pdf, Scope("transport"))


def test_a_photo_of_a_photocopy_is_read(police: Pdf) -> None:
    (page,) = pictures(police.data, 150, last=1)
    assert codes_in(photographed(page)) == [str(PageCode(NUMBER, 1))]


def test_a_spot_on_the_square_does_no_harm(police: Pdf) -> None:
    (page,) = pictures(police.data, 150, last=1)
    square = page.crop((page.width // 2, 0, page.width, page.height // 8))
    left, top, right, bottom = dark(square)
    middle = ((left + right) // 2 + 4, (top + bottom) // 2)
    square.paste(0, (middle[0] - 6, middle[1] - 6, middle[0] + 6, middle[1] + 6))
    assert codes_in(square) == [str(PageCode(NUMBER, 1))]


def dark(picture: Image.Image) -> tuple[int, int, int, int]:
    """Return the box around what is dark in the right part of a picture."""
    part = picture.crop((picture.width * 2 // 3, 0, picture.width, picture.height))
    box = part.point(lambda value: 255 if value < 128 else 0).getbbox()
    assert box is not None
    return (box[0] + picture.width * 2 // 3, box[1], box[2] + picture.width * 2 // 3, box[3])


def test_arabic_pages_carry_the_square_on_their_outer_side(drawing: Flask) -> None:
    form = replace(core("transport"), language="ar", paper="letter")
    pdf = blank_form_pdf(form)
    first, *_others = pictures(pdf.data, last=1)
    left = first.crop((0, 0, first.width // 2, first.height // 8))
    assert codes_in(left) == [str(PageCode(NUMBER, 1))]
    assert [name for names in pdf.anchors for name in names] == items_on_screen(form.scope)
    assert texts(GUIDE, "ar").question(GUIDE.items[pdf.anchors[0][0]]).split()[0] in ReadPdf(pdf.data).pages[0]


def test_a_loose_page_names_neither_place_nor_visit(police: Pdf) -> None:
    first, *others = ReadPdf(police.data).pages
    assert "Westgate" in first
    assert "WES-1" in first
    assert not [page for page in others if "Westgate" in page or "WES-1" in page]


def test_codes_are_outside_the_reading_order(police: Pdf) -> None:
    """PDF/UA: what is repeated on every page belongs to no structure."""
    read = ReadPdf(police.data)
    assert not [tag for tag in read.tags() if str(tag.get("/S")) == "/Figure"]
