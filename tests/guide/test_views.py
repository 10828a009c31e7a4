"""The reading pages of the guide, opened by a browser that holds every page against the common rules."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from monitor.access.guard import mark_of
from monitor.access.permissions import Permission
from monitor.guide.catalogue import Guide
from monitor.guide.views import ANSWER_KINDS, REGIONS, bp
from tests.client import Browser
from tests.web.sample import clock, make_sample_app


@pytest.fixture(scope="module")
def guide_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    app = make_sample_app(Path(tmp_path_factory.mktemp("guide")))
    app.register_blueprint(bp)
    app.extensions["languages"] |= {"ar": "العربية", "fr": "français"}
    return app


@pytest.fixture
def reader(guide_app: Flask) -> Iterator[Browser]:
    guide_app.extensions["clock"].person.language = None
    with guide_app.app_context():
        yield Browser(guide_app)


def test_every_page_needs_leave_to_read_the_guide(guide_app: Flask) -> None:
    endpoints = [rule.endpoint for rule in guide_app.url_map.iter_rules() if rule.endpoint.startswith("guide.")]
    assert len(endpoints) == 7
    for endpoint in endpoints:
        mark = mark_of(guide_app, endpoint)
        assert mark is not None
        assert mark.permission is Permission.GUIDE_READ


def test_index_leads_to_every_section_and_type_of_place(reader: Browser, guide: Guide) -> None:
    page = reader.get("/guide")
    links = {str(link.get("href")) for link in page.main.find_all("a")}
    assert {f"/guide/sections/{section.id}" for section in guide.sections} <= links
    assert {f"/guide/place-types/{place_type}" for place_type in guide.place_types} <= links
    assert {"/guide/instruments", "/guide/opcat-articles"} <= links
    row = page.find("a", href="/guide/place-types/prison").find_parent("tr")
    assert [cell.get_text() for cell in row.find_all("td")] == ["203", "42"]


def test_every_page_opens(guide_app: Flask, guide: Guide) -> None:
    paths = [f"sections/{section.id}" for section in guide.sections]
    paths += [f"place-types/{place_type}" for place_type in guide.place_types]
    paths += [f"instruments/{instrument}" for instrument in guide.instruments]
    client = guide_app.test_client()
    assert {client.get(f"/guide/{path}").status_code for path in paths} == {200}


def test_section_shows_each_item_with_all_that_helps(reader: Browser, guide: Guide) -> None:
    kinds: set[str] = set()
    for section in ("phase-preparation", "phase-initial-talk", "material"):
        page = reader.get(f"/guide/sections/{section}")
        for item in guide.section(section).items:
            kinds.add(item.answer)
            text = page.find(id=item.id).get_text(" ", strip=True)
            shown = [item.number, item.question, item.guidance]
            shown += [guide.evidence_sources[source].name for source in item.sources]
            shown += [benchmark.note for benchmark in item.benchmarks]
            shown += [option.label for option in item.choices]
            for citation in item.standards:
                instrument = guide.instruments[citation.instrument]
                shown += [f"{instrument.short_title}, {citation.provision}", guide.provision(citation).subject]
                shown += [f"Written for: {instrument.applies_to}"]
            assert [each for each in shown if each not in text] == []
            verified = [guide.provision(citation).is_verified for citation in item.standards]
            assert text.count("Number verified") == verified.count(True)
            assert text.count("Number not verified: look it up before citing it") == verified.count(False)
    assert kinds == set(ANSWER_KINDS)


def test_benchmark_and_protection_are_said_in_words(reader: Browser) -> None:
    reader.get("/guide/sections/treatment")
    assert "Below 22 hours/day" in reader.main
    assert "At most 15 days" in reader.main
    assert "Stays inside the NPM." in reader.main
    reader.get("/guide/sections/material")
    assert "At least 3.4 m2/person" in reader.main


def test_section_of_a_type_shows_only_what_applies(reader: Browser, guide: Guide) -> None:
    page = reader.get("/guide/place-types/transport/sections/health")
    shown = [article["id"] for article in page.find_all("article")]
    assert shown == [item.id for item in guide.section("health").items if item.applies_to("transport")]
    assert "Only what applies to: Vehicle or escort." in reader.main
    assert page.find("a", rel="next")["href"] == "/guide/place-types/transport/sections/personnel"


def test_type_of_place_has_its_page(reader: Browser, guide: Guide) -> None:
    for place_type in (guide.place_types["prison"], guide.place_types["removal-operation"]):
        page = reader.get(f"/guide/place-types/{place_type.id}")
        assert place_type.description in reader.main
        assert place_type.usual_operators in reader.main
        links = {str(link.get("href")) for link in page.main.find_all("a")}
        assert all(f"/guide/place-types/{place_type.id}/sections/{theme}" in links for theme in place_type.themes)


def test_instrument_has_its_page_and_links_lead_to_provisions(reader: Browser, guide: Guide) -> None:
    listed = reader.get("/guide/instruments")
    assert len({link["href"] for link in listed.main.find_all("a") if "/instruments/" in link["href"]}) == 62
    for instrument in (guide.instruments["opcat"], guide.instruments["cpt-space"]):
        page = reader.get(f"/guide/instruments/{instrument.id}")
        assert instrument.applies_to in reader.main
        for provision in instrument.provisions.values():
            assert provision.subject in page.find(id=provision.anchor).get_text(" ", strip=True)
    page = reader.get("/guide/sections/material")
    link = page.find(id="space-single").find("a", href="/guide/instruments/cpt-space#para-9")
    assert link.get_text() == "CPT living space, para. 9"


def test_articles_are_all_there(reader: Browser, guide: Guide) -> None:
    page = reader.get("/guide/opcat-articles")
    assert len(page.find_all("article")) == 37
    assert all(article.summary in reader.main for article in guide.articles)


@pytest.mark.parametrize(
    "path",
    [
        "/guide/sections/weather",
        "/guide/place-types/castle",
        "/guide/place-types/castle/sections/health",
        "/guide/place-types/prison/sections/police",
        "/guide/instruments/magna-carta",
    ],
)
def test_unknown_page_is_not_found(reader: Browser, path: str) -> None:
    reader.get(path, status=404)


def test_translated_words_are_shown_and_english_ones_are_marked(guide_app: Flask, reader: Browser) -> None:
    with guide_app.app_context():
        clock().person.language = "ar"
    page = reader.get("/guide/sections/material")
    assert page.html["lang"] == "ar"
    assert page.html["dir"] == "rtl"
    item = page.find(id="space-single")
    assert "m2" not in item.h3.get_text()
    assert item.h3.find("bdi") is None
    assert item.find("bdi", lang="en").get_text() == "CPT living space, para. 9"
    assert "تُرجم الدليل آلياً" in reader.main


def test_english_pages_say_nothing_of_translation(reader: Browser) -> None:
    page = reader.get("/guide")
    assert "translated by machine" not in reader.main
    assert page.main.find("bdi", lang="en") is None


def test_every_answer_type_and_region_has_a_label(guide: Guide) -> None:
    assert set(ANSWER_KINDS) == {item.answer for item in guide.items.values()}
    assert set(REGIONS) == {instrument.region for instrument in guide.instruments.values()}
