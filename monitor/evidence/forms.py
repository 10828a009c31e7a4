"""The forms that take a file, and that say what reports may do with it."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from monitor.evidence.words import REACHES
from monitor.visits.forms import plain_text
from monitor.web.forms import choices

LONGEST_CAPTION = 300


class FileForm(FlaskForm):
    """A photo or document of a visit; `item` names the question it belongs to."""

    file = FileField(_("Photo or PDF"), [FileRequired(_("Choose a file."))])
    note = TextAreaField(_("What it shows, where and when"), [plain_text])
    item = HiddenField()


class FileOfPlaceForm(FileForm):
    """A photo or document of a place; the view offers the bodies of the person."""

    body = SelectField(_("Body"))


class CaptionForm(FlaskForm):
    """What reports print below a photo, and which reports."""

    caption = StringField(
        _("Caption"), [InputRequired(_("Write what reports print below it.")), Length(max=LONGEST_CAPTION), plain_text]
    )
    reach = RadioField(
        _("Which reports may print it?"), [InputRequired(_("Choose the reports."))], choices=choices(REACHES)
    )
