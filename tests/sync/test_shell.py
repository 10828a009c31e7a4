"""The page that works without a network: static, whole, and the same for everybody."""

import json
import re
import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from monitor.accounts.models import User
from monitor.guide.loading import get_guide
from monitor.sync.views import shell
from monitor.visits.models import Visit
from tests.client import Browser

VERSION = get_guide().version
OPEN = f"/offline/en/{VERSION}"


@pytest.fixture
def nobody(app: Flask) -> FlaskClient:
    """Somebody who is not signed in."""
    return app.test_client()


def test_page_holds_every_question_of_the_guide_and_no_session(nobody: FlaskClient) -> None:
    answer = nobody.get(OPEN)
    page = BeautifulSoup(answer.text, "html.parser")
    assert {each["data-item"] for each in page.select("fieldset[data-item]")} == set(get_guide().items)
    assert "Set-Cookie" not in answer.headers
    assert page.find("meta", {"name": "csrf-token"})["content"] == ""  # type: ignore[index]


def test_page_is_the_same_for_somebody_signed_in(nobody: FlaskClient, web: Browser, coordinator: User) -> None:
    web.sign_in(coordinator)
    assert web.ask(OPEN).text == nobody.get(OPEN).text


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("fr", "ltr"), ("ar", "rtl")])
def test_page_speaks_its_language_whatever_the_reader_asked(nobody: FlaskClient, language: str, direction: str) -> None:
    answer = nobody.get(f"/offline/{language}/{VERSION}", headers={"Accept-Language": "de"})
    assert f'<html lang="{language}" dir="{direction}">' in answer.text


@pytest.mark.parametrize("path", [f"/offline/xx/{VERSION}", "/offline/en/0.0.1", "/offline/en/%2e%2e"])
def test_other_pages_are_not_there(nobody: FlaskClient, path: str) -> None:
    assert nobody.get(path).status_code == 404


def test_the_bare_address_leads_to_the_newest_page(nobody: FlaskClient) -> None:
    assert nobody.get("/offline").headers["Location"] == OPEN


def test_every_file_that_the_worker_keeps_is_there(nobody: FlaskClient) -> None:
    files = kept(nobody)
    assert len(files) > 20
    assert {path: read(nobody, path)[0] for path in files} == dict.fromkeys(files, 200)


def test_everything_that_the_page_loads_is_kept(nobody: FlaskClient) -> None:
    page = BeautifulSoup(nobody.get(OPEN).text, "html.parser")
    asked = {link["href"] for link in page.select("link[href]")} | {script["src"] for script in page.select("script")}
    modules = [path for path in kept(nobody) if path.endswith(".js")]
    for path in modules:
        found = re.findall(r'from "(\.[^"]+)"', read(nobody, path)[1])
        folder = path.rsplit("/", 1)[0]
        asked |= {_joined(folder, name) for name in found}
    assert asked <= set(kept(nobody)), asked - set(kept(nobody))


def test_the_worker_changes_with_what_it_keeps(nobody: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    before = nobody.get("/worker.js").text
    assert nobody.get("/worker.js").text == before
    monkeypatch.setattr(shell, "shell_html", lambda language, version: "another page")
    assert nobody.get("/worker.js").text != before


@pytest.mark.parametrize("name", ["js/offline/visits.js", "js/requests.js", "css/offline.css"])
def test_the_worker_changes_with_what_a_file_says(
    nobody: FlaskClient, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    before = nobody.get("/worker.js").text
    copy = tmp_path / "static"
    shutil.copytree(app.static_folder or "", copy)
    monkeypatch.setattr(shell, "_static", lambda wanted: copy / wanted)
    assert nobody.get("/worker.js").text == before
    with (copy / name).open("a") as file:
        file.write("\n")
    assert nobody.get("/worker.js").text != before


def test_manifest_names_the_page(nobody: FlaskClient) -> None:
    manifest = json.loads(nobody.get("/manifest.webmanifest").text)
    assert nobody.get(manifest["start_url"]).headers["Location"] == OPEN
    assert read(nobody, manifest["icons"][0]["src"])[0] == 200


def test_page_of_a_visit_leads_there_in_the_language_of_the_visit(web: Browser, visit: Visit, leader: User) -> None:
    web.sign_in(leader)
    page = web.get(f"/visits/{visit.id}")
    assert page.find("a", href=f"{OPEN}#take/{visit.id}") is not None


def read(nobody: FlaskClient, path: str) -> tuple[int, str]:
    with nobody.get(path) as answer:
        return answer.status_code, answer.text


def kept(nobody: FlaskClient) -> list[str]:
    found = re.search(r"const FILES = (\[.*\]);", nobody.get("/worker.js").text)
    assert found
    files: list[str] = json.loads(found[1])
    return files


def _joined(folder: str, name: str) -> str:
    parts = folder.split("/")
    for step in name.split("/"):
        if step == "..":
            parts.pop()
        elif step != ".":
            parts.append(step)
    return "/".join(parts)
