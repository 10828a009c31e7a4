"""The pages of documents: ask for one, watch it being made, take it away."""

from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import get_timezone
from flask_babel import gettext as _
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.guide.loading import get_guide
from monitor.guide.scope import Scope
from monitor.jobs.queue import put_after_commit
from monitor.reports import document_words, operations, queries, releases
from monitor.reports.collection import collect_visit_report
from monitor.reports.content import Version, content_hash
from monitor.reports.forms import PAPERS, ReportForm, blank_form_form, document_form, report_form
from monitor.reports.languages import language_name
from monitor.reports.models import Document, DocumentKind, DocumentState, Paper
from monitor.reports.tasks import RENDER
from monitor.reports.visit_report import Imprint, visit_report_text
from monitor.reports.word_files import MEDIA_TYPE
from monitor.vault.reading import note_departure
from monitor.visits.models import Visit
from monitor.web.filters import number as written

bp = Blueprint("reports", __name__)


@bp.record_once
def words(state: BlueprintSetupState) -> None:
    """Give templates the words for documents."""
    state.app.jinja_env.globals["document_words"] = {
        "title": document_words.title_of, "states": document_words.STATES, "tones": document_words.STATE_TONES,
        "problem": document_words.problem_of, "papers": PAPERS, "language": language_name,
    }  # fmt: skip


@bp.get("/visits/<uuid:visit_id>/documents")
@requires(Permission.DOCUMENT_REQUEST)
def documents(visit_id: object) -> ResponseReturnValue:
    """List the documents of a visit and offer new ones."""
    visit: Visit = g.subject
    return render_template(
        "reports/documents.html", visit=visit, form=_report_form(visit), rows=queries.of_visit(visit, current_user),
        released=releases.released_of(visit), refusal=releases.refusal_of_document,
    )  # fmt: skip


@bp.post("/visits/<uuid:visit_id>/documents/report")
@requires(Permission.DOCUMENT_REQUEST)
def request_report(visit_id: object) -> ResponseReturnValue:
    """Have the internal report on a visit rendered; any other version goes by its release check."""
    visit: Visit = g.subject
    form = _report_form(visit)
    if not form.validate():
        abort(400)
    language, paper, version = form.language.data, Paper(form.paper.data), Version(form.version.data)
    if version is not Version.INTERNAL:
        return redirect(
            url_for("releases.show", visit_id=visit.id, version=version.value, language=language, paper=paper.value)
        )
    return show_document(
        operations.request_visit_report(visit, language=language, paper=paper, by=current_user, at=g.now)
    )


@bp.post("/visits/<uuid:visit_id>/documents/text")
@requires(Permission.DOCUMENT_REQUEST, steps_up=True)
def report_text(visit_id: object) -> ResponseReturnValue:
    """Hand over the text of a version for drafting; of one that leaves only after approval and release check."""
    visit: Visit = g.subject
    form = _report_form(visit)
    if not form.validate():
        abort(400)
    version = Version(form.version.data)
    report = collect_visit_report(visit, form.language.data, version)
    if operations.refusal_to_make(visit, version, report.language, content_hash(report)) is not None:
        return redirect(url_for("releases.show", visit_id=visit.id, version=version.value, language=report.language))
    note_departure("visit:text-taken", subject_id=visit.id, audience=version.value, content=content_hash(report))
    text = visit_report_text(report, Imprint(g.now.astimezone(get_timezone()).date()))
    headers = {"Content-Disposition": f'attachment; filename="report-{visit.id.hex[-8:]}.docx"'}
    return Response(text, mimetype=MEDIA_TYPE, headers=headers)


def _report_form(visit: Visit) -> ReportForm:
    """Return the form for a report, with the versions that this person may ask for."""
    may_release = current_app.extensions["guard"].permits(current_user, Permission.VISIT_RELEASE, visit)
    return report_form(visit.language, list(Version) if may_release else [Version.INTERNAL])


