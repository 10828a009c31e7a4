"""Reads codes off pages as a scanner or a telephone does: from a picture of the page alone."""

import subprocess
import tempfile
from pathlib import Path

import zxingcpp
from PIL import Image, ImageFilter

DOTS_PER_INCH = 100


def pictures(pdf: bytes, dots_per_inch: int = DOTS_PER_INCH, first: int = 1, last: int = 0) -> list[Image.Image]:
    """Return a grey picture of each page."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "form.pdf"
        source.write_bytes(pdf)
        wanted = ["-f", str(first), *(["-l", str(last)] if last else [])]
        subprocess.run(
            ["pdftoppm", "-r", str(dots_per_inch), "-gray", *wanted, str(source), str(Path(folder) / "page")],
            check=True,
        )
        return [_in_memory(path) for path in sorted(Path(folder).glob("page*.pgm"))]


def _in_memory(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        picture.load()
        return picture


def codes_in(picture: Image.Image) -> list[str]:
    """Return what the QR codes in a picture say."""
    return [found.text for found in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)]


def photographed(picture: Image.Image) -> Image.Image:
    """A photo of a photocopy: turned, blurred, faded, small."""
    grey = picture.rotate(4, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    grey = grey.filter(ImageFilter.GaussianBlur(1.2)).point(lambda value: 60 + value * 150 // 255)
    return grey.resize((grey.width * 3 // 4, grey.height * 3 // 4))
