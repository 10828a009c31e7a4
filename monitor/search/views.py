"""The search page: a few results of each kind, or one kind page by page."""

from typing import Final

from flask import Blueprint, current_app, render_template, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.search import labels
from monitor.search.models import Subject
from monitor.search.queries import found

bp = Blueprint("search", __name__)

OF_EACH: Final = 5
"""Results of a kind where all kinds stand on one page."""
OF_ONE: Final = 50
HIGHEST_NUMBER: Final = 2**63 - 1
"""The databases know no higher one."""
LONGEST: Final = 200
"""Signs of a search text that are looked at."""
READ_WITH: Final = {
    Subject.PLACE: Permission.PLACE_LIST,
    Subject.VISIT: Permission.VISIT_LIST,
    Subject.FINDING: Permission.VISIT_LIST,
    Subject.RECOMMENDATION: Permission.RECOMMENDATION_LIST,
    Subject.REPLY: Permission.RECOMMENDATION_LIST,
    Subject.AUTHORITY: Permission.AUTHORITY_LIST,
}
"""Kind -> what its list asks for; a kind that is not in this order is found by nobody."""


@bp.record_once
def give_words(state: BlueprintSetupState) -> None:
    """Give templates the words of this domain."""
    state.app.jinja_env.globals.update(search_labels=labels)


@bp.get("/search")
@requires(Permission.VISIT_LIST)
def index() -> ResponseReturnValue:
    """Show what holds the words, kind by kind; nothing is counted, so that nobody learns of what they may not see."""
    text = request.args.get("q", "")[:LONGEST]
    kinds = [subject for subject, permission in READ_WITH.items() if _may(permission)]
    asked = next((subject for subject in kinds if subject == request.args.get("kind")), None)
    before = request.args.get("before", type=int)
    if before is not None and abs(before) > HIGHEST_NUMBER:
        before = None
    shown = OF_ONE if asked else OF_EACH
    hits = {
        subject: found(current_user, subject, text, most=shown + 1, before=before if asked else None)
        for subject in ([asked] if asked else kinds)
    }
    return render_template("search/index.html", q=text, asked=asked, hits=hits, shown=shown)


def _may(permission: Permission) -> bool:
    may: bool = current_app.extensions["guard"].permits(current_user, permission)
    return may
