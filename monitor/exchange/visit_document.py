"""The visit document `monitor-visit/1`: its keys, and reading one from a file with every fault named.

Top keys: `format source language place visit population interviews answers recommendations`. An answer is
`{item, value, comment, sources, urgent}`, a recommendation `{text, addressee, priority, due_on, items, standards}`.
Unknown keys are refused by name; `null` means that the source did not say. Purpose, summary, city, region and addressee
are empty where a visit of ours has none, items and standards of a recommendation empty lists. A visit that asked more
than the items of its place's own type has a further top key, `scope` (see document_scope).
"""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from monitor.authorities.models import LONGEST_NAME
from monitor.exchange.document_scope import SCOPE_KEY, check_scope, read_scope
from monitor.exchange.strict_json import Problems, UnfitDocument, read_json, shown
from monitor.guide.answer_types import ANSWER_TYPES, UnfitAnswer, check_sources, needs_comment
from monitor.guide.catalogue import NO_JUDGEMENT, Citation, Guide
from monitor.guide.scope import Scope, select_items
from monitor.places.facts import FURTHEST, LONGEST
from monitor.recommendations.models import Priority
from monitor.visits.models import (
    INTERVIEW_FIGURES,
    LONGEST_LABEL,
    LONGEST_REFERENCE,
    POPULATION_FIGURES,
    Announcement,
    TeamRole,
    VisitKind,
)

FORMAT: Final = "monitor-visit/1"
TOP_KEYS: Final = (
    "format", "source", "language", "place", "visit", "population", "interviews", "answers", "recommendations",
)  # fmt: skip
PART_KEYS: Final = {
    "source": ("title", "publisher", "url", "note"),
    "place": ("name", "type", "authority", "city", "region", "country", "latitude", "longitude", "capacity"),
    "visit": ("kind", "announcement", "started_on", "ended_on", "reference", "team", "purpose", "summary"),
    "population": POPULATION_FIGURES,
    "interviews": INTERVIEW_FIGURES,
}
MEMBER_KEYS: Final = ("role", "label")
ANSWER_KEYS: Final = ("item", "value", "comment", "sources", "urgent")
RECOMMENDATION_KEYS: Final = ("text", "addressee", "priority", "due_on", "items", "standards")
MIRRORED_ITEMS: Final = {
    "prep-visit-type": ("visit", "kind"),
    "prep-announced": ("visit", "announcement"),
    "talk-capacity": ("place", "capacity"),
}
"""Items that say the same as a field: both must agree. "Not examined" agrees with a field that is null."""
LARGEST_COUNT: Final = 10**9


@dataclass(frozen=True)
class VisitDocument:
    """A checked document; `data` has exactly the keys of the format."""

    data: Mapping[str, Any]

    @property
    def visit(self) -> Mapping[str, Any]:
        """Kind, announcement, dates, reference, team, purpose and summary."""
        part: Mapping[str, Any] = self.data["visit"]
        return part

    @property
    def place(self) -> Mapping[str, Any]:
        """What the document says of the place."""
        part: Mapping[str, Any] = self.data["place"]
        return part

    @property
    def scope(self) -> Scope:
        """The items it may answer: those of the place's type, of further unit types and of extra topics."""
        return read_scope(self.data)


def read_document(raw: bytes, guide: Guide, *, today: date) -> VisitDocument:
    """Return the checked document in `raw` (UTF-8 JSON). Raises UnfitDocument naming everything that is wrong.

    `today` is the last day on which a visit can have ended.
    """
    data = read_json(raw)
    try:
        _check(data, guide, today)
    except RecursionError as error:
        raise UnfitDocument(["the file is nested too deeply"]) from error
    return VisitDocument(data)


