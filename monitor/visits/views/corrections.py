"""What the authority calls wrong in a draft, and the answers to it."""

from datetime import datetime

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_timezone
from flask_babel import gettext as _
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.accounts.forms.fields import add_error
from monitor.visits import corrections as operations
from monitor.visits.corrections import AnswerMissing, NotWithTheAuthority
from monitor.visits.forms import AnswerForm, CorrectionForm
from monitor.visits.models import CorrectionOutcome, Visit
from monitor.visits.seen import Overtaken, answer_of, state_of
from monitor.visits.views.blueprint import bp
from monitor.web.body import MEGABYTE, body_limit
from monitor.web.forms import shown_texts


@bp.route("/<uuid:visit_id>/corrections", methods=["GET", "POST"])
@requires(Permission.VISIT_SEND)
@body_limit(2 * MEGABYTE)
def corrections(visit_id: object) -> ResponseReturnValue:
    """List the corrections of a draft, and record another."""
    visit: Visit = g.subject
    form = CorrectionForm(received_on=datetime.now(get_timezone()).date())
    if form.is_sent_and_sound():
        try:
            operations.receive(
                visit, form.passage.data, form.asked.data, received_on=form.received_on.data, by=current_user, at=g.now
            )
        except NotWithTheAuthority:
            form.form_errors.append(_("Corrections are recorded while the draft is with the authority."))
        else:
            flash(_("The correction is recorded."), "success")
            return redirect(url_for(".corrections", visit_id=visit.id))
    rows = operations.of_visit(visit)
    return render_template("visits/corrections.html", visit=visit, form=form, rows=rows)


@bp.route("/<uuid:visit_id>/corrections/<string:correction>", methods=["GET", "POST"])
@requires(Permission.VISIT_SEND)
@body_limit(2 * MEGABYTE)
def correction(visit_id: object, correction: str) -> ResponseReturnValue:
    """Answer one correction."""
    visit: Visit = g.subject
    row = next((row for row in operations.of_visit(visit) if row.id.hex == correction), None) or abort(404)
    stands, present = answer_of(row), {}
    form = AnswerForm(data=stands | {"base": state_of(stands)})
    if form.is_sent_and_sound():
        try:
            outcome = CorrectionOutcome(form.outcome.data)
            answer = form.answer.data or ""
            operations.answer(row, outcome, answer, base=form.base.data or "", by=current_user, at=g.now)
        except AnswerMissing:
            add_error(form.answer, _("Say why the report does not follow the correction."))
        except Overtaken as clash:
            form.base.data = clash.version
            present = shown_texts(form, clash.present)
        else:
            flash(_("The answer is recorded."), "success")
            return redirect(url_for(".corrections", visit_id=visit.id))
    return render_template("visits/correction.html", visit=visit, form=form, row=row, present=present)
