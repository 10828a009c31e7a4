"""The list of visits and the page of one visit."""

from typing import Any, Final

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import SQLColumnExpression

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.answers import queries as answers
from monitor.db import db
from monitor.places.models import Place
from monitor.visits import completeness, corrections, figures, queries
from monitor.visits.earlier import Changes, changes_in
from monitor.visits.forms import FilterForm
from monitor.visits.list_queries import Filters, matching
from monitor.visits.models import Visit, VisitKind, VisitState
from monitor.visits.states import MAIN_LINE, MAY_BE_SKIPPED, steps_from
from monitor.visits.views.blueprint import bp
from monitor.web.pagination import read_page, requested_page, requested_sort

SORTS: Final[dict[str, SQLColumnExpression[Any]]] = {
    "started": Visit.started_on,
    "place": Place.name,
    "state": Visit.state,
    "reference": Visit.reference,
}


@bp.get("/")
@requires(Permission.VISIT_LIST)
def index() -> ResponseReturnValue:
    """List the visits the person may see."""
    form = FilterForm(request.args)
    sort = requested_sort(SORTS, "-started")
    filters = _filters(form)
    query = matching(current_user, filters)
    if sort.key == "place":
        query = query.join(Place, Place.id == Visit.place_id)
    page = read_page(query.order_by(sort.apply(SORTS[sort.key]), Visit.id.desc()), requested_page(), db.session())
    is_filtered = filters != Filters() or bool(form.errors)
    return render_template("visits/index.html", page=page, filters=form, sort=sort, is_filtered=is_filtered)


def _filters(form: FilterForm) -> Filters:
    form.validate()
    return Filters(
        text=(form.q.data or "")[:200],
        state=VisitState(form.state.data) if form.state.data in set(VisitState) else None,
        kind=VisitKind(form.kind.data) if form.kind.data in set(VisitKind) else None,
        since=form.since.data if not form.since.errors else None,
        until=form.until.data if not form.until.errors else None,
        only_own=bool(form.own.data),
    )


@bp.get("/<uuid:visit_id>")
@requires(Permission.VISIT_READ)
def show(visit_id: object) -> ResponseReturnValue:
    """Show where a visit stands: its chain, what is open, facts, team and history."""
    visit: Visit = g.subject
    _, items = answers.guide_and_items(visit.sheet)
    heads = answers.heads(visit.sheet)
    return render_template(
        "visits/show.html",
        changes=_changes(visit),
        visit=visit,
        main_line=MAIN_LINE,
        may_be_skipped=MAY_BE_SKIPPED,
        steps=steps_from(visit.state),
        progress=completeness.progress(items, heads),
        sealed=sum(1 for head in heads if head.sealed_id is not None),
        first_items={item.section_id: item.id for item in reversed(list(items.values()))},
        gaps=completeness.gaps(visit),
        must=completeness.MUST_BE_CLOSED,
        comments=queries.open_comments(visit),
        corrections=corrections.of_visit(visit),
        reason=queries.reason_of_return(visit),
        figures=figures.figures(visit),
    )


def _changes(visit: Visit) -> Changes | None:
    goes_back = visit.kind is VisitKind.FOLLOW_UP or visit.follows_id is not None
    return changes_in(current_user, visit) if goes_back and visit.started_on is not None else None


@bp.get("/<uuid:visit_id>/history")
@requires(Permission.VISIT_READ)
def history(visit_id: object) -> ResponseReturnValue:
    """Show every step of a visit's life."""
    return render_template("visits/history.html", visit=g.subject, steps=queries.steps(g.subject))
