"""Searching in the talks that the reader's key opens: scanned in the reader's session, the shown hits audited."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.db import db
from monitor.interviews import queries
from monitor.interviews.forms import SearchForm
from monitor.interviews.models import Talk, TalkRecord
from monitor.interviews.searching import found_in
from monitor.interviews.views.blueprint import bp, is_closed
from monitor.interviews.views.opening import open_rows
from monitor.vault import queries as vault
from monitor.vault.keyring import open_records
from monitor.vault.session import own_keyring


class Hit(NamedTuple):
    """A record that holds what was looked for, and the sentence that does."""

    row: TalkRecord
    sentence: str


def search_in(talks: Iterable[Talk], wanted: str) -> list[Hit]:
    """Return the records that open and hold the words; only these are noted as read, for only these are shown."""
    rows = [row for talk in talks for row in talk.records]
    scanned = open_records({row.record_id: row.owner for row in rows}, own_keyring())
    holding = [row for row in rows if _holds(scanned[row.record_id], wanted)]
    by_visit: dict[UUID, list[TalkRecord]] = {}
    for row in holding:
        by_visit.setdefault(row.talk.visit_id, []).append(row)
    hits = []
    for visit_id, found in by_visit.items():
        opened = open_rows(found, subject_id=visit_id)
        hits += [Hit(row, sentence) for row in found if (sentence := _sentence(opened[row.id], wanted))]
    return hits


def _holds(content: object, wanted: str) -> bool:
    return _sentence(content, wanted) is not None


def _sentence(content: object, wanted: str) -> str | None:
    return None if is_closed(content) or not isinstance(content, dict) else found_in(content, wanted)


@bp.route("/interviews/", methods=["GET", "POST"])
@requires(Permission.INTERVIEW_SEARCH)
def index() -> ResponseReturnValue:
    """Search in the talks of all visits whose lines one sees."""
    form = SearchForm()
    hits = None
    if form.validate_on_submit():
        query = queries.listed_for(current_user).order_by(Talk.visit_id.desc(), Talk.number)
        hits = search_in(db.session.scalars(query), form.q.data)
    bodies = vault.bodies_concerning(current_user)
    return render_template("interviews/index.html", form=form, search=form, hits=hits, has_keys=bool(bodies))
