"""Sign-in and security: one's second factors, recovery, own key and sessions. Every page acts on oneself alone."""

from typing import Final
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.accounts import factors, one_time_codes, operations, queries, second_factor, session
from monitor.accounts.factors import FactorRefused
from monitor.accounts.forms.own import CodeForm, PasskeyForm, RecoveryKeyForm
from monitor.accounts.models import NoticeKind
from monitor.accounts.names import is_one_line
from monitor.accounts.session import counts_tries, own_account
from monitor.accounts.views.blueprint import bp
from monitor.accounts.views.factor import options_answer, passkey_answer, said_by_script
from monitor.sealing.key_pairs import fingerprint
from monitor.web.addresses import local_address

LONGEST_NAME: Final = 80
HAPPENED: Final = {
    NoticeKind.NEW_BROWSER: lazy_gettext("Somebody signed in as you with a browser that you had not used before."),
    NoticeKind.PASSWORD_CHANGED: lazy_gettext("Your password was changed."),
    NoticeKind.PASSKEY_ADDED: lazy_gettext("A passkey was added."),
    NoticeKind.PASSKEY_REMOVED: lazy_gettext("A passkey was removed."),
    NoticeKind.CODES_ADDED: lazy_gettext("One-time codes were set up."),
    NoticeKind.CODES_REMOVED: lazy_gettext("One-time codes were removed."),
    NoticeKind.RECOVERY_CODES_RENEWED: lazy_gettext("New recovery codes were made; those before are void."),
    NoticeKind.RECOVERY_CODE_USED: lazy_gettext("A recovery code was used."),
    NoticeKind.FACTORS_RESET: lazy_gettext(
        "An administrator made you a new link, which took your passkeys, one-time codes and recovery codes away."
    ),
    NoticeKind.KEY_REPLACED: lazy_gettext(
        "You got a new key, because the password was chosen anew without the recovery key."
    ),
}
"""Kind of notice -> what is said."""


@bp.get("/account/security")
@requires(Permission.SESSION_OWN)
def security() -> ResponseReturnValue:
    """Show how one signs in, and where one is signed in."""
    key = queries.current_key(current_user)
    return render_template(
        "accounts/security.html", held=factors.factors_of(current_user),
        fingerprint=fingerprint(key.public) if key else None, is_exchanged=bool(key and queries.exchanged_keys([key])),
        has_recovery_key=bool(key and key.recovery_wrapped),
        sessions=queries.list_sessions(current_user, g.now), happened=HAPPENED,
        notices=factors.recent_notices(current_user, g.now), site=second_factor.site(), fields=PasskeyForm(),
    )  # fmt: skip


def _refuse_unless_allowed() -> None:
    """Before the second factor nothing can be added to those that there are: a password alone must not be enough."""
    if not second_factor.may_set_up():
        abort(403)


@bp.post("/account/security/codes/begin")
@requires(Permission.SESSION_OWN, works_before_factor=True, steps_up=True)
def begin_codes() -> ResponseReturnValue:
    """Make a secret for an authenticator, to be shown on the next page."""
    _refuse_unless_allowed()
    factors.begin_codes(own_account(), at=g.now)
    return redirect(url_for("accounts.set_up_codes", next=local_address(request.form.get("next"))))


@bp.route("/account/security/codes/set-up", methods=["GET", "POST"])
@requires(Permission.SESSION_OWN, works_before_factor=True, steps_up=True)
@counts_tries
def set_up_codes() -> ResponseReturnValue:
    """Show the secret until a first code of it is right."""
    _refuse_unless_allowed()
    wish, person = local_address(request.values.get("next")), own_account()
    begun = factors.begun_codes(person)
    if begun is None:
        return redirect(url_for("accounts.factor" if g.user_session.is_half_open else "accounts.security"))
    form, status, problem = CodeForm(), 200, None
    if form.is_sent_and_sound():
        problem = second_factor.try_first_code(begun, form.code.data)
        if problem is None:
            return redirect(_after_change(wish))
        status = 429 if problem == second_factor.TOO_MANY_CODES else 200
    secret = factors.secret_of(begun)
    return render_template(
        "accounts/codes_set_up.html", fields=form, problem=problem, wish=wish,
        square=one_time_codes.authenticator_square(secret, person.email), secret=one_time_codes.in_groups(secret),
        training_code=second_factor.training_code(person, begun),
    ), status  # fmt: skip


