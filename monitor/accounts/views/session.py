"""The lock of a session, what scripts ask about it, and forms that arrived after it."""

from flask import Response, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from monitor.access.guard import public, public_at_every_stage, requires
from monitor.access.permissions import Permission
from monitor.accounts import operations
from monitor.accounts.forms.own import UnlockForm
from monitor.accounts.interruptions import KEPT_FORM_BODY, answer_with_kept_form
from monitor.accounts.second_factor import TOO_MANY_CODES, try_code
from monitor.accounts.session import counts_tries, session_locks_in
from monitor.accounts.sign_in import TOO_OFTEN, try_to_sign_in, try_to_step_up, try_to_unlock
from monitor.accounts.views.blueprint import bp
from monitor.web.addresses import local_address
from monitor.web.body import body_limit
from monitor.web.errors import wants_json


@bp.get("/session/state")
@public
def session_state() -> Response:
    """Tell a script what became of the session; asking is no use of it."""
    found = g.user_session
    state = "ended" if found is None else "locked" if found.is_locked(g.now) else "open"
    person = str(found.user_id) if found else None
    return jsonify(state=state, person=person, locks_in=session_locks_in(), csrf_token=generate_csrf())


@bp.post("/session/use")
@requires(Permission.SESSION_OWN)
def use() -> Response:
    """Note that the person is typing; the guard did it."""
    return jsonify(locks_in=session_locks_in())


@bp.post("/session/lock")
@requires(Permission.SESSION_OWN, counts_as_use=False, works_while_locked=True)
def lock() -> ResponseReturnValue:
    """Lock this browser's session at once."""
    operations.lock_session(g.user_session, at=g.now)
    if wants_json():
        return jsonify(state="locked")
    return redirect(url_for("accounts.locked", next=local_address(request.form.get("next"))))


@bp.get("/session/locked")
@requires(Permission.SESSION_OWN, counts_as_use=False, works_while_locked=True)
def locked() -> ResponseReturnValue:
    """Ask for the password of a locked session."""
    wish = local_address(request.args.get("next"))
    if not g.user_session.is_locked(g.now):
        return redirect(wish)
    return render_template("accounts/locked.html", fields=UnlockForm(), problem=None, wish=wish)


@bp.post("/session/unlock")
@requires(Permission.SESSION_OWN, counts_as_use=False, works_while_locked=True)
@counts_tries
def unlock() -> ResponseReturnValue:
    """Open the session again with the password, as a form or in place."""
    if wants_json():
        return _unlock_in_place()
    wish = local_address(request.form.get("next"))
    fields, problem, status = UnlockForm(), None, 200
    if fields.is_sent_and_sound():
        problem = try_to_unlock(fields.password.data)
        if problem is None:
            return redirect(wish)
        status = 429 if problem == TOO_OFTEN else 200
    return render_template("accounts/locked.html", fields=fields, problem=problem, wish=wish), status


def _unlock_in_place() -> ResponseReturnValue:
    said = request.get_json(silent=True)
    password = said.get("password") if isinstance(said, dict) else None
    problem = try_to_unlock(password if isinstance(password, str) else "")
    if problem is None:
        return jsonify(locks_in=session_locks_in(), csrf_token=generate_csrf())
    if problem == TOO_OFTEN:
        return jsonify(error="too_often", message=str(problem)), 429
    return jsonify(error="wrong_password", message=str(problem)), 403


@bp.post("/session/resume")
@public_at_every_stage
@counts_tries
@body_limit(KEPT_FORM_BODY)
def resume() -> Response:
    """Take what is missing below a form that arrived too late, and offer to send it again."""
    problem = _open_by(request.form.get("email", ""), request.form.get("password", ""), request.form.get("code", ""))
    return answer_with_kept_form(429 if problem in (TOO_OFTEN, TOO_MANY_CODES) else 200, problem)


def _open_by(email: str, password: str, code: str) -> LazyString | None:
    if not current_user.is_authenticated:
        return try_to_sign_in(email, password)
    if g.user_session.is_half_open:
        return try_code(code) if code else None
    if g.user_session.is_locked(g.now):
        return try_to_unlock(password)
    return try_to_step_up(password) if password else None
