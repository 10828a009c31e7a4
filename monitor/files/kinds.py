"""Which files are taken, told by their first bytes and by whether they open, never by their names."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from monitor.files.documents import rebuild
from monitor.files.limits import Reason, UnfitFile
from monitor.files.pictures import Picture, redraw, redraw_for_print

PDF: Final = b"%PDF-"
PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")


@dataclass(frozen=True)
class CleanFile:
    """A file as we made it anew."""

    data: bytes
    media_type: str


def clean(data: bytes) -> CleanFile:
    """Return a photo or a PDF made anew. Raises UnfitFile for everything else: SVG, office files, archives."""
    return _made(data, redraw)


def clean_for_print(data: bytes) -> CleanFile:
    """Return a PDF made anew, or a photo as JPEG of the size in which reports print it. Raises UnfitFile as `clean`."""
    return _made(data, redraw_for_print)


def _made(data: bytes, draw: Callable[[bytes], Picture]) -> CleanFile:
    if data.startswith(PICTURES):
        picture = draw(data)
        return CleanFile(picture.data, picture.media_type)
    if data.startswith(PDF):
        return CleanFile(rebuild(data), "application/pdf")
    raise UnfitFile(Reason.UNKNOWN_KIND)