def _after_change(wish: str) -> str:
    """Return where to go after a factor was added: at sign-in onwards, else back to the page of all factors."""
    if g.user_session.is_half_open:
        return url_for("accounts.factor", next=wish)
    return second_factor.way_on(wish)


@bp.post("/account/security/codes/remove")
@requires(Permission.SESSION_OWN, steps_up=True)
def remove_codes() -> ResponseReturnValue:
    """Do without one-time codes."""
    try:
        factors.remove_codes(own_account(), session=g.user_session, at=g.now)
    except FactorRefused as refused:
        flash(str(second_factor.REFUSED[refused.code]), "error")
    else:
        flash(gettext("The one-time codes were removed. Delete them in your authenticator too."), "success")
    return redirect(url_for("accounts.security"))


@bp.post("/account/security/passkeys/options")
@requires(Permission.SESSION_OWN, works_before_factor=True, steps_up=True)
def new_passkey_options() -> ResponseReturnValue:
    """Tell the script what the browser has to make."""
    _refuse_unless_allowed()
    return options_answer(second_factor.creation_options())


@bp.post("/account/security/passkeys")
@requires(Permission.SESSION_OWN, works_before_factor=True, steps_up=True)
def add_passkey() -> ResponseReturnValue:
    """Add the passkey that the browser made."""
    _refuse_unless_allowed()
    said = said_by_script()
    name, wish = said.get("name"), said.get("next")
    problem = second_factor.add_passkey(said.get("credential"), _name_of(name))
    wish = local_address(wish if isinstance(wish, str) else None)
    return passkey_answer(problem, "" if problem else _after_change(wish))


def _name_of(said: object) -> str:
    name = said.strip() if isinstance(said, str) else ""
    return name[:LONGEST_NAME] if name and is_one_line(name) else gettext("Passkey")


@bp.post("/account/security/passkeys/<uuid:passkey_id>/remove")
@requires(Permission.SESSION_OWN, steps_up=True)
def remove_passkey(passkey_id: UUID) -> ResponseReturnValue:
    """Do without one of one's passkeys."""
    try:
        factors.remove_passkey(own_account(), g.subject, session=g.user_session, at=g.now)
    except FactorRefused as refused:
        flash(str(second_factor.REFUSED[refused.code]), "error")
    else:
        flash(gettext("The passkey was removed. Delete it on the device too."), "success")
    return redirect(url_for("accounts.security"))


@bp.route("/account/security/recovery-codes", methods=["GET", "POST"])
@requires(Permission.SESSION_OWN, steps_up=True)
def recovery_codes() -> ResponseReturnValue:
    """Make ten recovery codes and show them once, as the answer itself: they are kept nowhere."""
    wish = local_address(request.values.get("next"))
    codes = None
    if request.method == "POST":
        codes = factors.renew_recovery_codes(own_account(), session=g.user_session, at=g.now)
    left = factors.factors_of(own_account()).recovery_codes_left
    return render_template("accounts/recovery_codes.html", codes=codes, left=left, wish=wish)


@bp.post("/account/security/recovery-key")
@requires(Permission.SESSION_OWN, steps_up=True)
def renew_recovery_key() -> ResponseReturnValue:
    """Make a new recovery key to one's own key and show it once."""
    private_key = session.own_private_key()
    if private_key is None:
        abort(409)
    written = operations.renew_recovery_key(own_account(), private_key, at=g.now)
    form = RecoveryKeyForm(formdata=None, data={"key": written})
    return render_template("accounts/recovery_key.html", form=form)


@bp.route("/account/security/notices", methods=["GET", "POST"])
@requires(Permission.SESSION_OWN)
def notices() -> ResponseReturnValue:
    """Tell what happened to one's sign-in since the last time; go on when it was read."""
    wish = local_address(request.values.get("next"))
    if request.method == "POST":
        factors.see_notices(own_account(), g.user_session, at=g.now)
        return redirect(wish)
    found = factors.unseen_notices(current_user, g.user_session)
    return render_template("accounts/notices.html", notices=found, happened=HAPPENED, wish=wish)
