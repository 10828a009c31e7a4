"""Signing in and out, and the language of the pages."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from monitor.access.guard import public, public_at_every_stage
from monitor.accounts import operations, session
from monitor.accounts.forms.own import SignInForm
from monitor.accounts.session import counts_tries
from monitor.accounts.sign_in import TOO_OFTEN, try_to_sign_in
from monitor.accounts.views.blueprint import bp
from monitor.web.addresses import local_address
from monitor.web.locale import UnknownLanguage, choose_language


@bp.route("/sign-in", methods=["GET", "POST"])
@public
@counts_tries
def sign_in() -> ResponseReturnValue:
    """Ask for address and password, then go where the person wanted to."""
    wish = request.values.get("next")
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(local_address(wish))
    fields, problem, status = SignInForm(), None, 200
    if fields.is_sent_and_sound():
        problem = try_to_sign_in(fields.email.data, fields.password.data)
        if problem is None:
            return redirect(url_for("accounts.factor", next=_wish_of(wish)))
        status = 429 if problem == TOO_OFTEN else 200
    return render_template("accounts/sign_in.html", fields=fields, problem=problem, wish=wish), status


def _wish_of(wish: str | None) -> str | None:
    """Return the page that the person wanted, None for the start page, so that the address stays short."""
    found = local_address(wish)
    return None if found == local_address(None) else found


@bp.post("/sign-out")
@public_at_every_stage
def sign_out() -> ResponseReturnValue:
    """End this browser's session; harmless when there is none."""
    session.sign_out()
    flash(gettext("You are signed out."), "success")
    response = redirect(url_for("accounts.sign_in"))
    response.headers["Clear-Site-Data"] = '"cache"'  # never "storage": unsent work of the person may lie there
    return response


@bp.post("/language")
@public
def language() -> ResponseReturnValue:
    """Choose the language of the pages: for this browser, and for the person who is signed in for good."""
    code = request.form.get("language", "")
    try:
        choose_language(code)
    except UnknownLanguage:
        abort(400)
    if current_user.is_authenticated and not g.user_session.is_locked(g.now):
        operations.update_user(current_user, name=current_user.name, language=code, by=current_user, at=g.now)
    return redirect(local_address(request.form.get("next")))
