"""The talks of a visit as lines: typed one after the other, counted, searched."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.interviews import operations, queries
from monitor.interviews.forms import LineForm, SearchForm
from monitor.interviews.models import AgeGroup, Partner, Sex
from monitor.interviews.operations import NO, Counted, Line, TalkRefused
from monitor.interviews.views.blueprint import bp, is_closed, say_refused
from monitor.interviews.views.opening import open_lines
from monitor.interviews.views.search import Hit, search_in
from monitor.vault import queries as vault
from monitor.vault.models import Compartment
from monitor.vault.operations import KeysRefused
from monitor.visits.models import Visit
from monitor.visits.operations import NotYetOpen

FIRST_FIELD = "partner"
"""Where the focus stands after a line was added, for the next one."""


@bp.get("/visits/<uuid:visit_id>/interviews")
@requires(Permission.INTERVIEW_LIST)
def of_visit(visit_id: UUID) -> ResponseReturnValue:
    """Show the lines of a visit, with the form for the next one."""
    return _page(g.subject, LineForm(formdata=None))


def _page(visit: Visit, form: LineForm, search: SearchForm | None = None, hits: list[Hit] | None = None) -> str:
    talks = queries.of_visit(visit)
    lines = open_lines(talks, subject_id=visit.id)
    return render_template(
        "interviews/of_visit.html", visit=visit, form=form, search=search or SearchForm(formdata=None), hits=hits,
        talks=talks, lines=lines, open_for_me=sum(not is_closed(content) for content in lines.values()),
        counts=queries.counts(visit), offers=queries.offers(visit), readers=queries.readers_names(visit.body_id),
        has_key=vault.current_key(visit.body_id, Compartment.INTERVIEWS) is not None,
    )  # fmt: skip


@bp.post("/visits/<uuid:visit_id>/interviews/add")
@requires(Permission.INTERVIEW_ADD)
def add(visit_id: UUID) -> ResponseReturnValue:
    """Write one line; the focus goes back to the first field."""
    visit: Visit = g.subject
    form = LineForm()
    if not form.validate_on_submit():
        return _page(visit, form)
    try:
        talk = operations.add_talk(visit, counted_of(form), line_of(form), by=current_user, at=g.now)
    except (TalkRefused, KeysRefused) as refused:
        say_refused(refused)
        return _page(visit, form)
    flash(_("%(code)s is written and sealed.", code=talk.code), "success")
    return redirect(url_for(".of_visit", visit_id=visit.id, _anchor=FIRST_FIELD))


def counted_of(form: LineForm) -> Counted:
    """Return what of a sent line is counted; nobody, where nobody agreed to talk."""
    data: dict[str, Any] = form.data
    people = 0 if data["agreed_to_talk"] == NO else data["people"]
    return Counted(Partner(data["partner"]), Sex(data["sex"]), AgeGroup(data["age"]), people)


def line_of(form: LineForm) -> Line:
    """Return what of a sent line is sealed."""
    data: dict[str, Any] = form.data
    return Line(data["where"], data["agreed_to_talk"], data["agreed_to_notes"], data["note"])


@bp.post("/visits/<uuid:visit_id>/interviews/search")
@requires(Permission.INTERVIEW_LIST)
def search_of_visit(visit_id: UUID) -> ResponseReturnValue:
    """Search in what opens of a visit's talks; the words come in the body and are kept nowhere."""
    visit: Visit = g.subject
    form = SearchForm()
    hits = search_in(queries.of_visit(visit), form.q.data) if form.validate_on_submit() else None
    return _page(visit, LineForm(formdata=None), form, hits)


@bp.post("/visits/<uuid:visit_id>/interviews/take-over")
@requires(Permission.VISIT_FILL)
def take_over(visit_id: UUID) -> ResponseReturnValue:
    """Answer the items that count talks from the lines, where nobody has answered them."""
    visit: Visit = g.subject
    try:
        taken = operations.take_over_counts(visit, by=current_user, at=g.now)
    except NotYetOpen:
        flash(_("The form opens when the visit begins. Nothing was filled in."), "warning")
    else:
        done = ngettext("%(num)s answer of the form was filled in.", "%(num)s answers were filled in.", len(taken))
        flash(done, "success")
    return redirect(url_for(".of_visit", visit_id=visit.id))
