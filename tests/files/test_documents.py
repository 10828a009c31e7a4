"""PDFs built anew: what the pages show stays, nothing that acts and nothing that tells."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from pypdf import PdfReader

from monitor.files import limits
from monitor.files.documents import build, rebuild
from monitor.files.jpeg import without_metadata
from monitor.files.kinds import clean
from monitor.files.limits import Reason, UnfitFile
from monitor.jobs.limited import MEBIBYTE
from tests.files.hostile_documents import ACTIVE, REFUSED, SEEN, attachment, photo_inside, plain, written
from tests.files.hostile_pictures import CANARY, photo

ACTING = {
    "/A", "/AA", "/AF", "/AcroForm", "/Alternates", "/Annots", "/EF", "/EmbeddedFiles", "/F", "/JS", "/JavaScript",
    "/Launch", "/Metadata", "/Names", "/OPI", "/OpenAction", "/PieceInfo", "/Properties", "/Ref", "/RichMediaContent",
    "/StructTreeRoot", "/URI", "/XFA",
}  # fmt: skip


def parts(data: bytes) -> Iterator[tuple[Any, bytes]]:
    """Yield every object of a document with the data of streams unpacked as far as can be."""
    with pikepdf.open(BytesIO(data)) as made:
        for thing in (*made.objects, made.trailer):
            if not isinstance(thing, pikepdf.Stream):
                yield thing, b""
                continue
            try:
                yield thing, thing.read_bytes()
            except pikepdf.PdfError:
                yield thing, thing.read_raw_bytes()


def found_in(data: bytes) -> set[str]:
    """Return what acts or tells in a document."""
    found = {"canary in the bytes"} if CANARY in data else set()
    for thing, content in parts(data):
        found |= {"canary in a stream"} if CANARY in content else set()
        found |= {"canary in an object"} if CANARY in thing.unparse(resolved=True) else set()
        found |= keys_of(thing, 0) & ACTING
    return found


def keys_of(thing: Any, depth: int) -> set[str]:
    """Return the keys of an object and of what lies directly in it."""
    found: set[str] = set()
    if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        found |= set(thing.keys())
        for key in sorted(found):
            value = thing[key]
            if depth < 9 and isinstance(value, pikepdf.Object) and not value.is_indirect:
                found |= keys_of(value, depth + 1)
    elif isinstance(thing, pikepdf.Array):
        for value in thing:
            if depth < 9 and isinstance(value, pikepdf.Object) and not value.is_indirect:
                found |= keys_of(value, depth + 1)
    return found


@pytest.mark.parametrize("name", ACTIVE)
def test_nothing_acts_and_nothing_tells(name: str) -> None:
    sent = ACTIVE[name]()
    assert found_in(sent), "the document is harmless as it is"
    made = rebuild(sent)
    assert found_in(made) == set()
    assert PdfReader(BytesIO(made)).pages[0].extract_text().strip() == SEEN


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_cleaned_is_refused(name: str) -> None:
    with pytest.raises(UnfitFile):
        clean(REFUSED[name]())


def test_ten_hostile_documents_are_tried() -> None:
    assert len(ACTIVE) >= 10


def test_the_reason_tells_what_to_do() -> None:
    reasons = {}
    for name, make in REFUSED.items():
        with pytest.raises(UnfitFile) as refused:
            clean(make())
        reasons[name] = refused.value.reason
    assert reasons["a password"] is Reason.LOCKED
    assert reasons["a program in PostScript"] is reasons["data in another file"] is Reason.UNCLEANABLE
    assert reasons["300 MB in 1 kB"] is reasons["too many pages"] is Reason.TOO_LARGE
    assert reasons["only the first bytes"] is Reason.UNREADABLE


@pytest.mark.parametrize("mebibytes", range(320, 769, 32))
def test_a_bomb_is_too_large_wherever_memory_ends(mebibytes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MEMORY", mebibytes * MEBIBYTE)
    with pytest.raises(UnfitFile, match=Reason.TOO_LARGE):
        clean(REFUSED["300 MB in 1 kB"]())


def test_pages_keep_size_turn_and_pictures() -> None:
    with pikepdf.open(BytesIO(photo_inside())) as sent:
        sent.pages[0].obj["/Rotate"] = 90
        sent.pages[0].obj["/CropBox"] = pikepdf.Array([10, 10, 200, 200])
        made = rebuild(written(sent))
    page = PdfReader(BytesIO(made)).pages[0]
    assert (page.rotation, page.mediabox.width, page.cropbox.width) == (90, 300, 190)
    (picture,) = page.images
    assert picture.image is not None
    assert picture.image.size == (120, 80)


def test_a_document_of_several_pages_keeps_their_order() -> None:
    with plain() as sent:
        for number in range(2, 5):
            with plain(content=f"BT /F1 9 Tf 9 9 Td (page {number}) Tj ET") as more:
                sent.pages.extend(more.pages)
        made = rebuild(written(sent))
    assert [page.extract_text().strip() for page in PdfReader(BytesIO(made)).pages[1:]] == [
        "page 2", "page 3", "page 4",
    ]  # fmt: skip


def test_the_same_document_is_built_the_same() -> None:
    assert rebuild(attachment()) == rebuild(attachment())


def test_a_jpeg_loses_what_it_tells_and_shows_the_same() -> None:
    bare = without_metadata(photo())
    assert CANARY not in bare
    assert b"Exif" not in bare
    with pytest.raises(UnfitFile):
        without_metadata(b"\xff\xd8\xff\xe1\x00\xff")
    assert bare.endswith(b"\xff\xd9")


def test_a_document_copied_whole_is_noticed() -> None:
    """The twin: pages put into a new document as they are bring their scripts along."""
    with pikepdf.open(BytesIO(ACTIVE["scripts on pages"]())) as sent, pikepdf.new() as copy:
        copy.pages.extend(sent.pages)
        assert "/AA" in found_in(written(copy))


def test_damage_is_a_refusal_and_no_fault() -> None:
    whole = ACTIVE["a photo with its place"]()
    for place in range(40, len(whole), 97):
        try:
            made = build(whole[:place] + b"\x00" + whole[place + 1 :])
        except UnfitFile:
            continue
        assert found_in(made) == set()
