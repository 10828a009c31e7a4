"""The guide's words by language: translated where a file has them, English and marked so where not."""

from pathlib import Path

import pytest

from monitor.guide import texts as texts_module
from monitor.guide.catalogue import Guide
from monitor.guide.loading import DATA, BrokenGuide
from monitor.guide.locale_files import MACHINE_MADE, read_locale
from monitor.guide.texts import GuideTexts, Text, interface_languages, texts, verify

HEAD = "language: fr\nstatus: machine-made, to be checked by a speaker\nguide_version: 1.0.0\n"


def write(folder: Path, text: str, name: str = "fr.yaml") -> Path:
    path = folder / "locales" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_english_is_whole(guide: Guide) -> None:
    english = texts(guide, "en")
    table, choice, number = guide.items["prep-team"], guide.items["prep-announced"], guide.items["space-single"]
    shown = [
        english.question(choice), english.guidance(choice), english.choice(choice, "window"),
        english.choice(choice, "not_examined"), english.row(table, "lead"), english.column(table, "women"),
        english.unit(number), english.unit(table), english.benchmark_note(number.benchmarks[2]),
        english.rating("partly"), english.rating_meaning("partly"), english.source("register"),
        english.sensitivity_name("open"), english.sensitivity_rule("open"), english.section_name("health"),
        english.section_summary("health"), english.topic_name("force"), english.topic_aim("force"),
        english.place_type_name("prison"), english.place_type_description("prison"),
    ]  # fmt: skip
    assert {text.language for text in shown} == {"en"}
    assert shown[2:10] == [
        "Announced for a period, without a date", "Not examined", "Team leader", "Women", "m2", "",
        "Desirable size for police cells used for more than a few hours.", "Partly meets standards",
    ]  # fmt: skip


def test_missing_texts_fall_back_to_english_and_say_so(guide: Guide, tmp_path: Path) -> None:
    path = write(
        tmp_path,
        HEAD
        + "ratings: {partly: {label: En partie}}\n"
        + "sources: {register: Registre}\n"
        + "items:\n"
        + "  space-single: {unit: m² , benchmarks: [null, null, Taille souhaitable.]}\n"
        + "  prep-team: {question: Qui ?, rows: {lead: Responsable}}\n",
    )
    french = GuideTexts(guide, read_locale(path))
    number, table = guide.items["space-single"], guide.items["prep-team"]
    assert (french.rating("partly"), french.rating("partly").language) == ("En partie", "fr")
    assert french.rating_meaning("partly").language == "en"
    assert (french.source("register"), french.unit(number), french.question(table)) == ("Registre", "m²", "Qui ?")
    assert [french.benchmark_note(mark).language for mark in number.benchmarks] == ["en", "en", "fr"]
    assert (french.row(table, "lead"), french.row(table, "legal").language) == ("Responsable", "en")
    assert french.place_type_name("prison") == "Prison"
    assert (french.language, french.status, french.is_signed_off) == ("fr", MACHINE_MADE, False)


def test_unknown_ids_of_options_are_errors(guide: Guide) -> None:
    english = texts(guide, "en")
    with pytest.raises(KeyError):
        english.choice(guide.items["prep-announced"], "rumoured")
    with pytest.raises(KeyError):
        english.row(guide.items["prep-announced"], "lead")


def test_language_without_a_file_is_english(guide: Guide) -> None:
    other = texts(guide, "xx")
    assert other.place_type_name("prison").language == "en"
    assert other.language == "en"


def test_signed_off_file_says_by_whom(tmp_path: Path) -> None:
    text = HEAD.replace(MACHINE_MADE, "signed off by Salma Haddad on 2026-05-04")
    assert read_locale(write(tmp_path, text)).is_signed_off


def test_text_is_a_string_that_knows_its_language() -> None:
    text = Text("Bonjour", "fr")
    assert text == "Bonjour"
    assert isinstance(text, str)
    assert text.language == "fr"


