"""Pages on which people read the guide, its standards, and the treaty's articles."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, abort, render_template
from flask_babel import lazy_gettext

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.guide.loading import get_guide
from monitor.guide.queries import items_citing, neighbours, outline
from monitor.guide.texts import texts
from monitor.web.locale import page_language

bp = Blueprint("guide", __name__, url_prefix="/guide")

ANSWER_KINDS: Final[Mapping[str, Any]] = {
    "rating": lazy_gettext("A rating"),
    "yes_no": lazy_gettext("Yes or no"),
    "number": lazy_gettext("A number"),
    "count_table": lazy_gettext("A table of figures"),
    "text": lazy_gettext("A text"),
    "choice": lazy_gettext("One of the choices"),
    "multi_choice": lazy_gettext("Any of the choices"),
}
EXPECTED: Final[Mapping[str, Any]] = {"yes": lazy_gettext("Yes"), "no": lazy_gettext("No")}
REGIONS: Final[Mapping[str, Any]] = {
    "global": lazy_gettext("Worldwide"),
    "Africa": lazy_gettext("Africa"),
    "Americas": lazy_gettext("Americas"),
    "Europe (Council of Europe)": lazy_gettext("Europe (Council of Europe)"),
}


@bp.context_processor
def guide_in_words() -> dict[str, Any]:
    """Give every page of the guide its newest version, and its words in the language of the page."""
    guide = get_guide()
    return {
        "guide": guide,
        "words": texts(guide, page_language()),
        "answer_kinds": ANSWER_KINDS,
        "expected_answers": EXPECTED,
        "regions": REGIONS,
    }


@bp.get("")
@requires(Permission.GUIDE_READ)
def index() -> str:
    """Show what the guide holds: sections, types of place, scale, standards."""
    guide = get_guide()
    by_place_type = {place_type: outline(guide, place_type) for place_type in guide.place_types}
    return render_template("guide/index.html", sections=outline(guide), by_place_type=by_place_type)


@bp.get("/sections/<string:section_id>")
@requires(Permission.GUIDE_READ)
def section(section_id: str) -> str:
    """Show every item of a section."""
    return _section_page(section_id, None)


@bp.get("/place-types/<string:place_type_id>")
@requires(Permission.GUIDE_READ)
def place_type(place_type_id: str) -> str:
    """Show a type of place, and the sections and topics that apply to it."""
    guide = get_guide()
    if place_type_id not in guide.place_types:
        abort(404)
    return render_template(
        "guide/place_type.html",
        place_type=guide.place_types[place_type_id],
        sections=outline(guide, place_type_id),
    )


@bp.get("/place-types/<string:place_type_id>/sections/<string:section_id>")
@requires(Permission.GUIDE_READ)
def place_type_section(place_type_id: str, section_id: str) -> str:
    """Show the items of a section that apply to a type of place."""
    return _section_page(section_id, place_type_id)


def _section_page(section_id: str, place_type_id: str | None) -> str:
    guide = get_guide()
    if place_type_id is not None and place_type_id not in guide.place_types:
        abort(404)
    sections = {each.section.id: each for each in outline(guide, place_type_id)}
    if section_id not in sections:
        abort(404)
    return render_template(
        "guide/section.html",
        shown=sections[section_id],
        place_type=guide.place_types[place_type_id] if place_type_id else None,
        neighbours=neighbours(tuple(sections.values()), section_id),
    )


@bp.get("/instruments")
@requires(Permission.GUIDE_READ)
def instruments() -> str:
    """Show every instrument the guide cites."""
    return render_template("guide/instruments.html")


@bp.get("/instruments/<string:instrument_id>")
@requires(Permission.GUIDE_READ)
def instrument(instrument_id: str) -> str:
    """Show an instrument: its provisions, whether their numbers were verified, and the items that rest on them."""
    guide = get_guide()
    if instrument_id not in guide.instruments:
        abort(404)
    return render_template(
        "guide/instrument.html",
        instrument=guide.instruments[instrument_id],
        citing=items_citing(guide, instrument_id),
    )


@bp.get("/opcat-articles")
@requires(Permission.GUIDE_READ)
def articles() -> str:
    """Show the articles of OPCAT in our own words, with what each asks of this application."""
    return render_template("guide/articles.html")
