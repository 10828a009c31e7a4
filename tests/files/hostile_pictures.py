"""Pictures that carry more than they show, and files that only say they are pictures; all made here."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO

from PIL import Image, PngImagePlugin
from PIL.TiffImagePlugin import IFDRational

CANARY = b"canary-7f3e-Amina-Diallo"
WORD = CANARY.decode()
PLACE = (IFDRational(48), IFDRational(51), IFDRational(30))


def exif() -> Image.Exif:
    """Return EXIF with the canary in every text field, a place, and a turn by 90 degrees."""
    made = Image.Exif()
    for tag in (0x010E, 0x010F, 0x0110, 0x0131, 0x013B, 0x8298, 0x9286):
        made[tag] = WORD
    made[0x0112] = 6
    gps = made.get_ifd(0x8825)
    gps |= {1: "N", 2: PLACE, 3: "E", 4: PLACE, 27: CANARY}
    inner = made.get_ifd(0x8769)
    inner |= {0x9286: CANARY, 0xA420: WORD, 0xA433: WORD, 0x927C: CANARY}
    return made


def scene(size: tuple[int, int] = (120, 80)) -> Image.Image:
    """Return something to look at: left half red, right half blue."""
    picture = Image.new("RGB", size, (200, 30, 30))
    picture.paste((30, 30, 200), (size[0] // 2, 0, *size))
    return picture


def photo() -> bytes:
    """Return a JPEG with the canary in EXIF, GPS, XMP, ICC, IPTC, comment and behind its end."""
    file = BytesIO()
    xmp = b"<x:xmpmeta>" + CANARY + b"</x:xmpmeta>"
    scene().save(file, "JPEG", exif=exif(), comment=CANARY, icc_profile=CANARY * 20, xmp=xmp)
    data = file.getvalue()
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00" + struct.pack(">I", len(CANARY)) + CANARY
    segment = b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc
    return data[:2] + segment + data[2:] + b"<script>" + CANARY


def screenshot() -> bytes:
    """Return a PNG with the canary in tEXt, zTXt, iTXt, XMP, EXIF, ICC, a chunk of its own and behind its end."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", WORD)
    info.add_text("Comment", WORD, zip=True)
    info.add_itxt("XML:com.adobe.xmp", WORD)
    info.add(b"prVt", CANARY)
    file = BytesIO()
    scene().save(file, "PNG", pnginfo=info, exif=exif(), icc_profile=CANARY * 20)
    return file.getvalue() + b"<?php " + CANARY


def web_photo() -> bytes:
    """Return a WebP with the canary in EXIF, XMP and ICC, and behind its end."""
    file = BytesIO()
    scene().save(file, "WEBP", exif=exif().tobytes(), xmp=CANARY, icc_profile=CANARY * 20)
    return file.getvalue() + CANARY


CARRIERS: dict[str, Callable[[], bytes]] = {"JPEG": photo, "PNG": screenshot, "WebP": web_photo}


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *, rows: int | None = None, before: bytes = b"") -> bytes:
    """Return a grey PNG that says it has this size and holds `rows` rows."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    packer = zlib.compressobj(9)
    line = bytes(width + 1)
    packed = b"".join(packer.compress(line) for _ in range(height if rows is None else rows)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + head + before + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def as_format(name: str) -> bytes:
    """Return a picture of a format that is not taken."""
    file = BytesIO()
    scene().save(file, name)
    return file.getvalue()


def moving() -> bytes:
    """Return an animated WebP: nobody sees its second picture in a report."""
    file = BytesIO()
    scene().save(file, "WEBP", save_all=True, append_images=[Image.new("RGB", (120, 80), "white")])
    return file.getvalue()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "169 million pixels in 160 kB": lambda: png(13_000, 13_000),
    "900 million pixels said": lambda: png(30_000, 30_000, rows=1),
    "25 million pixels": lambda: png(5_000, 5_001),
    "a text chunk of 200 MB": lambda: png(10, 10, before=chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(200_000_000)))),
    "half a photo": lambda: photo()[:900],
    "a photo with a broken middle": lambda: screenshot()[:300] + b"\0" * 64 + screenshot()[364:],
    "SVG": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "HTML that begins like a JPEG": lambda: b"\xff\xd8\xff<html><script>alert(1)</script>",
    "GIF": lambda: as_format("GIF"),
    "TIFF": lambda: as_format("TIFF"),
    "BMP": lambda: as_format("BMP"),
    "EPS, which is a program": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) run\n",
    "a moving picture": moving,
    "nothing": bytes,
}
