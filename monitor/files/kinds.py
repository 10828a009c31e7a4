"""Which files are taken, told by their first bytes and by whether they open, never by their names."""

from dataclasses import dataclass
from typing import Final

from monitor.files.documents import rebuild
from monitor.files.limits import Reason, UnfitFile
from monitor.files.pictures import redraw

PDF: Final = b"%PDF-"
PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")


@dataclass(frozen=True)
class CleanFile:
    """A file as we made it anew."""

    data: bytes
    media_type: str


def clean(data: bytes) -> CleanFile:
    """Return a photo or a PDF made anew. Raises UnfitFile for everything else: SVG, office files, archives."""
    if data.startswith(PICTURES):
        picture = redraw(data)
        return CleanFile(picture.data, picture.media_type)
    if data.startswith(PDF):
        return CleanFile(rebuild(data), "application/pdf")
    raise UnfitFile(Reason.UNKNOWN_KIND)
