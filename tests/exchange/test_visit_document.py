"""Reading visit documents: what is taken, and every refusal by name."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.exchange.strict_json import MOST_PROBLEMS
from monitor.exchange.visit_document import write_document
from tests.exchange.documents import (
    FILES,
    TODAY,
    Document,
    answer_to,
    as_bytes,
    bordeaux,
    drop,
    problems_of,
    put,
    spoilt,
)

LONG = "x" * 20_001


def several(*spoils: Callable[[Document], object]) -> Callable[[Document], None]:
    """Return what spoils a document in several places."""

    def spoil(data: Document) -> None:
        for each in spoils:
            each(data)

    return spoil


def asking(**parts: object) -> Callable[[Document], None]:
    """Return what gives a document the part that says what it asks beyond the type of its place."""
    return put("scope", value={"unit_types": [], "extra_topics": []} | parts)


REFUSED: list[tuple[Callable[[Document], object], str]] = [
    # keys
    (drop("source"), "the document: source missing"),
    (put("extra", value=1), "the document: unknown key 'extra'"),
    (put("source", value=[]), "source must be an object"),
    (put("place", value=None), "place must be an object"),
    (drop("source", "note"), "source: note missing"),
    (drop("place", "latitude"), "place: latitude missing"),
    (put("visit", "weather", value="fine"), "visit: unknown key 'weather'"),
    (drop("population", "women"), "population: women missing"),
    (put("interviews", "names", value=[]), "interviews: unknown key 'names'"),
    (put("answers", value={}), "answers must be a list"),
    (put("recommendations", value=None), "recommendations must be a list"),
    # source and language
    (put("format", value="monitor-visit/2"), "format is 'monitor-visit/2', needed 'monitor-visit/1'"),
    (put("format", value=1), "format is 1, needed 'monitor-visit/1'"),
    (put("language", value="English"), "language 'English' is not a code such as 'en'"),
    (put("language", value="EN"), "language 'EN' is not a code"),
    (put("language", value=None), "language None is not a code"),
    (put("source", "title", value=""), "source.title is empty"),
    (put("source", "publisher", value=7), "source.publisher must be text"),
    (put("source", "note", value=" a note"), "source.note: The text begins or ends with a space"),
    (put("source", "url", value="ftp://npm.example/r.pdf"), "source.url must be a web address"),
    (put("source", "url", value=["https://npm.example"]), "source.url must be text"),
    # place
    (put("place", "type", value="castle"), "place.type 'castle' is not a place type of the guide"),
    (put("place", "type", value=["prison"]), "place.type ['prison'] is not a place type of the guide"),
    (put("place", "name", value=""), "place.name is empty"),
    (put("place", "name", value="x" * 301), "place.name has 301 characters, 300 fit"),
    (put("place", "city", value=None), "place.city must be text"),
    (put("place", "region", value="Kent "), "place.region: The text begins or ends"),
    (put("place", "authority", value=""), "place.authority is empty"),
    (put("place", "authority", value=False), "place.authority must be text"),
    (put("place", "country", value="fr"), "place.country must be two capitals"),
    (put("place", "country", value="FRA"), "place.country must be two capitals"),
    (put("place", "latitude", value=44.8), "place: latitude and longitude go together"),
    (put("place", "longitude", value=-0.6), "place: latitude and longitude go together"),
    (put("place", "latitude", value=90.5), "place.latitude must be a number from -90 to 90, or null"),
    (put("place", "longitude", value="7 E"), "place.longitude must be a number from -180 to 180, or null"),
    (put("place", "latitude", value=True), "place.latitude must be a number"),
    (put("place", "capacity", value=435), "place.capacity and population.capacity differ"),
    (put("place", "capacity", value=-1), "place.capacity is -1, needed a whole number or null"),
    (put("place", "capacity", value="434"), "place.capacity is '434', needed a whole number or null"),
    (put("place", "capacity", value=434.5), "place.capacity is 434.5, needed a whole number or null"),
    # visit
    (put("visit", "kind", value="surprise"), "visit.kind 'surprise' is none of in-depth, follow-up"),
    (put("visit", "kind", value=["in-depth"]), "visit.kind ['in-depth'] is none of"),
    (put("visit", "announcement", value="yes"), "visit.announcement 'yes' is none of unannounced"),
    (put("visit", "started_on", value="30.05.2022"), "visit.started_on is '30.05.2022', needed a date"),
    (put("visit", "started_on", value="2022-02-30"), "visit.started_on is '2022-02-30', needed a date"),
    (put("visit", "started_on", value="2022-W22-1"), "visit.started_on is '2022-W22-1', needed a date"),
    (put("visit", "started_on", value="20220530"), "visit.started_on is '20220530', needed a date"),
    (put("visit", "ended_on", value=20220603), "visit.ended_on is 20220603, needed a date"),
    (put("visit", "ended_on", value="2022-05-29"), "visit.ended_on lies before visit.started_on"),
    (put("visit", "started_on", value=None), "visit.ended_on stands without visit.started_on"),
    (put("visit", "ended_on", value="2026-03-15"), "the visit lies in the future"),
    (
        several(put("visit", "started_on", value="2026-03-15"), put("visit", "ended_on", value=None)),
        "the visit lies in the future",
    ),
    (put("visit", "reference", value=""), "visit.reference is empty"),
    (put("visit", "reference", value="x" * 201), "visit.reference has 201 characters, 200 fit"),
    (put("visit", "purpose", value=None), "visit.purpose must be text"),
    (put("visit", "summary", value="\nSummary"), "visit.summary: The text begins or ends"),
    (put("visit", "summary", value=LONG), "visit.summary: The text has 20001 characters; 20000 are the most."),
    (put("visit", "team", value=[]), "visit.team must name somebody"),
    (put("visit", "team", value="the team"), "visit.team must name somebody"),
    (put("visit", "team", 0, value="lead"), "visit.team, member 1 must be an object"),
    (put("visit", "team", 0, "name", value="Amina"), "visit.team, member 1: unknown key 'name'"),
    (put("visit", "team", 0, "role", value="chief"), "visit.team, member 1: role 'chief' is none of lead"),
    (put("visit", "team", 0, "role", value={}), "visit.team, member 1: role {} is none of"),
    (put("visit", "team", 0, "label", value=""), "visit.team, member 1: label is empty"),
    (put("visit", "team", 0, "label", value="x" * 301), "visit.team, member 1: label has 301 characters, 300 fit"),
    # figures
    (put("population", "women", value=-3), "population.women is -3, needed a whole number or null"),
    (put("population", "men", value=12.0), "population.men is 12.0, needed a whole number or null"),
    (put("population", "children", value=True), "population.children is True, needed a whole number or null"),
    (put("population", "present", value="864"), "population.present is '864', needed a whole number or null"),
    (put("population", "women", value=865), "population.women is larger than population.present"),
    (put("population", "remand", value=10**10), "population.remand is 10000000000, needed a whole number"),
    (put("interviews", "staff", value=[]), "interviews.staff is [], needed a whole number or null"),
    # answers
    (put("answers", 0, value=None), "answer 1 must be an object"),
    (drop("answers", 0, "urgent"), "answer 1: urgent missing"),
    (put("answers", 0, "by", value="Amina"), "answer 1: unknown key 'by'"),
    (put("answers", 2, "item", value="weather"), "answer 3: no item 'weather' in the guide"),
    (put("answers", 2, "item", value=["prep-team"]), "answer 3: no item ['prep-team'] in the guide"),
    (put("answers", 2, "item", value={}), "answer 3: no item {} in the guide"),
    (lambda data: data["answers"].append(data["answers"][0]), "item prep-visit-type: answered twice"),
    (answer_to("pol-cells"), "item pol-cells: does not apply to 'remand-centre'"),
    # scope
    (put("scope", value=[]), "scope must be an object"),
    (put("scope", value={"unit_types": []}), "scope: extra_topics missing"),
    (asking(form="core"), "scope: unknown key 'form'"),
    (asking(), "scope adds nothing: leave it out"),
    (asking(unit_types=None), "scope.unit_types must be a list"),
    (asking(unit_types=["castle", []]), "scope.unit_types: there is no 'castle' in the guide"),
    (asking(unit_types=["castle", []]), "scope.unit_types: there is no [] in the guide"),
    (asking(extra_topics=["weather"]), "scope.extra_topics: there is no 'weather' in the guide"),
    (asking(extra_topics=["lawyer", "lawyer"]), "scope.extra_topics: an id stands twice"),
    (
        several(asking(unit_types=["juvenile-centre"]), answer_to("pol-cells")),
        "item pol-cells: does not apply to 'remand-centre', 'juvenile-centre'",
    ),
    (answer_to("sep-sex", value="perhaps"), "item sep-sex: “perhaps” is neither yes nor no."),
    (answer_to("sep-sex", value=True), "item sep-sex: “True” is neither yes nor no."),
    (answer_to("env-light", value="good"), "item env-light: “good” is not one of the ratings."),
    (answer_to("env-light", value=None), "item env-light: “None” is not one of the ratings."),
    (answer_to("space-occupancy", value="199"), "item space-occupancy: “199” is not a number."),
    (answer_to("space-occupancy", value=True), "item space-occupancy: “True” is not a number."),
    (answer_to("space-occupancy", value=-1), "item space-occupancy: -1 is below zero."),
    (answer_to("space-occupancy", value=2e9), "item space-occupancy: 2000000000.0 is larger than 1000000000."),
    (answer_to("final-urgent", value=""), "item final-urgent: The answer must be a text."),
    (answer_to("final-urgent", value="not examined "), "item final-urgent: The text begins or ends"),
    (answer_to("final-urgent", value=LONG), "item final-urgent: The text has 20001 characters"),
    (answer_to("prep-announced", value="maybe"), "item prep-announced: “maybe” is not one of the choices."),
    (answer_to("after-urgent", value=[]), "item after-urgent: The answer must be a list of at least one choice."),
    (answer_to("after-urgent", value="letter"), "item after-urgent: The answer must be a list"),
    (answer_to("after-urgent", value=["pigeon"]), "item after-urgent: “pigeon” is not one of the choices."),
    (answer_to("after-urgent", value=["letter", "letter"]), "item after-urgent: “letter” is chosen twice."),
    (answer_to("after-urgent", value=["none", "letter"]), "item after-urgent: “None” cannot go together"),
    (answer_to("prep-team", value={}), "item prep-team: The answer must be a table"),
    (answer_to("prep-team", value={"cook": {"men": 1}}), "item prep-team: The table has no row “cook”."),
    (answer_to("prep-team", value={"lead": {"robots": 1}}), "item prep-team: The table has no column “robots”."),
    (answer_to("prep-team", value={"lead": {}}), "item prep-team: Row lead of the table holds no figures."),
    (answer_to("prep-team", value={"lead": {"men": 1.5}}), "item prep-team: Row lead, column men: 1.5 is not a whole"),
    (answer_to("prep-team", value={"lead": {"men": -1}}), "item prep-team: Row lead, column men: -1 is below zero."),
    (answer_to("prep-team", value={"lead": {"men": "1"}}), "item prep-team: Row lead, column men: “1” is not a number"),
    (answer_to("env-light", comment=None), "item env-light: comment must be text"),
    (answer_to("env-light", comment="So. "), "item env-light: comment: The text begins or ends"),
    (answer_to("env-light", comment=LONG), "item env-light: comment: The text has 20001 characters"),
    (answer_to("env-light", comment=""), "item env-light: does_not_meet needs a comment"),
    (answer_to("env-temperature", comment=""), "item env-temperature: partly needs a comment"),
    (answer_to("env-light", sources="observation"), "item env-light: sources: The sources must be a list."),
    (answer_to("env-light", sources=["gossip"]), "item env-light: sources: “gossip” is not one of the sources"),
    (answer_to("env-light", sources=[["document"]]), "item env-light: sources: “['document']” is not one"),
    (
        answer_to("env-light", sources=["document", "document"]),
        "item env-light: sources: The source “document” is named",
    ),
    (answer_to("env-light", urgent="yes"), "item env-light: urgent must be true or false"),
    (answer_to("env-light", urgent=1), "item env-light: urgent must be true or false"),
    (put("visit", "kind", value="night"), "item prep-visit-type differs from visit.kind"),
    (put("visit", "kind", value=None), "item prep-visit-type differs from visit.kind"),
    (answer_to("prep-announced", value="announced"), "item prep-announced differs from visit.announcement"),
    (answer_to("talk-capacity", value=400), "item talk-capacity differs from place.capacity"),
    (answer_to("talk-capacity", value="not_examined"), "item talk-capacity differs from place.capacity"),
    # recommendations
    (put("recommendations", 0, value="Close it."), "recommendation 1 must be an object"),
    (drop("recommendations", 0, "priority"), "recommendation 1: priority missing"),
    (put("recommendations", 0, "number", value=1), "recommendation 1: unknown key 'number'"),
    (put("recommendations", 0, "text", value=""), "recommendation 1: text is empty"),
    (put("recommendations", 0, "addressee", value=None), "recommendation 1: addressee must be text"),
    (
        put("recommendations", 0, "addressee", value="x" * 301),
        "recommendation 1: addressee has 301 characters, 300 fit",
    ),
    (put("recommendations", 1, "priority", value="soon"), "recommendation 2: priority 'soon' is none of immediate"),
    (put("recommendations", 1, "priority", value=[]), "recommendation 2: priority [] is none of"),
    (
        put("recommendations", 0, "due_on", value="in May"),
        "recommendation 1: due_on is 'in May', needed a date or null",
    ),
    (put("recommendations", 0, "items", value="env-light"), "recommendation 1: items must be a list"),
    (put("recommendations", 0, "items", value=["weather"]), "recommendation 1: no item 'weather' for 'remand-centre'"),
    (put("recommendations", 0, "items", value=["pol-cells"]), "recommendation 1: no item 'pol-cells' for"),
    (put("recommendations", 0, "items", value=[{}]), "recommendation 1: no item {} for 'remand-centre'"),
    (put("recommendations", 0, "standards", value={}), "recommendation 1: standards must be a list"),
    (
        put("recommendations", 0, "standards", value=[{"instrument": "opcat", "provision": "Article 99"}]),
        "recommendation 1: no standard {'instrument': 'opcat', 'provision': 'Article 99'} in the guide",
    ),
    (
        put("recommendations", 0, "standards", value=[{"instrument": "magna-carta", "provision": "39"}]),
        "recommendation 1: no standard {'instrument': 'magna-carta', 'provision': '39'} in the guide",
    ),
    (
        put("recommendations", 0, "standards", value=[{"instrument": "opcat", "provision": "Article 1", "page": 1}]),
        "recommendation 1: no standard",
    ),
    (put("recommendations", 0, "standards", value=["opcat"]), "recommendation 1: no standard 'opcat' in the guide"),
    (
        put("recommendations", 0, "standards", value=[{"instrument": [], "provision": {}}]),
        "recommendation 1: no standard {'instrument': [], 'provision': {}} in the guide",
    ),
    # characters that no page, file or database can hold
    (put("visit", "summary", value="a\x07b"), "visit.summary: The text holds a control character"),
    (put("visit", "summary", value="a\r\nb"), "visit.summary: The text holds a control character"),
    (put("visit", "purpose", value="a\ud83db"), "visit.purpose: The text holds half of a character"),
    (put("place", "name", value="\udc00"), "place.name: The text holds half of a character"),
    (put("visit", "team", 0, "label", value="\x85Amina"), "visit.team, member 1: label: The text holds a control"),
    (answer_to("env-light", comment="a\x00b"), "item env-light: comment: The text holds a control character"),
    (answer_to("final-urgent", value="a\ud800"), "item final-urgent: The text holds half of a character"),
    (
        put("recommendations", 0, "text", value="a\x1b[31m"),
        "recommendation 1: text: The text holds a control character",
    ),
    (put("\ud800", value=1), "the document: unknown key '\\ud800'"),
    (put("answers", 0, "item", value="\ud800"), "answer 1: no item '\\ud800' in the guide"),
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_published_visit_is_taken_as_it_is(path: Path) -> None:
    raw = path.read_bytes()
    assert problems_of(raw) == ()
    assert write_document(json.loads(raw)).encode() == raw


@pytest.mark.parametrize(
    ("spoil", "sentence"), REFUSED, ids=[f"{number}: {sentence[:60]}" for number, (_, sentence) in enumerate(REFUSED)]
)
def test_a_spoilt_document_is_refused_by_name(spoil: Callable[[Document], object], sentence: str) -> None:
    problems = problems_of(spoilt(spoil))
    assert any(problem.startswith(sentence) for problem in problems), problems
    assert all(problem.isprintable() for problem in problems), "what a terminal shows"


ACCEPTED: list[tuple[str, Callable[[Document], object]]] = [
    ("an answer about a field that nobody knows", several(
        answer_to("talk-capacity", value="not_examined"),
        put("place", "capacity", value=None), put("population", "capacity", value=None),
    )),
    ("no dates", several(put("visit", "started_on", value=None), put("visit", "ended_on", value=None))),
    ("a first day alone", put("visit", "ended_on", value=None)),
    ("a visit that ends today", put("visit", "ended_on", value=TODAY.isoformat())),
    ("no kind and no answer about it", several(
        put("visit", "kind", value=None), lambda data: data["answers"].pop(0),
    )),
    ("no answers and no recommendations", several(put("answers", value=[]), put("recommendations", value=[]))),
    ("the longest text there is", put("visit", "summary", value="ض" * 20_000)),
    ("lines and tabs", put("visit", "summary", value="One.\n\tTwo.")),
    ("keys in another order", lambda data: data.update(source=dict(reversed(data.pop("source").items())))),
    ("an item of another part of the place", several(
        asking(unit_types=["police-station"]), answer_to("pol-cells"),
        put("recommendations", 0, "items", value=["pol-cells"]),
    )),
    ("an item of an extra topic", several(asking(extra_topics=["police-custody"]), answer_to("pol-cells"))),
    ("both ends of the scale", several(put("place", "latitude", value=-90), put("place", "longitude", value=180.0))),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change"), ACCEPTED, ids=[name for name, _ in ACCEPTED])
def test_a_document_is_taken_with(name: str, change: Callable[[Document], object]) -> None:
    assert problems_of(spoilt(change)) == ()


def test_everything_wrong_is_named_at_once() -> None:
    problems = problems_of(
        spoilt(
            several(
                put("language", value=""), put("place", "country", value=""), put("answers", 3, "urgent", value=None)
            )
        )
    )
    assert len(problems) == 3


def test_a_hopeless_document_names_the_first_faults_and_stays_short() -> None:
    data = bordeaux() | {"answers": [0] * 100_000, "format": "x" * 100_000}
    problems = problems_of(as_bytes(data))
    assert len(problems) == MOST_PROBLEMS + 1
    assert problems[-1] == "and more"
    assert max(map(len, problems)) < 200
