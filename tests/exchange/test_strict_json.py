"""Reading files that are not even the JSON that we take."""

import json
from typing import Any

import pytest

from monitor.exchange.strict_json import LARGEST_FILE
from tests.exchange.documents import answer_to, bordeaux, problems_of, spoilt

TEXT = json.dumps(bordeaux(), ensure_ascii=False)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "line 1: not JSON"),
        (b"[", "line 1: not JSON"),
        (TEXT[:-1].encode(), "line 1: not JSON"),
        (b"\n\n{,}", "line 3: not JSON"),
        (b"null", "the document must be an object"),
        (b"[]", "the document must be an object"),
        (b"%PDF-1.7\n\xe2\xe3\xcf\xd3", "the file is not UTF-8 text (byte 10)"),
        (TEXT.encode("latin-1"), "the file is not UTF-8 text"),
        (TEXT.encode("utf-16"), "the file is not UTF-8 text (byte 1)"),
        (TEXT.encode("utf-16-le"), "the file is not UTF-8 text"),
        (TEXT.encode("utf-32"), "the file is not UTF-8 text (byte 1)"),
        (b'"\xed\xa0\x80"', "the file is not UTF-8 text (byte 2)"),
        (TEXT.replace("199", "NaN").encode(), "NaN is not a number"),
        (TEXT.replace("199", "-Infinity").encode(), "-Infinity is not a number"),
        (TEXT.replace("199", "1e999").encode(), "item space-occupancy: “inf” is not a number."),
        (TEXT.replace("199", "9" * 5000).encode(), "a number in the file has too many digits"),
        (b"[" * 200_000, "the file is nested too deeply"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "the file is nested too deeply"),
        (b'{"format": 1, "format": 2}', "key 'format' stands twice in one object"),
        (TEXT.replace('"urgent"', '"item": 1, "urgent"', 1).encode(), "key 'item' stands twice in one object"),
        (TEXT.encode() + b" " * (LARGEST_FILE + 1 - len(TEXT.encode())), "the file is larger than 5 MB"),
        (b" " * 6_000_000, "the file is larger than 5 MB"),
    ],
    ids=range(22),
)
def test_a_file_that_cannot_be_read_is_refused(raw: bytes, sentence: str) -> None:
    (problem,) = problems_of(raw)
    assert problem.startswith(sentence)


def test_values_nested_nearly_too_deeply_are_refused_too() -> None:
    for depth in range(700, 1000, 7):
        value: Any = "x"
        for _ in range(depth):
            value = [value]
        try:
            raw = spoilt(answer_to("env-light", value=value))
        except RecursionError:
            return
        assert problems_of(raw)


def test_a_byte_order_mark_is_no_fault() -> None:
    assert problems_of(b"\xef\xbb\xbf" + TEXT.encode()) == ()


def test_a_flood_of_keys_makes_one_short_sentence() -> None:
    keys = ",".join(f'"k{number}":0' for number in range(300_000))
    (problem,) = problems_of(f"{{{keys}}}".encode())[1:]
    assert len(problem) < 1000
