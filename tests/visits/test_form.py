"""The form of a visit in a browser without scripts: what it shows, what its button saves, what comes back."""

import gzip
import re
from contextvars import Context
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from monitor.accounts.models import User
from monitor.answers import queries as answer_queries
from monitor.answers.models import Answer, AnswerChange
from monitor.answers.operations import Change
from monitor.db import db
from monitor.guide.problems import TEXT_CAP
from monitor.places.models import Place
from monitor.visits import operations
from monitor.visits.form_pages import read_form
from monitor.visits.models import TeamRole, Visit
from monitor.visits.operations import Member
from tests.client import Browser
from tests.conftest import NOW
from tests.factories import visits
from tests.statements import statements


@pytest.fixture
def visit(prison: Place, leader: User, member: User) -> Visit:
    """A visit under way with the full form."""
    return visits.under_way(prison, lead=leader, team=(member,), form="full")


def page_of(visit: Visit, item: str) -> str:
    """Return the address of the page an item stands on."""
    number = read_form(visit).page_number(item)
    return f"/visits/{visit.id}/form" if number == 1 else f"/visits/{visit.id}/form/{number}"


def heads(visit: Visit) -> dict[str, Answer]:
    db.session.expire_all()
    return {head.item_id: head for head in answer_queries.heads(visit.sheet)}


def clashes(visit: Visit) -> list[AnswerChange]:
    return list(answer_queries.clashes(visit.sheet))


def item_text(web: Browser, item: str) -> str:
    found = web.page.find(id=f"item-{item}")
    assert found is not None
    return found.get_text(" ", strip=True)


def test_button_saves_every_kind_of_answer(web: Browser, visit: Visit, leader: User) -> None:
    web.sign_in(leader)
    typed: dict[str, dict[str, Any]] = {
        "prep-objectives": {"prep-objectives.value": "See the isolation unit.", "prep-objectives.urgent": "1"},
        "prep-team": {"prep-team.value.lead.men": "1", "prep-team.value.legal.women": "2"},
        "prep-visit-type": {"prep-visit-type.value": "follow-up"},
        "prep-prior-info": {"prep-prior-info.value": ["media", "ngos"]},
        "space-single": {"space-single.value": "5,5"},
        "san-cleaning": {"san-cleaning.value": "partly", "san-cleaning.comment": "Dirty.",
                         "san-cleaning.sources": ["register", "observation"]},
        "sep-sex": {"sep-sex.value": "yes"},
    }  # fmt: skip
    for item, values in typed.items():
        web.get(page_of(visit, item))
        web.submit("answers", values)
        assert "This page is saved." in web.main
    found = heads(visit)
    assert {item: found[item].value for item in typed} == {
        "prep-objectives": "See the isolation unit.", "prep-team": {"lead": {"men": 1}, "legal": {"women": 2}},
        "prep-visit-type": "follow-up", "prep-prior-info": ["media", "ngos"], "space-single": 5.5,
        "san-cleaning": "partly", "sep-sex": "yes",
    }  # fmt: skip
    assert found["prep-objectives"].urgent
    assert (found["san-cleaning"].comment, found["san-cleaning"].sources) == ("Dirty.", ["register", "observation"])


def test_page_sent_again_as_it_came_changes_nothing(web: Browser, visit: Visit, leader: User) -> None:
    operations.record_answers(
        visit,
        [
            Change("prep-prior-info", ["ngos", "media"], "From two.", ("register", "observation")),
            Change("prep-open-recs", 2.5),
        ],
        by=leader, at=NOW,
    )  # fmt: skip
    web.sign_in(leader)
    web.get(page_of(visit, "prep-prior-info"))
    before = db.session.query(AnswerChange).count()
    web.submit("answers")
    assert db.session.query(AnswerChange).count() == before


def test_post_sent_twice_writes_once(web: Browser, visit: Visit, leader: User) -> None:
    web.sign_in(leader)
    web.get(page_of(visit, "prep-objectives"))
    values = {"token": web.page.find("input", attrs={"name": "token"})["value"], "prep-objectives.base": "0",
              "prep-objectives.value": "Once."}  # fmt: skip
    web.post(page_of(visit, "prep-objectives"), values)
    web.post(page_of(visit, "prep-objectives"), values)
    history = answer_queries.item_history(visit.sheet, "prep-objectives")
    assert [change.value for change in history] == ["Once."]
    assert clashes(visit) == []