def write_document(data: Mapping[str, Any]) -> str:
    """Return the text of a document as it is kept in files: indent 2, real characters, a final newline."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _check(data: Any, guide: Guide, today: date) -> None:
    problems = Problems()
    _check_shape(data, problems)
    problems.raise_if_any()
    _check_source(data, problems)
    _check_place(data, guide, problems)
    _check_visit(data["visit"], today, problems)
    _check_figures(data, problems)
    scope = check_scope(data, guide, problems)
    asked = guide.items.keys() if scope is None else {item.id for item in select_items(guide, scope)}
    types = ", ".join(map(shown, scope.place_types)) if scope else ""
    _check_answers(data, guide, asked, types, problems)
    _check_recommendations(data, guide, asked, types, problems)
    problems.raise_if_any()


def _check_shape(data: Any, problems: Problems) -> None:
    if not problems.need_keys(data, TOP_KEYS, "the document", optional=(SCOPE_KEY,)):
        return
    for part, keys in PART_KEYS.items():
        problems.need_keys(data[part], keys, part)
    for name in ("answers", "recommendations"):
        problems.need(isinstance(data[name], list), f"{name} must be a list")


def _check_source(data: Any, problems: Problems) -> None:
    problems.need(data["format"] == FORMAT, f"format is {shown(data['format'])}, needed {FORMAT!r}")
    language = data["language"]
    is_code = isinstance(language, str) and re.fullmatch(r"[a-z]{2,3}(-[A-Z]{2})?", language)
    problems.need(is_code, f"language {shown(language)} is not a code such as 'en'")
    for key in PART_KEYS["source"]:
        problems.need_text(data["source"][key], f"source.{key}")
    url = data["source"]["url"]
    problems.need(isinstance(url, str) and re.match(r"https?://", url), "source.url must be a web address")


def _check_place(data: Any, guide: Guide, problems: Problems) -> None:
    place = data["place"]
    known = isinstance(place["type"], str) and place["type"] in guide.place_types
    problems.need(known, f"place.type {shown(place['type'])} is not a place type of the guide")
    for key in ("name", "city", "region"):
        problems.need_text(place[key], f"place.{key}", longest=LONGEST[key], may_be_empty=key != "name")
    if place["authority"] is not None:
        problems.need_text(place["authority"], "place.authority", longest=LONGEST["authority"])
    country = place["country"]
    problems.need(isinstance(country, str) and re.fullmatch(r"[A-Z]{2}", country), "place.country must be two capitals")
    for name, limit in FURTHEST.items():
        fits = place[name] is None or (_is_number(place[name]) and abs(place[name]) <= limit)
        problems.need(fits, f"place.{name} must be a number from -{limit:g} to {limit:g}, or null")
    whole = (place["latitude"] is None) == (place["longitude"] is None)
    problems.need(whole, "place: latitude and longitude go together")
    capacity = place["capacity"]
    is_count = capacity is None or _is_count(capacity)
    problems.need(is_count, f"place.capacity is {shown(capacity)}, needed a whole number or null")
    problems.need(capacity == data["population"]["capacity"], "place.capacity and population.capacity differ")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_COUNT


def _date(value: object) -> date | None:
    """Return the day; None where it is not written as 2023-04-20."""
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return day if day is not None and day.isoformat() == value else None


def _check_visit(visit: Any, today: date, problems: Problems) -> None:
    for key, kind in (("kind", VisitKind), ("announcement", Announcement)):
        known = visit[key] is None or visit[key] in [member.value for member in kind]
        problems.need(known, f"visit.{key} {shown(visit[key])} is none of {', '.join(kind)}")
    _check_days(visit, today, problems)
    if visit["reference"] is not None:
        problems.need_text(visit["reference"], "visit.reference", longest=LONGEST_REFERENCE)
    for key in ("purpose", "summary"):
        problems.need_text(visit[key], f"visit.{key}", may_be_empty=True)
    if problems.need(isinstance(visit["team"], list) and visit["team"], "visit.team must name somebody"):
        for number, member in enumerate(visit["team"], start=1):
            _check_member(member, f"visit.team, member {number}", problems)


def _check_days(visit: Any, today: date, problems: Problems) -> None:
    days = {key: _date(visit[key]) for key in ("started_on", "ended_on")}
    for key, day in days.items():
        needed = f"visit.{key} is {shown(visit[key])}, needed a date such as 2023-04-20, or null"
        problems.need(day or visit[key] is None, needed)
    first, last = days.values()
    problems.need(first or last is None, "visit.ended_on stands without visit.started_on")
    problems.need(not (first and last) or first <= last, "visit.ended_on lies before visit.started_on")
    problems.need(not first or max(first, last or first) <= today, "the visit lies in the future")


def _check_member(member: Any, where: str, problems: Problems) -> None:
    if problems.need_keys(member, MEMBER_KEYS, where):
        known = member["role"] in [role.value for role in TeamRole]
        problems.need(known, f"{where}: role {shown(member['role'])} is none of {', '.join(TeamRole)}")
        problems.need_text(member["label"], f"{where}: label", longest=LONGEST_LABEL)


def _check_figures(data: Any, problems: Problems) -> None:
    for part in ("population", "interviews"):
        for name, value in data[part].items():
            is_count = value is None or _is_count(value)
            problems.need(is_count, f"{part}.{name} is {shown(value)}, needed a whole number or null")
    population = data["population"]
    present = population["present"]
    for name in POPULATION_FIGURES[2:]:
        value = population[name]
        fits = not (_is_count(value) and _is_count(present)) or value <= present
        problems.need(fits, f"population.{name} is larger than population.present")


def _check_answers(data: Any, guide: Guide, asked: Collection[str], types: str, problems: Problems) -> None:
    given: dict[str, Any] = {}
    for number, answer in enumerate(data["answers"], start=1):
        if not problems.need_keys(answer, ANSWER_KEYS, f"answer {number}"):
            continue
        name = answer["item"]
        item = guide.items.get(name) if isinstance(name, str) else None
        if item is None:
            problems.need(False, f"answer {number}: no item {shown(name)} in the guide")
            continue
        problems.need(name not in given, f"item {name}: answered twice")
        given[name] = answer["value"]
        problems.need(name in asked, f"item {name}: does not apply to {types}")
        _check_answer(answer, guide, problems)
    _check_mirrors(given, data, problems)


def _check_answer(answer: Any, guide: Guide, problems: Problems) -> None:
    item, comment = guide.items[answer["item"]], answer["comment"]
    where = f"item {item.id}"
    is_comment = problems.need_text(comment, f"{where}: comment", may_be_empty=True)
    try:
        ANSWER_TYPES[item.answer].check(item, answer["value"])
    except UnfitAnswer as problem:
        problems.need(False, f"{where}: {problem.message()}")
    else:
        needed = is_comment and not comment and needs_comment(guide, item, answer["value"])
        problems.need(not needed, f"{where}: {answer['value']} needs a comment")
    try:
        check_sources(guide, answer["sources"])
    except UnfitAnswer as problem:
        problems.need(False, f"{where}: sources: {problem.message()}")
    problems.need(isinstance(answer["urgent"], bool), f"{where}: urgent must be true or false")


def _check_mirrors(given: Mapping[str, Any], data: Any, problems: Problems) -> None:
    for item, (part, key) in MIRRORED_ITEMS.items():
        value, field = given.get(item), data[part][key]
        says_nothing = isinstance(value, str) and value in NO_JUDGEMENT and field is None
        problems.need(item not in given or value == field or says_nothing, f"item {item} differs from {part}.{key}")


def _check_recommendations(data: Any, guide: Guide, asked: Collection[str], types: str, problems: Problems) -> None:
    for number, recommendation in enumerate(data["recommendations"], start=1):
        where = f"recommendation {number}"
        if not problems.need_keys(recommendation, RECOMMENDATION_KEYS, where):
            continue
        problems.need_text(recommendation["text"], f"{where}: text")
        problems.need_text(recommendation["addressee"], f"{where}: addressee", longest=LONGEST_NAME, may_be_empty=True)
        priority, due = recommendation["priority"], recommendation["due_on"]
        known = priority in [each.value for each in Priority]
        problems.need(known, f"{where}: priority {shown(priority)} is none of {', '.join(Priority)}")
        problems.need(due is None or _date(due), f"{where}: due_on is {shown(due)}, needed a date or null")
        _check_items(recommendation["items"], where, asked, types, problems)
        _check_standards(recommendation["standards"], where, guide, problems)


def _check_items(items: Any, where: str, asked: Collection[str], types: str, problems: Problems) -> None:
    if problems.need(isinstance(items, list), f"{where}: items must be a list"):
        for name in items:
            fits = isinstance(name, str) and name in asked
            problems.need(fits, f"{where}: no item {shown(name)}" + (f" for {types}" if types else ""))


def _check_standards(standards: Any, where: str, guide: Guide, problems: Problems) -> None:
    if problems.need(isinstance(standards, list), f"{where}: standards must be a list"):
        for standard in standards:
            problems.need(_is_cited(standard, guide), f"{where}: no standard {shown(standard)} in the guide")


def _is_cited(standard: Any, guide: Guide) -> bool:
    if not isinstance(standard, dict) or sorted(standard) != ["instrument", "provision"]:
        return False
    if not all(isinstance(value, str) for value in standard.values()):
        return False
    try:
        guide.provision(Citation(**standard))
    except KeyError:
        return False
    return True
