"""The page of the release check: compare a version with what was said in confidence, settle each hit, release it."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, abort, flash, g, redirect, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.jobs.queue import put_after_commit
from monitor.reports import operations, release_words, releases
from monitor.reports.content import Version
from monitor.reports.forms import DocumentForm, document_form
from monitor.reports.models import Outgoing, Paper
from monitor.reports.releases import CannotBeMade, Content, NothingOpened, NotReleased, NotSettled
from monitor.reports.tasks import RENDER
from monitor.reports.views.check_page import Ways, check_page, is_complete, material_of, sent_settlements
from monitor.visits.models import Visit

bp = Blueprint("releases", __name__, url_prefix="/visits")
VERSIONS: Final = (Outgoing.AUTHORITY, Outgoing.PUBLIC)
"""What is made as a document once it is checked."""


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
    return check_page(content, _ways(content, form), None if is_complete(content) else material_of(g.subject))


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
    form, material = _form(visit, request.form), material_of(visit)
    content = _content(visit, version, form)
    if content is None:
        return _say_why(visit)
    try:
        releases.check(content, material, sent_settlements(), by=current_user, at=g.now)
    except NotSettled as left:
        return check_page(content, _ways(content, form), material, left.hits)
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


def _ways(content: Content, form: DocumentForm) -> Ways:
    visit, version = content.visit, content.outgoing.value
    return Ways(
        check=_address(".check", visit, version, form),
        release=_address(".release", visit, version, form) if content.outgoing in VERSIONS else "",
        back=url_for("reports.documents", visit_id=visit.id),
        sent_along={"language": form.language.data, "paper": form.paper.data},
    )
