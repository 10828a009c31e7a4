"""Nothing typed is lost when a form arrives after its session locked or ended.

The answer to such a form is a page that carries every field that was sent (files excepted), asks for the password, and
then offers one button that sends the same form again with a token of the new session. Pages with a script never come
here: the script keeps the page and covers it.
"""

from typing import Final, NamedTuple, Self

from flask import Flask, Response, flash, g, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import LazyString, gettext
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from monitor.access.guard import STEP_UP
from monitor.accounts.second_factor import factor_page, site_to_step_up_at
from monitor.accounts.session import LOCKED, READING_METHODS, forget_ended_session
from monitor.web.addresses import local_address, this_address
from monitor.web.body import TOPIC_FORM_BODY
from monitor.web.errors import answer_http_error, answer_old_page, wants_json
from monitor.web.failures import failure_of
from monitor.web.kept_forms import is_kept_form

KEPT: Final = "kept."
"""What the names of carried fields begin with, so that they cannot be taken for those of the sign-in form."""
KEPT_FORM_BODY: Final = 2 * TOPIC_FORM_BODY
"""A carried form has longer names of fields than the form itself."""
RESUME: Final = "accounts.resume"
PAGES_OF_THEIR_OWN: Final = ("accounts.sign_in", "accounts.link", "accounts.recovery_key", "accounts.factor")
"""Mostly a secret that must not lie in a page: such a form is opened anew instead of carried."""


class KeptForm(NamedTuple):
    """A form that arrived too late."""

    to: str
    """Our own address that it was sent to."""
    fields: list[tuple[str, str]]
    has_files: bool

    @classmethod
    def of_request(cls) -> Self:
        """Return the form of this request, or the one that it carries on."""
        if request.endpoint == RESUME:
            carried = [(name, value) for name, value in request.form.items(multi=True) if name.startswith(KEPT)]
            fields = [(name.removeprefix(KEPT), value) for name, value in carried]
            return cls(local_address(request.form.get("to")), fields, "has_files" in request.form)
        fields = [(name, value) for name, value in request.form.items(multi=True) if _can_be_carried(name)]
        return cls(this_address(), fields, any(file.filename for file in request.files.values()))


def _can_be_carried(name: str) -> bool:
    """Say whether a field may lie in a page: not a password, nor the token, which is renewed."""
    return name != "csrf_token" and "password" not in name


def init_interruptions(app: Flask) -> None:
    """Answer 401, 423, 428 and tokens of another session. Call it after `init_web`, whose answers it refines."""
    app.register_error_handler(401, answer_signed_out)
    app.register_error_handler(LOCKED, answer_locked)
    app.register_error_handler(STEP_UP, answer_step_up)
    app.register_error_handler(CSRFError, answer_token_of_other_session)


def answer_signed_out(error: HTTPException) -> BaseResponse | HTTPException:
    """Lead to the sign-in page and back; a form that was sent is carried."""
    if wants_json():
        return answer_http_error(error)
    if request.method not in READING_METHODS:
        return answer_with_kept_form(401)
    if g.half_open_session is not None:
        return redirect(url_for("accounts.factor", next=this_address()))
    if forget_ended_session():
        flash(gettext("Your session has ended. Please sign in again."), "info")
    start = local_address(None)
    return redirect(url_for("accounts.sign_in", next=None if this_address() == start else this_address()))


def answer_locked(error: HTTPException) -> BaseResponse | HTTPException:
    """Carry a form that was sent while the session was locked."""
    return answer_http_error(error) if wants_json() else answer_with_kept_form(LOCKED)


def answer_step_up(error: HTTPException) -> BaseResponse | HTTPException:
    """Lead to the page that asks for the password once more, and back; a form that was sent is carried."""
    if is_kept_form():
        return make_response(jsonify(error=failure_of(STEP_UP).code), STEP_UP)  # the browser sends it again by itself
    if wants_json():
        return answer_http_error(error)
    if request.method not in READING_METHODS:
        return answer_with_kept_form(STEP_UP)
    return redirect(url_for("accounts.step_up", next=this_address()))


def answer_token_of_other_session(error: CSRFError) -> Response:
    """Carry a form of our own page that was sent after its person signed out, or in again, in another tab."""
    if wants_json() or request.headers.get("Sec-Fetch-Site") != "same-origin":
        return answer_old_page(error)
    if request.endpoint in PAGES_OF_THEIR_OWN:
        flash(gettext("This page was open for a long time. Please fill it in once more."), "info")
        return make_response(redirect(this_address()))
    return answer_with_kept_form(400)


def answer_with_kept_form(status: int, problem: LazyString | None = None) -> Response:
    """Return the page that asks for what is missing, or (when nothing is) offers to send the form again."""
    g.error_code = failure_of(status).code
    kept, asks = KeptForm.of_request(), _missing(status)
    if asks is None:
        return make_response(
            render_template("accounts/send_again.html", kept=kept, problem=problem, prefix=KEPT), status
        )
    page = factor_page() if asks == "factor" else None
    site = site_to_step_up_at() if asks == "step_up" else None
    template = render_template(
        "accounts/interrupted.html", kept=kept, asks=asks, factor=page, problem=problem, prefix=KEPT, site=site
    )
    return make_response(template, status)


def _missing(status: int) -> str | None:
    """Return what the person has to give before a form can be sent again: sign_in, factor, unlock, step_up or None."""
    if not current_user.is_authenticated:
        return "sign_in" if g.half_open_session is None else "factor"
    if g.user_session.is_half_open:
        return "factor"
    if g.user_session.is_locked(g.now):
        return "unlock"
    asks_again = status == STEP_UP or "steps_up" in request.form
    return "step_up" if asks_again and not g.user_session.is_stepped_up(g.now) else None
