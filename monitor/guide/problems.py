"""What can be wrong with an answer: one code and one English sentence for each problem."""

from collections.abc import Mapping
from types import MappingProxyType

TEXT_CAP = 20_000
"""Longest text or comment, in characters."""

NUMBER_CAP = 10**9
"""Largest number an answer may hold."""

_LONGEST_SHOWN = 80

PROBLEMS: Mapping[str, str] = MappingProxyType(
    {
        "not_a_rating": "“%(typed)s” is not one of the ratings.",
        "not_yes_or_no": "“%(typed)s” is neither yes nor no.",
        "not_a_number": "“%(typed)s” is not a number.",
        "ambiguous_number": "“%(typed)s” can be read in two ways. Type thousands without a comma, decimals with a "
        "point.",
        "negative": "%(typed)s is below zero.",
        "too_large": "%(typed)s is larger than %(cap)s.",
        "cell_not_a_number": "Row %(row)s, column %(column)s: “%(typed)s” is not a number.",
        "cell_ambiguous_number": "Row %(row)s, column %(column)s: “%(typed)s” can be read in two ways. Type thousands "
        "without a comma, decimals with a point.",
        "cell_negative": "Row %(row)s, column %(column)s: %(typed)s is below zero.",
        "cell_too_large": "Row %(row)s, column %(column)s: %(typed)s is larger than %(cap)s.",
        "cell_not_whole": "Row %(row)s, column %(column)s: %(typed)s is not a whole number.",
        "not_a_table": "The answer must be a table with at least one row.",
        "unknown_row": "The table has no row “%(row)s”.",
        "unknown_column": "The table has no column “%(column)s”.",
        "empty_row": "Row %(row)s of the table holds no figures.",
        "unknown_choice": "“%(choice)s” is not one of the choices.",
        "choice_twice": "“%(choice)s” is chosen twice.",
        "not_a_list_of_choices": "The answer must be a list of at least one choice.",
        "none_with_others": "“None” cannot go together with other choices.",
        "two_answers": "This question has two answers, “%(first)s” and “%(second)s”. Keep one of them.",
        "not_a_text": "The answer must be a text.",
        "not_stripped": "The text begins or ends with a space or an empty line.",
        "text_too_long": "The text has %(length)s characters; %(cap)s are the most.",
        "control_characters": "The text holds a control character, which cannot be printed (position %(position)s).",
        "unpaired_surrogate": "The text holds half of a character (position %(position)s). Type that character again.",
        "not_a_list_of_sources": "The sources must be a list.",
        "unknown_source": "“%(source)s” is not one of the sources of evidence.",
        "source_twice": "The source “%(source)s” is named twice.",
    }
)
"""Code of a problem -> the sentence for commands; pages translate by the code. `row`, `column`, `choice`, `first`,
`second` and `source` are ids, which pages replace by their labels; `typed` is what was typed, unchanged."""


class UnfitAnswer(ValueError):
    """An answer does not fit its item: a code of PROBLEMS, and the values its sentence names."""

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params: Mapping[str, object] = params
        super().__init__(self.message())

    def message(self) -> str:
        """Say in plain English what is wrong."""
        return PROBLEMS[self.code] % {name: _shown(value) for name, value in self.params.items()}


def _shown(value: object) -> str:
    """Give a value as a sentence can hold it: not too long, and without half characters that no terminal prints."""
    text = str(value).encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
