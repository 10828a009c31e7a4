"""The language of a page: chosen, else the person's, else the browser's, else English."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask, g
from flask_babel import gettext

from monitor.web.locale import (
    UnknownLanguage,
    available_languages,
    choose_language,
    select_time_zone,
    text_direction,
    translation_status,
)
from tests.web.conftest import Maker

TRANSLATORS = {"ar": "machine-made, to be checked by a speaker", "fr": "Camille Roussel <camille@example.org>"}


@pytest.fixture
def sample(make_sample: Maker, tmp_path: Path) -> Flask:
    for language, word in (("ar", "القائمة"), ("fr", "Menu principal"), ("pt_BR", "Cardápio")):
        folder = tmp_path / "translations" / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        catalog = Catalog(locale=language, last_translator=TRANSLATORS.get(language))
        catalog.add("Menu", word)
        with (folder / "messages.mo").open("wb") as file:
            write_mo(file, catalog)
    return make_sample(BABEL_TRANSLATION_DIRECTORIES=str(tmp_path / "translations"))


def test_languages_are_english_and_the_folders(sample: Flask) -> None:
    with sample.app_context():
        assert available_languages() == {
            "ar": "العربية",
            "en": "English",
            "fr": "Français",
            "pt_BR": "Português (Brasil)",
        }


@pytest.mark.parametrize(
    ("accepted", "language", "direction"),
    [
        ("fr-CA,fr;q=0.9", "fr", "ltr"),
        ("ar", "ar", "rtl"),
        ("pt-BR", "pt-BR", "ltr"),
        ("xx,ar;q=0.5,fr;q=0.4", "ar", "rtl"),
        ("xx", "en", "ltr"),
        ("", "en", "ltr"),
    ],
)
def test_the_browsers_wish_counts_when_nothing_was_chosen(
    sample: Flask, accepted: str, language: str, direction: str
) -> None:
    page = sample.test_client().get("/", headers={"Accept-Language": accepted}).text
    assert f'<html lang="{language}" dir="{direction}">' in page


def test_the_persons_language_goes_before_the_browsers(sample: Flask) -> None:
    sample.extensions["clock"].person.language = "ar"
    assert '<html lang="ar"' in sample.test_client().get("/", headers={"Accept-Language": "fr"}).text


def test_the_choice_goes_before_both_and_stays(sample: Flask) -> None:
    sample.extensions["clock"].person.language = "ar"
    client = sample.test_client()
    client.post("/language", data={"language": "fr"})
    for _ in range(2):
        assert "Menu principal" in client.get("/", headers={"Accept-Language": "ar"}).text


def test_an_unknown_language_is_refused(sample: Flask) -> None:
    with sample.test_request_context(), pytest.raises(UnknownLanguage):
        choose_language("xx")


def test_a_choice_counts_within_the_same_request(sample: Flask) -> None:
    with sample.test_request_context():
        assert gettext("Menu") == "Menu"
        choose_language("ar")
        assert (gettext("Menu"), text_direction()) == ("القائمة", "rtl")


def test_right_to_left_pages_use_the_right_to_left_styles(sample: Flask) -> None:
    client = sample.test_client()
    assert "bootstrap.rtl.min.css" in client.get("/", headers={"Accept-Language": "ar"}).text
    assert "bootstrap.rtl.min.css" not in client.get("/", headers={"Accept-Language": "fr"}).text


def test_outside_a_request_the_language_is_english(sample: Flask) -> None:
    with sample.app_context():
        assert gettext("Menu") == "Menu"


def test_the_time_zone_is_the_mechanisms_or_utc(sample: Flask) -> None:
    with sample.test_request_context():
        assert select_time_zone() == "UTC"
        sample.preprocess_request()
        assert select_time_zone() == "Europe/Oslo"
        g.mechanism = None
        assert select_time_zone() == "UTC"


def test_a_language_is_machine_made_until_a_speaker_signs_it(sample: Flask) -> None:
    with sample.test_request_context():
        statuses = [translation_status(language) for language in ("ar", "en", "fr", "pt-BR")]
    assert statuses == ["machine-made", "checked", "checked", "checked"]


def test_the_status_is_that_of_the_page_when_no_language_is_given(sample: Flask) -> None:
    with sample.test_request_context(headers={"Accept-Language": "ar"}):
        assert translation_status() == "machine-made"
    with sample.test_request_context(headers={"Accept-Language": "fr"}):
        assert translation_status() == "checked"
