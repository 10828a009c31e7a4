"""Having follow-up tables printed: of a place, of an authority, of a year."""

from flask import Blueprint, abort, g, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.recommendations.tables import Coverage, read_year
from monitor.reports import operations
from monitor.reports.views.documents import chosen, show_document
from monitor.web.locale import page_language

bp = Blueprint("follow_up_tables", __name__)


@bp.post("/places/<uuid:place_id>/follow-up/document")
@requires(Permission.PLACE_READ)
def print_place(place_id: object) -> ResponseReturnValue:
    """Have the table of a place rendered."""
    return _print(Coverage.about(g.subject))


@bp.post("/authorities/<uuid:authority_id>/follow-up/document")
@requires(Permission.AUTHORITY_READ)
def print_authority(authority_id: object) -> ResponseReturnValue:
    """Have the table of an authority rendered."""
    return _print(Coverage.about(g.subject))


@bp.post("/recommendations/follow-up/document")
@requires(Permission.RECOMMENDATION_LIST)
def print_year() -> ResponseReturnValue:
    """Have the table of a year rendered."""
    year = read_year(request.form.get("year", ""))
    if year is None:
        abort(400)
    return _print(Coverage.about(year))


def _print(coverage: Coverage) -> ResponseReturnValue:
    language, paper = chosen(page_language())
    return show_document(
        operations.request_follow_up(coverage, language=language, paper=paper, by=current_user, at=g.now)
    )
