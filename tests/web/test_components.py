"""The layouts and macros make valid, labelled, complete HTML."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from wtforms import FieldList, Form, FormField, IntegerField, StringField
from wtforms.validators import InputRequired

from monitor.config import ROOT
from monitor.web.forms import FieldProblem, form_problems
from tests.page_rules import check_page
from tests.web.sample import Person


def parsed(text: str) -> BeautifulSoup:
    page = BeautifulSoup(text, "html.parser")
    check_page(text, page)
    return page


@pytest.mark.parametrize("path", ["/", "/form", "/status/404"])
def test_a_page_keeps_the_rules_of_every_page(client: FlaskClient, path: str) -> None:
    parsed(client.get(path).text)


def test_a_refused_form_lists_what_to_mend_and_links_each_control(client: FlaskClient) -> None:
    page = parsed(client.post("/form", data={"capacity": "-1", "purpose": "x" * 201}).text)
    links = {link.text: str(link["href"]).removeprefix("#") for link in page.select(".error-summary a")}
    assert links == {
        "Choose the place.": "place",
        "Enter the first day, such as 14 March 2023.": "starts_on",
        "Choose the kind of visit.": "kind-0",
        "Shorten the purpose to 200 characters.": "purpose",
        "Capacity is 0 or more.": "capacity",
    }
    for target in links.values():
        assert page.find(id=target) is not None, target
    assert str(page.title.text).startswith("To mend:")


def test_an_error_stands_beside_its_control_and_is_announced_with_it(client: FlaskClient) -> None:
    page = parsed(client.post("/form", data={"purpose": "x" * 201}).text)
    control = page.find(id="purpose")
    assert control["aria-invalid"] == "true"
    assert control["aria-describedby"] == "purpose-hint purpose-error"
    for part in ("purpose-hint", "purpose-error"):
        assert page.find(id=part) is not None


def test_what_was_typed_comes_back_whole_and_is_never_cut_by_the_browser(client: FlaskClient) -> None:
    page = parsed(client.post("/form", data={"purpose": "x" * 5000}).text)
    assert page.find(id="purpose").text.strip() == "x" * 5000
    assert page.find_all(maxlength=True) == []


def test_text_from_people_is_escaped_everywhere(sample: Flask) -> None:
    name = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    sample.extensions["clock"].person = Person(name=name, email=name)
    page = parsed(sample.test_client().get("/").text)
    assert page.find("img") is None
    assert name in page.find(class_="bar-person-name").text


def test_the_bar_marks_where_one_is_and_the_training_strip_stands(client: FlaskClient) -> None:
    page = parsed(client.get("/").text)
    assert [link.text for link in page.select(".bar-nav a[aria-current]")] == ["Places"]
    assert "invented" in page.find(class_="strip-training").text


def test_a_flash_message_is_shown_once(client: FlaskClient) -> None:
    data = {"place": "1", "starts_on": "2023-03-14", "kind": "full"}
    assert client.post("/form", data=data).status_code == 302
    assert parsed(client.get("/").text).find(class_="message-success").get_text(strip=True) == "The plan was saved."
    assert parsed(client.get("/").text).find(class_="message-success") is None


def test_nested_fields_are_listed_with_their_own_places() -> None:
    class Member(Form):
        name = StringField(validators=[InputRequired("Enter the name.")])

    class Team(Form):
        leader = FormField(Member)
        members = FieldList(FormField(Member), min_entries=1)
        size = IntegerField(validators=[InputRequired("Enter the size.")])

    team = Team()
    team.validate()
    team.form_errors.append("The leader must be a member.")
    assert form_problems(team) == [
        FieldProblem("", "The leader must be a member."),
        FieldProblem("leader-name", "Enter the name."),
        FieldProblem("members-0-name", "Enter the name."),
        FieldProblem("size", "Enter the size."),
    ]


def rendered(sample: Flask, source: str, **values: object) -> BeautifulSoup:
    with sample.test_request_context():
        return BeautifulSoup(sample.jinja_env.from_string(source).render(**values), "html.parser")


def test_a_rating_is_word_and_shape(sample: Flask) -> None:
    codes = ["meets", "partly", "does_not_meet", "not_examined", "not_applicable"]
    source = '{% from "components/rating.html" import rating %}{{ rating(code, "Word") }}'
    drawn = [rendered(sample, source, code=code) for code in codes]
    assert {piece.get_text(strip=True) for piece in drawn} == {"Word"}
    assert len({str(piece.svg) for piece in drawn}) == len(codes)


def test_a_state_is_word_and_shape(sample: Flask) -> None:
    tones = ["waiting", "active", "done", "stopped", "attention"]
    source = '{% from "components/state.html" import state %}{{ state("Word", tone) }}'
    drawn = [rendered(sample, source, tone=tone) for tone in tones]
    assert {piece.get_text(strip=True) for piece in drawn} == {"Word"}
    assert len({str(piece.svg) for piece in drawn}) == len(tones)


def test_a_destructive_step_names_what_is_lost_before_its_button(sample: Flask) -> None:
    source = (
        '{% from "components/confirm.html" import confirm %}'
        '{% call confirm("Delete", "Three answers will be lost.", "/delete", "Delete the visit") %}'
        "<b>why</b>{% endcall %}"
    )
    piece = rendered(sample, source)
    assert piece.details.get("open") is None
    assert "Three answers will be lost." in piece.form.text
    assert (piece.form["method"], piece.form["action"], piece.form.b.text) == ("post", "/delete", "why")
    assert piece.form.find("input", attrs={"name": "csrf_token"})


def test_a_list_of_one_page_has_no_page_links(sample: Flask) -> None:
    source = '{% from "components/pagination.html" import pagination %}{{ pagination(page) }}'
    assert rendered(sample, source, page=SimpleNamespace(count=1)).get_text(strip=True) == ""


FOLDERS = [ROOT / "templates" / name for name in ("layouts", "components", "errors")]
OWN_TEMPLATES = [path for folder in FOLDERS for path in folder.iterdir()]


@pytest.mark.parametrize("path", sorted(OWN_TEMPLATES), ids=lambda path: path.name)
def test_a_template_is_short_and_forbears_what_the_policy_forbids(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 150
    assert "|safe" not in text.replace(" ", "")
    assert " style=" not in text
