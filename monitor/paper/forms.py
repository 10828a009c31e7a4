"""What a person chooses when printing a form, the box for a page's code, and a scan."""

from typing import Final

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField

from monitor.paper.models import SHARED, WHOLE
from monitor.paper.printing import assigned_sections
from monitor.reports.forms import DocumentForm, offer_languages
from monitor.visits.form_pages import VisitForm
from monitor.visits.views.blueprint import guide_texts
from monitor.web.forms import choices

LONGEST_CODE: Final = 40


class PrintForm(DocumentForm):
    """What of the form is printed, its language and paper."""

    part = SelectField(_("What to print"))


class ScanForm(FlaskForm):
    """A scan or photo of a page."""

    file = FileField(_("Scan or photo of this page"), [FileRequired(_("Choose a file."))])


class CodeForm(FlaskForm):
    """The code of a page; typed, or sent by a scanner."""

    class Meta:
        """A form that only leads somewhere needs no token."""

        csrf = False

    code = StringField(_("Code of a page"))


def print_form(whole: VisitForm) -> PrintForm:
    """Return the form for printing: all in one, shared out, or one section of those that the form has."""
    visit, words = whole.visit, guide_texts(whole.guide.version)
    form = PrintForm(language=visit.language, part=WHOLE)
    offer_languages(form, visit.language)
    assigned = assigned_sections(visit)
    shared = {SHARED: _("The whole form, each assigned section on sheets of its own")} if assigned else {}
    sections = dict.fromkeys(item.section_id for item in whole.items.values())
    names = {
        id_: _("Only: %(section)s (assigned)", section=words.section_name(id_))
        if id_ in assigned
        else _("Only: %(section)s", section=words.section_name(id_))
        for id_ in sections
    }
    form.part.choices = choices({WHOLE: _("The whole form in one")} | shared | names)
    return form
