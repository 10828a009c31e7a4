"""One talk: its full record, supplements, medical notes and consents."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.answers.queries import guide_and_items
from monitor.interviews import operations, queries
from monitor.interviews.forms import ConsentForm, MedicalForm, RecordForm, SupplementForm
from monitor.interviews.models import ConsentStep, Kind, Talk
from monitor.interviews.operations import FullRecord, TalkRefused
from monitor.interviews.views.blueprint import bp, is_closed, say_refused, today
from monitor.interviews.views.lines import counted_of, line_of
from monitor.interviews.views.opening import Content, open_kinds
from monitor.vault.keyring import Closed
from monitor.vault.models import Compartment
from monitor.vault.operations import KeysRefused
from monitor.visits.views.blueprint import guide_texts
from monitor.web.body import MEGABYTE, body_limit

LONG_TEXTS: Final = 2 * MEGABYTE
CONSENTS: Final = frozenset({Kind.ACT.value, Kind.PUBLISH.value})
SHOWN: Final = frozenset(Kind) - {Kind.NAME}
"""What a talk's page opens; the name has a page of its own, so that it is read only by who wants it."""


@bp.get("/interviews/<uuid:talk_id>")
@requires(Permission.TALK_READ)
def show(talk_id: UUID) -> ResponseReturnValue:
    """Show what of a talk opens, and for what does not, who can read it."""
    return page(g.subject)


def page(talk: Talk, forms: Mapping[str, FlaskForm] | None = None) -> str:
    """Render a talk; `forms` holds those that were sent and are not sound."""
    opened = open_kinds(talk, SHOWN)
    _guide, items = guide_and_items(talk.visit.sheet)
    blank: dict[str, FlaskForm] = {
        "supplement": SupplementForm(formdata=None), "medical": MedicalForm(formdata=None),
        "act": ConsentForm(formdata=None, prefix="act-", data={"on": today()}),
        "publish": ConsentForm(formdata=None, prefix="publish-", data={"on": today()}),
    }  # fmt: skip
    return render_template(
        "interviews/show.html", talk=talk, visit=talk.visit, opened=opened, items=items,
        texts=guide_texts(talk.visit.sheet.guide_version), readers=queries.readers_names(talk.visit.body_id),
        health_readers=queries.readers_names(talk.visit.body_id, Compartment.MEDICAL),
        asks_for_action=_asks_for_action(talk, opened), consents=_consents(talk, opened),
        altered={kind for _id, kind in queries.altered_consents([talk])},
        forms=blank | dict(forms or {}), sent=list((forms or {}).values()),
    )  # fmt: skip


def _asks_for_action(talk: Talk, opened: Mapping[UUID, Content]) -> bool:
    row = talk.only(Kind.RECORD)
    content = opened[row.id] if row else None
    return isinstance(content, dict) and bool(content["requests"])


def _consents(talk: Talk, opened: Mapping[UUID, Content]) -> dict[Kind, ConsentStep | None]:
    """Return how the consents stand, as far as they open; None: nobody has asked, or it does not open."""
    found: dict[Kind, ConsentStep | None] = {}
    for kind in (Kind.ACT, Kind.PUBLISH):
        last = next(iter(reversed(talk.of_kind(kind))), None)
        content = opened[last.id] if last else None
        found[kind] = ConsentStep(content["step"]) if isinstance(content, dict) else None
    return found


@bp.route("/interviews/<uuid:talk_id>/record", methods=["GET", "POST"])
@requires(Permission.TALK_WRITE)
@body_limit(LONG_TEXTS)
def record(talk_id: UUID) -> ResponseReturnValue:
    """Write line and full record while they are not finished."""
    talk: Talk = g.subject
    opened = open_kinds(talk, {Kind.LINE, Kind.RECORD})
    damaged = _damaged_line(talk, opened)
    if any(is_closed(content) for row_id, content in opened.items() if row_id != damaged):
        flash(_("What was written before does not open for you, so it cannot be changed here."), "warning")
        return redirect(url_for(".show", talk_id=talk.id))
    form = _record_form(talk, opened)
    if form.validate_on_submit() and _items_fit(form, talk):
        try:
            _write(talk, form)
        except (TalkRefused, KeysRefused) as refused:
            say_refused(refused)
            form.base_line.data, form.base_record.data = _base(talk, Kind.LINE), _base(talk, Kind.RECORD)
        else:
            flash(_("%(code)s is written and sealed.", code=talk.code), "success")
            return redirect(url_for(".show", talk_id=talk.id))
    if damaged:
        flash(_("The line of this talk is damaged. What you write here takes its place."), "warning")
    return render_template("interviews/record.html", talk=talk, visit=talk.visit, form=form)


def _damaged_line(talk: Talk, opened: Mapping[UUID, Content]) -> UUID | None:
    """Return the talk's line where it is damaged: what a device sealed wrongly, no backup brings back."""
    line = talk.only(Kind.LINE)
    return line.id if line is not None and opened[line.id] is Closed.DAMAGED else None


