"""The version of a text that a page was shown with, posted back with the text."""

LONGEST = 9  # digits


def posted_version(text: str | None) -> int:
    """Return the posted version; 0, which fits no stored text, when it is missing or no number."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= LONGEST else 0