@bp.route("/forms", methods=["GET", "POST"])
@requires(Permission.FORM_PRINT)
def forms() -> ResponseReturnValue:
    """Offer empty forms for every type of place, that in the address first; list those the person asked for."""
    form = blank_form_form(get_guide(), request.args.get("place_type"))
    if form.validate_on_submit():
        scope = Scope(form.place_type.data, form=form.form.data)
        return show_document(
            operations.request_blank_form(
                scope, language=form.language.data, paper=Paper(form.paper.data), by=current_user, at=g.now
            )
        )
    return render_template("reports/forms.html", form=form, rows=queries.own_forms(current_user))


@bp.get("/documents/<uuid:document_id>")
@requires(Permission.DOCUMENT_READ)
def show(document_id: object) -> ResponseReturnValue:
    """Show how far a document is; without scripts the page looks again by itself while it is not finished."""
    document: Document = g.subject
    percent, making = _how_far(document)
    return render_template(
        "reports/show.html", document=document, percent=percent, making=making,
        missing=[part for part in queries.parts_of(document) if part.state is DocumentState.FAILED],
        refusal=releases.refusal_of_document(document),
    )  # fmt: skip


@bp.get("/documents/<uuid:document_id>/progress")
@requires(Permission.DOCUMENT_READ, counts_as_use=False)
def progress(document_id: object) -> ResponseReturnValue:
    """Say how far a document is: {state, progress, making, is_open}; `making` is a sentence, for a zip alone."""
    document: Document = g.subject
    percent, making = _how_far(document)
    return jsonify(state=document.state.value, progress=percent, making=making, is_open=document.is_open)


def _how_far(document: Document) -> tuple[int, str]:
    """Return the percents of a document that are made and, of a zip, which of its documents is being made."""
    parts = queries.parts_of(document)
    if not parts:
        return document.progress, ""
    made = sum(not part.is_open for part in parts)
    part = next((part for part in parts if part.state is DocumentState.RUNNING), None)
    if part is None:
        return operations.FULL * made // len(parts), ""
    making = _(
        "Being made: %(document)s (%(number)s of %(all)s)",
        document=document_words.title_of(part), number=written(made + 1), all=written(len(parts)),
    )  # fmt: skip
    return (operations.FULL * made + part.progress) // len(parts), making


@bp.get("/documents/<uuid:document_id>/file")
@requires(Permission.DOCUMENT_READ)
def download(document_id: object) -> ResponseReturnValue:
    """Hand the finished document over, under a name that tells neither place nor date.

    A version whose release check no longer stands, and a file that was exchanged, are not handed over; the page of the
    document says why.
    """
    document: Document = g.subject
    if document.pdf is None:
        abort(404)
    if releases.refusal_of_document(document) is not None:
        return redirect(url_for("reports.show", document_id=document.id))
    if not queries.is_as_made(document):
        flash(str(document_words.EXCHANGED), "danger")
        return redirect(url_for("reports.show", document_id=document.id))
    note_departure("document:downloaded", subject_id=document.id, **_held(document))
    headers = {"Content-Disposition": f'attachment; filename="{document.file_name}"'}
    return Response(document.pdf, mimetype=document.media_type, headers=headers)


def _held(document: Document) -> dict[str, list[str]]:
    """Return what a zip holds, for the log: the ids of its documents and of the letters still drafted."""
    return dict(document.scope_data or {}) if document.kind is DocumentKind.BUNDLE else {}


def chosen(own_language: str) -> tuple[str, Paper]:
    """Return language and paper as they were sent; anything that is not offered ends the request."""
    form: Any = document_form(own_language)
    if not form.validate():
        abort(400)
    return form.language.data, Paper(form.paper.data)


def show_document(document: Document) -> ResponseReturnValue:
    """Have a document made that waits, and go to its page."""
    if document.is_open:
        put_after_commit(RENDER.name, document.id)
    return redirect(url_for("reports.show", document_id=document.id))
