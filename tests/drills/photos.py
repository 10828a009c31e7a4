"""A photo that is taken on a device, and the search for it in the files of the device."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import expect

from monitor.guide.catalogue import Item
from tests.browser.pages.device_page import DevicePage
from tests.drills.phrases import Phrases

PIECE: Final = 48
"""Bytes of a piece of a picture that is looked for."""
APART: Final = 999
"""Bytes from one piece to the next; base 64 takes three at a time."""
ARTIST: Final = 0x013B
"""The note of a camera that says who took a photo."""
NOTE_WHAT_IS_MADE: Final = """() => {
  const make = OffscreenCanvas.prototype.convertToBlob;
  OffscreenCanvas.prototype.convertToBlob = async function (how) {
    const made = await make.call(this, how);
    window.made = Array.from(new Uint8Array(await made.arrayBuffer()));
    return made;
  };
}"""


def photograph(device: DevicePage, item: Item, phrases: Phrases) -> list[bytes]:
    """Add a photo whose name and whose notes of the camera say something, to the question that is open.

    Returns the picture as it was chosen, and as the device made it anew.
    """
    exif, taken = Image.Exif(), BytesIO()
    exif[ARTIST] = phrases.say("a photo").encode()
    Image.effect_noise((320, 240), 90).convert("RGB").save(taken, "JPEG", exif=exif)
    device.page.evaluate(NOTE_WHAT_IS_MADE)
    name = f"{phrases.say('a photo')}.jpg"
    device.question(item).locator("[data-photo]").set_input_files(
        {"name": name, "mimeType": "image/jpeg", "buffer": taken.getvalue()}
    )
    expect(device.question(item).locator("[data-photos] li")).to_have_count(1)
    return [taken.getvalue(), bytes(device.page.evaluate("window.made"))]


def planted_in(folder: Path, phrases: Phrases, pictures: Sequence[bytes]) -> set[str]:
    """Return which phrases stand in the files of a folder, and of which pictures a piece does."""
    wanted = {piece: f"picture {place}" for place, picture in enumerate(pictures) for piece in pieces(picture)}
    seen: set[str] = set()
    for path in folder.rglob("*"):
        with suppress(OSError):
            if path.is_file():
                content = path.read_bytes()
                seen |= phrases.found_in(content) | {name for piece, name in wanted.items() if piece in content}
    return seen


def pieces(picture: bytes) -> Iterator[bytes]:
    """Yield pieces of a picture, behind the tables that many pictures share: as they are, and in base 64."""
    for start in range(APART, len(picture) - PIECE, APART):
        piece = picture[start : start + PIECE]
        yield piece
        yield b64encode(piece)
        yield b64encode(piece).decode().encode("utf-16-le")
