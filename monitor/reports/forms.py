"""What a person chooses when asking for a document."""

from collections.abc import Collection
from typing import Final

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField

from monitor.guide.catalogue import Guide
from monitor.guide.texts import texts
from monitor.reports.content import Version
from monitor.reports.languages import language_name
from monitor.reports.models import Paper
from monitor.reports.release_words import VERSIONS
from monitor.visits.labels import FORMS
from monitor.web.forms import choices
from monitor.web.locale import available_languages, page_language

PAPERS: Final = {Paper.A4: _("A4"), Paper.LETTER: lazy_pgettext("paper", "Letter")}
WITHOUT_VISIT: Final = ("full", "core")


class DocumentForm(FlaskForm):
    """Language and paper of a document."""

    language = SelectField(_("Language"))
    paper = RadioField(_("Paper"), choices=choices(PAPERS), default=Paper.A4.value)


class ReportForm(DocumentForm):
    """A report: for whom, and how it is made. Versions that may not be asked for are not offered."""

    version = RadioField(_("Version"), default=Version.INTERNAL.value)


class BlankFormForm(DocumentForm):
    """An empty form for any visit to a type of place."""

    place_type = SelectField(_("Type of place"))
    form = RadioField(_("Form"), choices=choices({name: FORMS[name] for name in WITHOUT_VISIT}), default="core")


def document_form(own_language: str) -> DocumentForm:
    """Return the form for a document whose own language is this one."""
    form = DocumentForm(language=own_language)
    offer_languages(form, own_language)
    return form


def report_form(own_language: str, versions: Collection[Version]) -> ReportForm:
    """Return the form for a report of a visit in this language, in one of these versions."""
    form = ReportForm(language=own_language)
    offer_languages(form, own_language)
    form.version.choices = choices({version: VERSIONS[version] for version in versions})
    return form


def blank_form_form(guide: Guide, wanted_type: str | None) -> BlankFormForm:
    """Return the form for an empty form, place types named in the language of the page, `wanted_type` chosen."""
    form = BlankFormForm(language=page_language(), place_type=wanted_type)
    offer_languages(form, page_language())
    words = texts(guide, page_language())
    form.place_type.choices = {place_type: words.place_type_name(place_type) for place_type in guide.place_types}
    return form


def offer_languages(form: DocumentForm, own: str) -> None:
    """Offer the languages of the interface, and the document's own where it is none of them."""
    codes = [code.replace("_", "-") for code in available_languages()]
    form.language.choices = {code: language_name(code) for code in dict.fromkeys([own, *codes])}
