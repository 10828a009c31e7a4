"""Comments of reviewers and coordinators on a visit in review, topic by topic."""

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.answers import queries as answers
from monitor.visits import operations, queries
from monitor.visits.forms import CommentForm
from monitor.visits.models import Visit
from monitor.visits.views.blueprint import bp


@bp.route("/<uuid:visit_id>/comments/<string:topic_id>", methods=["GET", "POST"])
@requires(Permission.VISIT_COMMENT)
def comment(visit_id: object, topic_id: str) -> ResponseReturnValue:
    """Show the open comments on a topic; write one more."""
    visit: Visit = g.subject
    _guide, items = answers.guide_and_items(visit.sheet)
    if topic_id not in {item.topic_id for item in items.values()}:
        abort(404)
    form = CommentForm()
    if form.validate_on_submit():
        operations.comment(visit, topic_id, form.text.data.strip(), by=current_user, at=g.now)
        flash(_("Your comment is saved. It stands beside its topic until the review is over."), "success")
        return redirect(url_for(".finding", visit_id=visit.id, topic_id=topic_id))
    comments = [each for each in queries.open_comments(visit) if each.topic_id == topic_id]
    return render_template("visits/comment.html", visit=visit, form=form, topic_id=topic_id, comments=comments)
