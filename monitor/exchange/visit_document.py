"""The visit document `monitor-visit/1`: its keys, and reading one from a file with every fault named.

Top keys: `format source language place visit population interviews answers recommendations`. An answer is
`{item, value, comment, sources, urgent}`, a recommendation `{text, addressee, priority, due_on, items, standards}`.
Unknown keys are refused by name; `null` means that the source did not say.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from monitor.guide.answer_types import ANSWER_TYPES, TEXT_CAP, UnfitAnswer, check_comment, check_sources, needs_comment
from monitor.guide.catalogue import Citation, Guide
from monitor.recommendations.models import Priority
from monitor.visits.models import INTERVIEW_FIGURES, POPULATION_FIGURES, Announcement, TeamRole, VisitKind

FORMAT: Final = "monitor-visit/1"
LARGEST_FILE: Final = 5 * 1024 * 1024
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
"""Items that say the same as a field: both must agree."""
LARGEST_COUNT: Final = 10**9


class UnfitDocument(ValueError):
    """A visit document that cannot be taken; `problems` are sentences that name the place in the document."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


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


def read_document(raw: bytes, guide: Guide) -> VisitDocument:
    """Return the checked document in `raw` (UTF-8 JSON). Raises UnfitDocument naming everything that is wrong."""
    if len(raw) > LARGEST_FILE:
        raise UnfitDocument([f"the file is larger than {LARGEST_FILE // 1024 // 1024} MB"])
    data = _parse(raw)
    problems = _Problems()
    _check_shape(data, problems)
    problems.raise_if_any()
    for check in (_check_source, _check_place, _check_visit, _check_figures, _check_answers, _check_recommendations):
        check(data, guide, problems)
    problems.raise_if_any()
    return VisitDocument(data)


def write_document(data: Mapping[str, Any]) -> str:
    """Return the text of a document as it is kept in files: indent 2, real characters, a final newline."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _parse(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode("utf-8-sig"), parse_constant=_no_constant, object_pairs_hook=_once_each)
    except UnicodeDecodeError as error:
        raise UnfitDocument([f"the file is not UTF-8 text (byte {error.start})"]) from error
    except json.JSONDecodeError as error:
        raise UnfitDocument([f"line {error.lineno}: not JSON: {error.msg}"]) from error
    except RecursionError as error:
        raise UnfitDocument(["the file is nested too deeply"]) from error


def _no_constant(name: str) -> float:
    raise UnfitDocument([f"{name} is not a number"])


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    double = sorted({name for name in names if names.count(name) > 1})
    if double:
        raise UnfitDocument([f"key {double[0]!r} stands twice in one object"])
    return dict(pairs)


class _Problems:
    """Collects what is wrong, so that one reading names everything."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def need(self, is_right: object, sentence: str) -> bool:
        """Note the sentence unless it is right; say whether it is."""
        if not is_right:
            self.found.append(sentence)
        return bool(is_right)

    def keys(self, value: object, keys: Iterable[str], where: str) -> bool:
        """Note every missing and unknown key of an object."""
        if not isinstance(value, dict):
            return self.need(False, f"{where} must be an object")
        wanted = list(keys)
        missing = [key for key in wanted if key not in value]
        unknown = [key for key in value if key not in wanted]
        ok = self.need(not missing, f"{where}: {', '.join(missing)} missing")
        return self.need(not unknown, f"{where}: unknown key {', '.join(map(repr, unknown))}") and ok

    def raise_if_any(self) -> None:
        """Raise UnfitDocument with everything noted."""
        if self.found:
            raise UnfitDocument(self.found)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value.strip() == value and value != "" and _is_clean(value)


def _is_clean(value: str) -> bool:
    try:
        return check_comment(value) == value
    except UnfitAnswer:
        return False


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_COUNT


