"""The form that takes a file."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import TextAreaField

from monitor.visits.forms import plain_text


class FileForm(FlaskForm):
    """A photo or document of a visit."""

    file = FileField(_("Photo or PDF"), [FileRequired(_("Choose a file."))])
    note = TextAreaField(_("What it shows, where and when"), [plain_text])
