"""What a first visit to the form page brings over the network, compressed, in kilobytes."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import brotli
from flask import Flask

from tests.bench.measure import Row
from tests.bench.serving import Visitor, signed_in
from tests.bench.world import World
from tests.serving import served

MOST: Final = 150


def rows(app: Flask, world: World, instance: Path) -> Iterator[Row]:
    """Load the form page with every style and script it names, as a browser with an empty cache would."""
    with served("wsgi:app", instance) as server:
        visitor = Visitor(server.port, signed_in(app, world))
        _status, page = visitor.get(f"/visits/{world.visit_id}/form")
        seen: set[str] = set()
        total = len(page)
        waiting = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', brotli.decompress(page).decode()))
        while waiting:
            path = waiting.pop()
            seen.add(path.partition("?")[0])
            _status, body = visitor.get(path)
            total += len(body)
            waiting |= {url for url in _imported(path, body) if url.partition("?")[0] not in seen}
    yield Row("first load of a form page, compressed, against 150 kB", total / 1000, MOST, "kB", "1 or less")


def _imported(path: str, body: bytes) -> set[str]:
    """Return the addresses of modules that this script imports."""
    if ".js" not in path:
        return set()
    text = (brotli.decompress(body) if body[:1] not in b"/i\"'e" else body).decode()
    folder = path.partition("?")[0].rpartition("/")[0]
    names = re.findall(r'from "(\.{1,2}/[^"]+)"|import "(\.{1,2}/[^"]+)"', text)
    return {str(Path(folder, first or second)) for first, second in names}
