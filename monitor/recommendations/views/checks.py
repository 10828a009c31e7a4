"""A follow-up on site: the open recommendations of the place, checked on this visit."""

from datetime import datetime
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_timezone
from flask_babel import gettext as _
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.recommendations import following_up, queries
from monitor.recommendations.check_forms import check_form
from monitor.recommendations.following_up import OutOfTime
from monitor.recommendations.models import Implementation
from monitor.recommendations.views.blueprint import LONG_TEXTS, bp
from monitor.visits.models import Visit
from monitor.web.addresses import local_address
from monitor.web.body import body_limit


@bp.get("/visits/<uuid:visit_id>/checks")
@requires(Permission.VISIT_READ)
def checks(visit_id: object) -> ResponseReturnValue:
    """Show the open recommendations of the place, and what this visit found out about each."""
    return _page(g.subject)


@bp.post("/visits/<uuid:visit_id>/checks")
@requires(Permission.VISIT_CHECK)
@body_limit(LONG_TEXTS)
def save_checks(visit_id: object) -> ResponseReturnValue:
    """Record what was seen of each recommendation; those without an answer stay as they are.

    Leads on to `next`, where the form stood on another page.
    """
    visit: Visit = g.subject
    rows = queries.to_check(current_user, visit)
    form = check_form(rows)()
    if not form.is_sent_and_sound():
        return _page(visit, form)
    checked = {
        row: (Implementation(state), form[f"note-{row.id.hex}"].data or "")
        for row in rows
        if (state := form[f"state-{row.id.hex}"].data)
    }
    today = datetime.now(get_timezone()).date()
    try:
        following_up.check_on_site(visit, checked, today=today, by=current_user, at=g.now)
    except OutOfTime:
        form.form_errors.append(_("The days of this visit lie before the recommendation: mend them in its plan."))
        return _page(visit, form)
    if checked:
        flash(_("What was seen is recorded."), "success")
    return redirect(local_address(request.form.get("next"), url_for(".checks", visit_id=visit.id)))


def _page(visit: Visit, form: Any = None) -> str:
    rows = queries.to_check(current_user, visit)
    return render_template(
        "recommendations/checks.html",
        visit=visit,
        rows=rows,
        form=form or check_form(rows)(formdata=None if request.method == "GET" else request.form),
        seen=queries.seen_on(visit),
        today=datetime.now(get_timezone()).date(),
    )
