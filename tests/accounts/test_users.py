"""Administration of people: invite, roles, keep out, let in."""

import re

import pytest

from monitor.accounts import operations, queries
from monitor.accounts.models import Role
from monitor.accounts.operations import AccountRefused
from monitor.audit.operations import verify_chain
from monitor.db import db
from monitor.tenancy import across_mechanisms
from tests.accounts.conftest import is_open, keep_recovery_key, sessions_of, sign_in_by_password
from tests.client import Browser
from tests.factories import accounts
from tests.factories.accounts import PASSWORD


def invite(web, body, *, email="nova@npm.example", name="Nova Larsen", roles=("monitor",)):
    web.get("/administration/users/invite")
    web.submit("invite", {"email": email, "name": name, f"roles_{body.id.hex}": list(roles)})


def test_administrator_invites_somebody_with_a_link_shown_once(signed_in, administrator, body, app):
    invite(signed_in, body, email=" Nova@NPM.example ")
    (address,) = re.findall(r"http://localhost(/link/\S+)", signed_in.main)
    person = queries.get_user_by_email("nova@npm.example")
    assert person.email == "nova@npm.example"
    assert person.has_role(Role.MONITOR, body.id)
    assert "invited" in signed_in.get("/administration/users").get_text()
    assert address not in signed_in.get(f"/administration/users/{person.id}").get_text()
    web = Browser(app)
    web.get(address)
    web.submit("choose-password", {"new_password": "seven green kettles hum", "again": "seven green kettles hum"})
    keep_recovery_key(web)
    sign_in_by_password(web, person.email, "seven green kettles hum")
    assert is_open(web)
    assert verify_chain(body.mechanism_id).fault is None


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"email": "no address"}, "Enter an e-mail address, such as"),
        ({"email": ""}, "Enter the e-mail address."),
        ({"email": "a@b\u2028c"}, "Remove the line breaks"),
        ({"name": ""}, "Enter the name."),
        ({"roles": ()}, "Give at least one role."),
        ({"roles": ("emperor",)}, "not a valid choice"),
    ],
)
def test_unfit_invitation_is_said_and_writes_nobody(signed_in, body, values, said):
    before = len(queries.list_users(body.mechanism_id))
    invite(signed_in, body, **values)
    assert said in signed_in.main
    assert len(queries.list_users(body.mechanism_id)) == before


def test_address_taken_in_another_mechanism_is_said(signed_in, body):
    with across_mechanisms():
        foreign = accounts.monitor(accounts.only_body(accounts.mechanism()))
        email = foreign.email
    invite(signed_in, body, email=email)
    assert "Somebody has this e-mail address already" in signed_in.main


def test_roles_are_given_per_body(signed_in, body, monitor):
    second = accounts.other_body(body.mechanism, name="Health commission")
    page = signed_in.get(f"/administration/users/{monitor.id}")
    assert "Roles in Health commission" in page.get_text()
    signed_in.submit("roles", {f"roles_{body.id.hex}": [], f"roles_{second.id.hex}": ["monitor", "coordinator"]})
    db.session.refresh(monitor)
    assert {(held.body_id, held.role) for held in monitor.roles} == {
        (second.id, Role.MONITOR),
        (second.id, Role.COORDINATOR),
    }
    assert "Coordinator in Health commission" in signed_in.get("/administration/users").get_text()


def test_roles_changed_by_somebody_else_meanwhile_are_not_overwritten(signed_in, body, monitor):
    signed_in.get(f"/administration/users/{monitor.id}")
    page = signed_in.page
    operations.update_user(monitor, name="Other name", language="en", by=monitor, at=accounts.AT)
    db.session.commit()
    signed_in.page = page
    signed_in.submit("roles", {f"roles_{body.id.hex}": ["coordinator"]}, status=409)
    db.session.refresh(monitor)
    assert not monitor.has_role(Role.COORDINATOR)


