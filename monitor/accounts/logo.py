"""A logo that somebody sent, drawn anew: of the file itself nothing stays but its pixels."""

from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from monitor.files.limits import made_anew
from monitor.files.pictures import open_strictly

LONGEST_SIDE: Final = 1200
"""Pixels: at 60 mm on a cover that is sharper than print."""


def redraw_logo(data: bytes) -> bytes:
    """Return the picture as a PNG of at most 1,200 pixels a side, without metadata. Raises UnfitFile."""
    return made_anew(_draw, data)


def _draw(data: bytes) -> bytes:
    with open_strictly(data) as sent:
        picture = ImageOps.exif_transpose(sent).convert("RGBA")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    bare = Image.new("RGBA", picture.size)  # made new, it knows nothing of comments, profiles or places
    bare.paste(picture)
    file = BytesIO()
    bare.save(file, "PNG", optimize=True)
    return file.getvalue()