def test_same_page_changed_after_it_was_sent_loses_neither_text(web: Browser, visit: Visit, leader: User) -> None:
    web.sign_in(leader)
    address = page_of(visit, "prep-objectives")
    web.get(address)
    token = web.page.find("input", attrs={"name": "token"})["value"]
    for text in ("First.", "Second, by the back button."):
        web.post(address, {"token": token, "prep-objectives.base": "0", "prep-objectives.value": text})
    kept = {change.value for change in answer_queries.item_history(visit.sheet, "prep-objectives")}
    assert kept == {"First.", "Second, by the back button."}


def test_bad_value_comes_back_beside_its_field_and_everything_else_is_saved(
    web: Browser, visit: Visit, leader: User
) -> None:
    web.sign_in(leader)
    web.get(page_of(visit, "prep-open-recs"))
    web.submit(
        "answers",
        {"prep-open-recs.value": "some", "prep-open-recs.comment": "Counted twice.", "prep-objectives.value": "Look."},
    )
    assert "Everything else is saved: one thing to mend" in web.main
    assert "“some” is not a number." in item_text(web, "prep-open-recs")
    assert web.page.find("input", attrs={"name": "prep-open-recs.value", "type": "text"})["value"] == "some"
    found = heads(visit)
    assert (found["prep-open-recs"].value, found["prep-open-recs"].comment) == (None, "Counted twice.")
    assert found["prep-objectives"].value == "Look."
    web.submit("answers", {"prep-open-recs.value": "3"})
    assert heads(visit)["prep-open-recs"].value == 3


def test_comment_over_the_cap_comes_back_whole_with_its_count(web: Browser, visit: Visit, leader: User) -> None:
    web.sign_in(leader)
    web.get(page_of(visit, "prep-objectives"))
    long = "ي" * (TEXT_CAP + 7)
    web.submit("answers", {"prep-objectives.comment": long, "prep-objectives.value": "Look."})
    assert "20007 characters, 20000 fit" in item_text(web, "prep-objectives")
    assert web.page.find(id="comment-prep-objectives").get_text().removeprefix("\n") == long
    assert heads(visit)["prep-objectives"].value == "Look."


def test_three_comments_of_the_cap_in_arabic_are_saved_on_one_page(web: Browser, visit: Visit, leader: User) -> None:
    web.sign_in(leader)
    web.get(page_of(visit, "prep-objectives"))
    items = ("prep-objectives", "prep-team", "prep-open-recs")
    web.submit("answers", {f"{item}.comment": "ش" * TEXT_CAP for item in items})
    assert [len(heads(visit)[item].comment) for item in items] == [TEXT_CAP] * 3


def test_rest_of_a_topic_is_not_examined_and_nothing_is_overwritten(
    web: Browser, visit: Visit, leader: User, member: User
) -> None:
    web.sign_in(leader)
    web.get(page_of(visit, "san-cleaning"))
    operations.record_answers(visit, [Change("san-ratio", 12)], by=member, at=NOW)
    db.session.commit()
    item = read_form(visit).items["san-cleaning"]
    web.submit("answers", {"san-cleaning.value": "partly"}, button=f"rest={item.topic_id}")
    topic = [each for each in read_form(visit).items.values() if each.topic_id == item.topic_id]
    values = {each.id: heads(visit)[each.id].value for each in topic if each.answer != "text"}
    assert values.pop("san-cleaning") == "partly"
    assert values.pop("san-ratio") == 12
    assert set(values.values()) == {"not_examined"}
    assert clashes(visit) == []


def test_rest_of_a_topic_leaves_texts_empty(web: Browser, visit: Visit, leader: User) -> None:
    web.sign_in(leader)
    web.get(page_of(visit, "prep-objectives"))
    web.submit("answers", button="rest=preparation")
    assert "prep-objectives" not in heads(visit)
    assert heads(visit)["prep-open-recs"].value == "not_examined"


def clash_on(visit: Visit, web: Browser, mine: User, theirs: User) -> None:
    """Let two people write the same question from the same page."""
    web.sign_in(mine)
    web.get(page_of(visit, "san-cleaning"))
    operations.record_answers(visit, [Change("san-cleaning", "meets", "Clean.")], by=theirs, at=NOW)
    db.session.commit()
    web.submit("answers", {"san-cleaning.value": "partly", "san-cleaning.comment": "Dirty."})


def test_the_page_of_clashes_is_named_by_whether_there_are_any(
    web: Browser, visit: Visit, leader: User, member: User
) -> None:
    web.sign_in(leader)
    web.get(f"/visits/{visit.id}/clashes")
    assert web.page.h1.get_text().startswith("No question with two texts")
    clash_on(visit, web, leader, member)
    web.get(f"/visits/{visit.id}/clashes")
    assert web.page.h1.get_text().startswith("Two texts for one question")


