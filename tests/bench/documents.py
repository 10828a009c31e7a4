"""How fast documents are made: a report against headless Chromium, the zip of a visit against its renderings."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from flask_migrate import upgrade
from sqlalchemy import func, select

from monitor import create_app
from monitor.accounts.queries import list_coordinators
from monitor.answers.models import Answer
from monitor.config import load_settings
from monitor.db import db
from monitor.demo.loading import load
from monitor.letters.bundles import request_bundle
from monitor.reports.collection import collect_visit_report
from monitor.reports.content import Version
from monitor.reports.models import Document, DocumentState, Outgoing, Paper
from monitor.reports.operations import put_back, request_visit_report
from monitor.reports.queries import parts_of
from monitor.reports.rendering import draw_pdf
from monitor.reports.tasks import render_document
from monitor.reports.visit_report import Imprint, look_of, visit_report_html, visit_report_pdf
from monitor.tenancy import across_mechanisms, acting_for
from monitor.visits.models import Visit
from monitor.visits.states import SEEN_BY_THE_WHOLE_BODY
from tests.bench.measure import Row, in_turns
from tests.bench.world import AT
from tests.factories.releases import let_leave

CHROMIUM: Final = (
    "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-pdf-header-footer",
)  # fmt: skip
IMPRINT: Final = Imprint(AT.date(), "0" * 64)
ROUNDS: Final = 5
ROUNDS_OF_ZIPS: Final = 3
"""Each renders every document twice."""


def rows(folder: Path) -> Iterator[Row]:
    """Draw the full prison visit of the training mechanism both ways, in turns."""
    app = create_app(load_settings(instance=folder / "training"))
    with app.app_context(), across_mechanisms():
        upgrade()
        load(now=AT)
        db.session.commit()
        report = collect_visit_report(_longest())
        html = visit_report_html(report, IMPRINT)
        look = look_of(report)
        page = _standalone(html, look.stylesheets, folder)
        pages = draw_pdf(look, html).pages
        ours, base = in_turns(lambda: visit_report_pdf(report, IMPRINT), lambda: _print(page, folder), ROUNDS)
        bundle, parts = _bundle()
        zipped, alone = in_turns(lambda: _render_anew(bundle, parts), lambda: _render_each(parts), ROUNDS_OF_ZIPS)
    yield Row(f"zip of {len(parts)} documents of a visit, against rendering each", zipped, alone, "s", "1.2 or less")
    yield Row(f"report of {pages} pages, whole render, against Chromium printing it", ours, base, "s", "1.0 or less")


def _longest() -> Visit:
    count = func.count(Answer.id)
    query = select(Visit).join(Answer, Answer.sheet_id == Visit.sheet_id).group_by(Visit.id).order_by(count.desc())
    return db.session.scalars(query.limit(1)).one()


def _bundle() -> tuple[Document, list[Document]]:
    """Return the zip of an approved visit and the documents in it.

    The internal report, both released versions in two languages, the follow-up table.
    """
    visit = db.session.scalars(select(Visit).where(Visit.state.in_(SEEN_BY_THE_WHOLE_BODY)).order_by(Visit.id)).first()
    assert visit is not None
    (by, *_others) = list_coordinators(visit.body_id)
    with acting_for(visit.mechanism_id):
        for version in (Version.AUTHORITY, Version.PUBLIC):
            for language in ("en", "ar"):
                let_leave(visit, Outgoing(version.value), by=by.id, at=AT, language=language)
                request_visit_report(visit, language=language, paper=Paper.A4, by=by, at=AT, version=version)
        bundle = request_bundle(visit, lambda *_asked: True, by=by, at=AT)
        db.session.commit()
        return bundle, list(parts_of(bundle))


def _render_anew(bundle: Document, parts: list[Document]) -> None:
    """Make the zip, with every part of it rendered on the way."""
    for document in (bundle, *parts):
        put_back(document)
    db.session.commit()
    render_document(bundle.id)
    db.session.commit()
    assert bundle.state is DocumentState.DONE


def _render_each(parts: list[Document]) -> None:
    for document in parts:
        put_back(document)
    db.session.commit()
    for document in parts:
        render_document(document.id)
        db.session.commit()
        assert document.state is DocumentState.DONE


def _standalone(html: str, stylesheets: tuple[str, ...], folder: Path) -> Path:
    """Write the HTML with its stylesheets beside it, as Chromium reads it."""
    styles = Path(__file__).parents[2] / "static" / "css"
    links = "".join(f'<link rel="stylesheet" href="{name}"/>' for name in stylesheets)
    for name in stylesheets:
        shutil.copy(styles / name, folder / name)
    page = folder / "report.html"
    page.write_text(html.replace("</head>", f"{links}</head>", 1), encoding="utf-8")
    return page


def _print(page: Path, folder: Path) -> None:
    target = folder / "chromium.pdf"
    profile = f"--user-data-dir={folder / 'profile'}"
    subprocess.run((*CHROMIUM, profile, f"--print-to-pdf={target}", page.as_uri()), check=True, capture_output=True)
