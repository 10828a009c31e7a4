"""A form that arrives after its session locked or ended: nothing of it is lost, nothing of it is written."""

from io import BytesIO

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from monitor.accounts import queries
from monitor.accounts.models import END_AFTER, LOCK_AFTER, Body
from monitor.db import db
from tests.accounts.conftest import turn_back
from tests.client import _fields
from tests.factories import accounts
from tests.factories.accounts import PASSWORD

TYPED = 'Büro <b>für</b> "Haft" & الزيارة'
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def typing(signed_in):
    """A browser with the page of bodies open, ready to send."""
    signed_in.get("/administration/bodies")
    return signed_in


def send(web, *, status, headers=None, **more):
    values = MultiDict([("csrf_token", web.csrf_token), ("name", TYPED), *more.items()])
    web._take(web._send("POST", "/administration/bodies?x=1", data=values, headers=headers), status)


def names(mechanism):
    db.session.commit()
    return [body.name for body in queries.list_bodies(mechanism.id)]


def pass_factor_below(web):
    """Pass the second factor that the page with the carried form asks for, and go on."""
    assert web.page.find(id="resume").find(id="code")
    web.pass_factor()
    web.submit("resume")


def test_form_sent_while_locked_is_carried_and_sent_again(typing, administrator, mechanism):
    turn_back(administrator, used=LOCK_AFTER)
    send(typing, status=423)
    assert TYPED not in names(mechanism)
    assert typing.page.find("input", attrs={"name": "kept.name"})["value"] == TYPED
    typing.submit("resume", {"password": "not the right password"})
    assert "This is not your password." in typing.main
    assert TYPED not in names(mechanism)
    typing.submit("resume", {"password": PASSWORD})
    assert "not saved yet" in typing.main
    assert TYPED not in names(mechanism)
    assert typing.page.find(id="send-again")["action"] == "/administration/bodies?x=1"
    typing.submit("send-again")
    assert names(mechanism).count(TYPED) == 1


def test_form_sent_after_the_session_ended_is_carried_through_signing_in(typing, administrator, mechanism):
    turn_back(administrator, used=END_AFTER)
    send(typing, status=401)
    typing.submit("resume", {"email": administrator.email, "password": "not the right password"})
    typing.submit("resume", {"email": administrator.email, "password": PASSWORD})
    pass_factor_below(typing)
    typing.submit("send-again")
    assert names(mechanism).count(TYPED) == 1


def test_form_sent_after_signing_out_elsewhere_is_carried_when_it_comes_from_our_page(typing, administrator, mechanism):
    typing.client.delete_cookie("monitor")  # signed out in another tab
    send(typing, status=400, headers=OURS)
    typing.submit("resume", {"email": administrator.email, "password": PASSWORD})
    pass_factor_below(typing)
    typing.submit("send-again")
    assert names(mechanism).count(TYPED) == 1


def test_form_with_the_token_of_an_earlier_session_is_offered_again_at_once(typing, administrator, mechanism):
    token = typing.csrf_token
    typing.client.delete_cookie("monitor")
    typing.sign_in(administrator)
    values = {"csrf_token": token, "name": TYPED}
    typing._take(typing._send("POST", "/administration/bodies", data=values, headers=OURS), 400)
    assert TYPED not in names(mechanism)
    typing.submit("send-again")
    assert names(mechanism).count(TYPED) == 1


@pytest.mark.parametrize("site", [None, "cross-site", "same-site", "none"])
def test_form_of_another_site_is_not_offered(typing, administrator, site):
    values = {"csrf_token": "forged", "name": TYPED}
    headers = {"Sec-Fetch-Site": site} if site else {}
    response = typing._send("POST", "/administration/bodies", data=values, headers=headers)
    assert response.status_code == 400
    assert "send-again" not in response.text
    assert "Büro" not in response.text


