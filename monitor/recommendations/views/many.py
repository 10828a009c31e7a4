"""Recording replies to many recommendations at once: first what would be recorded and what not, then the writing."""

from datetime import datetime

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_timezone, ngettext
from flask_babel import gettext as _
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.recommendations import following_up, many_replies
from monitor.recommendations.letters import media_type_of
from monitor.recommendations.many_forms import LARGEST_BODY, ManyRepliesForm, Upload
from monitor.recommendations.many_labels import ROW_PROBLEMS
from monitor.recommendations.many_replies import Check, Preview
from monitor.recommendations.models import Recommendation
from monitor.recommendations.reply_columns import Words
from monitor.recommendations.views.blueprint import bp
from monitor.web.body import body_limit


@bp.route("/recommendations/replies", methods=["GET", "POST"])
@requires(Permission.RECOMMENDATION_REPLY_MANY)
@body_limit(LARGEST_BODY)
def reply_to_many() -> ResponseReturnValue:
    """Take pasted replies or a file, and show what would be recorded; nothing is written."""
    form = ManyRepliesForm(received_on=datetime.now(get_timezone()).date())
    upload = form.upload()
    found = _look(form, upload) if form.is_sent_and_sound() else None
    return _page(form, found, upload)


@bp.post("/recommendations/replies/record")
@requires(Permission.RECOMMENDATION_REPLY_MANY)
@body_limit(LARGEST_BODY)
def record_many() -> ResponseReturnValue:
    """Record the rows that were agreed to, if they are still what the person saw."""
    form = ManyRepliesForm()
    upload = form.upload()
    found = _look(form, upload) if form.is_sent_and_sound() else None
    agreed = (request.form.get("sound"), request.form.get("faulty"))
    if found is None or not found.sound or agreed != (str(len(found.sound)), str(len(found.faulty))):
        flash(_("Something has changed meanwhile. Nothing was recorded; look at the rows again."), "warning")
        return _page(form, found, upload)
    letter = None
    if upload:
        media_type = media_type_of(upload.name, upload.content)
        letter = following_up.keep_letter(
            g.mechanism.id, upload.name, media_type, upload.content, by=current_user, at=g.now
        )
    today = datetime.now(get_timezone()).date()
    count = many_replies.record(found, letter=letter, today=today, by=current_user, at=g.now)
    flash(ngettext("%(num)s reply is recorded.", "%(num)s replies are recorded.", count), "success")
    return redirect(url_for(".index"))


def _look(form: ManyRepliesForm, upload: Upload | None) -> Preview | None:
    """Return what the rows are, None where nothing can be read."""
    words = Words.of_all_languages()
    if (read := form.read(upload, words)) is None:
        return None
    sheet, entries = read
    today = datetime.now(get_timezone()).date()
    return many_replies.preview(entries, sheet, Check(current_user, _may, today, words, form.defaults()))


def _may(row: Recommendation) -> bool:
    guard = current_app.extensions["guard"]
    return bool(guard.permits(current_user, Permission.RECOMMENDATION_FOLLOW_UP, row))


def _page(form: ManyRepliesForm, found: Preview | None, upload: Upload | None) -> ResponseReturnValue:
    form.keep(None if form.file.errors else upload)
    return render_template("recommendations/many.html", form=form, found=found, problems=ROW_PROBLEMS)
