"""The pages of a visit's photos and documents: add, open, check, hand over."""

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.evidence import operations, queries, words
from monitor.evidence.forms import FileForm
from monitor.evidence.models import StoredFile
from monitor.evidence.operations import AlreadyChecked, Sent
from monitor.files.kinds import clean
from monitor.files.limits import LARGEST_FILE, UnfitFile
from monitor.vault.keyring import Closed
from monitor.vault.operations import KeysRefused
from monitor.vault.reading import note_departure, read_one
from monitor.vault.words import REFUSED
from monitor.visits.models import Visit
from monitor.web.body import MEGABYTE, body_limit

bp = Blueprint("evidence", __name__)
LARGEST_BODY: Final = LARGEST_FILE + MEGABYTE
LONGEST_NAME: Final = 200


@bp.record_once
def in_templates(state: BlueprintSetupState) -> None:
    """Give templates the words for files."""
    state.app.jinja_env.globals["file_words"] = words


@bp.route("/visits/<uuid:visit_id>/files")
@requires(Permission.VISIT_READ)
def files(visit_id: UUID) -> ResponseReturnValue:
    """List the photos and documents of a visit."""
    return _list(g.subject, FileForm(formdata=None))


def _list(visit: Visit, form: FileForm) -> str:
    return render_template("evidence/files.html", visit=visit, form=form, files=queries.of_visit(visit))


@bp.post("/visits/<uuid:visit_id>/files")
@requires(Permission.FILE_ADD)
@body_limit(LARGEST_BODY)
def add(visit_id: UUID) -> ResponseReturnValue:
    """Take a photo or document; what cannot be made safe is refused with a sentence and kept nowhere."""
    visit, form = g.subject, FileForm()
    if not form.validate_on_submit():
        return _list(visit, form)
    upload = form.file.data
    sent = Sent(upload.read(), (upload.filename or "")[:LONGEST_NAME], form.note.data)
    try:
        operations.add_file(visit, sent, by=current_user, at=g.now)
    except UnfitFile as unfit:
        form.file.errors = (words.UNFIT[unfit.reason],)
        return _list(visit, form)
    except KeysRefused as refused:
        form.file.errors = (REFUSED[refused.code],)
        return _list(visit, form)
    flash(
        _("The file is sealed. Somebody who can read confidential records checks it before reports use it."), "success"
    )
    return redirect(url_for(".files", visit_id=visit.id))


@bp.get("/files/<uuid:file_id>")
@requires(Permission.FILE_READ)
def show(file_id: UUID) -> ResponseReturnValue:
    """Open a file: its name, its note and what it shows."""
    file: StoredFile = g.subject
    opened = _opened(file)
    sent = None if isinstance(opened, Closed) else Sent.from_json(opened)
    is_picture = sent is not None and not sent.data.startswith(b"%PDF-")
    return render_template(
        "evidence/file.html", file=file, visit=file.visit, sent=sent, closed=opened, is_picture=is_picture
    )


@bp.get("/files/<uuid:file_id>/view")
@requires(Permission.FILE_READ)
def view(file_id: UUID) -> ResponseReturnValue:
    """Hand over what a file shows, made anew; nobody's browser ever gets the bytes that were sent."""
    file: StoredFile = g.subject
    opened = _opened(file)
    if isinstance(opened, Closed):
        abort(404)
    made = clean(Sent.from_json(opened).data)
    return _handed_over(file, made.data, made.media_type)


@bp.get("/files/<uuid:file_id>/copy")
@requires(Permission.FILE_COPY)
def copy(file_id: UUID) -> ResponseReturnValue:
    """Hand over the copy that was made for reports."""
    file: StoredFile = g.subject
    if file.copy is None or file.media_type is None:
        abort(404)
    note_departure("file:downloaded", subject_id=file.id)
    return _handed_over(file, file.copy, file.media_type)


@bp.post("/files/<uuid:file_id>/check")
@requires(Permission.FILE_CHECK)
def check(file_id: UUID) -> ResponseReturnValue:
    """Decide whether reports may use a file; only who can open it decides."""
    file: StoredFile = g.subject
    opened = _opened(file)
    if isinstance(opened, Closed):
        flash(_("Only somebody who can open this file can check it."), "warning")
        return redirect(url_for(".show", file_id=file.id))
    try:
        if request.form.get("decision") == "use":
            operations.check_file(file, opened, by=current_user, at=g.now)
        else:
            operations.set_aside(file, by=current_user, at=g.now)
    except AlreadyChecked:
        flash(_("Somebody checked this file meanwhile; nothing was changed."), "warning")
    else:
        flash(_("Your decision is kept."), "success")
    return redirect(url_for(".files", visit_id=file.visit_id))


@bp.post("/files/<uuid:file_id>/remove")
@requires(Permission.FILE_REMOVE)
def remove(file_id: UUID) -> ResponseReturnValue:
    """Delete a file for good."""
    file: StoredFile = g.subject
    visit_id = file.visit_id
    operations.remove_file(file, by=current_user, at=g.now)
    flash(_("The file is deleted."), "success")
    return redirect(url_for(".files", visit_id=visit_id))


def _opened(file: StoredFile) -> dict[str, Any] | Closed:
    return read_one(file.record_id, file.owner, subject_id=file.id)


def _handed_over(file: StoredFile, data: bytes, media_type: str) -> Response:
    """Return a file under a name that tells nothing; monitor/web/headers.py keeps browsers from running it."""
    name = f"file-{file.id.hex[-8:]}.{words.EXTENSIONS[media_type]}"
    return Response(data, mimetype=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
