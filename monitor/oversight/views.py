"""The pages of oversight: the log, whether it is whole, what roles permit, and the settings to read."""

from typing import Final
from uuid import UUID

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext, lazy_gettext
from flask_login import current_user
from sqlalchemy import Select

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.accounts.queries import list_bodies, list_users
from monitor.accounts.role_words import roles_in_words
from monitor.audit.models import AuditEvent
from monitor.audit.operations import check_chain
from monitor.audit.queries import Filters, Printed, chain_head, compare_head, last_check, matching
from monitor.db import db
from monitor.oversight import acts, queries, roles
from monitor.oversight.forms import HeadForm, LogForm
from monitor.oversight.permission_words import PERMISSIONS
from monitor.visits.models import Visit
from monitor.web.locale import available_languages
from monitor.web.pagination import read_page, requested_page

bp = Blueprint("oversight", __name__)

PRINTED: Final = {
    Printed.IN_PLACE: lazy_gettext("The log holds this event as it was printed. Nothing up to it was taken away."),
    Printed.CUT: lazy_gettext("The log is shorter than when this was printed: events were cut off at its end."),
    Printed.OTHER: lazy_gettext("The log holds another event in this place: it was written anew."),
    Printed.UNREADABLE: lazy_gettext("This is no head of a log. Type the number, the colon and at least 12 letters."),
}


@bp.record_once
def words(state: BlueprintSetupState) -> None:
    """Give templates the words for events."""
    state.app.jinja_env.globals["act_words"] = acts


def _page(query: Select[AuditEvent]) -> dict[str, object]:
    """Return what a list of events needs: one page of them, and the names in it."""
    page = read_page(query, requested_page(), db.session())
    return {"page": page, "names": queries.names(page.items)}


@bp.get("/administration/log")
@requires(Permission.AUDIT_READ)
def log() -> ResponseReturnValue:
    """List who did what to which record in the mechanism, without any content."""
    form = LogForm(request.args)
    form.offer(list_users(g.mechanism.id))
    form.validate()
    events = _page(matching(g.mechanism.id, form.filters(g.mechanism.time_zone)))
    asked = [name for name in form.data if request.args.get(name)]
    return render_template("oversight/log.html", form=form, is_filtered=bool(asked), **events)


@bp.get("/administration/log/check")
@requires(Permission.AUDIT_READ)
def chain() -> ResponseReturnValue:
    """Show what the last check of the log found, its head now, and hold a printed head against it."""
    form = HeadForm(request.args)
    printed = compare_head(g.mechanism.id, form.head.data) if form.validate() and form.head.data else None
    check = last_check(g.mechanism.id)
    return render_template(
        "oversight/chain.html", form=form, printed=printed, printed_words=PRINTED, check=check,
        names=queries.names([check] if check else []), head=chain_head(g.mechanism.id),
    )  # fmt: skip


@bp.post("/administration/log/check")
@requires(Permission.AUDIT_READ)
def check() -> ResponseReturnValue:
    """Verify the whole log now."""
    report = check_chain(g.mechanism.id, by=current_user.id, at=g.now)
    if report.fault is None:
        flash(gettext("The log is whole."), "success")
    else:
        flash(gettext("The log was altered. Read below what to do."), "error")
    return redirect(url_for(".chain"))


@bp.get("/visits/<uuid:visit_id>/log")
@requires(Permission.VISIT_AUDIT)
def visit_log(visit_id: UUID) -> ResponseReturnValue:
    """List who did what to a visit."""
    visit: Visit = g.subject
    return render_template("oversight/visit_log.html", visit=visit, **_page(queries.about_visit(visit)))


@bp.get("/account/log")
@requires(Permission.SESSION_OWN)
def own_log() -> ResponseReturnValue:
    """List what the log says the person did."""
    events = _page(matching(current_user.mechanism_id, Filters(actor_id=current_user.id)))
    return render_template("oversight/own_log.html", **events)


@bp.get("/administration/roles")
@requires(Permission.SETTINGS_READ)
def role_table() -> ResponseReturnValue:
    """Show what each role permits, or one of them, drawn from the table of rules itself."""
    rules = current_app.extensions["guard"].rules
    chosen = next((column for column in roles.COLUMNS if column.key == request.args.get("role")), None)
    columns = [chosen] if chosen else roles.COLUMNS
    return render_template(
        "oversight/roles.html", chosen=chosen, all_columns=roles.COLUMNS, reaches=roles.REACHES,
        columns=columns, heads=[{"label": column.title} for column in columns],
        rows=roles.list_permitted(rules, chosen) if chosen else roles.table(rules), permission_words=PERMISSIONS,
    )  # fmt: skip


@bp.get("/administration/overview")
@requires(Permission.SETTINGS_READ)
def settings() -> ResponseReturnValue:
    """Show the settings of the mechanism and who has which role; nothing can be changed here."""
    bodies, people = list_bodies(g.mechanism.id), list_users(g.mechanism.id)
    return render_template(
        "oversight/settings.html",
        mechanism=g.mechanism, bodies=bodies, people=people, language=str(get_locale()),
        roles={person.id: roles_in_words(person, bodies) for person in people}, language_names=available_languages(),
    )  # fmt: skip
