"""The start page."""

from datetime import datetime
from functools import partial

from flask import Blueprint, current_app, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_timezone
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.insight import queries
from monitor.insight.labels import FAULTS, KINDS
from monitor.interviews.queries import protection_due
from monitor.vault.queries import bodies_to_drill, bodies_with_exchanged_key

bp = Blueprint("insight", __name__)


@bp.get("/")
@requires(Permission.HOME_READ)
def home() -> ResponseReturnValue:
    """Show what waits; who plans visits also sees what happened last, who manages people the mails that failed."""
    today = datetime.now(get_timezone()).date()
    waiting = queries.waiting_for(current_user, today)
    permits = partial(current_app.extensions["guard"].permits, current_user)
    return render_template(
        "insight/home.html",
        waiting=waiting,
        reviews=bool(current_user.bodies_as(*queries.REVIEWING)),
        last_steps=queries.last_steps(waiting.visits()),
        recommended=queries.recommendations_waiting(current_user, today),
        exchanged=bodies_with_exchanged_key(current_user),
        to_drill=bodies_to_drill(current_user, g.now),
        promised=protection_due(current_user, today),
        changes=queries.last_changes(current_user) if permits(Permission.VISIT_PLAN) else (),
        failed_mails=queries.failed_mails() if permits(Permission.USER_MANAGE) else (),
        faults=FAULTS,
        kinds=KINDS,
        today=today,
        shown=queries.SHOWN,
    )
