"""Reading recommendations: all one may see, those of a visit or of an authority, and one with its story."""

from datetime import datetime
from typing import Any, Final

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_timezone
from flask_login import current_user
from sqlalchemy import Select, SQLColumnExpression

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.authorities.models import Authority
from monitor.db import db
from monitor.guide.loading import get_guide
from monitor.places.models import Place
from monitor.recommendations import queries
from monitor.recommendations.following_up import story
from monitor.recommendations.hints import hints
from monitor.recommendations.models import Priority, Recommendation
from monitor.recommendations.sending import may_reach_authority
from monitor.recommendations.spreadsheets import forms_for
from monitor.recommendations.views.blueprint import bp
from monitor.recommendations.waiting import Wait, waiting_for
from monitor.visits import queries as visits
from monitor.visits.models import Visit
from monitor.web.pagination import read_page, requested_page, requested_sort

SORTS: Final[dict[str, SQLColumnExpression[Any]]] = {
    "due": Recommendation.due_on,
    "addressee": Authority.search_text,
    "place": Place.name,
    "reply": Recommendation.reply_due_on,
    "step": Recommendation.next_step_on,
}


@bp.get("/recommendations/")
@requires(Permission.RECOMMENDATION_LIST)
def index() -> ResponseReturnValue:
    """List the recommendations of all visits the person may see."""
    page = read_page(listed(), requested_page(), db.session())
    sort = requested_sort(SORTS, "due")
    return render_template(
        "recommendations/index.html", page=page, sort=sort, q=_words(), priority=_priority(), wait=_wait()
    )


def listed() -> Select[Recommendation]:
    """Return the recommendations that the address asks for, in its order, as far as the person may see them."""
    sort = requested_sort(SORTS, "due")
    query = queries.matching(current_user, _words(), _priority())
    if wait := _wait():
        query = waiting_for(query, current_user, wait, datetime.now(get_timezone()).date())
    return query.order_by(sort.apply(SORTS[sort.key]), Recommendation.id.desc())


def _words() -> str:
    return request.args.get("q", "")[:200]


def _priority() -> Priority | None:
    asked = request.args.get("priority", "")
    return Priority(asked) if asked in set(Priority) else None


def _wait() -> Wait | None:
    asked = request.args.get("wait", "")
    return Wait(asked) if asked in set(Wait) else None


@bp.get("/visits/<uuid:visit_id>/recommendations")
@requires(Permission.VISIT_READ)
def of_visit(visit_id: object) -> ResponseReturnValue:
    """List the recommendations of one visit, each with what is worth a second look while they are written."""
    visit: Visit = g.subject
    rows = queries.of_visit(visit)
    found = visits.topics_found(visit)
    noticed = {row.id: hints(row, found) for row in rows}
    return render_template(
        "recommendations/of_visit.html",
        visit=visit,
        rows=rows,
        noticed=noticed,
        to_check=len(queries.to_check(current_user, visit)),
        has_form=bool(rows) and may_reach_authority(visit),
    )


@bp.get("/authorities/<uuid:authority_id>")
@requires(Permission.AUTHORITY_READ)
def of_authority(authority_id: object) -> ResponseReturnValue:
    """Show an office and the recommendations addressed to it."""
    query = queries.to_authority(current_user, g.subject)
    page = read_page(query, requested_page(), db.session())
    open_rows = queries.count(queries.open_with_authority(current_user, g.subject))
    forms = forms_for(open_rows) if open_rows else 0
    return render_template("recommendations/of_authority.html", authority=g.subject, page=page, forms=forms)


@bp.get("/recommendations/<uuid:recommendation_id>")
@requires(Permission.RECOMMENDATION_READ)
def show(recommendation_id: object) -> ResponseReturnValue:
    """Show one recommendation, where it comes from, what it cites, and whether it was asked before or again."""
    row: Recommendation = g.subject
    return render_template(
        "recommendations/show.html",
        recommendation=row,
        visit=row.visit,
        guide=get_guide(row.visit.sheet.guide_version),
        earlier=queries.get_recommendation(current_user, row.repeated_from_id) if row.repeated_from_id else None,
        later=queries.repeats_of(current_user, row),
        noticed=hints(row),
        story=story(queries.replies(row), queries.assessments(row)),
        today=datetime.now(get_timezone()).date(),
    )
