"""How fast a long report is drawn, against headless Chromium printing the same HTML."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from flask_migrate import upgrade
from sqlalchemy import func, select

from monitor import create_app
from monitor.answers.models import Answer
from monitor.config import load_settings
from monitor.db import db
from monitor.demo.loading import load
from monitor.reports.collection import collect_visit_report
from monitor.reports.rendering import draw_pdf
from monitor.reports.visit_report import Imprint, look_of, visit_report_html, visit_report_pdf
from monitor.tenancy import across_mechanisms
from monitor.visits.models import Visit
from tests.bench.measure import Row, in_turns
from tests.bench.world import AT

CHROMIUM: Final = (
    "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-pdf-header-footer",
)  # fmt: skip
IMPRINT: Final = Imprint(AT.date(), "0" * 64)
ROUNDS: Final = 5


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
    yield Row(f"report of {pages} pages, whole render, against Chromium printing it", ours, base, "s", "1.0 or less")


def _longest() -> Visit:
    count = func.count(Answer.id)
    query = select(Visit).join(Answer, Answer.sheet_id == Visit.sheet_id).group_by(Visit.id).order_by(count.desc())
    return db.session.scalars(query.limit(1)).one()


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
