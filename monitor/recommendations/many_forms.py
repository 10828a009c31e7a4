"""The form of replies to many recommendations, and what its page carries from the preview to the confirmation."""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import DateField, HiddenField, SelectField, TextAreaField
from wtforms.validators import InputRequired

from monitor.accounts.forms.fields import PageForm, add_error
from monitor.recommendations.many_labels import SHEET_PROBLEMS
from monitor.recommendations.many_replies import Defaults
from monitor.recommendations.models import Position
from monitor.recommendations.reply_columns import (
    ANSWERS,
    Entry,
    NoHeadings,
    Words,
    entries_of_file,
    entries_of_text,
)
from monitor.recommendations.sheets import LARGEST_FILE, Sheet, UnreadableSheet, read_file, read_pasted
from monitor.web.body import MEGABYTE
from monitor.web.forms import choices

LARGEST_BODY: Final = LARGEST_FILE * 4 // 3 + 2 * MEGABYTE
"""The file as text, and what is pasted or typed."""


@dataclass(frozen=True)
class Upload:
    """A file as it was chosen."""

    name: str
    content: bytes


class ManyRepliesForm(PageForm):
    """Replies pasted or as a file. A file that was read is kept in the page, so that nobody has to choose it again."""

    text = TextAreaField(_("Paste the replies"))
    file = FileField(_("Or choose the filled reply form"))
    received_on = DateField(
        _("Received on"), [InputRequired(_("Give the day on which the replies were received."))]
    )  # fmt: skip
    position = SelectField(_("Position of the authority"), default="")
    kept_name = HiddenField()
    kept_file = HiddenField()

    def __init__(self, **given: object) -> None:
        super().__init__(**given)
        self.position.choices = choices(ANSWERS, _("Each row says it"))

    def upload(self) -> Upload | None:
        """Return the file that was chosen now, or that the page has kept; None where there is none."""
        if self.file.data:
            return Upload(self.file.data.filename or "", self.file.data.read(LARGEST_FILE + 1))
        if not self.kept_file.data:
            return None
        try:
            return Upload(self.kept_name.data or "", b64decode(self.kept_file.data, validate=True))
        except binascii.Error:
            return None

    def keep(self, upload: Upload | None) -> None:
        """Carry the file on in the page."""
        self.kept_name.data = upload.name if upload else ""
        self.kept_file.data = b64encode(upload.content).decode() if upload else ""

    def defaults(self) -> Defaults:
        """Return what holds for rows that say nothing of it."""
        return Defaults(self.received_on.data, Position(self.position.data) if self.position.data else None)

    def read(self, upload: Upload | None, words: Words) -> tuple[Sheet, Sequence[Entry]] | None:
        """Return the table and its rows; None where it cannot be read, which is then said beside the field."""
        source = self.file if upload else self.text
        if upload and (self.text.data or "").strip():
            add_error(self.text, _("Either paste the replies or choose a file, not both."))
            return None
        try:
            if upload:
                return entries_of_file(read_file(upload.name, upload.content), words)
            sheet = read_pasted(self.text.data or "")
            return sheet, entries_of_text(sheet, words)
        except UnreadableSheet as reason:
            add_error(source, SHEET_PROBLEMS[reason.problem])
        except NoHeadings:
            add_error(source, _("No row of the file names its columns: one for the number, and one for the answer."))
        return None
