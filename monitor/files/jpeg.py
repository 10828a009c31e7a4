"""Taking the metadata out of a JPEG without decoding it, for pictures inside PDFs (ITU-T T.81, annex B)."""

from typing import Final

from monitor.files.limits import Reason, UnfitFile

START: Final = b"\xff\xd8"
MARK, END, SCAN, COMMENT = 0xFF, 0xD9, 0xDA, 0xFE
HEAD: Final = 2
"""Bytes of a marker, and of the length that follows it and counts itself."""
APPLICATION: Final = range(0xE0, 0xF0)
NEEDED: Final = {0xEE: b"Adobe"}
"""Application segment that says how colours are stored -> what it begins with."""
STANDALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
ADOBE_LENGTH: Final = 12


def without_metadata(data: bytes) -> bytes:
    """Return a JPEG without comments, application segments and anything after its end. Raises UnfitFile."""
    if not data.startswith(START):
        raise UnfitFile(Reason.UNREADABLE)
    made, place = bytearray(START), len(START)
    while place + 2 * HEAD <= len(data):
        if data[place] != MARK:
            raise UnfitFile(Reason.UNREADABLE)
        marker = data[place + 1]
        if marker == MARK:  # padding
            place += 1
            continue
        if marker == END:
            break
        length = int.from_bytes(data[place + 2 : place + 4], "big")
        segment = data[place : place + HEAD + length]
        if marker in STANDALONE or length < HEAD or len(segment) < HEAD + length:
            raise UnfitFile(Reason.UNREADABLE)
        made += _kept(marker, segment)
        place += len(segment)
        if marker == SCAN:
            end = _end_of_scan(data, place)
            made += data[place:end]
            place = end
    return bytes(made) + bytes([MARK, END])


def _kept(marker: int, segment: bytes) -> bytes:
    """Return a segment, or nothing where it only tells about the picture."""
    if marker in NEEDED and segment[4:].startswith(NEEDED[marker]) and len(segment) >= 4 + ADOBE_LENGTH:
        return segment[:2] + (ADOBE_LENGTH + 2).to_bytes(2, "big") + segment[4 : 4 + ADOBE_LENGTH]
    return b"" if marker in APPLICATION or marker == COMMENT else segment


def _end_of_scan(data: bytes, place: int) -> int:
    """Return where the next marker begins that ends the compressed data, or the end of the file."""
    while True:
        place = data.find(b"\xff", place)
        if place < 0 or place + 1 >= len(data):
            return len(data)
        if data[place + 1] != 0 and data[place + 1] not in STANDALONE:
            return place
        place += 2