@pytest.mark.parametrize("language", [path.stem for path in sorted((DATA / "locales").glob("*.yaml"))])
def test_core_form_and_labels_are_translated(guide: Guide, language: str) -> None:
    words = texts(guide, language)
    assert words.language == language
    shown = [words.rating(code) for code in guide.ratings] + [words.source(each) for each in guide.evidence_sources]
    for item in guide.items.values():
        shown += [words.choice(item, choice.id) for choice in item.choices]
        if item.table:
            shown += [words.row(item, row.id) for row in item.table.rows]
            shown += [words.column(item, column.id) for column in item.table.columns]
        if item.is_core:
            shown += [words.question(item), words.guidance(item)]
    assert [text for text in shown if text.language != language] == []


def test_languages_are_english_and_those_with_a_file() -> None:
    assert interface_languages() == ("en", "ar", "fr")


FAULTS = [
    ("language: de", 1, "the language 'de' should be a code such as 'fr', the same as the name of the file"),
    ("status: perfect", 2, "the status should be"),
    ("status: signed off by Salma Haddad", 2, "the status should be"),
    ("guide_version: 9.0.0", 3, "there is no version of the guide '9.0.0'"),
    ("colour: red", 4, "the key 'colour' is unknown here"),
    ("ratings: {good: {label: Bien}}", 4, "the guide has no 'good' among its ratings"),
    ("ratings: {meets: {text: Bien}}", 4, "the key 'text' is unknown here"),
    ("sources: {hearsay: Rumeur}", 4, "the guide has no 'hearsay' among its sources"),
    ("sensitivity: {secret: {name: Secret}}", 4, "the guide has no 'secret' among its sensitivity"),
    ("sections: {weather: {name: Temps}}", 4, "the guide has no 'weather' among its sections"),
    ("topics:\n  weather: {name: Temps}", 5, "the guide has no 'weather' among its topics"),
    ("place_types: {castle: {name: Château}}", 4, "the guide has no 'castle' among its place_types"),
    ("items:\n  no-such-item:\n    question: Quoi ?", 6, "the guide has no 'no-such-item' among its items"),
    ("items:\n  prep-risk:\n    questions: Quoi ?", 6, "the key 'questions' is unknown here"),
    ("items:\n  prep-risk:\n    question: ''", 6, "a text is expected here"),
    ("items:\n  prep-risk:\n    unit: m2", 6, "item 'prep-risk' has no unit"),
    (
        "items:\n  prep-announced:\n    choices: {x: Non}",
        6,
        "the guide has no 'x' among its choices of 'prep-announced'",
    ),
    ("items:\n  prep-team:\n    rows: {x: Non}", 6, "the guide has no 'x' among its rows of 'prep-team'"),
    ("items:\n  prep-team:\n    columns: {x: Non}", 6, "the guide has no 'x' among its columns of 'prep-team'"),
    ("items:\n  space-single:\n    benchmarks: [Un]", 6, "item 'space-single' has 3 benchmarks"),
    ("items: {prep-risk: {choices: [a]}}", 4, "a mapping of keys and values is expected here"),
]


@pytest.mark.parametrize(("fault", "line", "reason"), FAULTS)
def test_broken_locale_is_told_by_file_and_line(tmp_path: Path, fault: str, line: int, reason: str) -> None:
    key = fault.partition(":")[0]
    head = "".join(fault + "\n" if each.startswith(f"{key}:") else each + "\n" for each in HEAD.splitlines())
    path = write(tmp_path, head if fault in head else head + fault + "\n")
    with pytest.raises(BrokenGuide) as raised:
        read_locale(path)
    assert str(raised.value).startswith(f"locales/fr.yaml, line {line}: ")
    assert reason in raised.value.reason


def test_start_stops_when_a_locale_is_broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    verify()
    write(tmp_path, HEAD + "items: {nothing-of-ours: {question: Quoi ?}}\n")
    monkeypatch.setattr(texts_module, "_LOCALES", tmp_path / "locales")
    texts_module._locales.cache_clear()
    try:
        with pytest.raises(BrokenGuide, match=r"locales/fr\.yaml, line 4: the guide has no 'nothing-of-ours'"):
            verify()
    finally:
        texts_module._locales.cache_clear()
        texts.cache_clear()
