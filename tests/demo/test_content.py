"""The training mechanism's data: whole, loadable, varied, and without a fault that a coordinator would send back."""

import copy
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from monitor.accounts.models import Role
from monitor.guide.loading import get_guide
from monitor.guide.scope import Scope, select_items
from tests.demo.checks import POPULATION, PRIORITIES, VOCABULARY, objections, texts
from tests.demo.content import read_content

CONTENT = read_content()
GUIDE = get_guide()
SHOWPIECE = "northgate-2"
WORDS_OF_THIRTY_PAGES = 9_000


def _with(name: str, **changes: Any) -> dict[str, Any]:
    visit = copy.deepcopy(CONTENT.visits[name])
    visit.update(changes)
    return visit


@pytest.mark.parametrize("name", CONTENT.visits)
def test_a_visit_can_be_loaded_and_believed(name: str) -> None:
    assert list(objections(CONTENT.visits[name], CONTENT, GUIDE)) == []


def _break_value(visit: dict[str, Any]) -> None:
    visit["answers"][0]["value"] = 17.5


def _break_item(visit: dict[str, Any]) -> None:
    visit["answers"][0]["item"] = "care-plan"


def _break_population(visit: dict[str, Any]) -> None:
    visit["population"]["present"] += 1


def _break_standard(visit: dict[str, Any]) -> None:
    visit["recommendations"][0]["standards"][0]["provision"] = "Rule 999"


def _break_topic(visit: dict[str, Any]) -> None:
    visit["findings"][0]["topic"] = "weather"


def _break_team(visit: dict[str, Any]) -> None:
    visit["team"][0]["user"] = "ruta@training.example"


def _break_language(visit: dict[str, Any]) -> None:
    visit["language"] = "fr"


def _break_date(visit: dict[str, Any]) -> None:
    visit["days_ago_started"] = 2


def _break_comment(visit: dict[str, Any]) -> None:
    next(answer for answer in visit["answers"] if answer["value"] == "partly")["comment"] = ""


@pytest.mark.parametrize(
    "spoil",
    [
        _break_value, _break_item, _break_population, _break_standard, _break_topic, _break_team, _break_language,
        _break_date, _break_comment,
    ],
)  # fmt: skip
def test_a_spoilt_visit_is_objected_to(spoil: Any) -> None:
    visit = _with(SHOWPIECE)
    spoil(visit)
    assert list(objections(visit, CONTENT, GUIDE)) != []


def test_the_mechanism_is_invented_and_speaks_three_languages() -> None:
    mechanism = CONTENT.mechanism
    assert (mechanism["code"], mechanism["country"]) == ("TRAINING", "XN")
    assert mechanism["languages"] == ["en", "fr", "ar"]
    for key in ("state", "name", "address", "legal_basis"):
        assert list(mechanism[key]) == mechanism["languages"], key
    assert list(mechanism["signatory"]["title"]) == mechanism["languages"]
    assert list(mechanism["reply_days"]) == PRIORITIES
    assert [body["code"] for body in mechanism["bodies"]] == ["DETENTION", "CARE"]


def test_every_role_has_a_user_with_a_password_of_one_style() -> None:
    bodies = {body["code"] for body in CONTENT.mechanism["bodies"]}
    held = set()
    for user in CONTENT.users.values():
        assert list(user) == ["email", "name", "language", "password", "roles"]
        first, domain = user["email"].split("@")
        assert domain == "training.example"
        assert user["password"] == f"training-notebook-{first}"
        assert len(user["password"]) >= 15
        assert set(user["roles"]) <= bodies
        held |= {(body, role) for body, roles in user["roles"].items() for role in roles}
    inside = {role.value for role in Role} - {Role.OUTSIDE.value}
    assert held == {(body, role) for body in bodies for role in inside} | {("DETENTION", "outside")}
    assert {user["language"] for user in CONTENT.users.values()} == {"en", "fr", "ar"}


def test_there_are_25_places_of_all_types_in_the_open_ocean() -> None:
    assert len(CONTENT.places) == 25
    assert {place["type"] for place in CONTENT.places.values()} == set(GUIDE.place_types)
    for place in CONTENT.places.values():
        assert list(place) == [
            "code", "name", "type", "unit_types", "authority", "address", "city", "region", "latitude", "longitude",
            "capacity", "notes",
        ]  # fmt: skip
        assert 35 < place["latitude"] < 38
        assert -42 < place["longitude"] < -38
        assert set(place["unit_types"]) <= set(GUIDE.place_types)
        assert (place["capacity"] is None) == (place["type"] in {"transport", "removal-operation"})


