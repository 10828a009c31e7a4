"""QR codes as the path of an SVG: drawn by attributes, without any style or script."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import segno

QUIET_ZONE: Final = 4
"""Light modules around the code, as its standard (ISO/IEC 18004) asks."""


@dataclass(frozen=True)
class Square:
    """A QR code: what to draw, as the path of an SVG, and its width and height in modules."""

    path: str
    size: int


def square_of(text: str) -> Square:
    """Return the QR code of a text, of medium error correction."""
    rows = list(segno.make(text, micro=False, error="m").matrix_iter(border=QUIET_ZONE))
    return Square(
        "".join(f"M{x} {y}h{width}v1h-{width}z" for y, row in enumerate(rows) for x, width in _dark(row)), len(rows)
    )


def _dark(row: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield start and width of each run of dark modules."""
    x = 0
    for is_dark, run in groupby(row, key=bool):
        width = len(list(run))
        if is_dark:
            yield x, width
        x += width
