"""What a visit of the training mechanism has to fulfil; each check gives its objections as sentences."""

import re
from collections.abc import Iterator
from typing import Any

from monitor.guide.answer_types import ANSWER_TYPES, check_sources, needs_comment
from monitor.guide.catalogue import NO_JUDGEMENT, Guide, Item
from monitor.guide.plain_text import check_comment, check_text
from monitor.guide.problems import UnfitAnswer
from monitor.guide.scope import Scope, UnfitScope, select_items
from tests.demo.content import Content

KEYS = [
    "place", "body", "language", "kind", "announcement", "state", "days_ago_started", "days", "unit_types", "form",
    "topics", "extra_topics", "team", "purpose", "summary", "population", "interviews", "answers", "findings",
    "recommendations", "topic_comments", "reason",
]  # fmt: skip
POPULATION = ["capacity", "present", "women", "men", "children", "foreign_nationals", "remand", "sentenced"]
VOCABULARY = {
    "kind": {"in-depth", "thematic", "follow-up", "ad-hoc", "night", "joint"},
    "announcement": {"unannounced", "window", "announced"},
    "state": {"planned", "under_way", "review", "approved", "cancelled", "refused", "suspended"},
}
ROLES = {"lead", "monitor", "doctor", "lawyer", "interpreter", "expert"}
ON_TEAMS = {"monitor", "health_monitor", "outside"}
PRIORITIES = ["immediate", "short", "medium", "long"]
SIDE_STATES = {"cancelled", "refused", "suspended"}
# Nothing was seen yet, or nothing at all.
WITHOUT_FINDINGS = {"planned", "cancelled", "refused"}
REACHED = {
    "planned": {"phase-preparation"},
    "cancelled": {"phase-preparation"},
    "refused": {"phase-preparation", "phase-initial-talk"},
}
LATIN_WORD = re.compile(r"[A-Za-z]{3,}")
ARABIC = re.compile(r"[\u0600-\u06ff]")
FRENCH = re.compile(r"\b(le|la|les|un|une|des|du|de|et|est|sont|pas|aucun|aucune|par|en|sur)\b", re.IGNORECASE)
ENGLISH = re.compile(r"\b(the|and|of|was|were|with|for|not|no|are)\b", re.IGNORECASE)


def objections(visit: dict[str, Any], content: Content, guide: Guide) -> Iterator[str]:
    """Give every reason why a visit could not be loaded, or would not be believed."""
    if list(visit) != KEYS:
        yield f"its keys are {list(visit)}"
        return
    place = content.places.get(visit["place"])
    if place is None:
        yield f"there is no place {visit['place']}"
        return
    yield from _frame(visit, content)
    yield from _dates(visit)
    yield from _team(visit, content, guide)
    try:
        items = {item.id: item for item in select_items(guide, _scope(visit, place))}
    except UnfitScope as unfit:
        yield str(unfit)
        return
    yield from _answers(visit, items, guide)
    yield from _figures(visit)
    yield from _findings(visit, items)
    yield from _recommendations(visit, items, guide)
    yield from _language(visit, guide)


def _scope(visit: dict[str, Any], place: dict[str, Any]) -> Scope:
    return Scope.from_json({"place_type": place["type"], **{
        key: visit[key] for key in ("unit_types", "form", "topics", "extra_topics")
    }})  # fmt: skip


def _frame(visit: dict[str, Any], content: Content) -> Iterator[str]:
    for key, words in VOCABULARY.items():
        if visit[key] not in words:
            yield f"{key} is {visit[key]!r}"
    if visit["body"] not in {body["code"] for body in content.mechanism["bodies"]}:
        yield f"there is no body {visit['body']}"
    if visit["language"] not in content.mechanism["languages"]:
        yield f"language is {visit['language']!r}"
    if not set(visit["unit_types"]) <= set(content.places[visit["place"]]["unit_types"]):
        yield "the place has no such unit"
    if (visit["form"] == "topics") != bool(visit["topics"]):
        yield "topics and form do not agree"
    if not visit["purpose"]:
        yield "it has no purpose"
    if bool(visit["reason"]) != (visit["state"] in SIDE_STATES):
        yield "reasons belong to side states, and to all of them"
    if visit["topic_comments"] and visit["state"] != "under_way":
        yield "only a visit that was returned has comments per topic"


