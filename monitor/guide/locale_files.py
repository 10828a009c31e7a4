"""Reads the translations of the guide, one file per language, and refuses what the guide does not have."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.guide.catalogue import Choice, Guide, Item
from monitor.guide.loading import available_versions, get_guide
from monitor.guide.yaml_files import YamlNode, read_yaml

MACHINE_MADE = "machine-made, to be checked by a speaker"
_SIGNED_OFF = re.compile(r"signed off by (?P<name>\S.*) on (?P<date>\d{4}-\d{2}-\d{2})")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
_PARTS = ("ratings", "sources", "sensitivity", "sections", "topics", "items", "place_types")

TextKey = tuple[str | int, ...]
"""Where a text stands in its file, such as ("items", "prep-team", "rows", "lead")."""


@dataclass(frozen=True, slots=True)
class Locale:
    """The texts of one language; `status` says whether a speaker has signed them off."""

    language: str
    status: str
    texts: Mapping[TextKey, str]

    @property
    def is_signed_off(self) -> bool:
        """Whether a speaker of the language has checked the texts and put a name to them."""
        return self.status != MACHINE_MADE


def read_locale(path: Path) -> Locale:
    """Give the texts of one file; BrokenGuide (file, line, reason) at the first fault."""
    file = read_yaml(path)
    keys = file.fields(("language", "status", "guide_version"), optional=_PARTS)
    language = keys["language"].text()
    keys["language"].need(
        language == path.stem and _LANGUAGE.fullmatch(language),
        f"the language '{language}' should be a code such as 'fr', the same as the name of the file",
    )
    status = keys["status"].text()
    keys["status"].need(
        status == MACHINE_MADE or _SIGNED_OFF.fullmatch(status),
        f"the status should be '{MACHINE_MADE}' or 'signed off by NAME on YEAR-MONTH-DAY'",
    )
    guide = get_guide(keys["guide_version"].one_of(available_versions(), "version of the guide"))
    return Locale(language, status, dict(_texts(keys, guide)))


def _texts(keys: Mapping[str, YamlNode], guide: Guide) -> Iterator[tuple[TextKey, str]]:
    for part, known, fields in (
        ("ratings", guide.ratings, ("label", "meaning")),
        ("sensitivity", guide.sensitivity_levels, ("name", "rule")),
        ("sections", [section.id for section in guide.sections], ("name", "summary")),
        ("topics", guide.topics, ("name", "aim")),
        ("place_types", guide.place_types, ("name", "description")),
    ):
        for node in _known(keys.get(part), known, part):
            yield from _leaves(node.fields((), optional=fields).values())
    yield from _leaves(_known(keys.get("sources"), guide.evidence_sources, "sources"))
    for node in _known(keys.get("items"), guide.items, "items"):
        yield from _item_texts(node, guide.items[str(node.path[-1])])


def _known(node: YamlNode | None, known: Collection[str], part: str) -> Iterator[YamlNode]:
    """Give the values of a mapping whose keys are ids of the guide."""
    for key, value in node.entries() if node and node.value is not None else ():
        value.need(key in known, f"the guide has no '{key}' among its {part}")
        yield value


def _leaves(nodes: Collection[YamlNode] | Iterator[YamlNode]) -> Iterator[tuple[TextKey, str]]:
    for node in nodes:
        if node.value is not None:
            yield node.path, node.text()


def _item_texts(node: YamlNode, item: Item) -> Iterator[tuple[TextKey, str]]:
    keys = node.fields((), optional=("question", "guidance", "unit", "choices", "rows", "columns", "benchmarks"))
    yield from _leaves([keys[key] for key in ("question", "guidance", "unit") if key in keys])
    if "unit" in keys and item.unit is None:
        keys["unit"].need(keys["unit"].value is None, f"item '{item.id}' has no unit")
    for part, options in _options(item).items():
        yield from _leaves(_known(keys.get(part), [option.id for option in options], f"{part} of '{item.id}'"))
    if "benchmarks" in keys:
        notes = list(keys["benchmarks"].elements())
        keys["benchmarks"].need(
            len(notes) == len(item.benchmarks), f"item '{item.id}' has {len(item.benchmarks)} benchmarks"
        )
        yield from _leaves(notes)


def _options(item: Item) -> dict[str, tuple[Choice, ...]]:
    return {
        "choices": item.choices,
        "rows": item.table.rows if item.table else (),
        "columns": item.table.columns if item.table else (),
    }
