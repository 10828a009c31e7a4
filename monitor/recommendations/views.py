"""The pages of recommendations: all one may see, those of a visit, one to write."""

from datetime import date
from typing import Any, Final

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import SQLColumnExpression

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.authorities.models import Authority
from monitor.db import db
from monitor.guide.loading import get_guide
from monitor.places.models import Place
from monitor.recommendations import operations, queries
from monitor.recommendations.forms import PRIORITIES, SHORT_PRIORITIES, RecommendationForm, standard_key
from monitor.recommendations.models import Priority, Recommendation
from monitor.recommendations.offers import offer
from monitor.recommendations.operations import Draft, Overtaken
from monitor.visits.models import Visit
from monitor.visits.views.blueprint import guide_texts
from monitor.web.body import body_limit
from monitor.web.pagination import read_page, requested_page, requested_sort
from monitor.web.versions import posted_version

bp = Blueprint("recommendations", __name__)
LONG_TEXTS = 2 * 1024 * 1024
SORTS: Final[dict[str, SQLColumnExpression[Any]]] = {
    "due": Recommendation.due_on,
    "addressee": Authority.search_text,
    "place": Place.name,
}


@bp.record_once
def words(state: BlueprintSetupState) -> None:
    """Give every template and macro the words for priorities."""
    state.app.jinja_env.globals.update(priority_words=PRIORITIES, short_priority_words=SHORT_PRIORITIES)


@bp.get("/recommendations/")
@requires(Permission.RECOMMENDATION_LIST)
def index() -> ResponseReturnValue:
    """List the recommendations of all visits the person may see."""
    sort = requested_sort(SORTS, "due")
    query = queries.matching(current_user, request.args.get("q", "")[:200], _priority())
    page = read_page(
        query.order_by(sort.apply(SORTS[sort.key]), Recommendation.id.desc()), requested_page(), db.session()
    )
    return render_template(
        "recommendations/index.html", page=page, sort=sort, q=request.args.get("q", "")[:200], priority=_priority()
    )


def _priority() -> Priority | None:
    asked = request.args.get("priority", "")
    return Priority(asked) if asked in set(Priority) else None


@bp.get("/visits/<uuid:visit_id>/recommendations")
@requires(Permission.VISIT_READ)
def of_visit(visit_id: object) -> ResponseReturnValue:
    """List the recommendations of one visit."""
    return render_template("recommendations/of_visit.html", visit=g.subject, rows=queries.of_visit(g.subject))


@bp.route("/visits/<uuid:visit_id>/recommendations/new", methods=["GET", "POST"])
@requires(Permission.VISIT_RECOMMEND)
@body_limit(LONG_TEXTS)
def new(visit_id: object) -> ResponseReturnValue:
    """Write a recommendation; `topic` or `item` in the address say what it comes from."""
    visit: Visit = g.subject
    item = request.args.get("item", "")
    form = _form(visit, RecommendationForm(items=[item] if item else []))
    if form.validate_on_submit():
        operations.add_recommendation(visit, _draft(form), by=current_user, at=g.now)
        flash(_("The recommendation is saved."), "success")
        return redirect(url_for(".of_visit", visit_id=visit.id))
    return render_template("recommendations/edit.html", visit=visit, form=form, recommendation=None, present=None)


@bp.get("/recommendations/<uuid:recommendation_id>")
@requires(Permission.RECOMMENDATION_READ)
def show(recommendation_id: object) -> ResponseReturnValue:
    """Show one recommendation, where it comes from and what it cites."""
    visit: Visit = g.subject.visit
    guide = get_guide(visit.sheet.guide_version)
    return render_template("recommendations/show.html", recommendation=g.subject, visit=visit, guide=guide)


@bp.route("/recommendations/<uuid:recommendation_id>/edit", methods=["GET", "POST"])
@requires(Permission.RECOMMENDATION_WRITE)
@body_limit(LONG_TEXTS)
def edit(recommendation_id: object) -> ResponseReturnValue:
    """Change a recommendation; where somebody was quicker, show what stands now beside what was typed."""
    row: Recommendation = g.subject
    chosen = [standard_key(standard) for standard in row.standards]
    form = _form(row.visit, RecommendationForm(obj=row, standards=chosen, base_version=row.version), row)
    present = None
    if form.validate_on_submit():
        try:
            operations.update_recommendation(
                row, _draft(form), base_version=posted_version(form.base_version.data), by=current_user, at=g.now
            )
        except Overtaken:
            form.base_version.data = str(row.version)
            present = {"text": row.text, "addressee": row.addressee}
        else:
            flash(_("The recommendation is saved."), "success")
            return redirect(url_for(".of_visit", visit_id=row.visit_id))
    return render_template("recommendations/edit.html", visit=row.visit, form=form, recommendation=row, present=present)


@bp.post("/recommendations/<uuid:recommendation_id>/remove")
@requires(Permission.RECOMMENDATION_WRITE)
def remove(recommendation_id: object) -> ResponseReturnValue:
    """Remove a recommendation that is still a draft."""
    row: Recommendation = g.subject
    operations.remove_recommendation(row, by=current_user, at=g.now)
    flash(_("The recommendation is removed; those after it moved up."), "success")
    return redirect(url_for(".of_visit", visit_id=row.visit_id))


def _form(visit: Visit, form: RecommendationForm, row: Recommendation | None = None) -> RecommendationForm:
    """Fill the lists with the visit's items and with the standards that those items cite."""
    kept = list(row.items) if row else []
    offered = offer(visit, topic=request.args.get("topic"), chosen=[*(form.items.data or []), *kept])
    texts = guide_texts(visit.sheet.guide_version)
    form.items.choices = {item.id: f"{item.number} {texts.question(item)}" for item in offered.items}
    standards = [*offered.standards, *((s["instrument"], s["provision"]) for s in (row.standards if row else []))]
    form.standards.choices = {
        f"{instrument}|{provision}": f"{offered.guide.instruments[instrument].short_title}, {provision}"
        for instrument, provision in standards
    }
    return form


def _draft(form: RecommendationForm) -> Draft:
    due: date | None = form.due_on.data
    return Draft(
        text=form.text.data,
        addressee=form.addressee.data,
        priority=Priority(form.priority.data),
        due_on=due,
        items=form.items.data,
        standards=form.standards_data(),
    )
