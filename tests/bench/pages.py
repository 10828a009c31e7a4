"""How fast pages come, against an empty Flask page, and whether they grow with the number of visits."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from flask import Flask

from tests.bench.measure import Row
from tests.bench.serving import milliseconds, signed_in
from tests.bench.world import World
from tests.serving import served

ALONE: Final = 60
CROWD: Final = 50
EACH: Final = 4
SEARCH_WITHIN: Final = 200  # milliseconds


def paths(world: World) -> dict[str, str]:
    """Return the pages that are measured."""
    return {
        "form": f"/visits/{world.visit_id}/form",
        "list of visits": "/visits/",
        "list of places": "/places",
        "page of a place": f"/places/{world.place_id}",
        "recommendations": "/recommendations/",
        "search for a common word": "/search?q=showers",
        "search for the beginning of a word": "/search?q=sh",
        "search for a rare place": "/search?q=prison+4",
        "start page": "/",
    }


def rows(app: Flask, world: World, instance: Path) -> Iterator[Row]:
    """Measure each page alone and with 50 people at once, against an empty page served the same way."""
    with served("tests.bench.empty:app", instance) as empty, served("wsgi:app", instance) as ours:
        cookie = signed_in(app, world)
        for name, path in paths(world).items():
            for people, each in ((1, ALONE), (CROWD, EACH)):
                base, _ = milliseconds(empty.port, "/", people=people, each=each)
                median, _slow = milliseconds(ours.port, path, people=people, each=each, cookie=cookie)
                crowd = "1 person" if people == 1 else f"{people} people at once"
                yield Row(f"{name}, {crowd}, against an empty page", median, base, "ms", "")


def growth(worlds: Mapping[int, tuple[Flask, World, Path]]) -> Iterator[Row]:
    """Measure lists and place pages at each size, against the smallest."""
    found: dict[str, dict[int, float]] = {}
    for size, (app, world, instance) in worlds.items():
        with served("wsgi:app", instance) as server:
            cookie = signed_in(app, world)
            for name, path in paths(world).items():
                median, _slow = milliseconds(server.port, path, people=1, each=ALONE, cookie=cookie)
                found.setdefault(name, {})[size] = median
    smallest = min(worlds)
    for name, medians in found.items():
        for size in sorted(medians)[1:]:
            yield Row(
                f"{name} at {size:,} visits, against {smallest:,}", medians[size], medians[smallest], "ms", "about 1"
            )
        if name.startswith("search"):
            yield Row(f"{name} at {size:,} visits, against 200 ms", medians[size], SEARCH_WITHIN, "ms", "1 or less")