def _date(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == len("2023-04-20") else None
    except ValueError:
        return None


def _check_shape(data: Any, problems: _Problems) -> None:
    if not problems.keys(data, TOP_KEYS, "the document"):
        return
    for part, keys in PART_KEYS.items():
        problems.keys(data[part], keys, part)
    for name in ("answers", "recommendations"):
        problems.need(isinstance(data[name], list), f"{name} must be a list")


def _check_source(data: Any, _guide: Guide, problems: _Problems) -> None:
    problems.need(data["format"] == FORMAT, f"format is {data['format']!r}, needed {FORMAT!r}")
    language = data["language"]
    is_code = isinstance(language, str) and re.fullmatch(r"[a-z]{2,3}(-[A-Z]{2})?", language)
    problems.need(is_code, f"language {language!r} is not a code such as 'en'")
    for key in PART_KEYS["source"]:
        problems.need(_is_text(data["source"][key]), f"source.{key} must be text")
    url = data["source"]["url"]
    problems.need(isinstance(url, str) and re.match(r"https?://", url), "source.url must be a web address")


def _check_place(data: Any, guide: Guide, problems: _Problems) -> None:
    place = data["place"]
    known = isinstance(place["type"], str) and place["type"] in guide.place_types
    problems.need(known, f"place.type {place['type']!r} is not a place type of the guide")
    for key in ("name", "city", "region"):
        problems.need(_is_text(place[key]), f"place.{key} must be text")
    problems.need(place["authority"] is None or _is_text(place["authority"]), "place.authority must be text or null")
    country = place["country"]
    problems.need(isinstance(country, str) and re.fullmatch(r"[A-Z]{2}", country), "place.country must be two capitals")
    position = (place["latitude"], place["longitude"])
    for value, name, limit in zip(position, ("latitude", "longitude"), (90, 180), strict=True):
        fits = value is None or (_is_number(value) and abs(value) <= limit)
        problems.need(fits, f"place.{name} must be a number from -{limit} to {limit}, or null")
    problems.need((position[0] is None) == (position[1] is None), "place: latitude and longitude go together")
    problems.need(place["capacity"] is None or _is_count(place["capacity"]), "place.capacity must be a whole number")
    same = place["capacity"] == data["population"]["capacity"]
    problems.need(same, "place.capacity and population.capacity differ")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check_visit(data: Any, _guide: Guide, problems: _Problems) -> None:
    visit = data["visit"]
    for key, kind in (("kind", VisitKind), ("announcement", Announcement)):
        known = visit[key] is None or visit[key] in [member.value for member in kind]
        problems.need(known, f"visit.{key} {visit[key]!r} is none of {', '.join(kind)}")
    first, last = _date(visit["started_on"]), _date(visit["ended_on"])
    given = visit["started_on"] is None or first, visit["ended_on"] is None or last
    if problems.need(all(given), "visit.started_on and visit.ended_on must be dates such as 2023-04-20, or null"):
        problems.need(not (first and last) or first <= last, "visit.ended_on lies before visit.started_on")
        latest = last or first
        problems.need(latest is None or latest <= date.today(), "the visit lies in the future")  # noqa: DTZ011
    problems.need(visit["reference"] is None or _is_text(visit["reference"]), "visit.reference must be text or null")
    for key in ("purpose", "summary"):
        problems.need(_is_text(visit[key]), f"visit.{key} must be text of at most {TEXT_CAP} characters")
    if problems.need(isinstance(visit["team"], list) and visit["team"], "visit.team must name somebody"):
        for number, member in enumerate(visit["team"], start=1):
            _check_member(member, f"visit.team, member {number}", problems)


def _check_member(member: Any, where: str, problems: _Problems) -> None:
    if problems.keys(member, MEMBER_KEYS, where):
        known = member["role"] in [role.value for role in TeamRole]
        problems.need(known, f"{where}: role {member['role']!r} is none of {', '.join(TeamRole)}")
        problems.need(_is_text(member["label"]), f"{where}: label must be text")


def _check_figures(data: Any, _guide: Guide, problems: _Problems) -> None:
    for part in ("population", "interviews"):
        for name, value in data[part].items():
            fits = value is None or _is_count(value)
            problems.need(fits, f"{part}.{name} is {value!r}, needed a whole number or null")
    population = data["population"]
    present = population["present"]
    for name in POPULATION_FIGURES[2:]:
        value = population[name]
        fits = not (_is_count(value) and _is_count(present)) or value <= present
        problems.need(fits, f"population.{name} is larger than population.present")


def _check_answers(data: Any, guide: Guide, problems: _Problems) -> None:
    seen: set[str] = set()
    for number, answer in enumerate(data["answers"], start=1):
        if not problems.keys(answer, ANSWER_KEYS, f"answer {number}"):
            continue
        name = answer["item"]
        item = guide.items.get(name) if isinstance(name, str) else None
        if item is None:
            problems.need(False, f"answer {number}: no item {name!r} in the guide")
            continue
        problems.need(name not in seen, f"item {name}: answered twice")
        seen.add(name)
        asked = item.applies_to(data["place"]["type"])
        problems.need(asked, f"item {name}: does not apply to {data['place']['type']}")
        _check_answer(answer, guide, problems)
    _check_mirrors(data, problems)


def _check_answer(answer: Any, guide: Guide, problems: _Problems) -> None:
    item = guide.items[answer["item"]]
    where = f"item {item.id}"
    try:
        ANSWER_TYPES[item.answer].check(item, answer["value"])
    except UnfitAnswer as problem:
        problems.need(False, f"{where}: {problem.message()}")
        return
    if item.answer == "text":
        problems.need(_is_text(answer["value"]), f"{where}: text begins or ends with white space")
    comment = answer["comment"]
    is_comment = isinstance(comment, str) and comment.strip() == comment and _is_clean(comment)
    if problems.need(is_comment, f"{where}: comment must be text without white space around it"):
        needed = needs_comment(guide, item, answer["value"])
        problems.need(comment or not needed, f"{where}: {answer['value']} needs a comment")
    try:
        check_sources(guide, answer["sources"])
    except UnfitAnswer as problem:
        problems.need(False, f"{where}: sources: {problem.message()}")
    problems.need(isinstance(answer["urgent"], bool), f"{where}: urgent must be true or false")


def _check_mirrors(data: Any, problems: _Problems) -> None:
    values = {answer.get("item"): answer.get("value") for answer in data["answers"] if isinstance(answer, dict)}
    for item, (part, key) in MIRRORED_ITEMS.items():
        same = item not in values or values[item] == data[part][key]
        problems.need(same, f"item {item} differs from {part}.{key}")


def _check_recommendations(data: Any, guide: Guide, problems: _Problems) -> None:
    for number, recommendation in enumerate(data["recommendations"], start=1):
        where = f"recommendation {number}"
        if not problems.keys(recommendation, RECOMMENDATION_KEYS, where):
            continue
        for key in ("text", "addressee"):
            problems.need(_is_text(recommendation[key]), f"{where}: {key} must be text")
        known = recommendation["priority"] in [priority.value for priority in Priority]
        problems.need(known, f"{where}: priority {recommendation['priority']!r} is none of {', '.join(Priority)}")
        due = recommendation["due_on"]
        problems.need(due is None or _date(due), f"{where}: due_on must be a date or null")
        _check_basis(recommendation, where, data["place"]["type"], guide, problems)


def _check_basis(recommendation: Any, where: str, place_type: str, guide: Guide, problems: _Problems) -> None:
    items, standards = recommendation["items"], recommendation["standards"]
    if problems.need(isinstance(items, list) and items, f"{where}: items must name at least one item"):
        for name in items:
            item = guide.items.get(name) if isinstance(name, str) else None
            problems.need(item and item.applies_to(place_type), f"{where}: no item {name!r} for {place_type}")
    if problems.need(isinstance(standards, list) and standards, f"{where}: standards must name at least one"):
        for standard in standards:
            problems.need(_is_cited(standard, guide), f"{where}: no standard {standard!r} in the guide")


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
