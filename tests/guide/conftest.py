"""A small guide that tests can break, and the real one."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

from monitor.guide.catalogue import Guide
from monitor.guide.loading import get_guide

SMALL_GUIDE = Path(__file__).parent / "small_guide" / "1.0.0"
Edit = Callable[[str, str, str], str]


@pytest.fixture(scope="session")
def guide() -> Guide:
    return get_guide()


@pytest.fixture
def small_guide(tmp_path: Path) -> Path:
    return Path(copytree(SMALL_GUIDE, tmp_path / "1.0.0"))


@pytest.fixture
def edit(small_guide: Path) -> Edit:
    """Replace the first occurrence of a text in one file of the small guide; gives the new content."""

    def replace(file: str, old: str, new: str) -> str:
        path = small_guide / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        text = text.replace(old, new, 1)
        path.write_text(text, encoding="utf-8")
        return text

    return replace
