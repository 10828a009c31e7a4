"""The words on screen for replies to many recommendations at once: what is wrong with a file, and with a row."""

from typing import Final

from flask_babel import lazy_gettext as _

from monitor.recommendations.many_replies import RowProblem
from monitor.recommendations.sheets import SheetProblem

SHEET_PROBLEMS: Final = {
    SheetProblem.TOO_LARGE: _("The file is too large for a reply form: at most 2 MB, without pictures."),
    SheetProblem.TOO_MANY_ROWS: _("There are more than 1,000 rows. Record them in parts."),
    SheetProblem.OTHER_KIND: _("Choose a file saved as CSV or XLSX; any spreadsheet program can save these."),
    SheetProblem.DAMAGED: _(
        "The file cannot be read. Open it in a spreadsheet program, save it again and try once more."
    ),
    SheetProblem.EMPTY: _("There is nothing in it."),
}
ROW_PROBLEMS: Final = {
    RowProblem.BROKEN: _("Its cells cannot be told apart: there are too many, or a quotation mark is never closed."),
    RowProblem.NO_NUMBER: _("It names no recommendation."),
    RowProblem.UNKNOWN_NUMBER: _("No recommendation that you may see has this number."),
    RowProblem.NOT_ALLOWED: _("You may not record replies to this recommendation."),
    RowProblem.TWICE: _("The number stands here more than once."),
    RowProblem.NOT_FILLED: _("Nothing is filled in."),
    RowProblem.NO_POSITION: _("The position of the authority is missing."),
    RowProblem.UNKNOWN_POSITION: _("The position is none of the list."),
    RowProblem.NO_DAY: _("The date is missing."),
    RowProblem.UNREADABLE_DAY: _("The date cannot be read. Write it as 2026-03-31 or 31.03.2026."),
    RowProblem.IMPOSSIBLE_DAY: _("The date lies before the visit or in the future."),
    RowProblem.NO_TEXT: _("The answer has no text."),
    RowProblem.UNFIT_TEXT: _("The text is too long, or holds characters that cannot be stored."),
    RowProblem.UNKNOWN_DONE: _("Whether it is carried out is neither yes nor no."),
    RowProblem.RECORDED: _("Exactly this reply is recorded already."),
}
