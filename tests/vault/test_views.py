"""The pages about keys, in a browser without scripts, with the keys that people really have."""

import re

import pytest
from sqlalchemy import select

from monitor.accounts.models import Body, Role, User, UserRole
from monitor.accounts.operations import set_roles
from monitor.db import db
from monitor.sealing.envelopes import seal_to
from monitor.sealing.key_pairs import new_pair
from monitor.vault import contexts, queries
from monitor.vault.models import Compartment, Grant, PaperKey
from tests.client import Browser
from tests.conftest import NOW
from tests.factories import accounts
from tests.vault.conftest import CANARY, set_up, written


def health_member(user: User) -> User:
    """Give a person the role that medical notes are for."""
    (held,) = user.roles
    user.roles.append(UserRole(mechanism_id=user.mechanism_id, body_id=held.body_id, role=Role.HEALTH_MONITOR))
    db.session.commit()
    return user


def readers(body: Body, compartment: Compartment = Compartment.INTERVIEWS) -> set[str]:
    db.session.rollback()
    key = queries.current_key(body.id, compartment)
    return {grant.user.name for grant in queries.readers(key)} if key else set()


def test_a_coordinator_sets_the_keys_up_and_tries_the_paper(desk: Browser, body: Body, coordinator: User) -> None:
    desk.get("/keys/")
    assert "Interviews cannot be recorded before that" in desk.main
    paper = set_up(desk, body)
    assert re.fullmatch(r"([0-9A-Z]{4}-)+[0-9A-Z]{1,4}", paper)
    assert readers(body) == {coordinator.name}
    desk.submit("drill", {"typed": paper.lower().replace("-", " ")})
    assert "The paper key fits." in desk.main
    desk.get(f"/keys/{body.id}")
    assert paper not in str(desk.page)
    assert "Try the paper key now" not in desk.main


def test_the_keys_are_found_from_the_interviews(web: Browser, body: Body, coordinator: User, monitor: User) -> None:
    words = "Who can read confidential records"
    web.sign_in(coordinator)
    web.get("/interviews/")
    link = web.page.find("a", string=words)
    assert link is not None
    web.get(str(link["href"]))
    assert web.page.h1 is not None
    assert web.page.h1.get_text(strip=True) == words
    web.post("/sign-out")
    web.sign_in(monitor)
    web.get("/interviews/")
    assert web.page.find("a", string=words) is None


def test_the_box_must_be_ticked(desk: Browser, body: Body) -> None:
    desk.get(f"/keys/{body.id}")
    desk.submit("set-up")
    assert "Tick this box once you have read it." in desk.main
    assert readers(body) == set()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("", "Type the key from the paper."), ("ABCD", "A letter is missing or wrong."), ("x" * 300, "Field cannot be")],
)
def test_a_paper_that_does_not_fit_is_told(desk: Browser, body: Body, typed: str, sentence: str) -> None:
    set_up(desk, body)
    desk.submit("drill", {"typed": typed})
    assert sentence in desk.main
    paper = db.session.scalars(select(PaperKey)).one()
    assert paper.drilled_at is None


def test_a_reader_lets_others_read_and_takes_it_away(
    desk: Browser, body: Body, coordinator: User, monitor: User
) -> None:
    set_up(desk, body)
    desk.get(f"/keys/{body.id}")
    desk.submit("grant-interviews", {"person": str(monitor.id)})
    assert f"{monitor.name} can read these records now." in desk.main
    assert readers(body) == {coordinator.name, monitor.name}
    desk.post(f"/keys/{body.id}/interviews/remove", {"person": str(monitor.id)})
    assert f"{monitor.name} can no longer read these records." in desk.main
    assert readers(body) == {coordinator.name}
    desk.post(f"/keys/{body.id}/interviews/remove", {"person": str(coordinator.id)})
    assert "Nobody would be left who can read these records." in desk.main


@pytest.mark.parametrize("act", ["grant", "remove"])
@pytest.mark.parametrize("person", ["", "nobody", "0198aaaa-0000-7000-8000-000000000000"])
def test_nobody_or_a_stranger_is_asked_about(
    desk: Browser, body: Body, coordinator: User, act: str, person: str
) -> None:
    set_up(desk, body)
    desk.post(f"/keys/{body.id}/interviews/{act}", {"person": person})
    assert "Choose a person." in desk.main
    assert readers(body) == {coordinator.name}


def test_before_there_are_keys_nothing_about_them_can_be_done(desk: Browser, body: Body, monitor: User) -> None:
    desk.get(f"/keys/{body.id}")
    desk.post(f"/keys/{body.id}/interviews/from-paper", {"person": str(monitor.id), "typed": "ABCD"})
    assert "This body has no keys yet. A coordinator sets them up first." in desk.main


def test_medical_notes_are_for_health_members(desk: Browser, body: Body, coordinator: User, monitor: User) -> None:
    set_up(desk, body, health=[str(health_member(monitor).id)])
    assert readers(body, Compartment.MEDICAL) == {monitor.name}
    desk.get(f"/keys/{body.id}")
    assert desk.page.find("form", id="grant-medical") is None
    desk.post(f"/keys/{body.id}/medical/grant", {"person": str(health_member(coordinator).id)})
    assert "Only somebody who can read these records can do this." in desk.main
    assert readers(body, Compartment.MEDICAL) == {monitor.name}


