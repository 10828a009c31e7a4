"""The team of a visit, and who of it looks after which section."""

from typing import Any, Final
from uuid import UUID

from flask import current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from monitor.access.guard import requires
from monitor.access.permissions import Permission
from monitor.accounts.queries import list_team_candidates
from monitor.answers import queries as answers
from monitor.vault.session import own_keyring
from monitor.visits import operations
from monitor.visits.forms import TeamForm, team_form
from monitor.visits.labels import TEAM_ROLES
from monitor.visits.models import TeamMember, TeamRole, Visit
from monitor.visits.operations import Member, NoLeader
from monitor.visits.sealing import hand_over, handover
from monitor.visits.seen import Overtaken, state_of, team_of
from monitor.visits.views.blueprint import bp, guide_texts

FEWEST_LINES: Final = 3
"""Lines for people without account."""


@bp.route("/<uuid:visit_id>/team", methods=["GET", "POST"])
@requires(Permission.VISIT_LEAD)
def team(visit_id: object) -> ResponseReturnValue:
    """Choose the team, people without account included; once it is saved, who of it looks after which section."""
    visit: Visit = g.subject
    people, members, sections = _people(visit), _accounts(visit), _sections(visit)
    outside = max(FEWEST_LINES, len(_outsiders(visit)) + 1)
    base, present = state_of(team_of(visit.team)), {}
    form = team_form(people, members, sections, outside)(data=_present_team(visit) | {"base": base})
    if form.validate_on_submit():
        try:
            operations.set_team(visit, _members(form, people), base=form.base.data or "", by=current_user, at=g.now)
        except NoLeader:
            form.form_errors.append(_("Choose exactly one team leader."))
        except Overtaken as clash:
            form.base.data = clash.version
            present = {"team": _in_words(visit, sections)}
        else:
            hand_over(visit, own_keyring(), by=current_user, at=g.now)
            return _lead_on(visit, has_new_people=bool({*_accounts(visit)} - {*members}))
    return render_template(
        "visits/team.html", form=form, visit=visit, people=people, members=members, sections=sections, outside=outside,
        handover=handover(visit, own_keyring()), present=present,
    )  # fmt: skip


@bp.post("/<uuid:visit_id>/team/hand-over")
@requires(Permission.VISIT_LEAD)
def hand_over_records(visit_id: UUID) -> ResponseReturnValue:
    """Open for the leader what was recorded before they led the visit, with the keys of this session."""
    visit: Visit = g.subject
    if hand_over(visit, own_keyring(), by=current_user, at=g.now):
        flash(_("The team leader can open the confidential records of this visit now."), "success")
    return redirect(url_for(".team", visit_id=visit_id))


def _lead_on(visit: Visit, *, has_new_people: bool) -> ResponseReturnValue:
    """Lead to the sections, which somebody new can take now, else back to the visit, as who no longer leads it."""
    leads_still = current_app.extensions["guard"].permits(current_user, Permission.VISIT_LEAD, visit)
    if leads_still and has_new_people and len(_accounts(visit)) > 1:
        flash(_("The team is saved. Now choose who looks after which section."), "success")
        return redirect(url_for(".team", visit_id=visit.id, _anchor="sections"))
    flash(_("The team is saved."), "success")
    return redirect(url_for(".show", visit_id=visit.id))


def _people(visit: Visit) -> list[tuple[str, str]]:
    """Return (id, name) of everybody who can be on the team, those on it who left the body included."""
    found = {str(user.id): user.name for user in list_team_candidates(visit.body_id)} | dict(_accounts(visit))
    return sorted(found.items(), key=lambda person: person[1].casefold())


def _accounts(visit: Visit) -> list[tuple[str, str]]:
    """Return (id, name) of those on the team who have an account and can look after a section."""
    return [(str(member.user_id), member.shown_name) for member in visit.team if member.user_id]


def _sections(visit: Visit) -> list[tuple[str, str]]:
    _guide, items = answers.guide_and_items(visit.sheet)
    words = guide_texts(visit.sheet.guide_version)
    return [(id_, words.section_name(id_)) for id_ in dict.fromkeys(item.section_id for item in items.values())]


def _outsiders(visit: Visit) -> list[TeamMember]:
    return [member for member in visit.team if not member.user_id]


def _present_team(visit: Visit) -> dict[str, Any]:
    data: dict[str, Any] = {f"role-{m.user_id}": m.role.value for m in visit.team if m.user_id}
    for number, member in enumerate(_outsiders(visit)):
        data |= {f"label-{number}": member.label, f"outside-{number}": member.role.value}
    for member in visit.team:
        for section in member.sections:
            data.setdefault(f"section-{section}", []).append(str(member.user_id))
    return data


def _in_words(visit: Visit, sections: list[tuple[str, str]]) -> str:
    """Return who is on the team, a line for each: role, name, sections. The role says which way the line runs."""
    names = dict(sections)
    parts = [
        [
            str(TEAM_ROLES[member.role]), f"\u2068{member.shown_name}\u2069",
            *(names[id_] for id_ in member.sections if id_ in names),
        ]
        for member in visit.team
    ]  # fmt: skip
    return "\n".join(" · ".join(part) for part in parts)


def _members(form: TeamForm, people: list[tuple[str, str]]) -> list[Member]:
    data = form.data
    members = [
        Member(
            UUID(id_), TeamRole(data[f"role-{id_}"]),
            sections=tuple(
                name.removeprefix("section-")
                for name, chosen in data.items()
                if name.startswith("section-") and id_ in (chosen or ())
            ),
        )
        for id_, _name in people
        if data[f"role-{id_}"]
    ]  # fmt: skip
    members.sort(key=lambda member: member.role is not TeamRole.LEAD)
    lines = [(data[f"label-{number}"], data[f"outside-{number}"]) for number in range(form.outside)]
    return [*members, *(Member(None, TeamRole(role), label) for label, role in lines if label)]
