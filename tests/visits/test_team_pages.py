"""The page on which a team is chosen and its sections are shared out, in a browser without scripts."""

import pytest

from monitor.accounts.models import Body, User
from monitor.places.models import Place
from monitor.visits import operations
from monitor.visits.models import TeamRole
from monitor.visits.operations import Member
from tests.client import Browser
from tests.conftest import NOW
from tests.factories import accounts, visits
from tests.visits.conftest import again, heading


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"label-0": "Dr. Okafor"}, "Choose a role for this person."),
        ({"outside-0": "doctor"}, "Write the name of this person, or what is known of them."),
        ({"label-0": "a\fb", "outside-0": "doctor"}, "This text holds characters that cannot be stored."),
        ({"label-0": "x" * 301, "outside-0": "doctor"}, "300"),
    ],
)
def test_a_line_of_the_team_that_is_half_filled_is_kept_and_asked_about(
    typed: dict[str, str], sentence: str, web: Browser, prison: Place, leader: User
) -> None:
    visit = visits.planned(prison, lead=leader)
    web.sign_in(leader)
    web.get(f"/visits/{visit.id}/team")
    web.submit("team", typed)
    assert sentence in web.main
    assert len(again(visit).team) == 1


def test_sections_offer_only_the_team(web: Browser, prison: Place, leader: User, member: User, body: Body) -> None:
    other = accounts.monitor(body, name="Ines Okafor")
    visit = visits.planned(prison, lead=leader)
    web.sign_in(leader)
    web.get(f"/visits/{visit.id}/team")
    assert offered(web, "health") == {str(leader.id)}
    web.submit("team", {f"role-{member.id}": "monitor"})
    assert "The team is saved. Now choose who looks after which section." in web.main
    assert offered(web, "health") == {str(leader.id), str(member.id)}
    web.submit("team", {"section-health": [str(member.id)]})
    assert heading(web) == f"Visit to {prison.name}"
    assert {one.shown_name: one.sections for one in again(visit).team}["Jonas Weber"] == ["health"]
    web.get(f"/visits/{visit.id}/team")
    web.submit("team", {"section-health": [str(other.id)]})
    assert "is not a valid choice" in web.main
    web.get(f"/visits/{visit.id}/team")
    web.submit("team", {f"role-{member.id}": ""})
    assert [one.shown_name for one in again(visit).team] == ["Amina Diallo"]


def offered(web: Browser, section: str) -> set[str]:
    """Return the ids of those whom the page at hand offers for a section."""
    return {str(box["value"]) for box in web.page.select(f"[name=section-{section}]")}


def test_a_team_without_a_leader_is_refused(web: Browser, prison: Place, leader: User, member: User) -> None:
    visit = visits.planned(prison, lead=leader, team=(member,))
    web.sign_in(leader)
    for role in ("monitor", ""):
        web.get(f"/visits/{visit.id}/team")
        web.submit("team", {f"role-{leader.id}": role})
        assert "Choose exactly one team leader." in web.main
    assert again(visit).is_led_by(leader)


def test_everybody_of_an_imported_team_is_still_on_it_when_a_leader_is_chosen(
    desk: Browser, prison: Place, leader: User
) -> None:
    visit = visits.in_review(prison, lead=leader)
    guests = [Member(None, TeamRole.EXPERT, f"Expert {number}") for number in range(5)]
    operations.set_team(visit, guests, by=None, at=NOW)
    desk.get(f"/visits/{visit.id}/team")
    desk.submit("team", {f"role-{leader.id}": "lead"})
    assert [member.shown_name for member in again(visit).team] == ["Amina Diallo", *(guest.label for guest in guests)]


def test_who_left_the_body_stays_on_the_team_until_taken_off(
    web: Browser, prison: Place, leader: User, member: User
) -> None:
    visit = visits.planned(prison, lead=leader, team=(member,))
    accounts.operations.set_roles(member, [], by=None, at=NOW)
    web.sign_in(leader)
    web.get(f"/visits/{visit.id}/team")
    web.submit("team")
    assert again(visit).member(member) is not None
    web.get(f"/visits/{visit.id}/team")
    web.submit("team", {f"role-{member.id}": ""})
    assert again(visit).member(member) is None
