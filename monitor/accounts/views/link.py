"""The one-time link with which a person chooses a password, and the recovery key that they write down then."""

import hmac

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import current_user

from monitor.access.guard import public
from monitor.accounts import operations, own_keys, passwords, queries, session
from monitor.accounts.forms.fields import add_error
from monitor.accounts.forms.own import LinkForm, RecoveryKeyForm
from monitor.accounts.models import OneTimeLink
from monitor.accounts.session import counts_tries, without_database
from monitor.accounts.views.blueprint import bp
from monitor.sealing.envelopes import CannotOpen
from monitor.sealing.written_keys import GROUP, NotAWrittenKey
from monitor.tenancy import across_mechanisms


@bp.route("/link/<string:secret>", methods=["GET", "POST"])
@public
@counts_tries
def link(secret: str) -> ResponseReturnValue:
    """Let the person behind the link choose a password; the link is spent by that alone, not by being opened."""
    with across_mechanisms():
        found = queries.get_link(secret, g.now)
        if found is None:
            return render_template("accounts/link_is_over.html"), 410
        form, email = LinkForm(), found.user.email
        private_key = _recovered(found, form) if form.is_sound_for(email) else None
        if not form.is_submitted() or form.errors:
            return _ask(form, found, secret)
        with without_database():
            chosen = passwords.choose(form.new_password.data, email=email)
        found = queries.get_link(secret, g.now)
        if found is None:  # used in another tab meanwhile
            return render_template("accounts/link_is_over.html"), 410
        recovery_key = operations.use_link(found, chosen, private_key=private_key, at=g.now)
    if current_user.is_authenticated:
        session.sign_out()
    if recovery_key is not None:
        return render_template("accounts/recovery_key.html", form=RecoveryKeyForm(data={"key": recovery_key}))
    return _done()


def _ask(form: LinkForm, found: OneTimeLink, secret: str) -> str:
    key = queries.current_key(found.user)
    return render_template("accounts/link.html", form=form, person=found.user, secret=secret, has_key=key is not None)


def _recovered(found: OneTimeLink, form: LinkForm) -> bytes | None:
    """Return the private key that the recovery key opens, where one was typed; say beside the field why it does not."""
    key, typed = queries.current_key(found.user), form.recovery_key.data
    if key is None or not typed:
        return None
    try:
        return own_keys.unwrap_by_recovery(key, typed)
    except NotAWrittenKey:
        add_error(form.recovery_key, lazy_gettext("A letter is missing or wrong. Compare it with what you wrote down."))
    except CannotOpen:
        add_error(form.recovery_key, lazy_gettext("This recovery key does not belong to your own key."))
    return None


@bp.post("/recovery-key")
@public
def recovery_key() -> ResponseReturnValue:
    """Hear whether the recovery key was written down: its last group is asked for, and nothing is stored."""
    form = RecoveryKeyForm()
    last_group = (form.key.data or "").replace("-", "")[-GROUP:]
    if form.is_sent_and_sound():
        if hmac.compare_digest(form.last_group.data.strip().upper().encode(), last_group.encode()):
            return redirect(url_for("accounts.security")) if current_user.is_authenticated else _done()
        add_error(form.last_group, lazy_gettext("These are not the last four letters of the key above."))
    return render_template("accounts/recovery_key.html", form=form)


def _done() -> ResponseReturnValue:
    flash(gettext("Your password is set. Sign in with it now."), "success")
    return redirect(url_for("accounts.sign_in", next=request.args.get("next")))
