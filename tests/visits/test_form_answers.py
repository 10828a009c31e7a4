"""Answers saved by the form's script: what it may send, and what it is told."""

from typing import Any
from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from monitor.accounts.models import Body, User
from monitor.answers import queries as answer_queries
from monitor.answers.operations import Change, change_scope
from monitor.db import db
from monitor.guide.problems import TEXT_CAP
from monitor.guide.scope import Scope
from monitor.places.models import Place
from monitor.sealing.key_pairs import new_pair
from monitor.vault.models import Compartment
from monitor.visits import operations
from monitor.visits.form_pages import read_form
from monitor.visits.models import Visit
from tests.client import Browser
from tests.conftest import NOW
from tests.factories import accounts, visits
from tests.factories.keys import compartments


@pytest.fixture
def visit(prison: Place, leader: User, member: User) -> Visit:
    """A visit under way with the full form."""
    return visits.under_way(prison, lead=leader, team=(member,), form="full")


@pytest.fixture
def page(web: Browser, visit: Visit, leader: User) -> Browser:
    """The leader at the form."""
    web.sign_in(leader)
    web.get(f"/visits/{visit.id}/form")
    return web


def change(item: str, /, **given: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "item": item,
        "base": 0,
        "fields": {},
        "comment": "",
        "sources": [],
        "urgent": False,
    } | given


def save(page: Browser, visit: Visit, *changes: Any) -> TestResponse:
    return page.post_json(f"/visits/{visit.id}/answers", {"changes": list(changes)})


def saved(page: Browser, visit: Visit, *changes: Any) -> dict[str, Any]:
    answer = save(page, visit, *changes)
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.get_json()
    return data


def values(visit: Visit) -> dict[str, Any]:
    db.session.expire_all()
    return {head.item_id: head.value for head in answer_queries.heads(visit.sheet)}


def test_change_is_applied_and_progress_told(page: Browser, visit: Visit) -> None:
    sent = change("space-single", fields={"value": ["5.2"]}, comment="Wing B.", sources=["observation"], urgent=True)
    told = saved(page, visit, sent)
    assert told["results"] == [{"id": sent["id"], "item": "space-single", "outcome": "applied", "revision": 1}]
    assert told["progress"]["material"] == {"answered": 1, "asked": 24, "text": "1/24"}
    assert {hint["verdict"] for hint in told["hints"]["space-single"]} == {"does not keep to it"}
    assert values(visit)["space-single"] == 5.2


def test_nothing_protected_is_saved_under_a_key_that_was_exchanged(page: Browser, visit: Visit, body: Body) -> None:
    key = compartments(body)[Compartment.INTERVIEWS]
    key.public = new_pair().public
    db.session.commit()
    told = saved(
        page, visit, change("int-fear", fields={"value": ["yes"]}), change("san-shower", fields={"value": ["2"]})
    )
    refused, applied = told["results"]
    assert (refused["outcome"], applied["outcome"]) == ("refused", "applied")
    assert "exchanged in the database" in refused["problems"]["item"]
    assert "int-fear" not in values(visit)


def test_value_is_taken_without_fields_too(page: Browser, visit: Visit) -> None:
    sent = change("prep-team", value={"lead": {"women": 1}})
    del sent["fields"]
    assert saved(page, visit, sent)["results"][0]["outcome"] == "applied"
    assert values(visit)["prep-team"] == {"lead": {"women": 1}}


def test_repeated_change_changes_nothing(page: Browser, visit: Visit) -> None:
    sent = change("sep-sex", fields={"value": ["yes"]})
    first, second = saved(page, visit, sent), saved(page, visit, sent)
    assert first["results"] == second["results"]
    assert len(answer_queries.item_history(visit.sheet, "sep-sex")) == 1


def test_clash_tells_the_text_that_stands_and_who_wrote_it(
    page: Browser, visit: Visit, leader: User, member: User
) -> None:
    operations.record_answers(visit, [Change("sep-sex", "yes", "Seen.", ("observation",))], by=member, at=NOW)
    (result,) = saved(page, visit, change("sep-sex", fields={"value": ["no"]}))["results"]
    assert (result["outcome"], result["revision"]) == ("clash", 1)
    present = result["present"]
    assert (present["fields"], present["comment"], present["sources"]) == ({"value": ["yes"]}, "Seen.", ["observation"])
    assert member.name in present["by"]
    told = saved(page, visit, change("sep-sex", base=1, fields={"value": ["no"]}, settles=True))
    assert told["results"][0] == {
        "id": told["results"][0]["id"],
        "item": "sep-sex",
        "outcome": "applied",
        "revision": 2,
    }
    assert answer_queries.clashes(visit.sheet) == []


def test_change_gives_way_where_it_was_asked_to(page: Browser, visit: Visit, member: User) -> None:
    operations.record_answers(visit, [Change("sep-sex", "yes")], by=member, at=NOW)
    sent = change("sep-sex", fields={"value": ["not_examined"]}, only_if_unanswered=True)
    (result,) = saved(page, visit, sent)["results"]
    assert (result["outcome"], result["present"]["fields"]) == ("unchanged", {"value": ["yes"]})
    assert values(visit)["sep-sex"] == "yes"