def _record_form(talk: Talk, opened: Mapping[UUID, Content]) -> RecordForm:
    guide, items = guide_and_items(talk.visit.sheet)
    texts = guide_texts(guide.version)
    data: dict[str, Any] = {
        "partner": talk.partner.value, "sex": talk.sex.value, "age": talk.age.value, "people": talk.people or 1,
        "base_line": _base(talk, Kind.LINE), "base_record": _base(talk, Kind.RECORD),
    }  # fmt: skip
    for content in opened.values():
        data |= content if isinstance(content, dict) else {}
    data["items"] = ", ".join(items[id_].number for id_ in data.get("items", ()) if id_ in items)
    form = RecordForm(data=data)
    topics = dict.fromkeys(item.topic_id for item in items.values())
    form.topics.choices = {id_: texts.topic_name(id_) for id_ in topics}
    return form


def _base(talk: Talk, kind: Kind) -> str:
    row = talk.only(kind)
    return str(row.record_id) if row else ""


def _items_fit(form: RecordForm, talk: Talk) -> bool:
    """Check that what was typed as items are numbers of the visit's form."""
    _guide, items = guide_and_items(talk.visit.sheet)
    numbers = {item.number for item in items.values()}
    unknown = [number for number in _numbers(form) if number not in numbers]
    if unknown:
        said = _("The form of this visit has no item %(numbers)s.", numbers=", ".join(unknown))
        form["items"].errors = [*form["items"].errors, said]
    return not unknown


def _numbers(form: RecordForm) -> list[str]:
    return (form["items"].data or "").replace(",", " ").replace("،", " ").replace(";", " ").split()


def _write(talk: Talk, form: RecordForm) -> None:
    _guide, items = guide_and_items(talk.visit.sheet)
    ids = {item.number: item.id for item in items.values()}
    touched = tuple(dict.fromkeys(ids[number] for number in _numbers(form)))
    full = FullRecord(
        form.said.data, form.requests.data, tuple(form.groups.data or ()), tuple(form.topics.data or ()), touched
    )
    base = {Kind.LINE: form.base_line.data, Kind.RECORD: form.base_record.data}
    operations.write_record(talk, counted_of(form), line_of(form), full, base=base, by=current_user, at=g.now)


@bp.post("/interviews/<uuid:talk_id>/finish")
@requires(Permission.TALK_WRITE)
def finish(talk_id: UUID) -> ResponseReturnValue:
    """Finish line and record; from then on they are only supplemented."""
    talk: Talk = g.subject
    operations.finish(talk, by=current_user, at=g.now)
    flash(_("%(code)s is finished. It can be supplemented, not changed.", code=talk.code), "success")
    return redirect(url_for(".show", talk_id=talk.id))


@bp.post("/interviews/<uuid:talk_id>/supplement")
@requires(Permission.TALK_SUPPLEMENT)
@body_limit(LONG_TEXTS)
def supplement(talk_id: UUID) -> ResponseReturnValue:
    """Add to a finished record."""
    talk, form = g.subject, SupplementForm()
    if not form.validate_on_submit():
        return page(talk, {"supplement": form})
    try:
        operations.supplement(talk, form.text.data, by=current_user, at=g.now)
    except (TalkRefused, KeysRefused) as refused:
        say_refused(refused)
        return page(talk, {"supplement": form})
    return _sealed(talk)


@bp.post("/interviews/<uuid:talk_id>/medical")
@requires(Permission.TALK_ADD_MEDICAL)
@body_limit(LONG_TEXTS)
def medical(talk_id: UUID) -> ResponseReturnValue:
    """Add injuries and medical notes."""
    talk, form = g.subject, MedicalForm()
    if not form.validate_on_submit():
        return page(talk, {"medical": form})
    try:
        operations.add_medical(talk, injuries=form.injuries.data, notes=form.notes.data, by=current_user, at=g.now)
    except KeysRefused as refused:
        say_refused(refused)
        return page(talk, {"medical": form})
    return _sealed(talk)


@bp.post("/interviews/<uuid:talk_id>/consent/<string:consent>")
@requires(Permission.TALK_SUPPLEMENT)
def consent(talk_id: UUID, consent: str) -> ResponseReturnValue:
    """Note what the person said about acting or publishing."""
    if consent not in CONSENTS:
        abort(404)
    talk, form = g.subject, ConsentForm(prefix=f"{consent}-")
    if not form.validate_on_submit():
        return page(talk, {consent: form})
    try:
        operations.set_consent(
            talk, Kind(consent), ConsentStep(form.step.data), on=form.on.data, scope=form.scope.data,
            by=current_user, at=g.now,
        )  # fmt: skip
    except KeysRefused as refused:
        say_refused(refused)
        return page(talk, {consent: form})
    return _sealed(talk)


def _sealed(talk: Talk) -> ResponseReturnValue:
    flash(_("Added to %(code)s and sealed.", code=talk.code), "success")
    return redirect(url_for(".show", talk_id=talk.id))
