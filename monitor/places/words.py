"""The words for facts of places and for everything that can be wrong with a file; pages and commands use the same."""

import re
from typing import Final

from babel import Locale
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _

from monitor.guide.loading import get_guide
from monitor.guide.texts import texts
from monitor.places.csv_files import FileProblem, UnreadableFile
from monitor.places.facts import FactProblem, UnfitFact
from monitor.places.folding import folded
from monitor.places.importing import Refusal, RowProblem, UnfitPlan
from monitor.web.filters import comma

MOST_COLUMNS_NAMED: Final = 30
LONGEST_SHOWN: Final = 80
MEGABYTE: Final = 1024 * 1024

_COUNTRY = re.compile("[A-Z]{2}")
_NO_COUNTRIES: Final = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""Codes of two letters that Unicode's list of territories has for groups, tests and the unknown."""

FACT_LABELS: Final = {
    "name": _("Name"),
    "type": _("Main type"),
    "unit_types": _("Further units"),
    "code": _("Code"),
    "authority": _("Authority in charge"),
    "address": _("Address"),
    "city": _("City"),
    "region": _("Region"),
    "country": _("Country"),
    "latitude": _("Latitude"),
    "longitude": _("Longitude"),
    "capacity": _("Capacity"),
    "notes": _("Notes"),
}
FACT_SENTENCES: Final = {
    FactProblem.MISSING: _("%(fact)s: this is needed."),
    FactProblem.TOO_LONG: _("%(fact)s: longer than %(limit)s characters."),
    FactProblem.CONTROL_CHARACTERS: _("%(fact)s: holds a control character, which cannot be printed."),
    FactProblem.UNREADABLE_CHARACTERS: _("%(fact)s: holds a character that cannot be read."),
    FactProblem.NOT_A_NUMBER: _("%(fact)s: “%(typed)s” is not a number."),
    FactProblem.AMBIGUOUS_NUMBER: _(
        "%(fact)s: “%(typed)s” can be read in two ways. Write thousands without a comma, decimals with a point."
    ),
    FactProblem.NOT_WHOLE: _("%(fact)s: “%(typed)s” is not a whole number."),
    FactProblem.OUT_OF_RANGE: _("%(fact)s: %(typed)s does not lie between 0 and %(limit)s."),
    FactProblem.DEGREES_OUT_OF_RANGE: _("%(fact)s: %(typed)s does not lie between -%(limit)s and %(limit)s degrees."),
    FactProblem.HALF_A_POSITION: _("%(fact)s: latitude and longitude go together; give both or neither."),
    FactProblem.UNFIT_COUNTRY: _("%(fact)s: “%(typed)s” is not a country code of two letters, such as FR."),
    FactProblem.UNFIT_CODE: _(
        "%(fact)s: “%(typed)s” holds more than letters, digits, dots, slashes, hyphens and underscores."
    ),
}
ROW_SENTENCES: Final = {
    RowProblem.BROKEN: _("The row has more cells than there are columns, or a quotation mark inside a cell."),
    RowProblem.TYPE_MISSING: _("The row does not say what type of place it is."),
    RowProblem.TYPE_UNKNOWN: _("“%(typed)s” is not mapped to a type of place."),
    RowProblem.CODE_TAKEN: _("Another place of the register has the code %(typed)s."),
    RowProblem.CODE_TWICE: _("An earlier row has the code %(typed)s."),
}
FILE_SENTENCES: Final = {
    FileProblem.EMPTY: _("The file is empty."),
    FileProblem.NO_ROWS: _("The file has a heading, but no rows."),
    FileProblem.TOO_LARGE: _("The file is larger than %(megabytes)s MB. Split it."),
    FileProblem.TOO_MANY_ROWS: _("The file has more than %(limit)s rows. Split it."),
    FileProblem.TOO_MANY_COLUMNS: _("The file has more than %(limit)s columns."),
    FileProblem.WORKBOOK: _("This is a workbook of a spreadsheet program. Save it there as CSV and choose that file."),
    FileProblem.UNDECODABLE: _("The characters of the file cannot be read. Save it as CSV in UTF-8."),
    FileProblem.OPEN_QUOTE: _("Line %(line)s: a quotation mark is opened there and never closed."),
}


def fact_sentence(problem: UnfitFact) -> str:
    """Say what is wrong with one fact."""
    limit = "" if problem.limit is None else str(int(problem.limit))
    return str(FACT_SENTENCES[problem.problem]) % {
        "fact": FACT_LABELS[problem.fact],
        "typed": shown(problem.typed),
        "limit": limit,
    }


def refusal_sentence(refusal: Refusal) -> str:
    """Say why a row of a file is refused, without its line."""
    if isinstance(refusal.reason, UnfitFact):
        return fact_sentence(refusal.reason)
    return str(ROW_SENTENCES[refusal.reason]) % {"typed": shown(refusal.typed)}


def file_sentence(problem: UnreadableFile) -> str:
    """Say why a whole file cannot be read and what to do."""
    limit = problem.limit or 0
    return str(FILE_SENTENCES[problem.problem]) % {
        "limit": limit, "megabytes": limit // MEGABYTE, "line": problem.line
    }  # fmt: skip


def plan_sentences(problem: UnfitPlan) -> list[str]:
    """Say what is wrong with the columns that were chosen."""
    present = comma().join(gettext("“%(name)s”", name=shown(name)) for name in problem.columns[:MOST_COLUMNS_NAMED])
    return [
        *(
            gettext("The file has no column “%(column)s”; it has: %(present)s.", column=shown(column), present=present)
            for column in problem.missing
        ),
        *(gettext("Say which column holds this: %(fact)s.", fact=FACT_LABELS[fact]) for fact in problem.facts),
    ]


def shown(typed: str) -> str:
    """Return what somebody wrote so that a sentence can hold it: not too long, and only what can be printed."""
    text = "".join(sign if sign.isprintable() else "\ufffd" for sign in typed[: LONGEST_SHOWN + 1])
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def type_choices() -> dict[str, str]:
    """Return every place type of the guide with its name in the language of the page, in the order of the guide."""
    guide = get_guide()
    words = texts(guide, _language())
    return {type_: words.place_type_name(type_) for type_ in guide.place_types}


def country_choices(*used: str) -> dict[str, str]:
    """Return country code -> name in the language of the page, by name; codes in `used` are there in any case."""
    names = Locale.parse(_language()).territories
    known = {code: name for code, name in names.items() if _COUNTRY.fullmatch(code) and code not in _NO_COUNTRIES}
    known |= {code: country_name(code) for code in used}
    return dict(sorted(known.items(), key=lambda country: folded(country[1])))


def country_name(code: str) -> str:
    """Return the name of a country in the language of the page, the code where it has none."""
    return code if code in _NO_COUNTRIES else str(Locale.parse(_language()).territories.get(code, code))


def _language() -> str:
    return str(get_locale() or "en")
