"""PDFs that do or carry more than they show; all made here."""

import zlib
from collections.abc import Callable
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

from tests.files.hostile_pictures import CANARY, WORD, photo

SEEN = "Two men in cell four"
CONTENT = (
    f"% {WORD}\n/Span <</ActualText ({WORD})>> BDC BT /F1 18 Tf 40 200 Td ({SEEN}) Tj ET EMC\n"
    "/Artifact BMC 10 10 20 20 re f EMC"
)
SCRIPT = Dictionary(S=Name.JavaScript, JS=String(f"app.alert('{WORD}')"))


def plain(*, content: str = CONTENT, pages: int = 1) -> pikepdf.Pdf:
    """Return a document with a line of text on each page."""
    made = pikepdf.new()
    for _ in range(pages):
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page = Dictionary(
            Type=Name.Page, MediaBox=Array([0, 0, 300, 300]), Resources=Dictionary(Font=Dictionary(F1=font)),
            Contents=made.make_stream(content.encode()),
        )  # fmt: skip
        made.pages.append(pikepdf.Page(made.make_indirect(page)))
    return made


def written(made: pikepdf.Pdf, **settings: object) -> bytes:
    """Return the document as a file."""
    file = BytesIO()
    made.save(file, **settings)  # type: ignore[arg-type]
    return file.getvalue()


def annotated(**values: object) -> bytes:
    """Return a document with one annotation on its page."""
    made = plain()
    note = Dictionary(Type=Name.Annot, Rect=Array([0, 0, 90, 90]), Contents=String(WORD), **values)
    made.pages[0].obj["/Annots"] = Array([made.make_indirect(note)])
    return written(made)


def opening_script() -> bytes:
    made = plain()
    made.Root["/OpenAction"] = SCRIPT
    return written(made)


def named_script() -> bytes:
    made = plain()
    made.Root["/Names"] = Dictionary(JavaScript=Dictionary(Names=Array([String(WORD), SCRIPT])))
    return written(made)


def page_triggers() -> bytes:
    made = plain()
    made.pages[0].obj["/AA"] = Dictionary(O=SCRIPT, C=SCRIPT)
    made.Root["/AA"] = Dictionary(WC=SCRIPT)
    return written(made)


def attachment() -> bytes:
    made = plain()
    made.attachments["note.txt"] = CANARY
    return written(made)


def form() -> bytes:
    made = plain()
    field = made.make_indirect(
        Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String(WORD), V=String(WORD), Rect=Array([0, 0, 9, 9]),
            AA=Dictionary(K=SCRIPT),
        )
    )  # fmt: skip
    made.pages[0].obj["/Annots"] = Array([field])
    made.Root["/AcroForm"] = Dictionary(Fields=Array([field]), XFA=made.make_stream(b"<xdp>" + CANARY + b"</xdp>"))
    return written(made)


def metadata() -> bytes:
    made = plain()
    for key in ("/Author", "/Title", "/Creator", "/Producer", "/Keywords", "/Custom"):
        made.docinfo[key] = WORD
    with made.open_metadata() as xmp:
        xmp["dc:creator"] = [WORD]
    page = made.pages[0].obj
    page["/Metadata"] = made.make_stream(b"<x:xmpmeta>" + CANARY)
    page["/PieceInfo"] = Dictionary(Tool=Dictionary(Private=String(WORD)))
    page["/Resources"]["/Font"]["/F1"]["/Author"] = String(WORD)
    page["/Resources"]["/Properties"] = Dictionary(P=Dictionary(Who=String(WORD)))
    made.Root["/Lang"] = String(WORD)
    made.Root["/StructTreeRoot"] = Dictionary(K=Dictionary(S=Name.P, ActualText=String(WORD)))
    return written(made, min_version="1.7") + b"\n% " + CANARY


def photo_inside() -> bytes:
    made = plain(content=f"q 100 0 0 100 0 0 cm /Im1 Do Q BT /F1 18 Tf 40 200 Td ({SEEN}) Tj ET")
    picture = Stream(made, photo())
    picture.stream_dict = Dictionary(
        Type=Name.XObject, Subtype=Name.Image, Width=120, Height=80, BitsPerComponent=8, ColorSpace=Name.DeviceRGB,
        Filter=Name.DCTDecode, Metadata=made.make_stream(CANARY), Alternates=Array([Dictionary(Who=String(WORD))]),
    )  # fmt: skip
    made.pages[0].obj["/Resources"]["/XObject"] = Dictionary(Im1=made.make_indirect(picture))
    return written(made)


def drawing_inside() -> bytes:
    made = plain(content=f"/Fm1 Do BT /F1 18 Tf 40 200 Td ({SEEN}) Tj ET")
    inner = Stream(made, f"% {WORD}\n0 0 9 9 re f".encode())
    inner.stream_dict = Dictionary(
        Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]), PieceInfo=Dictionary(Who=String(WORD)),
        Ref=Dictionary(F=String("/etc/passwd"), Page=0), OPI=Dictionary(Who=String(WORD)), AA=Dictionary(O=SCRIPT),
        Metadata=made.make_stream(CANARY), Resources=Dictionary(Properties=Dictionary(Who=String(WORD))),
    )  # fmt: skip
    made.pages[0].obj["/Resources"]["/XObject"] = Dictionary(Fm1=made.make_indirect(inner))
    return written(made)


