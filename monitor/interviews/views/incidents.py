"""Reprisals that happened: recorded by anybody of the field, read by the body's readers, counted by the year."""

from collections import Counter
from typing import Any, NamedTuple
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.accounts.models import INSIDE, Body
from monitor.accounts.queries import list_bodies
from monitor.db import db
from monitor.interviews import protection as operations
from monitor.interviews import queries
from monitor.interviews.forms import IncidentForm
from monitor.interviews.models import Incident
from monitor.interviews.protection import Happened
from monitor.interviews.views.blueprint import bp, is_closed, say_refused
from monitor.interviews.views.opening import Content
from monitor.places.models import Place
from monitor.vault import queries as vault
from monitor.vault import reading
from monitor.vault.operations import KeysRefused
from monitor.visits.models import Visit
from monitor.visits.queries import get_visit, visible_to
from monitor.web.forms import choices


class Told(NamedTuple):
    """An incident and what of it opens."""

    incident: Incident
    content: Content


def _told(rows: list[Incident]) -> list[Told]:
    told = []
    for row in rows:
        opened = reading.read({row.record_id: row.owner}, subject_id=row.id)
        told.append(Told(row, opened[row.record_id]))
    return told


@bp.route("/interviews/incidents", methods=["GET", "POST"])
@requires(Permission.INCIDENT_REPORT)
def incidents() -> ResponseReturnValue:
    """Record a reprisal; show those that open, and how many there were each year."""
    visit = _asked_visit()
    form = _form(visit)
    if form.validate_on_submit():
        body = db.session.get_one(Body, UUID(form.body.data))
        try:
            operations.add_incident(body, _happened(form, visit), by=current_user, at=g.now)
        except KeysRefused as refused:
            say_refused(refused)
        else:
            flash(_("The incident is sealed. Tell a reader of your body about it in person."), "success")
            return redirect(url_for(".incidents"))
    told = _told(list(queries.incidents_of(body.id for body in vault.bodies_concerning(current_user))))
    open_ones = [each for each in told if not is_closed(each.content)]
    return render_template(
        "interviews/incidents.html", form=form, visit=visit, told=open_ones, closed=len(told) - len(open_ones),
        years=sorted(Counter(each.incident.year for each in told).items(), reverse=True),
        places={str(id_): name for id_, name in _places()}, visits=_visits_behind(open_ones),
    )  # fmt: skip


def _visits_behind(told: list[Told]) -> dict[str, Visit]:
    """Return id -> visit of those that incidents are about, as far as the person may see them."""
    ids = {UUID(each.content["visit"]) for each in told if isinstance(each.content, dict) and each.content["visit"]}
    seen = db.session.scalars(visible_to(current_user).where(Visit.id.in_(ids)))
    return {str(visit.id): visit for visit in seen}


def _asked_visit() -> Visit | None:
    """Return the visit named in the address, as far as the person may see it."""
    try:
        return get_visit(current_user, UUID(request.args.get("visit", "")))
    except ValueError:
        return None


def _form(visit: Visit | None) -> IncidentForm:
    data: dict[str, Any] = {"body": str(visit.body_id), "place": str(visit.place_id)} if visit else {}
    form = IncidentForm(data=data)
    own = set(current_user.bodies_as(*INSIDE))
    bodies = [body for body in list_bodies(current_user.mechanism_id) if body.id in own]
    form.body.choices = {str(body.id): body.name for body in bodies}
    form.place.choices = choices({str(id_): name for id_, name in _places()}, _("Elsewhere, or not known"))
    return form


def _places() -> list[tuple[UUID, str]]:
    return [
        (id_, name) for id_, name in db.session.execute(select(Place.id, Place.name).order_by(Place.name, Place.id))
    ]


def _happened(form: IncidentForm, visit: Visit | None) -> Happened:
    return Happened(
        on=form.on.data, what=form.what.data, wishes=form.wishes.data, done=form.done.data,
        place_id=UUID(form.place.data) if form.place.data else None, visit_id=visit.id if visit else None,
    )  # fmt: skip
