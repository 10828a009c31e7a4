"""Which files a reply may come as; they are kept exactly as they came, and leave only as downloads."""

from typing import Final

MOST_BYTES: Final = 20 * 1024 * 1024
KINDS: Final = {
    "application/pdf": ("pdf", b"%PDF-"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("docx", b"PK\x03\x04"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("xlsx", b"PK\x03\x04"),
    "text/csv": ("csv", b""),
    "application/vnd.oasis.opendocument.text": ("odt", b"PK\x03\x04"),
    "image/jpeg": ("jpg", b"\xff\xd8\xff"),
    "image/png": ("png", b"\x89PNG\r\n\x1a\n"),
}
"""Media type -> ending of the name, and how such a file begins; a CSV as its writer likes."""


class UnfitLetter(Exception):
    """The file is none of the kinds that replies come as, or not what its name says."""


def media_type_of(name: str, content: bytes) -> str:
    """Return the media type of a letter by its name's ending and its first bytes. Raises UnfitLetter."""
    ending = name.rpartition(".")[2].lower().replace("jpeg", "jpg")
    for media_type, (expected, beginning) in KINDS.items():
        if ending == expected and content.startswith(beginning):
            return media_type
    raise UnfitLetter


def download_name(letter_id: str, media_type: str) -> str:
    """Return a name for the download that tells nothing of its content."""
    return f"reply-{letter_id[-8:]}.{KINDS[media_type][0]}"
