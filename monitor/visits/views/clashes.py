"""Two texts for one question: shown side by side, and settled by a person."""

from dataclasses import replace

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.db import new_id
from monitor.vault.session import own_keyring
from monitor.visits.form_pages import VisitForm, names_of, read_form
from monitor.visits.form_saving import save_typed
from monitor.visits.models import Visit
from monitor.visits.typed_answers import Typed, content_of, typed_content
from monitor.visits.views.blueprint import bp, guide_texts
from monitor.visits.views.form import decided, posted_item, uuid_or_new
from monitor.visits.views.form_words import form_words
from monitor.visits.views.opening import open_answers
from monitor.web.body import TOPIC_FORM_BODY, body_limit


@bp.get("/<uuid:visit_id>/clashes")
@requires(Permission.VISIT_READ)
def clashes(visit_id: object) -> ResponseReturnValue:
    """List the questions for which two texts wait for a person."""
    return _render(read_form(g.subject))


def _render(whole: VisitForm) -> str:
    visit: Visit = whole.visit
    guard = current_app.extensions["guard"]
    may_read_protected = guard.permits(current_user, Permission.VISIT_READ_PROTECTED, visit)
    clashing = [
        item.id
        for item in whole.items.values()
        if item.id in whole.open_clashes and (may_read_protected or not item.is_protected)
    ]
    open_answers(visit, whole.rows_of(clashing))
    shown = [whole.shown_item(item_id) for item_id in clashing]
    writers = {change.by for each in shown for change in each.clashes}
    writers |= {each.head.changed_by for each in shown if each.head}
    return render_template(
        "visits/clashes.html",
        visit=visit,
        whole=whole,
        shown=shown,
        token=new_id(),
        may_fill=guard.permits(current_user, Permission.VISIT_FILL, visit),
        names=names_of(writers),
        words=guide_texts(visit.sheet.guide_version),
        **form_words(),
    )


@bp.post("/<uuid:visit_id>/clashes")
@requires(Permission.VISIT_FILL)
@body_limit(TOPIC_FORM_BODY)
def settle_clash(visit_id: object) -> ResponseReturnValue:
    """Settle one question: one of the texts as it is, or what was written from both."""
    whole = read_form(g.subject)
    item = whole.items.get(request.form.get("item", ""))
    if item is None:
        abort(404)
    open_answers(whole.visit, whole.rows_of([item.id]))
    if whole.shown_item(item.id).is_sealed:
        flash(_("Both texts are kept. Somebody who can open both settles this question."), "warning")
        return redirect(url_for(".clashes", visit_id=g.subject.id))
    (saved,) = save_typed(whole, _decided(whole, item.id), by=current_user, at=g.now, keyring=own_keyring())
    if whole.problems or saved.refusal:
        return _render(whole)
    if saved.is_clash:
        flash(_("Somebody wrote a newer text meanwhile. All texts are kept; look at them once more."), "warning")
    else:
        flash(_("The question is settled. The other text stays in its history."), "success")
    return redirect(url_for(".clashes", visit_id=g.subject.id))


def _decided(whole: VisitForm, item_id: str) -> list[Typed]:
    """Return the decision: what stands, one of the other texts, or what was written from both."""
    posted = posted_item(item_id, uuid_or_new(request.form.get("token")))
    if request.form.get("take") == "present":
        standing = content_of(whole.heads.get(item_id))
        return [replace(typed_content(item_id, standing, posted.base), id=posted.id, settles=True)]
    return decided(whole, [posted])