def test_change_of_roles_waits_for_the_password_and_is_then_sent_as_it_was(signed_in, administrator, body, monitor):
    signed_in.get(f"/administration/users/{monitor.id}")
    for row in sessions_of(administrator):
        row.stepped_up_at = None
    db.session.commit()
    kept = signed_in._send(
        "POST", f"/administration/users/{monitor.id}", data={"csrf_token": signed_in.csrf_token},
        headers={"X-Kept-Form": "1", "Accept": "application/json"},
    )  # fmt: skip
    assert (kept.status_code, kept.json) == (428, {"error": "step_up"}), "the browser then sends it without its script"
    signed_in.submit("roles", {f"roles_{body.id.hex}": ["coordinator"]}, status=428)
    signed_in.submit("resume", {"password": "not the right password"})
    assert "This is not your password." in signed_in.main
    signed_in.submit("resume", {"password": PASSWORD})
    db.session.refresh(monitor)
    assert not monitor.has_role(Role.COORDINATOR)
    signed_in.submit("send-again")
    db.session.refresh(monitor)
    assert monitor.has_role(Role.COORDINATOR)


def test_page_that_waits_for_the_password_leads_back(signed_in, administrator):
    signed_in.get("/session/step-up?next=/account")
    assert signed_in.response.request.path == "/account", "it was given a moment ago"
    for row in sessions_of(administrator):
        row.stepped_up_at = None
    db.session.commit()
    signed_in.get("/account/security/recovery-codes?next=/account")
    assert signed_in.response.request.path == "/session/step-up"
    signed_in.submit("step-up", {"password": ""})
    assert "Enter your password." in signed_in.main
    signed_in.submit("step-up", {"password": PASSWORD})
    assert signed_in.response.request.full_path == "/account/security/recovery-codes?next=/account"


def test_last_administrator_can_neither_be_deactivated_nor_lose_the_role(signed_in, administrator, body):
    signed_in.get(f"/administration/users/{administrator.id}")
    signed_in.submit("roles", {f"roles_{body.id.hex}": ["monitor"]})
    assert "Nobody would be left" in signed_in.main
    signed_in.post(f"/administration/users/{administrator.id}/deactivate")
    assert "Nobody would be left" in signed_in.page.get_text()
    db.session.refresh(administrator)
    assert administrator.is_enabled
    assert administrator.has_role(Role.ADMINISTRATOR)
    with pytest.raises(AccountRefused, match="without an administrator"):
        operations.set_enabled(administrator, False, by=administrator, at=accounts.AT)


def test_deactivated_person_is_out_at_once_and_comes_back_with_the_same_password(signed_in, monitor, app):
    web = Browser(app)
    web.sign_in(monitor)
    signed_in.get(f"/administration/users/{monitor.id}")
    signed_in.post(f"/administration/users/{monitor.id}/deactivate")
    assert "can no longer sign in" in signed_in.page.get_text()
    assert not is_open(web)
    web.sign_in(monitor)
    assert not is_open(web)
    signed_in.post(f"/administration/users/{monitor.id}/reactivate")
    web.sign_in(monitor)
    assert is_open(web)


def test_person_of_another_mechanism_is_not_there(signed_in):
    with across_mechanisms():
        foreign = accounts.monitor(accounts.only_body(accounts.mechanism()))
        path = f"/administration/users/{foreign.id}"
        assert foreign.name not in signed_in.get("/administration/users").get_text()
    for method, step in [
        ("GET", ""),
        ("POST", ""),
        ("POST", "/link"),
        ("POST", "/deactivate"),
        ("POST", "/reactivate"),
    ]:
        response = signed_in._send(method, path + step, data={"csrf_token": signed_in.csrf_token})
        assert response.status_code == 404, step


@pytest.mark.parametrize(
    "path", ["users", "users/invite", "mechanism", "mechanism/logo", "mechanism/logo.png", "bodies"]
)
def test_monitors_and_coordinators_have_no_administration(web, monitor, coordinator, path):
    for person in (monitor, coordinator):
        web.sign_in(person)
        assert web._send("GET", f"/administration/{path}").status_code == 403
        web._send("POST", "/sign-out", data={"csrf_token": web.csrf_token})
