"""Forms of a mechanism's settings, logo and bodies."""

from typing import Any, Final
from zoneinfo import available_timezones

from babel import Locale
from flask_babel import get_locale, lazy_gettext
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, Form, IntegerField, SelectField, SelectMultipleField, ValidationError
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from monitor.accounts.forms.fields import PageForm, line, lines
from monitor.accounts.models import Mechanism
from monitor.accounts.reference_schemes import UnfitScheme, check_scheme
from monitor.web.locale import available_languages

PRIORITIES: Final = ("immediate", "short", "medium", "long")
MOST_DAYS: Final = 1000
LONGEST_TEXT: Final = 2000
LONGEST_SCHEME: Final = 80
UNFIT_SCHEME: Final = {
    "unreadable": lazy_gettext("Each { needs its }."),
    "unknown": lazy_gettext("Use only {place}, {year} and {number}; {number:02} writes at least two digits."),
    "characters": lazy_gettext("Between the parts use letters, digits, spaces and - . / _ only."),
    "no_number": lazy_gettext("Put {number} in, so that no two visits get the same reference."),
}
"""Reason of UnfitScheme -> what is said."""


def sound_scheme(_form: Form, field: Field) -> None:
    """Refuse a reference scheme that could not be written out."""
    try:
        check_scheme(field.data or "")
    except UnfitScheme as unfit:
        raise ValidationError(UNFIT_SCHEME[unfit.reason]) from unfit


def days(label: Any) -> IntegerField:
    """Make a field for a number of days."""
    sentence = lazy_gettext("Enter a number of days from 1 to %(most)s.", most=MOST_DAYS)
    return IntegerField(label, validators=[InputRequired(sentence), NumberRange(1, MOST_DAYS, sentence)])


class MechanismForm(PageForm):
    """Everything that stands on a report's cover and steers its numbers; texts per language by `mechanism_form`."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    address = lines(lazy_gettext("Address"), most=LONGEST_TEXT)
    signatory_name = line(lazy_gettext("Who signs: name"))
    reference_scheme = line(
        lazy_gettext("Reference of a visit"), missing=lazy_gettext("Enter a scheme."), most=LONGEST_SCHEME
    )
    immediate = days(lazy_gettext("Immediate"))
    short = days(lazy_gettext("Short term"))
    medium = days(lazy_gettext("Medium term"))
    long = days(lazy_gettext("Long term"))
    due_immediate = days(lazy_gettext("Immediate"))
    due_short = days(lazy_gettext("Short term"))
    due_medium = days(lazy_gettext("Medium term"))
    due_long = days(lazy_gettext("Long term"))
    codes_suffice = BooleanField(
        lazy_gettext("Coordinators and administrators may use one-time codes instead of a passkey")
    )
    destroys_scans = BooleanField(lazy_gettext("Destroy scans of paper forms once their page is checked"))
    time_zone = SelectField(lazy_gettext("Time zone"))
    main_language = SelectField(lazy_gettext("Main language"))
    languages = SelectMultipleField(
        lazy_gettext("Languages of reports"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )

    def __init__(self, codes: dict[str, str], **given: Any) -> None:
        super().__init__(**given)
        self.codes = codes
        self.time_zone.choices = {zone: zone.replace("_", " ") for zone in sorted(available_timezones())}
        self.main_language.choices = codes
        self.languages.choices = codes
        self.reference_scheme.validators = (*self.reference_scheme.validators, sound_scheme)

    def validate_main_language(self, field: Field) -> None:
        """Refuse a main language in which the mechanism has no name."""
        named = self[f"name_{field.data}"] if field.data in self.codes else None
        if named is not None and not named.data:
            raise ValidationError(lazy_gettext("Enter the name in this language too: reports fall back to it."))

    def texts(self, kind: str) -> dict[str, str]:
        """Return language -> text for one kind of text (name, legal_basis, signatory_title), empty ones left out."""
        return {code: self[f"{kind}_{code}"].data for code in self.codes if self[f"{kind}_{code}"].data}

    def values(self) -> dict[str, Any]:
        """Return the settings as operations.update_mechanism takes them."""
        main = self.main_language.data
        return {
            "names": self.texts("name"),
            "legal_basis": self.texts("legal_basis"),
            "signatory_title": self.texts("signatory_title"),
            "signatory_name": self.signatory_name.data or "",
            "address": self.address.data or "",
            "reference_scheme": self.reference_scheme.data,
            "reply_days": {priority: self[priority].data for priority in PRIORITIES},
            "due_days": {priority: self[f"due_{priority}"].data for priority in PRIORITIES},
            "time_zone": self.time_zone.data,
            "codes_suffice": self.codes_suffice.data,
            "destroys_scans": self.destroys_scans.data,
            "languages": [main, *(code for code in self.languages.data if code != main)],
        }


def mechanism_form(mechanism: Mechanism) -> MechanismForm:
    """Return the settings form with a name, a legal basis and a signatory's title for each language."""
    codes = {code: _name_here(code) for code in dict.fromkeys([*mechanism.languages, *available_languages()])}
    texts = {name: field for code in codes for name, field in _text_fields(code, codes[code]).items()}
    form: MechanismForm = type("MechanismForm", (MechanismForm,), texts)(codes, data=_stored(mechanism, codes))
    return form


def _name_here(code: str) -> str:
    """Return what a language is called in the language of the page."""
    return Locale.parse(code).get_display_name(get_locale()) or code


def _text_fields(code: str, language: str) -> dict[str, Any]:
    return {
        f"name_{code}": line(lazy_gettext("Name in %(language)s", language=language)),
        f"legal_basis_{code}": lines(lazy_gettext("Legal basis in %(language)s", language=language), most=LONGEST_TEXT),
        f"signatory_title_{code}": line(lazy_gettext("Office of who signs, in %(language)s", language=language)),
    }


def _stored(mechanism: Mechanism, codes: dict[str, str]) -> dict[str, Any]:
    stored = {
        name: getattr(mechanism, name)
        for name in (
            "version",
            "address",
            "signatory_name",
            "reference_scheme",
            "time_zone",
            "languages",
            "codes_suffice",
            "destroys_scans",
        )
    }
    texts = {
        "name": mechanism.names,
        "legal_basis": mechanism.legal_basis,
        "signatory_title": mechanism.signatory_title,
    }
    stored |= {f"{kind}_{code}": texts[kind].get(code, "") for kind in texts for code in codes}
    due = {f"due_{priority}": days for priority, days in mechanism.due_days.items()}
    return stored | mechanism.reply_days | due | {"main_language": mechanism.languages[0]}


class LogoForm(PageForm):
    """A picture file."""

    logo = FileField(lazy_gettext("Picture file"), validators=[FileRequired(lazy_gettext("Choose a picture file."))])


class BodyForm(PageForm):
    """The name of a body."""

    name = line(lazy_gettext("Name"), missing=lazy_gettext("Enter the body's name."))
