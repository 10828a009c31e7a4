"""Reading JSON that others wrote: everything that is wrong is named, nothing is guessed, nothing stops the server."""

import json
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any, Final

from monitor.guide.plain_text import check_text
from monitor.guide.problems import TEXT_CAP, UnfitAnswer

LARGEST_FILE: Final = 5 * 1024 * 1024
MOST_PROBLEMS: Final = 500
LONGEST_SHOWN: Final = 80
"""Most characters of a wrong value in a sentence about it."""


class UnfitDocument(ValueError):
    """A document that cannot be taken; `problems` are sentences that name the place in the document."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


def read_json(raw: bytes) -> Any:
    """Return the data in UTF-8 JSON of at most LARGEST_FILE bytes. Raises UnfitDocument.

    Refused besides what is not JSON: NaN and infinity, numbers of thousands of digits, and a key that stands twice.
    """
    if len(raw) > LARGEST_FILE:
        raise UnfitDocument([f"the file is larger than {LARGEST_FILE // 1024 // 1024} MB"])
    try:
        return json.loads(raw.decode("utf-8-sig"), parse_constant=_no_constant, object_pairs_hook=_once_each)
    except UnicodeDecodeError as error:
        raise UnfitDocument([f"the file is not UTF-8 text (byte {error.start + 1})"]) from error
    except json.JSONDecodeError as error:
        raise UnfitDocument([f"line {error.lineno}: not JSON: {error.msg}"]) from error
    except RecursionError as error:
        raise UnfitDocument(["the file is nested too deeply"]) from error
    except UnfitDocument:
        raise
    except ValueError as error:  # Python reads no whole number of more than 4,300 digits
        raise UnfitDocument(["a number in the file has too many digits"]) from error


def _no_constant(name: str) -> float:
    raise UnfitDocument([f"{name} is not a number"])


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        ((double, _count),) = Counter(name for name, _ in pairs).most_common(1)
        raise UnfitDocument([f"key {shown(double)} stands twice in one object"])
    return found


def shown(value: object) -> str:
    """Return a wrong value as a sentence can hold it: quoted, short, and with half characters spelt out."""
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


class Problems:
    """Collects what is wrong, so that one reading names everything (of a hopeless document, the first 500 things)."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def need(self, is_right: object, sentence: str) -> bool:
        """Note the sentence unless it is right; say whether it is."""
        if not is_right:
            self.found.append(sentence)
            if len(self.found) >= MOST_PROBLEMS:
                self.found.append("and more")
                self.raise_if_any()
        return bool(is_right)

    def need_keys(self, value: object, keys: Iterable[str], where: str, *, optional: Collection[str] = ()) -> bool:
        """Note every missing and unknown key of an object; `optional` ones may be missing."""
        if not isinstance(value, dict):
            return self.need(False, f"{where} must be an object")
        wanted = list(keys)
        missing = [key for key in wanted if key not in value]
        unknown = [shown(key) for key in value if key not in wanted and key not in optional]
        ok = self.need(not missing, f"{where}: {', '.join(missing)} missing")
        return self.need(not unknown, f"{where}: unknown key {', '.join(unknown[:10])}") and ok

    def need_text(self, value: object, where: str, *, longest: int = TEXT_CAP, may_be_empty: bool = False) -> bool:
        """Note what keeps a value from being a text without white space around it, and without control characters."""
        if not isinstance(value, str):
            return self.need(False, f"{where} must be text")
        try:
            check_text(value)
        except UnfitAnswer as problem:
            return self.need(False, f"{where}: {problem.message()}")
        fits = self.need(len(value) <= longest, f"{where} has {len(value)} characters, {longest} fit")
        return self.need(value or may_be_empty, f"{where} is empty") and fits

    def raise_if_any(self) -> None:
        """Raise UnfitDocument with everything noted."""
        if self.found:
            raise UnfitDocument(self.found)
