"""Planning a visit: dates and form."""

from dataclasses import replace
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.accounts.models import Body, Role
from monitor.accounts.queries import list_bodies
from monitor.guide.catalogue import Guide
from monitor.guide.loading import get_guide
from monitor.guide.scope import FormKind, Scope, select_items
from monitor.places.models import Place
from monitor.places.queries import get_place
from monitor.visits import operations, queries
from monitor.visits.forms import PlanForm
from monitor.visits.models import Announcement, TeamRole, Visit, VisitKind, VisitState
from monitor.visits.operations import Member, Plan
from monitor.visits.seen import Overtaken, plan_of, state_of
from monitor.visits.views.blueprint import bp, guide_texts
from monitor.web.forms import shown_texts
from monitor.web.locale import available_languages


@bp.route("/plan", methods=["GET", "POST"])
@requires(Permission.VISIT_PLAN)
def plan() -> ResponseReturnValue:
    """Plan a visit to the place named in the address; without one, send to the register to choose it."""
    place = _place()
    if place is None:
        flash(_("Choose the place to visit, then “Plan a visit”."))
        return redirect(url_for("visits.places"))
    earlier = _earlier(place)
    usual = {"language": g.mechanism.languages[0], "form": _usual_form(place), "unit_types": place.unit_types}
    if earlier:
        usual["kind"] = VisitKind.FOLLOW_UP if earlier.state is not VisitState.REFUSED else earlier.kind
    form = _plan_form(place, PlanForm(data=usual))
    if form.validate_on_submit():
        leader = Member(current_user.id, TeamRole.LEAD)
        visit = operations.plan_visit(
            place,
            UUID(form.body.data),
            replace(_plan(form), follows_id=earlier.id if earlier else None),
            _scope(form, place.type),
            [leader],
            by=current_user,
            at=g.now,
        )
        flash(_("The visit is planned. Now choose the team."), "success")
        return redirect(url_for(".team", visit_id=visit.id))
    counts = _item_counts(get_guide(), Scope(place.type, tuple(place.unit_types)))
    return render_template(
        "visits/plan.html", form=form, place=place, visit=None, item_counts=counts, earlier=earlier, present={}
    )


@bp.route("/<uuid:visit_id>/plan", methods=["GET", "POST"])
@requires(Permission.VISIT_LEAD)
def edit(visit_id: object) -> ResponseReturnValue:
    """Change dates, kind and form of a visit."""
    visit: Visit = g.subject
    scope = visit.sheet.scope
    stands, present = plan_of(visit), {}
    form = _plan_form(visit.place, PlanForm(data=stands | {"base": state_of(stands)}), visit)
    if form.validate_on_submit():
        wished, base = _scope(form, scope.place_type), form.base.data or ""
        try:
            operations.update_plan(visit, _plan(form), wished, base=base, by=current_user, at=g.now)
        except Overtaken as clash:
            form.base.data = clash.version
            present = shown_texts(form, clash.present)
        else:
            flash(_("The plan is saved."), "success")
            return redirect(url_for(".show", visit_id=visit.id))
    counts = _item_counts(get_guide(visit.sheet.guide_version), scope)
    return render_template(
        "visits/plan.html", form=form, place=visit.place, visit=visit, item_counts=counts, earlier=None, present=present
    )


def _place() -> Place | None:
    asked = request.args.get("place", "")
    try:
        return get_place(current_user, UUID(asked)) or abort(404)
    except ValueError:
        return None


def _earlier(place: Place) -> Visit | None:
    """Return the earlier visit to this place that the address names, if the person may see it."""
    try:
        visit = queries.get_visit(current_user, UUID(request.args.get("follows", "")))
    except ValueError:
        return None
    return visit if visit is not None and visit.place_id == place.id else None


def _usual_form(place: Place) -> str:
    return "core" if get_guide().place_types[place.type].suggested_form == "core first" else "full"


def _plan_form(place: Place, form: PlanForm, visit: Visit | None = None) -> PlanForm:
    """Fill the lists of the form with what this person, place and guide offer."""
    guide, words = get_guide(visit.sheet.guide_version if visit else None), guide_texts()
    bodies = [visit.body] if visit else _own_bodies()
    form.body.choices = {str(body.id): body.name for body in bodies}
    if visit or not form.body.data:
        form.body.data = str(bodies[0].id)
    codes = [*g.mechanism.languages, *([visit.language] if visit else [])]
    form.language.choices = {code: available_languages().get(code, code) for code in dict.fromkeys(codes)}
    form.unit_types.choices = {
        type_: words.place_type_name(type_) for type_ in guide.place_types if type_ != place.type
    }
    form.topics.choices = form.extra_topics.choices = {topic: words.topic_name(topic) for topic in guide.topics}
    return form


def _item_counts(guide: Guide, scope: Scope) -> dict[FormKind, int]:
    """Return how many items the core and the full form ask at the types of place of this scope."""
    kinds: tuple[FormKind, ...] = ("core", "full")
    return {kind: len(select_items(guide, replace(scope, form=kind))) for kind in kinds}


def _own_bodies() -> list[Body]:
    own = current_user.bodies_as(Role.COORDINATOR)
    return [body for body in list_bodies(g.mechanism.id) if body.id in own]


def _plan(form: PlanForm) -> Plan:
    return Plan(
        kind=VisitKind(form.kind.data),
        announcement=Announcement(form.announcement.data),
        started_on=form.started_on.data,
        ended_on=form.ended_on.data,
        language=form.language.data,
    )


def _scope(form: PlanForm, place_type: str) -> Scope:
    topics = tuple(form.topics.data) if form.form.data == "topics" else ()
    return Scope(place_type, tuple(form.unit_types.data), form.form.data, topics, tuple(form.extra_topics.data))
