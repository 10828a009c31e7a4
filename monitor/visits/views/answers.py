"""Answers that the form's script saves while a person types: JSON in, JSON out."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import abort, g, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.answers.models import Answer
from monitor.answers.operations import say_the_same
from monitor.vault.session import own_keyring
from monitor.visits.form_pages import VisitForm, names_of, other_writers, read_form
from monitor.visits.form_saving import Saved, save_typed
from monitor.visits.hint_words import hint_words
from monitor.visits.problem_words import REFUSALS, problem_sentence
from monitor.visits.typed_answers import MalformedChange, content_of, read_change
from monitor.visits.views.blueprint import bp, guide_texts
from monitor.visits.views.form_words import content_data
from monitor.visits.views.opening import open_answers
from monitor.web.body import TOPIC_FORM_BODY, body_limit
from monitor.web.filters import clock_time, comma, ratio

MOST_CHANGES = 500
"""More than any form has items."""


@bp.post("/<uuid:visit_id>/answers")
@requires(Permission.VISIT_FILL)
@body_limit(TOPIC_FORM_BODY)
def answers(visit_id: object) -> ResponseReturnValue:
    """Save changes and say what became of each, with progress, hints and the names of others who write here.

    Takes {changes: [{id, item, base, fields or value, comment, sources, urgent, settles, only_if_unanswered}]} and
    gives {results: [{id, item, outcome, revision, problems, present}], progress, total, hints, writers, at}.
    `outcome` is applied, unchanged, clash or refused; `present` is what stands where it differs from what was sent.
    """
    try:
        typed = [read_change(data) for data in _changes(request.get_json())]
    except MalformedChange:
        abort(400)
    whole = read_form(g.subject)
    items = [each.item for each in typed]
    open_answers(whole.visit, whole.rows_of(items))
    saved = save_typed(whole, typed, by=current_user, at=g.now, keyring=own_keyring())
    open_answers(whole.visit, whole.rows_of(items))
    sections = {whole.items[each.item].section_id for each in typed if each.item in whole.items}
    return jsonify(
        results=results_of(whole, saved),
        progress=_progress(whole),
        total=ratio(*whole.answered_of_asked),
        hints=_hints(whole),
        writers=_writers(whole, sections),
        at=clock_time(g.now),
    )


def _changes(body: Any) -> list[Any]:
    changes = body.get("changes") if isinstance(body, dict) else None
    if not isinstance(changes, list) or len(changes) > MOST_CHANGES:
        raise MalformedChange
    return changes


def results_of(whole: VisitForm, saved: Sequence[Saved]) -> list[dict[str, Any]]:
    """Return what became of each change, as the scripts read it; what stands instead must have been opened before."""
    overtaken = {each.typed.item: head for each in saved if (head := _overtaking(whole, each))}
    names = names_of(head.changed_by for head in overtaken.values())
    return [_result(whole, each, overtaken.get(each.typed.item), names) for each in saved]


def _overtaking(whole: VisitForm, saved: Saved) -> Answer | None:
    """Return the answer that stands, where it says something else than what was sent."""
    head = whole.heads.get(saved.typed.item)
    if head is None or saved.refusal or head.is_closed:
        return None
    if saved.change is not None and say_the_same(saved.change.content, content_of(head)):
        return None
    return head


def _result(whole: VisitForm, saved: Saved, present: Answer | None, names: dict[UUID, str]) -> dict[str, Any]:
    typed = saved.typed
    found: dict[str, Any] = {"id": str(typed.id), "item": typed.item}
    if saved.recorded is None:
        reason = REFUSALS[saved.refusal] if saved.refusal else ""
        return found | {"outcome": "refused", "revision": typed.base, "problems": {"item": str(reason)}}
    found |= {"outcome": saved.recorded.outcome.value, "revision": saved.recorded.revision}
    if saved.problems:
        item, words = whole.items[typed.item], guide_texts(whole.guide.version)
        found["problems"] = {part: problem_sentence(each, item, words) for part, each in saved.problems.items()}
    if present is not None:
        found["present"] = present_json(present, names)
    return found


def present_json(head: Answer, names: dict[UUID, str]) -> dict[str, Any]:
    """Return an answer as the script puts it into the fields, with who gave it and when."""
    name = (names.get(head.changed_by) if head.changed_by else None) or _("Somebody")
    isolated = f"\u2068{name}\u2069"  # keeps its own direction within a line that runs as the page does
    by = _("%(name)s, %(time)s", name=isolated, time=clock_time(head.changed_at))
    return content_data(head) | {"revision": head.revision, "by": by}


def _progress(whole: VisitForm) -> dict[str, dict[str, Any]]:
    return {
        section: {"answered": done.answered, "asked": done.asked, "text": ratio(done.answered, done.asked)}
        for section, done in whole.progress.items()
    }


def _hints(whole: VisitForm) -> dict[str, list[dict[str, Any]]]:
    words = guide_texts(whole.guide.version)
    return {item: [hint_words(hint, words).to_json() for hint in found] for item, found in whole.hints.items()}


def _writers(whole: VisitForm, sections: set[str]) -> dict[str, str]:
    found = other_writers(whole, sections, besides=current_user.id, now=g.now)
    return {section: also_writing(found.get(section, [])) for section in sections}


def also_writing(names: list[str]) -> str:
    """Say who else wrote in a section lately; nothing where nobody did."""
    return _("Also writing here: %(names)s", names=comma().join(names)) if names else ""
