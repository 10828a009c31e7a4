"""Imports go downwards only, and what knows nothing of the web stays so: the contracts of pyproject.toml hold."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.config import ROOT

LINTER = Path(sys.executable).with_name("lint-imports")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Hold the package in this folder against the contracts of its pyproject.toml."""
    return subprocess.run(
        [LINTER, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False, timeout=120,
        env={"PYTHONPATH": str(folder), "PYTHONUTF8": "1"},
    )  # fmt: skip


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package's code and of the contracts."""
    shutil.copytree(
        ROOT / "monitor", tmp_path / "monitor", ignore=shutil.ignore_patterns("data", "translations", "__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout[-3000:]
    assert "0 broken" in result.stdout


@pytest.mark.parametrize(
    ("module", "line", "sentence"),
    [
        ("places/models.py", "import monitor.visits.models", "monitor.places is not allowed to import monitor.visits"),
        ("web/csrf.py", "import monitor.accounts.models", "monitor.web is not allowed to import monitor.accounts"),
        ("visits/operations.py", "import flask", "monitor.visits.operations is not allowed to import flask"),
        ("places/queries.py", "import monitor.places.forms", "is not allowed to import monitor.places.forms"),
        ("weather/__init__.py", "", "monitor.weather"),
    ],
    ids=["upwards", "the web knows no people", "flask in an operation", "a form in a query", "a room without a place"],
)
def test_a_broken_contract_is_noticed(module: str, line: str, sentence: str, copy: Path) -> None:
    path = copy / "monitor" / module
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    result = lint(copy)
    assert result.returncode == 1
    assert sentence in " ".join(result.stdout.split())
