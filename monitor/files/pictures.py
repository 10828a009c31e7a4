"""A picture that somebody sent, drawn anew: neither place nor device nor anything behind the pixels is left."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from threading import Lock
from typing import Final

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from monitor.files.limits import Reason, UnfitFile, made_anew

FORMATS: Final = ("JPEG", "PNG", "WEBP")
"""By what decodes the bytes, whatever the file's name says."""
WITH_PREVIEWS: Final = "MPO"
"""What Pillow calls a JPEG to which a camera added previews."""
MOST_PIXELS: Final = 24_000_000
QUALITY: Final = 90
LONGEST_PRINTED: Final = 1400
"""Pixels: 200 dots an inch over the whole width of a page."""
MAGIC: Final = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
DAMAGED: Final = (
    UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, OverflowError,
)  # fmt: skip
"""What Pillow raises on bytes that are not what they say."""
_one_at_a_time: Final = Lock()


@dataclass(frozen=True)
class Picture:
    """A picture as we drew it."""

    data: bytes
    media_type: str


def redraw(data: bytes) -> Picture:
    """Return a picture (JPEG, PNG or WebP of at most 24 million pixels) drawn anew, upright and without metadata.

    Photographs come back as JPEG, what has transparent parts or came as PNG as PNG. Raises UnfitFile.
    """
    return _picture(made_anew(draw, data))


def redraw_for_print(data: bytes) -> Picture:
    """Return a picture as JPEG, no longer than a page prints sharply, see-through parts white. Raises UnfitFile."""
    return _picture(made_anew(draw_for_print, data))


def _picture(drawn: bytes) -> Picture:
    return Picture(drawn, next(kind for magic, kind in MAGIC.items() if drawn.startswith(magic)))


def draw(data: bytes) -> bytes:
    """Decode a picture and write its pixels alone. Raises UnfitFile."""
    with open_strictly(data) as sent:
        is_drawing = sent.format == "PNG" or sent.has_transparency_data
        picture = ImageOps.exif_transpose(sent)
        return _pixels_of(picture.convert("RGBA" if picture.has_transparency_data else "RGB"), is_drawing)


def draw_for_print(data: bytes) -> bytes:
    """Decode a picture and write its pixels on white, at most LONGEST_PRINTED long. Raises UnfitFile."""
    with open_strictly(data) as sent:
        seen = ImageOps.exif_transpose(sent).convert("RGBA")
        seen.thumbnail((LONGEST_PRINTED, LONGEST_PRINTED))
        printed = Image.new("RGB", seen.size, "white")
        printed.paste(seen, mask=seen)
        return _pixels_of(printed, is_drawing=False)


@contextmanager
def open_strictly(data: bytes) -> Iterator[Image.Image]:
    """Open a picture of one of FORMATS, its size known and capped before anything is decoded. Raises UnfitFile.

    One at a time: the PDF library has Pillow accept damaged files in the whole process.
    """
    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
        try:
            with Image.open(BytesIO(data), formats=FORMATS) as sent:
                if sent.width * sent.height > MOST_PIXELS:
                    raise UnfitFile(Reason.TOO_LARGE)
                if (
                    getattr(sent, "n_frames", 1) > 1 and sent.format != "MPO"
                ):  # cameras add previews to a JPEG, called MPO
                    raise UnfitFile(Reason.MOVING)
                sent.load()
                yield sent
        except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as bomb:
            raise UnfitFile(Reason.TOO_LARGE) from bomb
        except DAMAGED as error:
            raise UnfitFile(Reason.UNREADABLE) from error
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before


def _pixels_of(picture: Image.Image, is_drawing: bool) -> bytes:
    """Write a picture made new from the pixels: it knows nothing of comments, profiles or places."""
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    file = BytesIO()
    if is_drawing:
        bare.save(file, "PNG")
    else:
        bare.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()