def profile() -> bytes:
    made = plain(content=f"/CS1 cs 0 0 0 sc BT /F1 18 Tf 40 200 Td ({SEEN}) Tj ET")
    colours = made.make_stream(bytes(128) + CANARY, N=3, Alternate=Name.DeviceRGB)
    made.pages[0].obj["/Resources"]["/ColorSpace"] = Dictionary(CS1=Array([Name.ICCBased, colours]))
    return written(made)


def words_of_a_font() -> bytes:
    made = plain()
    described = Dictionary(Type=Name.FontDescriptor, FontFamily=String(WORD), CharSet=String(WORD))
    made.pages[0].obj["/Resources"]["/Font"]["/F1"]["/FontDescriptor"] = described
    return written(made)


def inline(values: bytes, data: bytes) -> bytes:
    """Return a document whose content holds a picture itself."""
    made = plain()
    made.pages[0].obj["/Contents"] = made.make_stream(b"q BI /W 120 /H 80 " + values + b" ID " + data + b"\nEI Q")
    return written(made)


ACTIVE: dict[str, Callable[[], bytes]] = {
    "a script on opening": opening_script,
    "a script by name": named_script,
    "scripts on pages": page_triggers,
    "a program to start": lambda: annotated(
        Subtype=Name.Link, A=Dictionary(S=Name.Launch, F=String("cmd.exe"), Win=Dictionary(F=String(WORD)))
    ),
    "an address to open": lambda: annotated(
        Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String(f"http://x/{WORD}"))
    ),
    "another document to open": lambda: annotated(
        Subtype=Name.Link, A=Dictionary(S=Name.GoToR, F=String("\\\\host\\share"), D=Array([0, Name.Fit]))
    ),
    "an attachment": attachment,
    "a form that sends": form,
    "a film": lambda: annotated(
        Subtype=Name.RichMedia, RichMediaContent=Dictionary(Assets=Dictionary(Names=Array([String(WORD)])))
    ),
    "metadata everywhere": metadata,
    "a photo with its place": photo_inside,
    "a drawing that points elsewhere": drawing_inside,
    "colours with a profile": profile,
    "a font with words": words_of_a_font,
}


def encrypted() -> bytes:
    return written(plain(), encryption=pikepdf.Encryption(user="secret", owner="secret"))


def program() -> bytes:
    made = plain(content="/Ps1 Do")
    stream = Stream(made, b"(x) run")
    stream.stream_dict = Dictionary(Type=Name.XObject, Subtype=Name.PS)
    made.pages[0].obj["/Resources"]["/XObject"] = Dictionary(Ps1=made.make_indirect(stream))
    return written(made)


def elsewhere() -> bytes:
    made = plain(content="/Fm1 Do")
    stream = Stream(made, b"0 0 9 9 re f")
    stream.stream_dict = Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]), F=String("/x"))
    made.pages[0].obj["/Resources"]["/XObject"] = Dictionary(Fm1=made.make_indirect(stream))
    return written(made)


def bomb() -> bytes:
    made = plain(content="/Im1 Do")
    stream = Stream(made, zlib.compress(zlib.compress(bytes(300_000_000), 9), 9))
    stream.stream_dict = Dictionary(
        Type=Name.XObject, Subtype=Name.Image, Width=20_000, Height=15_000, BitsPerComponent=8,
        ColorSpace=Name.DeviceGray, Filter=Array([Name.FlateDecode, Name.FlateDecode]),
    )  # fmt: skip
    made.pages[0].obj["/Resources"]["/XObject"] = Dictionary(Im1=made.make_indirect(stream))
    return written(made, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)


def nested() -> bytes:
    made = plain(content="/Fm1 Do")
    inner = made.make_indirect(Dictionary(Type=Name.ExtGState))
    for _ in range(200):
        inner = made.make_indirect(Dictionary(Type=Name.ExtGState, SMask=Dictionary(G=inner)))
    made.pages[0].obj["/Resources"]["/ExtGState"] = Dictionary(Gs1=inner)
    return written(made)


REFUSED: dict[str, Callable[[], bytes]] = {
    "a password": encrypted,
    "a program in PostScript": program,
    "data in another file": elsewhere,
    "a photo between the words": lambda: inline(b"/BPC 8 /CS /RGB /F /DCT", photo()),
    "a picture between the words that tells more": lambda: inline(b"/IM true /Who (" + CANARY + b")", b"aa"),
    "300 MB in 1 kB": bomb,
    "dictionaries 200 deep": nested,
    "too many pages": lambda: written(plain(content="0 0 1 1 re f", pages=501)),
    "only the first bytes": lambda: b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>",
    "a page tree in a ring": lambda: (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj\ntrailer<</Root 1 0 R>>"
    ),
}
