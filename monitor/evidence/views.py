"""The pages of photos and documents of a visit, a question of its form or a place: add, open, check, hand over."""

from base64 import b64decode
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.accounts.models import INSIDE, Body
from monitor.accounts.queries import list_bodies
from monitor.answers.queries import guide_and_items
from monitor.db import db
from monitor.evidence import operations, queries, words
from monitor.evidence.forms import CaptionForm, FileForm, FileOfPlaceForm
from monitor.evidence.models import FileState, Reach, StoredFile
from monitor.evidence.operations import AlreadyChecked, NeverForReports, Sent
from monitor.files.kinds import PDF, clean
from monitor.files.limits import LARGEST_FILE, UnfitFile
from monitor.guide.catalogue import Item
from monitor.places.models import Place
from monitor.vault import reading
from monitor.vault.keyring import Closed
from monitor.vault.operations import KeysRefused
from monitor.vault.words import REFUSED
from monitor.visits.models import Visit
from monitor.visits.views.blueprint import guide_texts
from monitor.web.body import MEGABYTE, body_limit

bp = Blueprint("evidence", __name__)
LARGEST_BODY: Final = LARGEST_FILE + MEGABYTE
LONGEST_NAME: Final = 200


@bp.record_once
def in_templates(state: BlueprintSetupState) -> None:
    """Give templates the words for files, and the counts that stand on the form and on the page of a place."""
    state.app.jinja_env.globals.update(
        file_words=words, files_by_item=queries.counts_by_item, files_of_place=queries.count_of_place
    )


@bp.get("/visits/<uuid:visit_id>/files")
@requires(Permission.VISIT_READ)
def files(visit_id: UUID) -> ResponseReturnValue:
    """List the photos and documents of a visit, or of the one question that the address names."""
    asked = _item_of(g.subject, request.args.get("item", ""))
    return _list(g.subject, FileForm(formdata=None, item=asked.id if asked else ""), asked)


def _list(visit: Visit, form: FileForm, asked: Item | None) -> str:
    _guide, items = guide_and_items(visit.sheet)
    return render_template(
        "evidence/files.html", visit=visit, form=form, asked=asked, items=items,
        files=queries.of_visit(visit, asked.id if asked else None), words=guide_texts(visit.sheet.guide_version),
    )  # fmt: skip


def _item_of(visit: Visit, item_id: str) -> Item | None:
    """Return the question of the visit's form with this id, None without an id; 404 where the form has no such one."""
    if not item_id:
        return None
    _guide, items = guide_and_items(visit.sheet)
    return items.get(item_id) or abort(404)


@bp.post("/visits/<uuid:visit_id>/files")
@requires(Permission.FILE_ADD)
@body_limit(LARGEST_BODY)
def add(visit_id: UUID) -> ResponseReturnValue:
    """Take a photo or document; what cannot be made safe is refused with a sentence and kept nowhere."""
    visit, form = g.subject, FileForm()
    asked = _item_of(visit, form.item.data or "")
    item_id = asked.id if asked else None
    if not _taken(form, lambda sent: operations.add_file(visit, sent, by=current_user, at=g.now, item_id=item_id)):
        return _list(visit, form, asked)
    return redirect(url_for(".files", visit_id=visit.id, item=item_id))


@bp.get("/places/<uuid:place_id>/files")
@requires(Permission.PLACE_READ)
def files_of_place(place_id: UUID) -> ResponseReturnValue:
    """List the photos and documents of a place that one's own bodies added."""
    return _list_of_place(g.subject, _form_of_place(formdata=None))


def _list_of_place(place: Place, form: FileOfPlaceForm) -> str:
    return render_template(
        "evidence/of_place.html", place=place, form=form, files=queries.of_place(current_user, place)
    )


def _form_of_place(**arguments: Any) -> FileOfPlaceForm:
    form = FileOfPlaceForm(**arguments)
    own = current_user.bodies_as(*INSIDE)
    form.body.choices = {str(body.id): body.name for body in list_bodies(current_user.mechanism_id) if body.id in own}
    return form


@bp.post("/places/<uuid:place_id>/files")
@requires(Permission.PLACE_ADD_FILE)
@body_limit(LARGEST_BODY)
def add_to_place(place_id: UUID) -> ResponseReturnValue:
    """Take a photo or document of a place, for one of the person's bodies."""
    place, form = g.subject, _form_of_place()

    def keep(sent: Sent) -> StoredFile:
        body = db.session.get_one(Body, UUID(form.body.data))
        return operations.add_file_of_place(place, body, sent, by=current_user, at=g.now)

    if not _taken(form, keep):
        return _list_of_place(place, form)
    return redirect(url_for(".files_of_place", place_id=place.id))


