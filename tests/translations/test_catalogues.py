"""Each language says everything, and says it whole; each check is also shown a catalogue that it must refuse."""

import pytest
from babel.messages.catalog import Catalog

from monitor.guide.loading import DATA
from monitor.guide.locale_files import read_locale
from tests.translations import checks
from tests.translations.conftest import LANGUAGES

PLACES = ("%(num)s place", "%(num)s places")
ARABIC_RULE = "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5)"


def small(language: str, rule: tuple[int, str] | None = None) -> Catalog:
    """A catalogue without messages; `rule` as its header would give it."""
    made = Catalog(locale=language, last_translator=checks.UNSIGNED)
    if rule:
        header = f"nplurals={rule[0]}; plural={rule[1]}"
        made.mime_headers = [("Plural-Forms", header)]
    return made


def test_there_are_french_and_arabic() -> None:
    assert {"ar", "fr"} <= set(LANGUAGES)


def test_every_message_is_translated(catalogue: Catalog) -> None:
    assert checks.unfinished(catalogue) == []


def test_missing_guessed_and_half_plural_messages_are_found() -> None:
    wrong = small("fr")
    wrong.add("Close")
    wrong.add("Open", "Ouvrir", flags=["fuzzy"])
    wrong.add(PLACES, ("%(num)s lieu", ""))
    wrong.add("Visits", "Visites")
    assert checks.unfinished(wrong) == ["Close", "Open", "%(num)s place"]


def test_the_catalogue_is_up_to_date(template: Catalog, catalogue: Catalog) -> None:
    missing, left_over = checks.not_in(template, catalogue), checks.not_in(catalogue, template)
    assert (missing, left_over) == (set(), set()), "run `make translations`, then translate what came"


def test_a_message_of_the_code_alone_is_found(template: Catalog) -> None:
    old = small("fr")
    for message in checks.messages(template):
        if message.id != "Save":
            old.add(message.id, context=message.context)
    assert checks.not_in(template, old) == {(None, ("Save",))}
    assert checks.not_in(old, template) == set()


def test_the_same_words_with_another_context_are_another_message() -> None:
    one, other = small("fr"), small("fr")
    one.add("Monitor", "Membre d’équipe", context="role")
    other.add("Monitor", "Monitor")
    assert checks.not_in(one, other) == {("role", ("Monitor",))}


def test_the_plural_rule_is_that_of_the_language(catalogue: Catalog) -> None:
    assert checks.wrong_plural_rule(catalogue) == []


@pytest.mark.parametrize(
    ("language", "rule", "first_wrong"),
    [("fr", (2, "n != 1"), 1), ("ar", (2, "n != 1"), 2), ("ar", (6, ARABIC_RULE.replace(">=11", ">=12")), 12)],
)
def test_the_plural_rule_of_another_language_is_found(language: str, rule: tuple[int, str], first_wrong: int) -> None:
    assert checks.wrong_plural_rule(small(language, rule))[0] == first_wrong


def test_every_plural_has_all_its_forms(catalogue: Catalog) -> None:
    assert checks.wrong_plural_count(catalogue) == []


def test_a_plural_with_too_few_forms_is_found() -> None:
    wrong = small("ar", (6, ARABIC_RULE))
    wrong.add(PLACES, ("مكان", "أماكن"))
    assert checks.wrong_plural_count(wrong) == ["%(num)s place"]


def test_placeholders_are_those_of_the_message(catalogue: Catalog) -> None:
    assert checks.wrong_placeholders(catalogue) == []


def test_lost_misspelt_and_invented_placeholders_are_found() -> None:
    wrong = small("fr", (2, "(n > 1)"))
    wrong.add("Logo of %(name)s", "Logo")
    wrong.add("Rename %(name)s", "Renommer %(nom)s")
    wrong.add("Made of {place} and {year}", "Composé de {place}")
    wrong.add("Save", "Enregistrer %(name)s")
    wrong.add(PLACES, ("un lieu", "%(num)s lieux"))  # in French, the singular stands for none too
    assert len(checks.wrong_placeholders(wrong)) == 5


def test_a_form_of_one_number_alone_may_spell_it_out() -> None:
    arabic = small("ar", (6, ARABIC_RULE))
    arabic.add(PLACES, ("لا أماكن", "مكان واحد", "مكانان", "%(num)s أماكن", "%(num)s مكاناً", "مكان"))
    assert checks.wrong_placeholders(arabic) == ["مكان"]


def test_nothing_is_left_in_english(catalogue: Catalog) -> None:
    assert checks.left_in_english(catalogue) == []


@pytest.mark.parametrize(("language", "text"), [("fr", "Save the place"), ("ar", "Save"), ("ar", "حفظ the مكان")])
def test_english_words_are_found(language: str, text: str) -> None:
    wrong = small(language)
    wrong.add("Save the place", text)
    assert checks.left_in_english(wrong) == [text]


@pytest.mark.parametrize("catalogue", ["fr"], indirect=True)
def test_french_spaces_and_apostrophes_are_the_typographic_ones(catalogue: Catalog) -> None:
    assert checks.french_slips(catalogue) == []


@pytest.mark.parametrize("text", ["Annoncée ?", "Annoncée?", "L'accès", "« Aucun\u00a0»", "%(fact)s : vide"])
def test_french_slips_are_found(text: str) -> None:
    wrong = small("fr")
    wrong.add("Announced?", text)
    assert checks.french_slips(wrong) == [text]


@pytest.mark.parametrize("catalogue", checks.NUMBERED, indirect=True)
def test_numbers_stay_on_the_line_of_what_they_count(catalogue: Catalog) -> None:
    language = str(catalogue.locale)
    said = [text for message in checks.messages(catalogue) for text in checks.forms(message)]
    guide = read_locale(DATA / "locales" / f"{language}.yaml").texts.values()
    assert checks.loose_numbers(language, [*said, *guide]) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "OPCAT, article 22"), ("fr", "Page %(page)s"), ("fr", "4\u00a0à 9"),
        ("fr", "4 et 19"), ("fr", "sous 14 jours"), ("fr", "%(num)s jours"), ("fr", "Loi n° 12"),
        ("ar", "المادة 22"), ("ar", "من 18 إلى 24"),
    ],
)  # fmt: skip
def test_numbers_that_can_be_torn_off_are_found(language: str, text: str) -> None:
    assert checks.loose_numbers(language, [text]) == [text]


def test_the_header_says_who_answers_for_it(catalogue: Catalog) -> None:
    assert checks.has_status(catalogue)


@pytest.mark.parametrize(
    ("translator", "is_fine"),
    [
        ("FULL NAME <EMAIL@ADDRESS>", False),
        ("", False),
        ("machine", False),
        ("Camille Roussel <camille@example.org>", True),
        (checks.UNSIGNED, True),
    ],
)
def test_a_header_without_a_status_is_found(translator: str, is_fine: bool) -> None:
    catalogue = small("fr")
    catalogue.last_translator = translator
    assert checks.has_status(catalogue) == is_fine