def test_every_field_is_carried_in_order_but_no_password_token_or_file(typing, administrator):
    turn_back(administrator, used=LOCK_AFTER)
    values = {
        "csrf_token": typing.csrf_token, "choice": ["b", "a"], "text": "one\r\ntwo",
        "new_password": "seven green kettles", "picture": (BytesIO(b"x"), "picture.png"), "button": "pressed",
    }  # fmt: skip
    typing._take(typing._send("POST", "/administration/bodies", data=values), 423)
    carried = _fields(typing.page.find(id="resume"))
    kept = [(tag["name"], tag["value"]) for tag in typing.page.find_all("input") if tag["name"].startswith("kept.")]
    assert kept == [("kept.choice", "b"), ("kept.choice", "a"), ("kept.text", "one\r\ntwo"), ("kept.button", "pressed")]
    assert carried["has_files"] == "1"
    assert "seven green" not in typing.response.text
    typing._take(typing._send("POST", "/session/resume", data=_pairs(typing) | {"password": PASSWORD}), 200)
    assert "choose them again" in typing.main
    again = [(tag["name"], tag["value"]) for tag in typing.page.find(id="send-again").find_all("input")][1:]
    assert again == [("choice", "b"), ("choice", "a"), ("text", "one\r\ntwo"), ("button", "pressed")]


def _pairs(web):
    pairs = {}
    for tag in web.page.find(id="resume").find_all("input"):
        pairs.setdefault(tag["name"], []).append(tag.get("value", ""))
    return pairs


@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_carried_form_goes_to_our_own_address_only(web, monitor, to):
    web.get("/sign-in")
    values = {"csrf_token": web.csrf_token, "to": to, "kept.x": "1", "email": monitor.email, "password": PASSWORD}
    web._take(web._send("POST", "/session/resume", data=values), 200)
    pass_factor_below(web)
    assert web.page.find(id="send-again")["action"] == "/"


def test_carried_text_is_escaped(typing, administrator):
    turn_back(administrator, used=LOCK_AFTER)
    values = {"csrf_token": typing.csrf_token, 'a"><script>alert(1)</script>': '"><script>alert(2)</script>'}
    response = typing._send("POST", "/administration/bodies", data=values)
    assert response.status_code == 423
    assert "<script>alert" not in response.text


def test_large_page_of_answers_is_carried(typing, administrator, app):
    turn_back(administrator, used=LOCK_AFTER)
    text = "تعليق " * 15_000
    values = {"csrf_token": typing.csrf_token} | {f"comment-{number}": text for number in range(8)}
    values["kept.to"] = "x"
    pairs = {f"kept.{name}": value for name, value in values.items() if name != "csrf_token"}
    pairs |= {"csrf_token": typing.csrf_token, "to": "/visits", "password": PASSWORD}
    response = typing._send("POST", "/session/resume", data=pairs)
    assert response.status_code == 200
    assert response.text.count(text) == 8


def test_script_gets_json_and_keeps_its_page(typing, administrator):
    turn_back(administrator, used=LOCK_AFTER)
    assert typing.post_json("/administration/bodies", {}).json["error"] == "locked"
    turn_back(administrator, used=END_AFTER)
    answer = typing.post_json("/administration/bodies", {})
    assert (answer.status_code, answer.json["error"]) == (401, "signed_out")


def test_another_person_who_signs_in_sees_under_whose_name_it_would_be_sent(typing, administrator, body, mechanism):
    other = accounts.administrator(body, name="Bo Lind")
    turn_back(administrator, used=END_AFTER)
    send(typing, status=401)
    typing.submit("resume", {"email": other.email, "password": PASSWORD})
    pass_factor_below(typing)
    assert "You are signed in as Bo Lind" in typing.main
    assert db.session.scalars(select(Body).where(Body.name == TYPED)).all() == []


def test_person_without_the_right_is_refused_after_sending_again(typing, administrator, monitor, mechanism):
    turn_back(administrator, used=END_AFTER)
    send(typing, status=401)
    typing.submit("resume", {"email": monitor.email, "password": PASSWORD})
    pass_factor_below(typing)
    typing.submit("send-again", status=403)
    assert TYPED not in names(mechanism)
