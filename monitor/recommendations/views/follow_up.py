"""Recording what an authority answered, and what the mechanism found out."""

from datetime import date, datetime
from uuid import UUID

from flask import Response, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_timezone
from flask_babel import gettext as _
from flask_login import current_user
from wtforms import Field

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.accounts.forms.fields import add_error
from monitor.recommendations import following_up, queries
from monitor.recommendations.follow_up_forms import AssessmentForm, ReplyForm
from monitor.recommendations.following_up import OutOfTime, VisitMissing
from monitor.recommendations.letters import MOST_BYTES, download_name, media_type_of
from monitor.recommendations.models import Recommendation, ReplyLetter
from monitor.recommendations.operations import Overtaken
from monitor.recommendations.views.blueprint import bp
from monitor.web.body import MEGABYTE, body_limit
from monitor.web.filters import day_range
from monitor.web.forms import choices, shown_texts
from monitor.web.versions import posted_version


@bp.route("/recommendations/<uuid:recommendation_id>/reply", methods=["GET", "POST"])
@requires(Permission.RECOMMENDATION_FOLLOW_UP)
@body_limit(MOST_BYTES + MEGABYTE)
def reply(recommendation_id: object) -> ResponseReturnValue:
    """Record what the authority answered, with its letter."""
    row: Recommendation = g.subject
    form = ReplyForm(received_on=_today())
    if form.is_sent_and_sound():
        draft = form.draft()
        try:
            following_up.check_day(row, draft.received_on, _today())  # before the letter is kept: both or none
            following_up.record_reply(row, draft, today=_today(), by=current_user, at=g.now, letter=_letter(form))
        except OutOfTime:
            _refuse_day(form.received_on)
        else:
            flash(_("The reply is recorded."), "success")
            return redirect(url_for(".show", recommendation_id=row.id))
    return render_template("recommendations/reply.html", recommendation=row, form=form)


@bp.route("/recommendations/<uuid:recommendation_id>/assess", methods=["GET", "POST"])
@requires(Permission.RECOMMENDATION_FOLLOW_UP)
def assess(recommendation_id: object) -> ResponseReturnValue:
    """Record what the mechanism found out, how, and what comes next."""
    row: Recommendation = g.subject
    form = AssessmentForm(
        assessed_on=_today(), next_step=row.next_step, next_step_on=row.next_step_on, base_version=row.version
    )
    present: dict[str, str] = {}
    visits = {str(visit.id): visit for visit in queries.visits_since(current_user, row)}
    named = {
        id_: f"{visit.shown_reference} ({day_range(visit.started_on, visit.ended_on)})" for id_, visit in visits.items()
    }
    form.visit.choices = choices(named, _("No visit"))
    if form.is_sent_and_sound():
        try:
            base = posted_version(form.base_version.data)
            found = form.judgement(visits)
            following_up.assess(row, found, base_version=base, today=_today(), by=current_user, at=g.now)
        except OutOfTime:
            _refuse_day(form.assessed_on)
        except Overtaken as overtaken:
            form.base_version.data = str(overtaken.version)
            present = shown_texts(form, overtaken.present)
        except VisitMissing:
            add_error(form.visit, _("Choose the visit on which it was seen."))
        else:
            flash(_("What was found out is recorded."), "success")
            return redirect(url_for(".show", recommendation_id=row.id))
    return render_template("recommendations/assess.html", recommendation=row, form=form, present=present)


@bp.get("/reply-letters/<uuid:letter_id>")
@requires(Permission.RECOMMENDATION_READ)
def letter(letter_id: object) -> ResponseReturnValue:
    """Download the letter of a reply, exactly as it came."""
    found: ReplyLetter = g.subject
    name = download_name(found.id.hex, found.media_type)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(found.content, mimetype=found.media_type, headers=headers)


def _today() -> date:
    """Return today's date in the mechanism's time zone."""
    return datetime.now(get_timezone()).date()


def _letter(form: ReplyForm) -> UUID | None:
    """Keep the letter that was sent along, if any."""
    sent = form.letter.data
    if not sent:
        return None
    name, content = sent.filename or "", sent.read()
    return following_up.keep_letter(
        g.mechanism.id, name, media_type_of(name, content), content, by=current_user, at=g.now
    )


def _refuse_day(field: Field) -> None:
    add_error(field, _("Give a day between the visit and today."))
