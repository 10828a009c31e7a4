"""Copying what a page of a PDF draws with: only kinds of objects and keys that show something (ISO 32000-2)."""

import re
from collections.abc import Mapping
from typing import Any, Final

import pikepdf
from pikepdf import Name

from monitor.files.jpeg import without_metadata
from monitor.files.limits import LARGEST_FILE, Reason, UnfitFile

DEEPEST: Final = 40
MOST_OBJECTS: Final = 50_000
NAMED: Final = frozenset({"/ColorSpace", "/ExtGState", "/Font", "/Pattern", "/Shading", "/XObject"})
"""Parts of resources whose keys are names that the content uses."""
_SHOWN: Final = (
    "Type Subtype Resources BBox Matrix FormType Group S I K CS "
    "Width Height ColorSpace BitsPerComponent Decode DecodeParms Filter ImageMask Mask SMask Matte Intent "
    "Interpolate Columns Rows BlackIs1 EncodedByteAlign EndOfLine EndOfBlock DamagedRowsBeforeError Colors "
    "Predictor EarlyChange JBIG2Globals ColorTransform "
    "BaseFont FirstChar LastChar Widths FontDescriptor Encoding DescendantFonts ToUnicode CIDSystemInfo DW W DW2 "
    "W2 CIDToGIDMap BaseEncoding Differences FontBBox FontMatrix CharProcs WMode CMapName UseCMap "
    "FontName FontWeight Flags ItalicAngle Ascent Descent Leading CapHeight XHeight StemV "
    "StemH AvgWidth MaxWidth MissingWidth FontFile FontFile2 FontFile3 CIDSet Registry Ordering Supplement "
    "Length1 Length2 Length3 "
    "LW LC LJ ML D RI OP op OPM FL SM SA BM CA ca AIS TK TR TR2 BG UCR SMask G BC "
    "PatternType PaintType TilingType XStep YStep Shading ExtGState "
    "ShadingType Background AntiAlias Domain Coords Extend Function BitsPerCoordinate BitsPerFlag VerticesPerRow "
    "FunctionType Range Size BitsPerSample Order Encode C0 C1 N Functions Bounds "
    "WhitePoint BlackPoint Gamma Alternate Colorants Process Components Font XObject Pattern"
)
SHOWN: Final = frozenset(_SHOWN.split())
"""Keys that say how something is drawn; all others are left behind: actions, files, metadata, structure."""
MARKED_CONTENT: Final = frozenset({"BMC", "BDC", "EMC", "MP", "DP"})
"""Operators that draw nothing and can carry any text."""
RAW: Final = frozenset({"/CCITTFaxDecode", "/JBIG2Decode"})
"""Compressed pictures without room for metadata; they stay as they are."""
COMMENT: Final = re.compile(rb"%[^\r\n]*")
DEVICE_COLOURS: Final[dict[Any, pikepdf.Name]] = {1: Name.DeviceGray, 3: Name.DeviceRGB, 4: Name.DeviceCMYK}
"""Numbers of a colour -> how it is drawn without a profile, which can name a device, its owner, a place."""
INLINE: Final = frozenset(
    {
        "/Width", "/Height", "/BitsPerComponent", "/ColorSpace", "/Decode", "/DecodeParms", "/Filter", "/ImageMask",
        "/Interpolate", "/Length",
    }
)  # fmt: skip
"""Keys of a picture that stands in the content itself."""


