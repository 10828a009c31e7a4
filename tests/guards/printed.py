"""Every document of the world as the page that its PDF is drawn from."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from flask import Flask
from sqlalchemy import select

from monitor.accounts.models import User
from monitor.db import db
from monitor.guide.scope import Scope
from monitor.letters import assembly as letters
from monitor.letters.drawing import letter_html
from monitor.letters.models import Letter
from monitor.paper.models import PrintedForm
from monitor.paper.printing import form_to_print
from monitor.recommendations.tables import Coverage
from monitor.reports.blank_form import BlankForm, blank_form_html
from monitor.reports.collection import collect_visit_report
from monitor.reports.content import Letterhead, Version
from monitor.reports.follow_up_table import collect_follow_up, follow_up_html
from monitor.reports.visit_report import Imprint, visit_report_html
from monitor.tenancy import across_mechanisms
from monitor.visits.models import Visit
from tests.guards.tour import Seen
from tests.guards.world import World

LANGUAGE: Final = "fr"
"""Not that in which the standards are cited: so their lines are marked as English."""
DAY: Final = date(2026, 3, 14)


def printed(app: Flask, world: World) -> Iterator[Seen]:
    """Yield the documents: the reports in each version, letters, follow-up tables and forms, all as training."""
    with app.app_context(), across_mechanisms():
        for visit in db.session.scalars(select(Visit)):
            for version in Version:
                report = collect_visit_report(visit, LANGUAGE, version)
                report = replace(report, letterhead=_training(report.letterhead))
                yield _page(f"report {version}", visit_report_html(report, _imprint()))
        for letter in db.session.scalars(select(Letter)):
            said = letters.assemble(letter)
            yield _page(f"letter {letter.kind}", letter_html(replace(said, letterhead=_training(said.letterhead))))
        coordinator = db.session.get_one(User, world.people["coordinator"])
        for place in {visit.place for visit in db.session.scalars(select(Visit))}:
            table = collect_follow_up(Coverage.about(place), LANGUAGE, user=coordinator, today=DAY)
            table = replace(table, letterhead=_training(table.letterhead))
            yield _page("follow-up", follow_up_html(table, _imprint()))
        for form in db.session.scalars(select(PrintedForm)):
            made = replace(form_to_print(form, form.visit, form.document), is_training=True)
            yield _page("printed form", blank_form_html(made))
        yield _page("blank form", blank_form_html(BlankForm(Scope("prison"), LANGUAGE, is_training=True)))


def _training(letterhead: Letterhead) -> Letterhead:
    return replace(letterhead, is_training=True)


def _imprint() -> Imprint:
    return Imprint(DAY, "117:9f3c")


def _page(name: str, html: str) -> Seen:
    return Seen("", name, 200, "text/html", html)
