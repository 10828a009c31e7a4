"""Writing recommendations."""

from collections.abc import Iterable
from textwrap import shorten
from typing import Any, Final

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.accounts.models import User
from monitor.accounts.queries import list_members
from monitor.authorities.queries import addressees
from monitor.recommendations import operations, queries
from monitor.recommendations.forms import RecommendationForm, standard_key
from monitor.recommendations.hints import hints
from monitor.recommendations.models import Recommendation
from monitor.recommendations.offers import offer
from monitor.recommendations.operations import Numbered, Overtaken
from monitor.recommendations.views.blueprint import LONG_TEXTS, bp
from monitor.visits.models import Visit
from monitor.visits.views.blueprint import guide_texts
from monitor.web.body import body_limit
from monitor.web.forms import choices, shown_texts
from monitor.web.versions import posted_version

SHOWN_OF_FINDING: Final = 200
"""Characters of a finding beside its tick box."""
OWNER: Final = {"owner_id": "owner"}
"""The column whose field has another name."""


@bp.route("/visits/<uuid:visit_id>/recommendations/new", methods=["GET", "POST"])
@requires(Permission.VISIT_RECOMMEND)
@body_limit(LONG_TEXTS)
def new(visit_id: object) -> ResponseReturnValue:
    """Write a recommendation; `topic` or `item` in the address say what it comes from."""
    visit: Visit = g.subject
    item, topic = request.args.get("item", ""), request.args.get("topic", "")
    desk = _Desk(visit, None, RecommendationForm(items=[item] if item else [], findings=[topic] if topic else []))
    if desk.is_saved():
        operations.add_recommendation(visit, desk.draft(), by=current_user, at=g.now)
        flash(_("The recommendation is saved."), "success")
        return redirect(url_for(".of_visit", visit_id=visit.id))
    return desk.page()


@bp.route("/recommendations/<uuid:recommendation_id>/edit", methods=["GET", "POST"])
@requires(Permission.RECOMMENDATION_WRITE)
@body_limit(LONG_TEXTS)
def edit(recommendation_id: object) -> ResponseReturnValue:
    """Change a recommendation; where somebody was quicker, show what stands now beside what was typed."""
    row: Recommendation = g.subject
    desk = _Desk(row.visit, row, RecommendationForm(data=_stored(row)))
    if desk.is_saved():
        base = posted_version(desk.form.base_version.data)
        try:
            operations.update_recommendation(row, desk.draft(), base_version=base, by=current_user, at=g.now)
        except Overtaken as overtaken:
            desk.form.base_version.data = str(overtaken.version)
            return desk.page(desk.present(row, overtaken.present))
        flash(_("The recommendation is saved."), "success")
        return redirect(url_for(".of_visit", visit_id=row.visit_id))
    return desk.page()


@bp.post("/recommendations/<uuid:recommendation_id>/remove")
@requires(Permission.RECOMMENDATION_WRITE)
def remove(recommendation_id: object) -> ResponseReturnValue:
    """Remove a recommendation that is still a draft."""
    row: Recommendation = g.subject
    visit_id = row.visit_id
    try:
        operations.remove_recommendation(row, by=current_user, at=g.now)
    except Numbered:
        flash(
            _("It stood in an approved report and stays: say in its follow-up that it is no longer relevant."), "error"
        )
    else:
        flash(_("The recommendation is removed; those after it moved up."), "success")
    return redirect(url_for(".of_visit", visit_id=visit_id))


def _stored(row: Recommendation) -> dict[str, Any]:
    """Return what the fields begin with; not from the row itself, whose references and standards are no texts."""
    alike = ("kind", "text", "addressee", "priority", "due_on", "items", "root_cause", "reach", "public_text",
             "suits_fund", "questions")  # fmt: skip
    return {name: getattr(row, name) for name in alike} | {
        "standards": [standard_key(standard) for standard in row.standards],
        "base_version": row.version,
        "repeated_from": str(row.repeated_from_id or ""),
        "owner": str(row.owner_id or ""),
    }


