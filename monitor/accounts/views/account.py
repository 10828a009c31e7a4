"""One's own account: name, language, password, and the browsers one is signed in with."""

from uuid import UUID

from flask import current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.accounts import operations, passwords, session
from monitor.accounts.forms.fields import add_error
from monitor.accounts.forms.own import ChangePasswordForm, ProfileForm
from monitor.accounts.session import counts_tries, without_database
from monitor.accounts.sign_in import try_to_change_password
from monitor.accounts.views.blueprint import bp
from monitor.config import Settings
from monitor.web.locale import choose_language


@bp.route("/account", methods=["GET", "POST"])
@requires(Permission.SESSION_OWN)
def account() -> ResponseReturnValue:
    """Show one's account; change name, language and mails."""
    settings: Settings = current_app.extensions["settings"]
    offers_mail = settings.mail_server is not None and not g.mechanism.is_training
    form = ProfileForm(obj=current_user, offers_mail=offers_mail)
    if form.is_sent_and_sound():
        operations.update_user(
            current_user, name=form.name.data, language=form.language.data, wants_mail=form.mail_choice,
            by=current_user, at=g.now,
        )  # fmt: skip
        choose_language(form.language.data)
        flash(gettext("Your account was saved."), "success")
        return redirect(url_for("accounts.account"))
    return render_template("accounts/account.html", form=form)


@bp.route("/account/password", methods=["GET", "POST"])
@requires(Permission.SESSION_OWN)
@counts_tries
def change_password() -> ResponseReturnValue:
    """Change one's own password; every other session of the person ends."""
    form = ChangePasswordForm()
    if form.is_sound_for(current_user.email) and _change_password(form):
        flash(gettext("Your password was changed. Every other browser is signed out."), "success")
        return redirect(url_for("accounts.security"))
    return render_template("accounts/change_password.html", form=form)


def _change_password(form: ChangePasswordForm) -> bool:
    email = current_user.email
    with without_database():
        chosen = passwords.choose(form.new_password.data, email=email)
    problem = try_to_change_password(form.password.data, chosen)
    if problem is not None:
        add_error(form.password, problem)
    return problem is None


@bp.post("/account/sessions/<uuid:session_id>/end")
@requires(Permission.SESSION_OWN)
def end_session(session_id: UUID) -> ResponseReturnValue:
    """End one of one's own sessions; the browser at hand too."""
    if g.subject.id == g.user_session.id:
        session.sign_out()
    else:
        operations.end_session(g.subject, at=g.now)
    flash(gettext("That browser is signed out."), "success")
    return redirect(url_for("accounts.security"))


@bp.post("/account/sessions/end-others")
@requires(Permission.SESSION_OWN)
def end_other_sessions() -> ResponseReturnValue:
    """End all of one's own sessions but this one."""
    operations.end_all_sessions(current_user, at=g.now, but=g.user_session)
    flash(gettext("Every other browser is signed out."), "success")
    return redirect(url_for("accounts.security"))
