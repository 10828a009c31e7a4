"""The form of a visit, page by page: shown, and saved by its button where no script runs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.db import new_id
from monitor.guide.scope import FormPage
from monitor.vault.session import own_keyring
from monitor.visits import queries
from monitor.visits.earlier import last_answers, last_visit_before
from monitor.visits.form_pages import VisitForm, names_of, other_writers, read_form
from monitor.visits.form_saving import Saved, rest_not_examined, save_typed, taken
from monitor.visits.typed_answers import LARGEST_REVISION, Typed
from monitor.visits.views.blueprint import bp, guide_texts
from monitor.visits.views.form_words import form_words
from monitor.visits.views.opening import open_answers
from monitor.web.body import TOPIC_FORM_BODY, body_limit


@bp.get("/<uuid:visit_id>/form", defaults={"page": 1})
@bp.get("/<uuid:visit_id>/form/<int:page>")
@requires(Permission.VISIT_READ)
def form(visit_id: object, page: int) -> ResponseReturnValue:
    """Show one page of the form."""
    return render_form(read_form(g.subject), page)


@bp.get("/<uuid:visit_id>/form/item/<string:item_id>")
@requires(Permission.VISIT_READ)
def form_item(visit_id: object, item_id: str) -> ResponseReturnValue:
    """Lead to the page and place of one item."""
    number = read_form(g.subject).page_number(item_id)
    if number is None:
        abort(404)
    return redirect(url_for(".form", visit_id=g.subject.id, page=number, _anchor=f"item-{item_id}"))


@bp.post("/<uuid:visit_id>/form", defaults={"page": 1})
@bp.post("/<uuid:visit_id>/form/<int:page>")
@requires(Permission.VISIT_FILL)
@body_limit(TOPIC_FORM_BODY)
def save_form(visit_id: object, page: int) -> ResponseReturnValue:
    """Save a page sent by its button; what does not fit comes back beside its field, everything else is saved."""
    whole = read_form(g.subject)
    page = min(page, max(1, len(whole.pages)))  # the form may have become shorter since the page was opened
    shown = _page(whole, page)
    if not save_page(whole, shown):
        return render_form(whole, page)
    number, anchor = _where_to(page, shown, whole)
    return redirect(url_for(".form", visit_id=g.subject.id, page=number, _anchor=anchor))


def save_page(whole: VisitForm, page: FormPage) -> bool:
    """Save what was posted, also for items that stand on another page by now; False where something is to be mended."""
    typed = posted_items(whole)
    open_answers(whole.visit, whole.rows_of({item.id for item in page.items} | {each.item for each in typed}))
    saved = save_typed(whole, decided(whole, typed), by=current_user, at=g.now, keyring=own_keyring())
    if whole.problems or whole.refused:
        return False
    _tell(saved)
    return True


def render_form(whole: VisitForm, number: int) -> str:
    """Return a page of the form as it stands."""
    return render_template("visits/form.html", **form_context(whole, _page(whole, number)))


def form_context(whole: VisitForm, page: FormPage) -> dict[str, Any]:
    """Return what the templates of the form need to show a page of it, sealed answers opened for who is signed in."""
    visit = whole.visit
    sections = {item.section_id for item in page.items}
    open_answers(visit, whole.rows_of([item.id for item in page.items]))
    shown = whole.shown(page)
    writers = {change.by for each in shown.values() for change in each.clashes}
    guard = current_app.extensions["guard"]
    last_visit = last_visit_before(current_user, visit)
    return {
        "visit": visit,
        "whole": whole,
        "page": page,
        "shown": shown,
        "sections": sections,
        "token": new_id(),
        "may_fill": guard.permits(current_user, Permission.VISIT_FILL, visit),
        "may_read_protected": guard.permits(current_user, Permission.VISIT_READ_PROTECTED, visit),
        "own_sections": whole.assigned_to(current_user.id),
        "writers": other_writers(whole, sections, besides=current_user.id, now=g.now),
        "names": names_of(writers),
        "findings": queries.findings(visit),
        "comments": queries.open_comments(visit),
        "last_visit": last_visit,
        "last_answers": last_answers(last_visit),
        "words": guide_texts(visit.sheet.guide_version),
        "from_paper": False,
        **form_words(),
    }


def _page(whole: VisitForm, number: int) -> FormPage:
    """Return the page; a form without items has one empty page; 404 beyond the last."""
    if not whole.pages and number == 1:
        return FormPage(1, ())
    if not 1 <= number <= len(whole.pages):
        abort(404)
    return whole.pages[number - 1]


def posted_items(whole: VisitForm) -> list[Typed]:
    """Return what was posted for items of the guide, whether they are on the form or not: the form may have changed."""
    token = uuid_or_new(request.form.get("token"))
    posted = [name.removesuffix(".base") for name in request.form if name.endswith(".base")]
    return [posted_item(name, token) for name in posted if name in whole.guide.items]


def posted_item(item_id: str, token: UUID) -> Typed:
    """Return what was posted for one item; `token` names the page it was typed on."""
    prefix = f"{item_id}."
    fields: Mapping[str, Sequence[str]] = {
        name.removeprefix(prefix): texts
        for name, texts in request.form.lists()
        if name == f"{prefix}value" or name.startswith(f"{prefix}value.")
    }
    typed = Typed(
        item=item_id,
        base=_revision(request.form.get(f"{prefix}base", "")),
        fields=fields,
        comment=request.form.get(f"{prefix}comment", ""),
        sources=tuple(request.form.getlist(f"{prefix}sources")),
        urgent=f"{prefix}urgent" in request.form,
    )
    return replace(typed, id=_change_id(token, typed))


def _change_id(token: UUID, typed: Typed) -> UUID:
    """Name the change by the page it was typed on and what it says: the same post sent twice is one change."""
    return uuid5(token, repr((typed.item, typed.base, typed.content)))


def decided(whole: VisitForm, typed: list[Typed]) -> list[Typed]:
    """Return what was posted after the button that was pressed: rest of a topic, or a clash settled."""
    if rest := request.form.get("rest"):
        return rest_not_examined(whole, typed, rest)
    if settled := request.form.get("settle"):
        return [replace(each, settles=each.item == settled) for each in typed]
    if "take" in request.form:
        change_id = uuid_or_new(request.form.get("take"))
        return [taken(whole, change_id, each) or each for each in typed]
    return typed


def uuid_or_new(text: str | None) -> UUID:
    """Return the id that was posted, or where it is none a new one, which names nothing."""
    try:
        return UUID(text or "")
    except ValueError:
        return new_id()


def _revision(text: str) -> int:
    is_number = text.isascii() and text.isdecimal() and len(text) < len(str(LARGEST_REVISION))
    return int(text) if is_number else 0


def _tell(saved: Sequence[Saved]) -> None:
    if any(each.is_clash for each in saved):
        flash(_("Somebody changed the same question meanwhile. Both texts are kept: settle it below."), "warning")
    flash(_("This page is saved."), "success")


def _where_to(page: int, shown: FormPage, whole: VisitForm) -> tuple[int, str | None]:
    """Return the page that the pressed button leads to, and the place on it."""
    pressed = request.form.get("go", "")
    if pressed == "next":
        return min(page + 1, max(1, len(whole.pages))), None
    if pressed == "previous":
        return max(page - 1, 1), None
    topic, item = request.form.get("rest"), request.form.get("settle")
    if topic in {each.topic.id for each in shown.topics}:
        return page, f"topic-{topic}"
    if item in {each.id for each in shown.items}:
        return page, f"item-{item}"
    return page, None
