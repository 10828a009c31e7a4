"""The start page."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.insight.queries import waiting_for

bp = Blueprint("insight", __name__)


@bp.get("/")
@requires(Permission.HOME_READ)
def home() -> ResponseReturnValue:
    """Show what waits for the person."""
    return render_template("insight/home.html", waiting=waiting_for(current_user))
