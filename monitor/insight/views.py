"""The start page."""

from datetime import datetime

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_timezone
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.insight import queries
from monitor.interviews.queries import protection_due

bp = Blueprint("insight", __name__)


@bp.get("/")
@requires(Permission.HOME_READ)
def home() -> ResponseReturnValue:
    """Show what waits for the person, and who plans visits also what happened last."""
    today = datetime.now(get_timezone()).date()
    waiting = queries.waiting_for(current_user, today)
    plans = current_app.extensions["guard"].permits(current_user, Permission.VISIT_PLAN)
    return render_template(
        "insight/home.html",
        waiting=waiting,
        last_steps=queries.last_steps(waiting.visits()),
        recommended=queries.recommendations_waiting(current_user, today),
        promised=protection_due(current_user, today),
        changes=queries.last_changes(current_user) if plans else (),
        today=today,
        shown=queries.SHOWN,
    )
