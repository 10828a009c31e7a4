"""Adding and changing places. The list and the page of a place show visits too, so they are views of visits."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.places import operations, queries
from monitor.places.forms import PlaceForm
from monitor.places.models import Place
from monitor.places.operations import CodeTaken, Overtaken
from monitor.places.words import FACT_LABELS, country_choices, country_name, type_choices
from monitor.web.filters import comma, number

bp = Blueprint("places", __name__, url_prefix="/places")


@bp.route("/add", methods=["GET", "POST"])
@requires(Permission.PLACE_EDIT)
def add() -> ResponseReturnValue:
    """Add a place to the register."""
    form = _with_choices(PlaceForm(country=g.mechanism.country), g.mechanism.country)
    if form.validate_on_submit():
        try:
            place = operations.add_place(
                g.mechanism.id, form.values(), unit_types=form.unit_types.data, by=current_user.id, at=g.now
            )
        except CodeTaken as taken:
            _refuse_code(form, taken)
        else:
            flash(_("%(place)s is in the register now.", place=place.name), "success")
            return redirect(url_for("visits.place", place_id=place.id))
    return _page(form, None)


@bp.route("/<uuid:place_id>/edit", methods=["GET", "POST"])
@requires(Permission.PLACE_EDIT)
def edit(place_id: object) -> ResponseReturnValue:
    """Change a place; where somebody was quicker, show their facts beside what was typed."""
    place: Place = g.subject
    form = _with_choices(PlaceForm(obj=place), g.mechanism.country, place.country)
    overtaken: dict[str, Any] = {}
    if form.validate_on_submit():
        try:
            operations.update_place(
                place, _values(form, place), unit_types=form.unit_types.data,
                base_version=form.base_version, by=current_user.id, at=g.now,
            )  # fmt: skip
        except CodeTaken as taken:
            _refuse_code(form, taken)
        except Overtaken as present:
            overtaken = _differences(form, present)
            form.version.data = str(present.version)
        else:
            flash(_("The place is saved."), "success")
            return redirect(url_for("visits.place", place_id=place.id))
    return _page(form, place, overtaken)


def _with_choices(form: PlaceForm, *countries: str) -> PlaceForm:
    form.fill_choices(type_choices(), country_choices(*countries))
    return form


def _page(form: PlaceForm, place: Place | None, overtaken: dict[str, Any] | None = None) -> str:
    return render_template(
        "places/edit.html",
        form=form,
        place=place,
        overtaken=overtaken or {},
        regions=queries.regions(g.mechanism.id),
        authorities=queries.authorities(g.mechanism.id),
    )


def _refuse_code(form: PlaceForm, taken: CodeTaken) -> None:
    form.code.errors = (*form.code.errors, _("Another place of the register has the code %(code)s.", code=taken.code))


def _values(form: PlaceForm, place: Place) -> dict[str, Any]:
    """Return the facts that were typed; an emptied code keeps what it was, since references of visits rest on it."""
    values = form.values()
    return values | {"code": values["code"] or place.code}


def _differences(form: PlaceForm, present: Overtaken) -> dict[str, str]:
    """Return label -> what the register says now, for every fact that differs from what was typed."""
    typed = form.values() | {"unit_types": tuple(sorted(form.unit_types.data))}
    return {
        str(FACT_LABELS[fact]): _shown(fact, value) for fact, value in present.present.items() if typed[fact] != value
    }


def _shown(fact: str, value: Any) -> str:
    match fact:
        case "type":
            return type_choices()[value]
        case "unit_types":
            return comma().join(type_choices()[type_] for type_ in value)
        case "country":
            return country_name(value)
        case "capacity" | "latitude" | "longitude":
            return number(value)
        case _:
            return str(value or "")