def test_second_writer_sees_both_texts_at_once(web: Browser, visit: Visit, leader: User, member: User) -> None:
    clash_on(visit, web, leader, member)
    shown = web.page.find(id="item-san-cleaning")
    assert "Dirty." in shown.find(class_="clash").get_text()
    assert shown.find(id="comment-san-cleaning").get_text().strip() == "Clean."


@pytest.mark.parametrize(
    ("values", "button", "expected"),
    [
        ({}, "take", ("partly", "Dirty.")),
        ({"san-cleaning.value": "partly", "san-cleaning.comment": "Both."}, "settle=san-cleaning", ("partly", "Both.")),
        ({}, "settle=san-cleaning", ("meets", "Clean.")),
    ],
)
def test_clash_is_settled_on_the_page(
    web: Browser,
    visit: Visit,
    leader: User,
    member: User,
    values: dict[str, str],
    button: str,
    expected: tuple[str, str],
) -> None:
    clash_on(visit, web, leader, member)
    pressed = f"take={clashes(visit)[0].id}" if button == "take" else button
    web.submit("answers", values, button=pressed)
    assert (heads(visit)["san-cleaning"].value, heads(visit)["san-cleaning"].comment) == expected
    assert clashes(visit) == []
    assert "clash" not in str(web.page.find(id="item-san-cleaning"))


@pytest.mark.parametrize(
    ("values", "button", "expected"),
    [
        ({}, "take=present", "Clean."),
        ({}, "take", "Dirty."),
        ({"san-cleaning.comment": "Third."}, "settle=san-cleaning", "Third."),
    ],
)
def test_clash_is_settled_on_the_page_of_clashes(
    web: Browser, visit: Visit, leader: User, member: User, values: dict[str, str], button: str, expected: str
) -> None:
    clash_on(visit, web, leader, member)
    web.get(f"/visits/{visit.id}/clashes")
    assert "Clean." in web.main
    assert "Dirty." in web.main
    pressed = f"take={clashes(visit)[0].id}" if button == "take" else button
    web.submit("settle-san-cleaning", values, button=pressed)
    assert heads(visit)["san-cleaning"].comment == expected
    assert clashes(visit) == []
    assert "Nothing is to be settled." in web.main


def test_only_the_preparation_is_open_while_planned(web: Browser, prison: Place, leader: User) -> None:
    visit = visits.planned(prison, lead=leader, form="full")
    web.sign_in(leader)
    web.get(page_of(visit, "san-cleaning"))
    assert "everything else opens when the visit is started" in web.main
    assert web.page.find(id="item-san-cleaning").has_attr("disabled")
    web.post(page_of(visit, "san-cleaning"), {"san-cleaning.base": "0", "san-cleaning.value": "meets"})
    assert "san-cleaning" not in heads(visit)
    web.get(page_of(visit, "prep-objectives"))
    web.submit("answers", {"prep-objectives.value": "Look."})
    assert heads(visit)["prep-objectives"].value == "Look."


def test_form_can_be_read_but_not_written_in_review(web: Browser, visit: Visit, leader: User) -> None:
    operations.record_answers(visit, [Change("prep-objectives", "Look at cells.", "Agreed.")], by=leader, at=NOW)
    operations.submit(visit, by=leader, at=NOW)
    web.sign_in(leader)
    web.get(page_of(visit, "prep-objectives"))
    assert "only coordinators change answers now" in web.main
    assert "Look at cells." in web.main
    assert web.page.find("form", id="answers") is None
    web.post(f"/visits/{visit.id}/form", {"prep-objectives.base": "1"}, status=403)


def test_protected_answers_are_marked_and_hidden_from_readers_outside_the_team(
    web: Browser, prison: Place, leader: User, member: User, coordinator: User
) -> None:
    secret = Change("ill-sexual", "yes", "Told in confidence.")
    visit = visits.in_review(prison, lead=leader, form="full", answers=(secret,))
    web.sign_in(coordinator)
    web.get(page_of(visit, "ill-sexual"))
    assert "stays inside the mechanism" in item_text(web, "ill-sexual")
    assert "Told in confidence." in web.main
    operations.approve(visit, by=coordinator, at=NOW)
    reader = Browser(web.client.application)
    reader.sign_in(member)
    reader.get(page_of(visit, "ill-sexual"))
    assert "only the team and the coordinators" in item_text(reader, "ill-sexual")
    assert "Told in confidence." not in reader.response.text