def _dates(visit: dict[str, Any]) -> Iterator[str]:
    ago, days = visit["days_ago_started"], visit["days"]
    if not 1 <= days <= 12 or ago > 730:
        yield f"it started {ago} days ago and took {days} days"
    last_ago = ago - days + 1
    is_over, is_ahead = last_ago > 0, ago < 0
    if visit["state"] in {"review", "approved"} and not is_over:
        yield "it is with the coordinator before it ended"
    if visit["state"] == "planned" and not is_ahead:
        yield "it is planned for the past"
    if visit["state"] == "under_way" and is_ahead:
        yield "it is under way before it started"


def _team(visit: dict[str, Any], content: Content, guide: Guide) -> Iterator[str]:
    team = visit["team"]
    sections = {section.id for section in guide.sections}
    if [member["role"] for member in team].count("lead") != 1:
        yield "it needs one leader"
    users = [member["user"] for member in team if member["user"]]
    if len(set(users)) != len(users):
        yield "somebody is on the team twice"
    for member in team:
        if list(member) != ["user", "role", "label", "sections"] or member["role"] not in ROLES or not member["label"]:
            yield f"a member of the team is {member}"
            continue
        user = content.users.get(member["user"]) if member["user"] else None
        if member["user"] and (user is None or not ON_TEAMS & set(user["roles"].get(visit["body"], []))):
            yield f"{member['user']} is no monitor or expert of {visit['body']}"
        if member["role"] == "lead" and user is None:
            yield "the leader has no account"
        if member["sections"] and user is None and member["role"] == "interpreter":
            yield "an interpreter fills no section"
        if not set(member["sections"]) <= sections:
            yield f"unknown sections {member['sections']}"


def _answers(visit: dict[str, Any], items: dict[str, Item], guide: Guide) -> Iterator[str]:
    ids = [answer["item"] for answer in visit["answers"]]
    yield from (f"{item} is answered twice" for item in sorted({item for item in ids if ids.count(item) > 1}))
    for answer in visit["answers"]:
        if list(answer) != ["item", "value", "comment", "sources", "urgent"] or not isinstance(answer["urgent"], bool):
            yield f"an answer is {answer}"
        elif answer["item"] not in items:
            yield f"{answer['item']} is not on this form"
        else:
            yield from _answer(answer, items[answer["item"]], guide)
    sections = {items[item].section_id for item in ids if item in items}
    if not sections <= REACHED.get(visit["state"], sections):
        yield f"nobody got in, yet {sections} have answers"


def _answer(answer: dict[str, Any], item: Item, guide: Guide) -> Iterator[str]:
    try:
        ANSWER_TYPES[item.answer].check(item, answer["value"])
        check_comment(answer["comment"])
        check_sources(guide, answer["sources"])
    except UnfitAnswer as unfit:
        yield f"{item.id}: {unfit}"
    if needs_comment(guide, item, answer["value"]) and not answer["comment"]:
        yield f"{item.id} needs a comment"
    is_silent = isinstance(answer["value"], str) and answer["value"] in NO_JUDGEMENT
    if not is_silent and not answer["sources"]:
        yield f"{item.id} names no source"


def _figures(visit: dict[str, Any]) -> Iterator[str]:
    population, interviews = visit["population"], visit["interviews"]
    if list(population) != POPULATION or list(interviews) != ["persons_held", "staff"]:
        yield "population or interviews have other keys"
        return
    values = {answer["item"]: answer["value"] for answer in visit["answers"]}
    for item, key in (("prep-visit-type", "kind"), ("prep-announced", "announcement")):
        if values.get(item, visit[key]) != visit[key]:
            yield f"{item} is not {visit[key]}"
    if values.get("talk-capacity", population["capacity"]) != population["capacity"]:
        yield "talk-capacity is another figure than the capacity"
    yield from _people(population, values)
    for item, key in (("int-count", "persons_held"), ("staff-int-count", "staff")):
        if isinstance(values.get(item), dict) and _sum(values[item]) != interviews[key]:
            yield f"{item} is {_sum(values[item])} in all, not {interviews[key]}"


