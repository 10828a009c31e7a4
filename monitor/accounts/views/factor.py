"""The second factor at sign-in, and the proof that somebody is still there: pages, and answers to a script."""

from typing import Any

from flask import Response, abort, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_wtf.csrf import generate_csrf

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.accounts import second_factor
from monitor.accounts.forms.own import CodeForm, UnlockForm
from monitor.accounts.session import counts_tries, own_account
from monitor.accounts.sign_in import TOO_OFTEN, try_to_step_up
from monitor.accounts.views.blueprint import bp
from monitor.web.addresses import local_address


@bp.route("/sign-in/factor", methods=["GET", "POST"])
@requires(Permission.SESSION_OWN, counts_as_use=False, works_before_factor=True)
@counts_tries
def factor() -> ResponseReturnValue:
    """Ask for the second factor after the password, or have the first one set up."""
    wish = local_address(request.values.get("next"))
    if not g.user_session.is_half_open:
        return redirect(wish)
    form, status, problem = CodeForm(), 200, None
    if form.is_sent_and_sound():
        problem = second_factor.try_code(form.code.data)
        if problem is None:
            return redirect(_next_step(wish))
        status = 429 if problem == second_factor.TOO_MANY_CODES else 200
    page = second_factor.factor_page()
    template = "accounts/factor_set_up.html" if page.must_set_up else "accounts/factor.html"
    return render_template(template, fields=form, problem=problem, wish=wish, factor=page, person=own_account()), status


def _next_step(wish: str) -> str:
    if g.user_session.is_half_open:  # the code was right, but a passkey is needed
        return url_for("accounts.factor", next=wish)
    return second_factor.way_on(wish)


@bp.post("/sign-in/passkey/options")
@requires(Permission.SESSION_OWN, counts_as_use=False, works_before_factor=True)
def passkey_options() -> ResponseReturnValue:
    """Tell the script what the browser has to prove."""
    return options_answer(second_factor.request_options())


@bp.post("/sign-in/passkey")
@requires(Permission.SESSION_OWN, counts_as_use=False, works_before_factor=True)
def passkey() -> ResponseReturnValue:
    """Take the proof of a passkey; the session opens."""
    if not g.user_session.is_half_open:
        abort(400)
    said = said_by_script()
    problem = second_factor.try_passkey(said.get("credential"))
    return passkey_answer(problem, "" if problem else _next_step(local_address(_text(said.get("next")))))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def said_by_script() -> dict[str, Any]:
    """Return the JSON object that a script sent, empty when it is none."""
    said = request.get_json(silent=True)
    return said if isinstance(said, dict) else {}


def options_answer(options: dict[str, Any] | None) -> Response:
    """Tell the script what to ask the browser for."""
    if options is None:
        return jsonify(message=str(second_factor.NO_SITE))
    return jsonify(options=options)


def passkey_answer(problem: LazyString | None, way_on: str) -> Response:
    """Tell the script what became of a passkey: never as an error, whose changes would not be kept."""
    if problem is not None:
        return jsonify(message=str(problem))
    return jsonify(location=way_on, csrf_token=generate_csrf())


@bp.route("/session/step-up", methods=["GET", "POST"])
@requires(Permission.SESSION_OWN)
@counts_tries
def step_up() -> ResponseReturnValue:
    """Ask for the password once more, or a passkey, before something delicate."""
    wish = local_address(request.values.get("next"))
    if request.method == "GET" and g.user_session.is_stepped_up(g.now):
        return redirect(wish)
    fields, problem, status = UnlockForm(), None, 200
    if fields.is_sent_and_sound():
        problem = try_to_step_up(fields.password.data)
        if problem is None:
            return redirect(wish)
        status = 429 if problem == TOO_OFTEN else 200
    site = second_factor.site_to_step_up_at()
    return render_template("accounts/step_up.html", fields=fields, problem=problem, wish=wish, site=site), status


@bp.post("/session/step-up/passkey")
@requires(Permission.SESSION_OWN)
def step_up_by_passkey() -> ResponseReturnValue:
    """Take the proof of a passkey in place of the password."""
    said = said_by_script()
    problem = second_factor.try_to_step_up_by_passkey(said.get("credential"))
    return passkey_answer(problem, "" if problem else local_address(_text(said.get("next"))))
