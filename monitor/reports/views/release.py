"""The page of the release check: compare a version with what was said in confidence, settle each hit, release it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple
from uuid import UUID

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.evidence.queries import of_visit as files_of
from monitor.evidence.queries import unchecked
from monitor.interviews.models import Talk
from monitor.interviews.queries import of_visit, readers_names
from monitor.jobs.queue import put_after_commit
from monitor.reports import operations, release_words, releases
from monitor.reports.comparing import Hit
from monitor.reports.confidences import HitKind
from monitor.reports.content import Version
from monitor.reports.forms import DocumentForm, document_form
from monitor.reports.models import Outgoing, Paper, Settlement
from monitor.reports.passages import Passage, Spot
from monitor.reports.releases import CannotBeMade, Content, Material, NothingOpened, NotReleased, NotSettled
from monitor.reports.tasks import RENDER
from monitor.vault import reading
from monitor.vault.keyring import Closed
from monitor.vault.models import Compartment
from monitor.visits.models import Visit
from monitor.visits.states import SEEN_BY_THE_WHOLE_BODY

bp = Blueprint("releases", __name__, url_prefix="/visits")
FIELD: Final = "hit-"
"""What the names of the fields begin with that say how a hit is settled; behind it the hit's keyed hash."""


class Row(NamedTuple):
    """A hit as the page shows it."""

    seal: str
    hit: Hit
    talk: Talk | None
    address: str | None
    """Where the text is edited."""
    choices: list[Settlement]
    chosen: str
    scope: str
    """What the person of the talk agreed to have published; empty without such a consent."""
    photo: UUID | None
    """The file whose copy is shown."""


class Gap(NamedTuple):
    """Records that did not open for the reader, and who can open them."""

    number: int
    is_damaged: bool
    readers: list[str]


@bp.record_once
def tell_templates(state: BlueprintSetupState) -> None:
    """Give templates the words for versions and checks."""
    state.app.jinja_env.globals["release_words"] = release_words


@bp.get("/<uuid:visit_id>/release/<any(authority, public, export):version>")
@requires(Permission.VISIT_RELEASE, steps_up=True)
def show(visit_id: object, version: str) -> ResponseReturnValue:
    """Show the check that stands for this content, or what is to be settled."""
    form = _form(g.subject, request.args)
    content = _content(g.subject, version, form)
    if content is None:
        return _say_why(g.subject)
    return _page(content, form, None if _is_complete(content) else _material(g.subject))


def _content(visit: Visit, version: str, form: DocumentForm) -> Content | None:
    """Return what is to leave, None where it cannot be put together."""
    try:
        return releases.makers[Outgoing(version)](visit, form.language.data)
    except CannotBeMade:
        return None


def _say_why(visit: Visit) -> ResponseReturnValue:
    """Lead to the address of the visit document, which says what is missing."""
    return redirect(url_for("exchange.export_document", visit_id=visit.id))


@bp.post("/<uuid:visit_id>/release/<any(authority, public, export):version>")
@requires(Permission.VISIT_RELEASE, steps_up=True)
def check(visit_id: object, version: str) -> ResponseReturnValue:
    """Keep the check when every hit is settled; else say which are not."""
    visit: Visit = g.subject
    form, material = _form(visit, request.form), _material(visit)
    content = _content(visit, version, form)
    if content is None:
        return _say_why(visit)
    try:
        releases.check(content, material, _settlements(), by=current_user, at=g.now)
    except NotSettled as left:
        return _page(content, form, material, left.hits)
    except NothingOpened:
        flash(_("Nothing that was said in confidence opens for you, so nothing was compared."), "warning")
    else:
        flash(_("Your check is kept. It holds for exactly this content."), "success")
    return redirect(_address(".show", visit, version, form))


@bp.post("/<uuid:visit_id>/release/<any(authority, public):version>/document")
@requires(Permission.VISIT_RELEASE, steps_up=True)
def release(visit_id: object, version: str) -> ResponseReturnValue:
    """Have the checked version made."""
    visit: Visit = g.subject
    form = _form(visit, request.form)
    try:
        document = operations.request_visit_report(
            visit, language=form.language.data, paper=Paper(form.paper.data), by=current_user, at=g.now,
            version=Version(version),
        )  # fmt: skip
    except NotReleased as refused:
        flash(str(release_words.REFUSALS[refused.refusal]), "warning")
        return redirect(_address(".show", visit, version, form))
    if document.is_open:
        put_after_commit(RENDER.name, document.id)
    return redirect(url_for("reports.show", document_id=document.id))


def _form(visit: Visit, sent: Mapping[str, Any]) -> DocumentForm:
    """Return language and paper that the address or the sent form names; the visit's own language and A4 without."""
    form = document_form(visit.language)
    form.language.data = sent.get("language") or visit.language
    form.paper.data = sent.get("paper") or Paper.A4.value
    if form.language.data not in form.language.choices or form.paper.data not in list(Paper):
        abort(400)
    return form


