"""Pictures drawn anew: what they show stays, what they carry does not."""

from io import BytesIO

import pytest
from PIL import Image

from monitor.files import limits, pictures
from monitor.files.kinds import clean
from monitor.files.limits import LARGEST_FILE, Reason, UnfitFile
from monitor.files.pictures import draw, open_strictly, redraw
from tests.files.hostile_pictures import CANARY, CARRIERS, HOSTILE, WORD, photo, png, scene

KINDS = {"JPEG": "image/jpeg", "PNG": "image/png", "WebP": "image/jpeg"}


def opened(data: bytes) -> Image.Image:
    picture = Image.open(BytesIO(data))
    picture.load()
    return picture


@pytest.mark.parametrize("kind", CARRIERS)
def test_nothing_but_the_pixels_is_left(kind: str) -> None:
    sent = CARRIERS[kind]()
    assert sent.count(CANARY) >= 3
    made = redraw(sent)
    assert made.media_type == KINDS[kind]
    assert CANARY not in made.data
    picture = opened(made.data)
    assert dict(picture.getexif()) == {}
    assert not {"exif", "icc_profile", "comment", "xmp", "photoshop", "gps", "Author"} & set(picture.info)
    assert WORD not in str(picture.info)


@pytest.mark.parametrize("kind", CARRIERS)
def test_a_picture_is_turned_upright_before_it_forgets_how_it_was_held(kind: str) -> None:
    picture = opened(redraw(CARRIERS[kind]()).data).convert("RGB")
    assert picture.size == (80, 120)
    above, below = picture.getpixel((40, 10)), picture.getpixel((40, 110))
    assert above[0] > above[2] + 100
    assert below[2] > below[0] + 100


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pictures_are_refused(name: str) -> None:
    with pytest.raises(UnfitFile):
        clean(HOSTILE[name]())


def test_twelve_hostile_pictures_are_tried() -> None:
    assert len(HOSTILE) >= 12


def test_the_reason_tells_what_to_do() -> None:
    reasons = {}
    for name, make in HOSTILE.items():
        with pytest.raises(UnfitFile) as refused:
            clean(make())
        reasons[name] = refused.value.reason
    assert reasons["169 million pixels in 160 kB"] is reasons["25 million pixels"] is Reason.TOO_LARGE
    assert reasons["SVG"] is reasons["GIF"] is reasons["nothing"] is Reason.UNKNOWN_KIND
    assert reasons["half a photo"] is Reason.UNREADABLE
    assert reasons["a moving picture"] is Reason.MOVING


def test_a_size_over_the_cap_is_refused_before_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda *_: pytest.fail("it was decoded"))
    with pytest.raises(UnfitFile, match="too_large"), open_strictly(png(5_000, 5_001, rows=1)):
        pass


def test_a_file_over_the_cap_is_refused_before_it_is_looked_at() -> None:
    with pytest.raises(UnfitFile, match="too_large"):
        redraw(photo() + bytes(LARGEST_FILE))


def test_the_largest_picture_is_taken() -> None:
    file = BytesIO()
    scene((6_000, 4_000)).save(file, "JPEG")
    assert opened(redraw(file.getvalue()).data).size == (6_000, 4_000)


def test_transparent_parts_stay() -> None:
    file = BytesIO()
    Image.new("RGBA", (9, 9), (10, 20, 30, 40)).save(file, "WEBP", lossless=True)
    made = redraw(file.getvalue())
    assert made.media_type == "image/png"
    assert opened(made.data).getpixel((4, 4)) == (10, 20, 30, 40)


@pytest.mark.parametrize("mode", ["L", "P", "1", "CMYK", "LA", "I;16"])
def test_pictures_of_every_mode_are_taken(mode: str) -> None:
    file = BytesIO()
    picture = Image.new("I;16", (9, 9)) if mode == "I;16" else scene((9, 9)).convert(mode)
    picture.save(file, "JPEG" if mode == "CMYK" else "PNG")
    assert opened(redraw(file.getvalue()).data).size == (9, 9)


def test_decoding_happens_in_a_limited_child(monkeypatch: pytest.MonkeyPatch) -> None:
    given = []

    def note(function: object, *args: object, **caps: int) -> bytes:
        given.append(caps)
        return draw(photo())

    monkeypatch.setattr(limits, "run_limited", note)
    monkeypatch.setattr(limits.limited, "is_single_threaded", lambda: True)
    redraw(photo())
    assert given == [{"cpu_seconds": limits.SECONDS, "memory_bytes": limits.MEMORY}]


def test_a_process_with_threads_asks_one_without_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """The web server has threads and must not fork: nothing is decoded in it, and the caps are the same."""
    monkeypatch.setattr(limits.limited, "is_single_threaded", lambda: False)
    monkeypatch.setattr(limits, "run_limited", lambda *_, **__: pytest.fail("forked beside other threads"))
    monkeypatch.setattr("monitor.files.pictures.Image.open", lambda *_, **__: pytest.fail("decoded in the server"))
    assert CANARY not in redraw(photo()).data
    with pytest.raises(UnfitFile, match="too_large"):
        redraw(png(13_000, 13_000))


def test_a_picture_kept_as_it_was_sent_is_noticed() -> None:
    """The twin: saving the opened file again, as one would first think of it, keeps the comment and the profile."""
    file = BytesIO()
    sent = opened(photo())
    sent.save(file, "JPEG", **{name: sent.info[name] for name in ("comment", "icc_profile") if name in sent.info})
    assert CANARY in file.getvalue()


def test_the_pdf_library_cannot_switch_damaged_pictures_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("PIL.ImageFile.LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(UnfitFile, match="unreadable"):
        draw(photo()[:900])
    assert pictures.ImageFile.LOAD_TRUNCATED_IMAGES is True
