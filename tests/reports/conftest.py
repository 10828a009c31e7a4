"""Reports drawn once for many tests, and what can be read back from them."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from monitor.db import db
from monitor.reports.assembly import assemble
from monitor.reports.content import VisitReport
from monitor.reports.rendering import Pdf
from monitor.reports.visit_report import Imprint, visit_report_pdf
from tests.conftest import make_app
from tests.factories.visit_records import letterhead, logo_png, synthetic
from tests.reports.reading import ReadPdf

DOCUMENTS = sorted((Path(__file__).parents[1] / "data" / "visits").glob("*.json"))
IMPRINT = Imprint(date(2026, 11, 22), "117:9f3c")


@pytest.fixture(scope="module")
def drawing(empty_instance: Path) -> Iterator[Flask]:
    """An application whose context documents are rendered in; it needs no row of the database."""
    application = make_app(empty_instance)
    with application.app_context():
        yield application
        db.engine.dispose()


@pytest.fixture(scope="module")
def report() -> VisitReport:
    """A visit to a police station with every item answered and commented, half of the topics with a finding."""
    record = synthetic(
        "police-station",
        comment=lambda item: f"Comment on {item.id}.",
        findings=lambda topic: f"Finding on {topic}." if len(topic) % 2 else "",
        letterhead=letterhead(logo=logo_png(), is_training=True),
    )
    return assemble(record)


@pytest.fixture(scope="module")
def whole(drawing: Flask, report: VisitReport) -> Pdf:
    """The PDF of it."""
    return visit_report_pdf(report, IMPRINT)


@pytest.fixture(scope="module")
def read(whole: Pdf) -> ReadPdf:
    """The same, read back."""
    return ReadPdf(whole.data)
