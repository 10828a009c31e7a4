"""Importing a register in the browser: upload, columns, types, preview, and only then the places."""

from itertools import islice
from typing import Any, Final

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.places import operations, queries
from monitor.places.csv_files import LARGEST_FILE, MOST_ROWS, CsvTable, UnreadableFile, read_csv
from monitor.places.forms import NO_PLACE, UploadForm, columns_form, types_form
from monitor.places.guesses import MOST_TYPES, TooManyTypes, guess_columns, guess_type, types_in
from monitor.places.importing import FACTS, Plan, Preview, Refusal, UnfitPlan, preview_import
from monitor.places.models import PlaceImport
from monitor.places.type_names import type_names
from monitor.places.words import country_choices, file_sentence, plan_sentences, refusal_sentence, shown, type_choices
from monitor.web.body import REGISTER_BODY, body_limit
from monitor.web.filters import number
from monitor.web.locale import page_language
from monitor.web.pagination import PAGE_SIZE, Page, requested_page

bp = Blueprint("place_imports", __name__, url_prefix="/places/import")

ROOM_FOR_THE_FORM: Final = 64 * 1024
ROWS_SHOWN: Final = 10
ROWS_SEARCHED: Final = 100
"""How far down a column an example is looked for."""
REPEATED_SHOWN: Final = 200


@bp.route("", methods=["GET", "POST"])
@requires(Permission.PLACE_IMPORT)
@body_limit(REGISTER_BODY + ROOM_FOR_THE_FORM)
def begin() -> ResponseReturnValue:
    """Take a file; one that cannot be read is refused at once and not kept."""
    form = UploadForm()
    if form.validate_on_submit():
        content = form.file.data.read()
        try:
            read_csv(content)
        except UnreadableFile as reason:
            form.file.errors = (file_sentence(reason),)
        else:
            name = form.file.data.filename or ""
            waiting = operations.keep_upload(current_user, name, content, at=g.now)
            return redirect(url_for(".columns", import_id=waiting.id))
    return render_template("places/import/begin.html", form=form, largest=LARGEST_FILE, most_rows=MOST_ROWS)


@bp.route("/<uuid:import_id>/columns", methods=["GET", "POST"])
@requires(Permission.PLACE_IMPORT)
def columns(import_id: object) -> ResponseReturnValue:
    """Choose which column holds which fact; what their names say is chosen already."""
    waiting: PlaceImport = g.subject
    table, plan = _table(waiting), _plan(waiting)
    form = columns_form(table.columns)(data=_present_choices(waiting, table, plan))
    form.one_type.choices = {"": _("The type column says it"), **type_choices()}
    form.country.choices = country_choices(g.mechanism.country, plan.country)
    if form.validate_on_submit():
        encoding = form.encoding.data or None
        if encoding != waiting.encoding:
            return _read_again(waiting, plan, encoding)
        plan = Plan(form.columns(), form.country.data, plan.types, form.one_type.data)
        form.form_errors.extend(_problems(table, plan))
        if not form.form_errors:
            operations.keep_plan(waiting, plan, encoding, by=current_user, at=g.now)
            return redirect(url_for(".types" if "type" in plan.columns else ".preview", import_id=waiting.id))
    return render_template(
        "places/import/columns.html", form=form, waiting=waiting, register=table, facts=FACTS, samples=_samples(table)
    )


@bp.route("/<uuid:import_id>/types", methods=["GET", "POST"])
@requires(Permission.PLACE_IMPORT)
def types(import_id: object) -> ResponseReturnValue:
    """Choose a place type, or none, for every value of the type column."""
    waiting: PlaceImport = g.subject
    table, plan = _table(waiting), _plan(waiting)
    if "type" not in plan.columns:
        return redirect(url_for(".columns", import_id=waiting.id))
    values = types_in(table, plan.columns["type"])
    names = type_names(page_language())
    present = {
        f"value-{place}": (plan.types[value] or NO_PLACE) if value in plan.types else guess_type(value, names)
        for place, value in enumerate(values)
    }
    form = types_form([(value, _value_label(value, count)) for value, count in values.items()], type_choices())(
        data=present
    )
    if form.validate_on_submit():
        chosen = Plan(plan.columns, plan.country, form.types(values), plan.one_type)
        operations.keep_plan(waiting, chosen, waiting.encoding, by=current_user, at=g.now)
        return redirect(url_for(".preview", import_id=waiting.id))
    return render_template("places/import/types.html", form=form, waiting=waiting, column=plan.columns["type"])


