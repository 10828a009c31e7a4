"""`flask reports ...`: documents without a running worker."""

from datetime import datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import click
from flask.cli import AppGroup

from monitor.audit.queries import chain_head
from monitor.cli.running import Refused, command_body
from monitor.db import db
from monitor.guide.loading import get_guide
from monitor.guide.scope import Scope, UnfitScope
from monitor.guide.texts import interface_languages
from monitor.jobs.limited import ChildFailed, LimitReached
from monitor.reports.blank_form import BlankForm, blank_form_pdf
from monitor.reports.collection import collect_visit_report, pictures_of
from monitor.reports.languages import guide_language
from monitor.reports.models import Paper
from monitor.reports.rendering import Pdf
from monitor.reports.visit_report import Imprint, ReportTooLarge, visit_report_pdf
from monitor.visits.models import Visit

group = AppGroup("reports", help="Reports and empty forms as PDF.")
REFUSALS = (ChildFailed, LimitReached, ReportTooLarge, UnfitScope)
out_option = click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The PDF.")
paper_option = click.option("--paper", type=click.Choice([paper.value for paper in Paper]), default=Paper.A4.value)


@group.command("visit")
@click.argument("visit_id", type=click.UUID)
@out_option
@click.option("--language", help="Language of headings and guide texts; the visit's own where not given.")
@paper_option
@command_body(REFUSALS)
def visit(visit_id: UUID, out: Path, language: str | None, paper: str) -> None:
    """Write the internal report on a visit."""
    _check_language(language)
    found = db.session.get(Visit, visit_id)
    if found is None:
        raise Refused(f"there is no visit {visit_id}")
    report = collect_visit_report(found, language)
    imprint = Imprint(datetime.now(ZoneInfo(found.body.mechanism.time_zone)).date(), chain_head(found.mechanism_id))
    db.session.commit()  # no transaction is open in the child that renders
    _write(out, visit_report_pdf(report, imprint, paper=paper, pictures=pictures_of(found, report)))


@group.command("blank-form")
@click.argument("place_type")
@out_option
@click.option("--core", is_flag=True, help="The core form instead of the full one.")
@click.option("--language", default="en", help="Language of the form.")
@paper_option
@command_body(REFUSALS)
def blank_form(place_type: str, out: Path, core: bool, language: str, paper: str) -> None:
    """Write an empty form for a type of place."""
    _check_language(language)
    if place_type not in get_guide().place_types:
        raise Refused(f"there is no place type '{place_type}'; there are: {', '.join(get_guide().place_types)}")
    _write(out, blank_form_pdf(BlankForm(Scope(place_type, form="core" if core else "full"), language, paper)))


def _check_language(language: str | None) -> None:
    if language is not None and guide_language(language) not in interface_languages():
        raise Refused(f"--language: there is no '{language}'; choose one of {', '.join(interface_languages())}")


def _write(out: Path, pdf: Pdf) -> None:
    """Write the whole file or nothing."""
    draft = out.with_name(f"{out.name}.part")
    try:
        draft.write_bytes(pdf.data)
        draft.replace(out)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise Refused(f"{out}: {error.strerror}") from error
    click.echo(f"{out}: {pdf.pages} pages")