def _taken(form: FileForm, keep: Callable[[Sent], StoredFile]) -> bool:
    """Keep a sent file and say so; where it cannot be kept, say why beside the field."""
    if not form.validate_on_submit():
        return False
    upload = form.file.data
    try:
        keep(Sent(upload.read(), (upload.filename or "")[:LONGEST_NAME], form.note.data))
    except UnfitFile as unfit:
        form.file.errors = (words.UNFIT[unfit.reason],)
        return False
    except KeysRefused as refused:
        form.file.errors = (REFUSED[refused.code],)
        return False
    flash(
        _("The file is sealed. Somebody who can read confidential records checks it before reports use it."), "success"
    )
    return True


@bp.get("/files/<uuid:file_id>")
@requires(Permission.FILE_READ)
def show(file_id: UUID) -> ResponseReturnValue:
    """Open a file: its name, its note and what it shows."""
    file: StoredFile = g.subject
    return _page(file, CaptionForm(formdata=None, data={"caption": file.caption, "reach": file.reach.value}))


def _page(file: StoredFile, form: CaptionForm) -> str:
    found = reading.read({file.record_id: file.owner, file.note_id: file.owner_of_note}, subject_id=file.id)
    content, note = found[file.record_id], found[file.note_id]
    closed = next((each for each in (content, note) if isinstance(each, Closed)), None)
    sent = Sent.opened(content, note) if isinstance(content, dict) and isinstance(note, dict) else None
    is_picture = sent is not None and not sent.data.startswith(PDF)
    return render_template(
        "evidence/file.html", file=file, sent=sent, closed=closed,
        is_picture=is_picture, form=form, is_protected=queries.is_protected(file), back=_address_of_list(file),
    )  # fmt: skip


def _address_of_list(file: StoredFile) -> str:
    if file.visit_id is None:
        return url_for(".files_of_place", place_id=file.place_id)
    return url_for(".files", visit_id=file.visit_id)


@bp.get("/files/<uuid:file_id>/view")
@requires(Permission.FILE_READ)
def view(file_id: UUID) -> ResponseReturnValue:
    """Hand over what a file shows, made anew; nobody's browser ever gets the bytes that were sent."""
    file: StoredFile = g.subject
    opened = _opened(file)
    if isinstance(opened, Closed):
        abort(404)
    made = clean(b64decode(opened["data"]))
    return _handed_over(file, made.data, made.media_type)


@bp.get("/files/<uuid:file_id>/copy")
@requires(Permission.FILE_COPY)
def copy(file_id: UUID) -> ResponseReturnValue:
    """Hand over the copy that was made for reports."""
    file: StoredFile = g.subject
    if file.copy is None or file.media_type is None:
        abort(404)
    reading.note_departure("file:downloaded", subject_id=file.id)
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
    form = CaptionForm()
    is_used = request.form.get("decision") == "use"
    if is_used and not form.validate_on_submit():
        return _page(file, form)
    try:
        if is_used:
            operations.check_file(file, opened, form.caption.data, Reach(form.reach.data), by=current_user, at=g.now)
        else:
            operations.set_aside(file, by=current_user, at=g.now)
    except AlreadyChecked:
        flash(_("Somebody checked this file meanwhile; nothing was changed."), "warning")
    except NeverForReports:
        flash(_("This file belongs to a protected question: no report ever uses it."), "warning")
    else:
        flash(_("Your decision is kept."), "success")
    return redirect(_address_of_list(file))


@bp.post("/files/<uuid:file_id>/caption")
@requires(Permission.FILE_CHECK)
def describe(file_id: UUID) -> ResponseReturnValue:
    """Change what reports print below a checked photo, and which reports."""
    file, form = g.subject, CaptionForm()
    if file.state is not FileState.CHECKED:
        abort(404)
    if not form.validate_on_submit():
        return _page(file, form)
    operations.describe_file(file, form.caption.data, Reach(form.reach.data), by=current_user, at=g.now)
    flash(_("Caption and reports are changed."), "success")
    return redirect(_address_of_list(file))


@bp.post("/files/<uuid:file_id>/remove")
@requires(Permission.FILE_REMOVE)
def remove(file_id: UUID) -> ResponseReturnValue:
    """Delete a file for good."""
    file: StoredFile = g.subject
    back = _address_of_list(file)
    operations.remove_file(file, by=current_user, at=g.now)
    flash(_("The file is deleted."), "success")
    return redirect(back)


def _opened(file: StoredFile) -> dict[str, Any] | Closed:
    return reading.read_one(file.record_id, file.owner, subject_id=file.id)


def _handed_over(file: StoredFile, data: bytes, media_type: str) -> Response:
    """Return a file under a name that tells nothing; monitor/web/headers.py keeps browsers from running it."""
    name = f"file-{file.id.hex[-8:]}.{words.EXTENSIONS[media_type]}"
    return Response(data, mimetype=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
