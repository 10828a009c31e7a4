"""The register and the page of a place: views of visits, since both show them."""

from datetime import date
from typing import Any, Final

from flask import g, render_template, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from wtforms import DateField, Form, SelectField, StringField
from wtforms.validators import Length, Optional

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.places import queries
from monitor.places.facts import made_visible
from monitor.places.models import Place
from monitor.places.words import country_name, type_choices
from monitor.visits import place_queries
from monitor.visits.earlier import changes_at
from monitor.visits.place_queries import SORTS, Filters, Visited
from monitor.visits.views.blueprint import bp
from monitor.web.pagination import requested_page, requested_sort

LONGEST_SEARCH: Final = 200


def _visited() -> dict[str, str]:
    return {
        "": gettext("Any time"),
        Visited.NEVER: gettext("Never visited"),
        Visited.NOT_SINCE: gettext("Not visited since the day"),
        Visited.SINCE: gettext("Visited since the day"),
    }


class PlaceFilterForm(Form):
    """The filters above the register; wrong values ask for nothing."""

    q = StringField(_("Name, code, city or authority"), [Length(max=LONGEST_SEARCH)])
    type = SelectField(_("Type, of the place or a unit"), validate_choice=False)
    region = SelectField(_("Region"), validate_choice=False)
    authority = SelectField(_("Authority in charge"), validate_choice=False)
    visited = SelectField(_("Last visit"), choices=_visited, validate_choice=False)
    day = DateField(_("Day"), [Optional()])


@requires(Permission.PLACE_LIST)
def places() -> ResponseReturnValue:
    """Show the register, searched, filtered and sorted as the address says."""
    form = PlaceFilterForm(request.args)
    form.validate()
    for field in (form.q, form.region, form.authority):
        field.data = made_visible(field.data or "")
    form.type.choices = {"": gettext("All"), **type_choices()}
    form.region.choices = _choices(queries.regions(g.mechanism.id), form.region.data)
    form.authority.choices = _choices(queries.authorities(g.mechanism.id), form.authority.data)
    filters, sort = _filters(form), requested_sort(SORTS, "name")
    page = place_queries.list_places(current_user, filters, sort, requested_page())
    return render_template(
        "visits/places.html",
        page=page,
        filters=form,
        is_filtered=filters != Filters(),
        sort=sort,
        last_visits=place_queries.last_visits(current_user, page.items),
        type_names=type_choices(),
    )


@requires(Permission.PLACE_READ)
def place(place_id: object) -> ResponseReturnValue:
    """Show a place: facts, people held over time, its visits."""
    shown: Place = g.subject
    return render_template(
        "visits/place.html",
        place=shown,
        country=country_name(shown.country),
        type_names=type_choices(),
        changes=changes_at(current_user, shown),
        occupancies=place_queries.occupancies(current_user, shown),
        page=place_queries.visits_of(current_user, shown, requested_page()),
    )


@bp.record
def at_the_addresses_of_places(state: BlueprintSetupState) -> None:
    """Put both pages beside those that write the register, at /places and not at /visits/places."""
    state.app.add_url_rule("/places", "visits.places", places)
    state.app.add_url_rule("/places/<uuid:place_id>", "visits.place", place)


def _choices(offered: Any, chosen: str | None) -> dict[str, Any]:
    values = [*offered, *([chosen] if chosen and chosen not in offered else [])]
    return {"": gettext("All"), **{value: value for value in values}}


def _filters(form: PlaceFilterForm) -> Filters:
    day: date | None = form.day.data if not form.day.errors else None
    visited = Visited(form.visited.data) if form.visited.data in set(Visited) else None
    return Filters(
        text=form.q.data[:LONGEST_SEARCH],
        type=form.type.data or "",
        region=form.region.data,
        authority=form.authority.data,
        visited=visited if day or visited is Visited.NEVER else None,
        day=day,
    )