class _Desk:
    """The form of one recommendation with its lists filled: items, standards, earlier ones of the place, people.

    What it rests on already is offered too, also when it is settled or gone meanwhile: saving loses nothing.
    """

    def __init__(self, visit: Visit, row: Recommendation | None, form: RecommendationForm) -> None:
        self.visit, self.row, self.form = visit, row, form
        earlier = [
            *queries.repeatable(current_user, visit),
            *([row.repeated_from] if row and row.repeated_from else []),
        ]
        people = [*list_members(visit.body_id), *([row.owner] if row and row.owner else [])]
        self.earlier = {str(one.id): one for one in earlier}
        self.people: dict[str, User] = {str(person.id): person for person in people}
        form.repeated_from.choices = choices(
            {id_: f"{one.reference} {one.text[:90]}" for id_, one in self.earlier.items()}, _("No earlier one")
        )
        form.owner.choices = choices({id_: one.name for id_, one in self.people.items()}, _("Nobody in particular"))
        self._offer()

    def _offer(self) -> None:
        """Offer the visit's findings and items, and the standards that those items cite."""
        form, row = self.form, self.row
        kept = list(row.items) if row else []
        chosen = list(form.items.data or [])
        offered = self.offered = offer(self.visit, topic=request.args.get("topic"), chosen=[*chosen, *kept])
        form.items.data = offered.with_findings(chosen, form.findings.data or [])
        form.findings.data = offered.findings_behind(form.items.data)
        texts = guide_texts(self.visit.sheet.guide_version)
        form.findings.choices = {
            topic.id: _("Finding: %(found)s", found=shorten(topic.found, SHOWN_OF_FINDING, placeholder=" …"))
            for topic in offered.topics
            if topic.found
        }
        form.items.choices = {item.id: f"{item.number} {texts.question(item)}" for item in offered.items}
        stored = [(s["instrument"], s["provision"]) for s in row.standards] if row else []
        form.standards.choices = {
            f"{instrument}|{provision}": f"{offered.guide.instruments[instrument].short_title}, {provision}"
            for instrument, provision in (*offered.standards, *stored)
        }

    def is_saved(self) -> bool:
        """Say whether the form was sent to be saved and is sound; without scripts it is sent to see standards too."""
        return "offer" not in request.form and bool(self.form.validate_on_submit())

    def _topics(self) -> list[dict[str, Any]]:
        """Return the topics with their tick boxes; one that is chosen or asked for is open."""
        findings = {option.data: option for option in self.form.findings}
        items = {option.data: option for option in self.form["items"]}
        chosen = set(self.form["items"].data)
        found = []
        for topic in self.offered.topics:
            ids = [item.id for item in topic.items]
            is_chosen = not chosen.isdisjoint(ids)
            found.append({
                "id": topic.id, "finding": findings.get(topic.id), "taken": topic.taken,
                "items": [items[id_] for id_ in ids], "behind": " ".join(ids), "is_chosen": is_chosen,
                "is_open": is_chosen or topic.id == request.args.get("topic"),
            })  # fmt: skip
        return found

    def _standards(self) -> list[dict[str, Any]]:
        """Return the tick boxes of the standards; one is offered while it, or an item that cites it, is chosen."""
        behind = {"|".join(cited): ids for cited, ids in self.offered.standards.items()}
        chosen = set(self.form["items"].data)
        return [
            {
                "option": option, "behind": " ".join(behind.get(option.data, ())),
                "is_offered": option.checked or not chosen.isdisjoint(behind.get(option.data, ())),
            }
            for option in self.form.standards
        ]  # fmt: skip

    def draft(self) -> operations.Draft:
        return self.form.draft(self.earlier, self.people)

    def present(self, row: Recommendation, columns: Iterable[str]) -> dict[str, str]:
        """Return what these columns say now, in the words of the form, by the name of their field."""
        stored = _stored(row)
        fields = [OWNER.get(name, name) for name in columns if name != "repeats"]  # it follows what is repeated
        return shown_texts(self.form, {name: stored[name] for name in fields})

    def page(self, present: dict[str, str] | None = None) -> str:
        return render_template(
            "recommendations/edit.html",
            visit=self.visit,
            form=self.form,
            topics=self._topics(),
            standards=self._standards(),
            recommendation=self.row,
            present=present,
            words={field.name: field.label.text for field in self.form},
            noticed=hints(self.row) if self.row else [],
            addressees=addressees(current_user),
            due_days=self.visit.body.mechanism.due_days,
        )
