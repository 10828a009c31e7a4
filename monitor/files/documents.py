"""A PDF that somebody sent, built anew page by page: scripts, links, forms, attachments and metadata stay behind."""

from io import BytesIO
from typing import Any, Final

import pikepdf

from monitor.files.limits import Reason, UnfitFile, made_anew
from monitor.files.pdf_objects import Copier

MOST_PAGES: Final = 500
BOXES: Final = ("/MediaBox", "/CropBox")
QUARTER_TURN: Final = 90
DAMAGED: Final = (pikepdf.PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)
NO_MEMORY: Final = "bad_alloc"
"""C++ ran out of memory: qpdf calls a stream damaged when that happens while it unpacks it."""


def rebuild(data: bytes) -> bytes:
    """Return a PDF that shows what the pages of this one show and holds nothing else. Raises UnfitFile."""
    return made_anew(build, data)


def build(data: bytes) -> bytes:
    """Copy what the pages show into an empty document. Raises UnfitFile."""
    try:
        with pikepdf.open(BytesIO(data)) as sent, pikepdf.new() as made:
            if not 0 < len(sent.pages) <= MOST_PAGES:
                raise UnfitFile(Reason.TOO_LARGE if sent.pages else Reason.UNREADABLE)
            copier = Copier(made)
            for page in sent.pages:
                made.pages.append(_page(page, copier, made))
            file = BytesIO()
            made.save(file, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    except pikepdf.PasswordError as locked:
        raise UnfitFile(Reason.LOCKED) from locked
    except (MemoryError, RecursionError) as bomb:
        raise UnfitFile(Reason.TOO_LARGE) from bomb
    except DAMAGED as error:
        raise UnfitFile(Reason.TOO_LARGE if NO_MEMORY in str(error) else Reason.UNREADABLE) from error
    return file.getvalue()


def _page(page: pikepdf.Page, copier: Copier, made: pikepdf.Pdf) -> pikepdf.Page:
    """Return a page with size, turn, content and the resources that the content draws with."""
    values: dict[str, Any] = {"/Type": pikepdf.Name.Page, "/MediaBox": _box(page.mediabox)}
    if "/CropBox" in page.obj:
        values["/CropBox"] = _box(page.cropbox)
    if page.rotation % QUARTER_TURN == 0:
        values["/Rotate"] = page.rotation % (4 * QUARTER_TURN)
    page.contents_coalesce()
    content = page.obj.get("/Contents")
    values["/Contents"] = copier.content(content) if content is not None else made.make_stream(b"")
    values["/Resources"] = copier.resources(page.resources)
    return pikepdf.Page(made.make_indirect(pikepdf.Dictionary(values)))


def _box(box: pikepdf.Array) -> pikepdf.Array:
    return pikepdf.Array([float(number) for number in box])
