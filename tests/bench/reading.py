"""How fast files are taken in: the guide at every start, and places whose names begin alike."""

from collections.abc import Iterator
from typing import Final

import yaml

from monitor.guide.loading import DATA, available_versions, load_guide
from monitor.places.operations import CodeMaker
from tests.bench.measure import Row, in_turns

ROUNDS: Final = 5
NAMES: Final = 50_000


def rows() -> Iterator[Row]:
    """Load the guide against reading its YAML alone, and make codes of one name against codes of many."""
    folder = DATA / available_versions()[-1]
    files = [path.read_bytes() for path in sorted(folder.glob("*.yaml"))]
    loaded, parsed = in_turns(
        lambda: load_guide(folder), lambda: [yaml.load(file, yaml.CSafeLoader) for file in files], ROUNDS
    )
    yield Row("the guide loaded and checked, against its YAML read", loaded * 1000, parsed * 1000, "ms", "2 or less")
    alike, apart = in_turns(
        lambda: _codes("Federal correctional institution" for _number in range(NAMES)),
        lambda: _codes(f"{number} correctional institution" for number in range(NAMES)),
        ROUNDS,
    )
    yield Row(f"codes of {NAMES} places named alike, against as many named apart", alike, apart, "s", "2 or less")


def _codes(names: Iterator[str]) -> list[str]:
    codes = CodeMaker(())
    return [codes.make(name) for name in names]
