"""What a name of a person, a body or a mechanism may hold: anything that stands on one line of a page."""

import re
from typing import Final

_BREAKS_AND_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def is_one_line(text: str) -> bool:
    """Say whether the text holds no line breaks and control characters; joiners, which Persian needs, are fine."""
    return not _BREAKS_AND_CONTROLS.search(text)


def is_plain_text(text: str) -> bool:
    """Say whether the text holds no control characters but line breaks and tabs."""
    return not _CONTROLS.search(text)
