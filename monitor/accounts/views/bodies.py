"""The bodies that make up a mechanism."""

from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.accounts import operations, queries
from monitor.accounts.forms.mechanism import BodyForm
from monitor.accounts.views.blueprint import bp


@bp.route("/administration/bodies", methods=["GET", "POST"])
@requires(Permission.MECHANISM_EDIT)
def bodies() -> ResponseReturnValue:
    """List the bodies; add one."""
    form = BodyForm()
    if form.is_sent_and_sound():
        body = operations.add_body(g.mechanism, name=form.name.data, by=current_user, at=g.now)
        flash(gettext("%(name)s was added. Give people roles in it next.", name=body.name), "success")
        return redirect(url_for("accounts.bodies"))
    return render_template("accounts/bodies.html", form=form, bodies=queries.list_bodies(g.mechanism.id))


@bp.route("/administration/bodies/<uuid:body_id>", methods=["GET", "POST"])
@requires(Permission.MECHANISM_EDIT)
def rename_body(body_id: UUID) -> ResponseReturnValue:
    """Give a body another name."""
    form = BodyForm(obj=g.subject)
    if form.is_sent_and_sound():
        operations.rename_body(g.subject, form.name.data, by=current_user, at=g.now)
        flash(gettext("The body is called %(name)s now.", name=g.subject.name), "success")
        return redirect(url_for("accounts.bodies"))
    return render_template("accounts/rename_body.html", form=form, body=g.subject)
