"""A logo that somebody sent, drawn anew: of the file itself nothing stays but its pixels."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from threading import Lock
from typing import Final

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

FORMATS: Final = ("JPEG", "PNG", "WEBP")
"""By what decodes the bytes, whatever the file's name says."""
MOST_PIXELS: Final = 24_000_000
LONGEST_SIDE: Final = 1200
"""Pixels: at 60 mm on a cover that is sharper than print."""
_one_at_a_time: Final = Lock()


class UnfitLogo(Exception):
    """The bytes are no picture that can be taken; `reason` is `unreadable` or `too_large`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def redraw_logo(data: bytes) -> bytes:
    """Return the picture as a PNG of at most 1,200 pixels a side, without metadata. Raises UnfitLogo."""
    try:
        with _strictly(), Image.open(BytesIO(data), formats=FORMATS) as sent:
            if sent.width * sent.height > MOST_PIXELS:  # known from the head of the file, before anything is decoded
                raise UnfitLogo("too_large")
            picture = ImageOps.exif_transpose(sent).convert("RGBA")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise UnfitLogo("too_large") from bomb
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError) as error:
        raise UnfitLogo("unreadable") from error
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return _bare_png(picture)


@contextmanager
def _strictly() -> Iterator[None]:
    """Have Pillow refuse damaged files, one at a time: the PDF library switches that off for the whole process."""
    with _one_at_a_time:
        before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before


def _bare_png(picture: Image.Image) -> bytes:
    """Write the pixels alone: a picture made new knows nothing of comments, profiles or places."""
    bare = Image.new("RGBA", picture.size)
    bare.paste(picture)
    file = BytesIO()
    bare.save(file, "PNG", optimize=True)
    return file.getvalue()
