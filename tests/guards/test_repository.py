"""What the repository must not hold: the name of a host or of a machine, an unlocked package, an unsafe version."""

import ast
import json
import re
import subprocess
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path

import pytest
from packaging.version import Version

from monitor.config import ROOT

# A lock file works with any mirror only while nothing names the host that a package came from.
REGISTRY_HOSTS = tuple(
    ".".join(labels)
    for labels in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
    )
)
SOMEBODYS_HOME = r"(?<![\w.])/(?:home/\w+|Users/\w+|root)/"

# Older ones have a known hole, or lose data.
FLOORS = {
    "cryptography": "50",  # HPKE and Argon2id
    "flask": "3.1.3",  # CVE-2026-27205: Vary: Cookie missing for some reads of the session
    "pysqlite3": "0.6.1",  # brings SQLite 3.51.3 or newer, without the WAL-reset bug
    "weasyprint": "70",  # CVE-2026-55073: a fetcher that refuses was passed by for stylesheets
}
PIN = re.compile(r"^([a-z0-9-]+)==([^\s;\\]+)((?:.*\\\n)*.*)$", re.MULTILINE)


def tracked_texts() -> dict[str, str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    return {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8", errors="replace")
        for path in paths
        if path.is_file()
    }


def places_named(texts: Mapping[str, str], folders: Iterable[Path]) -> list[str]:
    """Return `file:line: found` for each registry host and each path of one machine in these texts."""
    wanted = [re.escape(host) for host in REGISTRY_HOSTS] + [re.escape(str(folder)) + r"\b" for folder in folders]
    pattern = re.compile("|".join([*wanted, SOMEBODYS_HOME]))
    return [
        f"{name}:{text.count(chr(10), 0, found.start()) + 1}: {found.group()}"
        for name, text in texts.items()
        for found in pattern.finditer(text)
    ]


def pins_in(text: str) -> dict[str, str]:
    return {found[1]: found[2] for found in PIN.finditer(text)}


def pins_without_hash(text: str) -> list[str]:
    return [found[1] for found in PIN.finditer(text) if "--hash=sha256:" not in found[3]]


def below_floor(versions: Mapping[str, str]) -> list[str]:
    return [name for name, floor in FLOORS.items() if Version(versions.get(name, "0")) < Version(floor)]


def lock_entries_without_hash(lock: Mapping[str, Mapping[str, Mapping[str, str]]]) -> list[str]:
    return [name for name, entry in lock["packages"].items() if name and not entry.get("integrity")]


def test_no_file_names_a_registry_or_a_machine() -> None:
    assert places_named(tracked_texts(), [ROOT]) == []


@pytest.mark.parametrize("host", REGISTRY_HOSTS)
def test_a_registry_is_found_when_a_file_names_it(host: str) -> None:
    text = f"flask==3.1.3\n--index-url https://{host}/simple\n"
    assert places_named({"base.txt": text}, []) == [f"base.txt:2: {host}"]


@pytest.mark.parametrize("folder", ["/" + "home/amina/m", "/" + "Users/amina/m", "/" + "root/m", "/srv/checkout/m"])
def test_a_machine_is_found_when_a_file_names_its_folder(folder: str) -> None:
    assert places_named({"notes.md": f"see {folder}/db.py"}, [Path("/srv/checkout")])
    assert not places_named({"notes.md": "see /places/home/new and tests/root/x"}, [Path("/srv/checkout")])


@pytest.mark.parametrize("name", ["base.txt", "node.txt", "test.txt"])
def test_every_python_package_is_pinned_with_a_hash(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text()
    assert pins_in(text)
    assert len(re.findall(r"^[a-z0-9]", text, re.MULTILINE)) == len(pins_in(text))
    assert pins_without_hash(text) == []


def test_a_pin_is_named_when_it_has_no_hash() -> None:
    text = "flask==3.1.3\nhuey==3.5.4 \\\n    --hash=sha256:00\n"
    assert pins_in(text) == {"flask": "3.1.3", "huey": "3.5.4"}
    assert pins_without_hash(text) == ["flask"]


def test_tests_run_on_the_versions_that_people_run() -> None:
    base, test = (pins_in((ROOT / "requirements" / name).read_text()) for name in ("base.txt", "test.txt"))
    assert base.items() <= test.items()


def test_no_package_is_below_its_floor() -> None:
    assert below_floor(pins_in((ROOT / "requirements" / "base.txt").read_text())) == []


@pytest.mark.parametrize("name", FLOORS)
def test_no_installed_package_is_below_its_floor(name: str) -> None:
    try:
        installed = version(name)
    except PackageNotFoundError:
        assert name == "pysqlite3", "only this one is left out, on machines it has no wheel for"
    else:
        assert Version(installed) >= Version(FLOORS[name])


@pytest.mark.parametrize(("name", "older"), [("flask", "3.1.2"), ("weasyprint", "68.1"), ("cryptography", "49.0.9")])
def test_a_package_is_named_when_it_is_below_its_floor(name: str, older: str) -> None:
    assert below_floor(FLOORS | {name: older}) == [name]


def test_every_front_end_package_is_locked_with_a_hash() -> None:
    assert lock_entries_without_hash(json.loads((ROOT / "package-lock.json").read_text())) == []


def test_a_front_end_package_is_named_when_it_has_no_hash() -> None:
    assert lock_entries_without_hash({"packages": {"": {}, "node_modules/x": {"version": "1"}}}) == ["node_modules/x"]


def test_continuous_integration_runs_make_test() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert script.read_text().splitlines()[-1] == "exec make test"


def imported(folder: Path) -> set[str]:
    """Return the first names of everything that the code in a folder imports."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in folder.rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    named = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return {name.partition(".")[0] for name in plain | named}


def unlocked(names: set[str], lock: str) -> set[str]:
    """Return the names that come from a package which this lock does not have."""
    locked = set(re.findall(r"^([\w.-]+)==", lock, re.MULTILINE))
    packages_of = packages_distributions()
    owners = {name: packages_of.get(name, []) for name in names}
    return {
        name for name, packages in owners.items()
        if packages and not {re.sub(r"[-_.]+", "-", each).lower() for each in packages} & locked
    }  # fmt: skip


def test_what_the_application_imports_is_installed_where_it_only_runs() -> None:
    lock = (ROOT / "requirements" / "base.txt").read_text(encoding="utf-8")
    assert unlocked(imported(ROOT / "monitor"), lock) == set()


def test_a_package_of_the_tests_alone_is_named_when_the_application_imports_it(tmp_path: Path) -> None:
    (tmp_path / "some.py").write_text("import pytest\nfrom flask import g\n", encoding="utf-8")
    assert unlocked(imported(tmp_path), "flask==3.1.3 \\\n") == {"pytest"}