def _people(population: dict[str, Any], values: dict[str, Any]) -> Iterator[str]:
    present = population["present"]
    if any(population[key] is not None and population[key] > (present or 0) for key in POPULATION[2:]):
        yield "a group is larger than all people present"
    table = values.get("talk-population")
    if isinstance(table, dict):
        rows = {row: sum(cells.values()) for row, cells in table.items()}
        columns = {column: sum(cells.get(column, 0) for cells in table.values()) for column in ("suspect", "sentenced")}
        children = rows.get("boys", 0) + rows.get("girls", 0)
        expected = {
            "present": sum(rows.values()), "men": rows.get("men", 0), "women": rows.get("women", 0),
            "children": children, "remand": columns["suspect"], "sentenced": columns["sentenced"],
        }  # fmt: skip
        for key, figure in expected.items():
            if population[key] is not None and population[key] != figure:
                yield f"population.{key} is {population[key]}, the table says {figure}"
    occupancy = values.get("space-occupancy")
    if isinstance(occupancy, int | float) and occupancy != round(100 * present / population["capacity"], 1):
        yield f"occupancy is {occupancy}, {present} people in {population['capacity']} places"


def _sum(table: dict[str, dict[str, float]]) -> float:
    return sum(sum(cells.values()) for cells in table.values())


def _findings(visit: dict[str, Any], items: dict[str, Item]) -> Iterator[str]:
    topics = {item.topic_id for item in items.values()}
    named = [finding["topic"] for finding in visit["findings"]]
    if len(set(named)) != len(named):
        yield "a topic has two findings"
    for finding in visit["findings"]:
        if list(finding) != ["topic", "found", "why"] or finding["topic"] not in topics or not finding["found"]:
            yield f"a finding is {finding}"
    for comment in visit["topic_comments"]:
        if list(comment) != ["topic", "text"] or comment["topic"] not in topics or not comment["text"]:
            yield f"a comment of the review is {comment}"
    if visit["state"] in WITHOUT_FINDINGS and (visit["findings"] or visit["recommendations"]):
        yield "it has findings though nothing was seen"
    if visit["state"] == "approved" and not (visit["findings"] and visit["recommendations"] and visit["summary"]):
        yield "it was approved without findings, recommendations or summary"


def _recommendations(visit: dict[str, Any], items: dict[str, Item], guide: Guide) -> Iterator[str]:
    for recommendation in visit["recommendations"]:
        keys = ["text", "addressee", "priority", "due_days", "items", "standards"]
        if list(recommendation) != keys or not recommendation["text"] or not recommendation["addressee"]:
            yield f"a recommendation is {recommendation}"
            continue
        start = recommendation["text"][:40]
        if recommendation["priority"] not in PRIORITIES or recommendation["due_days"] < 1:
            yield f"“{start}” is due in {recommendation['due_days']} days as {recommendation['priority']}"
        answered = {answer["item"] for answer in visit["answers"]} & set(items)
        if not recommendation["items"] or not set(recommendation["items"]) <= answered:
            yield f"“{start}” rests on {set(recommendation['items']) - answered}, which was not answered"
        for standard in recommendation["standards"] or [{}]:
            instrument = guide.instruments.get(standard.get("instrument", ""))
            if instrument is None or standard["provision"] not in instrument.provisions:
                yield f"“{start}” cites {standard}"
    order = [PRIORITIES.index(r["priority"]) for r in visit["recommendations"] if r["priority"] in PRIORITIES]
    if order != sorted(order):
        yield "the recommendations do not stand in the order of their priority"


def texts(visit: dict[str, Any], guide: Guide) -> Iterator[str]:
    """Give every text of a visit that people wrote."""
    yield from (visit["purpose"], visit["summary"], visit["reason"])
    for answer in visit["answers"]:
        yield answer["comment"]
        if guide.items[answer["item"]].answer == "text":
            yield str(answer["value"])
    for finding in visit["findings"]:
        yield from (finding["found"], finding["why"])
    for recommendation in visit["recommendations"]:
        yield from (recommendation["text"], recommendation["addressee"])
    for comment in visit["topic_comments"]:
        yield comment["text"]
    for member in visit["team"]:
        yield member["label"]


def _language(visit: dict[str, Any], guide: Guide) -> Iterator[str]:
    for text in filter(None, texts(visit, guide)):
        try:
            check_text(text)
        except UnfitAnswer as unfit:
            yield f"“{text[:40]}”: {unfit}"
        if visit["language"] == "ar" and (LATIN_WORD.search(text) or not ARABIC.search(text)):
            yield f"“{text[:40]}” is not Arabic"
        if visit["language"] != "ar" and ARABIC.search(text):
            yield f"“{text[:40]}” is Arabic"
        if visit["language"] == "fr" and len(ENGLISH.findall(text)) > len(FRENCH.findall(text)):
            yield f"“{text[:40]}” is not French"
        if visit["language"] == "en" and len(FRENCH.findall(text)) > len(ENGLISH.findall(text)) + 1:
            yield f"“{text[:40]}” is not English"
