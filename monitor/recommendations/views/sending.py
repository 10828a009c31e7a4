"""The steps of a visit after its approval: draft sent, final report sent, published, in follow-up, closed."""

from datetime import date, datetime

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_timezone
from flask_babel import gettext as _
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.accounts.forms.fields import add_error
from monitor.recommendations import queries, sending
from monitor.recommendations.models import Recommendation
from monitor.recommendations.sending import DeadlinesPassed, NotReleasedHere, OutOfTime
from monitor.recommendations.sending_forms import DraftSentForm, FinalSentForm, PublishedForm, StepForm
from monitor.recommendations.views.blueprint import bp
from monitor.visits import corrections
from monitor.visits import operations as visits
from monitor.visits.labels import STEPS_TAKEN
from monitor.visits.models import CorrectionOutcome, Visit
from monitor.visits.states import STEPS, WrongState


@bp.route("/visits/<uuid:visit_id>/after-approval/<string:stage>", methods=["GET", "POST"])
@requires(Permission.VISIT_SEND)
def after_approval(visit_id: object, stage: str) -> ResponseReturnValue:
    """Take one step after approval, with the days that it needs."""
    visit: Visit = g.subject
    if stage not in STEPS or STEPS[stage].permission is not Permission.VISIT_SEND:
        abort(404)
    today = datetime.now(get_timezone()).date()
    form = _form(stage, visit, today)
    passed: list[Recommendation] = []
    if form.is_sent_and_sound():
        try:
            _take(visit, stage, form, today)
        except OutOfTime:
            add_error(form["on"], _("Give a day between the visit and today; comments are due after it."))
        except DeadlinesPassed as deadlines:
            passed = list(deadlines.rows)
            form.form_errors.append(_("Some dates by which something is to be done lie before this day."))
        except NotReleasedHere:
            form.form_errors.append(_("This version has not been released. Nothing was recorded."))
        except WrongState:
            flash(_("The visit stands elsewhere by now; nothing was changed."), "warning")
            return redirect(url_for("visits.show", visit_id=visit.id))
        else:
            flash(str(STEPS_TAKEN[stage]), "success")
            return redirect(url_for("visits.show", visit_id=visit.id))
    still_open = [row for row in queries.of_visit(visit) if row.is_open]
    unanswered = sum(row.outcome is CorrectionOutcome.OPEN for row in corrections.of_visit(visit))
    return render_template(
        "recommendations/after_approval.html", visit=visit, step=stage, form=form, passed=passed,
        still_open=still_open, unanswered=unanswered,
    )  # fmt: skip


def _form(step: str, visit: Visit, today: date) -> StepForm:
    match step:
        case "send_draft":
            return DraftSentForm(on=today, is_released=sending.was_released[step](visit))
        case "send_final":
            return FinalSentForm(on=sending.usual_day(visit, today), is_released=sending.was_released[step](visit))
        case "publish":
            return PublishedForm(is_released=sending.was_released[step](visit))
        case _:
            return StepForm(needs_reason=STEPS[step].needs_reason)


def _take(visit: Visit, step: str, form: StepForm, today: date) -> None:
    match form:
        case DraftSentForm():
            sending.send_draft(
                visit, on=form.on.data, comments_due_on=form.comments_due_on.data, otherwise=form.why_otherwise,
                today=today, by=current_user, at=g.now,
            )  # fmt: skip
        case FinalSentForm():
            sending.send_final(
                visit, on=form.on.data, keeps_passed=bool(form.keeps_passed.data), otherwise=form.why_otherwise,
                today=today, by=current_user, at=g.now,
            )  # fmt: skip
        case PublishedForm():
            sending.publish(visit, otherwise=form.why_otherwise, by=current_user, at=g.now)
        case _:
            visits.move_on(visit, step, reason=form.reason.data or "", by=current_user, at=g.now)