@bp.get("/<uuid:import_id>/preview")
@requires(Permission.PLACE_IMPORT)
def preview(import_id: object) -> ResponseReturnValue:
    """Show the first places, every problem and every name that occurs twice, before anything is written."""
    waiting: PlaceImport = g.subject
    found = _preview(waiting)
    if found is None:
        return redirect(url_for(".columns", import_id=waiting.id))
    return render_template(
        "places/import/preview.html",
        waiting=waiting,
        plan=_plan(waiting),
        preview=found,
        first=found.ready[:ROWS_SHOWN],
        refusals=_refusal_page(found),
        refusal_sentence=refusal_sentence,
        type_choices=type_choices(),
        repeated_shown=found.repeated[:REPEATED_SHOWN],
    )


@bp.post("/<uuid:import_id>/confirm")
@requires(Permission.PLACE_IMPORT)
def confirm(import_id: object) -> ResponseReturnValue:
    """Write the places, if what would be written is still what the person agreed to."""
    waiting: PlaceImport = g.subject
    found = _preview(waiting)
    agreed = (request.form.get("ready"), request.form.get("refused"))
    if found is None or not found.ready or agreed != (str(len(found.ready)), str(found.refused)):
        flash(_("The register or the file has changed meanwhile. Nothing was imported; look at it again."), "warning")
        return redirect(url_for(".preview", import_id=waiting.id))
    count = operations.import_places(
        g.mechanism.id, found.ready, skipped=found.skipped, refused=found.refused, by=current_user.id, at=g.now
    )
    operations.drop_upload(waiting, by=current_user, at=g.now)
    flash(ngettext("%(num)s place was imported.", "%(num)s places were imported.", count), "success")
    return redirect(url_for("visits.places"))


@bp.post("/<uuid:import_id>/discard")
@requires(Permission.PLACE_IMPORT)
def discard(import_id: object) -> ResponseReturnValue:
    """Remove the uploaded file without importing anything."""
    operations.drop_upload(g.subject, by=current_user, at=g.now)
    flash(_("The file was removed. Nothing was imported."))
    return redirect(url_for("visits.places"))


def _table(waiting: PlaceImport) -> CsvTable:
    return read_csv(waiting.content, waiting.encoding)


def _plan(waiting: PlaceImport) -> Plan:
    return Plan(**waiting.plan) if waiting.plan else Plan({}, g.mechanism.country)


def _present_choices(waiting: PlaceImport, table: CsvTable, plan: Plan) -> dict[str, Any]:
    chosen = plan.columns or guess_columns(table.columns)
    choices: dict[str, Any] = {f"column-{fact}": column for fact, column in chosen.items()}
    return choices | {"country": plan.country, "one_type": plan.one_type, "encoding": waiting.encoding or ""}


def _read_again(waiting: PlaceImport, plan: Plan, encoding: str | None) -> ResponseReturnValue:
    """Read the file in another encoding: its columns may be called otherwise, so they are chosen anew."""
    try:
        read_csv(waiting.content, encoding)
    except UnreadableFile as reason:
        flash(file_sentence(reason), "error")
    else:
        operations.keep_plan(waiting, Plan({}, plan.country), encoding, by=current_user, at=g.now)
        flash(_("The file was read again. Look whether its letters are right now."))
    return redirect(url_for(".columns", import_id=waiting.id))


def _problems(table: CsvTable, plan: Plan) -> list[str]:
    """Return what is wrong with the chosen columns, as sentences."""
    try:
        plan.check(table)
        if "type" in plan.columns:
            types_in(table, plan.columns["type"])
    except UnfitPlan as reason:
        return plan_sentences(reason)
    except TooManyTypes:
        return [
            _(
                "The column “%(column)s” holds more than %(most)s different values: it does not look like types.",
                column=shown(plan.columns["type"]),
                most=number(MOST_TYPES),
            )
        ]
    if plan.one_type and "type" in plan.columns:
        return [_("Choose either a column for the type or one type for every place.")]
    return []


def _samples(table: CsvTable) -> dict[str, str]:
    """Return column -> its first cell that is not empty, as an example."""
    return {
        column: shown(next((value for value in islice(table.values(column), ROWS_SEARCHED) if value), ""))
        for column in table.columns
    }


def _value_label(value: str, count: int) -> str:
    return ngettext("%(value)s (%(num)s row)", "%(value)s (%(num)s rows)", count, value=shown(value) or _("empty"))


def _preview(waiting: PlaceImport) -> Preview | None:
    """Return what would be imported, None while the columns are not chosen."""
    try:
        return preview_import(
            _table(waiting),
            _plan(waiting),
            type_names=type_names(page_language()),
            codes_taken=queries.codes_taken(waiting.mechanism_id),
            names_known=queries.names_known(waiting.mechanism_id),
        )
    except UnfitPlan:
        return None


def _refusal_page(found: Preview) -> Page[Refusal]:
    count = Page[Refusal]([], 1, len(found.refusals)).count
    page = min(requested_page(), count)
    shown_rows = found.refusals[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return Page(shown_rows, page, len(found.refusals))