class Copier:
    """Copies objects into one new document, each once, however often it is referred to."""

    def __init__(self, made: pikepdf.Pdf) -> None:
        """`made` is the document that takes the copies."""
        self._made = made
        self._copies: dict[tuple[int, int], Any] = {}
        self._bytes = 0
        self._objects = 0

    def resources(self, sent: Any) -> pikepdf.Dictionary:
        """Return the parts of a resource dictionary that content can draw with."""
        return self._resources(sent, 0)

    def content(self, sent: Any) -> pikepdf.Object:
        """Return a content stream without comments and marks."""
        return self._stream(self._drawing(sent), {})

    def _resources(self, sent: Any, depth: int) -> pikepdf.Dictionary:
        made = pikepdf.Dictionary()
        for part in sorted(NAMED & set(_keys(sent))):
            named = sent[part]
            if isinstance(named, pikepdf.Dictionary):
                made[part] = pikepdf.Dictionary({key: self._copy(named[key], depth + 1) for key in _keys(named)})
        return made

    def _copy(self, sent: Any, depth: int) -> Any:
        self._objects += 1
        if depth > DEEPEST or self._objects > MOST_OBJECTS:
            raise UnfitFile(Reason.TOO_LARGE)
        number = sent.objgen if isinstance(sent, pikepdf.Object) and sent.is_indirect else (0, 0)
        if number in self._copies:
            return self._copies[number]
        if isinstance(sent, pikepdf.Stream):
            return self._copied_stream(sent, number, depth)
        if isinstance(sent, pikepdf.Dictionary):
            return self._dictionary(sent, depth)
        if isinstance(sent, pikepdf.Array):
            if len(sent) > 1 and sent[0] == Name.ICCBased:
                return _without_profile(sent[1])
            return pikepdf.Array([self._copy(each, depth + 1) for each in sent])
        return sent

    def _dictionary(self, sent: Any, depth: int) -> pikepdf.Dictionary:
        made = pikepdf.Dictionary()
        for key in _keys(sent):
            if key == "/Resources":
                made[key] = self._resources(sent[key], depth + 1)
            elif key == "/CharProcs":
                made[key] = pikepdf.Dictionary({name: self.content(sent[key][name]) for name in _keys(sent[key])})
            elif key.removeprefix("/") in SHOWN:
                made[key] = self._copy(sent[key], depth + 1)
        return made

    def _copied_stream(self, sent: pikepdf.Stream, number: tuple[int, int], depth: int) -> Any:
        """Copy a stream: its data unpacked, cleaned as its kind asks for, and packed again by us."""
        if sent.get("/Subtype") == Name.PS or "/F" in sent:  # a program; data in another file
            raise UnfitFile(Reason.UNCLEANABLE)
        made = self._copies[number] = self._made.make_indirect(pikepdf.Stream(self._made, b""))
        values = self._dictionary(pikepdf.Dictionary({key: sent[key] for key in _keys(sent)}), depth)
        for key in ("/Filter", "/DecodeParms", "/Length"):
            if key in values:
                del values[key]
        data, kept = self._data(sent, depth)
        self._fill(made, data, {key: values[key] for key in _keys(values)} | kept)
        return made

    def _data(self, sent: pikepdf.Stream, depth: int) -> tuple[bytes, dict[str, Any]]:
        """Return the data of a stream, and the filter it is to be written with where that is not ours."""
        filters = _filters(sent)
        if filters and filters[-1] in ("/DCTDecode", "/JPXDecode", *RAW):
            if len(filters) > 1 or filters[0] == "/JPXDecode":
                raise UnfitFile(Reason.UNCLEANABLE)
            raw = sent.read_raw_bytes()
            kept = {"/Filter": Name(filters[0])}
            if "/DecodeParms" in sent:
                kept["/DecodeParms"] = self._copy(sent["/DecodeParms"], depth + 1)
            return (without_metadata(raw) if filters[0] == "/DCTDecode" else raw), kept
        if sent.get("/Subtype") == Name.Form or sent.get("/PatternType") == 1:
            return self._drawing(sent), {}
        data = sent.read_bytes()
        is_map = b"begincmap" in data
        return (COMMENT.sub(b"", data) if is_map else data), {}

    def _drawing(self, sent: Any) -> bytes:
        """Write the operators of a content stream anew; what stands between them, comments too, is left behind."""
        kept = [one for one in pikepdf.parse_content_stream(sent) if str(one.operator) not in MARKED_CONTENT]
        for one in kept:
            if isinstance(one, pikepdf.ContentStreamInlineImage):
                _check_inline(one.iimage)
        return pikepdf.unparse_content_stream(kept)

    def _stream(self, data: bytes, values: Mapping[str, Any]) -> pikepdf.Object:
        made = self._made.make_indirect(pikepdf.Stream(self._made, b""))
        self._fill(made, data, values)
        return made

    def _fill(self, made: Any, data: bytes, values: Mapping[str, Any]) -> None:
        self._bytes += len(data)
        if self._bytes > 16 * LARGEST_FILE:
            raise UnfitFile(Reason.TOO_LARGE)
        kept = dict(values)
        made.write(data, filter=kept.pop("/Filter", None), decode_parms=kept.pop("/DecodeParms", None))
        for key, value in kept.items():
            made[key] = value


def _keys(sent: Any) -> list[str]:
    return list(sent.keys()) if isinstance(sent, pikepdf.Dictionary | pikepdf.Stream) else []


def _without_profile(profile: Any) -> pikepdf.Name:
    """Return the plain colours in place of those of a profile. Raises UnfitFile for a profile of no known kind."""
    colours = DEVICE_COLOURS.get(profile.get("/N")) if isinstance(profile, pikepdf.Stream) else None
    if colours is None:
        raise UnfitFile(Reason.UNCLEANABLE)
    return colours


def _check_inline(picture: pikepdf.PdfInlineImage) -> None:
    """Refuse a picture in the content that can carry more than it shows. Raises UnfitFile."""
    if set(_keys(picture.obj)) - INLINE or "/DCTDecode" in picture.filters:
        raise UnfitFile(Reason.UNCLEANABLE)


def _filters(sent: pikepdf.Stream) -> list[str]:
    found = sent.get("/Filter")
    if found is None:
        return []
    return [str(each) for each in found] if isinstance(found, pikepdf.Array) else [str(found)]