def test_who_is_no_health_member_is_given_no_medical_notes(
    desk: Browser, body: Body, coordinator: User, monitor: User
) -> None:
    set_up(desk, body, health=[str(health_member(coordinator).id)])
    desk.get(f"/keys/{body.id}")
    desk.post(f"/keys/{body.id}/medical/grant", {"person": str(monitor.id)})
    assert readers(body, Compartment.MEDICAL) == {coordinator.name}
    desk.post(f"/keys/{body.id}/medical/grant", {"person": str(health_member(monitor).id)})
    assert readers(body, Compartment.MEDICAL) == {coordinator.name, monitor.name}


def test_a_new_paper_needs_somebody_who_reads_everything(desk: Browser, body: Body, monitor: User) -> None:
    set_up(desk, body, health=[str(health_member(monitor).id)])
    desk.post(f"/keys/{body.id}/new-paper")
    assert "Only somebody who can read" in desk.main


@pytest.mark.parametrize("reads_medical_notes", [True, False])
def test_a_new_paper_makes_the_old_one_worthless(
    desk: Browser, body: Body, coordinator: User, reads_medical_notes: bool
) -> None:
    old = set_up(desk, body, health=[str(health_member(coordinator).id)] if reads_medical_notes else [])
    desk.get(f"/keys/{body.id}")
    desk.post(f"/keys/{body.id}/new-paper")
    new = written(desk)
    desk.submit("drill", {"typed": old})
    assert "not the one in use" in desk.main
    desk.submit("drill", {"typed": new})
    assert "The paper key fits." in desk.main


def test_with_the_paper_somebody_reads_again(desk: Browser, body: Body, coordinator: User, monitor: User) -> None:
    paper = set_up(desk, body)
    desk.get(f"/keys/{body.id}")
    desk.submit("from-paper-interviews", {"person": str(monitor.id), "typed": "0000"})
    assert "A letter is missing or wrong." in desk.main
    assert readers(body) == {coordinator.name}
    desk.submit("from-paper-interviews", {"person": str(monitor.id), "typed": paper})
    assert readers(body) == {coordinator.name, monitor.name}
    assert readers(body, Compartment.MEDICAL) == set()


def test_with_the_paper_a_health_member_and_nobody_else_reads_medical_notes_that_nobody_read(
    desk: Browser, body: Body, coordinator: User, monitor: User
) -> None:
    paper = set_up(desk, body)
    health_member(monitor)
    desk.get(f"/keys/{body.id}")
    assert "later by whoever is let in with the paper key" in desk.main
    desk.post(f"/keys/{body.id}/medical/from-paper", {"person": str(coordinator.id), "typed": paper})
    assert readers(body, Compartment.MEDICAL) == set()
    desk.submit("from-paper-medical", {"person": str(monitor.id), "typed": paper})
    assert f"{monitor.name} can read these records now." in desk.main
    assert readers(body, Compartment.MEDICAL) == {monitor.name}
    assert readers(body) == {coordinator.name}


def move_away(person: User) -> None:
    """Move a person to another body of the mechanism."""
    elsewhere = accounts.other_body(person.mechanism)
    set_roles(person, [(elsewhere.id, Role.COORDINATOR)], by=None, at=NOW)
    db.session.commit()


def test_a_reader_who_moved_to_another_body_reads_nothing_and_lets_nobody_in_or_out(
    web: Browser, body: Body, coordinator: User, monitor: User
) -> None:
    colleague = accounts.monitor(body)
    web.sign_in(coordinator)
    set_up(web, body)
    web.get(f"/keys/{body.id}")
    web.submit("grant-interviews", {"person": str(monitor.id)})
    happened = {"body": str(body.id), "place": "", "on": NOW.date().isoformat(), "what": CANARY}
    web.post("/interviews/incidents", happened)
    web.post("/sign-out")
    web.sign_in(monitor)
    web.get("/interviews/incidents")
    assert CANARY in web.main
    web.post("/sign-out")
    move_away(monitor)
    web.sign_in(monitor)
    web.get("/interviews/incidents")
    assert CANARY not in str(web.page)
    web.get(f"/keys/{body.id}", status=403)
    for act, person in (("grant", colleague), ("remove", coordinator)):
        web.post(f"/keys/{body.id}/interviews/{act}", {"person": str(person.id)}, status=403)
    assert readers(body) == {coordinator.name, monitor.name}


