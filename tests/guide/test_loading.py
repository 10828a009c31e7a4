"""The guide loads whole, and every fault of its files is told by file and line."""

from pathlib import Path
from typing import NamedTuple

import pytest

from monitor.guide import loading
from monitor.guide.catalogue import Citation, Guide
from monitor.guide.loading import BrokenGuide, UnknownVersion, available_versions, get_guide, load_guide
from tests.guide.conftest import Edit

CATALOGUE, STANDARDS, PLACES, ARTICLES = (
    "catalogue.yaml",
    "standards.yaml",
    "place_types.yaml",
    "opcat_articles.yaml",
)


class Fault(NamedTuple):
    """A text of a file, by what it is replaced, and what is then said: part of the reason, and the line's marker."""

    file: str
    old: str
    new: str
    marker: str
    reason: str
    nth: int = 1
    """Which of the lines with the marker is meant; -1 is the last."""


FAULTS = [
    # YAML itself
    Fault(CATALOGUE, "language: en", "language: [en", "rating_scale:", "not valid YAML"),
    Fault(CATALOGUE, "language: en", "language: en\nlanguage: fr", "language: fr", "the key 'language' stands twice"),
    Fault(CATALOGUE, "name: Preparing", "name: Préparation, prép\x07aration", "\x07", "not allowed in YAML"),
    Fault(CATALOGUE, "language: en", "language: en\ncolour: red", "colour: red", "the key 'colour' is unknown"),
    Fault(CATALOGUE, "language: en\n", "", "catalogue_id", "the key 'language' is missing"),
    Fault(CATALOGUE, "version: 1.0.0", "version: 2.0.0", "version: 2.0.0", "should be '1.0.0'"),
    Fault(CATALOGUE, "language: en", "1: en", "catalogue_id", "the key 1 is no text"),
    # the scale, the kinds of evidence, the levels
    Fault(CATALOGUE, "code: does_not_meet", "code: meets", "label: Does not meet", "the rating 'meets' stands twice"),
    Fault(CATALOGUE, "code: not_examined", "code: unseen", "- {code: meets", "the rating scale lacks 'not_examined'"),
    Fault(CATALOGUE, "substantive: false", "substantive: true", "label: Not examined", "substantive must be false"),
    Fault(CATALOGUE, "substantive: true", "substantive: 1", "label: Meets", "true or false is expected"),
    Fault(
        CATALOGUE, "order: 1, needs", "order: one, needs", "label: Meets", "a whole number is expected here, not 'one'"
    ),
    Fault(
        CATALOGUE,
        "{id: document",
        "{id: observation",
        "name: Document",
        "source of evidence 'observation' stands twice",
    ),
    Fault(CATALOGUE, "{id: protected", "{id: open", "name: Protected", "sensitivity level 'open' stands twice"),
    Fault(CATALOGUE, "[rating,", "[slider, rating,", "[slider,", "no answer type 'slider'"),
    # sections and topics
    Fault(CATALOGUE, "    kind: phase\n", "", "id: phase-preparation", "the key 'kind' is missing"),
    Fault(CATALOGUE, "kind: phase", "kind: stage", "kind: stage", "no kind of section 'stage'"),
    Fault(
        CATALOGUE,
        "- id: material",
        "- id: phase-preparation",
        "- id: phase-preparation",
        "section 'phase-preparation' stands twice",
        nth=2,
    ),
    Fault(CATALOGUE, "order: 2\n", "order: 3\n", "order: 3", "the order should be 2", nth=2),
    Fault(
        CATALOGUE, "- id: space\n", "- id: preparation\n", "id: preparation", "topic 'preparation' stands twice", nth=2
    ),
    Fault(
        CATALOGUE, "aim: Set the purpose.", "goal: Set the purpose.", "- id: preparation", "the key 'aim' is missing"
    ),
    Fault(CATALOGUE, "summary: Before leaving.", "summary: ''", "summary: ''", "a text is expected here, not nothing"),
    # items
    Fault(CATALOGUE, "            expected: null\n", "", "- id: prep-kind", "the key 'expected' is missing"),
    Fault(
        CATALOGUE, "id: space-light", "id: space-single", "id: space-single", "item 'space-single' stands twice", nth=2
    ),
    Fault(CATALOGUE, "id: space-light", "id: Space_Light", "Space_Light", "not in kebab-case"),
    Fault(CATALOGUE, "answer: yes_no", "answer: slider", "answer: slider", "no answer type 'slider'"),
    Fault(CATALOGUE, "answer: yes_no", "answer: choice", "choices: []", "asks for a choice and offers none", nth=-1),
    Fault(CATALOGUE, "answer: choice", "answer: rating", "- {id: first", "offers choices but does not ask for one"),
    Fault(CATALOGUE, "answer: yes_no", "answer: count_table", "table: null", "asks for a table and has none", nth=-1),
    Fault(CATALOGUE, "answer: count_table", "answer: rating", "rows:", "has a table but does not ask for one"),
    Fault(CATALOGUE, "answer: yes_no", "answer: number", "unit: null", "asks for a number and names no unit", nth=-1),
    Fault(CATALOGUE, "answer: number", "answer: rating", "unit: m2", "has a unit but does not ask for a number"),
    Fault(CATALOGUE, "expected: 'yes'", "expected: maybe", "expected: maybe", "no expected answer 'maybe'"),
    Fault(
        CATALOGUE, "expected: null", "expected: 'no'", "expected: 'no'", "expects yes or no but asks for something else"
    ),
    Fault(CATALOGUE, "sensitivity: protected", "sensitivity: secret", "secret", "no sensitivity level 'secret'"),
    Fault(CATALOGUE, "core: true", "core: often", "core: often", "true or false is expected"),
    Fault(CATALOGUE, "types: [prison]", "types: [castle]", "castle", "no place type 'castle'"),
    Fault(CATALOGUE, "types: [prison]", "types: []", "types: []", "names no place type"),
    Fault(CATALOGUE, "types: [prison]", "types: [all, prison]", "[all, prison]", "no place type 'all'"),
    Fault(CATALOGUE, "sources: [document]", "sources: []", "sources: []", "names no source of evidence"),
    Fault(CATALOGUE, "sources: [document]", "sources: [hearsay]", "hearsay", "no source of evidence 'hearsay'"),
    Fault(CATALOGUE, "visit is this?", "visit is this", "visit is this", "must end with ?"),
    Fault(CATALOGUE, "guidance: Try it.", "guidance: Try it", "Try it", "must end with . or ?"),
    Fault(CATALOGUE, "id: second", "id: first", "label: Second", "the option 'first' stands twice"),
    Fault(CATALOGUE, "id: women", "id: men", "label: Women", "the option 'men' stands twice"),
    Fault(CATALOGUE, "id: second", "id: yes", "label: Second", "a text is expected here, not True"),
    Fault(CATALOGUE, "id: second", "id: Second", "label: Second", "not in kebab-case"),
    Fault(CATALOGUE, "columns: [{id: number, label: Number}]", "columns: []", "rows:", "no rows or no columns"),
    Fault(CATALOGUE, "choices: []", "choices: none", "choices: none", "a list is expected here"),
    Fault(CATALOGUE, "opcat, provision: Article 20(a)", "iccpr, provision: Article 20(a)", "iccpr", "cites 'iccpr'"),
    Fault(
        CATALOGUE, "Article 20(b)", "Article 20(z)", "Article 20(z)", "item 'prep-kind' cites 'opcat' 'Article 20(z)'"
    ),
    Fault(
        CATALOGUE,
        "standards:\n              - {instrument: opcat, provision: Article 20(a)}",
        "standards: []",
        "standards: []",
        "cites no standard",
    ),
    # benchmarks
    Fault(CATALOGUE, "comparator: min", "comparator: about", "comparator: about", "no comparator 'about'"),
    Fault(CATALOGUE, "value: 6", "value: six", "value: six", "a number is expected here, not 'six'"),
    Fault(CATALOGUE, "value: 6, unit: m2", "value: 6, unit: m3", "unit: m3", "not the unit of item 'space-single'"),
    Fault(CATALOGUE, "para. 9, note", "para. 8, note", "para. 8, note", "cites 'cpt-space' 'para. 8'"),
    # place types
    Fault(PLACES, "id: police-station", "id: prison", "id: prison", "place type 'prison' stands twice", nth=2),
    Fault(PLACES, "suggested_form: full", "suggested_form: long", "long", "no suggested form 'long'"),
    Fault(PLACES, "    usual_visit: 3 days\n", "", "id: prison", "the key 'usual_visit' is missing"),
    Fault(PLACES, "themes: []", "themes: [material]", "themes:", "the themes of 'transport' should be none", nth=-1),
    Fault(PLACES, "themes: [material]", "themes: []", "themes: []", "the themes of 'prison' should be material"),
    # standards
    Fault(STANDARDS, "id: cpt-space", "id: opcat", "id: opcat", "instrument 'opcat' stands twice", nth=2),
    Fault(STANDARDS, "    region: global\n", "", "id: opcat", "the key 'region' is missing"),
    Fault(STANDARDS, "year: 2002", "year: MMII", "MMII", "a whole number is expected"),
    Fault(
        STANDARDS,
        "Article 20(b)",
        "Article 20(a)",
        "Article 20(a)",
        "provision 'Article 20(a)' of 'opcat' stands twice",
        nth=2,
    ),
    Fault(STANDARDS, "        how: Read.\n", "", "provision: Article 20(a)", "the key 'how' is missing"),
    Fault(STANDARDS, "subject: Cell size", "subject: ''", "subject: ''", "a text is expected"),
    Fault(STANDARDS, "verified: true", "verified: perhaps", "perhaps", "true or false is expected"),
    Fault(
        STANDARDS,
        "provisions:\n      - provision: para. 9",
        "provisions:\n      - {provision: para. 1, subject: A, verified: true, how: Read.}\n      - provision: para. 9",
        "para. 1,",
        "no item cites the provision 'para. 1' of 'cpt-space'",
    ),
    # OPCAT articles
    Fault(ARTICLES, "number: 5,", "number: 6,", "Title 5,", "OPCAT article 5 is expected here, not 6"),
    Fault(ARTICLES, "Summary of article 4.", "''", "Title 4,", "a text is expected"),
    Fault(ARTICLES, "[planning]", "[flying]", "flying", "no feature 'flying'"),
    Fault(ARTICLES, "[planning]", "planning", "features: planning", "a list is expected"),
    Fault(ARTICLES, "id: visit-form", "id: planning", "name: Visit forms", "feature 'planning' stands twice"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.old!r} -> {fault.new!r}")
def test_file_and_line_are_named_when_a_file_is_broken(edit: Edit, small_guide: Path, fault: Fault) -> None:
    text = edit(fault.file, fault.old, fault.new)
    marked = [number for number, line in enumerate(text.split("\n"), start=1) if fault.marker in line]
    expected = marked[fault.nth - 1 if fault.nth > 0 else fault.nth]
    with pytest.raises(BrokenGuide) as raised:
        load_guide(small_guide)
    assert str(raised.value).startswith(f"1.0.0/{fault.file}, line {expected}: ")
    assert fault.reason in raised.value.reason
    assert (raised.value.file, raised.value.line) == (f"1.0.0/{fault.file}", expected)


def test_the_small_guide_is_sound_before_it_is_broken(small_guide: Path) -> None:
    assert list(load_guide(small_guide).items) == ["prep-kind", "prep-people", "space-single", "space-light"]


def test_articles_are_counted_when_the_last_is_missing(edit: Edit, small_guide: Path) -> None:
    text = (small_guide / ARTICLES).read_text(encoding="utf-8")
    edit(ARTICLES, text[text.index("  - {number: 37") :], "")
    with pytest.raises(BrokenGuide, match=r"opcat_articles\.yaml, line 5: OPCAT has 37 articles, but 36 stand here"):
        load_guide(small_guide)


def test_file_is_named_when_it_is_missing(small_guide: Path) -> None:
    (small_guide / STANDARDS).unlink()
    with pytest.raises(BrokenGuide) as raised:
        load_guide(small_guide)
    assert str(raised.value) == "1.0.0/standards.yaml: the file is missing"
    assert raised.value.line is None


def test_line_is_named_when_the_text_is_not_utf_8(small_guide: Path) -> None:
    path = small_guide / PLACES
    path.write_bytes(path.read_bytes().replace(b"name: Vehicle", b"name: V\xe9hicule"))
    with pytest.raises(BrokenGuide, match=r"place_types\.yaml, line 17: the text is not UTF-8"):
        load_guide(small_guide)


def test_whole_guide_is_loaded(guide: Guide) -> None:
    counts = [len(guide.sections), len(guide.topics), len(guide.items), len(guide.place_types)]
    assert counts == [20, 49, 248, 19]
    assert (len(guide.instruments), len(guide.articles), guide.version) == (62, 37, "1.0.0")
    assert sum(len(instrument.provisions) for instrument in guide.instruments.values()) == 332


def test_number_counts_the_items_of_a_section(guide: Guide) -> None:
    material = guide.section("material")
    assert [item.number for item in material.items] == [f"11.{running}" for running in range(1, 25)]
    assert len({item.number for item in guide.items.values()}) == 248
    with pytest.raises(KeyError):
        guide.section("nowhere")


def test_item_knows_where_it_belongs(guide: Guide) -> None:
    item = guide.items["ill-allegations"]
    assert (item.section_id, item.topic_id) == ("treatment", "ill-treatment")
    assert guide.items["prep-visit-type"].applies_to("transport")
    assert not guide.items["talk-capacity"].applies_to("transport")
    assert sum(each.is_protected for each in guide.items.values()) == 6
    assert sum(each.is_core for each in guide.items.values()) == 49


def test_citation_leads_to_its_provision(guide: Guide) -> None:
    provision = guide.provision(Citation("opcat", "Article 20(d)"))
    assert provision.subject.startswith("Private interviews")
    assert provision.is_verified
    with pytest.raises(KeyError):
        guide.provision(Citation("opcat", "Article 99"))


def test_newest_version_is_given_and_kept() -> None:
    assert available_versions() == ("1.0.0",)
    assert get_guide() is get_guide("1.0.0")
    with pytest.raises(UnknownVersion, match=r"version 9\.9\.9 of the guide is not installed; there are 1\.0\.0"):
        get_guide("9.9.9")


def test_versions_are_ordered_by_number(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("1.10.0", "1.9.0", "locales"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(loading, "DATA", tmp_path)
    assert available_versions.__wrapped__() == ("1.9.0", "1.10.0")
