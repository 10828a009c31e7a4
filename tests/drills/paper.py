"""Prints the full form of every type of place and reads its codes off pictures of its pages, sharp and photographed."""

import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from monitor.guide.loading import get_guide
from monitor.paper.codes import PageCode
from monitor.reports.blank_form import blank_form_pdf
from tests.conftest import make_app
from tests.drills.figures import Row
from tests.paper.checks import NUMBER, form_of_type, wrong_in
from tests.paper.reading import codes_in, photographed, pictures

DOTS_PER_INCH = 150
"""Of a photo of a page that fills the picture of a cheap telephone about half."""


@dataclass
class Printed:
    """What was printed and read."""

    forms: int = 0
    pages: int = 0
    items: int = 0
    wrong: list[str] = field(default_factory=list)
    """What differs from the screen or is not read on a sharp picture."""
    photos_read: int = 0


def run(instance: Path, place_types: Sequence[str], form: str = "full") -> Printed:
    """Print forms as the worker does, in children of a process with one thread, and read them."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(draw, instance, tuple(place_types), form).result()


def draw(instance: Path, place_types: Sequence[str], kind: str) -> Printed:
    """Print one form after the other, and read each."""
    found = Printed()
    with make_app(instance).app_context():
        for place_type in place_types:
            form = form_of_type(place_type, "core" if kind == "core" else "full")
            pdf = blank_form_pdf(form)
            found.forms += 1
            found.pages += pdf.pages
            found.items += sum(map(len, pdf.anchors))
            found.wrong += [f"{place_type}: {line}" for line in wrong_in(pdf, form.scope)]
            found.photos_read += sum(
                codes_in(photographed(picture)) == [str(PageCode(NUMBER, page))]
                for page, picture in enumerate(pictures(pdf.data, DOTS_PER_INCH), 1)
            )
    return found


def figures(found: Printed) -> Iterator[Row]:
    """Give the figures beside their goals."""
    yield Row(f"things wrong on {found.pages} pages of {found.forms} forms", len(found.wrong), 0)
    yield Row("codes read off a blurred, faded, turned photo of each page", found.photos_read, found.pages)


def drill() -> Iterator[Row]:
    """Print everything."""
    with tempfile.TemporaryDirectory() as folder:
        yield from figures(run(Path(folder), list(get_guide().place_types)))
