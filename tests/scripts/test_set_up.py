import subprocess
import sys
from pathlib import Path

import pytest

from scripts import set_up


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that a step would have run."""
    made: list[list[str]] = []
    monkeypatch.setattr(set_up, "run", lambda command, **_: made.append(command))
    return made


@pytest.fixture
def missing_pango() -> list[set_up.Need]:
    return [
        set_up.Need("Pango", ("libpango-1.0-0", "libpangoft2-1.0-0"), lambda: False),
        set_up.Need("fonts", ("fonts-noto-core",), lambda: True),
    ]


def test_nothing_is_installed_when_nothing_is_missing(calls: list[list[str]]) -> None:
    set_up.bring_system_packages([set_up.Need("fonts", ("fonts-noto-core",), lambda: True)])
    assert calls == []


def test_only_what_is_missing_is_installed_when_no_question_is_needed(
    calls: list[list[str]], missing_pango: list[set_up.Need], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(set_up, "way_to_root", lambda: ["sudo", "-n"])
    set_up.bring_system_packages(missing_pango)
    update, install = (" ".join(command) for command in calls)
    assert update.startswith("sudo -n env DEBIAN_FRONTEND=noninteractive apt-get update")
    assert "libpango-1.0-0 libpangoft2-1.0-0" in install
    assert "fonts-noto-core" not in install


def test_the_exact_command_is_named_when_installing_would_ask(
    calls: list[list[str]], missing_pango: list[set_up.Need], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(set_up, "way_to_root", lambda: None)
    with pytest.raises(set_up.CannotSetUp) as error:
        set_up.bring_system_packages(missing_pango)
    command = "sudo apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0"
    assert str(error.value).endswith(command)
    assert calls == []


def test_a_missing_library_or_font_is_noticed() -> None:
    assert set_up.has_library("libc.so.6")
    assert not set_up.has_library("libpango-0.0.so.0")
    assert not set_up.has_fonts(["Noto Sans", "Sans of Nowhere"])


def test_packages_are_installed_again_only_when_the_lock_changed(
    calls: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / "requirements" / "base.txt"
    lock.parent.mkdir()
    monkeypatch.setattr(set_up, "ROOT", tmp_path)
    monkeypatch.setattr(set_up, "STAMPS", tmp_path / "stamps")
    for content in ("flask==3.1.3", "flask==3.1.3", "flask==3.1.4"):
        lock.write_text(content)
        set_up.install_python_packages("base")
    assert len(calls) == 2
    assert all("--require-hashes" in command for command in calls)


def test_packages_are_installed_again_when_the_last_try_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "base.txt").write_text("flask==3.1.3")
    monkeypatch.setattr(set_up, "ROOT", tmp_path)
    monkeypatch.setattr(set_up, "STAMPS", tmp_path / "stamps")
    monkeypatch.setattr(set_up, "PYTHON", Path("/bin/false"))
    for _ in range(2):
        with pytest.raises(set_up.CannotSetUp, match="pip install"):
            set_up.install_python_packages("base")


def test_translations_are_compiled_when_a_catalogue_is_newer(
    calls: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = tmp_path / "fr" / "LC_MESSAGES" / "messages.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.touch()
    monkeypatch.setattr(set_up, "TRANSLATIONS", tmp_path)
    set_up.compile_translations()
    assert len(calls) == 1
    catalogue.with_suffix(".mo").touch()
    set_up.compile_translations()
    assert len(calls) == 1


def test_the_script_says_how_to_call_it_when_the_purpose_is_unknown() -> None:
    done = subprocess.run(
        [sys.executable, set_up.__file__, "fly"], capture_output=True, text=True, check=False, timeout=30
    )
    assert done.returncode == 1
    assert "run|test" in done.stderr
