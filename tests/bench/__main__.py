"""`python -m tests.bench`: every measurement, as one table of ratios."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from monitor import create_app
from monitor.config import load_settings
from monitor.db import db, optimize
from tests.bench import documents, pages, reading, saving, telephone, weight
from tests.bench.measure import Row, print_table
from tests.bench.world import AT, World, build

SIZES = {100: 50, 10_000: 2_000, 100_000: 10_000}
"""Visits -> places of each world."""


def world_of(folder: Path, visits: int, places: int) -> tuple[Flask, World, Path]:
    """Make an instance with this many visits."""
    instance = folder / f"visits-{visits}"
    app = create_app(load_settings(instance=instance))
    with app.app_context():
        upgrade()
        world = build(visits, places)
        db.session.remove()
        optimize(AT)  # as upkeep does every day
        db.engine.dispose()
    return app, world, instance


def measured(folder: Path, names: list[str]) -> Iterator[Row]:
    """Run the measurements named (all when none is) and give their rows."""
    app, world, instance = world_of(folder, 100, SIZES[100])
    if not names or "documents" in names:
        yield from documents.rows(folder)
    if not names or "reading" in names:
        yield from reading.rows()
    if not names or "saving" in names:
        yield from saving.rows(app, world, folder)
    if not names or "weight" in names:
        yield from weight.rows(app, world, instance)
    if not names or "telephone" in names:
        yield from telephone.rows(app, world, instance)
    if not names or "pages" in names:
        yield from pages.rows(app, world, instance)
    if not names or "growth" in names:
        worlds = {100: (app, world, instance)}
        for visits in sorted(SIZES)[1:]:
            worlds[visits] = world_of(folder, visits, SIZES[visits])
        yield from pages.growth(worlds)


def main() -> None:
    """Measure in a temporary folder that is removed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        print_table(list(measured(Path(folder), sys.argv[1:])))


if __name__ == "__main__":
    main()
