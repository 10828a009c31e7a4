"""Who saves a plan, a team, figures or an answer from a page that no longer shows what stands is shown it first."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from monitor.accounts.models import Body, User
from monitor.db import db
from monitor.places.models import Place
from monitor.visits import corrections, operations
from monitor.visits.models import Announcement, CorrectionOutcome, TeamRole, Visit, VisitKind
from monitor.visits.operations import Member, Plan
from monitor.visits.seen import Overtaken, figures_of, plan_of, state_of, team_of
from tests.client import Browser
from tests.conftest import NOW
from tests.factories import accounts, visits
from tests.visits.conftest import again

TOLD = "Somebody else saved this while you were writing."
PLAN = Plan(VisitKind.IN_DEPTH, Announcement.UNANNOUNCED, date(2026, 3, 9), date(2026, 3, 11), "en")


def shown_beside(web: Browser) -> str:
    """Return what the page shows as it stands now."""
    note = web.page.select_one(".note-attention[role=alert]")
    return note.get_text(" ", strip=True) if note else ""


def test_a_plan_is_not_overwritten_unseen(web: Browser, prison: Place, leader: User, coordinator: User) -> None:
    visit = visits.under_way(prison, lead=leader)
    operations.update_plan(visit, PLAN, visit.sheet.scope, by=leader, at=NOW)
    web.sign_in(leader)
    web.get(f"/visits/{visit.id}/plan")
    theirs = replace(PLAN, kind=VisitKind.NIGHT, ended_on=date(2026, 3, 12))
    operations.update_plan(visit, theirs, replace(visit.sheet.scope, form="full"), by=coordinator, at=NOW)
    web.submit("plan", {"started_on": "2026-03-08"})
    assert TOLD in web.main
    for word in ("Night or weekend visit", "12 March 2026", "Full form", "Kind of visit", "Last day"):
        assert word in shown_beside(web)
    assert (again(visit).kind, visit.started_on) == (VisitKind.NIGHT, date(2026, 3, 9))
    assert web.page.select_one("#started_on")["value"] == "2026-03-08"
    web.submit("plan", {"kind": "night", "ended_on": "2026-03-12", "form": "full"})
    assert (again(visit).kind, visit.started_on) == (VisitKind.NIGHT, date(2026, 3, 8))


def test_a_team_is_not_overwritten_unseen(
    web: Browser, prison: Place, leader: User, member: User, coordinator: User
) -> None:
    visit = visits.under_way(prison, lead=leader)
    web.sign_in(leader)
    web.get(f"/visits/{visit.id}/team")
    theirs = [Member(leader.id, TeamRole.LEAD), Member(None, TeamRole.DOCTOR, "Dr. Ines Okafor")]
    operations.set_team(visit, theirs, by=coordinator, at=NOW)
    web.submit("team", {f"role-{member.id}": "monitor"})
    assert TOLD in web.main
    assert "Doctor or nurse · \u2068Dr. Ines Okafor\u2069" in shown_beside(web)
    assert [one.shown_name for one in again(visit).team] == ["Amina Diallo", "Dr. Ines Okafor"]
    web.submit("team", {"label-0": "Dr. Ines Okafor", "outside-0": "doctor"})
    assert [one.shown_name for one in again(visit).team] == ["Amina Diallo", "Jonas Weber", "Dr. Ines Okafor"]


def test_a_page_from_before_somebody_joined_is_still_understood(
    web: Browser, prison: Place, leader: User, coordinator: User, body: Body
) -> None:
    visit = visits.under_way(prison, lead=leader)
    web.sign_in(leader)
    web.get(f"/visits/{visit.id}/team")
    accounts.monitor(body, name="Ruta Velmanis")
    guests = [Member(None, TeamRole.EXPERT, f"Expert {number}") for number in range(4)]
    operations.set_team(visit, [Member(leader.id, TeamRole.LEAD), *guests], by=coordinator, at=NOW)
    web.submit("team", {"label-0": "Dr. Ines Okafor", "outside-0": "doctor"})
    assert TOLD in web.main
    assert web.page.select_one("#label-0")["value"] == "Dr. Ines Okafor"
    assert len(again(visit).team) == 5


def test_figures_are_not_overwritten_unseen(web: Browser, prison: Place, leader: User, coordinator: User) -> None:
    visit = visits.under_way(prison, lead=leader)
    web.sign_in(leader)
    web.get(f"/visits/{visit.id}/findings")
    operations.save_figures(visit, {"capacity": 380, "women": 0}, by=coordinator, at=NOW)
    web.submit("figures", {"present": "410"})
    assert TOLD in web.main
    assert "380" in shown_beside(web)
    assert " 0" in shown_beside(web)
    assert again(visit).figures == {"capacity": 380, "women": 0}
    web.submit("figures", {"capacity": "380", "women": "0"})
    assert again(visit).figures == {"capacity": 380, "women": 0, "present": 410}


def test_an_answer_to_a_correction_is_not_overwritten_unseen(
    web: Browser, prison: Place, leader: User, coordinator: User
) -> None:
    visit = visits.approved(prison, lead=leader, by=coordinator)
    operations.move_on(visit, "send_draft", by=coordinator, at=NOW)
    row = corrections.receive(visit, "Page 4", "12 cells", received_on=date(2026, 3, 14), by=coordinator, at=NOW)
    db.session.commit()
    web.sign_in(coordinator)
    web.get(f"/visits/{visit.id}/corrections/{row.id.hex}")
    corrections.answer(row, CorrectionOutcome.NOT_TAKEN, "We counted nine.", by=leader, at=NOW)
    web.submit("correction-answer", {"outcome": "taken", "answer": "Mended."})
    assert TOLD in web.main
    assert "We counted nine." in shown_beside(web)
    assert "Mended." in str(web.page.select_one("textarea#answer"))
    again(visit)
    assert (row.outcome, row.answer) == (CorrectionOutcome.NOT_TAKEN, "We counted nine.")
    web.submit("correction-answer", {"answer": "Mended after a count."})
    again(visit)
    assert (row.outcome, row.answer) == (CorrectionOutcome.TAKEN, "Mended after a count.")


def test_who_wishes_what_stands_is_not_asked(prison: Place, leader: User, coordinator: User) -> None:
    visit = visits.under_way(prison, lead=leader)
    operations.update_plan(visit, PLAN, visit.sheet.scope, by=leader, at=NOW)
    operations.update_plan(visit, PLAN, visit.sheet.scope, by=coordinator, at=NOW, base="of another day")
    team = [Member(leader.id, TeamRole.LEAD)]
    operations.set_team(visit, team, by=coordinator, at=NOW, base="of another day")
    operations.save_figures(visit, {"capacity": None}, by=coordinator, at=NOW, base="of another day")
    with pytest.raises(Overtaken):
        operations.save_figures(visit, {"capacity": 1}, by=coordinator, at=NOW, base="of another day")
    with pytest.raises(Overtaken):
        operations.set_team(visit, [*team, Member(None, TeamRole.EXPERT, "X")], by=leader, at=NOW, base="")


@pytest.mark.parametrize("change", ["plan", "team", "figures"])
def test_each_change_is_another_state(prison: Place, leader: User, change: str) -> None:
    visit: Visit = visits.under_way(prison, lead=leader)

    def states() -> dict[str, Any]:
        shown = {"plan": plan_of(visit), "team": team_of(visit.team), "figures": figures_of(visit)}
        return {name: state_of(present) for name, present in shown.items()}

    before = states()
    match change:
        case "plan":
            operations.update_plan(visit, PLAN, replace(visit.sheet.scope, form="full"), by=leader, at=NOW)
        case "team":
            operations.set_team(visit, [Member(leader.id, TeamRole.LEAD, sections=("health",))], by=leader, at=NOW)
        case _:
            operations.save_figures(visit, {"staff": 0}, by=leader, at=NOW)
    after = states()
    assert [name for name in before if before[name] != after[name]] == [change]
