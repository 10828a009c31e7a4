"""The catalogues: what the code says now, and each translation of it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from monitor.config import ROOT

TRANSLATIONS = ROOT / "monitor" / "translations"
LANGUAGES = sorted(path.parent.parent.name for path in TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))


def read_catalogue(path: Path, language: str | None = None) -> Catalog:
    """Read a catalogue from its file."""
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Every string of code and templates as they are now, found as `make translations` finds them."""
    target = tmp_path_factory.mktemp("template") / "messages.pot"
    keywords = re.findall(r"--keywords \S+", (ROOT / "Makefile").read_text(encoding="utf-8"))
    options = [*" ".join(keywords).split(), "--mapping-file", "pyproject.toml", "--output-file", str(target)]
    command = [sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract", *options, "monitor", "templates"]
    subprocess.run(command, cwd=ROOT, check=True)
    return read_catalogue(target)


@pytest.fixture(params=LANGUAGES)
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    """A translation, each language in turn."""
    return read_catalogue(TRANSLATIONS / request.param / "LC_MESSAGES" / "messages.po", request.param)
