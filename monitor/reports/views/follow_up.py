"""Having follow-up tables printed: of a place, of an authority, of a year."""

from flask import Blueprint, abort, g, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.authorities.models import Authority
from monitor.places.models import Place
from monitor.recommendations.tables import Coverage, Extent, read_year
from monitor.reports import operations
from monitor.reports.views.documents import chosen, show_document
from monitor.web.locale import page_language

bp = Blueprint("follow_up_tables", __name__)


@bp.post("/places/<uuid:place_id>/follow-up/document")
@requires(Permission.PLACE_READ)
def print_place(place_id: object) -> ResponseReturnValue:
    """Have the table of a place rendered."""
    place: Place = g.subject
    return _print(Coverage(Extent.PLACE, str(place.id)))


@bp.post("/authorities/<uuid:authority_id>/follow-up/document")
@requires(Permission.AUTHORITY_READ)
def print_authority(authority_id: object) -> ResponseReturnValue:
    """Have the table of an authority rendered."""
    authority: Authority = g.subject
    return _print(Coverage(Extent.AUTHORITY, str(authority.id)))


@bp.post("/recommendations/follow-up/document")
@requires(Permission.RECOMMENDATION_LIST)
def print_year() -> ResponseReturnValue:
    """Have the table of a year rendered."""
    year = read_year(request.form.get("year", ""))
    if year is None:
        abort(400)
    return _print(Coverage(Extent.YEAR, str(year)))


def _print(coverage: Coverage) -> ResponseReturnValue:
    language, paper = chosen(page_language())
    return show_document(
        operations.request_follow_up(coverage, language=language, paper=paper, by=current_user, at=g.now)
    )
