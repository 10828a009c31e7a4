"""Visit documents in the browser: download one, import some."""

from uuid import UUID

from flask import Blueprint, Response, abort, current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectField

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.accounts.models import Body, Role
from monitor.accounts.queries import list_bodies
from monitor.exchange.leaving import checked_document
from monitor.exchange.operations import CapacityTypedOtherwise, ImportedBefore, UnfinishedAnswers, import_visit
from monitor.exchange.strict_json import LARGEST_FILE, UnfitDocument
from monitor.reports.models import Outgoing
from monitor.vault.operations import KeysRefused
from monitor.vault.reading import note_departure
from monitor.vault.words import REFUSED
from monitor.visits.models import Visit
from monitor.visits.queries import get_visit
from monitor.web.body import body_limit

bp = Blueprint("exchange", __name__)
ROOM_FOR_THE_FORM = 64 * 1024


class ImportForm(FlaskForm):
    """A visit document to import."""

    file = FileField(lazy_gettext("Visit document (JSON)"), [FileRequired(lazy_gettext("Choose a file."))])
    body = SelectField(lazy_gettext("Body"))
    again = BooleanField(lazy_gettext("Import it even if it was imported before"))


@bp.get("/visits/<uuid:visit_id>/document")
@requires(Permission.VISIT_EXPORT, steps_up=True)
def export_document(visit_id: object) -> ResponseReturnValue:
    """Download a visit as a visit document, once its texts were checked; before, lead to the check."""
    visit: Visit = g.subject
    try:
        text, refusal = checked_document(visit)
    except UnfinishedAnswers as unfinished:
        flash(
            _(
                "A visit document holds finished answers. Close these first: %(items)s",
                items=" ".join(unfinished.items),
            ),
            "warning",
        )
        return redirect(url_for("visits.show", visit_id=visit.id))
    except CapacityTypedOtherwise:
        words = _("The capacity is one number among the figures and another in item 2.4. Make them the same first.")
        flash(words, "warning")
        return redirect(url_for("visits.findings", visit_id=visit.id))
    if refusal is not None:
        return _lead_to_check(visit)
    note_departure("visit:exported", subject_id=visit.id)
    name = f"visit-{str(visit.id)[:8]}.json"
    return Response(
        text, mimetype="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _lead_to_check(visit: Visit) -> ResponseReturnValue:
    """Lead to the release check of the visit document, or say who makes it."""
    if current_app.extensions["guard"].permits(current_user, Permission.VISIT_RELEASE, visit):
        return redirect(url_for("releases.show", visit_id=visit.id, version=Outgoing.EXPORT.value))
    flash(
        _(
            "A visit document leaves after its release check, which a coordinator makes "
            "while the visit is in review or approved."
        ),
        "warning",
    )
    return redirect(url_for("visits.show", visit_id=visit.id))


@bp.route("/visits/import", methods=["GET", "POST"])
@requires(Permission.VISIT_IMPORT)
@body_limit(LARGEST_FILE + ROOM_FOR_THE_FORM)
def import_document() -> ResponseReturnValue:
    """Import a visit document; everything wrong with it is listed and nothing is written then."""
    form = ImportForm()
    bodies = _own_bodies()
    form.body.choices = {str(body.id): body.name for body in bodies}
    problems: tuple[str, ...] = ()
    if form.validate_on_submit():
        body = next((body for body in bodies if body.id == UUID(form.body.data)), None) or abort(404)
        try:
            imported = import_visit(form.file.data.read(), body, by=current_user, at=g.now, again=bool(form.again.data))
        except UnfitDocument as unfit:
            problems = unfit.problems
        except ImportedBefore as before:
            return _lead_to(before.visit)
        except KeysRefused as refused:
            problems = (str(REFUSED[refused.code]),)
        else:
            flash(_("The visit was imported and waits for review."), "success")
            return redirect(url_for("visits.show", visit_id=imported.visit.id))
    return render_template("exchange/import.html", form=form, problems=problems, bodies=bodies)


def _lead_to(visit: Visit) -> ResponseReturnValue:
    """Lead to the visit that a document became before, where the person may see it."""
    if get_visit(current_user, visit.id) is None:
        flash(
            _("Another body imported this document before. Tick the box below to import it for yours too."), "warning"
        )
        return redirect(url_for(".import_document"))
    flash(_("This document was imported before; here is the visit."), "warning")
    return redirect(url_for("visits.show", visit_id=visit.id))


def _own_bodies() -> list[Body]:
    own = current_user.bodies_as(Role.COORDINATOR)
    return [body for body in list_bodies(g.mechanism.id) if body.id in own]
