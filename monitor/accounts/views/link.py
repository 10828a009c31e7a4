"""The one-time link with which a person chooses a password."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from monitor.access.guard import public
from monitor.accounts import operations, passwords, queries, session
from monitor.accounts.forms.own import ChoosePasswordForm
from monitor.accounts.session import derives_passwords, without_database
from monitor.accounts.views.blueprint import bp
from monitor.tenancy import across_mechanisms


@bp.route("/link/<string:secret>", methods=["GET", "POST"])
@public
@derives_passwords
def link(secret: str) -> ResponseReturnValue:
    """Let the person behind the link choose a password; the link is spent by that alone, not by being opened."""
    with across_mechanisms():
        found = queries.get_link(secret, g.now)
        if found is None:
            return render_template("accounts/link_is_over.html"), 410
        form, email = ChoosePasswordForm(), found.user.email
        if not form.is_sound_for(email):
            return render_template("accounts/link.html", form=form, person=found.user, secret=secret)
        with without_database():
            verifier = passwords.choose(form.new_password.data, email=email)
        found = queries.get_link(secret, g.now)
        if found is None:  # used in another tab meanwhile
            return render_template("accounts/link_is_over.html"), 410
        operations.use_link(found, verifier, at=g.now)
    if current_user.is_authenticated:
        session.sign_out()
    flash(gettext("Your password is set. Sign in with it now."), "success")
    return redirect(url_for("accounts.sign_in"))
