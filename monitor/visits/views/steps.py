"""The steps in the life of a visit: start, send for review, return, approve, open again, and the side steps."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from itertools import groupby

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_timezone
from flask_babel import gettext as _
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.visits import completeness, labels, operations
from monitor.visits.completeness import Gap
from monitor.visits.findings_page import topics_of
from monitor.visits.forms import ReasonForm, return_form
from monitor.visits.models import Visit
from monitor.visits.operations import NotFinished, OwnSubmission
from monitor.visits.states import STEPS, WrongState
from monitor.visits.views.blueprint import bp, guide_texts
from monitor.web.filters import comma

HALTS = frozenset(name for name, step in STEPS.items() if step.permission is Permission.VISIT_HALT)


def _take(visit: Visit, step: Callable[[], None], done: str) -> ResponseReturnValue:
    """Take a step and say so; where the visit has moved on meanwhile, say that instead."""
    try:
        step()
    except WrongState:
        flash(_("The visit stands elsewhere by now; nothing was changed."), "warning")
    except OwnSubmission as own:
        names = comma().join(other.name for other in own.others)
        words = _("You sent this visit for review yourself, so somebody else approves it: %(names)s.", names=names)
        flash(words, "warning")
    else:
        flash(done, "success")
    return redirect(url_for(".show", visit_id=visit.id))


@bp.post("/<uuid:visit_id>/start")
@requires(Permission.VISIT_START)
def start(visit_id: object) -> ResponseReturnValue:
    """Say that the team is on site."""
    visit: Visit = g.subject
    today = datetime.now(get_timezone()).date()
    return _take(
        visit,
        lambda: operations.start(visit, by=current_user, at=g.now, on=today),
        _("The visit is under way. The whole form is open."),
    )


@bp.route("/<uuid:visit_id>/submit", methods=["GET", "POST"])
@requires(Permission.VISIT_SUBMIT)
def submit(visit_id: object) -> ResponseReturnValue:
    """List what is open as links, then send the visit for review."""
    visit: Visit = g.subject
    if request.method == "POST":
        try:
            operations.submit(visit, by=current_user, at=g.now)
        except NotFinished:
            flash(_("Nothing was sent: some points must be closed first."), "error")
        except WrongState:
            flash(_("The visit stands elsewhere by now; nothing was changed."), "warning")
        else:
            flash(_("The visit was sent for review."), "success")
            return redirect(url_for(".show", visit_id=visit.id))
    return render_template(
        "visits/submit.html", visit=visit, gaps=completeness.gaps(visit), must=completeness.MUST_BE_CLOSED
    )


@bp.route("/<uuid:visit_id>/return", methods=["GET", "POST"])
@requires(Permission.VISIT_RETURN)
def send_back(visit_id: object) -> ResponseReturnValue:
    """Return a visit to its team with comments per topic."""
    visit: Visit = g.subject
    topics, words = topics_of(visit), guide_texts(visit.sheet.guide_version)
    form = return_form([(notes.topic.id, words.topic_name(notes.topic.id)) for notes in topics])()
    if form.validate_on_submit():
        texts = {notes.topic.id: (form[f"topic-{notes.topic.id}"].data or "").strip() for notes in topics}
        comments, reason = {id_: text for id_, text in texts.items() if text}, form.reason.data or ""
        if comments or reason.strip():
            return _take(
                visit,
                lambda: operations.return_visit(visit, comments, reason=reason, by=current_user, at=g.now),
                _("The visit is with its team again."),
            )
        form.form_errors.append(_("Write at least one comment, so that the team knows what to look at."))
    sections = {id_: list(group) for id_, group in groupby(topics, key=lambda notes: notes.topic.section_id)}
    return render_template(
        "visits/return.html", visit=visit, form=form, sections=sections, gaps=_gaps_by_topic(visit), words=words
    )


def _gaps_by_topic(visit: Visit) -> dict[str, list[Gap]]:
    """Return topic id -> what is open in it and should be closed; core items without answer are left out."""
    found = defaultdict(list)
    for gap in completeness.gaps(visit):
        if gap.kind in completeness.MUST_BE_CLOSED:
            found[gap.item.topic_id].append(gap)
    return found


@bp.post("/<uuid:visit_id>/approve")
@requires(Permission.VISIT_APPROVE)
def approve(visit_id: object) -> ResponseReturnValue:
    """Approve a visit in review."""
    visit: Visit = g.subject
    return _take(
        visit,
        lambda: operations.approve(visit, by=current_user, at=g.now),
        _("The visit is approved. All monitors of the body can read it now."),
    )


@bp.route("/<uuid:visit_id>/reopen", methods=["GET", "POST"])
@requires(Permission.VISIT_REOPEN)
def reopen(visit_id: object) -> ResponseReturnValue:
    """Open an approved visit again, with a reason; it becomes the next version."""
    visit: Visit = g.subject
    form = ReasonForm()
    if form.validate_on_submit():
        return _take(
            visit,
            lambda: operations.reopen(visit, reason=form.reason.data, by=current_user, at=g.now),
            _("The visit is open again, as its next version. Documents of the last version stay."),
        )
    return render_template("visits/step.html", visit=visit, form=form, step="reopen")


@bp.route("/<uuid:visit_id>/halt/<string:step>", methods=["GET", "POST"])
@requires(Permission.VISIT_HALT)
def halt(visit_id: object, step: str) -> ResponseReturnValue:
    """Cancel, record a refusal, suspend, or go on after a suspension."""
    visit: Visit = g.subject
    if step not in HALTS:
        abort(404)
    form = ReasonForm()
    wants_reason = STEPS[step].needs_reason
    if request.method == "POST" and (not wants_reason or form.validate()):
        reason = form.reason.data if wants_reason else ""
        return _take(
            visit,
            lambda: operations.halt(visit, step, reason=reason, by=current_user, at=g.now),
            str(labels.STEPS_TAKEN[step]),
        )
    return render_template("visits/step.html", visit=visit, form=form, step=step)
