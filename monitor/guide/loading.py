"""Loads a version of the guide, whole and checked, and keeps it."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from monitor.guide.answer_types import ANSWER_TYPES
from monitor.guide.catalogue import Citation, Guide, Instrument, Item, Section
from monitor.guide.catalogue_file import read_catalogue
from monitor.guide.reference_files import read_articles, read_instruments, read_place_types
from monitor.guide.yaml_files import BrokenGuide, YamlNode, read_yaml

__all__ = ["DATA", "BrokenGuide", "UnknownVersion", "available_versions", "get_guide", "load_guide"]

DATA = Path(__file__).parent / "data"
_VERSION = re.compile(r"\d+\.\d+\.\d+")


class UnknownVersion(LookupError):
    """A version of the guide was asked for that is not installed."""


def load_guide(folder: Path) -> Guide:
    """Give the guide in this folder, named by its version; BrokenGuide (file, line, reason) at the first fault."""
    place_types_file = read_yaml(folder / "place_types.yaml")
    standards_file = read_yaml(folder / "standards.yaml")
    catalogue_file = read_yaml(folder / "catalogue.yaml")
    place_types = read_place_types(place_types_file)
    instruments = read_instruments(standards_file)
    catalogue = read_catalogue(
        catalogue_file, answer_types=ANSWER_TYPES, place_types=place_types, instruments=instruments
    )
    version = dict(catalogue_file.entries())["version"]
    version.need(version.value == folder.name, f"the version should be '{folder.name}', as its folder is named")
    features, articles = read_articles(read_yaml(folder / "opcat_articles.yaml"))
    guide = Guide(
        version=catalogue.version,
        sections=catalogue.sections,
        ratings=catalogue.ratings,
        evidence_sources=catalogue.sources,
        sensitivity_levels=catalogue.sensitivity_levels,
        place_types=place_types,
        instruments=instruments,
        articles=articles,
        features=features,
    )
    _check_every_provision_is_cited(standards_file, guide.items.values(), instruments)
    _check_themes(place_types_file, guide.sections)
    return guide


def _check_every_provision_is_cited(
    file: YamlNode, items: Iterable[Item], instruments: Mapping[str, Instrument]
) -> None:
    cited = {citation for item in items for citation in item.standards}
    cited |= {benchmark.citation for item in items for benchmark in item.benchmarks}
    for instrument, node in zip(instruments.values(), _listed(file, "instruments"), strict=True):
        for provision, element in zip(instrument.provisions, _listed(node, "provisions"), strict=True):
            element.need(
                Citation(instrument.id, provision) in cited,
                f"no item cites the provision '{provision}' of '{instrument.id}'",
            )


def _check_themes(file: YamlNode, sections: Iterable[Section]) -> None:
    themes = [section for section in sections if section.kind == "theme"]
    for node in _listed(file, "place_types"):
        keys = dict(node.entries())
        place_type = keys["id"].text()
        expected = [theme.id for theme in themes if any(item.applies_to(place_type) for item in theme.items)]
        keys["themes"].need(
            keys["themes"].value == expected,
            f"the themes of '{place_type}' should be {', '.join(expected) or 'none'}: those with an item that applies",
        )


def _listed(node: YamlNode, key: str) -> Iterable[YamlNode]:
    return dict(node.entries())[key].elements()


@cache
def available_versions() -> tuple[str, ...]:
    """Give the versions of the guide that are installed, oldest first."""
    names = [folder.name for folder in DATA.iterdir() if _VERSION.fullmatch(folder.name)]
    return tuple(sorted(names, key=lambda name: [int(part) for part in name.split(".")]))


def get_guide(version: str | None = None) -> Guide:
    """Give this version of the guide, the newest where None; UnknownVersion where it is not installed."""
    versions = available_versions()
    if version is not None and version not in versions:
        message = f"version {version} of the guide is not installed; there are {', '.join(versions)}"
        raise UnknownVersion(message)
    return _loaded(version or versions[-1])


@cache
def _loaded(version: str) -> Guide:
    return load_guide(DATA / version)
