"""Logos: drawn anew from three formats, everything else refused before it costs anything."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from monitor.accounts.logo import LONGEST_SIDE, redraw_logo
from monitor.files.limits import Reason, UnfitFile

CANARY = b"canary-7Q2"


def picture(kind: str, size: tuple[int, int] = (300, 200), mode: str = "RGB", **options: object) -> bytes:
    file = BytesIO()
    Image.new(mode, size, 120).save(file, kind, **options)
    return file.getvalue()


def with_metadata(kind: str) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = CANARY.decode()
    exif[0x8825] = {1: "N", 2: (59.0, 56.0, 0.0), 29: CANARY.decode()}
    options: dict[str, object] = {"exif": exif, "icc_profile": CANARY * 20}
    if kind == "JPEG":
        options["comment"] = CANARY
    if kind == "PNG":
        text = PngInfo()
        text.add_text("Comment", CANARY.decode(), zip=False)
        options["pnginfo"] = text
    return picture(kind, **options) + b"<?php " + CANARY


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_logo_is_redrawn_as_png_and_nothing_but_its_pixels_stays(kind):
    sent = with_metadata(kind)
    assert CANARY in sent
    drawn = redraw_logo(sent)
    assert CANARY not in drawn
    with Image.open(BytesIO(drawn)) as logo:
        assert (logo.format, logo.size) == ("PNG", (300, 200))
        assert not logo.info
        assert not logo.getexif()


@pytest.mark.parametrize(
    ("size", "drawn"), [((2400, 600), (1200, 300)), ((600, 2400), (300, 1200)), ((40, 30), (40, 30))]
)
def test_logo_is_at_most_1200_pixels_a_side_and_never_blown_up(size, drawn):
    with Image.open(BytesIO(redraw_logo(picture("PNG", size)))) as logo:
        assert logo.size == drawn
        assert max(logo.size) <= LONGEST_SIDE


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_logo_of_any_kind_of_pixels_is_taken(mode):
    assert redraw_logo(picture("PNG", mode=mode))


def test_photograph_taken_sideways_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    with Image.open(BytesIO(redraw_logo(picture("JPEG", (300, 200), exif=exif)))) as logo:
        assert logo.size == (200, 300)


def test_transparency_stays():
    with Image.open(BytesIO(redraw_logo(picture("PNG", mode="LA")))) as logo:
        assert logo.mode == "RGBA"


def png_claiming(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(width * 3 + 1) * 50)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    data = b"Comment\0\0" + zlib.compress(bytes(20_000_000), 9)
    chunk = struct.pack(">I", len(data)) + b"zTXt" + data + struct.pack(">I", zlib.crc32(b"zTXt" + data))
    plain = picture("PNG")
    return plain[:33] + chunk + plain[33:]


@pytest.mark.parametrize("size", [(5000, 4801), (13_000, 13_000), (30_000, 30_000)])
def test_picture_of_too_many_pixels_is_refused_before_it_is_decoded(size, monkeypatch):
    def decode(*_arguments: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(Image.Image, "load", decode)
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decode)
    with pytest.raises(UnfitFile) as refused:
        redraw_logo(png_claiming(*size))
    assert refused.value.reason == Reason.TOO_LARGE


def test_picture_that_moves_is_refused():
    frames = [Image.new("RGB", (20, 20), shade) for shade in (10, 200)]
    file = BytesIO()
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:])
    with pytest.raises(UnfitFile) as refused:
        redraw_logo(file.getvalue())
    assert refused.value.reason == Reason.MOVING


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        picture("GIF", mode="P"),
        picture("BMP"),
        picture("TIFF"),
        picture("ICO"),
        picture("PDF"),
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
        picture("JPEG")[:200],
        picture("PNG")[:60],
        picture("WEBP")[:30],
        text_bomb(),
        b"\x89PNG\r\n\x1a\n" + bytes(500),
        b"\xff\xd8\xff\xe0" + bytes(500),
    ],
)
def test_file_that_is_no_sound_picture_of_the_three_formats_is_refused(data):
    with pytest.raises(UnfitFile) as refused:
        redraw_logo(data)
    assert refused.value.reason == Reason.UNREADABLE
