"""Texts of answers and comments: kept as they were typed, but for what no page, file or database can hold."""

import re

from monitor.guide.problems import TEXT_CAP, UnfitAnswer

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def clean_text(text: str) -> str:
    """Give the text with CRLF as LF and without surrounding space, otherwise unchanged (no normalisation).

    Raises UnfitAnswer (control_characters, unpaired_surrogate, text_too_long).
    """
    cleaned = text.replace("\r\n", "\n")
    _check_characters(cleaned)
    cleaned = cleaned.strip()
    _check_length(cleaned)
    return cleaned


def check_text(text: str) -> None:
    """Refuse a text that `clean_text` would refuse or change: UnfitAnswer, also with not_stripped."""
    _check_characters(text)
    _check_length(text)
    if text != text.strip():
        raise UnfitAnswer("not_stripped")


def _check_characters(text: str) -> None:
    if match := _SURROGATE.search(text):
        raise UnfitAnswer("unpaired_surrogate", position=match.start() + 1)
    if match := _CONTROL.search(text):
        raise UnfitAnswer("control_characters", position=match.start() + 1)


def _check_length(text: str) -> None:
    if len(text) > TEXT_CAP:
        raise UnfitAnswer("text_too_long", length=len(text), cap=TEXT_CAP)


def check_comment(text: object) -> str:
    """Give a comment as it is stored, by the rules of `clean_text`; an empty one is allowed."""
    if not isinstance(text, str):
        raise UnfitAnswer("not_a_text")
    return clean_text(text)
