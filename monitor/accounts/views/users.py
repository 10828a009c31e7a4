"""People of the mechanism: invite, give roles, let in and keep out."""

from typing import Final
from uuid import UUID

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.accounts import operations, queries
from monitor.accounts.forms.fields import add_error
from monitor.accounts.forms.people import invitation, roles_of
from monitor.accounts.links import link_address
from monitor.accounts.models import LINK_LIFETIME, User
from monitor.accounts.operations import AccountRefused
from monitor.accounts.role_words import roles_in_words
from monitor.accounts.views.blueprint import bp
from monitor.config import Settings
from monitor.db import db
from monitor.web.pagination import read_page, requested_page

REFUSED: Final = {
    "email_taken": lazy_gettext("Somebody has this e-mail address already, here or in another mechanism."),
    "email_unfit": lazy_gettext("Enter an e-mail address, such as amina@example.org."),
    "last_administrator": lazy_gettext(
        "Nobody would be left to look after people and settings. Make somebody else an administrator first."
    ),
}
"""Code of AccountRefused -> what is said."""


@bp.get("/administration/users")
@requires(Permission.USER_MANAGE)
def users() -> ResponseReturnValue:
    """List the people of the mechanism."""
    page = read_page(queries.people_of(g.mechanism.id), requested_page(), db.session())
    bodies = queries.list_bodies(g.mechanism.id)
    roles = {person.id: roles_in_words(person, bodies) for person in page.items}
    return render_template("accounts/users.html", page=page, roles=roles)


@bp.get("/administration/users/invite")
@requires(Permission.USER_MANAGE)
def invite() -> ResponseReturnValue:
    """Ask who is to be invited."""
    form = invitation(g.mechanism, queries.list_bodies(g.mechanism.id))
    return render_template("accounts/invite.html", form=form)


@bp.post("/administration/users/invite")
@requires(Permission.USER_MANAGE, steps_up=True)
def send_invitation() -> ResponseReturnValue:
    """Add a person and show the one-time link for them."""
    form = invitation(g.mechanism, queries.list_bodies(g.mechanism.id))
    if form.is_sound():
        try:
            person = operations.add_user(
                g.mechanism, email=form.email.data, name=form.name.data, language=form.language.data,
                roles=form.chosen(), by=current_user, at=g.now,
            )  # fmt: skip
        except AccountRefused as refused:
            add_error(form.email, REFUSED[refused.code])
        else:
            return _show_new_link(person)
    return render_template("accounts/invite.html", form=form)


@bp.get("/administration/users/<uuid:user_id>")
@requires(Permission.USER_MANAGE)
def user(user_id: UUID) -> ResponseReturnValue:
    """Show a person."""
    form = roles_of(g.subject, queries.list_bodies(g.mechanism.id))
    return render_template("accounts/user.html", form=form, person=g.subject)


@bp.post("/administration/users/<uuid:user_id>")
@requires(Permission.USER_MANAGE, steps_up=True)
def set_roles(user_id: UUID) -> ResponseReturnValue:
    """Change a person's roles."""
    form = roles_of(g.subject, queries.list_bodies(g.mechanism.id))
    if form.is_sound():
        operations.expect_version(g.subject, form.version.data)
        try:
            operations.set_roles(g.subject, form.chosen(), by=current_user, at=g.now)
        except AccountRefused as refused:
            add_error(form.groups()[0], REFUSED[refused.code])
        else:
            flash(gettext("The roles of %(name)s were saved.", name=g.subject.name), "success")
            return redirect(url_for("accounts.user", user_id=user_id))
    return render_template("accounts/user.html", form=form, person=g.subject)


@bp.post("/administration/users/<uuid:user_id>/link")
@requires(Permission.USER_MANAGE, steps_up=True)
def make_link(user_id: UUID) -> ResponseReturnValue:
    """Show a new one-time link; older ones of this person end."""
    return _show_new_link(g.subject)


def _show_new_link(person: User) -> ResponseReturnValue:
    """Answer with the link itself: no redirect, since it is shown once and kept nowhere."""
    secret = operations.make_link(person, by=current_user, at=g.now)
    settings: Settings = current_app.extensions["settings"]
    address = link_address(secret, settings.public_url or request.host_url)
    return render_template("accounts/link_made.html", person=person, address=address, ends_at=g.now + LINK_LIFETIME)


@bp.post("/administration/users/<uuid:user_id>/deactivate")
@requires(Permission.USER_MANAGE)
def deactivate(user_id: UUID) -> ResponseReturnValue:
    """Keep a person out; their sessions end at once."""
    try:
        operations.set_enabled(g.subject, False, by=current_user, at=g.now)
    except AccountRefused as refused:
        flash(str(REFUSED[refused.code]), "error")
    else:
        flash(gettext("%(name)s can no longer sign in.", name=g.subject.name), "success")
    return redirect(url_for("accounts.user", user_id=user_id))


@bp.post("/administration/users/<uuid:user_id>/reactivate")
@requires(Permission.USER_MANAGE, steps_up=True)
def reactivate(user_id: UUID) -> ResponseReturnValue:
    """Let a person in again, with the password they had."""
    operations.set_enabled(g.subject, True, by=current_user, at=g.now)
    flash(gettext("%(name)s can sign in again.", name=g.subject.name), "success")
    return redirect(url_for("accounts.user", user_id=user_id))