def test_visits_come_in_every_state_language_form_and_type_of_place() -> None:
    visits = CONTENT.visits.values()
    assert 28 <= len(CONTENT.visits) <= 36
    assert {visit["state"] for visit in visits} == VOCABULARY["state"]
    assert {visit["kind"] for visit in visits} >= {"in-depth", "follow-up", "night", "ad-hoc", "thematic"}
    assert {visit["form"] for visit in visits} == {"full", "core", "topics"}
    assert {CONTENT.places[visit["place"]]["type"] for visit in visits} == set(GUIDE.place_types)
    languages = Counter(visit["language"] for visit in visits)
    assert (languages["fr"], languages["ar"]) == (2, 2)
    assert max(visit["days_ago_started"] for visit in visits) > 600
    assert sum(bool(visit["topic_comments"]) for visit in visits) == 1
    assert {visit["body"] for visit in visits} == {"DETENTION", "CARE"}


def test_no_monitor_is_in_two_places_on_one_day() -> None:
    seen: dict[tuple[str, int], str] = {}
    for name, visit in CONTENT.visits.items():
        if visit["state"] == "cancelled":
            continue
        for member in visit["team"]:
            for day in range(visit["days"]):
                key = (member["user"], visit["days_ago_started"] - day)
                assert member["user"] is None or key not in seen, f"{key}: {name} and {seen.get(key)}"
                seen[key] = name


def test_second_visits_show_that_something_changed() -> None:
    by_place: dict[str, list[dict[str, Any]]] = {}
    for visit in CONTENT.visits.values():
        if visit["population"]["present"] is not None:
            by_place.setdefault(visit["place"], []).append(visit)
    pairs = [sorted(visits, key=lambda visit: visit["days_ago_started"]) for visits in by_place.values()]
    pairs = [pair for pair in pairs if len(pair) > 1]
    assert len(pairs) >= 4
    for pair in pairs:
        later, earlier = ({a["item"]: a["value"] for a in visit["answers"]} for visit in pair[:2])
        assert any(earlier[item] != later[item] for item in earlier.keys() & later.keys() - {"talk-population"})


@pytest.fixture
def showpiece() -> dict[str, Any]:
    return CONTENT.visits[SHOWPIECE]


def test_the_showpiece_answers_every_item_of_the_prison_form(showpiece: dict[str, Any]) -> None:
    items = select_items(GUIDE, Scope("prison"))
    assert [answer["item"] for answer in showpiece["answers"]] == [item.id for item in items]
    assert len(items) == 203
    assert all(answer["comment"] or GUIDE.items[answer["item"]].answer == "text" for answer in showpiece["answers"])


def test_the_showpiece_has_the_length_of_a_real_report(showpiece: dict[str, Any]) -> None:
    assert sum(len(text.split()) for text in texts(showpiece, GUIDE)) > WORDS_OF_THIRTY_PAGES
    topics = {item.topic_id for item in select_items(GUIDE, Scope("prison"))}
    assert len(showpiece["findings"]) >= len(topics) - 4
    assert 14 <= len(showpiece["recommendations"]) <= 16
    assert {recommendation["priority"] for recommendation in showpiece["recommendations"]} == set(PRIORITIES)
    assert all(showpiece["population"][key] is not None for key in POPULATION)


def test_the_figures_of_the_showpiece_agree_with_each_other(showpiece: dict[str, Any]) -> None:
    value = {answer["item"]: answer["value"] for answer in showpiece["answers"]}
    events = {row: cells["number"] for row, cells in value["talk-events"].items()}
    deaths = sum(cells["number"] for cells in value["death-count"].values())
    rooms = [cells["area"] / cells["people"] for cells in value["tour-cell-sample"].values() if cells["people"] > 1]
    complaints = value["compl-count"]
    assert events["force"] == value["force-count"]
    assert events["deaths"] <= deaths
    assert events["complaints"] == complaints["treatment"]["received"]
    assert min(rooms) == pytest.approx(value["space-shared"])
    assert value["out-hours"] + value["space-locked"] == 24
    assert value["iso-longest"] >= max(cells["longest"] for cells in value["iso-people"].values())
    for row, cells in complaints.items():
        assert cells["received"] == cells["upheld"] + cells["rejected"] + cells["pending"], row
    for row, cells in value["health-staff"].items():
        assert cells["filled"] <= cells["posts"], row
    posts = value["staff-table"]
    assert sum(posts["night"].values()) < sum(posts["day"].values()) < sum(posts["filled"].values())
    assert sum(posts["filled"].values()) < sum(posts["planned"].values())


def test_a_content_of_another_mechanism_would_be_noticed() -> None:
    emptied = replace(CONTENT, places={})
    assert list(objections(CONTENT.visits[SHOWPIECE], emptied, GUIDE)) == ["there is no place NORTHGATE"]
