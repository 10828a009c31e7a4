"""The follow-up tables of a place, of an addressee and of a year."""

from datetime import datetime

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_timezone
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.db import db
from monitor.recommendations import tables
from monitor.recommendations.tables import Coverage
from monitor.recommendations.views.blueprint import bp
from monitor.web.pagination import read_page, requested_page


@bp.get("/places/<uuid:place_id>/follow-up")
@requires(Permission.PLACE_READ)
def table_of_place(place_id: object) -> ResponseReturnValue:
    """Show what became of everything recommended after visits to a place."""
    return _table(Coverage.about(g.subject))


@bp.get("/authorities/<uuid:authority_id>/follow-up")
@requires(Permission.AUTHORITY_READ)
def table_of_authority(authority_id: object) -> ResponseReturnValue:
    """Show what became of everything recommended to an office."""
    return _table(Coverage.about(g.subject))


@bp.get("/recommendations/follow-up")
@requires(Permission.RECOMMENDATION_LIST)
def table_of_year() -> ResponseReturnValue:
    """Show what became of the recommendations of one year's visits: of the one asked for, else of this year."""
    year = tables.read_year(request.args.get("year", "")) or datetime.now(get_timezone()).year
    return _table(Coverage.about(year))


def _table(coverage: Coverage) -> ResponseReturnValue:
    query = tables.covered(current_user, coverage)
    page = read_page(query, requested_page(), db.session())
    return render_template(
        "recommendations/follow_up_table.html",
        coverage=coverage,
        name=tables.name_of(coverage),
        page=page,
        rows=tables.table_rows(page.items, datetime.now(get_timezone()).date()),
        totals=tables.totals(query),
    )
