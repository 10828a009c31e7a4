"""From notes to report: purpose, summary, figures, and one finding per topic."""

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.visits import figures, operations
from monitor.visits.findings_page import TopicNotes, topics_of
from monitor.visits.forms import FiguresForm, FindingForm, TextsForm
from monitor.visits.models import INTERVIEW_FIGURES, POPULATION_FIGURES, Visit
from monitor.visits.seen import Overtaken, figures_of, state_of
from monitor.visits.views.blueprint import bp
from monitor.visits.views.opening import open_answers
from monitor.web.body import body_limit
from monitor.web.forms import shown_texts
from monitor.web.versions import posted_version

LONG_TEXTS = 8 * 1024 * 1024


@bp.get("/<uuid:visit_id>/findings")
@requires(Permission.VISIT_READ)
def findings(visit_id: object) -> ResponseReturnValue:
    """Show purpose, summary, figures and the findings of every topic."""
    return _overview(g.subject)


def _overview(
    visit: Visit,
    texts: TextsForm | None = None,
    typed: FlaskForm | None = None,
    present: object = None,
    counted: object = None,
) -> str:
    shown = typed or FiguresForm(formdata=None, data=visit.figures, base=state_of(figures_of(visit)))
    form = texts or TextsForm(formdata=None, obj=visit, base_version=visit.version)
    return render_template(
        "visits/findings.html",
        visit=visit, topics=topics_of(visit), texts=form, figures=shown, computed=figures.figures(visit),
        present=present, counted=counted,
    )  # fmt: skip


@bp.post("/<uuid:visit_id>/texts")
@requires(Permission.FINDING_WRITE)
@body_limit(LONG_TEXTS)
def texts(visit_id: object) -> ResponseReturnValue:
    """Save purpose and summary; where somebody was quicker, show both texts."""
    visit: Visit = g.subject
    form = TextsForm()
    if not form.validate():
        return _overview(visit, form)
    try:
        operations.save_texts(
            visit, purpose=form.purpose.data, summary=form.summary.data,
            base_version=posted_version(form.base_version.data), by=current_user, at=g.now,
        )  # fmt: skip
    except Overtaken as clash:
        form.base_version.data = str(clash.version)
        return _overview(visit, form, present=clash.present)
    flash(_("Purpose and summary are saved."), "success")
    return redirect(url_for(".findings", visit_id=visit.id))


@bp.post("/<uuid:visit_id>/figures")
@requires(Permission.FINDING_WRITE)
def save_figures(visit_id: object) -> ResponseReturnValue:
    """Save typed figures; an empty one follows the answers again. Where somebody was quicker, show what stands."""
    visit: Visit = g.subject
    form = FiguresForm()
    if not form.validate():
        return _overview(visit, typed=form)
    typed = {name: form[name].data for name in (*POPULATION_FIGURES, *INTERVIEW_FIGURES)}
    try:
        operations.save_figures(visit, typed, base=form["base"].data or "", by=current_user, at=g.now)
    except Overtaken as clash:
        form["base"].data = clash.version
        counted = shown_texts(form, clash.present)
        return _overview(visit, typed=form, counted=counted)
    flash(_("The figures are saved."), "success")
    return redirect(url_for(".findings", visit_id=visit.id))


@bp.get("/<uuid:visit_id>/findings/<string:topic_id>")
@requires(Permission.VISIT_READ)
def finding(visit_id: object, topic_id: str) -> ResponseReturnValue:
    """Show a topic's answers and its finding beside them."""
    notes, neighbours = _notes(g.subject, topic_id)
    form = FindingForm(formdata=None, obj=notes.finding, base_version=notes.finding.version if notes.finding else 0)
    return render_template("visits/finding.html", visit=g.subject, notes=notes, form=form, present=None, **neighbours)


@bp.post("/<uuid:visit_id>/findings/<string:topic_id>")
@requires(Permission.FINDING_WRITE)
@body_limit(LONG_TEXTS)
def save_finding(visit_id: object, topic_id: str) -> ResponseReturnValue:
    """Save a finding; where somebody was quicker, show both texts."""
    visit: Visit = g.subject
    notes, neighbours = _notes(visit, topic_id)
    form, present = FindingForm(), None
    if form.validate():
        present = _save_finding(visit, notes, form)
        if present is None:
            flash(_("The finding is saved."), "success")
            return redirect(url_for(".finding", visit_id=visit.id, topic_id=topic_id))
    return render_template("visits/finding.html", visit=visit, notes=notes, form=form, present=present, **neighbours)


def _notes(visit: Visit, topic_id: str) -> tuple[TopicNotes, dict[str, TopicNotes | None]]:
    """Return the topic and its neighbours on the form; 404 for a topic that is not on it."""
    topics = topics_of(visit)
    number = next((place for place, notes in enumerate(topics) if notes.topic.id == topic_id), None)
    if number is None:
        abort(404)
    open_answers(visit, topics[number].heads.values())
    after = topics[number + 1] if number + 1 < len(topics) else None
    return topics[number], {"before": topics[number - 1] if number else None, "after": after}


def _save_finding(visit: Visit, notes: TopicNotes, form: FindingForm) -> object:
    """Save; return what stands now where somebody was quicker, else None."""
    try:
        operations.save_finding(
            visit, notes.topic.id, found=form.found.data, why=form.why.data,
            base_version=posted_version(form.base_version.data), by=current_user, at=g.now,
        )  # fmt: skip
    except Overtaken as clash:
        form.base_version.data = str(clash.version)
        return clash.present
    return None
