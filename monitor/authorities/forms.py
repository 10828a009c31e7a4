"""The form of an authority or partner."""

from typing import Any, Final

from babel import Locale
from flask import g
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, IntegerField, SelectField, StringField, ValidationError
from wtforms.validators import Length, NumberRange, Optional

from monitor.accounts.forms.fields import PageForm, line, lines
from monitor.authorities.labels import KINDS
from monitor.authorities.models import LONGEST_NAME, AuthorityKind
from monitor.authorities.operations import Entry
from monitor.places.facts import LONGEST
from monitor.places.models import Place
from monitor.places.queries import get_place_by_code
from monitor.web.forms import choices
from monitor.web.locale import available_languages

LONGEST_ADDRESS: Final = 2000
MOST_DAYS: Final = 1000


class AuthorityForm(PageForm):
    """What the register says of one office."""

    base_version = HiddenField()
    name = line(_("Name of the office"), missing=_("Enter the name of the office."), most=LONGEST_NAME)
    kind = SelectField(_("Kind"), choices=choices(KINDS), default=AuthorityKind.MINISTRY)
    place_code = StringField(_("Place, by its code"), [Length(max=LONGEST["code"])])
    language = SelectField(_("Language to write in"), default="")
    address = lines(_("Address for letters"), most=LONGEST_ADDRESS)
    days_to_answer = IntegerField(
        _("Days the law gives it to answer"),
        [Optional(), NumberRange(1, MOST_DAYS, _("Enter a number of days from 1 to %(most)s.", most=MOST_DAYS))],
    )

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        named = {code: Locale.parse(code).get_display_name(get_locale()) or code for code in available_languages()}
        self.place: Place | None = None
        self.language.choices = choices(named, _("The language of the visit"))

    def validate_place_code(self, field: StringField) -> None:
        """Find the place whose code was typed."""
        code = (field.data or "").strip()
        self.place = get_place_by_code(g.mechanism.id, code) if code else None
        if code and self.place is None:
            raise ValidationError(gettext("The register of places has no place with the code %(code)s.", code=code))

    def entry(self) -> Entry:
        """Return what was typed."""
        return Entry(
            name=str(self.name.data),
            kind=AuthorityKind(self.kind.data),
            place_id=self.place.id if self.place else None,
            language=self.language.data,
            address=self.address.data or "",
            days_to_answer=self.days_to_answer.data,
        )
