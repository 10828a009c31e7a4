"""The key from code to name: a page of its own, only where action was asked for, until the case ends."""

from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.interviews import operations, queries
from monitor.interviews.forms import NameForm
from monitor.interviews.models import Kind, Talk
from monitor.interviews.operations import TalkRefused
from monitor.interviews.views.blueprint import bp, say_refused
from monitor.interviews.views.opening import open_kinds
from monitor.vault.operations import KeysRefused
from monitor.vault.session import own_keyring


@bp.route("/interviews/<uuid:talk_id>/name", methods=["GET", "POST"])
@requires(Permission.TALK_SUPPLEMENT)
def name(talk_id: UUID) -> ResponseReturnValue:
    """Show the name behind a code, or keep one where a request and a consent allow it."""
    talk: Talk = g.subject
    row = talk.only(Kind.NAME)
    opened = open_kinds(talk, {Kind.NAME})[row.id] if row else None
    form = NameForm(data=opened if isinstance(opened, dict) else None)
    if form.validate_on_submit():
        try:
            operations.keep_name(
                talk, name=form.data["name"], contact=form.data["contact"], keyring=own_keyring(),
                by=current_user, at=g.now,
            )  # fmt: skip
        except (TalkRefused, KeysRefused) as refused:
            say_refused(refused)
        else:
            flash(
                _("The name behind %(code)s is sealed. Delete it as soon as the case ends.", code=talk.code), "success"
            )
            return redirect(url_for(".show", talk_id=talk.id))
    return render_template(
        "interviews/name.html", talk=talk, visit=talk.visit, form=form, row=row, opened=opened,
        readers=queries.readers_names(talk.visit.body_id), may_keep=_may_keep(talk),
    )  # fmt: skip


def _may_keep(talk: Talk) -> bool:
    """Say whether a name may be kept: what needs a consent is not offered without it."""
    return operations.refusal_of_name(talk, own_keyring()) is None


@bp.post("/interviews/<uuid:talk_id>/name/delete")
@requires(Permission.TALK_SUPPLEMENT)
def delete_name(talk_id: UUID) -> ResponseReturnValue:
    """Delete the name behind a code: the case has ended."""
    talk: Talk = g.subject
    if operations.delete_name(talk, by=current_user, at=g.now):
        flash(_("The name behind %(code)s is deleted.", code=talk.code), "success")
    return redirect(url_for(".show", talk_id=talk.id))
