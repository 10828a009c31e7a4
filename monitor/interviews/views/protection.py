"""Protection of those who spoke during a visit: risk of reprisals, dates, measures."""

from collections.abc import Callable, Mapping
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.interviews import protection as operations
from monitor.interviews import queries
from monitor.interviews.forms import MeasureDoneForm, MeasureForm, ProtectionForm
from monitor.interviews.models import Risk, VisitProtection
from monitor.interviews.operations import TalkRefused
from monitor.interviews.protection import Dates
from monitor.interviews.views.blueprint import bp, is_closed, say_refused, today
from monitor.interviews.views.opening import Content
from monitor.vault import queries as vault
from monitor.vault import reading
from monitor.vault.models import Compartment
from monitor.vault.operations import KeysRefused
from monitor.visits.models import Visit

DATES = ("call_by", "called_on", "return_by", "returned_on")


@bp.get("/visits/<uuid:visit_id>/protection")
@requires(Permission.INTERVIEW_LIST)
def protection(visit_id: UUID) -> ResponseReturnValue:
    """Show how those who spoke are protected."""
    return _page(g.subject)


def _page(visit: Visit, sent: Mapping[str, FlaskForm] | None = None) -> str:
    row, measures = queries.protection_of(visit), queries.measures_of(visit)
    sealed = {measure.record_id: measure.owner for measure in measures}
    if row is not None:
        sealed[row.record_id] = row.owner
    opened = reading.read(sealed, subject_id=visit.id)
    level = opened[row.record_id] if row else None
    blank: dict[str, FlaskForm] = {"level": _form(row, level), "measure": MeasureForm(formdata=None)}
    return render_template(
        "interviews/protection.html", visit=visit, row=row, level=level, measures=measures, opened=opened,
        forms=blank | dict(sent or {}), sent=list((sent or {}).values()),
        has_key=vault.current_key(visit.body_id, Compartment.INTERVIEWS) is not None,
        readers=queries.readers_names(visit.body_id), today=today(),
    )  # fmt: skip


def _form(row: VisitProtection | None, level: Content | None) -> ProtectionForm:
    """Return the form with what stands: dates for everybody, the level for whom it opens."""
    data = {name: getattr(row, name) for name in DATES} | {"base": row.state} if row else {}
    return ProtectionForm(formdata=None, data=data | (level if isinstance(level, dict) else {}))


@bp.post("/visits/<uuid:visit_id>/protection")
@requires(Permission.INTERVIEW_PROTECT)
def set_protection(visit_id: UUID) -> ResponseReturnValue:
    """Save risk, reasons and dates; without a level, what is sealed stays."""
    visit, form = g.subject, ProtectionForm()
    row = queries.protection_of(visit)
    form.is_first = row is None
    form.level_is_closed = row is not None and is_closed(
        reading.read_one(row.record_id, row.owner, subject_id=visit.id)
    )
    if not form.validate_on_submit():
        return _page(visit, {"level": form})
    dates = Dates(**{name: form[name].data for name in DATES})
    risk = Risk(form.risk.data) if form.risk.data else None
    base = form.base.data or ""
    # Where somebody saved meanwhile, the page shows that, and saving from it once more replaces it.
    form.base.data = row.state if row else ""
    return _sealed(
        visit, {"level": form},
        lambda: operations.set_protection(visit, risk, form.reasons.data, dates, base=base, by=current_user, at=g.now),
        _("Saved. The dates remind leader and coordinators on their start page, without a reason."),
    )  # fmt: skip


@bp.post("/visits/<uuid:visit_id>/protection/measures")
@requires(Permission.INTERVIEW_PROTECT)
def add_measure(visit_id: UUID) -> ResponseReturnValue:
    """Add something to do."""
    visit, form = g.subject, MeasureForm()
    if not form.validate_on_submit():
        return _page(visit, {"measure": form})
    return _sealed(
        visit, {"measure": form},
        lambda: operations.add_measure(visit, form.text.data, form.due_on.data, by=current_user, at=g.now),
        _("The measure is written and sealed."),
    )  # fmt: skip


def _sealed(visit: Visit, sent: Mapping[str, FlaskForm], seal: Callable[[], object], said: str) -> ResponseReturnValue:
    """Seal what was sent and say so; where that is refused, say why and keep what was typed on the page."""
    try:
        seal()
    except (KeysRefused, TalkRefused) as refused:
        say_refused(refused)
        return _page(visit, sent)
    flash(said, "success")
    return redirect(url_for(".protection", visit_id=visit.id))


@bp.post("/visits/<uuid:visit_id>/protection/measures/done")
@requires(Permission.INTERVIEW_PROTECT)
def measure_done(visit_id: UUID) -> ResponseReturnValue:
    """Say that a measure was taken today."""
    visit, form = g.subject, MeasureDoneForm()
    measure_id = form.measure_id() if form.validate_on_submit() else None
    if measure_id and operations.measure_done(visit, measure_id, today(), by=current_user, at=g.now):
        flash(_("The measure is done."), "success")
    return redirect(url_for(".protection", visit_id=visit.id))