@pytest.mark.parametrize("leave", ["moves", "is deactivated"])
def test_a_reader_who_left_is_named_and_does_not_count_as_one(
    desk: Browser, body: Body, coordinator: User, monitor: User, leave: str
) -> None:
    set_up(desk, body)
    desk.post(f"/keys/{body.id}/interviews/grant", {"person": str(monitor.id)})
    desk.get(f"/keys/{body.id}")
    assert "No longer entitled to read" not in desk.main
    if leave == "moves":
        move_away(monitor)
    else:
        monitor.is_enabled = False
        db.session.commit()
    desk.get(f"/keys/{body.id}")
    assert desk.main.count("No longer entitled to read") == 1
    assert "Everything here hangs on you alone." in desk.main
    desk.post(f"/keys/{body.id}/interviews/remove", {"person": str(coordinator.id)})
    assert "Nobody would be left who can read these records." in desk.main
    desk.post(f"/keys/{body.id}/interviews/remove", {"person": str(monitor.id)})
    assert readers(body) == {coordinator.name}


def test_others_see_neither_page_nor_keys(web: Browser, body: Body, monitor: User, administrator: User) -> None:
    other = accounts.other_body(body.mechanism)
    for person in (monitor, administrator):
        web.sign_in(person)
        web.get(f"/keys/{body.id}", status=403)
        web.get(f"/keys/{other.id}", status=403)
        web.post(f"/keys/{body.id}/set-up", {"understood": "y"}, status=403)
        web.post("/sign-out")
    assert readers(body) == set()


def test_a_key_that_was_exchanged_with_its_grants_and_its_paper_is_told_too(
    desk: Browser, body: Body, coordinator: User
) -> None:
    """Everything in the database fits together then: only the chain of events knows which key was made."""
    set_up(desk, body)
    key, paper = queries.current_key(body.id, Compartment.INTERVIEWS), queries.current_paper(body.id)
    assert key is not None
    assert paper is not None
    forged = new_pair()
    (held,) = queries.readers(key)
    key.public = forged.public
    key.on_paper = seal_to(paper.public, forged.private, contexts.of_paper(key.id, paper.id))
    held.wrapped = seal_to(held.user_key.public, forged.private, contexts.of_grant(key.id, held.user_key_id))
    db.session.commit()
    desk.get(f"/keys/{body.id}")
    assert "somebody exchanged it" in desk.main


def test_nothing_is_granted_to_an_own_key_that_was_exchanged(desk: Browser, body: Body, monitor: User) -> None:
    set_up(desk, body)
    own = queries.users_keys([monitor.id])[monitor.id]
    kept, own.public = own.public, new_pair().public
    db.session.commit()
    assert f"The own key of {monitor.name} is not the one" in desk.get(f"/keys/{body.id}").get_text()
    desk.post(f"/keys/{body.id}/interviews/grant", {"person": str(monitor.id)})
    assert "is not the one that was made for them" in desk.page.get_text()
    assert monitor.name not in readers(body)
    own.public = kept
    db.session.commit()
    assert "The own key of" not in desk.get(f"/keys/{body.id}").get_text()
    desk.post(f"/keys/{body.id}/interviews/grant", {"person": str(monitor.id)})
    assert monitor.name in readers(body)


def stored_keys(body: Body) -> tuple[object, ...]:
    """What lies in the database of the keys of a body: papers, compartments, grants."""
    db.session.rollback()
    papers = [(row.id, row.retired_at) for row in db.session.scalars(select(PaperKey).order_by(PaperKey.id))]
    keys = [(key.id, key.paper_id, key.on_paper, key.replaced_at) for key in queries.keys(body.id)]
    grants = [held.id for held in db.session.scalars(select(Grant).order_by(Grant.id))]
    return papers, keys, grants


@pytest.mark.parametrize("act", ["new-paper", "interviews/remove"])
def test_a_new_paper_or_a_removal_that_is_refused_leaves_every_key_as_it_was(
    desk: Browser, body: Body, coordinator: User, monitor: User, act: str
) -> None:
    other = accounts.monitor(body)
    set_up(desk, body)
    for person in (monitor, other):
        desk.get(f"/keys/{body.id}")
        desk.submit("grant-interviews", {"person": str(person.id)})
    queries.users_keys([monitor.id])[monitor.id].public = new_pair().public
    db.session.commit()
    before = stored_keys(body)
    desk.get(f"/keys/{body.id}")
    desk.post(f"/keys/{body.id}/{act}", {"person": str(other.id)})
    assert "is not the one that was made for them" in desk.page.get_text()
    assert stored_keys(body) == before


def test_a_set_up_that_is_refused_leaves_neither_paper_nor_keys(desk: Browser, body: Body, coordinator: User) -> None:
    queries.users_keys([coordinator.id])[coordinator.id].public = new_pair().public
    db.session.commit()
    desk.get(f"/keys/{body.id}")
    desk.submit("set-up", {"understood": "y"})
    assert "is not the one that was made for them" in desk.page.get_text()
    assert stored_keys(body) == ([], [], [])


def test_a_key_that_was_exchanged_is_told_to_readers(desk: Browser, body: Body) -> None:
    set_up(desk, body)
    exchanged = "somebody exchanged it"
    desk.get(f"/keys/{body.id}")
    assert exchanged not in desk.main
    key = queries.current_key(body.id, Compartment.INTERVIEWS)
    assert key is not None
    key.public = new_pair().public
    db.session.commit()
    desk.get(f"/keys/{body.id}")
    assert desk.main.count(exchanged) == 1
