"""The sentences beside a field of the form: what does not fit, and how to mend it."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from flask_babel import lazy_gettext as _

from monitor.guide.catalogue import NO_JUDGEMENT, Item
from monitor.guide.problems import UnfitAnswer
from monitor.guide.texts import GuideTexts
from monitor.visits.form_saving import Refusal

LONGEST_SHOWN: Final = 80
PROBLEMS: Final[dict[str, Any]] = {
    "not_a_rating": _("“%(typed)s” is not one of the ratings. Choose one of those shown."),
    "not_yes_or_no": _("“%(typed)s” is neither yes nor no. Choose one of those shown."),
    "not_a_number": _("“%(typed)s” is not a number. Use digits only, with a point or comma before decimals."),
    "ambiguous_number": _(
        "“%(typed)s” can be read in two ways. Type thousands without a comma, decimals with a point."
    ),
    "negative": _("%(typed)s is below zero. Type zero or more."),
    "too_large": _("%(typed)s is larger than %(cap)s, the most that fits."),
    "cell_not_a_number": _("%(row)s, %(column)s: “%(typed)s” is not a number. Use digits only."),
    "cell_ambiguous_number": _(
        "%(row)s, %(column)s: “%(typed)s” can be read in two ways. Type thousands without a comma, "
        "decimals with a point."
    ),
    "cell_negative": _("%(row)s, %(column)s: %(typed)s is below zero. Type zero or more."),
    "cell_too_large": _("%(row)s, %(column)s: %(typed)s is larger than %(cap)s, the most that fits."),
    "cell_not_whole": _("%(row)s, %(column)s: %(typed)s is not a whole number."),
    "not_a_table": _("The answer must be a table with at least one figure."),
    "unknown_row": _("The table has no row “%(row)s”."),
    "unknown_column": _("The table has no column “%(column)s”."),
    "empty_row": _("%(row)s: the row holds no figures."),
    "unknown_choice": _("“%(choice)s” is not one of the choices."),
    "choice_twice": _("“%(choice)s” is chosen twice."),
    "not_a_list_of_choices": _("Choose at least one of the choices."),
    "none_with_others": _("“None” cannot go together with other choices. Keep one or the other."),
    "two_answers": _("This question has two answers, “%(first)s” and “%(second)s”. Keep one of them."),
    "not_a_text": _("The answer must be a text."),
    "not_stripped": _("The text begins or ends with a space or an empty line."),
    "text_too_long": _(
        "This text has %(length)s characters, %(cap)s fit. Nothing was cut: shorten it, or move a part."
    ),
    "control_characters": _("Character %(position)s of the text cannot be stored or printed. Delete it."),
    "unpaired_surrogate": _("Character %(position)s of the text is only half a character. Type it again."),
    "not_a_list_of_sources": _("Choose the sources from those shown."),
    "unknown_source": _("“%(source)s” is not one of the sources. Choose from those shown."),
    "source_twice": _("The source “%(source)s” is named twice."),
}
REFUSALS: Final = {
    Refusal.NOT_ON_FORM: _("This question is not on the form of this visit any more. Your text is still on this page."),
    Refusal.KEY_EXCHANGED: _(
        "Not saved: the key of your body was exchanged in the database, and whoever did that could read this answer. "
        "It is still on this page: copy it on paper, and tell the head of the mechanism."
    ),
    Refusal.NOT_YET_OPEN: _(
        "Until the visit is started, only the preparation can be filled. Your text is still on this page."
    ),
}


def problem_sentence(problem: UnfitAnswer, item: Item, words: GuideTexts) -> str:
    """Say in the reader's language what is wrong, with the labels of rows, columns and choices for their ids."""
    params = {name: _shown(name, value, item, words) for name, value in problem.params.items()}
    return str(PROBLEMS[problem.code] % params) if params else str(PROBLEMS[problem.code])


def _shown(name: str, value: object, item: Item, words: GuideTexts) -> str:
    labels: dict[str, Callable[[str], str]] = {
        "row": lambda id_: words.row(item, id_),
        "column": lambda id_: words.column(item, id_),
        "choice": lambda id_: words.choice(item, id_),
        "source": words.source,
        "first": lambda id_: words.rating(id_) if id_ in NO_JUDGEMENT else words.choice(item, id_),
    }
    labels["second"] = labels["first"]
    text = str(value)
    if name in labels:
        with suppress(KeyError):  # not an id of the guide: what was typed is shown as it is
            text = labels[name](text)
    text = text.encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