def test_sections_of_others_and_their_names_are_shown(web: Browser, visit: Visit, leader: User, member: User) -> None:
    team = [Member(leader.id, TeamRole.LEAD), Member(member.id, TeamRole.MONITOR, sections=("material",))]
    operations.set_team(visit, team, by=leader, at=NOW)
    web.sign_in(member)
    web.get(page_of(visit, "san-cleaning"))
    web.submit("answers", {"san-cleaning.value": "meets"})
    web.sign_in(leader)
    web.get(page_of(visit, "san-cleaning"))
    assert f"assigned to {member.name}" in web.main
    assert f"Also writing here: {member.name}" in web.main
    assert f"Also writing here: {leader.name}" not in web.main


def test_required_comment_and_benchmarks_are_said_in_words(web: Browser, visit: Visit, leader: User) -> None:
    web.sign_in(leader)
    web.get(page_of(visit, "space-single"))
    web.submit("answers", {"space-single.value": "5"})
    assert "5 m2" in item_text(web, "space-single")
    assert "does not keep to it" in item_text(web, "space-single")
    rated = next(each.id for each in read_form(visit).items.values() if each.answer == "rating")
    web.get(page_of(visit, rated))
    assert "needed: say what you saw, heard or read" in item_text(web, rated)


def test_link_to_an_item_leads_to_its_page_and_place(web: Browser, visit: Visit, leader: User) -> None:
    web.sign_in(leader)
    expected = f"{page_of(visit, 'san-cleaning')}#item-san-cleaning"
    address = f"/visits/{visit.id}/form/item/san-cleaning"
    answer = Context().run(web.client.get, address)
    assert answer.location == expected
    web.get(f"/visits/{visit.id}/form/item/no-such-item", status=404)
    web.get(f"/visits/{visit.id}/form/999", status=404)


def test_next_unanswered_leads_across_pages(web: Browser, visit: Visit, leader: User) -> None:
    web.sign_in(leader)
    web.get(f"/visits/{visit.id}/form/20")
    link = web.page.find("a", attrs={"data-next-unanswered": True})
    assert link["data-next-unanswered"] == "prep-announced" or link["data-next-unanswered"].startswith("prep-")


def test_buttons_save_and_turn_the_page(web: Browser, visit: Visit, leader: User) -> None:
    web.sign_in(leader)
    web.get(f"/visits/{visit.id}/form/2")
    web.submit("answers", {"talk-capacity.value": "120"}, button="go=next")
    assert "Page 3 of 20" in web.main
    assert heads(visit)["talk-capacity"].value == 120
    web.submit("answers", button="go=previous")
    assert "Page 2 of 20" in web.main


def test_page_takes_the_same_few_queries_however_much_is_answered(
    web: Browser, app: Flask, visit: Visit, leader: User, member: User
) -> None:
    web.sign_in(leader)
    address = page_of(visit, "san-cleaning")
    web.get(address)
    empty = count_queries(web, address)
    items = [item for item in read_form(visit).items.values() if item.answer in ("rating", "yes_no", "number")]
    changes = [Change(item.id, "not_examined", "Nothing.", ("register",)) for item in items]
    operations.record_answers(visit, changes, by=member, at=NOW)
    assert count_queries(web, address) <= empty
    assert empty <= 13


def count_queries(web: Browser, address: str) -> int:
    with statements() as seen:
        web.get(address)
    return sum(1 for statement in seen if re.match(r"\s*(SELECT|INSERT|UPDATE)", statement))


def test_first_load_stays_under_150_kilobytes_compressed(web: Browser, app: Flask, visit: Visit, leader: User) -> None:
    web.sign_in(leader)
    sizes = []
    for number in range(1, len(read_form(visit).pages) + 1):
        page = web.get(f"/visits/{visit.id}/form/{number}")
        assert web.response is not None
        sizes.append(len(gzip.compress(web.response.data)) + sum(map(compressed_size, files_of(page, app))))
    assert max(sizes) < 150_000


@cache
def compressed_size(file: bytes) -> int:
    """Return how many bytes of a file are sent; most pages have the same files."""
    return len(gzip.compress(file))


def files_of(page: BeautifulSoup, app: Flask) -> list[bytes]:
    """Return styles and scripts of a page, the modules that they import included."""
    static = Path(str(app.static_folder))
    wanted = [tag.get("href") or tag.get("src") for tag in page.find_all(["link", "script"])]
    found: dict[Path, bytes] = {}
    queue = [static / str(url).removeprefix("/static/").split("?")[0] for url in wanted]
    while queue:
        path = queue.pop().resolve()
        if path not in found:
            found[path] = path.read_bytes()
            queue += [path.parent / name for name in re.findall(r'from "(\.[^"]+)"', found[path].decode())]
    return list(found.values())
