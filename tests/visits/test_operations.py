"""Writing visits: what is stored, what follows from it, what is refused, and what the record says."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from monitor.accounts import operations as account_operations
from monitor.accounts.models import Body, Mechanism, User
from monitor.answers.models import Outcome
from monitor.answers.operations import Change, ItemNotOnSheet, UnfitChange
from monitor.answers.queries import clashes, guide_and_items, heads
from monitor.audit.models import AuditEvent
from monitor.audit.operations import verify_chain
from monitor.db import db
from monitor.guide.scope import Scope
from monitor.places.models import Place
from monitor.visits import operations, queries
from monitor.visits.models import Announcement, TeamRole, Visit, VisitKind, VisitState
from monitor.visits.operations import (
    EndsBeforeStart,
    Member,
    NoLeader,
    NotFinished,
    NotYetOpen,
    OwnSubmission,
    Plan,
)
from monitor.visits.seen import Overtaken
from tests.factories import accounts, visits

PLAN = Plan(VisitKind.IN_DEPTH, Announcement.UNANNOUNCED, date(2026, 3, 9), date(2026, 3, 11), "en")
CORE = Scope("prison", form="core")


def planned_by(person: User, at_place: Place, at: datetime, **given: Any) -> Visit:
    plan, scope = given.pop("plan", PLAN), given.pop("scope", CORE)
    team = given.pop("team", [Member(person.id, TeamRole.LEAD)])
    return operations.plan_visit(at_place, person.roles[0].body_id, plan, scope, team, by=person, at=at, **given)


def answers_of(visit: Visit) -> dict[str, Any]:
    return {head.item_id: head.value for head in heads(visit.sheet)}


def events(visit: Visit) -> list[tuple[str, dict[str, Any]]]:
    """Return tag and detail of every audit event of a visit, oldest first."""
    query = select(AuditEvent).where(AuditEvent.subject_id == visit.id).order_by(AuditEvent.sequence)
    return [(event.tag, event.detail) for event in db.session.scalars(query)]


# planning


def test_a_planned_visit_has_sheet_team_and_reference(prison: Place, leader: User, body: Body, now: datetime) -> None:
    visit = planned_by(leader, prison, now, scope=Scope("prison", ("juvenile-centre",), "full"))
    assert (visit.state, visit.body_id, visit.place_id) == (VisitState.PLANNED, body.id, prison.id)
    assert (visit.kind, visit.announcement) == (PLAN.kind, PLAN.announcement)
    assert visit.sheet.scope.unit_types == ("juvenile-centre",)
    assert visit.leader is not None
    assert (visit.leader.shown_name, visit.reference) == ("Amina Diallo", "NORTHGATE-2026-01")
    assert [tag for tag, _ in events(visit)] == ["visit:planned", "visit:team-changed"]


def test_a_reference_is_free_and_follows_the_scheme(
    prison: Place, leader: User, mechanism: Mechanism, now: datetime
) -> None:
    first, second = (planned_by(leader, prison, now).reference for _ in range(2))
    later = planned_by(leader, prison, now, plan=replace(PLAN, started_on=date(2027, 1, 5), ended_on=None)).reference
    undated = planned_by(leader, prison, now, plan=replace(PLAN, started_on=None, ended_on=None)).reference
    mechanism.reference_scheme = "{year}/{number:03}-{place}"
    assert [first, second, later, undated] == [
        "NORTHGATE-2026-01", "NORTHGATE-2026-02", "NORTHGATE-2027-01", "NORTHGATE-2026-03",
    ]  # fmt: skip
    assert planned_by(leader, prison, now).reference == "2026/001-NORTHGATE"


def test_a_reference_of_another_mechanism_does_not_count(prison: Place, leader: User, now: datetime) -> None:
    assert planned_by(leader, prison, now, reference="MINE").reference == "MINE"
    with_other = visits.in_other_mechanism(reference="NORTHGATE-2026-01")
    assert with_other.reference == planned_by(leader, prison, now).reference


def test_planning_is_refused_when_the_visit_ends_before_it_starts(prison: Place, leader: User, now: datetime) -> None:
    backwards = replace(PLAN, ended_on=date(2026, 3, 8))
    with pytest.raises(EndsBeforeStart):
        planned_by(leader, prison, now, plan=backwards)
    visit = planned_by(leader, prison, now)
    with pytest.raises(EndsBeforeStart):
        operations.update_plan(visit, backwards, CORE, by=leader, at=now)
    assert visit.ended_on == date(2026, 3, 11)


def test_a_plan_answers_the_two_preparation_items(prison: Place, leader: User, now: datetime) -> None:
    visit = planned_by(leader, prison, now, scope=Scope("prison"))
    assert answers_of(visit) == {"prep-visit-type": "in-depth", "prep-announced": "unannounced"}
    operations.update_plan(visit, replace(PLAN, kind=VisitKind.NIGHT), Scope("prison"), by=leader, at=now)
    assert answers_of(visit)["prep-visit-type"] == "night"


def test_a_plan_that_answers_an_item_anew_keeps_its_comment(prison: Place, leader: User, now: datetime) -> None:
    visit = planned_by(leader, prison, now, scope=Scope("prison"))
    said = Change("prep-announced", "window", "Told the ministry in May.", ("document",), True, base=1)
    operations.record_answers(visit, [said], by=leader, at=now)
    assert visit.announcement is Announcement.WINDOW
    operations.update_plan(visit, PLAN, Scope("prison"), by=leader, at=now)
    (head,) = heads(visit.sheet, ["prep-announced"])
    assert (head.value, head.comment, head.sources, head.urgent) == (
        "unannounced", "Told the ministry in May.", ["document"], True,
    )  # fmt: skip


def test_changing_a_plan_names_the_changed_fields_in_the_record(prison: Place, leader: User, now: datetime) -> None:
    visit = planned_by(leader, prison, now)
    changed = replace(PLAN, language="fr", started_on=date(2026, 3, 10))
    operations.update_plan(visit, changed, Scope("prison"), by=leader, at=now)
    assert events(visit)[-1] == ("visit:plan-changed", {"fields": ["started_on", "language", "form"]})
    before = len(events(visit))
    operations.update_plan(visit, changed, Scope("prison"), by=leader, at=now)
    assert len(events(visit)) == before


def test_answers_come_back_when_the_form_asks_for_them_again(prison: Place, leader: User, now: datetime) -> None:
    visit = planned_by(leader, prison, now, scope=Scope("prison"))
    operations.start(visit, by=leader, at=now)
    operations.record_answers(visit, [Change("talk-groups", {"foreign": {"number": 3}})], by=leader, at=now)
    operations.update_plan(visit, PLAN, CORE, by=leader, at=now)
    assert "talk-groups" not in guide_and_items(visit.sheet)[1]
    with pytest.raises(ItemNotOnSheet, match="talk-groups"):
        operations.record_answers(visit, [Change("talk-groups", "not_examined")], by=leader, at=now)
    operations.update_plan(visit, PLAN, Scope("prison"), by=leader, at=now)
    assert "talk-groups" in guide_and_items(visit.sheet)[1]
    assert answers_of(visit)["talk-groups"] == {"foreign": {"number": 3}}


# team


@pytest.mark.parametrize("leads", [0, 2])
def test_a_team_needs_exactly_one_leader(leads: int, prison: Place, leader: User, member: User, now: datetime) -> None:
    visit = planned_by(leader, prison, now)
    roles = [TeamRole.LEAD] * leads + [TeamRole.MONITOR] * (2 - leads)
    team = [Member(person.id, role) for person, role in zip((leader, member), roles, strict=True)]
    with pytest.raises(NoLeader):
        operations.set_team(visit, team, by=leader, at=now)
    assert [(m.user_id, m.role) for m in visit.team] == [(leader.id, TeamRole.LEAD)]


def test_a_leader_needs_an_account(prison: Place, leader: User, now: datetime) -> None:
    visit = planned_by(leader, prison, now)
    with pytest.raises(NoLeader):
        operations.set_team(visit, [Member(None, TeamRole.LEAD, "Dr. Ines Okafor")], by=leader, at=now)


def test_a_person_stands_on_a_team_once(prison: Place, leader: User, now: datetime) -> None:
    twice = [Member(leader.id, TeamRole.LEAD), Member(leader.id, TeamRole.MONITOR)]
    with pytest.raises(operations.OnTeamTwice):
        planned_by(leader, prison, now, team=twice)


def test_a_team_is_exactly_who_was_given(prison: Place, leader: User, member: User, now: datetime) -> None:
    visit = planned_by(leader, prison, now)
    lead_row = visit.team[0].id
    expert = Member(None, TeamRole.EXPERT, "Dr. Ines Okafor")
    doctor = Member(member.id, TeamRole.DOCTOR, sections=("health",))
    operations.set_team(visit, [Member(leader.id, TeamRole.LEAD), doctor, expert], by=leader, at=now)
    db.session.commit()
    assert [(m.shown_name, m.role, m.position) for m in visit.team] == [
        ("Amina Diallo", TeamRole.LEAD, 0),
        ("Jonas Weber", TeamRole.DOCTOR, 1),
        ("Dr. Ines Okafor", TeamRole.EXPERT, 2),
    ]  # fmt: skip
    assert (visit.team[0].id, visit.team[1].sections) == (lead_row, ["health"])
    operations.set_team(visit, [Member(member.id, TeamRole.LEAD)], by=leader, at=now)
    db.session.commit()
    assert visit.is_led_by(member)
    assert visit.member(leader) is None
    assert events(visit)[-1] == ("visit:team-changed", {"members": 1})


# answers


def test_while_planned_only_the_preparation_can_be_filled(prison: Place, leader: User, now: datetime) -> None:
    visit = planned_by(leader, prison, now, scope=Scope("prison"))
    preparation = Change("prep-announced", "announced", base=1)
    with pytest.raises(NotYetOpen):
        operations.record_answers(visit, [preparation, Change("talk-capacity", 400)], by=leader, at=now)
    assert answers_of(visit)["prep-announced"] == "unannounced"
    operations.record_answers(visit, [preparation], by=leader, at=now)
    operations.start(visit, by=leader, at=now)
    operations.record_answers(visit, [Change("talk-capacity", 400)], by=leader, at=now)
    assert answers_of(visit)["talk-capacity"] == 400


def test_settling_is_no_way_round_the_plan(prison: Place, leader: User, now: datetime) -> None:
    visit = planned_by(leader, prison, now, scope=Scope("prison"))
    with pytest.raises(NotYetOpen):
        operations.settle_clash(visit, Change("talk-capacity", 400), by=leader, at=now)
    assert "talk-capacity" not in answers_of(visit)


def test_nothing_of_a_batch_is_written_when_one_change_does_not_fit(prison: Place, leader: User, now: datetime) -> None:
    visit = visits.under_way(prison, lead=leader, form="full")
    before = answers_of(visit)
    with pytest.raises(UnfitChange, match="talk-capacity"):
        operations.record_answers(
            visit, [Change("talk-groups", "not_examined"), Change("talk-capacity", "many")], by=leader, at=now
        )
    assert answers_of(visit) == before


@pytest.mark.parametrize("code", ["not_examined", "not_applicable"])
def test_kind_and_announcement_follow_their_items(code: str, prison: Place, leader: User, now: datetime) -> None:
    visit = planned_by(leader, prison, now, scope=Scope("prison"))
    change = [Change("prep-visit-type", "joint", base=1), Change("prep-announced", code, base=1)]
    operations.record_answers(visit, change, by=leader, at=now)
    assert (visit.kind, visit.announcement) == (VisitKind.JOINT, None)
    operations.record_answers(visit, [Change("prep-visit-type", None, base=2)], by=leader, at=now)
    assert visit.kind is VisitKind.JOINT, "an answer that was taken back says nothing"


def test_two_texts_for_one_item_wait_until_a_person_settles_them(
    prison: Place, leader: User, member: User, now: datetime
) -> None:
    visit = visits.under_way(prison, lead=leader, team=(member,))
    operations.record_answers(visit, [Change("talk-capacity", 400, "Counted beds.")], by=leader, at=now)
    (late,) = operations.record_answers(visit, [Change("talk-capacity", 390, "From the register.")], by=member, at=now)
    assert late.outcome is Outcome.CLASH
    assert answers_of(visit)["talk-capacity"] == 400
    assert [change.comment for change in clashes(visit.sheet)] == ["From the register."]
    with pytest.raises(NotFinished):
        operations.submit(visit, by=leader, at=now)
    both = Change("talk-capacity", 390, "Register 390, beds 400.", base=1)
    assert operations.settle_clash(visit, both, by=leader, at=now).outcome is Outcome.APPLIED
    assert not clashes(visit.sheet)
    assert answers_of(visit)["talk-capacity"] == 390


# texts


def test_a_finding_is_written_and_changed_by_who_saw_its_version(prison: Place, leader: User, now: datetime) -> None:
    visit = visits.under_way(prison, lead=leader)
    first = operations.save_finding(visit, "food-water", found="Cold.", why="", base_version=0, by=leader, at=now)
    changed = {"found": "Cold, late.", "why": "Far kitchen."}
    operations.save_finding(visit, "food-water", **changed, base_version=first.version, by=leader, at=now)
    (finding,) = queries.findings(visit).values()
    assert (finding.found, finding.why, finding.changed_by) == ("Cold, late.", "Far kitchen.", leader.id)
    assert events(visit)[-1] == ("finding:saved", {"topic": "food-water"})


def test_a_finding_that_somebody_else_changed_is_shown_instead_of_overwritten(
    prison: Place, leader: User, member: User, now: datetime
) -> None:
    visit = visits.under_way(prison, lead=leader, team=(member,))
    operations.save_finding(visit, "food-water", found="Theirs.", why="", base_version=0, by=member, at=now)
    with pytest.raises(Overtaken) as overtaken:
        operations.save_finding(visit, "food-water", found="Mine.", why="Mine too.", base_version=0, by=leader, at=now)
    assert overtaken.value.present == {"found": "Theirs.", "why": ""}
    assert queries.findings(visit)["food-water"].found == "Theirs."
    kept = operations.save_finding(visit, "food-water", found="Theirs.", why="", base_version=0, by=leader, at=now)
    assert kept.changed_by == member.id, "the same text again is no change"


def test_purpose_and_summary_are_never_overwritten_unseen(
    prison: Place, leader: User, member: User, now: datetime
) -> None:
    visit = visits.under_way(prison, lead=leader, team=(member,))
    seen = visit.version
    operations.save_texts(visit, purpose="See the wing.", summary="", base_version=seen, by=member, at=now)
    with pytest.raises(Overtaken) as overtaken:
        operations.save_texts(visit, purpose="Mine.", summary="Mine.", base_version=seen, by=leader, at=now)
    assert overtaken.value.present == {"purpose": "See the wing.", "summary": ""}
    operations.save_texts(visit, purpose="See the wing.", summary="", base_version=seen, by=leader, at=now)
    operations.save_texts(visit, purpose="Both.", summary="Both.", base_version=visit.version, by=leader, at=now)
    assert (visit.purpose, visit.summary) == ("Both.", "Both.")
    assert [tag for tag, _ in events(visit)].count("visit:texts-saved") == 2


def test_typed_figures_prevail_until_they_are_taken_back(prison: Place, leader: User, now: datetime) -> None:
    visit = visits.under_way(prison, lead=leader)
    operations.save_figures(visit, {"capacity": 380, "present": 0, "women": None}, by=leader, at=now)
    assert visit.figures == {"capacity": 380, "present": 0}
    assert events(visit)[-1] == ("visit:figures-saved", {"fields": ["capacity", "present"]})
    operations.save_figures(visit, {"capacity": None, "present": 0}, by=leader, at=now)
    assert visit.figures == {"present": 0}
    before = len(events(visit))
    operations.save_figures(visit, {"capacity": None, "present": 0}, by=leader, at=now)
    assert len(events(visit)) == before


# steps


def test_starting_sets_the_first_day_only_where_none_was_planned(prison: Place, leader: User, now: datetime) -> None:
    today = date(2026, 3, 14)
    dated = planned_by(leader, prison, now)
    operations.start(dated, by=leader, at=now, on=today)
    undated = planned_by(leader, prison, now, plan=replace(PLAN, started_on=None, ended_on=None))
    operations.start(undated, by=leader, at=now, on=today)
    assert (dated.started_on, undated.started_on) == (date(2026, 3, 9), today)


def test_a_step_is_written_down_with_who_when_and_why(prison: Place, leader: User, now: datetime) -> None:
    visit = planned_by(leader, prison, now)
    operations.halt(visit, "refuse", reason=" No entry without a permit. ", by=leader, at=now)
    (step,) = queries.steps(visit)
    assert (step.step, step.from_state, step.to_state) == ("refuse", VisitState.PLANNED, VisitState.REFUSED)
    assert (step.reason, step.by_id, step.at) == ("No entry without a permit.", leader.id, now)
    assert events(visit)[-1] == ("visit:refuse", {}), "a reason is content and stays out of the audit"


def test_a_visit_with_open_points_is_not_sent_for_review(prison: Place, leader: User, now: datetime) -> None:
    visit = visits.under_way(prison, lead=leader)
    rated = next(item.id for item in guide_and_items(visit.sheet)[1].values() if item.ratings)
    operations.record_answers(visit, [Change(rated, "partly")], by=leader, at=now)
    with pytest.raises(NotFinished) as refused:
        operations.submit(visit, by=leader, at=now)
    assert [gap.item.id for gap in refused.value.gaps] == [rated]
    assert (visit.state, visit.submitted_at) == (VisitState.UNDER_WAY, None)
    operations.record_answers(visit, [Change(rated, "partly", "Said why.", base=1)], by=leader, at=now)
    operations.submit(visit, by=leader, at=now)
    assert (visit.state, visit.submitted_at, visit.submitted_by_id) == (VisitState.REVIEW, now, leader.id)


def test_a_returned_visit_carries_comments_until_it_is_sent_again(
    prison: Place, leader: User, coordinator: User, now: datetime
) -> None:
    visit = visits.in_review(prison, lead=leader)
    comments = {"food-water": "Which meal?", "bedding": "How many pairs?"}
    operations.return_visit(visit, comments, reason="Nearly there.", by=coordinator, at=now)
    assert visit.state is VisitState.UNDER_WAY
    assert {comment.topic_id: comment.text for comment in queries.open_comments(visit)} == comments
    assert queries.steps(visit)[-1].reason == "Nearly there."
    assert events(visit)[-1] == ("visit:return", {"topics": ["bedding", "food-water"]})
    operations.submit(visit, by=leader, at=now + timedelta(hours=1))
    assert not queries.open_comments(visit)


def test_an_approved_visit_says_who_approved_it(prison: Place, leader: User, coordinator: User, now: datetime) -> None:
    visit = visits.in_review(prison, lead=leader)
    operations.approve(visit, by=coordinator, at=now)
    assert (visit.approved_at, visit.approved_by_id) == (now, coordinator.id)
    assert not visit.was_approved_by_its_submitter
    assert events(visit)[-1] == ("visit:approve", {"own_submission": False})


def test_who_sent_a_visit_approves_it_only_where_nobody_else_can(
    prison: Place, coordinator: User, body: Body, now: datetime
) -> None:
    visit = visits.in_review(prison, lead=coordinator)
    other = accounts.coordinator(body)
    with pytest.raises(OwnSubmission) as refused:
        operations.approve(visit, by=coordinator, at=now)
    assert [person.id for person in refused.value.others] == [other.id]
    assert (visit.state, visit.approved_by_id) == (VisitState.REVIEW, None)
    account_operations.set_enabled(other, False, by=coordinator, at=now)
    operations.approve(visit, by=coordinator, at=now)
    assert visit.was_approved_by_its_submitter
    assert events(visit)[-1] == ("visit:approve", {"own_submission": True})


def test_a_visit_opened_again_is_the_next_version(
    prison: Place, leader: User, coordinator: User, now: datetime
) -> None:
    visit = visits.approved(prison, lead=leader, by=coordinator)
    for version in (2, 3):
        operations.reopen(visit, reason="The authority corrected a figure.", by=coordinator, at=now)
        assert (visit.state, visit.report_version) == (VisitState.REVIEW, version)
        assert (visit.approved_at, visit.approved_by_id) == (None, None)
        operations.approve(visit, by=coordinator, at=now)
    assert [step.step for step in queries.steps(visit)][-4:] == ["reopen", "approve", "reopen", "approve"]


def test_every_write_of_a_visit_leaves_a_whole_chain(
    prison: Place, leader: User, coordinator: User, mechanism: Mechanism, now: datetime
) -> None:
    visits.approved(prison, lead=leader, by=coordinator)
    report = verify_chain(mechanism.id)
    assert report.fault is None
    assert report.events > 10