def test_part_that_does_not_fit_is_named_and_all_others_are_saved(page: Browser, visit: Visit) -> None:
    told = saved(
        page, visit,
        change("space-single", fields={"value": ["six"]}, comment="Kept."),
        change("sep-sex", fields={"value": ["yes"]}, comment="\ud800"),
        change("prep-objectives", comment="x" * (TEXT_CAP + 1), fields={"value": ["Look."]}),
        change("no-such-item", fields={"value": ["yes"]}),
    )  # fmt: skip
    problems = [result.get("problems") for result in told["results"]]
    assert problems[0] == {"value": "“six” is not a number. Use digits only, with a point or comma before decimals."}
    assert problems[1] == {"comment": "Character 1 of the text is only half a character. Type it again."}
    assert "20001 characters, 20000 fit" in problems[2]["comment"]
    assert told["results"][3]["outcome"] == "refused"
    assert values(visit) == {"space-single": None, "sep-sex": "yes", "prep-objectives": "Look."} | {
        item: value for item, value in values(visit).items() if item.startswith("prep-visit")
    }


@pytest.mark.parametrize(
    "sent",
    [
        [],
        {"changes": None},
        {"changes": ["sep-sex"]},
        {"changes": [change("sep-sex", id="7")]},
        {"changes": [change("sep-sex", id=7)]},
        {"changes": [change("sep-sex", base=-1)]},
        {"changes": [change("sep-sex", base=True)]},
        {"changes": [change("sep-sex", base=2**40)]},
        {"changes": [change("sep-sex", fields={"value": "yes"})]},
        {"changes": [change("sep-sex", fields=["yes"])]},
        {"changes": [change("sep-sex", comment=None)]},
        {"changes": [change("sep-sex", sources="register")]},
        {"changes": [change("sep-sex", item=None)]},
        {"changes": [{}] * 501},
    ],
)
def test_body_of_another_shape_is_refused_whole(page: Browser, visit: Visit, sent: Any) -> None:
    answer = page.post_json(f"/visits/{visit.id}/answers", sent)
    assert answer.status_code == 400
    assert answer.get_json()["message"]
    assert "sep-sex" not in values(visit)


def test_planned_visit_takes_only_its_preparation(web: Browser, prison: Place, leader: User) -> None:
    visit = visits.planned(prison, lead=leader, form="full")
    web.sign_in(leader)
    web.get(f"/visits/{visit.id}/form")
    told = saved(
        web, visit, change("sep-sex", fields={"value": ["yes"]}), change("prep-open-recs", fields={"value": ["2"]})
    )
    assert [result["outcome"] for result in told["results"]] == ["refused", "applied"]
    assert "only the preparation" in told["results"][0]["problems"]["item"]


def test_nobody_outside_the_team_writes(web: Browser, visit: Visit, body: Any) -> None:
    web.sign_in(accounts.monitor(body))
    assert save(web, visit, change("sep-sex", fields={"value": ["yes"]})).status_code == 404


def test_by_the_button_nothing_protected_is_said_to_be_saved_under_a_key_that_was_exchanged(
    page: Browser, visit: Visit, body: Body
) -> None:
    page.get(f"/visits/{visit.id}/form/{read_form(visit).page_number('int-fear')}")
    page.submit("answers", {"int-fear.comment": "They looked at the door."})
    key = compartments(body)[Compartment.INTERVIEWS]
    key.public = new_pair().public
    db.session.commit()
    page.submit("answers")
    assert "This page is saved." in page.main  # nothing new was typed: nothing is told
    page.submit("answers", {"int-fear.comment": "They named a guard."})
    assert "This page is saved." not in page.main
    assert "One answer is not saved" in page.main
    assert "exchanged in the database" in page.main
    field = page.page.find("textarea", attrs={"name": "int-fear.comment"})
    assert field.get_text().strip() == "They named a guard."


@pytest.mark.parametrize("item", ["san-shower", "docs-altered"], ids=["on another page by now", "on none"])
def test_by_the_button_what_was_typed_before_the_form_became_shorter_is_saved_or_told(
    page: Browser, visit: Visit, item: str
) -> None:
    page.get(f"/visits/{visit.id}/form/{read_form(visit).page_number(item)}")
    change_scope(visit.sheet, Scope("prison", form="core"))
    db.session.commit()
    page.submit("answers", {f"{item}.comment": "Two of six work."})
    if item in read_form(visit).items:
        assert "This page is saved." in page.main
        (head,) = [head for head in answer_queries.heads(visit.sheet) if head.item_id == item]
        assert head.comment == "Two of six work."
    else:
        assert "This page is saved." not in page.main
        assert "This question is not on the form of this visit any more." in page.main
        assert "Two of six work." in page.page.find(id="refused-answers").get_text()
