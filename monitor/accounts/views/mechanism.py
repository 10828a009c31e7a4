"""Settings of the mechanism: what stands on its reports and steers its numbers."""

from typing import Final

from flask import Response, abort, flash, g, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.accounts import operations
from monitor.accounts.forms.fields import add_error
from monitor.accounts.forms.mechanism import PRIORITIES, LogoForm, mechanism_form
from monitor.accounts.logo import redraw_logo
from monitor.accounts.reference_schemes import preview
from monitor.accounts.views.blueprint import bp
from monitor.files.limits import Reason, UnfitFile
from monitor.web.body import DOCUMENT_BODY, body_limit

NO_PICTURE: Final = lazy_gettext("This file is no JPEG, PNG or WebP picture, or it is damaged.")
UNFIT_LOGO: Final = {
    Reason.TOO_LARGE: lazy_gettext("This picture has more than 24 million pixels. Make it smaller first."),
    Reason.MOVING: lazy_gettext("This picture moves. Send a single picture."),
}
"""Reason of UnfitFile -> what is said, where it is not NO_PICTURE."""


@bp.route("/administration/mechanism", methods=["GET", "POST"])
@requires(Permission.MECHANISM_EDIT)
def mechanism() -> ResponseReturnValue:
    """Show and change the settings."""
    form = mechanism_form(g.mechanism)
    if form.is_sent_and_sound():
        operations.expect_version(g.mechanism, form.version.data)
        operations.update_mechanism(g.mechanism, form.values(), by=current_user, at=g.now)
        flash(gettext("The settings were saved. Reports made from now on use them."), "success")
        return redirect(url_for("accounts.mechanism"))
    scheme = g.mechanism.reference_scheme
    return render_template(
        "accounts/mechanism.html", form=form, priorities=PRIORITIES, preview=preview(scheme, year=g.now.year)
    )


@bp.route("/administration/mechanism/logo", methods=["GET", "POST"])
@requires(Permission.MECHANISM_EDIT)
@body_limit(DOCUMENT_BODY)
def logo() -> ResponseReturnValue:
    """Show the logo; take another one, drawn anew."""
    form = LogoForm()
    if form.is_sent_and_sound():
        try:
            picture = redraw_logo(form.logo.data.read())
        except UnfitFile as unfit:
            add_error(form.logo, UNFIT_LOGO.get(unfit.reason, NO_PICTURE))
        else:
            operations.update_mechanism(g.mechanism, {"logo": picture}, by=current_user, at=g.now)
            flash(gettext("The logo was saved."), "success")
            return redirect(url_for("accounts.logo"))
    return render_template("accounts/logo.html", form=form, has_logo=g.mechanism.logo is not None)


@bp.get("/administration/mechanism/logo.png")
@requires(Permission.MECHANISM_EDIT)
def logo_picture() -> Response:
    """Return the logo itself, for the settings page."""
    if g.mechanism.logo is None:
        abort(404)
    response = make_response(g.mechanism.logo)
    response.content_type = "image/png"
    return response


@bp.post("/administration/mechanism/logo/remove")
@requires(Permission.MECHANISM_EDIT)
def remove_logo() -> ResponseReturnValue:
    """Go back to reports without a logo."""
    operations.update_mechanism(g.mechanism, {"logo": None}, by=current_user, at=g.now)
    flash(gettext("The logo was removed."), "success")
    return redirect(url_for("accounts.logo"))