def _address(endpoint: str, visit: Visit, version: str, form: DocumentForm) -> str:
    return url_for(endpoint, visit_id=visit.id, version=version, language=form.language.data, paper=form.paper.data)


def _settlements() -> dict[str, Settlement]:
    known = set(Settlement)
    return {
        name.removeprefix(FIELD): Settlement(value)
        for name, value in request.form.items()
        if name.startswith(FIELD) and value in known
    }


def _material(visit: Visit) -> Material:
    return releases.open_material(visit, lambda records: reading.read(records, subject_id=visit.id))


def _is_complete(content: Content) -> bool:
    refusal = releases.refusal_of_content(content.visit, content.outgoing, content.language, content.fingerprint)
    return refusal is None


def _page(content: Content, form: DocumentForm, material: Material | None = None, unsettled: Iterable[str] = ()) -> str:
    """Render the page: with `material`, what is to be settled; without, the check that stands."""
    visit = content.visit
    checks = releases.checks_of(visit, content.outgoing, content.language)
    standing = [check for check in checks if check.content_hash == content.fingerprint]
    return render_template(
        "reports/release.html", visit=visit, version=content.outgoing, options=form,
        rows=_rows(content, material) if material else [], unsettled=set(unsettled),
        standing=standing, void=next((check for check in checks if check not in standing), None),
        gaps=_gaps(visit, material, releases.left_to_compare(visit, standing)) if material else [],
        is_complete=material is None, is_approved=visit.state in SEEN_BY_THE_WHOLE_BODY,
        compared=len(material.compared) if material else 0, unchecked=unchecked(visit),
    )  # fmt: skip


def _rows(content: Content, material: Material) -> list[Row]:
    visit = content.visit
    talks = {talk.id: talk for talk in of_visit(visit)}
    photos = {file.copy_hash: file.id for file in files_of(visit)}
    chosen = _settlements() | _earlier(visit) if request.method == "GET" else _settlements()
    rows = []
    for hit in releases.hits_in(content.texts, visit, material):
        seal, talk_id = releases.seal_of(hit, visit), hit.talk_id
        photo = photos.get(hit.passage.key) if hit.passage.spot is Spot.PHOTO else None
        choices = [settlement for settlement in Settlement if releases.may_settle(hit, settlement, material)]
        row = Row(
            seal, hit, talks.get(talk_id) if talk_id else None, _edited_at(visit, hit.passage, photo), choices,
            str(chosen.get(seal, "")), material.consents.get(talk_id, "") if talk_id else "",
            photo if hit.kind is HitKind.PHOTO else None,
        )  # fmt: skip
        rows.append(row)
    return rows


def _earlier(visit: Visit) -> dict[str, Settlement]:
    """Return how hits were settled before, for texts that are still the same: a proposal, which the reader confirms."""
    return {
        settled.hit: settled.settlement
        for check in reversed(releases.all_checks_of(visit))
        for settled in check.settled
    }


def _gaps(visit: Visit, material: Material, left: set[UUID]) -> list[Gap]:
    """Return what nobody has compared and this reader cannot, by who can."""
    closed = {id_: why for id_, why in material.closed.items() if id_ in left}
    sealed = {id_ for id_, why in closed.items() if why is Closed.NOT_FOR_YOU}
    medical = sealed & material.medical
    return [
        gap
        for gap in (
            Gap(len(sealed - medical), False, readers_names(visit.body_id)),
            Gap(len(medical), False, readers_names(visit.body_id, Compartment.MEDICAL)),
            Gap(len(closed) - len(sealed), True, []),
        )
        if gap.number
    ]


def _edited_at(visit: Visit, passage: Passage, photo: UUID | None) -> str | None:
    """Return the address of the page on which a text is written; None for the letterhead, which is a setting."""
    if photo is not None:
        return url_for("evidence.show", file_id=photo)
    return _page_of(visit, passage)


def _page_of(visit: Visit, passage: Passage) -> str | None:
    match passage.spot:
        case Spot.FOUND | Spot.WHY:
            return url_for("visits.finding", visit_id=visit.id, topic_id=passage.key)
        case Spot.PURPOSE | Spot.SUMMARY:
            return url_for("visits.findings", visit_id=visit.id)
        case Spot.ANSWER | Spot.NOTE:
            return url_for("visits.form_item", visit_id=visit.id, item_id=passage.key)
        case Spot.RECOMMENDATION | Spot.ADDRESSEE | Spot.FOLLOW_UP:
            return url_for("recommendations.of_visit", visit_id=visit.id)
        case Spot.PLACE:
            return url_for("visits.place", place_id=visit.place_id)
        case Spot.TEAM:
            return url_for("visits.team", visit_id=visit.id)
        case Spot.LETTERHEAD:
            return None
    return url_for("visits.show", visit_id=visit.id)
